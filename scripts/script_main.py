"""What all scripts have in common: their command line, and how they end.

Results go to stdout, all else to stderr. A script ends with 0; 1 when a requested condition is not met; 2 for bad usage,
configuration or files; 4 for a fault of its own; 130 when interrupted. Never with a traceback, unless
SUBVOLT_TRACEBACK asks for one.
"""

import argparse
import difflib
import os
import shutil
import signal
import sys
import textwrap

from subvolt_results import EXIT_INTERNAL, EXIT_INTERRUPTED, EXIT_USAGE, ScriptError

WIDTH = 80


def near(word, known):
    """What was perhaps meant, as the end of a message."""
    close = difflib.get_close_matches(word, list(known), 1)
    return f', did you mean "{close[0]}"?' if close else ""


class _Help(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog):
        super().__init__(prog, width=min(WIDTH, shutil.get_terminal_size().columns), max_help_position=24)


def _filled(text):
    """Paragraphs of a script's own docstring in 80 columns; indented ones stay as they are."""
    paragraphs = text.strip().split("\n\n")
    return "\n\n".join(p if p.startswith(" ") else textwrap.fill(p, WIDTH) for p in paragraphs)


class Arguments(argparse.ArgumentParser):
    """An argument parser of 80 columns that knows what was perhaps meant. `notes` follows the options in --help."""

    def __init__(self, prog, description, notes=None):
        super().__init__(
            prog=prog, description=_filled(description), epilog=notes, formatter_class=_Help, allow_abbrev=False
        )

    def add_quiet(self):
        self.add_argument("--quiet", action="store_true", help="no progress and no notes on stderr")

    def parse_args(self, args=None, namespace=None):
        options, unknown = self.parse_known_args(args, namespace)
        if unknown:
            known = [o for action in self._actions for o in action.option_strings]
            word = unknown[0].partition("=")[0]
            self.error(f"unknown argument {unknown[0]}{near(word, known) if word.startswith('-') else ''}")
        return options

    def error(self, message):
        """As the program says it: what is wrong, and no more."""
        self.exit(EXIT_USAGE, f"{message}\nRun {self.prog} --help for more information.\n")

    def _check_value(self, action, value):
        if action.choices is not None and value not in action.choices:
            known = ", ".join(map(str, action.choices))
            hint = near(str(value), map(str, action.choices))
            raise argparse.ArgumentError(action, f'expected one of {known}, got "{value}"{hint}')


def note(options, text):
    """Something to know, on stderr."""
    if not options.quiet:
        print(text, file=sys.stderr, flush=True)


def _interrupt(*_):
    raise KeyboardInterrupt


def _stop_at_once(*_):
    os._exit(EXIT_INTERRUPTED)


def script_main(run, arguments):
    """The exit code: what `run(arguments())` returns, None standing for 0."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        code = run(arguments()) or 0
        sys.stdout.flush()
        return code
    except ScriptError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:  # whoever read has seen enough (| head)
        _forget_stdout()
        return 0
    except OSError as error:
        _forget_stdout()
        print(f"{error.filename or 'stdout'}: {error.strerror or error}", file=sys.stderr)
        return EXIT_USAGE
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, _stop_at_once)
        print("interrupted; the same command takes up where it stopped", file=sys.stderr)
        return EXIT_INTERRUPTED
    except Exception as error:  # whatever it is, people get one line
        if os.environ.get("SUBVOLT_TRACEBACK"):
            raise
        what = f"{type(error).__name__}: {error}"
        print(f"internal error: {what} (SUBVOLT_TRACEBACK=1 tells where)", file=sys.stderr)
        return EXIT_INTERNAL


def _forget_stdout():
    """What is still to be printed has no reader; without this the interpreter would complain at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
