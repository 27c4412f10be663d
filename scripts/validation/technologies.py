"""How far the shipped technologies are from chips that they were not fitted to: the voltages of each chip from one of them."""

import csv
import json

from markdown import table
from subvolt_results import ROOT, run_program

CHIPS = ROOT / "tests" / "validation" / "data" / "technology_chips.csv"


def series():
    """{(technology, device, name): rows}, in the order of the file."""
    with open(CHIPS, encoding="utf-8") as file:
        found = {}
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            found.setdefault((row["technology"], row["device"], row["series"]), []).append(row)
    return found


def megahertz(hertz):
    return f"{hertz / 1e6:.4g}"


def text(program, folder, _options):
    lines = []
    for (technology, device, name), rows in series().items():
        [known] = [row for row in rows if row["use"] == "fit"]
        points = folder / "technology_point.csv"
        points.write_text("voltage_V,frequency_Hz,use\n" + "".join(
            f"{row['voltage_V']},{row['frequency_Hz']},{row['use']}\n" for row in rows), encoding="utf-8")
        done = json.loads(run_program(program, "calibrate", points, "--technology", technology, "--device", device, "--json"))
        for row, found in zip(rows, done["residuals"]):
            if row["use"] == "fit":
                continue
            lines.append([f"`{technology}`" + ("" if device == "logic" else f", `{device}`"), name,
                          f"{known['voltage_V']} V, {megahertz(float(known['frequency_Hz']))} MHz", f"{row['voltage_V']} V",
                          megahertz(float(row["frequency_Hz"])), megahertz(found["model_frequency_Hz"]),
                          f"{100 * found['frequency_error']:+.0f} %"])
    return table(["technology", "chip", "scaled at", "predicted at", "MHz", "model", "gap"], lines)
