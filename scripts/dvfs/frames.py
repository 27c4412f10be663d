"""Least energy per frame at a given frame rate: race to idle, or slow and steady? A frame is an inference."""

from dataclasses import dataclass
from decimal import Decimal

from dvfs.points import volts
from points.idle import VARIANTS
from points.idle_energy import SECOND_PS, Idle, latency_ps
from script_main import WIDTH
from subvolt_results import EXIT_CONDITION, ScriptError, engineering, inferences
from text_tables import paragraph

_RESOLUTION = Decimal("0.001")  # volts, of the slowest point that still meets the rate


@dataclass(frozen=True)
class Frame:
    """One frame at one point: a run's share of computing, then idle."""

    point: object
    variant: str
    period_ps: int  # of a run; its frames come together
    batch: int
    idle: Idle  # behind a run

    @property
    def active_J(self):
        return self.point.energy_J / self.batch

    @property
    def energy_J(self):
        return (self.point.energy_J + self.idle.energy_J) / self.batch

    @property
    def power_W(self):
        return self.energy_J * self.batch / (self.period_ps * 1e-12)


def _latency(point):
    return latency_ps(point.result)


def just_in_time(sweep, points, period_ps):
    """The lowest voltage, to the millivolt, at which a frame still fits its period, where that lies between two
    swept points: with clock gating that is where the least energy often is. None when it is a swept point already or
    no point fits."""
    slow = [p for p in points if _latency(p) > period_ps]
    fast = [p for p in points if _latency(p) <= period_ps]
    if not fast or not slow or slow[-1].voltage > fast[0].voltage:
        return None
    below, above = slow[-1], fast[0]
    found = None
    while above.voltage - below.voltage > _RESOLUTION:
        point = sweep.point(_between(below, above, period_ps))
        if _latency(point) <= period_ps:
            found = above = point
        else:
            below = point
    return found


def _between(below, above, period_ps):
    """A voltage strictly between both: where log latency, nearly straight over so short a way, crosses the period,
    but not so near to an end that the search would creep."""
    slow, fast = Decimal(_latency(below)).ln(), Decimal(_latency(above)).ln()
    share = (slow - Decimal(period_ps).ln()) / (slow - fast)
    span = above.voltage - below.voltage
    share = min(max(share + _RESOLUTION / span, Decimal("0.05")), Decimal("0.95"))
    steps = max(1, int(span * share / _RESOLUTION))
    voltage = (below.voltage / _RESOLUTION).to_integral_value() * _RESOLUTION + steps * _RESOLUTION
    return voltage if below.voltage < voltage < above.voltage else (below.voltage + above.voltage) / 2


def frames(sweep, points, rate):
    """A Frame for each point that meets the rate and each variant, by voltage. None meets it: an error that says how
    far the best one gets."""
    batch = inferences(points[0].result)
    period_ps = int(SECOND_PS * batch / rate)
    extra = just_in_time(sweep, points, period_ps)
    candidates = sorted([*points, extra] if extra else points, key=lambda p: p.voltage)
    meeting = [p for p in candidates if _latency(p) <= period_ps]
    if not meeting:
        best = min(points, key=_latency)
        raise ScriptError(
            f"no point meets {rate} frames/s: the fastest, {volts(best.voltage)}, gives {batch / best.latency_s:.4g}",
            EXIT_CONDITION,
        )

    def of_point(point):
        idle_ps = period_ps - _latency(point)
        found = [Frame(point, v, period_ps, batch, _idle(point, v, idle_ps)) for v in VARIANTS]
        point.idle.keep()
        return found

    by_voltage = {point.voltage: future.result() for future, point in sweep.parallel(of_point, meeting, "point")}
    return [frame for voltage in sorted(by_voltage) for frame in by_voltage[voltage]]


def _idle(point, variant, idle_ps):
    return point.idle.prices(variant, idle_ps) if idle_ps > 0 else Idle(0, 0.0, {}, {})


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
            "period_s": f.period_ps * 1e-12,
            "idle_s": f.idle.idle_ps * 1e-12,
            "variant": f.variant,
            "active_energy_J": f.active_J,
            "idle_energy_J": f.idle.energy_J / f.batch,
            "frame_energy_J": f.energy_J,
            "average_power_W": f.power_W,
            "idle_states": " ".join(f"{d}={s}" for d, s in f.idle.states.items()),
            "not_power_gated": "; ".join(f"{d}: {why}" for d, why in f.idle.reasons.items()),
        }
        for f in all_frames
    ]


def frame_lines(all_frames, rate):
    """Energy per frame over voltage, a column per variant; * marks the best of each."""
    best = {v: best_of(all_frames, v) for v in VARIANTS}
    lines = [
        f"Energy per frame at {rate} frames/s:",
        "voltage    latency  idle time     active" + "".join(f"{v:>12} " for v in VARIANTS),
    ]
    by_voltage = {}
    for f in all_frames:
        by_voltage.setdefault(f.point.voltage, []).append(f)
    for voltage, row in sorted(by_voltage.items()):
        cells = "".join(f"{engineering(f.energy_J, 'J', 4):>12}{'*' if best[f.variant] is f else ' '}" for f in row)
        lines.append(
            f"{float(voltage):5.3f} V {engineering(row[0].point.latency_s, 's', 4):>10} "
            f"{engineering(row[0].idle.idle_ps * 1e-12, 's'):>10} {engineering(row[0].active_J, 'J', 4):>10}{cells}"
        )
    for variant, f in best.items():
        lines.append(
            f"{variant + ':':<13}{volts(f.point.voltage)}, {engineering(f.energy_J, 'J', 4)} per frame, "
            f"{engineering(f.power_W, 'W')} on average"
        )
    return "\n".join([*(line.rstrip() for line in lines), *_kept_up(all_frames)])


def _kept_up(all_frames):
    """What keeps its supply while idle, and why, told of the best point; and whether that leaves nothing gated."""
    gated, stopped = best_of(all_frames, "power-gated"), best_of(all_frames, "clock-gated")
    if not gated.idle.reasons:
        return
    if all(state not in ("OFF", "RETENTION") for state in gated.idle.states.values()):
        equal = gated.energy_J == stopped.energy_J
        yield f"power-gated {'is clock-gated' if equal else 'takes no supply away'} here, for no domain can go further:"
    else:
        yield "Not power-gated while idle:"
    shared = {}
    for domain, why in gated.idle.reasons.items():
        shared.setdefault((gated.idle.states[domain], why), []).append(domain)
    for (state, why), domains in shared.items():
        yield paragraph(f"  {', '.join(domains)}: {state}: {why}", WIDTH, "    ")


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
    idle_s = best.idle.idle_ps * 1e-12
    compute = f"{volts(best.point.voltage)} for {engineering(best.point.latency_s, 's')}"
    rest = f", then {best.variant} for {engineering(idle_s, 's')}" if idle_s else ""
    cost = f"{engineering(best.energy_J, 'J', 4)} per frame, {engineering(best.power_W, 'W')} on average"
    return paragraph(f"Least energy at {rate} frames/s: {compute}{rest}: {cost}: {pace}{against}.", WIDTH)
