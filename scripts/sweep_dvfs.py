#!/usr/bin/env python3
"""Draws what `subvolt dvfs` finds: energy, latency and power over the voltage of a design's scaled domain, and the
energy of an inference at a rate. See --help and docs/guide/dvfs.md."""

import json
import subprocess
import sys

from environment import ensure_packages

ensure_packages()  # before the imports below, which need them

from dvfs import plots  # noqa: E402
from dvfs.arguments import parse  # noqa: E402
from script_main import note, script_main  # noqa: E402
from subvolt_results import EXIT_CONDITION, EXIT_USAGE, ScriptError, find_program  # noqa: E402


def run(options):
    """The exit code: the program's."""
    command = [find_program(), "dvfs", *options.program, "-o", str(options.output)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL)
    if done.returncode in (130, -2, -15):
        raise KeyboardInterrupt
    # Points that cannot be, and a rate that no point meets, leave a study with the rest.
    if done.returncode not in (0, EXIT_CONDITION, EXIT_USAGE) or not options.picture:
        return done.returncode
    file = options.output / "dvfs.json"
    if done.returncode and not file.is_file():
        return done.returncode
    try:
        study = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ScriptError(f"cannot read {file}: {error}") from error
    drawn = plots.draw(study, options.output)
    note(options, f"drawn in {options.output}: {', '.join(drawn)}")
    return done.returncode


def main(argv=None):
    return script_main(run, lambda: parse(argv))


if __name__ == "__main__":
    sys.exit(main())
