"""Runs the scripts as a user does, on the real program or on a small fake one that logs how it was called."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "scripts"
sys.path.insert(0, str(SCRIPTS))
sys.path.insert(0, str(Path(__file__).resolve().parent))


class Scripts:
    """`scripts("sweep_dvfs.py", ...)` in an empty folder; the finished process. Sweeps draw their pictures, which takes
    longer than all else, for tests that ask for them: `pictures=True`."""

    def __init__(self, folder, program, **environment):
        self.folder = folder
        self.program = program
        self.environment = {
            **os.environ,
            "SUBVOLT_PROGRAM": str(program),
            **{k: str(v) for k, v in environment.items()},
        }

    def start(self, script, *arguments, pictures=False, **environment):
        if script.startswith("sweep") and not pictures:
            arguments += ("--no-picture",)
        return subprocess.Popen(
            [sys.executable, str(SCRIPTS / script), *map(str, arguments)],
            cwd=self.folder,
            text=True,
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def __call__(self, script, *arguments, pictures=False, **environment):
        process = self.start(script, *arguments, pictures=pictures, **environment)
        process.stdout_text, process.stderr_text = process.communicate(timeout=300)
        return process


@pytest.fixture(name="fake")
def fake_fixture(tmp_path):
    scripts = Scripts(tmp_path, Path(__file__).with_name("fake_subvolt.py"), FAKE_LOG=tmp_path / "calls.log")
    log = tmp_path / "calls.log"

    def take_calls():
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return lines

    scripts.take_calls = take_calls
    return scripts


def _real_program():
    return Path(os.environ.get("SUBVOLT_PROGRAM", ROOT / "build" / "release" / "subvolt"))


@pytest.fixture(name="program", scope="session")
def program_fixture():
    program = _real_program()
    if not os.access(program, os.X_OK):
        pytest.skip(f"{program} is not built")
    return program


@pytest.fixture(name="subvolt", scope="session")
def subvolt_fixture(program):
    """`subvolt("run", ...)`: the real program's stdout."""

    def run(*arguments):
        return subprocess.run([str(program), *map(str, arguments)], check=True, capture_output=True, text=True).stdout

    return run


@pytest.fixture(name="scripts", scope="session")
def scripts_fixture(program, tmp_path_factory):
    return Scripts(tmp_path_factory.mktemp("sweeps"), program)
