#!/usr/bin/env python3
"""Runs the design points of a sweep file and puts them side by side. See --help and docs/user-guide.md."""

import argparse
import json
import os
import shlex
import sys
from pathlib import Path

from dvfs.environment import ensure_packages

ensure_packages()  # before the imports below, which need them

from dvfs.arguments import jobs_argument  # noqa: E402
from parallel_runs import in_parallel  # noqa: E402
from script_main import script_main  # noqa: E402
from subvolt_results import ScriptError, find_program, write_text  # noqa: E402
from sweeps import plan as plans  # noqa: E402
from sweeps import plot, table  # noqa: E402
from sweeps.duty import duties  # noqa: E402
from sweeps.runner import Runner  # noqa: E402
from sweeps.summary import summarise  # noqa: E402

_EPILOG = """\
A finished point is kept in DIR/points and not run again unless the program, the command or a file that it reads
has changed. DIR gets sweep.csv, sweep.json and sweep.png.
Exit codes: 0 fine, 2 bad usage or configuration, or a point failed (the others are shown and kept),
130 interrupted, resumable."""


def parse(argv):
    parser = argparse.ArgumentParser(
        prog="sweep.py",
        description="Design points from a sweep file, side by side.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("sweep", metavar="SWEEP", help="a sweep file, or the name of one of configs/sweeps")
    add("-o", "--output", type=Path, metavar="DIR", help="folder; default: results/sweep_NAME")
    add(
        "-j",
        "--jobs",
        type=jobs_argument,
        default=len(os.sched_getaffinity(0)),
        metavar="N",
        help="parallel processes; default: the cores",
    )
    add("--list", action="store_true", help="print the points as commands and run nothing")
    add("--quiet", action="store_true", help="no progress and no notes on stderr")
    options = parser.parse_args(argv)
    options.file = plans.find(options.sweep)
    if options.output is None:
        options.output = Path("results") / f"sweep_{options.file.stem}"
    if options.output.exists() and not options.output.is_dir():
        raise ScriptError(f"{options.output} is not a folder")
    return options


def note(options, text):
    if not options.quiet:
        print(text, file=sys.stderr, flush=True)


def run(options):
    """The exit code."""
    plan = plans.read(options.file)
    if options.list:
        for point in plan.points:
            print(f"{point.name}: subvolt {shlex.join(point.arguments())}")
        return 0
    program = find_program()
    runner = Runner(program, plan, options.output, options.jobs, options.quiet)
    finished, failed = runner.run()
    for name, change in runner.changes:
        note(options, f"{name}: run again, for this has changed: {change}")
    note(options, f"{len(plan.points)} points: {runner.reused} finished before, {len(failed)} failed")
    for point, message, _ in failed:
        print(f'point "{point.name}": {message}', file=sys.stderr)
    exit_code = failed[0][2] if failed else 0
    if not finished:
        return exit_code

    summaries = summarised(program, plan, finished, options)
    write_text(options.output / "sweep.csv", table.csv(summaries))
    write_text(options.output / "sweep.json", json.dumps(table.document(plan, summaries, failed), indent=2) + "\n")
    plot.sweep(options.output / "sweep.png", plan.title, summaries)
    print(plan.title)
    print(table.lines(summaries))
    note(options, f"written to {options.output}: sweep.csv, sweep.json, sweep.png")
    return exit_code


def summarised(program, plan, finished, options):
    """In the order of the plan."""
    if not plan.rates:
        return [summarise(f, []) for f in finished]

    def work(one):
        return summarise(one, duties(program, one, plan.rates))

    found = {
        one.point.name: future.result()
        for future, one in in_parallel(work, finished, "point", options.jobs, options.quiet)
    }
    return [found[one.point.name] for one in finished]


def main(argv=None):
    return script_main(run, lambda: parse(argv))


if __name__ == "__main__":
    sys.exit(main())
