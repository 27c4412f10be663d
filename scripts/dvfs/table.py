"""The points of a sweep as a table: sweep.csv and the lines on stdout. Energies are of one inference."""

from energy_split import CAUSES, chip_and_devices, on_rail, split, union
from script_main import WIDTH
from subvolt_results import engineering, inferences
from text_tables import paragraph

_FIXED = 36  # columns of voltage, clock, latency and energy
_POWER = 9
_FOR_DEVICES = 19


def sweep_rows(points, failures, design):
    """One row per point, by voltage. dynamic_J + leakage_J + memory_*_J + supply_loss_J = energy_J, and so do the
    columns by cause. Infeasible points have a reason and no numbers."""
    splits = {p.voltage: chip_and_devices(p.result) for p in points}
    devices = union(s.devices for s in splits.values())
    rows = [_row(p, splits[p.voltage], devices, design) for p in points]
    for voltage, failure in failures:
        rows.append({"voltage_V": float(voltage), "status": failure.status, "reason": failure.reason})
    keys = union(rows)
    return [{key: row.get(key, "") for key in keys} for row in sorted(rows, key=lambda row: row["voltage_V"])]


def _row(p, energy, devices, design):
    totals, number = p.result["totals"], inferences(p.result)
    causes = split(p.result).causes
    row = {
        "voltage_V": float(p.voltage),
        "frequency_Hz": p.result["design_point"]["clock_frequency_Hz"][design.scaled_clock],
        "latency_s": totals["latency_s"],
        "fps": number / totals["latency_s"],
        "energy_J": totals["energy_J"] / number,
        "dynamic_J": energy.dynamic / number,
        "leakage_J": energy.leakage / number,
        **{f"memory_{name}_J": energy.devices.get(name, 0.0) / number for name in devices},
        "supply_loss_J": energy.regulators / number,
        "scaled_domain_J": on_rail(p.result, design.scaled_domain) / number,
        "average_power_W": totals["average_power_W"],
        "peak_power_W": totals.get("peak_power_W", ""),  # none of so long a run
        "tops_per_W": totals["tops_per_W"],
    }
    row |= {f"cause_{cause}_J": causes.get(cause, 0.0) / number for cause in CAUSES}
    return row | {"batch": number, "status": "finished", "reason": ""}


def device_columns(rows):
    """Names of the memory devices that a table has columns of."""
    return [key[len("memory_") : -len("_J")] for key in rows[0] if key.startswith("memory_")]


def sweep_lines(rows, minimum):
    """Shares of the energy by part, the memory devices by their own names as far as they fit in 80 columns."""
    devices = device_columns(rows)
    parts = [("dynamic", ["dynamic_J"]), ("leakage", ["leakage_J"])]
    parts += [(name, [f"memory_{name}_J"]) for name in devices]
    if sum(len(name) + 1 for name in devices) > _FOR_DEVICES:
        parts[2:] = [("memories", [f"memory_{name}_J" for name in devices])]
    parts.append(("supply", ["supply_loss_J"]))
    widths = [max(6, len(name) + 1) for name, _ in parts]
    power = sum(widths) + _FIXED + _POWER <= WIDTH - 2
    lines = ["voltage    clock   latency    energy" + "".join(f"{n:>{w}}" for (n, _), w in zip(parts, widths))]
    lines[0] += f"{'power':>{_POWER}}" if power else ""
    for i, row in enumerate(rows):
        shares = [100 * sum(row[c] for c in columns) / row["energy_J"] for _, columns in parts]
        lines.append(
            f"{row['voltage_V']:5.3f} V{engineering(row['frequency_Hz'], 'Hz'):>9}"
            f"{engineering(row['latency_s'], 's', 4):>10}{engineering(row['energy_J'], 'J', 4):>10}"
            + "".join(f"{s:{w - 2}.0f} %" for s, w in zip(shares, widths))
            + (f"{engineering(row['average_power_W'], 'W'):>{_POWER}}" if power else "")
            + (" <" if i == minimum.index else "")
        )
    return "\n".join(lines)


def minimum_sentence(rows, minimum):
    row = rows[minimum.index]
    swept = f"{engineering(row['energy_J'], 'J', 4)} per inference at {row['voltage_V']:g} V"
    if minimum.at_edge:
        edge = "lower" if minimum.index == 0 else "upper"
        return paragraph(
            f"Least energy (<): {swept}, the {edge} end of the range: no interior minimum was found.", WIDTH
        )
    return paragraph(
        f"Least energy (<): {swept} ({engineering(row['frequency_Hz'], 'Hz')}, {engineering(row['latency_s'], 's')}); "
        f"a parabola through it and its neighbours puts the minimum at {minimum.voltage:.3f} V, "
        f"{engineering(minimum.energy, 'J', 4)}.",
        WIDTH,
    )


def rail_sentence(rows, rail):
    """Where the scaled rail alone is cheapest: below the whole SoC's minimum as far as memories and what else stays
    powered for the time of an inference pull that up."""
    index = min(range(len(rows)), key=lambda i: rows[i]["scaled_domain_J"])
    row = rows[index]
    edge = {0: ", the lower end of the range", len(rows) - 1: ", the upper end of the range"}.get(index, "")
    where = f"{row['voltage_V']:g} V{edge} ({engineering(row['scaled_domain_J'], 'J')})"
    return paragraph(f"{rail} by itself is cheapest at {where}.", WIDTH)
