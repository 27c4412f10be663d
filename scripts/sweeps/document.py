"""A YAML document checked against a JSON Schema, its mistakes located: FILE:LINE:COLUMN: KEY: what was wrong. All of
them are shown together.

Scalars mean what they mean to the program: `true` and `false` are truth values, `yes` and dates are text. A schema's
`errorMessage` (which editors know, too) says what is expected where types and patterns would not tell people.
"""

import json
import re
import stat
from pathlib import Path

import yaml

from script_main import near
from subvolt_results import ScriptError

MOST_BYTES = 16 * 2**20
MOST_NODES = 200_000
MOST_LEVELS = 64
_SMALL = 64 * 2**10  # characters
_LONGEST = 600  # characters of a message
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
_FORBIDDEN = yaml.reader.Reader.NON_PRINTABLE
_TYPES = {"object": "a map", "array": "a list", "string": "text", "number": "a number", "boolean": "true or false"}


def article(node):
    """What a node is, for messages."""
    if isinstance(node, yaml.MappingNode):
        return "a map" if node.value else "an empty map"
    if isinstance(node, yaml.SequenceNode):
        return "a list" if node.value else "an empty list"
    if node is None or _scalar(node) is None:
        return "nothing"
    text = node.value if len(node.value) <= 60 else f"{node.value[:57]}..."
    return f'"{text}"'


def _scalar(node):
    text = node.value
    if node.style in ("'", '"', "|", ">"):
        return text
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    return float(text) if _NUMBER.fullmatch(text) else text


def written(node):
    """A value as YAML in one line, as --set takes it."""
    if isinstance(node, yaml.MappingNode):
        return "{" + ", ".join(f"{written(k)}: {written(v)}" for k, v in node.value) + "}"
    if isinstance(node, yaml.SequenceNode):
        return "[" + ", ".join(written(item) for item in node.value) + "]"
    plain = not node.style or _scalar(yaml.ScalarNode(node.tag, node.value)) == node.value
    return node.value if plain and not re.search(r"[\[\]{},#:\n\"']", node.value) else json.dumps(node.value)


