"""Least energy per frame at a given frame rate: race to idle, or slow and steady? A frame is an inference.

Each frame is simulated (points.periods) under the gating policies of the power intent, and under others in their place.
"""

from dataclasses import dataclass
from decimal import Decimal

from dvfs.points import volts
from points.periods import Period, latency_ps, period_ps
from script_main import WIDTH
from subvolt_results import EXIT_CONDITION, EXIT_USAGE, ProgramError, ScriptError, engineering, inferences
from text_tables import paragraph

AS_WRITTEN = "as written"
VARIANTS = (AS_WRITTEN, "clock-gated", "power-gated")
_RESOLUTION = Decimal("0.001")  # volts, of the slowest point that still meets the rate
# State -> the policy that sends an idle domain there. The first one that a domain lists; RETENTION before OFF, which
# would lose what memories hold.
_GATE = {"CLK_GATED": "{name: clock_gate, after: 0 s}"}
_POLICIES = {
    AS_WRITTEN: {},
    "clock-gated": _GATE,
    "power-gated": {s: f"{{name: power_gate_after, state: {s}, after: 0 s}}" for s in ("RETENTION", "OFF")} | _GATE,
}


def policies(variant, states):
    """Overrides that make the policies of a variant. `states`: power domain -> names of the states that it lists."""
    chosen = {d: [p for s, p in _POLICIES[variant].items() if s in listed] for d, listed in states.items()}
    return tuple(f"power.power_domains.{d}.policy={found[0]}" for d, found in chosen.items() if found)


@dataclass(frozen=True)
class Frame:
    """One frame at one point, as one of its run's batch."""

    point: object
    variant: str
    sets: tuple  # overrides of the variant
    batch: int
    period: Period  # of a run; its frames come together

    @property
    def active_J(self):
        return self.period.active_J / self.batch

    @property
    def idle_J(self):
        return self.period.idle_J / self.batch

    @property
    def energy_J(self):
        return self.period.energy_J / self.batch

    @property
    def power_W(self):
        return self.period.energy_J / self.period.period_s


def _latency(point):
    return latency_ps(point.result)


def just_in_time(sweep, points, length_ps):
    """The lowest voltage, to the millivolt, at which a frame still fits its period, where that lies between two
    swept points: with clock gating that is where the least energy often is. None when it is a swept point already or
    no point fits."""
    slow = [p for p in points if _latency(p) > length_ps]
    fast = [p for p in points if _latency(p) <= length_ps]
    if not fast or not slow or slow[-1].voltage > fast[0].voltage:
        return None
    below, above = slow[-1], fast[0]
    found = None
    while above.voltage - below.voltage > _RESOLUTION:
        point = sweep.point(_between(below, above, length_ps))
        if _latency(point) <= length_ps:
            found = above = point
        else:
            below = point
    return found


def _between(below, above, length_ps):
    """A voltage strictly between both: where log latency, nearly straight over so short a way, crosses the period,
    but not so near to an end that the search would creep."""
    slow, fast = Decimal(_latency(below)).ln(), Decimal(_latency(above)).ln()
    share = (slow - Decimal(length_ps).ln()) / (slow - fast)
    span = above.voltage - below.voltage
    share = min(max(share + _RESOLUTION / span, Decimal("0.05")), Decimal("0.95"))
    steps = max(1, int(span * share / _RESOLUTION))
    voltage = (below.voltage / _RESOLUTION).to_integral_value() * _RESOLUTION + steps * _RESOLUTION
    return voltage if below.voltage < voltage < above.voltage else (below.voltage + above.voltage) / 2


def frames(sweep, points, rate):
    """(frames, {variant: why the program refuses it}): a Frame for each point that meets the rate and each variant, by
    voltage. None meets it: an error that says how far the best one gets."""
    batch = inferences(points[0].result)
    length_ps = period_ps(points[0].result, rate)
    extra = just_in_time(sweep, points, length_ps)
    candidates = [*points, extra] if extra else points
    asked = [(p, v) for p in candidates if _latency(p) <= length_ps for v in VARIANTS]

    def simulate(one):
        point, variant = one
        sets = policies(variant, sweep.design.states)
        return Frame(point, variant, sets, batch, sweep.period(point, length_ps, variant, sets))

    found, refused = {}, {}
    for future, (point, variant) in sweep.parallel(simulate, asked, "frame"):
        try:
            frame = future.result()
            if frame.period.met:  # the way up may make an inference longer
                found[point.voltage, VARIANTS.index(variant)] = frame
        except ProgramError as error:
            if variant == AS_WRITTEN or error.exit_code != EXIT_USAGE:
                raise
            refused[variant] = str(error)
    if not found:
        best = min(points, key=_latency)
        raise ScriptError(
            f"no point meets {rate} frames/s: the fastest, {volts(best.voltage)}, gives {batch / best.latency_s:.4g}",
            EXIT_CONDITION,
        )
    return [found[key] for key in sorted(found)], refused


