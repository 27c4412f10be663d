#!/usr/bin/env python3
"""Runs networks on every kind of accelerator and checks that the work is done as planned.

All multiplications of the network, and as many bytes from and to each memory as the mapper planned and the program
names. Without NET: all networks that ship. Prints what is not as planned; exit code 1 if anything is not.
"""

import os
import sys

from points.parallel import in_parallel
from script_main import Arguments, near, script_main
from subvolt_results import EXIT_CONDITION, find_program
from validation import kinds


def parse(argv=None):
    parser = Arguments("check_work.py", __doc__)
    parser.add_argument("networks", metavar="NET", nargs="*", help="a shipped network; all when absent")
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="networks at a time")
    parser.add_quiet()
    options = parser.parse_args(argv)
    for net in options.networks:
        if net not in kinds.networks():
            parser.error(f'no network "{net}"{near(net, kinds.networks())}')
    if options.jobs < 1:
        parser.error("-j: expected at least 1")
    return options


def run(options):
    program = find_program()
    nets = options.networks or kinds.networks()
    wrong = {}
    for future, net in in_parallel(lambda net: kinds.faults(program, net), nets, "network", options.jobs, options.quiet):
        if future.result():
            wrong[net] = future.result()
    for net in sorted(wrong):
        print(f"{net}\n{wrong[net]}")
    print(f"{len(nets) - len(wrong)} of {len(nets)} networks as planned on every kind")
    return EXIT_CONDITION if wrong else 0


if __name__ == "__main__":
    sys.exit(script_main(run, parse))
