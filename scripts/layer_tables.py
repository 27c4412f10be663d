"""Tables of layers in CSV files: columns that must be there, and whole numbers in them that say where they are."""

import csv
from pathlib import Path

from subvolt_results import ScriptError, write_text


def require(path, columns, wanted):
    missing = [column for column in wanted if column not in columns]
    if missing:
        raise ScriptError(f"{path}: expected a table of layers, which has no column{'s'[: len(missing) - 1]} {', '.join(missing)}")


class TableRow(dict):
    """Values of a row by column; `where` is its file and line."""

    def __init__(self, values, where):
        super().__init__(values)
        self.where = where


def read_table(path, wanted):
    """Rows of a table (TableRow), with at least the columns `wanted`."""
    try:
        with open(path, newline="", encoding="utf-8") as file:
            table = csv.DictReader(file)
            rows = [TableRow(row, f"{path}:{table.line_num}") for row in table]
            columns = table.fieldnames or []
    except (UnicodeDecodeError, csv.Error) as error:
        raise ScriptError(f"{path}: expected a table of comma-separated values: {error}") from error
    require(path, columns, wanted)
    if not rows:
        raise ScriptError(f"{path}: expected rows below the columns' names, got none")
    for row in rows:
        if None in row or None in row.values():
            raise ScriptError(f"{row.where}: this row has not as many values as there are columns")
    return rows


def whole(where, column, text, least=0, most=None):
    """The number in a column, decimal or 0x...; `where` begins the error."""
    try:
        number = int(text, 16 if text.startswith("0x") else 10)
    except ValueError as error:
        raise ScriptError(f"{where}: expected a whole number in column {column}, got {text!r}") from error
    if number < least or (most is not None and number > most):
        limits = f">= {least}" if most is None else f"from {least} to {most}"
        raise ScriptError(f"{where}: expected a whole number {limits} in column {column}, got {text!r}")
    return number


def write_unless_other(path, text, force):
    """A network's file, as `subvolt import` writes it: not over one that holds something else, unless by force."""
    path = Path(path)
    if not force and path.exists() and (not path.is_file() or path.read_bytes() != text.encode("utf-8")):
        raise ScriptError(f"{path} exists and is another network: --force overwrites it")
    write_text(path, text)
