"""A YAML document whose mistakes are located: FILE:LINE:COLUMN: KEY: what was wrong. All of them are shown together."""

import difflib
from pathlib import Path

import yaml

from subvolt_results import ScriptError


def article(node):
    """What a node is, for messages."""
    if isinstance(node, yaml.MappingNode):
        return "a map"
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    return f'"{node.value}"' if node.value else "nothing"


def near(word, known):
    """What was perhaps meant."""
    close = difflib.get_close_matches(word, known, 1)
    return f', did you mean "{close[0]}"?' if close else ""


class Document:
    """Nodes are PyYAML's; `where` is the path of keys that leads to one."""

    def __init__(self, path):
        self.path = Path(path)
        self.mistakes = []  # (line, column, text)
        try:
            self.text = self.path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise ScriptError(f"{path}: no UTF-8 text: {error.reason} at byte {error.start}") from error
        try:
            self.root = yaml.compose(self.text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            raise ScriptError(f"{path}:{mark.line + 1}:{mark.column + 1}: no valid YAML: {error.problem}") from error
        except yaml.YAMLError as error:
            raise ScriptError(f"{path}: no valid YAML: {error}") from error

    def mistake(self, node, where, message):
        line, column = (node.start_mark.line + 1, node.start_mark.column + 1) if node else (1, 1)
        self.mistakes.append((line, column, f"{where}: {message}" if where else message))

    def raise_if_any(self):
        if self.mistakes:
            lines = [f"{self.path}:{line}:{column}: {text}" for line, column, text in sorted(set(self.mistakes))]
            raise ScriptError("\n".join(lines))

    def entries(self, node, where, keys=None, required=()):
        """{key: (key's node, value's node)} of a map; unknown, missing and duplicate keys are mistakes."""
        if not isinstance(node, yaml.MappingNode):
            self.mistake(node, where, f"expected a map, got {article(node) if node else 'nothing'}")
            return {}
        found = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            path = f"{where}.{name}" if where else name
            if not name:
                self.mistake(key, where, f"expected a name as key, got {article(key)}")
            elif name in found:
                self.mistake(key, path, "duplicate key")
            elif keys is not None and name not in keys:
                hint = near(name, keys) or f"; expected {', '.join(keys)}"
                self.mistake(key, path, f'unknown key "{name}"{hint}')
            else:
                found[name] = (key, value)
        for name in required:
            if name not in found:
                self.mistake(node, where, f'missing key "{name}"')
        return found

    def items(self, node, where):
        """(node, where) of a list that has at least one item."""
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            empty = isinstance(node, yaml.SequenceNode)
            self.mistake(node, where, f"expected a list, got {'an empty one' if empty else article(node)}")
            return []
        return [(item, f"{where}[{i}]") for i, item in enumerate(node.value)]

    def scalar(self, node, where, expected="text"):
        """Its text as written; a number or truth value is text, too."""
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            self.mistake(node, where, f"expected {expected}, got {article(node)}")
            return ""
        return node.value.strip()
