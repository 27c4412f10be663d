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
      soc.sram.size: [256 KiB, 512 KiB]             # a path as --set takes it: its values
      width:                                        # or any name: parts of points
        - {name: narrow, set: [soc.bus.width=8 B]}
        - {name: wide, set: [soc.bus.width=32 B]}
    rates: [1, 10, 30]                              # inferences per second to show average power at

What each key may hold is said by configs/schemas/sweep.json, with which files are checked and which `subvolt schema
sweep` prints. What names a file beside the sweep file means that file.
"""

import itertools
import json
import math
import re
from dataclasses import dataclass, field
from pathlib import Path

from points.point import OPTIONS, Point, refined
from script_main import near
from subvolt_results import ROOT, ScriptError
from sweeps.document import Document, written

SCHEMA = ROOT / "configs" / "schemas" / "sweep.json"
SHIPPED = ROOT / "configs" / "sweeps"
MOST_POINTS = 1000
_WORDS = ("design", *OPTIONS)  # keys of points that hold a word


@dataclass(frozen=True)
class Axis:
    """What tells points apart in one respect."""

    key: str  # "points", a key of points, a path, or a name of its own
    unit: str = ""  # of all its values, where they are quantities of one


@dataclass(frozen=True)
class Plan:
    file: Path
    title: str
    axes: list  # of Axis
    points: list
    values: dict  # name of a point -> its value on each axis, as text
    rates: list  # inferences per second


@dataclass
class _Part:
    """What one list item says about a point."""

    name: str = ""
    value: str = ""  # on its axis
    options: dict = field(default_factory=dict)
    sets: tuple = ()
    place: tuple = ()


def find(name):
    """A sweep file, or a shipped one by its name."""
    if Path(name).exists():
        return Path(name)
    if (SHIPPED / f"{name}.yaml").is_file():
        return SHIPPED / f"{name}.yaml"
    known = [path.stem for path in sorted(SHIPPED.glob("*.yaml"))]
    hint = near(str(name), known) or f"; shipped are {', '.join(known)}"
    raise ScriptError(f'no sweep "{name}": neither a file nor one of configs/sweeps{hint}')


def read(path):
    """The Plan; a ScriptError with all mistakes of the file, located."""
    document = Document(path)
    document.check(json.loads(SCHEMA.read_text(encoding="utf-8")))
    return _Reader(document).plan()


class _Reader:
    """Of a document that is as its schema wants it."""

    def __init__(self, document):
        self.document = document
        self.section = document.value["sweep"]

    def plan(self):
        common = self._part(("sweep", "common")) if "common" in self.section else _Part()
        lists = []
        if "points" in self.section:
            parts = [self._part(("sweep", "points", i)) for i in range(len(self.section["points"]))]
            lists.append((Axis("points"), parts))
        names = _short_names(key for key in self.section.get("axes", {}) if "." in key)
        for key in self.section.get("axes", {}):
            lists.append(self._axis(key, names))
        points, values = self._combine(common, lists)
        title = self._text(("sweep", "title"))
        rates = self.section.get("rates", [])
        return Plan(self.document.path, title, [axis for axis, _ in lists], points, values, rates)

    def _text(self, place):
        return self.document.node(place).value.strip()

    def _axis(self, key, names):
        """(Axis, parts)"""
        items = [("sweep", "axes", key, i) for i in range(len(self.section["axes"][key]))]
        if key in _WORDS:
            parts = [_Part(self._text(at), self._text(at), {key: self._beside(self._text(at))}, (), at) for at in items]
        elif "." in key:
            texts = [written(self.document.node(at)) for at in items]
            parts = [_Part(f"{names[key]}={t}", t, {}, (f"{key}={t}",), at) for t, at in zip(texts, items)]
        else:
            parts = [self._part(at) for at in items]
        return Axis(key, _unit([p.value for p in parts]) if "." in key or key == "opp" else ""), parts

    def _part(self, place):
        part = _Part(place=place)
        node = self.document.value
        for step in place:
            node = node[step]
        for key in node:
            if key == "set":
                part.sets = tuple(self._settings((*place, "set"), node["set"]))
            elif key == "name":
                part.name = part.value = self._text((*place, key))
            else:
                part.options[key] = self._beside(self._text((*place, key)))
        return part

    def _settings(self, place, value):
        for key in value if isinstance(value, dict) else range(len(value)):
            text = written(self.document.node((*place, key))) if isinstance(key, str) else self._text((*place, key))
            yield f"{key}={text}" if isinstance(key, str) else text

    def _beside(self, text):
        """A file beside the sweep file, as a path from here."""
        beside = self.document.path.parent / text
        return str(beside) if Path(text).suffix and beside.is_file() else text

    def _combine(self, common, lists):
        """(points, {name: value on each axis}) of all combinations."""
        count = math.prod(len(parts) for _, parts in lists)
        if count > MOST_POINTS:
            self.document.mistake(
                None,
                ("sweep", "axes"),
                f"{count} points; at most {MOST_POINTS}: shorten an axis, or split the sweep into several files",
            )
            self.document.raise_if_any()
        points, values, taken = [], {}, {}
        for parts in itertools.product(*(parts for _, parts in lists)):
            point = self._point(common, parts)
            last = parts[-1].place
            if not point.design:
                self.document.mistake(None, last, f'point "{point.name}" has no design: add design to it or to common')
                continue
            other = taken.get(point.folder.lower())
            if other is not None:
                why = "there are two of that name" if other == point.name else f'too like "{other}" for a folder of its own'
                at = (*last, "name") if (*last, "name") in self.document else last
                self.document.mistake(None, at, f'point "{point.name}": {why}; name one of them differently')
            taken[point.folder.lower()] = point.name
            points.append(point)
            values[point.name] = [part.value for part in parts]
        self.document.raise_if_any()
        return points, values

    def _point(self, common, parts):
        options, sets = dict(common.options), common.sets
        given, paths = {}, {}
        for part in parts:
            for key in part.options:
                self._once(key, key, given, part)
            for setting in part.sets:
                self._once(setting.partition("=")[0].strip(), "set", paths, part)
            options |= part.options
            sets = refined(sets, part.sets)
        design = options.pop("design", "")
        return Point(", ".join(part.name for part in parts), design, options, sets)

    def _once(self, what, key, given, part):
        """Two axes that set the same would leave it to their order which of them counts."""
        other = given.setdefault(what, part.place)
        if other != part.place:
            at = (*part.place, key) if (*part.place, key) in self.document else part.place
            self.document.mistake(
                None, at, f"{_place(other)} sets {what}, too: leave it to one of them, or move it to common"
            )


def _place(place):
    return "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in place).lstrip(".")


def _short_names(paths):
    """{path: its last parts, as many as tell it from the others}"""
    paths = list(paths)
    found = {}
    for path in paths:
        steps = path.split(".")
        ends = (".".join(steps[-n:]) for n in range(1, len(steps) + 1))
        found[path] = next(
            (e for e in ends if sum(other == e or other.endswith(f".{e}") for other in paths) == 1), path
        )
    return found


def _unit(texts):
    """The unit that all of some quantities have, else nothing."""
    units = {quantity(text)[1] for text in texts}
    return units.pop() if len(units) == 1 else ""


def quantity(text):
    """ "64 KiB" -> (64.0, "KiB"); (None, "") of what is no number with or without a unit."""
    match = re.fullmatch(r"([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)\s*([A-Za-z%]*)", text)
    return (float(match.group(1)), match.group(2)) if match else (None, "")
