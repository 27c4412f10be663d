"""Runs whose layers.csv is all that is wanted."""

import csv
import json
from concurrent.futures import ThreadPoolExecutor

from subvolt_results import run_program

WORKERS = 2


def of_run(program, folder, *words):
    """The lines of layers.csv of `subvolt run WORDS`."""
    run_program(program, "run", *map(str, words), "-o", str(folder), "--quiet")
    with (folder / "layers.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def totals(folder):
    return json.loads((folder / "result.json").read_text(encoding="utf-8"))["totals"]


def at_a_time(work, items, workers=WORKERS):
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(work, items))
