"""The design ne16_bench against cycles of NE16's RTL, and ne16 against a chip with an NE16."""

import import_rtl_layer
from layer_tables import read_table
from markdown import count, percent, table
from subvolt_results import ROOT
from validation import layers

GAP9 = ROOT / "tests" / "validation" / "data" / "gap9_mlperf_tiny.csv"
MODES = {"3x3": "windows of 3×3", "pw": "single pixels", "dw": "depthwise 3×3"}


def rows_of(path):
    return read_table(path, ())


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


# ne16 as it was without the cluster, and with the constant that is fitted taken back to a plain start.
NO_CLUSTER = (
    "soc.cluster=null", "soc.connections.cluster_dma=null", "soc.connections.cluster_control=null",
    "soc.connections.cluster_irq=null", "soc.cpu.processor=null", "soc.npu.l1.size=128 KiB",
    "power.power_domains.PD_CLUSTER=null", "power.power_domains.PD_NPU_BUF.elements=[npu.l1]",
    'power.clock_domains.npu_clk.elements=[npu, "npu.*", cpu, bus, sram]',
)  # fmt: skip
NO_CONSTANT = ("soc.cpu.layer_setup=200 cycles",)


def cycles(program, folder, network, settings=()):
    """Those of the inference, and how many layers ran on the cluster."""
    words = [word for setting in settings for word in ("--set", setting)]
    run = folder / f"ne16_{network}_{len(settings)}"
    lines = layers.of_run(program, run, "ne16", "--net", network, *words)
    return layers.totals(run)["cycles"], sum(line["runner"] == "cluster" for line in lines)


def gap9(program, folder, _):
    lines = []
    for row in rows_of(GAP9):
        published = int(row["cycles_per_inference"])
        ours, on_cluster = cycles(program, folder, row["network"])
        scalar, _ = cycles(program, folder, row["network"], NO_CLUSTER + NO_CONSTANT)
        plain, _ = cycles(program, folder, row["network"], NO_CONSTANT)
        gaps = [percent(n / published - 1, 1) for n in (scalar, plain, ours)]
        lines.append([row["network"], count(published), *gaps, count(ours), str(on_cluster)])
    head = ["network", "GAP9, cycles", "scalar host instead of the cluster", "cluster, nothing fitted",
            "with the constant", "`ne16`, cycles", "layers on the cluster"]  # fmt: skip
    return table(head, lines)
