#!/usr/bin/env python3
"""Runs what docs/validation.md has tables of, and writes the tables.

Each table lies between two comments that name it. --only takes some of them, --check compares and writes nothing.
Tables that this machine cannot make, such as instructions without valgrind, stay as they are.
"""

import sys
import tempfile
from pathlib import Path

import markdown
from script_main import Arguments, near, script_main
from subvolt_results import EXIT_CONDITION, ROOT, ScriptError, find_program, write_text
from validation import body_bias, chips, cortex_m, ethos_u, eyeriss, kinds, mapper, monotone, ne16, nv_small, objectives, scale_sim
from validation import speed, supply, technologies, transfer, twins, utilisation

PAGE = ROOT / "docs" / "validation.md"
SCRIPT = "scripts/write_validation.py"
RTL = ROOT / "tests" / "validation" / "data" / "nv_small_layers.csv"
NE16 = RTL.with_name("ne16_layers.csv")

# By the name between its markers: text(program, folder, options), or None where it cannot be made here.
TABLES = {
    "chips": chips.text,
    "chips by technology": technologies.text,
    "body bias": body_bias.text,
    "regulators": supply.text,
    "transfer": transfer.text,
    "work of kinds": kinds.text,
    "twins": twins.text,
    "utilisation": utilisation.text,
    "monotone": monotone.text,
    "objectives": objectives.text,
    "mapper by design": mapper.designs,
    "mapper by kind": mapper.of_kinds,
    "nv_small": nv_small.text,
    "ne16": ne16.text,
    "gap9": ne16.gap9,
    "cortex_m": cortex_m.text,
    "cortex_m55": cortex_m.m55,
    "eyeriss": eyeriss.text,
    "ethos_u": ethos_u.text,
    "scale_sim": scale_sim.text,
    "instructions by kind": speed.text,
}


def parse(argv=None):
    parser = Arguments("write_validation.py", __doc__, "Tables: " + ", ".join(TABLES))
    parser.add_argument("--only", action="append", metavar="TABLE", help="this table; repeatable")
    parser.add_argument("--check", action="store_true", help="exit with 1 if the page has other tables; write nothing")
    parser.add_argument("--rtl", type=Path, default=RTL, metavar="FILE", help="layers of nv_small's RTL")
    parser.add_argument("--ne16", type=Path, default=NE16, metavar="FILE", help="layers of NE16's RTL")
    parser.add_argument("--net", action="append", dest="networks", metavar="NET",
                        help="this network instead of all that ship, for a look; repeatable")  # fmt: skip
    parser.add_quiet()
    options = parser.parse_args(argv)
    for name in options.only or ():
        if name not in TABLES:
            parser.error(f'no table "{name}"{near(name, TABLES)}')
    if options.networks and not options.check:
        parser.error("--net is for a look: add --check")
    return options


def run(options):
    program = find_program()
    old = page = PAGE.read_text(encoding="utf-8")
    for path in (options.rtl, options.ne16):
        if not path.is_file():
            raise ScriptError(f"there is no {path}")
    with tempfile.TemporaryDirectory() as folder:
        for name, text in TABLES.items():
            if options.only and name not in options.only:
                continue
            if not options.quiet:
                print(name, file=sys.stderr)
            made = text(program, Path(folder), options)
            if made is None:
                print(f"{name}: cannot be made here and stays", file=sys.stderr)
                continue
            before = page
            page = markdown.replaced(page, name, SCRIPT, made)
            if options.check and page != before:
                print(f"{name}: the page has another table than this:\n\n{made}\n")
    if options.check:
        if page != old:
            print(f"the tables of {PAGE.relative_to(ROOT)} are not current: {SCRIPT}")
        return EXIT_CONDITION if page != old else 0
    if page != old:
        write_text(PAGE, page)
    return 0


if __name__ == "__main__":
    sys.exit(script_main(run, parse))
