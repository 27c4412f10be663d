#!/usr/bin/env python3
"""Compares the layer tables of network files with reference tables, operator by operator.

A reference table is a CSV with the columns name, macs, params, param_bytes, in_bytes and out_bytes, one row per operator.
FILE_tflite.csv or FILE_onnx.csv is of a model file and in its order; NAME.csv is of a shipped network and has its layers'
names. A model file that leaves dimensions open is left out. Every difference must be one that a list of differences explains (tests/validation/data). Exit code 1: one is not,
or an explanation explains nothing.
"""

import csv
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from script_main import Arguments, script_main
from subvolt_results import EXIT_CONDITION, ROOT, ScriptError, find_program

COLUMNS = ("macs", "params", "param_bytes", "in_bytes", "out_bytes")
DIFFERENCES = sorted((ROOT / "tests" / "validation" / "data").glob("*_networks_differences.csv"))


def parse(argv=None):
    parser = Arguments("validate_networks.py", __doc__)
    parser.add_argument("tables", type=Path, help="folder with reference tables")
    parser.add_argument("--models", type=Path, help="folder with the model files")
    parser.add_argument("--all", action="store_true", help="print explained differences, too")
    parser.add_quiet()
    return parser.parse_args(argv)


def subject(table, models):
    """What to give `subvolt nets` for a table; None when its file is not there."""
    for suffix in ("tflite", "onnx"):
        if table.stem.endswith("_" + suffix):
            name = table.stem[: -len(suffix) - 1] + "." + suffix
            file = models / name if models else None
            return (name, str(file)) if file and file.is_file() else None
    return table.stem, table.stem


def rows_of(table):
    with table.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["idx"] != "TOTAL"]


def layers_of(program, what):
    start = time.monotonic()
    done = subprocess.run([program, "nets", what, "--json"], capture_output=True, text=True, check=False)
    seconds = time.monotonic() - start
    if done.returncode != 0:
        return None, done.stderr.strip().splitlines()[:1], seconds
    return json.loads(done.stdout), None, seconds


def pairs_of(rows, layers, by_name):
    """(label, reference row or None, layer or None), in the order of the layers."""
    if not by_name:
        longest = max(len(rows), len(layers))
        rows = rows + [None] * (longest - len(rows))
        layers = layers + [None] * (longest - len(layers))
        return [(f"{i} {(r or {'op': 'none'})['op']}", r, l) for i, (r, l) in enumerate(zip(rows, layers))]
    named = {row["name"]: row for row in rows}
    pairs = [(layer["name"], named.pop(layer["name"], None), layer) for layer in layers]
    return pairs + [(name, row, None) for name, row in named.items()]


def compare(program, name, what, table):
    """(name, layer, column, reference, found) of each difference, None without shapes; the seconds the program took."""
    found, error, seconds = layers_of(program, what)
    if error is not None and "--shape" in error[0]:
        return None, seconds
    if error is not None:
        return [(name, "", "error", "", " ".join(error))], seconds
    rows = rows_of(table)
    differences = []
    for label, row, layer in pairs_of(rows, found["layers"], what == table.stem):
        if row is None or layer is None:
            there = "absent" if row is None else row["op"]
            here = "absent" if layer is None else layer["op"]
            differences.append((name, label, "op", there, here))
            continue
        for column in COLUMNS:
            if int(row[column]) != layer[column]:
                differences.append((name, label, column, int(row[column]), layer[column]))
    for column in ("macs", "params", "param_bytes"):
        total = sum(int(row[column]) for row in rows)
        if total != found[column]:
            differences.append((name, "TOTAL", column, total, found[column]))
    return differences, seconds


def explanations():
    explained = {}
    for file in DIFFERENCES:
        with file.open(encoding="utf-8", newline="") as lines:
            for r in csv.DictReader(line for line in lines if not line.startswith("#")):
                column = {"input_bytes": "in_bytes", "output_bytes": "out_bytes"}.get(r["column"], r["column"])
                explained[(r["network"], r["layer"], column, r["table"], r["here"])] = r["reason"]
    return explained


def run(options):
    program = find_program()
    tables = sorted(t for t in options.tables.glob("*.csv") if t.name != "totals.csv")
    if not tables:
        raise ScriptError(f"{options.tables}: expected reference tables *.csv, got none")
    subjects = [(table, subject(table, options.models)) for table in tables]
    left_out = [table.stem for table, of in subjects if of is None]
    subjects = [(table, of) for table, of in subjects if of is not None]
    with ThreadPoolExecutor(max_workers=2) as pool:
        results = list(pool.map(lambda s: compare(program, s[1][0], s[1][1], s[0]), subjects))
    left_out += [f"{name} (open dimensions)" for (_, (name, _)), (d, _) in zip(subjects, results) if d is None]
    subjects, results = zip(*((s, r) for s, r in zip(subjects, results) if r[0] is not None))
    explained, used, open_ones, slowest = explanations(), set(), 0, (0.0, "")
    for (_, (name, _)), (differences, seconds) in zip(subjects, results):
        slowest = max(slowest, (seconds, name))
        for difference in differences:
            key = tuple(str(part) for part in difference)
            reason = explained.get(key)
            used.add(key)
            open_ones += reason is None
            if reason is None or options.all:
                file, row, column, reference, found = key
                print(f"{file}: {row} {column}: reference {reference}, here {found}: {reason or 'NOT EXPLAINED'}")
    names = {name for _, (name, _) in subjects}
    # Other words for an operator and other work than MACs are not compared here.
    compared = {key for key in explained if key[2] in COLUMNS or "absent" in key}
    stale = sorted(key for key in compared if key[0] in names and key not in used)
    for key in stale:
        print(f"{', '.join(key)}: explained, but there is no such difference")
    equal = sum(not differences for differences, _ in results)
    print(
        f"{len(subjects)} tables: {equal} equal in every row and column, {len(subjects) - equal} with differences,"
        f" {len(used) - open_ones} of them explained and {open_ones} not; slowest {slowest[1]} {slowest[0]:.2f} s"
    )
    if left_out:
        print(f"left out: {', '.join(left_out)}")
    return EXIT_CONDITION if open_ones or stale else 0


if __name__ == "__main__":
    sys.exit(script_main(run, parse))