class Document:
    """Nodes are PyYAML's; a place is the path of keys and indices that leads to one."""

    def __init__(self, path):
        self.path = Path(path)
        self.mistakes = []  # (line, column, text)
        self._nodes = {}  # place -> (node of its key or None, node)
        self._count = 0
        self.root = self._compose(self._read())
        self.value = self._build(self.root, (), None)
        self.raise_if_any()

    def _read(self):
        info = self.path.stat()
        if not stat.S_ISREG(info.st_mode):
            raise ScriptError(f"{self.path}: expected a regular file")
        if info.st_size > MOST_BYTES:
            raise ScriptError(f"{self.path}: {info.st_size} bytes; a sweep file has {MOST_BYTES} at most")
        data = self.path.read_bytes()
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
            raise ScriptError(f"{self.path}:{line}:{column}: no valid UTF-8: {error.reason}") from error

    def _compose(self, text):
        try:
            return yaml.compose(text, Loader=_Loader)
        except yaml.MarkedYAMLError as error:
            error = self._better_placed(text) or error
            mark = error.problem_mark or error.context_mark
            place = f"{mark.line + 1}:{mark.column + 1}" if mark else "1:1"
            raise ScriptError(f"{self.path}:{place}: no valid YAML: {error.problem}") from error
        except yaml.reader.ReaderError as error:
            at = next((i for i, c in enumerate(text) if _FORBIDDEN.match(c)), 0)
            line, column = text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1
            reason = f"the character #x{ord(text[at]):04x} is not allowed"
            raise ScriptError(f"{self.path}:{line}:{column}: no valid YAML: {reason}") from error
        except RecursionError as error:
            raise ScriptError(f"{self.path}: lists and maps within each other deeper than {MOST_LEVELS} levels") from error

    @staticmethod
    def _better_placed(text):
        """libyaml is fast, and tells where it gave up; PyYAML's own parser tells where it went wrong."""
        if len(text) > _SMALL:
            return None
        try:
            yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            return error
        except (yaml.YAMLError, RecursionError):
            pass
        return None

    def _build(self, node, place, key):
        """The value of a node as JSON has it; remembers where everything is."""
        self._count += 1
        if self._count > MOST_NODES:
            raise ScriptError(f"{self.path}: more than {MOST_NODES} values, aliases counted each time")
        if node is not None and len(place) > MOST_LEVELS:
            self.mistake(node, place[:3], f"deeper than {MOST_LEVELS} levels")
            return None
        self._nodes[place] = (key, node)
        if isinstance(node, yaml.MappingNode):
            return self._map(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self._build(item, (*place, i), None) for i, item in enumerate(node.value)]
        return None if node is None else _scalar(node)

    def _map(self, node, place):
        found = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if not name:
                self.mistake(key, place, f"expected a name as key, got {article(key)}")
            elif name in found:
                self.mistake(key, (*place, name), "duplicate key")
            else:
                found[name] = self._build(value, (*place, name), key)
        return found

    def __contains__(self, place):
        return place in self._nodes

    def node(self, place):
        return self._nodes[place][1]

    def mistake(self, node, place, message):
        """At a node, or at what the place leads to."""
        node = self._nodes[place][1] if node is None and place in self._nodes else node
        mark = node.start_mark if node is not None else None
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        where = _text(place)
        self.mistakes.append((line, column, _one_line(f"{where}: {message}" if where else message)))

    def raise_if_any(self):
        if self.mistakes:
            lines = [f"{self.path}:{line}:{column}: {text}" for line, column, text in sorted(set(self.mistakes))]
            raise ScriptError("\n".join(lines))

    def check(self, schema):
        """Adds what the schema has against the document to the mistakes, and raises if there are any."""
        from jsonschema import Draft7Validator

        types = {}  # place -> what is said of a value of the wrong type: once, by the schema that says it best
        for error in Draft7Validator(schema).iter_errors(self.value):
            place = tuple(error.absolute_path)
            if error.validator != "type":
                self._explain(error, place)
            elif place not in types or "errorMessage" in error.schema:
                types[place] = error
        for place, error in types.items():
            self._explain(error, place)
        self.raise_if_any()

    def _explain(self, error, place):
        node = self.node(place)
        schema, kind = error.schema, error.validator
        if kind == "additionalProperties":
            for name in error.instance:
                if name not in schema["properties"]:
                    hint = near(name, schema["properties"]) or f"; expected {', '.join(schema['properties'])}"
                    at = self._nodes[(*place, name)][0]
                    self.mistake(at, (*place, name), f'unknown key "{name}"{hint}')
        elif kind == "required":
            for name in error.validator_value:
                if name not in error.instance:
                    self.mistake(node, place, f'missing key "{name}"')
        elif kind == "propertyNames":
            for name in error.instance:
                if not re.search(schema["propertyNames"]["pattern"], name):
                    self.mistake(self._nodes[(*place, name)][0], (*place, name), "expected the path of a value")
        elif kind in ("enum", "const"):
            known = [str(v) for v in (error.validator_value if kind == "enum" else [error.validator_value])]
            one_of = "one of " if len(known) > 1 else ""
            hint = near(str(error.instance), known)
            self.mistake(node, place, f"expected {one_of}{', '.join(known)}, got {article(node)}{hint}")
        elif kind == "anyOf":
            self.mistake(node, place, schema["errorMessage"])
        else:
            self.mistake(node, place, f"{_expected(schema, kind)}, got {article(node)}")


def _expected(schema, kind):
    if "errorMessage" in schema:
        return schema["errorMessage"]
    types = schema.get("type", [])
    names = [_TYPES[t] for t in ([types] if isinstance(types, str) else types)]
    return f"expected {' or '.join(names) or kind}"


def _one_line(text):
    """What cannot be printed as a number; names of any length in part."""
    text = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _text(place):
    """ "sweep.points[0].set" """
    text = ""
    for step in place:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text
