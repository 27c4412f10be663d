"""What the scripts share: finding the program, running it, reading result.json, numbers for people.

Scripts talk to Subvolt through its command line and its files only.
"""

import json
import math
import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Exit codes of the program (docs/user-guide.md), which the scripts share.
EXIT_CONDITION = 1
EXIT_USAGE = 2
EXIT_INTERNAL = 4
EXIT_INTERRUPTED = 130

KNOWN_SCHEMAS = ("1",)  # of result.json, their major numbers


class ScriptError(Exception):
    """Something to tell the user, with the exit code that goes with it."""

    def __init__(self, message, exit_code=EXIT_USAGE):
        super().__init__(message)
        self.exit_code = exit_code


class ProgramError(ScriptError):
    """The program ended with an error; the message is what it said on stderr."""


def find_program():
    """$SUBVOLT_PROGRAM, else the release build, else `subvolt` on PATH."""
    named = os.environ.get("SUBVOLT_PROGRAM")
    if named:
        if not os.access(named, os.X_OK):
            raise ScriptError(f"SUBVOLT_PROGRAM={named} is not a program")
        return str(Path(named).resolve())
    built = ROOT / "build" / "release" / "subvolt"
    if os.access(built, os.X_OK):
        return str(built)
    installed = shutil.which("subvolt")
    if installed:
        return installed
    raise ScriptError(
        "there is no program build/release/subvolt: build it (scripts/quickstart.sh does), "
        "or name one in SUBVOLT_PROGRAM"
    )


def run_program(program, *arguments):
    """Runs the program and returns its stdout. A failure is a ProgramError with its stderr and exit code."""
    done = subprocess.run([program, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode in (EXIT_INTERRUPTED, -2, -15):  # SIGINT and SIGTERM reach the whole process group
        raise KeyboardInterrupt
    if done.returncode < 0:
        raise ProgramError(f"{program} was ended by signal {-done.returncode}", EXIT_INTERNAL)
    if done.returncode != 0:
        raise ProgramError(done.stderr.strip() or f"exit code {done.returncode}", done.returncode)
    return done.stdout


def read_result(file_or_folder):
    """The parsed result.json, of a schema version that these scripts know."""
    path = Path(file_or_folder)
    if path.is_dir():
        path = path / "result.json"
    try:
        result = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ScriptError(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise ScriptError(f"{path}: no valid JSON: {error}") from error
    version = result.get("schema_version", "") if isinstance(result, dict) else ""
    if str(version).split(".")[0] not in KNOWN_SCHEMAS:
        raise ScriptError(f'{path}: expected schema_version {" or ".join(KNOWN_SCHEMAS)}.x, got "{version}"')
    missing = [key for key in ("design_point", "totals", "components", "accounts") if key not in result]
    if missing:
        raise ScriptError(f"{path}: not the result of a run: {', '.join(missing)} missing; run it again")
    return result


def inferences(result):
    """Of one run: its batch."""
    return result["design_point"].get("batch", 1)


_PREFIXES = tuple(
    (10.0 ** (3 * e), p) for e, p in zip(range(4, -6, -1), ("T", "G", "M", "k", "", "m", "u", "n", "p", "f"))
)


def engineering(value, unit, digits=3):
    """1.234e-3, "J" -> "1.23 mJ"."""
    if value == 0:
        return f"0 {unit}"
    rounded = float(f"{value:.{digits - 1}e}")  # first: 999.96 uJ is 1 mJ
    factor, prefix = next(((f, p) for f, p in _PREFIXES if abs(rounded) >= 0.999 * f), _PREFIXES[-1])
    whole = max(1, math.floor(math.log10(abs(rounded / factor)) + 1e-9) + 1)
    return f"{value / factor:.{max(0, digits - whole)}f} {prefix}{unit}"


def write_text(path, text):
    """Whole or not at all."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part{os.getpid()}")
    try:
        part.write_text(text, encoding="utf-8")
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
