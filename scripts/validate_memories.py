#!/usr/bin/env python3
"""Replays the reference traces on the DRAMs and compares cycles, energies and savings with other simulators.

Prints each bar with its limits; with --write, also writes the tables of docs/validation.md; with --check, says whether
they are current. Exit code 1: a bar is missed, or the tables are not current.
"""

import sys
import tempfile
from pathlib import Path

from memories import page
from memories.bars import all_bars
from memories.runs import Runs
from memories.traces import write_all
from script_main import Arguments, script_main
from subvolt_results import EXIT_CONDITION, ROOT, find_program, write_text

PAGE = ROOT / "docs" / "validation.md"


def parse(argv=None):
    parser = Arguments("validate_memories.py", __doc__)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--write", action="store_true", help="write the tables of docs/validation.md")
    what.add_argument("--check", action="store_true", help="exit with 1 if docs/validation.md has other tables")
    what.add_argument("--traces", type=Path, metavar="FOLDER", help="write the traces there and do nothing else")
    parser.add_quiet()
    return parser.parse_args(argv)


def make_runs():
    with tempfile.TemporaryDirectory() as folder:
        return Runs(find_program(), write_all(folder)).make()


def run(options):
    if options.traces:
        options.traces.mkdir(parents=True, exist_ok=True)
        write_all(options.traces)
        return 0
    runs = make_runs()
    found = all_bars(runs)
    for bar in found:
        print(bar)
    missed = sum(not bar.met for bar in found)
    print(f"{len(found) - missed} of {len(found)} bars met")
    old = PAGE.read_text(encoding="utf-8")
    new = page.replaced(old, page.section(runs)) if options.write or options.check else old
    if options.write:
        write_text(PAGE, new)
    elif new != old:
        print("the tables of docs/validation.md are not current: scripts/validate_memories.py --write")
    return EXIT_CONDITION if missed or (options.check and new != old) else 0


if __name__ == "__main__":
    sys.exit(script_main(run, parse))
