#!/usr/bin/env python3
"""Writes the shipped networks, workloads/networks/*.yaml, and the table of them in docs/networks.md.

Each family is a script in scripts/networks with the tables of its paper. Change those, never the files they write; a
test compares the two to the byte. With --check nothing is written: the exit code is 1 when a file differs.
"""

import sys

from networks import families, page
from script_main import Arguments, script_main
from subvolt_results import EXIT_CONDITION, ROOT, write_text

FOLDER = ROOT / "workloads" / "networks"
PAGE = ROOT / "docs" / "networks.md"


def files():
    """{PATH: text} of all that this script writes."""
    made = families.all_networks()
    return {**{FOLDER / f"{net.name}.yaml": net.text() for net in made}, PAGE: page.text(families.by_family())}


def run(options):
    stale = [path for path, text in files().items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        print(path.relative_to(ROOT))
        if not options.check:
            write_text(path, files()[path])
    return EXIT_CONDITION if stale and options.check else 0


def arguments(argv=None):
    parser = Arguments("generate_networks.py", __doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; tell which files differ")
    parser.add_quiet()
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(script_main(run, arguments))
