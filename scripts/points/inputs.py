"""What a point's result depends on: the program, the command, and every document that the command may read.

Documents are followed by name: a text in one that names a file beside it, or a shipped document, counts as a use of
it. So a few too many are followed, such as a SoC and a power intent of the same name; never too few. What a document
names is found out once, however many points read it.
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
_LONGEST_NAME = 200  # characters; longer texts are prose
_YAML = (".yaml", ".yml")
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


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
    """Every text in a document, once."""
    todo, found = [document], {}
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            todo += value.values()
        elif isinstance(value, list):
            todo += value
        elif isinstance(value, str) and "\n" not in value and len(value) <= _LONGEST_NAME:
            found[value] = None
    return list(found)


def _parse(text):
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.YAMLError:
        return None  # the program says what is wrong with it


class Inputs:
    """Fingerprints of points, {what: SHA-256}. Files are read once."""

    def __init__(self, program):
        self._data = data_folder(program).resolve()
        self._program = digest(Path(program).read_bytes())
        self._shipped = self._names()
        self._named = {}  # (folder, text) -> paths
        self._files = {}  # path -> (name for people, digest, paths that it names)
        self._closures = {}  # text of a command -> {name for people: digest}

    def of(self, point):
        found = {"program": self._program, "command": digest("\0".join(point.arguments()).encode())}
        texts = [point.design, DEFAULT_TECHNOLOGY, *point.options.values()]
        for setting in point.sets:
            texts += _texts(_parse(setting.partition("=")[2]))
        for text in texts:
            found |= self._closure(text)
        return dict(sorted(found.items()))

    def _names(self):
        """{name: paths} of what ships."""
        names = {}
        for folder in FOLDERS:
            for path in sorted((self._data / folder).glob("*.yaml")):
                names.setdefault(path.stem, []).append(path)
        return names

    def _closure(self, text):
        if text not in self._closures:
            found = {}
            todo = list(self._paths(Path(), text))
            while todo:
                name, value, more = self._file(todo.pop())
                if name not in found:
                    found[name] = value
                    todo += more
            self._closures[text] = found
        return self._closures[text]

    def _paths(self, folder, text):
        """Files that a text in a document of `folder` may mean."""
        key = (folder, text)
        if key not in self._named:
            beside = folder / text
            if beside.suffix and os.path.isfile(beside):
                self._named[key] = (beside.resolve(),)
            else:
                self._named[key] = tuple(path.resolve() for path in self._shipped.get(text, ()))
        return self._named[key]

    def _file(self, path):
        if path not in self._files:
            data = path.read_bytes()
            texts = _texts(_parse(data)) if path.suffix in _YAML else []
            uses = [used for text in texts for used in self._paths(path.parent, text)]
            if path.suffix == ".onnx":  # may keep its constants in files beside it, which it names
                uses += [p for p in path.parent.iterdir() if p != path and p.name.encode() in data and p.is_file()]
            self._files[path] = self._display(path), digest(data), uses
        return self._files[path]

    def _display(self, path):
        return str(path.relative_to(self._data)) if self._data in path.parents else str(path)


def changed(was, now):
    """What differs between two fingerprints, for people: the first thing, and how many more."""
    names = [name for name in sorted(was.keys() | now.keys()) if was.get(name) != now.get(name)]
    if not names:
        return ""
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{names[0]}{more}"
