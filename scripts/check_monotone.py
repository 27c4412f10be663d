#!/usr/bin/env python3
"""Looks for design points at which a bigger part makes a network slower.

Draws COUNT random points (a design, a network, some parameters) and lets one parameter of each grow step by step, under
--objective latency. Prints the steps that cost more than 0.5 %, in cycles and in time; exit code 1 if there are any.
"""

import sys
import tempfile
from pathlib import Path

from script_main import Arguments, script_main
from subvolt_results import EXIT_CONDITION, find_program
from validation import monotone


def parse(argv=None):
    parser = Arguments("check_monotone.py", __doc__)
    parser.add_argument("count", metavar="COUNT", type=int, nargs="?", default=monotone.POINTS, help="points; 300")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the points; 1")
    options = parser.parse_args(argv)
    if options.count < 1:
        parser.error("COUNT: expected at least 1")
    return options


def run(options):
    with tempfile.TemporaryDirectory() as folder:
        found = monotone.all_worst(find_program(), Path(folder), options.seed, options.count)
    wrong = [(point, worst) for point, worst in found if worst[0] > monotone.MOST]
    for point, worst in sorted(wrong, key=lambda case: -case[1][0]):
        print(monotone.words(point, worst))
    print(f"{len(wrong)} of {len(found)} series have a step that costs more than {100 * monotone.MOST:.1f} %")
    return EXIT_CONDITION if wrong else 0


if __name__ == "__main__":
    sys.exit(script_main(run, parse))
