"""Convolutions of AlexNet (Krizhevsky et al., NIPS 2012) and the pools between them, as they were run on Eyeriss.

Four images of 227x227 at once, tensors and weights of 16 bits (Y.-H. Chen et al., IEEE JSSC 52(1) 2017). Without local
response normalisation, and without the fully connected layers, which the chip was not measured with.
"""

from networks.document import Network

# Kernel, stride, padding, channels, groups.
CONVOLUTIONS = {
    "conv1": (11, 4, "valid", 96, 1),
    "conv2": (5, 1, 2, 256, 2),
    "conv3": (3, 1, 1, 384, 1),
    "conv4": (3, 1, 1, 384, 2),
    "conv5": (3, 1, 1, 256, 2),
}
POOLED = {"conv1": "pool1", "conv2": "pool2"}


def networks():
    net = Network(
        "alexnet_conv_b4",
        "4x227x227x3",
        source="Krizhevsky et al., NIPS 2012; batch and widths as Chen et al., IEEE JSSC 52(1) 2017",
        title=[
            "Convolutions of AlexNet, four images: {macs} MACs, {parameters} parameters (2.66 G MACs in the table of",
            "Chen et al.); the host pools between them.",
        ],
        element="int16",
    )
    for name, (kernel, stride, padding, channels, groups) in CONVOLUTIONS.items():
        keys = {"stride": stride, "padding": padding, "groups": groups, "activation": "relu"}
        net.conv2d(name, kernel, channels, weight_type="int16", **keys)
        if name in POOLED:
            net.layer(POOLED[name], "max_pool", kernel=3, stride=2, padding="valid")
    return [net]
