"""Average power at a number of inferences per second: the inferences of a run, then idle until the next run.

Idle time is spent as `power-gated` (points.idle): power domains go down as deep as they list, memories as deep as they
keep what the next inference needs, which is the weights; what only activations lived in may forget.
"""

from dataclasses import dataclass

from points.idle_energy import SECOND_PS, IdlePricer, latency_ps
from subvolt_results import inferences

VARIANT = "power-gated"


@dataclass(frozen=True)
class Duty:
    rate: float  # inferences per second
    idle_s: float  # between two runs; negative: the point is too slow for the rate
    idle_J: float  # of one such time
    power_W: float
    states: dict  # power domain -> its state while idle
    reasons: dict  # power domain that keeps its supply -> why

    @property
    def met(self):
        return self.idle_s >= 0


def duties(program, finished, rates):
    """A Duty for each rate."""
    result = finished.result
    active_ps, active_J, batch = latency_ps(result), result["totals"]["energy_J"], inferences(result)
    pricer = IdlePricer(program, finished)
    found = []
    for rate in rates:
        idle_ps = int(SECOND_PS * batch / rate) - active_ps
        if idle_ps <= 0:
            energy, states, reasons = 0.0, {}, {}
        else:
            idle = pricer.prices(VARIANT, idle_ps)
            energy, states, reasons = idle.energy_J, idle.states, idle.reasons
        found.append(Duty(rate, idle_ps * 1e-12, energy, (active_J + energy) * rate / batch, states, reasons))
    pricer.keep()
    return found
