"""Design points as a folder keeps them: run once, whole or not there, and known to be what they were.

DIR/points/NAME is the result folder of a point, with `point.json` beside the program's files: a fingerprint of what the
point depends on (points.inputs), and of each file that the scripts read later. A point is finished when both are as
they were; what has changed, or was damaged, is run again. One script at a time works on a folder.
"""

import fcntl
import json
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from points.inputs import Inputs, changed, digest
from subvolt_results import EXIT_USAGE, ProgramError, ScriptError, read_result, run_program, write_text

POINT = "point.json"
_GUARDED = ("result.json", "activity.json", "config.yaml")
_LEAST_FREE_B = 4 * 2**20  # a disk with less is what a failed run is put down to


@dataclass(frozen=True)
class Finished:
    point: object  # points.point.Point
    folder: Path

    @cached_property
    def result(self):
        return read_result(self.folder)


@dataclass(frozen=True)
class Failure:
    """A point that the program refused (`infeasible`), or could not end."""

    point: object
    message: str
    exit_code: int

    @property
    def infeasible(self):
        return self.exit_code == EXIT_USAGE

    @property
    def reason(self):
        """In one line, for tables."""
        return "; ".join(self.message.splitlines())

    @property
    def status(self):
        return "infeasible" if self.infeasible else "failed"


@contextmanager
def sole_user(folder):
    """Two at work in one folder would take each other's unfinished points for rubbish."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise ScriptError(f"{folder}: another sweep is at work there: wait for it, or name another -o") from error
    finally:
        os.close(handle)


def run_into(program, folder, arguments, finish=None):
    """Runs the program into a folder that appears when it is complete. `finish(part)` adds to it before."""
    part = folder.with_name(f"{folder.name}.part{os.getpid()}")
    shutil.rmtree(part, ignore_errors=True)
    part.parent.mkdir(parents=True, exist_ok=True)
    try:
        run_program(program, *arguments, "-o", str(part), "--quiet")
        if finish:
            finish(part)
    except BaseException as error:
        shutil.rmtree(part, ignore_errors=True)
        if isinstance(error, ProgramError) and shutil.disk_usage(part.parent).free < _LEAST_FREE_B:
            raise ScriptError(
                f"{part.parent}: the disk is full; make room, and the same command takes up where it stopped"
            ) from error
        raise
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(part, folder)


class Store:
    """The points in a folder."""

    def __init__(self, program, folder, kind="points"):
        self.program = program
        self.folder = folder / kind
        self.changes = []  # (name of a point, what has changed since it was run)
        self.reused = 0
        self._inputs = Inputs(program)
        self.clean()

    def clean(self):
        """Removes what killed runs left; a program that outlived its script may still leave something."""
        for part in self.folder.glob("*.part*"):
            shutil.rmtree(part, ignore_errors=True)

    def kept(self, point):
        """The point as an earlier run left it, if nothing that it depends on has changed; else None."""
        folder = self.folder / point.folder
        try:
            was = json.loads((folder / POINT).read_text(encoding="utf-8"))
            change = changed(was["inputs"], self._inputs.of(point))
            if not change and ("result.json" not in was["files"] or was["files"] != _digests(folder)):
                change = "its own files"
        except FileNotFoundError:
            change = "its own files" if folder.is_dir() else ""
            if not change:
                return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            change = "its own files"
        if change:
            self.changes.append((point.name, change))
            return None
        self.reused += 1
        return Finished(point, folder)

    def run(self, point):
        """Simulates a point; a ProgramError when it cannot be."""
        folder = self.folder / point.folder
        inputs = self._inputs.of(point)

        def finish(part):
            write_text(part / POINT, json.dumps({"inputs": inputs, "files": _digests(part)}, indent=1) + "\n")

        run_into(self.program, folder, point.arguments(), finish)
        return Finished(point, folder)


def _digests(folder):
    """Of what is there: pricing a record writes less than a run."""
    return {name: digest((folder / name).read_bytes()) for name in _GUARDED if (folder / name).is_file()}
