#!/usr/bin/env python3
"""Runs the design points of a sweep file and puts them side by side. See --help and docs/user-guide.md."""

import json
import os
import shlex
import sys
from pathlib import Path

from environment import ensure_packages

ensure_packages()  # before the imports below, which need them

from command_values import jobs_argument  # noqa: E402
from points.parallel import in_parallel  # noqa: E402
from points.periods import Periods  # noqa: E402
from points.store import Failure, Store, sole_user  # noqa: E402
from script_main import WIDTH, Arguments, note, script_main  # noqa: E402
from subvolt_results import ProgramError, ScriptError, find_program, write_text  # noqa: E402
from sweeps import files, plot, table  # noqa: E402
from sweeps import plan as plans  # noqa: E402
from sweeps.duty import duties  # noqa: E402
from sweeps.summary import summarise  # noqa: E402
from text_tables import paragraph, rows_as_csv  # noqa: E402

_NOTES = """\
A finished point is kept in DIR/points and not run again unless the program, the
command or a file that it reads has changed, or its own files were damaged.
DIR gets sweep.csv, sweep.json and sweep.png.
Exit codes: 0 fine; 2 bad usage or configuration, or a point is infeasible (the
others are shown and kept); 130 interrupted, resumable. What a sweep file may
say: subvolt schema sweep."""


def parse(argv):
    parser = Arguments("sweep.py", "Design points from a sweep file, side by side.", _NOTES)
    add = parser.add_argument
    add("sweep", metavar="SWEEP", help="a sweep file, or the name of one of configs/sweeps")
    add("-o", "--output", type=Path, metavar="DIR", help="folder; default: results/sweep_NAME")
    cores = len(os.sched_getaffinity(0))
    add("-j", "--jobs", type=jobs_argument, default=cores, metavar="N", help="parallel processes; default: the cores")
    add("--list", action="store_true", help="print the points as commands and run nothing")
    add("--no-picture", dest="picture", action="store_false", help="draw nothing")
    parser.add_quiet()
    options = parser.parse_args(argv)
    options.file = plans.find(options.sweep)
    if options.output is None:
        options.output = Path("results") / f"sweep_{options.file.stem}"
    if options.output.exists() and not options.output.is_dir():
        raise ScriptError(f"-o {options.output} is not a folder: name another")
    return options


def run(options):
    """The exit code."""
    plan = plans.read(options.file)
    if options.list:
        for point in plan.points:
            print(f"{point.name}: subvolt {shlex.join(point.arguments())}")
        return 0
    program = find_program()
    with sole_user(options.output):
        summaries, failures = run_points(program, plan, options)
        for failure in failures:
            print(f'point "{failure.point.name}" {failure.status}: {failure.message}', file=sys.stderr)
        if summaries:
            write_text(options.output / "sweep.csv", rows_as_csv(files.rows(plan, summaries, failures)))
            text = json.dumps(files.document(plan, summaries, failures), indent=2)
            write_text(options.output / "sweep.json", text + "\n")
            if options.picture:
                plot.sweep(options.output / "sweep.png", plan, summaries, failures)
    if summaries:
        picture = ", sweep.png" if options.picture else ""
        note(options, f"written to {options.output}: sweep.csv, sweep.json{picture}")
        print(paragraph(plan.title, WIDTH))
        print(table.lines(summaries))
        if failures:
            print(failed_sentence(plan, failures))
    return max((f.exit_code for f in failures), default=0)


def failed_sentence(plan, failures):
    names = ", ".join(f'"{f.point.name}"' for f in failures[:3]) + (", ..." if len(failures) > 3 else "")
    infeasible = sum(f.infeasible for f in failures)
    kinds = [f"{n} {what}" for n, what in ((infeasible, "infeasible"), (len(failures) - infeasible, "failed")) if n]
    return paragraph(f"{' and '.join(kinds)} of {len(plan.points)} points: {names}; sweep.csv says why.", WIDTH, "  ")


def run_points(program, plan, options):
    """(summaries, failures), both in the order of the plan."""
    store = Store(program, options.output)
    finished = {p.name: kept for p in plan.points if (kept := store.kept(p))}
    for name, change in store.changes:
        note(options, f"{name}: run again, for this has changed: {change}")
    missing = [p for p in plan.points if p.name not in finished]
    failed = {}
    for future, point in in_parallel(store.run, missing, "point", options.jobs, options.quiet):
        try:
            finished[point.name] = future.result()
        except ProgramError as error:
            failed[point.name] = Failure(point, str(error), error.exit_code)
    note(options, f"{len(plan.points)} points: {store.reused} finished before, {len(failed)} failed")

    def summary(one):
        return summarise(one, plan.values[one.point.name], duties(periods, one, plan.rates))

    store.clean()
    periods = Periods(program, options.output)
    done = [finished[p.name] for p in plan.points if p.name in finished]
    found = {}
    for future, one in in_parallel(summary, done, "point", options.jobs, options.quiet):
        try:
            found[one.point.name] = future.result()
        except ScriptError as error:
            failed[one.point.name] = Failure(one.point, f"at a rate: {error}", error.exit_code)
    summaries = [found[p.name] for p in plan.points if p.name in found]
    return summaries, [failed[p.name] for p in plan.points if p.name in failed]


def main(argv=None):
    return script_main(run, lambda: parse(argv))


if __name__ == "__main__":
    sys.exit(main())
