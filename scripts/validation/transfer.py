"""Measured points of chips at another voltage, carried, against what was measured there."""

import json

import yaml
from markdown import percent, table
from subvolt_results import ROOT, engineering, run_program


def shipped():
    """Chips with measured points and others to hold them against."""
    for path in sorted((ROOT / "configs" / "chips").glob("*.yaml")):
        if yaml.safe_load(path.read_text(encoding="utf-8"))["chip"].get("transfer", {}).get("checks"):
            yield path.stem


def conditions(at):
    return f"{at['voltage_V']:.4g} V, {at['frequency_Hz'] / 1e6:.4g} MHz"


def error(errors, key):
    return "within" if errors[key] == 0 else percent(errors[key], 1)


def text(program, folder, options):
    lines = []
    for chip in shipped():
        for point in json.loads(run_program(program, "transfer", chip, "--json"))["points"]:
            there, published, errors = point["carried"], point["published"], point["errors"]
            low, high = (engineering(value, "J", 4) for value in there["energy_J"])
            lines.append([f"`{chip}`", point["network"], conditions(point["measured"]), conditions(there),
                          engineering(published["time_s"], "s", 4), percent(errors["time_s"], 1),
                          engineering(point["measured"]["energy_J"], "J", 4), f"{low} to {high}",
                          engineering(published["energy_J"], "J", 4), error(errors, "energy_J")])  # fmt: skip
    head = ["chip", "network", "from", "to", "time there", "carried", "energy here", "carried", "measured there", "error"]
    return table(head, lines)
