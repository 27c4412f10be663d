"""EfficientNet-Lite 0 to 4: EfficientNet (arXiv 1905.11946, table 1) without squeeze-and-excitation, ReLU6 for swish.

Width, depth and resolution as in the README of tensorflow/tpu, models/official/efficientnet/lite. Stem and head keep
their width, the first and the last stage their depth.
"""

import math

from networks.blocks import classifier, divisible, inverted_residuals
from networks.document import Network

SOURCE = (
    "tensorflow/tpu: models/official/efficientnet/lite, "
    "after Tan and Le, EfficientNet, ICML 2019, arXiv 1905.11946, table 1"
)
# Table 1 of EfficientNet-B0: (expansion, channels, times, stride of the first, kernel).
STAGES = [
    (1, 16, 1, 1, 3),
    (6, 24, 2, 2, 3),
    (6, 40, 2, 2, 5),
    (6, 80, 3, 2, 3),
    (6, 112, 3, 1, 5),
    (6, 192, 4, 2, 5),
    (6, 320, 1, 1, 3),
]
# (width, depth, resolution, published multiply-adds and parameters).
VARIANTS = [
    (1.0, 1.0, 224, "407 M, 4.7 M"),
    (1.0, 1.1, 240, "631 M, 5.4 M"),
    (1.1, 1.2, 260, "899 M, 6.1 M"),
    (1.2, 1.4, 280, "1440 M, 8.2 M"),
    (1.4, 1.8, 300, "2640 M, 13.0 M"),
]


def scaled(width, depth):
    for i, (expansion, channels, times, stride, kernel) in enumerate(STAGES):
        repeats = times if i in (0, len(STAGES) - 1) else math.ceil(times * depth)
        yield expansion, divisible(channels * width), repeats, stride, kernel


def efficientnet_lite(i):
    width, depth, resolution, published = VARIANTS[i]
    net = Network(
        f"efficientnet_lite{i}",
        f"{resolution}x{resolution}x3",
        source=SOURCE,
        title=[
            f"EfficientNet-Lite{i}, width {width}, depth {depth}, {resolution}x{resolution}: {{macs}} MACs,",
            f"{{parameters}} parameters (repository: {published}, counting rule not stated). Batch normalisation is",
            "folded into weights and biases; 1000 classes.",
        ],
    )
    net.conv2d("stem", 3, 32, stride=2, activation="relu6")
    inverted_residuals(
        net,
        scaled(width, depth),
        "Stage {stage}: expansion {expansion}, {kernel}x{kernel}, {channels} channels, {times}, stride {stride}.",
    )
    net.note("Head.")
    net.conv2d("head", 1, 1280, activation="relu6")
    classifier(net)
    return net


def networks():
    return [efficientnet_lite(i) for i in range(len(VARIANTS))]
