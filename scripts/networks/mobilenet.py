"""MobileNetV1 (arXiv 1704.04861, table 1) and MobileNetV2 (arXiv 1801.04381, table 2)."""

from networks.blocks import classifier, inverted_residuals
from networks.document import Network

# Table 1 of MobileNetV1: the depthwise-separable blocks, (stride, channels).
V1_BLOCKS = [(1, 64), (2, 128), (1, 128), (2, 256), (1, 256), (2, 512), *[(1, 512)] * 5, (2, 1024), (1, 1024)]

# Table 2 of MobileNetV2: (expansion, channels, times, stride of the first, kernel).
V2_STAGES = [
    (1, 16, 1, 1, 3),
    (6, 24, 2, 2, 3),
    (6, 32, 3, 2, 3),
    (6, 64, 4, 2, 3),
    (6, 96, 3, 1, 3),
    (6, 160, 3, 2, 3),
    (6, 320, 1, 1, 3),
]


def separable_blocks(net, width, activation):
    for i, (stride, channels) in enumerate(V1_BLOCKS):
        net.depthwise(f"dw{i}", 3, stride=stride, activation=activation)
        net.conv2d(f"pw{i}", 1, int(channels * width), activation=activation)


def mobilenet_v1():
    net = Network(
        "mobilenet_v1_1.0_224",
        "224x224x3",
        source="Howard et al., MobileNets, arXiv 1704.04861 (2017), table 1",
        title=[
            "MobileNetV1, width 1.0, 224x224: {macs} MACs, {parameters} parameters (paper: 569 M mult-adds, 4.2 M).",
            "Batch normalisation is folded into weights and biases, ReLU6 as in the authors' TensorFlow code; "
            "1000 classes.",
        ],
    )
    net.note("Full convolution, then 13 depthwise-separable blocks.")
    net.conv2d("conv0", 3, 32, stride=2, activation="relu6")
    separable_blocks(net, 1, "relu6")
    net.note("Classifier.")
    classifier(net)
    return net


def mobilenet_v2():
    net = Network(
        "mobilenet_v2_1.0_224",
        "224x224x3",
        source="Sandler et al., MobileNetV2, CVPR 2018, arXiv 1801.04381, table 2",
        title=[
            "MobileNetV2, width 1.0, 224x224: {macs} MACs, {parameters} parameters (paper: 300 M MAdds, 3.4 M).",
            "Batch normalisation is folded into weights and biases; 1000 classes.",
        ],
    )
    net.conv2d("conv0", 3, 32, stride=2, activation="relu6")
    inverted_residuals(
        net, V2_STAGES, "Bottleneck {stage}: expansion {expansion}, {channels} channels, {times}, stride {stride}."
    )
    net.note("Classifier.")
    net.conv2d("head", 1, 1280, activation="relu6")
    classifier(net)
    return net


def networks():
    return [mobilenet_v1(), mobilenet_v2()]
