#!/usr/bin/env python3
"""Makes a network of one layer from a row of a table of layers that were simulated in RTL.

FILE.csv is a table of NVDLA nv_small (columns w, h, c, k, r, s, stride_y, stride_x, pad_top ... cycles) or of NE16
(mode, w, h, c, k, pad ... cycles); CASE is what its first column says. The network's head says how to run it and what
the RTL took. Grouped layers that the RTL ran as a dense convolution are one.
"""

import os
import re
import sys
from pathlib import Path

from layer_tables import read_table, require, whole, write_unless_other
from script_main import Arguments, near, script_main
from subvolt_results import ScriptError

BANKS, ENTRIES, BEAT, ALIGNMENT = 32, 512, 8, 128  # of nv_small
NV_SMALL = (
    *("class", "r", "s", "stride_y", "stride_x", "pad_top", "pad_bottom", "pad_left", "pad_right"),
    *("weight_banks", "read_latency", "cycles_per_read_beat"),
)
KERNELS = {"pw": 1, "3x3": 3, "dw": 3}  # of NE16, by mode

SCHEMA = Path(__file__).resolve().parent.parent / "configs" / "schemas" / "network.json"


def up(a, b):
    return -(-a // b)


def rows_of(path, case):
    table = read_table(path, ("case", "w", "h", "c", "k", "cycles"))
    if not {"mode", "r"} & set(table[0]):
        raise ScriptError(f"{path}: expected a table of layers with the column r (NVDLA nv_small) or mode (NE16)")
    require(path, table[0], NV_SMALL if "r" in table[0] else ("pad",))
    rows = [row for row in table if row["case"] == case]
    if not rows:
        raise ScriptError(f'{path}: no case "{case}"{near(case, [row["case"] for row in table])}')
    if not re.fullmatch(r"[A-Za-z0-9_.-]+", case):
        raise ScriptError(f'{rows[0].where}: case "{case}" is no name for a network: expected letters, digits, ".", "_" and "-"')
    return rows


def place(row):
    """Where a row is, as an error begins."""
    return f"{row.where}: case {row['case']}"


def number(row, column, least=1):
    return whole(place(row), column, row.get(column) or "", least)


def held_back(row):
    """Banks for weights that were fewer than the weights, or the input, would have left; or None."""
    data = up(number(row, "w") * number(row, "h") * up(number(row, "c"), BEAT), ENTRIES)
    beats = ALIGNMENT // BEAT * up(number(row, "k") * number(row, "c") * number(row, "r") * number(row, "s"), ALIGNMENT)
    banks = number(row, "weight_banks")
    return banks if banks < min(BANKS - data, up(beats, ENTRIES)) else None


def settings(row):
    """The --sets with which the design nv_small runs it as the RTL did."""
    sets = [
        f"soc.memory.latency={number(row, 'read_latency')}",
        f"soc.memory.cycles_per_beat={number(row, 'cycles_per_read_beat')}",
    ]
    banks = held_back(row)
    return sets + ([f"soc.npu.weight_banks={banks}"] if banks is not None else [])


def layer_text(row):
    if "r" in row:
        sides = ", ".join(str(number(row, f"pad_{side}", 0)) for side in ("top", "bottom", "left", "right"))
        for side, kernel, ends in (("h", "r", ("top", "bottom")), ("w", "s", ("left", "right"))):
            most = number(row, side) + sum(number(row, f"pad_{end}", 0) for end in ends)
            whole(place(row), kernel, row[kernel], 1, most)
        window = (
            f"kernel: {number(row, 'r')}x{number(row, 's')}, stride: {number(row, 'stride_y')}x{number(row, 'stride_x')}, "
            f"padding: [{sides}]"
        )
        return f"op: conv2d, {window}, channels: {number(row, 'k')}, bias: false"
    if row["mode"] not in KERNELS:
        raise ScriptError(f"{place(row)}: expected one of {', '.join(KERNELS)} in column mode, got {row['mode']!r}")
    window = f"kernel: {KERNELS[row['mode']]}, padding: {number(row, 'pad', 0)}"
    if row["mode"] == "dw":
        return f"op: depthwise_conv2d, {window}, bias: false"
    return f"op: conv2d, {window}, channels: {number(row, 'k')}, bias: false"


def check_sizes(row):
    """What the row says of its outputs and MACs, where it does, is what the layer has."""
    sizes = {}
    for side, kernel, stride, ends in (("h", "r", "stride_y", ("top", "bottom")), ("w", "s", "stride_x", ("left", "right"))):
        if "r" in row:
            taps, step = number(row, kernel), number(row, stride)
            padded = number(row, side) + sum(number(row, f"pad_{end}", 0) for end in ends)
        else:
            taps, step, padded = KERNELS[row["mode"]], 1, number(row, side) + 2 * number(row, "pad", 0)
        sizes[f"out_{side}"] = (padded - taps) // step + 1
        sizes["macs"] = sizes.get("macs", 1) * taps * sizes[f"out_{side}"]
    depthwise = row.get("mode") == "dw"
    if depthwise:
        sizes["k"] = number(row, "c")
    sizes["macs"] *= number(row, "c") * (1 if depthwise else number(row, "k"))
    for column, has in sizes.items():
        if row.get(column) and number(row, column) != has:
            raise ScriptError(f"{place(row)}: the layer has {has} in column {column}, this says {row[column]}")


def shape_text(row):
    return "x".join(str(number(row, column)) for column in "hwc")


def network_text(rows, path):
    row = rows[0]
    case = row["case"]
    lines = []
    if SCHEMA.exists():
        schema = os.path.relpath(SCHEMA, Path(path).resolve().parent)
        lines.append(f"# yaml-language-server: $schema={Path(schema).as_posix()}")
    if "r" in row:
        lines.append(f"# One layer, class {row['class']}, as simulated in the RTL of NVDLA nv_small:")
        for one in rows:
            sets = " ".join(f"--set {setting}" for setting in settings(one))
            lines.append(f"#   {number(one, 'cycles')} cycles: subvolt run nv_small --net {path} {sets}")
    else:
        lines.append(f"# One layer, mode {row['mode']}, as simulated in the RTL of NE16:")
        lines.append(f"#   {number(row, 'cycles')} cycles: subvolt run ne16_bench --net {path}")
    shape, layer = shape_text(row), layer_text(row)
    if any((shape_text(one), layer_text(one)) != (shape, layer) for one in rows):
        raise ScriptError(f"{place(row)}: its rows are different layers")
    for one in rows:
        check_sizes(one)
    return "\n".join(
        [
            *lines,
            "schema: network/1",
            "network:",
            f"  name: {case}",
            f"  input: {{shape: {shape}}}",
            "  layers:",
            f"    - {{name: {case}, {layer}}}",
            "",
        ]
    )


def run(options):
    text = network_text(rows_of(options.file, options.case), options.output)
    write_unless_other(options.output, text, options.force)
    return 0


def arguments(argv=None):
    parser = Arguments("import_rtl_layer.py", __doc__)
    parser.add_argument("file", metavar="FILE.csv", help="the table")
    parser.add_argument("case", metavar="CASE", help="a row of it, by its first column")
    parser.add_argument("-o", "--output", metavar="NET.yaml", required=True, help="the network's file")
    parser.add_argument("--force", action="store_true", help="overwrite a file that holds something else")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(script_main(run, arguments))
