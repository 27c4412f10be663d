"""The points of a voltage sweep: simulated or priced again, in parallel, and kept across interruptions."""

from dataclasses import dataclass

from points.design import price_arguments, read_design
from points.parallel import in_parallel
from points.periods import Periods
from points.point import Point as DesignPoint
from points.store import Failure, Store
from subvolt_results import ProgramError


def volts(voltage):
    """Decimal("0.5") -> "0.5V", as --opp takes it."""
    return f"{voltage.normalize():f}V"


@dataclass(frozen=True)
class Point:
    voltage: object  # Decimal, volts
    finished: object  # points.store.Finished

    @property
    def result(self):
        return self.finished.result

    @property
    def latency_s(self):
        return self.result["totals"]["latency_s"]

    @property
    def energy_J(self):
        """Of one run."""
        return self.result["totals"]["energy_J"]


class Sweep:
    """Runs the program for the points of one sweep. `options`: dvfs.arguments.parse."""

    def __init__(self, program, options):
        self.program = program
        self.options = options
        self.store = Store(program, options.output)
        self._periods = Periods(program, options.output)
        self.reused = 0  # points of the sweep that were finished
        self.simulated = 0
        self.priced = 0
        self.reference = None  # Finished: the design at its own operating point
        self.design = None
        self._record_of = None  # Finished whose activity all points share
        self._refused = {}  # operating point -> ProgramError

    def prepare(self):
        """The design at its own operating point tells what there is to sweep."""
        point = self._named("reference", None)
        self.reference = self.store.kept(point) or self._simulated(point)
        config = self.reference.folder / "config.yaml"
        self.design = read_design(config.read_text(encoding="utf-8"), config)

    def share_record(self, voltages):
        """With every clock the same at every voltage, cycles do not change: one simulation serves all points. It is
        made at the highest voltage that works, where the given clock is easiest."""
        if self.options.frequency is None or self.design.moving_clocks:
            return
        for voltage in reversed(voltages):
            try:
                self._record_of = self.point(voltage).finished
                return
            except ProgramError as error:
                if not Failure(None, str(error), error.exit_code).infeasible:
                    raise

    def points(self, voltages):
        """(points, [(voltage, Failure)]), both by voltage. A design that runs at its own operating point and not at
        another voltage is infeasible there."""
        points, failures = {}, {}
        for future, voltage in self.parallel(self.point, voltages, "point"):
            try:
                points[voltage] = future.result()
            except ProgramError as error:
                failure = Failure(self._named(self._opp(voltage), self._opp(voltage)), str(error), error.exit_code)
                if not failure.infeasible:
                    raise
                failures[voltage] = failure
        return [points[v] for v in sorted(points)], sorted(failures.items())

    def parallel(self, work, items, unit):
        """Yields (future, item) as they are done."""
        return in_parallel(work, items, unit, self.options.jobs, self.options.quiet)

    def point(self, voltage):
        """One point, kept or new."""
        opp = self._opp(voltage)
        if opp in self._refused:
            raise self._refused[opp]
        point = self._named(opp, opp)
        try:
            finished = self.store.kept(point)
            self.reused += finished is not None
            finished = finished or self._new(point)
        except ProgramError as error:
            self._refused[opp] = error
            raise
        return Point(voltage, finished)

    def period(self, point, length_ps, name, sets):
        """The points.periods.Period of a point."""
        config = self.reference.folder / "config.yaml"  # a priced point has none of its own
        return self._periods.of(point.finished, length_ps, config, name, sets)

    def _new(self, point):
        if self._record_of is None:
            return self._simulated(point)
        arguments = price_arguments(point, self.reference.result, point.options["opp"])
        priced = self.store.price(point, self._record_of.folder / "activity.json", arguments)
        self.priced += 1
        return priced

    def _simulated(self, point):
        finished = self.store.run(point)
        self.simulated += 1
        return finished

    def _opp(self, voltage):
        clock = self.options.frequency
        return volts(voltage) + (f",{clock}" if clock else "")

    def _named(self, name, opp):
        o = self.options
        given = {"network": o.net, "power": o.power, "technology": o.technology, "opp": opp, "objective": o.objective}
        given["quantize"] = o.quantize
        return DesignPoint(name, o.design, {key: text for key, text in given.items() if text}, tuple(o.set))
