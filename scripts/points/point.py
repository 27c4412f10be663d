"""A design point as the command line names it."""

import hashlib
import re
from dataclasses import dataclass, field

OPTIONS = {
    "network": "--net",
    "scenario": "--scenario",
    "power": "--power",
    "technology": "--technology",
    "opp": "--opp",
    "objective": "--objective",
    "quantize": "--quantize",
}
_LONGEST_FOLDER = 120  # characters; file systems allow 255 bytes, and there are endings to come


def refined(sets, later):
    """Overrides, and later ones that stand in the place of those that set the same or a part of it."""
    places = [re.split(r"[.\[]", s.partition("=")[0]) for s in later]

    def replaced(setting):
        steps = re.split(r"[.\[]", setting.partition("=")[0])
        return any(steps[: len(place)] == place for place in places)

    return tuple(s for s in sets if not replaced(s)) + tuple(later)


@dataclass(frozen=True)
class Point:
    name: str
    design: str
    options: dict = field(default_factory=dict)  # of OPTIONS
    sets: tuple = ()  # overrides, as --set takes them

    @property
    def folder(self):
        """A name for its folder that no two points of different names should share but for signs and case."""
        plain = re.sub(r"[^A-Za-z0-9_.=-]+", "_", self.name).strip("_.") or "point"
        if len(plain) <= _LONGEST_FOLDER:
            return plain
        return f"{plain[:_LONGEST_FOLDER]}_{hashlib.sha256(self.name.encode()).hexdigest()[:8]}"

    def arguments(self):
        words = ["run", self.design]
        for key, option in OPTIONS.items():
            if key in self.options:
                words += [option, self.options[key]]
        return words + self.set_arguments(self.sets)

    @staticmethod
    def set_arguments(sets):
        return [word for setting in sets for word in ("--set", setting)]
