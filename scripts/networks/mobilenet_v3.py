"""MobileNetV3 large and small (arXiv 1905.02244, tables 1 and 2), width 1.0, 224x224.

Hard-swish and hard-sigmoid are layers of their own: both need a multiplication that no requantisation has.
"""

from networks.blocks import divisible, squeeze_excite
from networks.document import Network

HS, RE = "hard_swish", "relu"

# Tables 1 and 2: (kernel, expanded channels, channels, squeeze-and-excitation, non-linearity, stride).
LARGE = [
    (3, 16, 16, False, RE, 1),
    (3, 64, 24, False, RE, 2),
    (3, 72, 24, False, RE, 1),
    (5, 72, 40, True, RE, 2),
    (5, 120, 40, True, RE, 1),
    (5, 120, 40, True, RE, 1),
    (3, 240, 80, False, HS, 2),
    (3, 200, 80, False, HS, 1),
    (3, 184, 80, False, HS, 1),
    (3, 184, 80, False, HS, 1),
    (3, 480, 112, True, HS, 1),
    (3, 672, 112, True, HS, 1),
    (5, 672, 160, True, HS, 2),
    (5, 960, 160, True, HS, 1),
    (5, 960, 160, True, HS, 1),
]
SMALL = [
    (3, 16, 16, True, RE, 2),
    (3, 72, 24, False, RE, 2),
    (3, 88, 24, False, RE, 1),
    (5, 96, 40, True, HS, 2),
    (5, 240, 40, True, HS, 1),
    (5, 240, 40, True, HS, 1),
    (5, 120, 48, True, HS, 1),
    (5, 144, 48, True, HS, 1),
    (5, 288, 96, True, HS, 2),
    (5, 576, 96, True, HS, 1),
    (5, 576, 96, True, HS, 1),
]


def activated(net, name, what):
    """`activation` of the layer `name`, which is the last: fused when it is a clamp."""
    return net.activation(f"{name}_hswish", HS) if what == HS else name


def fused(what):
    return what if what == RE else None


def block(net, i, x, channels_in, spec):
    kernel, expanded, channels, squeezed, what, stride = spec
    name = f"b{i}"
    y = x
    if expanded != channels_in:
        y = net.conv2d(f"{name}_expand", 1, expanded, input=x, activation=fused(what))
        activated(net, y, what)
    y = net.depthwise(f"{name}_dw", kernel, stride=stride, activation=fused(what))
    y = activated(net, y, what)
    if squeezed:
        squeeze_excite(net, name, y, expanded, divisible(expanded / 4))
    y = net.conv2d(f"{name}_project", 1, channels)
    return net.add(f"{name}_add", x, y) if stride == 1 and channels == channels_in else y


def mobilenet_v3(size, table, blocks, last, features, published):
    net = Network(
        f"mobilenet_v3_{size}_1.0_224",
        "224x224x3",
        source=f"Howard et al., Searching for MobileNetV3, ICCV 2019, arXiv 1905.02244, table {table}",
        title=[
            f"MobileNetV3-{size.capitalize()}, width 1.0, 224x224: {{macs}} MACs, {{parameters}} parameters "
            f"(paper: {published}).",
            "Batch normalisation is folded into weights and biases; 1000 classes.",
        ],
    )
    x = activated(net, net.conv2d("conv0", 3, 16, stride=2), HS)
    channels = 16
    for i, spec in enumerate(blocks):
        kernel, expanded, out, squeezed, what, stride = spec
        squeezing = ", squeeze-and-excitation" if squeezed else ""
        sizes = f"{kernel}x{kernel}, {expanded} expanded to {out} channels"
        net.note(f"Block {i}: {sizes}, {what}, stride {stride}{squeezing}.")
        x = block(net, i, x, channels, spec)
        channels = out
    net.note("Last stage and classifier.")
    activated(net, net.conv2d("last", 1, last), HS)
    net.global_average_pool()
    activated(net, net.fully_connected("fc0", features), HS)
    net.fully_connected("fc1", 1000)
    net.softmax()
    return net


def networks():
    return [
        mobilenet_v3("large", 1, LARGE, 960, 1280, "219 M MAdds, 5.4 M"),
        mobilenet_v3("small", 2, SMALL, 576, 1024, "56 M MAdds, 2.5 M"),
    ]
