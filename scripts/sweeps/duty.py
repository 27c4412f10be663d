"""Average power at a number of inferences per second, simulated (points.periods): an inference, then the time until the
next, spent as the policies of the power intent say."""

from dataclasses import dataclass

from points.periods import latency_ps, period_ps


@dataclass(frozen=True)
class Duty:
    rate: float  # inferences per second
    met: bool  # False: the point is too slow for the rate
    idle_s: float = 0.0  # between two runs
    idle_J: float = 0.0  # of one such time
    power_W: float = 0.0


def duties(periods, finished, rates):
    """A Duty for each rate."""
    return [_duty(periods, finished, rate) for rate in rates]


def _duty(periods, finished, rate):
    length_ps = period_ps(finished.result, rate)
    if length_ps < latency_ps(finished.result):
        return Duty(rate, False)
    period = periods.of(finished, length_ps)
    return Duty(rate, period.met, period.idle_s, period.idle_J, period.energy_J / period.period_s)
