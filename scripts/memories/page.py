"""The memory section of docs/validation.md: tables between two markers, written from runs."""

import markdown
from markdown import count, percent, table
from memories import bars
from memories.references import DEVICES, of
from memories.traces import TRACES

NAME, SCRIPT = "memories", "scripts/validate_memories.py --write"


def cycles_of(trace, device, simulator):
    found = of(trace, device, simulator=simulator)
    return count(found[0].total_cycles) if found else "–"


SIMULATORS = ("DRAMsim3", "DRAMSys 5.1", "Ramulator 2.1")


def cycles_table(runs, traces, found):
    rows = []
    for device in DEVICES:
        for trace in traces:
            bar = next(b for b in found if b.what.startswith(f"{trace} on {device},"))
            limits = f"{count(round(bar.lowest))} to {count(round(bar.highest))}"
            own = runs[trace, device, "none"]["total_cycles"]
            rows.append([device, trace, *(cycles_of(trace, device, s) for s in SIMULATORS), count(own), limits])
    return table(["device", "trace", *SIMULATORS, "Subvolt", "allowed"], rows)


def bandwidth_table(runs):
    rows = []
    for device in DEVICES:
        for trace in bars.SEQUENTIAL:
            result = runs[trace, device, "none"]
            best = max(bars.share_of_peak(result, r.total_cycles) for r in of(trace, device))
            peak = f"{result['peak_bandwidth_B_per_s'] / 1e9:.1f} GB/s"
            rows.append([device, trace, peak, f"{100 * best:.1f} %", f"{100 * bars.share_of_peak(result):.1f} %"])
    return table(["device", "trace", "peak", "best reference", "Subvolt"], rows)


def energy_table(runs):
    rows = []
    for device in ("ddr3_1600", "ddr4_2400"):
        for trace in TRACES:
            reference = bars.drampower_nJ(trace, device)
            own = runs[trace, device, "none"]
            figure = own["energy_J"]["core"] * 1e9
            cycles = own["total_cycles"] / of(trace, device, simulator="DRAMSys 5.1")[0].total_cycles - 1
            gap = percent(figure / reference - 1)
            rows.append([device, trace, f"{reference:,.0f} nJ", f"{figure:,.0f} nJ", gap, percent(cycles)])
    return table(["device", "trace", "DRAMPower", "Subvolt", "gap", "gap in cycles"], rows)


def schedule_table(runs):
    rows = []
    for schedule, figure in bars.schedule_energies(runs):
        reference = schedule.energy_nJ
        own = runs[schedule.trace, "lpddr4_3200", "none"]["energy_J"]["by_rail"]
        replayed = (own["vdd1"] + own["vdd2"]) * 1e9
        gap = percent(figure / reference - 1)
        figures = [f"{nJ:,.1f} nJ" for nJ in (reference, figure, replayed)]
        rows.append([schedule.trace, figures[0], figures[1], gap, figures[2]])
    return table(["trace", "DRAMPower", "the same commands", "gap", "Subvolt's own commands"], rows)


def savings_table(runs):
    rows = []
    for device in DEVICES:
        for trace in bars.SAVINGS_TRACES:
            reference = bars.reference_saving(trace, device)
            saved = [f"{100 * bars.saving(runs, trace, device, p):.1f} %" for p in ("power_down", "staggered")]
            saved.append("–" if reference is None else f"{100 * reference:.1f} %")
            late = runs[trace, device, "staggered"]["total_cycles"] - runs[trace, device, "none"]["total_cycles"]
            rows.append([device, trace, *saved, count(late)])
    head = ["device", "trace", "power-down", "power-down, self-refresh", "DRAMSys 5.1, the same", "clocks later"]
    return table(head, rows)


def section(runs):
    independent = list(bars.independent_cycles(runs))
    saturating = list(bars.saturating_cycles(runs))
    what = ", ".join(f"{name} {text}" for name, (text, _) in TRACES.items())
    return "\n\n".join(
        [
            f"Traces: {what}. Total cycles where the scheduler has no choice; references differ by where they start "
            "and stop their clocks:",
            cycles_table(runs, bars.INDEPENDENT, independent),
            "Total cycles where the memory is saturated and controllers differ; DRAMsim3 and Ramulator acknowledge a "
            "write when they accept it:",
            cycles_table(runs, bars.SATURATING, saturating),
            "Share of the peak bandwidth on sequential traces:",
            bandwidth_table(runs),
            "Energy of the core against DRAMPower's in DRAMSys 5.1; the bar is 2 % on DDR3, except on traces with "
            "writes. On DDR4 the two controllers take different times:",
            energy_table(runs),
            "LPDDR4, VDD1 and VDD2, against DRAMPower 5.1 on the commands that DRAMSys 5.1 issued; the last column is "
            "what our own controller's commands cost:",
            schedule_table(runs),
            "Share of the core's energy that sleeping saves: power-down as soon as nothing waits, and self-refresh "
            "from the next refresh on, as in DRAMSys' staggered power-down. DRAMSys 5.1 does not finish T10 on LPDDR4 "
            "and gives no energy for T11. The last column is how much later the trace ends:",
            savings_table(runs),
        ]
    )


def replaced(page, text):
    """The page with the section between the markers replaced."""
    return markdown.replaced(page, NAME, SCRIPT, text)
