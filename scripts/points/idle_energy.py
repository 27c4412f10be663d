"""What idle time behind a finished point costs: records of idleness (points.idle), priced by the program.

The answers are kept with the point, in `idle.json`, for as long as the point itself holds and the way they are found is
the same: looking at a finished sweep again prices nothing.
"""

import hashlib
import json
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from points import design as designs
from points import idle
from points.point import Point
from subvolt_results import read_result, run_program, write_text

IDLE = "idle.json"
SECOND_PS = 10**12


def latency_ps(result):
    """A run's length is a whole number of picoseconds."""
    return round(result["totals"]["latency_s"] * SECOND_PS)


@dataclass(frozen=True)
class Idle:
    """The time between two runs."""

    idle_ps: int
    energy_J: float
    states: dict  # power domain -> its state
    reasons: dict  # power domain that keeps its supply -> why; of power-gated alone


def _method():
    """Changes with the code that the answers rest on."""
    return hashlib.sha256(b"".join(Path(m.__file__).read_bytes() for m in (idle, designs))).hexdigest()


METHOD = _method()


class IdlePricer:
    """Of one finished point (points.store.Finished), whose states are in `config`, its own config.yaml when None."""

    def __init__(self, program, finished, config=None):
        self.program = program
        self.finished = finished
        self.config = config or finished.folder / "config.yaml"
        self._known = self._read()

    def prices(self, variant, idle_ps):
        key = f"{variant} {idle_ps} ps"
        if key not in self._known:
            self._known[key] = self._price(variant, idle_ps)
        kept = self._known[key]
        return Idle(idle_ps, kept["energy_J"], kept["states"], kept["reasons"])

    def keep(self):
        """Writes what was found; once, when all is asked."""
        now = json.dumps({"stamp": self._stamp, "idle": self._known}, indent=1) + "\n"
        path = self.finished.folder / IDLE
        if not path.is_file() or path.read_text(encoding="utf-8") != now:
            write_text(path, now)

    @cached_property
    def _stamp(self):
        point = (self.finished.folder / "point.json").read_bytes()
        return {"method": METHOD, "point": hashlib.sha256(point).hexdigest()}

    def _read(self):
        try:
            kept = json.loads((self.finished.folder / IDLE).read_text(encoding="utf-8"))
            good = kept["stamp"] == self._stamp and all(
                isinstance(found["energy_J"], float) and isinstance(found["states"], dict)
                and isinstance(found["reasons"], dict)
                for found in kept["idle"].values()
            )
            return kept["idle"] if good else {}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    @cached_property
    def _builder(self):
        design = designs.read_design(self.config.read_text(encoding="utf-8"), self.config, to_sweep=False)
        return idle.IdleRecord(self.finished.record, design, idle.live_data(self.finished.result))

    def _price(self, variant, idle_ps):
        record, stays = self._builder.build(variant, idle_ps)
        result = self.finished.result
        folder = self.finished.folder
        work = folder.with_name(f"{folder.name}.part_idle")
        shutil.rmtree(work, ignore_errors=True)
        try:
            write_text(work / "activity.json", json.dumps(record))
            point = self.finished.point
            opp = point.options.get("opp") or result["design_point"]["operating_point"]
            arguments = [str(work / "activity.json"), *price_arguments(point, result, opp), "-o", str(work / "priced")]
            run_program(self.program, "price", *arguments, "--quiet")
            energy = float(read_result(work / "priced")["totals"]["energy_J"])
        finally:
            shutil.rmtree(work, ignore_errors=True)
        return {
            "energy_J": energy,
            "states": {domain: stay.state for domain, stay in stays.items()},
            "reasons": {domain: stay.why for domain, stay in stays.items() if stay.why}
            if variant == "power-gated"
            else {},
        }


def price_arguments(point, result, opp):
    """Options of `price` that stand for those of the run."""
    named = designs.named_documents(point, result)
    words = ["--technology", named["technology"], "--power", named["power"]]
    if opp:
        words += ["--opp", opp]
    return words + Point.set_arguments(point.electrical_sets())
