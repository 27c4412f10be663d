"""How far the memories may be from the references, and how far they are."""

from dataclasses import dataclass

from memories.references import DEVICES, of, schedules

INDEPENDENT = ("T03", "T09", "T10", "T11")  # traces on which the scheduler has no choice
SATURATING = ("T01", "T02", "T05", "T07")
SEQUENTIAL = ("T01", "T02")
CYCLES = 3
# One bank without pause: what is counted between refreshes adds up, so these are relative.
RELATIVE = {("T03", "ddr4_2400"): 0.0025, ("T03", "lpddr4_3200"): 0.0015}
ENVELOPE = 0.03  # by which the envelope of the references is widened
NEAR_PEAK = 0.9
ENERGY_DEVICE = "ddr3_1600"
ENERGY_TRACES = ("T01", "T03", "T05", "T09", "T10", "T11")
ENERGY = 0.02
SCHEDULE_ENERGY = 0.03
SAVINGS_TRACES = ("T10", "T11")
SAVINGS = 0.05


@dataclass(frozen=True)
class Bar:
    """A figure that has to lie between two others."""

    what: str
    figure: float
    lowest: float
    highest: float

    @property
    def met(self):
        return self.lowest <= self.figure <= self.highest

    def __str__(self):
        verdict = "met" if self.met else "MISSED"
        return f"{verdict}: {self.what}: {self.figure:.6g}, {self.lowest:.6g} to {self.highest:.6g}"


def independent_cycles(runs):
    """Within 3 cycles of every reference, or within its share of every reference."""
    for device in DEVICES:
        for trace in INDEPENDENT:
            reference = [r.total_cycles for r in of(trace, device)]
            slack = [RELATIVE[trace, device] * r if (trace, device) in RELATIVE else CYCLES for r in reference]
            lowest = max(r - s for r, s in zip(reference, slack))
            highest = min(r + s for r, s in zip(reference, slack))
            yield Bar(f"{trace} on {device}, cycles", runs[trace, device, "none"]["total_cycles"], lowest, highest)


def saturating_cycles(runs):
    """Inside the envelope of the references, widened."""
    for device in DEVICES:
        for trace in SATURATING:
            reference = [r.total_cycles for r in of(trace, device)]
            lowest, highest = min(reference) * (1 - ENVELOPE), max(reference) * (1 + ENVELOPE)
            yield Bar(f"{trace} on {device}, cycles", runs[trace, device, "none"]["total_cycles"], lowest, highest)


def share_of_peak(result, cycles=None):
    """Bandwidth over the interface's peak; of a reference when it took so many cycles."""
    share = result["bandwidth_B_per_s"] / result["peak_bandwidth_B_per_s"]
    return share * result["total_cycles"] / cycles if cycles else share


def sequential_bandwidth(runs):
    """Never above the peak, and near it where any reference is."""
    for device in DEVICES:
        for trace in SEQUENTIAL:
            result = runs[trace, device, "none"]
            best = max(share_of_peak(result, r.total_cycles) for r in of(trace, device))
            lowest = NEAR_PEAK if best >= NEAR_PEAK else 0.0
            yield Bar(f"{trace} on {device}, share of the peak bandwidth", share_of_peak(result), lowest, 1.0)


def drampower_nJ(trace, device):
    """DRAMPower's energy of a trace, from the runs of DRAMSys."""
    return of(trace, device, simulator="DRAMSys 5.1")[0].energy_nJ


def energy(runs):
    for trace in ENERGY_TRACES:
        reference = drampower_nJ(trace, ENERGY_DEVICE)
        figure = runs[trace, ENERGY_DEVICE, "none"]["energy_J"]["core"] * 1e9
        yield Bar(f"{trace} on {ENERGY_DEVICE}, nJ", figure, reference * (1 - ENERGY), reference * (1 + ENERGY))


def core_units(runs):
    """{event: joules a count} on VDD1 and VDD2 of LPDDR4, from the accounts of a run that has all of them."""
    units = {}
    for account in runs["T07", "lpddr4_3200", "none"]["accounts"]:
        if account["domain"] in ("vdd1", "vdd2"):
            event = account["account"].split(".")[1]
            units[event] = units.get(event, 0.0) + account["unit_energy_J"] * account["scale"]
    return units


def schedule_energies(runs):
    """[(schedule, nJ)] of the schedules that DRAMPower has priced, at our prices."""
    units = core_units(runs)
    clock_Hz = runs["T07", "lpddr4_3200", "none"]["clock_Hz"]
    for schedule in schedules():
        counts = dict(schedule.events)
        for state in ("active_standby", "precharge_standby"):
            counts[state] = counts[state] * 1e12 / clock_Hz  # clocks -> picoseconds
        yield schedule, sum(count * units[event] for event, count in counts.items()) * 1e9


def schedule_energy(runs):
    for schedule, figure in schedule_energies(runs):
        reference = schedule.energy_nJ
        what = f"{schedule.trace} on lpddr4_3200, the same commands, nJ"
        yield Bar(what, figure, reference * (1 - SCHEDULE_ENERGY), reference * (1 + SCHEDULE_ENERGY))


def saving(runs, trace, device, policy="staggered"):
    """Share of the core's energy that a policy saves."""
    without = runs[trace, device, "none"]["energy_J"]["core"]
    return 1 - runs[trace, device, policy]["energy_J"]["core"] / without


def reference_saving(trace, device):
    """The same of DRAMSys; None where it gives no energy or no answer."""
    without = of(trace, device, simulator="DRAMSys 5.1")
    sleeping = of(trace, device, "staggered", "DRAMSys 5.1")
    if not sleeping or sleeping[0].energy_nJ is None:
        return None
    return 1 - sleeping[0].energy_nJ / without[0].energy_nJ


def savings(runs):
    for device in DEVICES:
        for trace in SAVINGS_TRACES:
            reference = reference_saving(trace, device)
            if reference is not None:
                what = f"{trace} on {device}, share saved by sleeping"
                yield Bar(what, saving(runs, trace, device), reference - SAVINGS, reference + SAVINGS)


GROUPS = (
    independent_cycles,
    saturating_cycles,
    sequential_bandwidth,
    energy,
    schedule_energy,
    savings,
)


def all_bars(runs):
    return [bar for group in GROUPS for bar in group(runs)]
