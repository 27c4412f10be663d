"""Whole layers on the designs scale_sim_ws, _os and _is against what SCALE-Sim v3 prints for its topology files.

Source of the numbers: tests/validation/data/README.md. Input stationary is not among them. Its figure follows from the
tool's scalesim/compute/systolic_compute_is.py, whose demand matrices have 2R + C + T - 2 rows per fold of S_r =
reduction and S_c = pixels, T = filters; the same reading of systolic_compute_ws.py and _os.py is held against the
numbers here, and the three figures against the tool's own goldens. The tool numbers cycles from 0 and prints the last
number: one less than there are, for each product that it is given.
"""

import csv

from markdown import table
from subvolt_results import ROOT
from validation import layers

TABLE = ROOT / "tests" / "validation" / "data" / "scale_sim_cycles.csv"
NETS = ("mobilenet", "dscnn")
STYLES = {"ws": "weight stationary", "os": "output stationary", "is": "input stationary"}
SIDES = (16, 32)
HEADINGS = "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,"
SHAPE = ("ifmap_h", "ifmap_w", "filt_h", "filt_w", "ch", "num_filt", "stride")


def rows_of(net):
    with TABLE.open(newline="", encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["net"] == net]


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


def named(row, form):
    """SCALE-Sim tells by its name what is done channel by channel; so do we, for which dw is a name of it, too."""
    kind = {"dp": "DP", "as_written": "dw", "collapsed": "d"}[form] if row["type"] == "dw" else ""
    return row["layer"].replace("dw", kind) if kind else row["layer"]


def of_the_tool(row, style, side, form):
    """What the tool prints in all, and of how many products: by its own output where there is one."""
    shape = [int(row[key]) for key in SHAPE]
    channels = shape[4]
    apart = row["type"] == "dw" and form != "collapsed"
    products = channels if apart else 1
    if apart:
        shape[4] = 1
    if style == "is":
        return products * printed(style, side, side, *product(shape)), products
    return int(row[f"{style}_{side}_{'collapsed' if form == 'collapsed' else 'dp'}"]), products


def topology(rows, form):
    """The tool's file of these layers."""
    lines = [", ".join([named(row, form), *(row[key] for key in SHAPE)]) + "," for row in rows]
    return "\n".join([HEADINGS, *lines]) + "\n"


def layers_of(program, folder, style, size, net):
    sets = [f"--set=soc.npu.array.{key}={value}" for key, value in zip(("rows", "columns"), size)]
    return layers.of_run(program, folder, f"scale_sim_{style}", "--net", net, *sets)


def equal(program, folder, style, side, form):
    """How many layers are equal, and how many there are."""
    same = compared = 0
    for net in NETS:
        rows = rows_of(net)
        file = folder / f"{style}_{side}_{form}_{net}.csv"
        file.write_text(topology(rows, form), encoding="utf-8")
        for row, layer in zip(rows, layers_of(program, folder / file.stem, style, (side, side), file), strict=True):
            same += int(layer["array_cycles"]) == sum(of_the_tool(row, style, side, form))
            compared += 1
    return same, compared


def text(program, folder, _):
    forms = {"dp": "`dp`: channel by channel", "collapsed": "`collapsed`: one product"}
    cases = [(style, form, side) for style in STYLES for form in forms for side in SIDES]
    found = dict(zip(cases, layers.at_a_time(lambda c: equal(program, folder, c[0], c[2], c[1]), cases)))
    lines = []
    for style, name in STYLES.items():
        source = "the formula of the tool's source" if style == "is" else "the tool's output"
        for form, depthwise in forms.items():
            cells = ["{} of {}".format(*found[style, form, side]) for side in SIDES]
            lines.append([name, source, depthwise, *cells])
    return table(["dataflow", "reference", "depthwise as", *(f"{side} × {side}" for side in SIDES)], lines)
