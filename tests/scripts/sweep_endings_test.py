"""How a sweep ends when the world is not as it should be: readers gone, disks full, folders taken, files damaged."""

import subprocess
import sys
import types

import pandas as pd
import pytest

from conftest import ROOT
from points import store
from subvolt_results import ScriptError

SWEEP = """\
schema: sweep/1
sweep:
  title: three voltages
  common: {design: design}
  axes: {opp: [0.4V, 0.6V, 1V]}
"""


def write(fake, text=SWEEP):
    (fake.folder / "my.yaml").write_text(text)
    return "my.yaml"


def table(fake):
    return pd.read_csv(fake.folder / "out" / "sweep.csv")


def test_a_reader_who_has_seen_enough_is_no_fault(fake):
    process = fake.start("sweep.py", write(fake), "-o", "out")
    process.stdout.close()
    errors = process.stderr.read()
    assert process.wait(timeout=60) == 0 and "Broken" not in errors and "Traceback" not in errors
    assert len(table(fake)) == 3


def test_a_full_disk_is_told(fake, tmp_path, monkeypatch):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, str(ROOT / "scripts" / "sweep.py"), write(fake), "-o", "out"],
            cwd=fake.folder, env=fake.environment, stdout=full, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
    assert done.returncode == 2 and "stdout: No space left on device" in done.stderr
    assert len(table(fake)) == 3
    monkeypatch.setattr(store.shutil, "disk_usage", lambda _: types.SimpleNamespace(free=0))
    with pytest.raises(ScriptError, match="the disk is full; make room"):
        store.run_into("/bin/false", tmp_path / "point", [])
    assert list(tmp_path.glob("point*")) == []


def test_two_sweeps_do_not_share_a_folder(fake):
    (fake.folder / "out").mkdir()
    with store.sole_user(fake.folder / "out"):
        done = fake("sweep.py", write(fake), "-o", "out")
    assert done.returncode == 2 and "another sweep is at work there" in done.stderr_text
    assert fake("sweep.py", "my.yaml", "-o", "out").returncode == 0


@pytest.mark.parametrize("damage", ["nominal: {}}\n", "- a\n", "power: {}\n", ""])
def test_a_configuration_that_cannot_be_read_is_no_traceback(fake, damage):
    done = fake("sweep.py", write(fake, SWEEP + "  rates: [10]\n"), "-o", "out", FAKE_CONFIG=damage)
    assert done.returncode == 2 and "config.yaml" in done.stderr_text and "run the point again" in done.stderr_text
