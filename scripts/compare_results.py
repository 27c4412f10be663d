#!/usr/bin/env python3
"""A comparison table of several results, one column each, on stdout.

    compare_results.py FOLDER [FOLDER ...]
"""

import argparse
import re
import sys

from subvolt_results import (
    GROUPS,
    STANDBY,
    ScriptError,
    energy_by_cause,
    energy_by_group,
    engineering,
    memory_devices,
    read_result,
)

WIDTH = 80
LABEL = 19
GAP = 1
LEAST_COLUMN = 14


def wrap(text, width):
    """Lines of a name, broken behind its separators where possible."""
    lines = [""]
    for piece in re.findall(r"[^_\-. ,]+[_\-. ,]*|[_\-. ,]+", text):
        while len(piece) > width:
            lines += [piece[:width]]
            piece = piece[width:]
        if len(lines[-1]) + len(piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines if line.strip()]


def on_chip_leakage(result):
    """Joules of leakage and retention; a memory device's standby is its own matter."""
    devices = memory_devices(result)
    return sum(
        energy
        for component in result["components"]
        if component["name"] not in devices
        for cause, energy in component["energy_J"].items()
        if cause in STANDBY
    )


def clocked_domain(result):
    """The NPU's supply and clock: the first domain with a clock, as the power intents list it first."""
    for domain in result["design_point"]["domains"].values():
        if "frequency_Hz" in domain:
            return domain
    raise ScriptError("a result without any clock")


def column(result):
    """(label, text) of one result; an empty text draws a rule."""
    point, totals = result["design_point"], result["totals"]
    domain = clocked_domain(result)
    total = totals["energy_J"]
    rows = [
        ("network", point["network"]),
        ("SoC, technology", f"{point['soc']} {point['technology']}"),
        ("operating point", point["operating_point"]),
        ("NPU supply", engineering(domain["voltage_V"], "V")),
        ("NPU clock", engineering(domain["frequency_Hz"], "Hz")),
        ("", ""),
        ("latency", engineering(totals["latency_s"], "s", 4)),
        ("energy/inference", engineering(total, "J", 4)),
        ("average power", engineering(totals["average_power_W"], "W", 4)),
        ("peak power", engineering(totals["peak_power_W"], "W", 4)),
        ("TOPS/W", f"{totals['tops_per_W']:.4g}"),
        ("array utilisation", f"{100 * totals['utilization']:.1f} %"),
        ("", ""),
    ]
    groups = energy_by_group(result)
    rows += [(group, share(groups[group], total)) for group in GROUPS]
    causes = energy_by_cause(result)
    rows += [
        ("", ""),
        ("of it leakage", share(on_chip_leakage(result), total)),
        ("of it DRAM standby", share(causes.get("background", 0.0) + causes.get("refresh", 0.0), total)),
        ("on estimates", f"{100 * totals['estimated_energy_share']:.0f} %"),
    ]
    return rows


def share(energy, total):
    """Energy and its part of the whole, in 14 characters."""
    part = 100 * energy / total if total > 0 else 0.0
    return f"{engineering(energy, 'J')} {part:3.0f}%"


def table(results):
    """Lines of at most WIDTH characters; as many tables below one another as that takes."""
    most = (WIDTH - LABEL) // (LEAST_COLUMN + GAP)
    blocks = [results[i : i + most] for i in range(0, len(results), most)]
    return "\n\n".join(block(b) for b in blocks)


def block(results):
    width = min(22, (WIDTH - LABEL) // len(results) - GAP)
    columns = [column(r) for r in results]
    lines = []
    for cells in zip(*columns):
        label = cells[0][0]
        if not label:
            lines.append("-" * (LABEL + (width + GAP) * len(results)))
            continue
        wrapped = [wrap(text, width) if len(text) > width else [text] for _, text in cells]
        for line in range(max(map(len, wrapped))):
            texts = [w[line] if line < len(w) else "" for w in wrapped]
            lines.append((label if line == 0 else "").ljust(LABEL) + "".join(t.rjust(width + GAP) for t in texts))
    return "\n".join(line.rstrip() for line in lines)


def main(argv=None):
    parser = argparse.ArgumentParser(prog="compare_results.py", description="Compares results, one column each.")
    parser.add_argument("results", nargs="+", metavar="FOLDER", help="folders of runs, or their result.json")
    options = parser.parse_args(argv)
    try:
        print(table([read_result(r) for r in options.results]))
        return 0
    except (ScriptError, KeyError) as error:
        print(f"a result without {error}" if isinstance(error, KeyError) else error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
