"""Work that comes again and again: what a period of it costs, as the program plays it.

A period is simulated, not computed, by scenarios of one period and of two: what the second adds to the first is a
period as it repeats. Its inference finds the SoC as the pause before has left it and wakes what is down; behind it
power domains go down as the policies of the power intent say. Such a run is a design point like any other
(points.store) and kept in DIR/periods.
"""

from dataclasses import dataclass
from pathlib import Path

from points.design import load_configuration
from points.point import Point, refined
from points.store import Store
from subvolt_results import ScriptError, inferences, write_text

SECOND_PS = 10**12
_SCENARIO = """\
schema: scenario/1
scenario:
  duration: {duration_ps} ps
  streams:
    frame: {{network: "{network}", every: {period_ps} ps, count: {count}}}
"""


def latency_ps(result):
    """A run's length is a whole number of picoseconds."""
    return round(result["totals"]["latency_s"] * SECOND_PS)


def period_ps(result, rate):
    """Between two arrivals of a run's batch at `rate` inferences per second."""
    if len(result.get("jobs", [])) > 1:
        raise ScriptError("the design has a scenario or several inferences of its own: name one network")
    return int(SECOND_PS * inferences(result) / rate)


@dataclass(frozen=True)
class Period:
    energy_J: float  # of all of it
    idle_s: float  # in which no layer is at work
    idle_J: float
    latency_s: float  # of the inference, from its arrival on
    period_s: float

    @property
    def active_J(self):
        return self.energy_J - self.idle_J

    @property
    def met(self):
        return self.latency_s <= self.period_s


class Periods:
    """Of the points in a folder."""

    def __init__(self, program, folder):
        self.store = Store(program, folder, "periods")
        self._scenarios = folder / "scenarios"

    def of(self, finished, length_ps, config=None, name="", sets=()):
        """The Period of a finished point (points.store.Finished), with `sets` besides its own, told apart by `name`.
        `config`: the config.yaml that names its network, its own when None."""
        network = _network(finished.point, config or finished.folder / "config.yaml")
        points = [self._point(finished.point, n, length_ps, network, name, tuple(sets)) for n in (1, 2)]
        one, two = ((self.store.kept(point) or self.store.run(point)).result for point in points)
        energy = two["totals"]["energy_J"] - one["totals"]["energy_J"]
        before, both = (result["totals"]["between_jobs"] for result in (one, two))
        idle = (both[key] - before[key] for key in ("time_s", "energy_J"))
        return Period(energy, *idle, two["jobs"][-1]["latency_s"], length_ps / SECOND_PS)

    def _point(self, one, count, length_ps, network, name, sets):
        text = _SCENARIO.format(network=network, period_ps=length_ps, count=count, duration_ps=count * length_ps)
        options = {k: v for k, v in one.options.items() if k != "network"}
        named = " ".join(filter(None, (one.name, name, f"{count} in {length_ps} ps each")))
        file = self._scenarios / f"{Point(named, one.design).folder}.yaml"
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            write_text(file, text)
        return Point(named, one.design, options | {"scenario": str(file)}, refined(one.sets, sets))


def _network(point, config):
    """As a scenario in another folder may name it."""
    name = point.options.get("network")
    if name is None:
        try:
            name = load_configuration(config.read_text(encoding="utf-8"), config)["design"]["network"]
        except (KeyError, TypeError) as error:
            raise ScriptError(f"{config}: names no network: name one, or run the point again") from error
    return str(Path(name).resolve()) if Path(name).is_file() else name
