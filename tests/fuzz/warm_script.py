"""A script of scripts/ run in a child of this process: the same main(), without the half second that Python and the
packages take to start."""

import os
import signal
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

WALL = 30  # seconds: for what sleeps instead of working


def run_main(main, arguments, folder, environment, limit):
    """The finished process, as subprocess.run() has it; a negative exit code is a signal, of an alarm after WALL s."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as error:
        child = os.fork()
        if child == 0:
            code = 70
            try:
                os.dup2(out.fileno(), 1)
                os.dup2(error.fileno(), 2)
                sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)
                os.chdir(folder)
                os.environ.update(environment)
                signal.alarm(WALL)
                limit()
                code = main(list(map(str, arguments)))
            except SystemExit as end:
                code = end.code
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code or 0)
        _, status = os.waitpid(child, 0)
        out.seek(0)
        error.seek(0)
        return subprocess.CompletedProcess(arguments, os.waitstatus_to_exitcode(status), out.read(), error.read())
