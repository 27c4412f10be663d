"""How far the shipped regulators are from their data sheets."""

import csv
import json

from markdown import table
from subvolt_results import ROOT, run_program

ROWS = ROOT / "tests" / "validation" / "data" / "regulators.csv"


def rows():
    with open(ROWS, encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def model(program, row):
    """Of a row's quantity: an efficiency, or a current."""
    options = ["--output", f"{row['output_V']}V", "--input", f"{row['input_V']}V", "--json"]
    if row["load_A"]:
        options += ["--loads", f"{row['load_A']} A"]
    told = json.loads(run_program(program, "supply", row["part"], *options))
    return told["loads"][0]["efficiency"] if row["quantity"] == "efficiency" else told["unloaded_A"]


def text(program, _folder, _options):
    lines = []
    for row in rows():
        found, low, high = model(program, row), float(row["low"]), float(row["high"])
        efficiency = row["quantity"] == "efficiency"
        near = min(max(found, low), high)
        percent, words = (lambda x: f"{100 * x:.1f} %"), (lambda x: f"{1e6 * x:.2f} uA")
        say = percent if efficiency else words
        published = say(low) if low == high else f"{say(low)} to {say(high)}"
        gap = f"{round(100 * (found - near), 1) + 0.0:+.1f} points" if efficiency else f"{100 * (found / near - 1):+.0f} %"
        lines.append([f"`{row['part']}`", "without load" if not row["load_A"] else f"{float(row['load_A']):.3g} A",
                      f"{row['input_V']} to {row['output_V']} V", published, say(found), gap, row["use"], row["source"]])
    return table(["part", "load", "from, to", "published", "model", "gap", "use", "source"], lines)
