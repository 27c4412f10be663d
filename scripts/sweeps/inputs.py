"""What a point's result depends on: the program, the command, and every document that the command may read.

Documents are followed by name: a text in one that names a file beside it, or a shipped document, counts as a use of
it. So a few too many are followed, such as a SoC and a power intent of the same name; never too few.
"""

import hashlib
import os
from pathlib import Path

import yaml

FOLDERS = (
    "configs/designs",
    "configs/socs",
    "configs/power",
    "configs/technologies",
    "configs/memories",
    "workloads/networks",
)
DEFAULT_TECHNOLOGY = "lp28"  # of a SoC that no design names (docs/user-guide.md)


def data_folder(program):
    """Where the program finds what ships: $SUBVOLT_DATA, or its nearest parent that has configs and workloads."""
    named = os.environ.get("SUBVOLT_DATA")
    if named:
        return Path(named)
    for parent in Path(program).resolve().parents:
        if (parent / "configs").is_dir() and (parent / "workloads").is_dir():
            return parent
    return Path(program).resolve().parent


def digest(data):
    return hashlib.sha256(data).hexdigest()


def _texts(document):
    """Every text in a document."""
    todo = [document]
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            todo += value.values()
        elif isinstance(value, list):
            todo += value
        elif isinstance(value, str):
            yield value


class Inputs:
    """Fingerprints of points, {what: SHA-256}. Files are read once."""

    def __init__(self, program):
        self._data = data_folder(program)
        self._program = digest(Path(program).read_bytes())
        self._read = {}  # path -> (digest, texts)

    def of(self, point):
        found = {"program": self._program, "command": digest("\0".join(point.arguments()).encode())}
        todo = [(Path(), text) for text in (point.design, DEFAULT_TECHNOLOGY, *point.options.values())]
        for setting in point.sets:
            value = setting.partition("=")[2]
            todo += [(Path(), text) for text in _texts(self._parse(value))]
        while todo:
            for path in self._named(*todo.pop()):
                key = self._display(path)
                if key not in found:
                    found[key], texts = self._file(path)
                    todo += [(path.parent, text) for text in texts]
        return dict(sorted(found.items()))

    def _named(self, folder, text):
        """Files that a text in a document of `folder` may mean."""
        if "\n" in text or len(text) > 200:
            return []
        beside = folder / text
        if beside.suffix and beside.is_file():
            return [beside.resolve()]
        shipped = [self._data / folder / f"{text}.yaml" for folder in FOLDERS if "/" not in text]
        return [path.resolve() for path in shipped if path.is_file()]

    def _file(self, path):
        if path not in self._read:
            data = path.read_bytes()
            self._read[path] = digest(data), list(_texts(self._parse(data)))
        return self._read[path]

    @staticmethod
    def _parse(text):
        try:
            return yaml.load(text, Loader=yaml.BaseLoader)
        except yaml.YAMLError:
            return None  # the program says what is wrong with it

    def _display(self, path):
        data = self._data.resolve()
        return str(path.relative_to(data)) if data in path.parents else str(path)


def changed(was, now):
    """What differs between two fingerprints, for people: the first thing, and how many more."""
    names = [name for name in sorted(was.keys() | now.keys()) if was.get(name) != now.get(name)]
    if not names:
        return ""
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{names[0]}{more}"
