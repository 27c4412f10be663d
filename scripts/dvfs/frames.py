"""Least energy per frame at a given frame rate: race to idle, or slow and steady?"""

import json
import shutil
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from dvfs.idle import VARIANTS, IdleRecord
from dvfs.points import volts
from subvolt_results import EXIT_CONDITION, ScriptError, engineering, write_text

_SECOND_PS = 10**12
_RESOLUTION = Decimal("0.001")  # volts, of the slowest point that still meets the rate


@dataclass(frozen=True)
class Frame:
    """One frame period at one point: computing, then idle."""

    point: object
    variant: str
    period_ps: int
    idle_ps: int
    idle_J: float
    states: dict  # power domain -> state while idle

    @property
    def energy_J(self):
        return self.point.energy_J + self.idle_J

    @property
    def power_W(self):
        return self.energy_J / (self.period_ps * 1e-12)


def latency_ps(point):
    """A run's length is a whole number of picoseconds."""
    return round(point.latency_s * _SECOND_PS)


def just_in_time(sweep, points, period_ps):
    """The lowest voltage, to the millivolt, at which a frame still fits its period, where that lies between two
    swept points: with clock gating that is where the least energy often is. None when it is a swept point already or
    no point fits."""
    slow = [p for p in points if latency_ps(p) > period_ps]
    fast = [p for p in points if latency_ps(p) <= period_ps]
    if not fast or not slow or slow[-1].voltage > fast[0].voltage:
        return None
    below, above = slow[-1], fast[0]
    found = None
    while above.voltage - below.voltage > _RESOLUTION:
        point = sweep.point(_between(below, above, period_ps))
        if latency_ps(point) <= period_ps:
            found = above = point
        else:
            below = point
    return found


def _between(below, above, period_ps):
    """A voltage strictly between both: where log latency, nearly straight over so short a way, crosses the period,
    but not so near to an end that the search would creep."""
    slow, fast = Decimal(latency_ps(below)).ln(), Decimal(latency_ps(above)).ln()
    share = (slow - Decimal(period_ps).ln()) / (slow - fast)
    span = above.voltage - below.voltage
    share = min(max(share + _RESOLUTION / span, Decimal("0.05")), Decimal("0.95"))
    steps = max(1, int(span * share / _RESOLUTION))
    voltage = (below.voltage / _RESOLUTION).to_integral_value() * _RESOLUTION + steps * _RESOLUTION
    return voltage if below.voltage < voltage < above.voltage else (below.voltage + above.voltage) / 2


def frames(sweep, points, rate):
    """A Frame for each point that meets the rate and each variant, by voltage. None meets it: an error that says how
    far the best one gets."""
    period_ps = int(_SECOND_PS / rate)
    extra = just_in_time(sweep, points, period_ps)
    candidates = sorted([*points, extra] if extra else points, key=lambda p: p.voltage)
    meeting = [p for p in candidates if latency_ps(p) <= period_ps]
    if not meeting:
        best = min(points, key=latency_ps)
        raise ScriptError(
            f"no point meets {rate} frames/s: the fastest, {volts(best.voltage)}, gives {1 / best.latency_s:.4g}",
            EXIT_CONDITION,
        )

    shutil.rmtree(sweep.folder / "idle", ignore_errors=True)  # of another rate

    def of_point(point):
        return _frames_of(sweep, point, period_ps)

    found = {}
    for future, point in sweep.parallel(of_point, meeting, "point"):
        found[point.voltage] = future.result()
    return [frame for voltage in sorted(found) for frame in found[voltage]]


def _frames_of(sweep, point, period_ps):
    idle_ps = period_ps - latency_ps(point)
    text = (point.folder / "activity.json").read_text(encoding="utf-8")
    builder = IdleRecord(json.loads(text), sweep.design)
    all_frames = []
    for variant in VARIANTS:
        if idle_ps == 0:
            all_frames.append(Frame(point, variant, period_ps, 0, 0.0, {}))
            continue
        record, states = builder.build(variant, idle_ps)
        folder = sweep.folder / "idle" / f"{point.folder.name}_{variant}"
        source = folder.with_name(folder.name + ".json")
        write_text(source, json.dumps(record))
        result = sweep.price(source, folder, point.voltage)
        source.unlink()  # the priced folder holds the record, too
        all_frames.append(Frame(point, variant, period_ps, idle_ps, result["totals"]["energy_J"], states))
    return all_frames


def best_of(all_frames, variant=None):
    """Least energy; of equals the lower voltage."""
    return min((f for f in all_frames if variant in (None, f.variant)), key=lambda f: (f.energy_J, f.point.voltage))


def frame_table(all_frames, design):
    return pd.DataFrame(
        {
            "voltage_V": float(f.point.voltage),
            "frequency_Hz": f.point.result["design_point"]["clock_frequency_Hz"][design.scaled_clock],
            "latency_s": f.point.latency_s,
            "period_s": f.period_ps * 1e-12,
            "idle_s": f.idle_ps * 1e-12,
            "variant": f.variant,
            "active_energy_J": f.point.energy_J,
            "idle_energy_J": f.idle_J,
            "frame_energy_J": f.energy_J,
            "average_power_W": f.power_W,
            "idle_states": " ".join(f"{d}={s}" for d, s in f.states.items()),
        }
        for f in all_frames
    )


def frame_lines(all_frames, rate):
    """Energy per frame over voltage, a column per variant; * marks the best of each."""
    best = {v: best_of(all_frames, v) for v in VARIANTS}
    lines = [
        f"Energy per frame at {rate} frames/s:",
        " voltage     latency   idle time      active" + "".join(f"{v:>14}" for v in VARIANTS),
    ]
    by_voltage = {}
    for f in all_frames:
        by_voltage.setdefault(f.point.voltage, []).append(f)
    for voltage, row in sorted(by_voltage.items()):
        cells = "".join(f"{engineering(f.energy_J, 'J', 4):>12} {'*' if best[f.variant] is f else ' '}" for f in row)
        lines.append(
            f"{float(voltage):6.3f} V {engineering(row[0].point.latency_s, 's', 4):>11} "
            f"{engineering(row[0].idle_ps * 1e-12, 's'):>11} {engineering(row[0].point.energy_J, 'J', 4):>11}" + cells
        )
    for variant, f in best.items():
        lines.append(
            f"{variant + ':':<13}{volts(f.point.voltage)}, {engineering(f.energy_J, 'J', 4)} per frame, "
            f"{engineering(f.power_W, 'W')} on average"
        )
    return "\n".join(lines)


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
    compute = f"{volts(best.point.voltage)} for {engineering(best.point.latency_s, 's')}"
    rest = f", then {best.variant} for {engineering(best.idle_ps * 1e-12, 's')}" if best.idle_ps else ""
    cost = f"{engineering(best.energy_J, 'J', 4)} per frame, {engineering(best.power_W, 'W')} on average"
    return f"Least energy at {rate} frames/s: {compute}{rest}: {cost}: {pace}{against}."
