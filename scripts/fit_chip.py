#!/usr/bin/env python3
"""Fits the constants of a chip (power.fitted of its design's power intent) to the rows of its document.

Rows are those of configs/chips/CHIP.yaml whose use is fit and whose value is what a phase takes above idle. Each is run,
its counts are taken from its accounts, and the constants that meet all rows best (least squares of relative errors) are
printed with their standard errors, with the errors of the rows, and with those of each row left out in turn. Powers that
terms share in the YAML (an anchor) are one constant. A constant below zero ends the fit; one more than three times off
what bottom_up says is named. --write puts all into the power intent, --check compares.
"""

import re
import sys
import tempfile
from pathlib import Path

from chips.fitting import Fitted
from chips.rows import Model, count, document, fit_rows, si
from markdown import percent
from script_main import Arguments, script_main
from subvolt_results import EXIT_CONDITION, ScriptError, engineering, find_program, write_text

FAR = 3.0
DIGITS = 4


def parse(argv=None):
    parser = Arguments("fit_chip.py", __doc__)
    parser.add_argument("chip", metavar="CHIP", help="configs/chips/CHIP.yaml, or a file")
    parser.add_argument("--check", action="store_true", help="exit with 1 where the YAML has other numbers")
    parser.add_argument("--write", action="store_true", help="put the numbers into the power intent")
    parser.add_quiet()
    return parser.parse_args(argv)


def rows_of_fit(fitted, terms, fit):
    """Whether a row has a constant that only terms of that fit have (terms share a fit by an anchor)."""
    names = {name for name, term in terms.items() if term.get("fit") is fit}
    return lambda row: any(names.issuperset(constant.terms) for constant in row.counts)


def number(value, unit):
    return engineering(value, unit, DIGITS)


def new_text(text, fitted, terms, by_term):
    """The power intent with the numbers put in: below each term's name, of anchors where they are written."""
    lines = text.split("\n")
    term = None
    for index, line in enumerate(lines):
        head = re.match(r"      (\w+):\s*$", line)
        if head:
            term = head[1] if head[1] in terms else None
        if term is None:
            continue
        constants = by_term[term]
        if re.match(r"        energy: ", line):
            lines[index] = f"        energy: {number(constants[0][1], 'J')}"
        elif re.match(r"        powers: .*\[", line):
            for constant, value, _ in constants:
                lines[index] = re.sub(rf"(voltage: {constant.voltage:.1f} V, power: )[^}}]*", rf"\g<1>{number(value, 'W')}", lines[index])
        elif re.match(r"        uncertainty: ", line):
            lines[index] = f"        uncertainty: {max(u for _, _, u in constants):.2g}"
        elif re.match(r"        fit: .*\{", line):
            _, mean, worst, out_mean, out_worst = fitted.figures(rows_of_fit(fitted, terms, terms[term]["fit"]))
            told = f"mean: {mean:.3g}, worst: {worst:.3g}, leave_one_out_mean: {out_mean:.3g}, leave_one_out_worst: {out_worst:.3g}}}"
            lines[index] = re.sub(r"mean: .*\}", told, line, count=1)
    return "\n".join(lines)


def report(fitted, terms, quiet):
    if quiet:
        return
    for row, error, left_out in zip(fitted.rows, fitted.errors, fitted.left_out):
        print(f"{row.name:<78} {percent(error)}  left out {percent(left_out)}")
    seen = []
    for term in terms.values():
        if any(term["fit"] is fit for fit in seen):
            continue
        seen.append(term["fit"])
        rows, mean, worst, out_mean, out_worst = fitted.figures(rows_of_fit(fitted, terms, term["fit"]))
        print(f"\n{term['fit']['rows']}\n  {rows} rows: mean {100 * mean:.2f} %, worst {100 * worst:.2f} %; "
              f"each left out {100 * out_mean:.2f} %, {100 * out_worst:.2f} %")  # fmt: skip
    print()
    for constant, value, uncertainty in zip(fitted.constants, fitted.values, fitted.uncertainty):
        unit = "W" if constant.voltage else "J"
        print(f"{', '.join(constant.terms)}{f' at {constant.voltage:g} V' if constant.voltage else ''}: "
              f"{number(value, unit)} +- {100 * uncertainty:.1f} %")  # fmt: skip
        below = terms[constant.terms[0]].get("bottom_up")
        if below:
            ratio = value / si(below["energy"])
            far = ": MORE THAN THREE TIMES OFF" if ratio > FAR or ratio < 1 / FAR else ""
            print(f"  bottom-up {below['energy']}, {ratio:.2f} times that{far}")


def run(options):
    program = find_program()
    chip = document("chips", options.chip)[1]["chip"]
    if "measurements" not in chip:
        raise ScriptError(f"{options.chip} has no `measurements` of a design to fit constants to")
    design = document("designs", chip["design"])[1]["design"]
    path, intent = document("power", design["power"])
    fitted = intent["power"]["fitted"]
    model = Model(fitted)
    rows = fit_rows(chip)
    with tempfile.TemporaryDirectory() as folder:
        count(program, chip["design"], rows, model, fitted["rail"], Path(folder))
    solved = Fitted(rows, model.constants)
    report(solved, fitted["terms"], options.quiet)
    by_term = {name: [] for name in fitted["terms"]}
    for constant, value, uncertainty in zip(solved.constants, solved.values, solved.uncertainty):
        for term in constant.terms:
            by_term[term].append((constant, value, uncertainty))
    old = path.read_text(encoding="utf-8")
    new = new_text(old, solved, fitted["terms"], by_term)
    if options.check:
        if new != old:
            print(f"{path.name}: other numbers than these; --write puts them in", file=sys.stderr)
        return EXIT_CONDITION if new != old else 0
    if options.write and new != old:
        write_text(path, new)
    return 0


if __name__ == "__main__":
    sys.exit(script_main(run, parse))
