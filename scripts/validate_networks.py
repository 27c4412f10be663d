#!/usr/bin/env python3
"""Compares the layer tables of network files with reference tables, operator by operator.

A reference table is a CSV with the columns op, macs, params, param_bytes, in_bytes and out_bytes, one row per operator
in the order of the file, named FILE_tflite.csv or FILE_onnx.csv for a model file and NAME.csv for a shipped network.
Every difference must be one that scripts/data/network_differences.csv explains. Exit code 1: one is not, or an
explanation explains nothing.
"""

import argparse
import csv
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from script_main import script_main
from subvolt_results import EXIT_CONDITION, ROOT, ScriptError, find_program

COLUMNS = {
    "macs": "macs",
    "params": "params",
    "param_bytes": "param_bytes",
    "in_bytes": "in_bytes",
    "out_bytes": "out_bytes",
}
DIFFERENCES = ROOT / "scripts" / "data" / "network_differences.csv"


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", type=Path, help="folder with reference tables")
    parser.add_argument("--models", type=Path, help="folder with the model files")
    parser.add_argument("--all", action="store_true", help="print explained differences, too")
    return parser.parse_args()


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


def compare(program, name, what, table):
    """(name, row, column, reference, found) of each difference, and the seconds the program took."""
    found, error, seconds = layers_of(program, what)
    if error is not None:
        return [(name, "", "error", "", " ".join(error))], seconds
    expected = rows_of(table)
    differences = []
    if len(expected) != len(found["layers"]):
        differences.append((name, "", "rows", len(expected), len(found["layers"])))
    for index, (row, layer) in enumerate(zip(expected, found["layers"])):
        for column, key in COLUMNS.items():
            if int(row[column]) != layer[key]:
                differences.append((name, f"{index} {row['op']}", column, int(row[column]), layer[key]))
    for column in ("macs", "params", "param_bytes"):
        total = sum(int(row[column]) for row in expected)
        if total != found[column]:
            differences.append((name, "TOTAL", column, total, found[column]))
    return differences, seconds


def explanations():
    with DIFFERENCES.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {(r["file"], r["row"], r["column"], r["reference"], r["subvolt"]): r["reason"] for r in rows}


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
    stale = [key for key in explained if key[0] in names and key not in used]
    for key in stale:
        print(f"{DIFFERENCES.name}: {', '.join(key)}: explained, but there is no such difference")
    equal = sum(not differences for differences, _ in results)
    print(
        f"{len(subjects)} tables: {equal} equal in every row and column, {len(subjects) - equal} with differences,"
        f" {len(used) - open_ones} of them explained and {open_ones} not; slowest {slowest[1]} {slowest[0]:.2f} s"
    )
    if left_out:
        print(f"left out, no file: {', '.join(left_out)}")
    return EXIT_CONDITION if open_ones or stale else 0


if __name__ == "__main__":
    sys.exit(script_main(run, parse))