def best_of(all_frames, variant=None):
    """Least energy; of equals the lower voltage."""
    return min((f for f in all_frames if variant in (None, f.variant)), key=lambda f: (f.energy_J, f.point.voltage))


def frame_rows(all_frames, design):
    return [
        {
            "voltage_V": float(f.point.voltage),
            "frequency_Hz": f.point.result["design_point"]["clock_frequency_Hz"][design.scaled_clock],
            "latency_s": f.point.latency_s,
            "batch": f.batch,
            "period_s": f.period.period_s,
            "idle_s": f.period.idle_s,
            "variant": f.variant,
            "active_energy_J": f.active_J,
            "idle_energy_J": f.idle_J,
            "frame_energy_J": f.energy_J,
            "average_power_W": f.power_W,
            "set": "; ".join(f.sets),
        }
        for f in all_frames
    ]


def frame_lines(all_frames, refused, rate):
    """Energy per frame over voltage, a column per variant; * marks the best of each."""
    best = {v: best_of(all_frames, v) for v in VARIANTS if any(f.variant == v for f in all_frames)}
    lines = [
        f"Energy per frame at {rate} frames/s:",
        "voltage    latency  idle time     active" + "".join(f"{v:>12} " for v in VARIANTS),
    ]
    by_voltage = {}
    for f in all_frames:
        by_voltage.setdefault(f.point.voltage, {})[f.variant] = f
    for voltage, row in by_voltage.items():
        first = next(iter(row.values()))
        lines.append(
            f"{float(voltage):5.3f} V {engineering(first.period.latency_s, 's', 4):>10} "
            f"{engineering(first.period.idle_s, 's'):>10} {engineering(first.active_J, 'J', 4):>10}"
            + "".join(_cell(row.get(v), best.get(v), v in refused) for v in VARIANTS)
        )
    for variant, f in best.items():
        lines.append(
            f"{variant + ':':<13}{volts(f.point.voltage)}, {engineering(f.energy_J, 'J', 4)} per frame, "
            f"{engineering(f.power_W, 'W')} on average"
        )
    lines = [line.rstrip() for line in lines]
    return "\n".join([*lines, *(paragraph(f"{v}: refused: {why}", WIDTH, "  ") for v, why in refused.items())])


def _cell(frame, best, refused):
    if frame is None:
        return f"{'-' if refused else 'too slow':>12} "
    return f"{engineering(frame.energy_J, 'J', 4):>12}{'*' if frame is best else ' '}"


def answer(all_frames, rate):
    """The overall answer in one sentence."""
    best = best_of(all_frames)

    def best_at(voltage):
        return best_of([f for f in all_frames if f.point.voltage == voltage])

    slowest = best_at(min(f.point.voltage for f in all_frames))
    fastest = best_at(max(f.point.voltage for f in all_frames))
    if best is slowest:
        pace = "slow and steady wins"
    elif best is fastest:
        pace = "racing to idle wins"
    else:
        pace = "a middle pace wins"
    against = ""
    for rival, what in ((fastest, "racing at"), (slowest, "the slowest pace,")):
        if rival is not best:
            times = rival.energy_J / best.energy_J
            against = f"; {what} {volts(rival.point.voltage)} would cost {times:.2f} times that"
            break
    idle_s = best.period.idle_s
    compute = f"{volts(best.point.voltage)} for {engineering(best.period.latency_s, 's')}"
    rest = f", then idle for {engineering(idle_s, 's')}, {best.variant}" if idle_s else ""
    cost = f"{engineering(best.energy_J, 'J', 4)} per frame, {engineering(best.power_W, 'W')} on average"
    return paragraph(f"Least energy at {rate} frames/s: {compute}{rest}: {cost}: {pace}{against}.", WIDTH)
