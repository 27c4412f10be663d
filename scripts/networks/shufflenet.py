"""ShuffleNet v1 (arXiv 1707.01083, table 1) and v2 (arXiv 1807.11164, table 5), 224x224.

v1 applies a ReLU behind each concatenation and addition. Behind an addition it is fused; behind a concatenation it is
fused into the convolution of that branch, and nothing is left to do in the other: an average of ReLUs is not negative.
"""

from networks.blocks import classifier
from networks.document import Network

STAGES = [(2, 4), (3, 8), (4, 4)]  # number of the stage, units in it; both papers

# v1, table 1: channels of the stages by number of groups.
V1_CHANNELS = {3: (240, 480, 960), 4: (272, 544, 1088)}
V1_PUBLISHED = {3: "137 MFLOPs", 4: "133 MFLOPs"}
# v2, table 5: channels of the stages and of the last convolution by width.
V2_CHANNELS = {"0.5": (48, 96, 192, 1024), "1.0": (116, 232, 464, 1024)}
V2_PUBLISHED = {"0.5": "41 MFLOPs, 1.4 M", "1.0": "146 MFLOPs, 2.3 M"}


def stem(net):
    net.note("Stage 1.")
    net.conv2d("conv1", 3, 24, stride=2, activation="relu")
    return net.layer("maxpool", "max_pool", kernel=3, stride=2)


def unit_v1(net, name, x, channels_in, channels, groups, stride):
    """Figures 2b and 2c of v1. The first unit has no grouped first convolution, for want of input channels."""
    first = channels_in == 24
    net.conv2d(f"{name}_gpw1", 1, channels // 4, input=x, groups=1 if first else groups, activation="relu")
    net.layer(f"{name}_shuffle", "channel_shuffle", groups=groups)
    net.depthwise(f"{name}_dw", 3, stride=stride)
    if stride == 1:
        y = net.conv2d(f"{name}_gpw2", 1, channels, groups=groups)
        return net.add(f"{name}_add", x, y, activation="relu")
    y = net.conv2d(f"{name}_gpw2", 1, channels - channels_in, groups=groups, activation="relu")
    pooled = net.layer(f"{name}_avg", "average_pool", input=x, kernel=3, stride=2)
    return net.concat(f"{name}_cat", pooled, y)


def shufflenet_v1(groups):
    net = Network(
        f"shufflenet_v1_1.0_g{groups}_224",
        "224x224x3",
        source="Zhang et al., ShuffleNet, CVPR 2018, arXiv 1707.01083, table 1",
        title=[
            f"ShuffleNet v1, width 1.0, {groups} groups, 224x224: {{macs}} MACs, {{parameters}} parameters",
            f"(paper: {V1_PUBLISHED[groups]}, a multiply-add being one). Batch normalisation is folded; 1000 classes.",
        ],
    )
    x, channels_in = stem(net), 24
    for (stage, units), channels in zip(STAGES, V1_CHANNELS[groups]):
        net.note(f"Stage {stage}: {channels} channels, {units} units.")
        for i in range(units):
            x = unit_v1(net, f"s{stage}_{i}", x, channels_in, channels, groups, 2 if i == 0 else 1)
            channels_in = channels
    net.note("Classifier.")
    classifier(net)
    return net


def branch_v2(net, name, x, channels, stride):
    net.conv2d(f"{name}_r_pw1", 1, channels, input=x, activation="relu")
    net.depthwise(f"{name}_r_dw", 3, stride=stride)
    return net.conv2d(f"{name}_r_pw2", 1, channels, activation="relu")


def unit_v2(net, name, x, half, stride):
    """Figures 3c and 3d of v2: half of the channels pass by, or go through a branch of their own."""
    if stride == 1:
        left, right = f"{name}_left", f"{name}_right"
        net.layer(
            f"{name}_split", "split", input=x, axes=[-1], sizes=[half, half], outputs=[{"name": left}, {"name": right}]
        )
    else:
        net.depthwise(f"{name}_l_dw", 3, input=x, stride=stride)
        left, right = net.conv2d(f"{name}_l_pw", 1, half, activation="relu"), x
    net.concat(f"{name}_cat", left, branch_v2(net, name, right, half, stride))
    return net.layer(f"{name}_shuffle", "channel_shuffle", groups=2)


def shufflenet_v2(width):
    net = Network(
        f"shufflenet_v2_{width}_224",
        "224x224x3",
        source="Ma et al., ShuffleNet V2, ECCV 2018, arXiv 1807.11164, table 5",
        title=[
            f"ShuffleNet v2, width {width}, 224x224: {{macs}} MACs, {{parameters}} parameters",
            f"(paper: {V2_PUBLISHED[width]}, a multiply-add being one). Batch normalisation is folded; 1000 classes.",
        ],
    )
    x = stem(net)
    *channels, last = V2_CHANNELS[width]
    for (stage, units), out in zip(STAGES, channels):
        net.note(f"Stage {stage}: {out} channels, {units} units.")
        for i in range(units):
            x = unit_v2(net, f"s{stage}_{i}", x, out // 2, 2 if i == 0 else 1)
    net.note("Last convolution and classifier.")
    net.conv2d("conv5", 1, last, activation="relu")
    classifier(net)
    return net


def networks():
    return [shufflenet_v1(3), shufflenet_v1(4), shufflenet_v2("0.5"), shufflenet_v2("1.0")]
