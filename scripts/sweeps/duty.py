"""Average power at a number of inferences per second: an inference, then idle until the next.

Idle time is priced by the program from a record of idleness (dvfs/idle.py): power domains go down as deep as they
list, memories as deep as they keep what the next inference needs, which is the weights; what only activations lived in
may forget.
"""

import json
import shutil
from dataclasses import dataclass

from dvfs.design import named_documents, read_design
from dvfs.frames import latency_ps
from dvfs.idle import IdleRecord
from parallel_runs import run_into
from subvolt_results import read_result, write_text

VARIANT = "power-gated"
_SECOND_PS = 10**12


@dataclass(frozen=True)
class Duty:
    rate: float  # inferences per second
    idle_s: float  # between two; 0 or less: the point is too slow for the rate
    idle_J: float
    energy_J: float  # of an inference and the idle time behind it
    states: dict  # power domain -> its state while idle

    @property
    def power_W(self):
        return self.energy_J * self.rate

    @property
    def met(self):
        return self.idle_s >= 0


class _Active:
    """What dvfs.frames.latency_ps asks for."""

    def __init__(self, result):
        self.latency_s = result["totals"]["latency_s"]


class _Named:
    """What dvfs.design.named_documents asks for."""

    def __init__(self, point):
        self.design = point.design
        self.set = point.sets
        self.power = point.options.get("power")
        self.technology = point.options.get("technology")


def holds_weights(result):
    """Names of the memories that hold weights; None when the result does not say."""
    places = [layer.get("memory") for layer in result.get("layers", [])]
    if not places or any(place is None for place in places):
        return None
    return {place["parameters"] for place in places if place.get("parameters")}


def duties(program, finished, rates):
    """A Duty for each rate."""
    folder, result = finished.folder, finished.result
    record = json.loads((folder / "activity.json").read_text(encoding="utf-8"))
    design = read_design((folder / "config.yaml").read_text(encoding="utf-8"))
    builder = IdleRecord(record, design, holds_weights(result))
    active_ps, active_J = latency_ps(_Active(result)), result["totals"]["energy_J"]
    found = []
    for rate in rates:
        idle_ps = int(_SECOND_PS / rate) - active_ps
        if idle_ps <= 0:
            found.append(Duty(rate, idle_ps * 1e-12, 0.0, active_J, {}))
            continue
        record, states = builder.build(VARIANT, idle_ps)
        idle_J = _priced(program, finished, record, f"idle_{rate:g}")
        found.append(Duty(rate, idle_ps * 1e-12, idle_J, active_J + idle_J, states))
    return found


def _priced(program, finished, record, name):
    point = finished.point
    named = named_documents(_Named(point), finished.result)
    source = finished.folder.parent / f"{finished.folder.name}.{name}.json"
    write_text(source, json.dumps(record))
    arguments = ["price", str(source), "--technology", named["technology"], "--power", named["power"]]
    opp = finished.result["design_point"]["operating_point"]
    if opp:
        arguments += ["--opp", opp]
    for setting in point.sets:
        if setting.split(".")[0] in ("power", "technology"):
            arguments += ["--set", setting]
    folder = finished.folder.parent / f"{finished.folder.name}.{name}"
    try:
        run_into(program, folder, arguments)
        return read_result(folder)["totals"]["energy_J"]
    finally:
        source.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
