"""docs/networks.md: what ships, with counts and sources."""

from networks.counts import totals

HEAD = """# Networks

What ships in `workloads/networks/`, written by `scripts/generate_networks.py` from one script per family in
`scripts/networks/`: each holds the table of its paper and says where it comes from. `subvolt run edge_npu --net NAME`
runs one, `subvolt nets NAME` prints it layer by layer. Counting rules: [models](models/networks.md#networks-counting-rules).

Weights and activations take 8 bits (AlexNet as it ran on Eyeriss: 16), biases 32; batch normalisation is folded into them. Published totals, which round
and count by rules of their own, stand at the top of each file. Each layer is checked against an independent table
(`tests/validation/shipped_networks_test.py`); where the two differ on purpose,
`tests/validation/data/shipped_networks_differences.csv` says so, layer by layer, with the reason.

What the papers leave open, or the operators decide:

- Swish, hard-swish and hard-sigmoid are layers of their own behind a convolution, as in the files of deployed models; a
  rewriting may fuse them. ReLU, ReLU6 and leaky ReLU are fused here already.
- Where the papers' code pads evenly (PyTorch), `same` gives maps of the same size and the same counts.
- ShuffleNet v1: the ReLU behind a concatenation is fused into the convolution in front of it, which is the same.
- MobileViT: queries, keys and values come from one layer and a split. Unfolding and folding are transpositions.
- Hello Edge: where only the last step is classified, the recurrent layer stores that step alone (`last_only`).
- Tiny YOLO: suppression of overlapping boxes, whose work depends on the image, is not part of the head.

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
