"""What body bias does to the technology that has it, against what chips of its class gained by it."""

import csv
import json

from markdown import percent, table
from subvolt_results import ROOT, run_program

ROWS = ROOT / "tests" / "validation" / "data" / "body_bias.csv"
# Logic alone: memories have a rail of their own, which stays at its voltage, and their bodies are not driven.
DESIGN = ("corners", "edge_npu", "--net", "kws_ds_cnn", "--opp", "0.8V", "--quiet", "--json",
          "--set", "power.voltage_domains.VDD_SRAM.tracks=null")  # fmt: skip


def rows():
    with open(ROWS, encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def clock(program, row, bias, condition, volts=None):
    """Of the logic, in hertz. `condition`: its corner and temperature, "ss -40"."""
    corner, temperature = condition.split()
    told = run_program(program, *DESIGN, "--technology", row["technology"], "--corners", corner,
                       f"--temperatures={temperature}C", "--voltages", f"{volts or row['voltage_V']}V",
                       "--set", f"power.power_domains.PD_NPU.body_bias={bias}V")  # fmt: skip
    return json.loads(told)["conditions"][0]["f_max_Hz"]


def gain(program, row, condition):
    return clock(program, row, row["bias_V"], condition) / clock(program, row, 0, condition)


def volts_instead(program, row, condition):
    """What the supply would have to be raised by for the same clock without bias, to 1 mV."""
    wanted = clock(program, row, row["bias_V"], condition)
    low, high = float(row["voltage_V"]), float(row["voltage_V"]) + 0.4
    while high - low > 5e-4:
        middle = (low + high) / 2
        low, high = (middle, high) if clock(program, row, 0, condition, round(middle, 6)) < wanted else (low, middle)
    return high - float(row["voltage_V"])


def model(program, row):
    """By condition of the row, in its unit."""
    of = {"x": gain, "mV": lambda *words: 1e3 * volts_instead(*words)}[row["unit"]]
    return {condition: of(program, row, condition) for condition in row["conditions"].split(";")}


def text(program, _folder, _options):
    lines = []
    for row in rows():
        found, published = model(program, row), float(row["value"])
        say = (lambda x: f"× {x:.3g}") if row["unit"] == "x" else (lambda x: f"{x:.0f} mV")
        low, high = min(found.values()), max(found.values())
        near = min(max(published, low), high)
        gap = "within" if near == published else percent(near / published - 1, 0)
        told = ", ".join(f"{say(value)} ({condition} °C)" for condition, value in found.items())
        lines.append([row["item"], f"{row['voltage_V']} V, {row['bias_V']} V of bias", say(published), f"`{row['technology']}`: {told}",
                      gap, row["source"]])  # fmt: skip
    return table(["what", "at", "published", "model", "gap", "source"], lines)
