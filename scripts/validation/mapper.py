"""Cycles that the mapper estimates against those that are simulated."""

from markdown import count, percent, table
from validation import kinds, layers

DESIGNS = ("edge_npu", "edge_npu_hyperram", "edge_npu_onchip", "nv_small")
NETWORKS = ("mobilenet_v1_1.0_224", "mobilenet_v2_1.0_224", "resnet8", "kws_ds_cnn")
LONG = 1000  # cycles of layers whose gap is worth a column


def pairs_of(rows):
    """(name, MACs, estimated, simulated) of layers on an accelerator."""
    return [
        (row["name"], int(row["macs"]), int(row["estimated_cycles"]), int(row["accelerator_cycles"]))
        for row in rows
        if row.get("accelerator_cycles") and row.get("estimated_cycles") and int(row["accelerator_cycles"]) > 0
    ]


def gap(pair):
    return pair[2] / pair[3] - 1


def worst(pairs, pick):
    found = pick((p for p in pairs if p[3] >= LONG), key=gap, default=None)
    return "–" if found is None else f"{percent(gap(found), 1)} (`{found[0]}`)"


def designs(program, folder, _):
    cases = [(design, net) for design in DESIGNS for net in NETWORKS]

    def run(case):
        words = [case[0], "--net", case[1], "--set", "design.barrier=soc"]
        return pairs_of(layers.of_run(program, folder / "_".join(case), *words))

    lines = []
    for (design, net), pairs in zip(cases, layers.at_a_time(run, cases)):
        estimated, simulated = sum(p[2] for p in pairs), sum(p[3] for p in pairs)
        mean = sum(abs(p[2] - p[3]) for p in pairs) / simulated
        within = sum(abs(gap(p)) <= 0.05 for p in pairs) / len(pairs)
        lines.append([f"`{design}`" if net == NETWORKS[0] else "", net, str(len(pairs)), count(estimated),
                      count(simulated), percent(estimated / simulated - 1, 1), f"{100 * mean:.1f} %",
                      f"{100 * within:.0f} %", worst(pairs, min), worst(pairs, max)])  # fmt: skip
    return table(["design", "network", "layers", "estimated", "simulated", "gap", "mean gap", "within 5 %", "lowest",
                  "highest"], lines)  # fmt: skip


def of_kinds(program, folder, options):
    lines = []
    for kind, runs in kinds.by_kind(program, folder, options).items():
        pairs = {net: pairs_of(row["layers"]) for net, row in runs.items()}
        all_pairs = [pair for of_net in pairs.values() for pair in of_net]
        wholes = [(net, 0, sum(p[2] for p in of), sum(p[3] for p in of)) for net, of in pairs.items() if of]
        parts = {
            "with MACs": [p for p in all_pairs if p[1] > 0],
            "without": [p for p in all_pairs if p[1] == 0],
            "whole networks": wholes,
        }
        for n, (name, part) in enumerate((name, part) for name, part in parts.items() if part):
            shares = [f"{100 * sum(abs(gap(p)) <= most for p in part) / len(part):.0f} %" for most in (0.05, 0.1)]
            long = [gap(p) for p in part if p[3] >= LONG]
            ends = [percent(end(long), 1) for end in (min, max)]
            lines.append([f"`{kind}`" if n == 0 else "", name, count(len(part)), *shares, *ends])
    return table(["kind", "layers", "", "within 5 %", "within 10 %", "lowest", "highest"], lines)
