"""Tables of layers in CSV files: columns that must be there, and whole numbers in them that say where they are."""

import csv

from subvolt_results import ScriptError


def require(path, columns, wanted):
    missing = [column for column in wanted if column not in columns]
    if missing:
        raise ScriptError(f"{path}: expected a table of layers, which has no column{'s'[: len(missing) - 1]} {', '.join(missing)}")


def read_table(path, wanted):
    """Rows of a table, each by column, with at least the columns `wanted`."""
    try:
        with open(path, newline="", encoding="utf-8") as file:
            table = csv.DictReader(file)
            rows = list(table)
            columns = table.fieldnames or []
    except (UnicodeDecodeError, csv.Error) as error:
        raise ScriptError(f"{path}: expected a table of comma-separated values: {error}") from error
    require(path, columns, wanted)
    if not rows:
        raise ScriptError(f"{path}: expected rows below the columns' names, got none")
    for i, row in enumerate(rows):
        if None in row or None in row.values():
            raise ScriptError(f"{path}: row {i + 1} below the columns' names has not as many values as they are")
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
