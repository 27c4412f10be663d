"""The points of a sweep: simulated or priced again, in parallel, and kept across interruptions."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from dvfs.design import named_documents, read_design
from parallel_runs import in_parallel, remove_parts, run_into
from subvolt_results import ProgramError, ScriptError, read_result

# What the program says about voltages and clocks that the technology does not give (sim/power/operating_point.cpp
# and energy_model.cpp).
_IMPOSSIBLE = ("is out of range", "above f_max", "above the input of its ldo")


def is_impossible(error):
    return error.exit_code == 2 and any(phrase in str(error) for phrase in _IMPOSSIBLE)


def volts(voltage):
    """Decimal("0.5") -> "0.5V", as --opp takes it."""
    return f"{voltage.normalize():f}V"


@dataclass(frozen=True)
class Point:
    voltage: object  # Decimal, volts
    folder: Path
    result: dict

    @property
    def latency_s(self):
        return self.result["totals"]["latency_s"]

    @property
    def energy_J(self):
        return self.result["totals"]["energy_J"]


class Sweep:
    """Runs the program for the points of one sweep. `options`: dvfs.arguments.parse."""

    def __init__(self, program, options):
        self.program = program
        self.options = options
        self.folder = options.output
        self.reused = 0  # points found finished
        self.dropped = 0  # points found that another program or other inputs had made
        self.simulated = 0
        self.priced = 0
        self.reference = None  # result of the design at its own operating point
        self.design = None
        self.record = None  # activity that all points share

    def prepare(self):
        """Simulates the design at its own operating point. That tells what the design is, and whether points that
        an earlier sweep left in the folder still hold: the program is deterministic, so they do if this result is
        the same to the byte."""
        target = self.folder / "reference"
        before = _bytes_of(target / "result.json")
        self._simulate(target, None)
        if _bytes_of(target / "result.json") != before:
            self.dropped = len(list((self.folder / "points").glob("*/result.json")))
            shutil.rmtree(self.folder / "points", ignore_errors=True)
        remove_parts(self.folder / "points")
        self.reference = read_result(target)
        self.design = read_design((target / "config.yaml").read_text(encoding="utf-8"))

    def share_record(self, voltages):
        """With every clock the same at every voltage, cycles do not change: one simulation serves all points. It is
        made at the highest voltage that works, where the given clock is easiest."""
        if self.options.frequency is None or self.design.moving_clocks:
            return
        last_error = None
        for voltage in reversed(voltages):
            try:
                self.record = self.point(voltage).folder / "activity.json"
                return
            except ProgramError as error:
                if not is_impossible(error) or "above f_max" in str(error):
                    raise  # a lower voltage would not help either
                last_error = error
        raise last_error

    def points(self, voltages, skip_impossible):
        """The points by voltage, and (voltage, why) of those that the technology does not give. Without
        `skip_impossible` the latter are an error."""
        points, impossible = {}, []
        for future, voltage in self.parallel(self.point, voltages, "point"):
            try:
                points[voltage] = future.result()
            except ProgramError as error:
                if not (skip_impossible and is_impossible(error)):
                    raise
                impossible.append((voltage, str(error)))
        return [points[v] for v in sorted(points)], sorted(impossible)

    def parallel(self, work, items, unit):
        """Yields (future, item) as they are done."""
        return in_parallel(work, items, unit, self.options.jobs, self.options.quiet)

    def point(self, voltage):
        """One point, kept or new."""
        opp = self._opp(voltage)
        folder = self.folder / "points" / opp.replace(",", "_")
        kept = self._kept(folder, opp)
        if kept:
            self.reused += 1
            return Point(voltage, folder, kept)
        if self.record:
            return Point(voltage, folder, self.price(self.record, folder, voltage))
        self._simulate(folder, opp)
        return Point(voltage, folder, read_result(folder))

    def price(self, record, folder, voltage):
        """Prices a record of this design at a point of the sweep; the result."""
        options = self.options
        named = named_documents(options, self.reference)
        arguments = ["price", str(record), "--technology", named["technology"], "--power", named["power"]]
        arguments += ["--opp", self._opp(voltage)]
        for setting in self._electrical_settings():
            arguments += ["--set", setting]
        run_into(self.program, folder, arguments)
        self.priced += 1
        return read_result(folder)

    def _opp(self, voltage):
        clock = self.options.frequency
        return volts(voltage) + (f",{clock}" if clock else "")

    def _electrical_settings(self):
        return [s for s in self.options.set if s.split(".")[0] in ("power", "technology")]

    def _simulate(self, folder, opp):
        options = self.options
        arguments = ["run", options.design]
        for name, value in (
            ("--net", options.net),
            ("--opp", opp),
            ("--power", options.power),
            ("--technology", options.technology),
            ("--objective", options.objective),
        ):
            if value:
                arguments += [name, value]
        for setting in options.set:
            arguments += ["--set", setting]
        run_into(self.program, folder, arguments)
        self.simulated += 1

    def _kept(self, folder, opp):
        """The result in the folder if the same command, program and inputs made it."""
        if not (folder / "result.json").exists():
            return None
        try:
            result = read_result(folder)
            was, now = result["provenance"], self.reference["provenance"]
            same = all(was[k] == now[k] for k in ("version", "git", "compiler", "systemc", "seed", "sha256"))
            return result if same and was["command"] in self._commands(opp) else None
        except (ScriptError, KeyError):
            return None

    def _commands(self, opp):
        """The canonical commands of a point: as the reference's, but for the operating point."""
        simulating = self.reference["provenance"]["command"]
        network = f" --net {self.reference['design_point']['network']}"
        at = simulating.index(network) + len(network)
        pricing = f"subvolt price --technology {self.reference['design_point']['technology']} --opp {opp}"
        pricing += "".join(f" --set {s}" for s in self._electrical_settings())
        return f"{simulating[:at]} --opp {opp}{simulating[at:]}", pricing


def _bytes_of(path):
    try:
        return path.read_bytes()
    except OSError:
        return None
