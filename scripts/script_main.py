"""How a script that runs design points ends: its errors on stderr, its exit code, interrupted or not."""

import signal
import sys

from subvolt_results import EXIT_INTERRUPTED, ScriptError


def _interrupt(*_):
    raise KeyboardInterrupt


def script_main(run, arguments):
    """The exit code: what `run(arguments())` returns, None standing for 0."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return run(arguments()) or 0
    except ScriptError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except OSError as error:
        print(f"{error.filename}: {error.strerror}" if error.filename else error, file=sys.stderr)
        return ScriptError("").exit_code
    except KeyboardInterrupt:
        print("interrupted; the same command takes up where it stopped", file=sys.stderr)
        return EXIT_INTERRUPTED
