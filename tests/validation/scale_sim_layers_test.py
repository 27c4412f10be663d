"""Do whole layers take the cycles that SCALE-Sim prints, from its topology file through the simulator?

How the figures come about, also those of input stationary, for which there is no output of the tool:
scripts/validation/scale_sim.py.
"""

import sys
from functools import partial

import pytest
from support.program import ROOT

sys.path.insert(0, str(ROOT / "scripts"))

from validation.scale_sim import (  # noqa: E402
    HEADINGS,
    NETS,
    SHAPE,
    STYLES,
    layers_of,
    named,
    of_the_tool,
    printed,
    product,
    rows_of,
    topology,
)


@pytest.fixture(name="run")
def run_fixture(program, tmp_path):
    return partial(layers_of, program.path, tmp_path / "run")


@pytest.mark.parametrize("form", ["as_written", "dp", "collapsed"])
@pytest.mark.parametrize("side", [16, 32])
@pytest.mark.parametrize("style", [style for style in STYLES if style != "is"])
def test_the_formula_is_the_tools(style, side, form):
    for row in (row for net in NETS for row in rows_of(net)):
        shape = [int(row[key]) for key in SHAPE]
        figure, products = of_the_tool(row, style, side, form)
        if products > 1:
            shape[4] = 1
        assert figure == products * printed(style, side, side, *product(shape)), row["layer"]


@pytest.mark.parametrize("form", ["as_written", "dp", "collapsed"])
@pytest.mark.parametrize("side", [16, 32])
@pytest.mark.parametrize("style", STYLES)
def test_every_layer_of_the_topologies_is_equal(run, tmp_path, style, side, form):
    equal = 0
    for net in NETS:
        rows = rows_of(net)
        file = tmp_path / f"{net}.csv"
        file.write_text(topology(rows, form))
        layers = run(style, (side, side), file)
        assert [layer["name"] for layer in layers] == [named(row, form) for row in rows]
        for layer, row in zip(layers, rows):
            figure, products = of_the_tool(row, style, side, form)
            assert int(layer["array_cycles"]) == figure + products, layer
            equal += 1
            waited = sum(int(layer[f"{why}_stall_cycles"]) for why in ("load", "vector", "store", "control"))
            assert int(layer["accelerator_cycles"]) == int(layer["array_cycles"]) + waited
    assert equal == 38


def test_the_tools_own_goldens_are_equal(run, tmp_path):
    """test/general/golden_trace_user_*/COMPUTE_REPORT.csv of the tool: total less stall cycles."""
    file = tmp_path / "test_mnk_input.csv"
    file.write_text("Layer Name, M, N, K,\nTest 1, 256, 128, 256,")
    for style, figure in {"is": 19984 - 5777, "os": 52447 - 42272, "ws": 52447 - 41248}.items():
        assert printed(style, 32, 32, 256, 256, 128) == figure
        assert int(run(style, (32, 32), file)[0]["array_cycles"]) == figure + 1


# Windows that only lie in the IFMAP in part, kernels that are not square, large maps, one pixel.
ODD = [
    (224, 224, 11, 11, 3, 96, 4),
    (226, 226, 3, 3, 64, 64, 1),
    (57, 33, 5, 2, 17, 31, 3),
    (7, 7, 7, 7, 512, 4096, 1),
    (11, 11, 3, 3, 512, 1024, 2),
    (512, 512, 1, 1, 96, 130, 1),
    (1, 1, 1, 1, 2048, 1000, 1),
]


@pytest.mark.parametrize("size", [(16, 16), (32, 8), (7, 100), (256, 256)], ids=str)
@pytest.mark.parametrize("style", STYLES)
def test_other_shapes_on_other_arrays_are_equal(run, tmp_path, style, size):
    file = tmp_path / "odd.csv"
    lines = [f"L{i}, {', '.join(map(str, shape))}," for i, shape in enumerate(ODD)]
    file.write_text("\n".join([HEADINGS, *lines]) + "\n")
    layers = run(style, size, file)
    for layer, shape in zip(layers, ODD):
        assert int(layer["array_cycles"]) == printed(style, *size, *product(shape)) + 1, layer
        tile = layer["mapping"].split(", ")[1]
        out = product(shape)[0]
        rows, columns, channels = map(int, tile.removeprefix("tile ").split("x"))
        assert (rows * columns, channels) == (out, shape[5]), "one tile"
    assert len(layers) == len(ODD)
