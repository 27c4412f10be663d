"""GhostNet (arXiv 1911.11907, table 1), width 1.0, 224x224."""

from networks.blocks import divisible, squeeze_excite
from networks.document import Network

# Table 1: (kernel, expanded channels, channels, squeeze-and-excitation, stride).
BLOCKS = [
    (3, 16, 16, False, 1),
    (3, 48, 24, False, 2),
    (3, 72, 24, False, 1),
    (5, 72, 40, True, 2),
    (5, 120, 40, True, 1),
    (3, 240, 80, False, 2),
    (3, 200, 80, False, 1),
    (3, 184, 80, False, 1),
    (3, 184, 80, False, 1),
    (3, 480, 112, True, 1),
    (3, 672, 112, True, 1),
    (5, 672, 160, True, 2),
    (5, 960, 160, False, 1),
    (5, 960, 160, True, 1),
    (5, 960, 160, False, 1),
    (5, 960, 160, True, 1),
]


def ghost_module(net, name, x, channels, activation=None):
    """Half of the channels from a 1x1 convolution, the other half from a depthwise one on them (figure 2b)."""
    primary = net.conv2d(f"{name}_primary", 1, channels // 2, input=x, activation=activation)
    cheap = net.depthwise(f"{name}_cheap", 3, activation=activation)
    return net.concat(f"{name}_cat", primary, cheap)


def bottleneck(net, name, x, channels_in, spec):
    kernel, expanded, channels, squeezed, stride = spec
    y = ghost_module(net, f"{name}_g1", x, expanded, "relu")
    if stride == 2:
        y = net.depthwise(f"{name}_dw", kernel, stride=2)
    if squeezed:
        y = squeeze_excite(net, name, y, expanded, divisible(expanded / 4, by=4))
    y = ghost_module(net, f"{name}_g2", y, channels)
    if stride == 2 or channels != channels_in:
        net.depthwise(f"{name}_sc_dw", kernel, input=x, stride=stride)
        x = net.conv2d(f"{name}_sc_pw", 1, channels)
    return net.add(f"{name}_add", y, x)


def ghostnet():
    net = Network(
        "ghostnet_1.0_224",
        "224x224x3",
        source="Han et al., GhostNet, CVPR 2020, arXiv 1911.11907, table 1",
        title=[
            "GhostNet, width 1.0, 224x224: {macs} MACs, {parameters} parameters (paper: 141 M, 5.2 M).",
            "Batch normalisation is folded into weights and biases; 1000 classes.",
        ],
    )
    x, channels_in = net.conv2d("stem", 3, 16, stride=2, activation="relu"), 16
    for i, spec in enumerate(BLOCKS):
        kernel, expanded, channels, squeezed, stride = spec
        squeezing = ", squeeze-and-excitation" if squeezed else ""
        sizes = f"{kernel}x{kernel}, {expanded} expanded to {channels} channels"
        net.note(f"Bottleneck {i}: {sizes}, stride {stride}{squeezing}.")
        x = bottleneck(net, f"b{i}", x, channels_in, spec)
        channels_in = channels
    net.note("Classifier.")
    net.conv2d("convbnact", 1, 960, activation="relu")
    net.global_average_pool()
    net.conv2d("conv_head", 1, 1280, activation="relu")
    net.fully_connected("fc", 1000)
    net.softmax()
    return net


def networks():
    return [ghostnet()]
