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


def work_and_floor(points):
    """By what the energy of work rises from here to there, and the floor's power there: the two numbers that say the
    energies of all networks there best, in relative squares; with the worst error that they leave."""
    rows = []
    for point in points:
        here, there = point["measured"], point["published"]
        work = here["energy_J"] - here["floor_power_W"] * here["time_s"]
        rows.append((work / there["energy_J"], there["time_s"] / there["energy_J"]))
    aa, ab, bb = (sum(x * y for x, y in pairs) for pairs in (
        [(a, a) for a, _ in rows], [(a, b) for a, b in rows], [(b, b) for _, b in rows]))  # fmt: skip
    a1, b1 = sum(a for a, _ in rows), sum(b for _, b in rows)
    determinant = aa * bb - ab * ab
    rise, floor = (a1 * bb - b1 * ab) / determinant, (aa * b1 - ab * a1) / determinant
    return rise, floor, max(abs(a * rise + b * floor - 1) for a, b in rows)


def work_row(chip, points):
    rise, floor, worst = work_and_floor(points)
    square = points[0]["carried"]["switching_factor"]
    here = sum(point["measured"]["floor_power_W"] for point in points) / len(points)
    return [f"`{chip}`", conditions(points[0]["measured"]), conditions(points[0]["carried"]), f"{rise:.3f}", f"{square:.3f}",
            percent(square / rise - 1, 1), f"{engineering(here, 'W', 3)} to {engineering(floor, 'W', 3)}", percent(worst, 1)]  # fmt: skip


def text(program, folder, options):
    lines, works = [], []
    for chip in shipped():
        points = json.loads(run_program(program, "transfer", chip, "--json"))["points"]
        works.append(work_row(chip, points))
        for point in points:
            there, published, errors = point["carried"], point["published"], point["errors"]
            low, high = (engineering(value, "J", 4) for value in there["energy_J"])
            lines.append([f"`{chip}`", point["network"], conditions(point["measured"]), conditions(there),
                          engineering(published["time_s"], "s", 4), percent(errors["time_s"], 1),
                          engineering(point["measured"]["energy_J"], "J", 4), f"{low} to {high}",
                          engineering(published["energy_J"], "J", 4), error(errors, "energy_J")])  # fmt: skip
    head = ["chip", "network", "from", "to", "time there", "carried", "energy here", "carried", "measured there", "error"]
    of_work = ["chip", "from", "to", "work rises by", "V² says", "error", "floor", "worst network"]
    return (table(head, lines) + "\n\nWork and floor apart: what is above the floor's power here is work, and the networks' energies there are "
            "some times the work\nand what a floor draws in their time, both numbers fitted to all of them.\n\n" + table(of_work, works))  # fmt: skip
