"""A sweep file (`schema: sweep/1`) as a list of design points.

  schema: sweep/1
  sweep:
    title: MobileNetV1 on three memories
    common: {network: mobilenet_v1_1.0_224}         # what all points share
    points:                                         # listed
      - {name: LPDDR4, design: edge_npu}
      - {name: HyperRAM, design: edge_npu_hyperram}
    axes:                                           # and every combination of these with each of those
      opp: [0.8V, 0.5V]                             # a key of points: its values
      width:                                        # or any name: parts of points
        - {name: narrow, set: [soc.bus.width=8 B]}
        - {name: wide, set: [soc.bus.width=32 B]}
    rates: [1, 10, 30]                              # inferences per second to show average power at

Keys of a point: name, design (a design or SoC), network, power, technology, opp, objective, and set, a list of
overrides as --set takes them, which add up. What names a file beside the sweep file means that file.
"""

import itertools
import math
import re
from dataclasses import dataclass, field
from pathlib import Path

from subvolt_results import ROOT, ScriptError
from sweeps.document import Document, article, near

OPTIONS = {
    "network": "--net",
    "power": "--power",
    "technology": "--technology",
    "opp": "--opp",
    "objective": "--objective",
}
KEYS = ("name", "design", *OPTIONS, "set")
MOST_POINTS = 1000


@dataclass(frozen=True)
class Point:
    """A design point as the command line names it."""

    name: str
    design: str
    options: dict  # of OPTIONS
    sets: tuple

    @property
    def folder(self):
        return re.sub(r"[^A-Za-z0-9_.=-]+", "_", self.name).strip("_.") or "point"

    def arguments(self):
        words = ["run", self.design]
        for key, option in OPTIONS.items():
            if key in self.options:
                words += [option, self.options[key]]
        for setting in self.sets:
            words += ["--set", setting]
        return words


@dataclass(frozen=True)
class Plan:
    file: Path
    title: str
    points: list
    rates: list  # inferences per second


@dataclass
class _Part:
    """What one list item says about a point."""

    name: str = ""
    values: dict = field(default_factory=dict)
    sets: tuple = ()
    node: object = None
    where: str = ""


def find(name):
    """A sweep file, or a shipped one by its name."""
    if Path(name).is_file():
        return Path(name)
    shipped = ROOT / "configs" / "sweeps"
    if (shipped / f"{name}.yaml").is_file():
        return shipped / f"{name}.yaml"
    known = [path.stem for path in sorted(shipped.glob("*.yaml"))]
    raise ScriptError(f'no sweep "{name}": neither a file nor one of configs/sweeps{near(str(name), known)}')


def read(path):
    """The Plan; a ScriptError with all mistakes of the file, located."""
    document = Document(path)
    plan = _Reader(document).plan()
    document.raise_if_any()
    return plan


class _Reader:
    def __init__(self, document):
        self.document = document

    def plan(self):
        d = self.document
        top = d.entries(d.root, "", ("schema", "sweep"), ("schema", "sweep"))
        if "schema" in top:
            node = top["schema"][1]
            if d.scalar(node, "schema", '"sweep/1"') not in ("sweep/1", ""):
                d.mistake(node, "schema", f"expected sweep/1, got {article(node)}")
        if "sweep" not in top:
            return None
        node = top["sweep"][1]
        entries = d.entries(node, "sweep", ("title", "common", "points", "axes", "rates"), ("title",))
        values = {key: value for key, (_, value) in entries.items()}
        title = d.scalar(values["title"], "sweep.title") if "title" in values else ""
        common = self._part(values["common"], "sweep.common", named=False) if "common" in values else _Part()
        axes = []
        if "points" in values:
            axes.append([self._part(n, w) for n, w in d.items(values["points"], "sweep.points")])
        if "axes" in values:
            axes += self._axes(values["axes"])
        if not axes and entries:
            d.mistake(node, "sweep", "expected points, axes or both")
        rates = [self._rate(n, w) for n, w in d.items(values["rates"], "sweep.rates")] if "rates" in values else []
        d.raise_if_any()
        return Plan(d.path, title, self._combine(common, axes), rates)

    def _axes(self, node):
        axes = []
        for name, (_, values) in self.document.entries(node, "sweep.axes").items():
            where = f"sweep.axes.{name}"
            simple = name in KEYS and name not in ("name", "set")
            parts = []
            for item, at in self.document.items(values, where):
                if simple:
                    text = self.document.scalar(item, at)
                    parts.append(_Part(text, {name: self._beside(text)}, (), item, at))
                else:
                    parts.append(self._part(item, at))
            axes.append(parts)
        return axes

    def _part(self, node, where, named=True):
        keys = KEYS if named else KEYS[1:]
        part = _Part(node=node, where=where)
        for key, (_, value) in self.document.entries(node, where, keys, ("name",) if named else ()).items():
            at = f"{where}.{key}"
            if key == "set":
                part.sets = tuple(self._setting(n, w) for n, w in self.document.items(value, at))
            elif key == "name":
                part.name = self.document.scalar(value, at)
            else:
                part.values[key] = self._beside(self.document.scalar(value, at))
        return part

    def _setting(self, node, where):
        text = self.document.scalar(node, where, "PATH=VALUE")
        if text and "=" not in text.lstrip("="):
            self.document.mistake(node, where, f'expected PATH=VALUE such as soc.npu.array.rows=32, got "{text}"')
        return text

    def _rate(self, node, where):
        text = self.document.scalar(node, where, "inferences per second")
        try:
            value = float(text)
        except ValueError:
            value = 0.0
        if text and not (math.isfinite(value) and value > 0):
            self.document.mistake(node, where, f'expected inferences per second above 0, got "{text}"')
        return value

    def _beside(self, text):
        """A file beside the sweep file, as a path from here."""
        if text.endswith((".yaml", ".yml")) and (self.document.path.parent / text).is_file():
            return str(self.document.path.parent / text)
        return text

    def _combine(self, common, axes):
        count = math.prod(len(parts) for parts in axes)
        if count > MOST_POINTS:
            raise ScriptError(f"{self.document.path}: {count} points; at most {MOST_POINTS}")
        points, taken = [], {}
        for parts in itertools.product(*axes):
            values, sets = dict(common.values), common.sets
            given = {}
            for part in parts:
                for key, value in part.values.items():
                    if key in given:
                        self.document.mistake(part.node, f"{part.where}.{key}", f"{given[key]} sets it, too")
                    given[key] = part.where
                    values[key] = value
                sets += part.sets
            name = ", ".join(part.name for part in parts)
            last = parts[-1]
            if "design" not in values:
                self.document.mistake(last.node, last.where, f'point "{name}" has no design')
                continue
            point = Point(name, values.pop("design"), values, sets)
            other = taken.get(point.folder.lower())
            if other is not None:
                why = "there are two of that name" if other == name else f'too like "{other}" for a folder of its own'
                self.document.mistake(last.node, f"{last.where}.name", f'point "{name}": {why}')
            taken[point.folder.lower()] = name
            points.append(point)
        self.document.raise_if_any()
        return points
