"""How far is a layer on the design nv_small from the RTL of NVDLA nv_small, through the whole program?

The rows are those of data/nv_small_layers.csv (origin in data/README.md). Each is a run of the program on a network of
one layer, as scripts/import_rtl_layer.py makes it, with the memory of the row.
"""

import sys

import pytest

from support.program import ROOT

sys.path.insert(0, str(ROOT / "scripts"))

import import_rtl_layer  # noqa: E402
from validation import nv_small  # noqa: E402

MEAN, WORST = 0.0, 0.0  # of the errors of simulated cycles; equal to the cycle

ROWS = nv_small.rows_of(ROOT / "tests" / "validation" / "data" / "nv_small_layers.csv")


@pytest.fixture(scope="module")
def layers(program, tmp_path_factory):
    """By row: its line of layers.csv."""
    return nv_small.all_layers(program.path, ROWS, tmp_path_factory.mktemp("nv_small"))


def test_there_are_all_rows():
    assert len(ROWS) == 176
    assert len({row["case"] for row in ROWS}) == 65


def test_cycles_are_those_of_the_rtl(layers):
    errors = {}
    for row, layer in zip(ROWS, layers):
        key = (row["case"], row["read_latency"], row["cycles_per_read_beat"])
        errors[key] = nv_small.error(row, layer)
    wrong = {key: error for key, error in errors.items() if error > WORST}
    assert not wrong
    assert sum(errors.values()) / len(errors) <= MEAN


def test_the_array_multiplies_as_long_and_as_much_as_in_the_rtl(layers):
    for row, layer in zip(ROWS, layers):
        assert layer["array_cycles"] == row["array_cycles"], row["case"]
        assert layer["macs"] == row["macs"], row["case"]


def test_every_result_is_written_once(layers):
    for row, layer in zip(ROWS, layers):
        assert int(layer["memory.write_B"]) == int(row["k"]) * int(row["out_w"]) * int(row["out_h"]), row["case"]


def test_stalls_and_computing_are_all_of_the_time(layers):
    for row, layer in zip(ROWS, layers):
        stalls = sum(int(layer[f"{cause}_stall_cycles"]) for cause in ("load", "vector", "store", "control"))
        assert int(layer["array_cycles"]) + stalls == int(layer["accelerator_cycles"]), row["case"]


def test_layers_with_fewer_weight_banks_say_so():
    held = [row["case"] for row in ROWS if import_rtl_layer.held_back(row) is not None]
    assert held == [row["case"] for row in ROWS if row["case"].startswith("tw_")] and len(held) == 4
