"""How far is a layer on the design ne16_bench from the RTL of NE16, through the whole program?

The rows are those of data/ne16_layers.csv (origin in data/README.md). Each is a run of the program on a network of one
layer, as scripts/import_rtl_layer.py makes it, with its operands in the L1.
"""

import sys

import pytest

from support.program import ROOT

sys.path.insert(0, str(ROOT / "scripts"))

import import_rtl_layer  # noqa: E402
from validation import ne16  # noqa: E402
from validation.layers import of_run  # noqa: E402

MEAN, WORST = 0.0, 0.0  # of the errors of simulated cycles; equal to the cycle
GAP9 = 0.15  # of the networks of MLPerf Tiny, with one constant fitted on them

ROWS = ne16.rows_of(ROOT / "tests" / "validation" / "data" / "ne16_layers.csv")


@pytest.fixture(scope="module")
def layers(program, tmp_path_factory):
    """By row: its line of layers.csv."""
    return ne16.all_layers(program.path, ROWS, tmp_path_factory.mktemp("ne16"))


def test_there_are_all_rows():
    assert len(ROWS) == 17
    assert {row["mode"] for row in ROWS} == set(ne16.MODES)


def test_cycles_are_those_of_the_rtl(layers):
    errors = {row["case"]: ne16.error(row, layer) for row, layer in zip(ROWS, layers)}
    assert not {case: error for case, error in errors.items() if error > WORST}
    assert sum(errors.values()) / len(errors) <= MEAN


def test_macs_are_the_layers(layers):
    for row, layer in zip(ROWS, layers):
        assert layer["macs"] == row["macs"], row["case"]


def test_nothing_is_moved(layers):
    for row, layer in zip(ROWS, layers):
        assert int(layer["load_busy_cycles"]) == int(layer["store_busy_cycles"]) == 0, row["case"]


def test_windows_take_a_bit_of_the_weights_per_cycle(program, tmp_path):
    """So weights of 2 bits save six of eight steps, and their bytes."""
    row = next(row for row in ROWS if row["case"] == "3x3_6x6x64_32")
    text = import_rtl_layer.network_text([row], "net.yaml")
    net = tmp_path / "net.yaml"
    found = {}
    for bits in (8, 2):
        net.write_text(text.replace("bias: false}", f"bias: false, weight_type: int{bits}}}"))
        found[bits] = of_run(program.path, tmp_path / f"run{bits}", "ne16_bench", "--net", net)[0]
    steps = 4 * 4 * 32  # places, blocks of channels, kernels
    assert int(found[8]["accelerator_cycles"]) - int(found[2]["accelerator_cycles"]) == 6 * steps
    assert int(found[8]["npu.l1.read_B"]) - int(found[2]["npu.l1.read_B"]) == 6 * steps * 18


@pytest.mark.parametrize("row", ne16.rows_of(ne16.GAP9), ids=lambda row: row["network"])
def test_networks_take_about_as_long_as_on_gap9(row, program, tmp_path):
    ours, on_cluster = ne16.cycles(program.path, tmp_path, row["network"])
    assert abs(ours / int(row["cycles_per_inference"]) - 1) <= GAP9
    assert on_cluster > 0
