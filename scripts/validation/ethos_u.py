"""The designs ethos_u55_* against what Arm's compiler Vela estimates of the same layers."""

import csv

from markdown import count, percent, table
from subvolt_results import ROOT
from validation import layers

PUBLISHED = ROOT / "tests" / "validation" / "data" / "vela_kws.csv"
NETWORK = "kws_ds_cnn"


def rows():
    """{model: {layer: cycles of Vela's NPU}}"""
    found = {}
    with PUBLISHED.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["model"], {})[row["layer"]] = int(row["npu_cycles"])
    return found


def simulated(program, folder, model):
    """{layer: line of layers.csv}"""
    lines = layers.of_run(program, folder / f"ethos_{model}", f"ethos_{model}", "--net", NETWORK)
    return {line["name"]: line for line in lines}


def error(published, line):
    return int(line["pipeline_cycles"]) / published - 1


def text(program, folder, _):
    lines = []
    for model, published in rows().items():
        found = simulated(program, folder, model)
        for layer, cycles in published.items():
            line = found[layer]
            waits = sum(int(line[f"{cause}_lost_cycles"]) for cause in ("loads", "stores"))
            lines.append([f"`{model}`" if layer == next(iter(published)) else "", f"`{layer}`", count(cycles),
                          count(int(line["pipeline_cycles"])), percent(error(cycles, line), 1),
                          count(int(line["accelerator_cycles"])), count(waits),
                          count(int(line["weights_lost_cycles"]))])  # fmt: skip
    head = ["model", "layer", "Vela, NPU cycles", "`pipeline_cycles`", "gap", "simulated with memory",
            "of these waiting for feature maps", "for weights"]  # fmt: skip
    return table(head, lines)
