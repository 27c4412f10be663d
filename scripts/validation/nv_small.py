"""The design nv_small against cycles of NVDLA nv_small's RTL, row by row of a table of layers."""

import import_rtl_layer
from layer_tables import read_table
from markdown import table
from validation import layers

MEMORIES = (("8", "1"), ("32", "1"), ("32", "2"), ("128", "1"))  # latency, cycles per beat


def rows_of(path):
    return read_table(path, ())


def layer_of(program, row, net, folder):
    """The row as a network of one layer, through the whole program."""
    net.write_text(import_rtl_layer.network_text([row], net), encoding="utf-8")
    sets = [word for setting in import_rtl_layer.settings(row) for word in ("--set", setting)]
    return layers.of_run(program, folder, "nv_small", "--net", net, *sets)[0]


def all_layers(program, rows, folder):
    return layers.at_a_time(
        lambda n: layer_of(program, rows[n], folder / f"row{n}.yaml", folder / f"row{n}"), range(len(rows))
    )


def error(row, layer):
    return abs(int(layer["accelerator_cycles"]) / int(row["cycles"]) - 1)


def text(program, folder, options):
    rows = rows_of(options.rtl)
    found = list(zip(rows, all_layers(program, rows, folder)))
    lines = []

    def add(name, pairs):
        errors = [error(row, layer) for row, layer in pairs]
        if errors:
            share = [f"{100 * value:.3g} %" for value in (sum(errors) / len(errors), max(errors))]
            lines.append([name, str(len(errors)), str(errors.count(0.0)), *share])

    for memory in dict.fromkeys([*MEMORIES, *((r["read_latency"], r["cycles_per_read_beat"]) for r in rows)]):
        add(", ".join(memory), [p for p in found if (p[0]["read_latency"], p[0]["cycles_per_read_beat"]) == memory])
    add("all", found)
    return table(["memory: latency, cycles per beat", "rows", "equal to the cycle", "mean error", "worst"], lines)
