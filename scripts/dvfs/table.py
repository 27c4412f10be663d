"""The points of a sweep as a table: sweep.csv and the lines on stdout."""

import pandas as pd

from subvolt_results import CAUSES, energy_by_cause, energy_split, engineering, scaled_domain_energy


def sweep_table(points, design):
    """One row per point, by voltage. dynamic_J + leakage_J + dram_J + supply_loss_J = energy_J, and so do the
    columns by cause."""
    rows = []
    for p in points:
        totals, split, causes = p.result["totals"], energy_split(p.result), energy_by_cause(p.result)
        row = {
            "voltage_V": float(p.voltage),
            "frequency_Hz": p.result["design_point"]["clock_frequency_Hz"][design.scaled_clock],
            "latency_s": totals["latency_s"],
            "fps": 1.0 / totals["latency_s"],
            "energy_J": totals["energy_J"],
            "dynamic_J": split["dynamic"],
            "leakage_J": split["leakage"],
            "dram_J": split["dram"],
            "supply_loss_J": split["supply_loss"],
            "scaled_domain_J": scaled_domain_energy(p.result, design.scaled_domain),
            "average_power_W": totals["average_power_W"],
            "peak_power_W": totals["peak_power_W"],
            "tops_per_W": totals["tops_per_W"],
        }
        row.update({f"cause_{cause}_J": causes.get(cause, 0.0) for cause in CAUSES})
        rows.append(row)
    return pd.DataFrame(rows)


def csv(table):
    """Floats with all their digits: the table is read by programs."""
    return table.to_csv(index=False, lineterminator="\n", float_format=repr)


def sweep_lines(table, minimum):
    lines = [" voltage      clock     latency      energy   dynamic  leakage     DRAM   supply  avg power   TOPS/W"]
    for i, row in table.iterrows():
        shares = [row[c] / row["energy_J"] for c in ("dynamic_J", "leakage_J", "dram_J", "supply_loss_J")]
        lines.append(
            f"{row['voltage_V']:6.3f} V {engineering(row['frequency_Hz'], 'Hz'):>10} "
            f"{engineering(row['latency_s'], 's', 4):>11} {engineering(row['energy_J'], 'J', 4):>11} "
            + " ".join(f"{100 * s:6.1f} %" for s in shares)
            + f" {engineering(row['average_power_W'], 'W'):>9} {row['tops_per_W']:8.3f}"
            + ("  least energy" if i == minimum.index else "")
        )
    return "\n".join(lines)


def minimum_sentence(table, minimum):
    row = table.iloc[minimum.index]
    swept = f"{engineering(row['energy_J'], 'J', 4)} per inference at {row['voltage_V']:g} V"
    if minimum.at_edge:
        edge = "lower" if minimum.index == 0 else "upper"
        return f"Least energy: {swept}, the {edge} end of the range: no interior minimum was found."
    return (
        f"Least energy: {swept} ({engineering(row['frequency_Hz'], 'Hz')}, {engineering(row['latency_s'], 's')}); "
        f"a parabola through it and its neighbours puts the minimum at {minimum.voltage:.3f} V, "
        f"{engineering(minimum.energy, 'J', 4)}."
    )


def rail_sentence(table, rail):
    """Where the scaled rail alone is cheapest: below the whole SoC's minimum as far as DRAM and what else stays
    powered for the time of an inference pull that up."""
    index = table["scaled_domain_J"].idxmin()
    row = table.iloc[index]
    edge = {0: ", the lower end of the range", len(table) - 1: ", the upper end of the range"}.get(index, "")
    return (
        f"{rail} by itself is cheapest at {row['voltage_V']:g} V{edge} ({engineering(row['scaled_domain_J'], 'J')})."
    )
