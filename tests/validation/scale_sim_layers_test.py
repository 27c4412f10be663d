"""Do whole layers take the cycles that SCALE-Sim prints, from its topology file through the simulator?

Source of the numbers: tests/validation/data/README.md. Input stationary is not among them. Its figure follows from the
tool's scalesim/compute/systolic_compute_is.py, whose demand matrices have 2R + C + T - 2 rows per fold of S_r =
reduction and S_c = pixels, T = filters; the same reading of systolic_compute_ws.py and _os.py is held against the
numbers here, and the three figures against the tool's own goldens. The tool numbers cycles from 0 and prints the last
number: one less than there are, for each product that it is given.
"""

import csv
from functools import partial

import pytest
from support.program import ROOT

ROWS = list(csv.DictReader((ROOT / "tests" / "validation" / "data" / "scale_sim_cycles.csv").open()))
NETS = ("mobilenet", "dscnn")
STYLES = ("ws", "os", "is")
HEADINGS = "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,"
SHAPE = ("ifmap_h", "ifmap_w", "filt_h", "filt_w", "ch", "num_filt", "stride")


def ceil_div(a, b):
    return -(-a // b)


def printed(style, rows, columns, pixels, reduction, filters):
    """What the tool prints of one product."""
    folded = {
        "ws": (reduction, filters, 2 * rows + columns + pixels - 2),
        "os": (pixels, filters, reduction + rows + columns - 2),
        "is": (reduction, pixels, 2 * rows + columns + filters - 2),
    }
    along_rows, along_columns, fold = folded[style]
    return ceil_div(along_rows, rows) * ceil_div(along_columns, columns) * fold - 1


def product(shape):
    """Pixels, reduction and filters of a topology's row."""
    height, width, filter_height, filter_width, channels, filters, stride = shape
    out = [ceil_div(size - kernel, stride) + 1 for size, kernel in ((height, filter_height), (width, filter_width))]
    return out[0] * out[1], filter_height * filter_width * channels, filters


def layers_of(program, folder, style, size, net):
    sets = [f"soc.npu.array.{key}={value}" for key, value in zip(("rows", "columns"), size)]
    program.output("run", f"scale_sim_{style}", "--net", net, "-o", folder, "--quiet", *(f"--set={s}" for s in sets))
    return list(csv.DictReader((folder / "layers.csv").open()))


@pytest.fixture(name="run")
def run_fixture(program, tmp_path):
    return partial(layers_of, program, tmp_path / "run")


def named(row, form):
    """SCALE-Sim tells by its name what is done channel by channel; so do we, for which dw is a name of it, too."""
    kind = {"dp": "DP", "as_written": "dw", "collapsed": "d"}[form] if row["type"] == "dw" else ""
    return row["layer"].replace("dw", kind) if kind else row["layer"]


def of_the_tool(row, style, side, form):
    """What the tool prints in all, and of how many products."""
    shape = [int(row[key]) for key in SHAPE]
    channels = shape[4]
    apart = row["type"] == "dw" and form != "collapsed"
    products = channels if apart else 1
    if apart:
        shape[4] = 1
    figure = products * printed(style, side, side, *product(shape))
    if style != "is":
        assert figure == int(row[f"{style}_{side}_{'collapsed' if form == 'collapsed' else 'dp'}"]), row["layer"]
    return figure, products


@pytest.mark.parametrize("form", ["as_written", "dp", "collapsed"])
@pytest.mark.parametrize("side", [16, 32])
@pytest.mark.parametrize("style", STYLES)
def test_every_layer_of_the_topologies_is_equal(run, tmp_path, style, side, form):
    equal = 0
    for net in NETS:
        rows = [row for row in ROWS if row["net"] == net]
        file = tmp_path / f"{net}.csv"
        lines = [", ".join([named(row, form), *(row[key] for key in SHAPE)]) + "," for row in rows]
        file.write_text("\n".join([HEADINGS, *lines]) + "\n")
        layers = run(style, (side, side), file)
        assert [layer["name"] for layer in layers] == [named(row, form) for row in rows]
        for layer, row in zip(layers, rows):
            figure, products = of_the_tool(row, style, side, form)
            assert int(layer["array_cycles"]) == figure + products, layer
            equal += 1
            waited = sum(int(layer[f"{why}_stall_cycles"]) for why in ("load", "vector", "store", "control"))
            assert int(layer["accelerator_cycles"]) == int(layer["array_cycles"]) + waited
    assert equal == len(ROWS) == 38


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
