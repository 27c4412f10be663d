"""The design ne16_bench against cycles of NE16's RTL, and ne16 against a chip with an NE16."""

import csv

import import_rtl_layer
from markdown import count, percent, table
from subvolt_results import ROOT
from validation import layers

GAP9 = ROOT / "tests" / "validation" / "data" / "gap9_mlperf_tiny.csv"
MODES = {"3x3": "windows of 3×3", "pw": "single pixels", "dw": "depthwise 3×3"}


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def layer_of(program, row, net, folder):
    """The row as a network of one layer, through the whole program."""
    net.write_text(import_rtl_layer.network_text([row], net), encoding="utf-8")
    return layers.of_run(program, folder, "ne16_bench", "--net", net)[0]


def all_layers(program, rows, folder):
    return layers.at_a_time(
        lambda n: layer_of(program, rows[n], folder / f"ne16_{n}.yaml", folder / f"ne16_{n}"), range(len(rows))
    )


def error(row, layer):
    return abs(int(layer["accelerator_cycles"]) / int(row["cycles"]) - 1)


def text(program, folder, options):
    rows = rows_of(options.ne16)
    found = list(zip(rows, all_layers(program, rows, folder)))
    lines = []
    of_modes = [(what, [p for p in found if p[0]["mode"] == mode]) for mode, what in MODES.items()]
    for name, pairs in [*of_modes, ("all", found)]:
        errors = [error(row, layer) for row, layer in pairs]
        if errors:
            share = [f"{100 * value:.3g} %" for value in (sum(errors) / len(errors), max(errors))]
            lines.append([name, str(len(errors)), str(errors.count(0.0)), *share])
    return table(["layers", "rows", "equal to the cycle", "mean error", "worst"], lines)


def cycles(program, folder, network):
    """(those of the inference, of these: in which layers ran on the host)."""
    lines = layers.of_run(program, folder / f"ne16_{network}", "ne16", "--net", network)
    on_host = sum(int(line["cycles"]) for line in lines if line["runner"] == "cpu")
    return layers.totals(folder / f"ne16_{network}")["cycles"], on_host


def gap9(program, folder, _):
    lines = []
    for row in rows_of(GAP9):
        published = int(row["cycles_per_inference"])
        ours, host = cycles(program, folder, row["network"])
        lines.append([row["network"], count(published), count(ours), percent(ours / published - 1, 1), count(host),
                      percent((ours - host) / published - 1, 1)])  # fmt: skip
    head = ["network", "GAP9, cycles", "`ne16`, cycles", "gap", "of these layers on the host", "gap without them"]
    return table(head, lines)
