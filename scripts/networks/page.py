"""docs/networks.md: what ships, with counts and sources."""

from networks.counts import totals

HEAD = """# Networks

What ships in `workloads/networks/`, written by `scripts/generate_networks.py` from one script per family in
`scripts/networks/`: each holds the table of its paper and says where it comes from. `subvolt run edge_npu --net NAME`
runs one, `subvolt nets NAME` prints it layer by layer. Counting rules: [models](models.md#networks-counting-rules).

Weights and activations take 8 bits, biases 32; batch normalisation is folded into them. Published totals, which round
and count by rules of their own, stand at the top of each file. `tests/validation` holds the counts, layer by layer.

"""


def row(net):
    counts = totals(net.document())
    figures = (counts.layers, counts.macs, counts.parameters, counts.parameter_bytes)
    return f"| `{net.name}` | {net.shape} | " + " | ".join(f"{n:,}" for n in figures) + f" | {net.source} |"


def text(families):
    parts = [HEAD]
    for family, made in families.items():
        parts.append(f"## {family}\n\n")
        parts.append("| network | input | layers | MACs | parameters | parameter bytes | source |\n")
        parts.append("| --- | --- | ---: | ---: | ---: | ---: | --- |\n")
        parts += [row(net) + "\n" for net in made]
        parts.append("\n")
    return "".join(parts).rstrip("\n") + "\n"
