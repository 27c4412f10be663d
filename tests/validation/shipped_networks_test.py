"""Do the shipped networks have, layer by layer, the operators and counts of independent tables?

The tables are data/shipped_networks.csv (origin in data/README.md). Counts come from two sides: from the text of the
YAML by scripts/networks/counts.py, which shares nothing with sim/network, and from `subvolt nets`. Where a network
differs from its table on purpose, data/shipped_networks_differences.csv says so, one by one; nothing else may differ,
and nothing listed may be gone.
"""

import csv
import json
import sys

import pytest
import yaml

from support.program import ROOT

sys.path.insert(0, str(ROOT / "scripts"))

from networks import counts  # noqa: E402
from validation import kinds  # noqa: E402

FOLDER = ROOT / "workloads" / "networks"
DATA = ROOT / "tests" / "validation" / "data"
COLUMNS = ("op", "macs", "parameters", "parameter_bytes", "input_bytes", "output_bytes", "element_operations")
ABSENT = "absent"


def read(name):
    with open(DATA / name, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def by_network(rows):
    found = {}
    for row in rows:
        found.setdefault(row["network"], []).append(row)
    return found


TABLES = by_network(read("shipped_networks.csv"))
LISTED = by_network(read("shipped_networks_differences.csv"))
# Networks of chips are held against the chips' own tables (max78002_networks_test.py).
SHIPPED = kinds.networks()


def document(name):
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))["network"]


def counted(name):
    """{layer: {column: text}} from the YAML alone."""
    return {row.name: {c: str(getattr(row, c)) for c in COLUMNS} for row in counts.rows(document(name))}


IN_JSON = {"parameters": "params", "parameter_bytes": "param_bytes", "input_bytes": "in_bytes", "output_bytes": "out_bytes"}


def printed(name, program):
    """As counted(), from what the program prints."""
    layers = json.loads(program.output("nets", name, "--json"))["layers"]
    return {layer["name"]: {c: str(layer[IN_JSON.get(c, c)]) for c in COLUMNS} for layer in layers}


def differences(name, layers):
    """(layer, column, value of the table, value here) wherever the two differ; a layer without a row: column "op"."""
    table = {row["layer"]: row for row in TABLES[name]}
    for layer, values in layers.items():
        if layer not in table:
            yield layer, "op", ABSENT, values["op"]
            continue
        for column, value in values.items():
            if value != table[layer][column]:
                yield layer, column, table[layer][column], value
    for layer in table:
        if layer not in layers:
            yield layer, "op", table[layer]["op"], ABSENT


def listed(name):
    return {(row["layer"], row["column"], row["table"], row["here"]) for row in LISTED.get(name, [])}


def test_every_shipped_network_has_a_table():
    assert set(TABLES) == set(SHIPPED)
    assert set(LISTED) <= set(SHIPPED)


def test_every_difference_has_a_reason():
    assert all(len(row["reason"]) > 20 for rows in LISTED.values() for row in rows)


@pytest.mark.parametrize("name", SHIPPED)
def test_yaml_has_the_rows_of_the_table(name):
    assert set(differences(name, counted(name))) == listed(name)


@pytest.mark.parametrize("name", SHIPPED)
def test_program_counts_the_rows_of_the_table(name, program):
    assert set(differences(name, printed(name, program))) == listed(name)


@pytest.mark.parametrize("name", SHIPPED)
def test_rows_come_in_the_order_of_the_table(name):
    table = [row["layer"] for row in TABLES[name]]
    assert [layer for layer in counted(name) if layer in set(table)] == table
