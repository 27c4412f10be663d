"""MobileViT XXS, XS and S (arXiv 2110.02178, table 4), 256x256.

Swish (SiLU) is a layer of its own behind a convolution. A MobileViT block unfolds the map of h x w pixels into the 4
positions in patches of 2x2 pixels by the h/2 x w/2 patches, and attends over the patches with 4 heads; folding goes
back. Either is a transposition, for which the map is seen as h/2 x 2 x w/2 x 2 pixels, or 2 x 2 x h/2 x w/2.
"""

from networks.blocks import classifier
from networks.document import Network

HEADS = 4
TRANSFORMERS = (2, 4, 3)  # layers in the three MobileViT blocks
PATCH = 2

# Table 4: expansion, channels of the five stages, width of the transformers, channels of the head.
VARIANTS = {
    "xxs": (2, (16, 24, 48, 64, 80), (64, 80, 96), 320, "1.3 M"),
    "xs": (4, (32, 48, 64, 80, 96), (96, 120, 144), 384, "2.3 M"),
    "s": (4, (32, 64, 96, 128, 160), (144, 192, 240), 640, "5.6 M"),
}


def swish(net, name):
    return net.activation(name, "swish")


def inverted_residual(net, name, x, channels_in, channels, expansion, stride):
    net.conv2d(f"{name}_expand", 1, channels_in * expansion, input=x)
    swish(net, f"{name}_a1")
    net.depthwise(f"{name}_dw", 3, stride=stride)
    swish(net, f"{name}_a2")
    y = net.conv2d(f"{name}_project", 1, channels)
    return net.add(f"{name}_add", x, y) if stride == 1 and channels == channels_in else y


def transformer(net, name, x, width):
    """Attention and a feed-forward part of twice the width. The heads lie side by side in the last dimension."""
    net.layer(f"{name}_ln1", "layer_norm", input=x)
    net.fully_connected(f"{name}_qkv", 3 * width, keep_dims=True)
    q, k, v = (f"{name}_{part}" for part in "qkv")
    net.layer(
        f"{name}_split", "split", axes=[-1], sizes=[width] * 3, outputs=[{"name": part} for part in (q, k, v)]
    )
    net.layer(f"{name}_qk", "batch_matmul", inputs=[q, k], transpose_b=True, heads=HEADS)
    weights = net.layer(f"{name}_softmax", "softmax")
    net.layer(f"{name}_av", "batch_matmul", inputs=[weights, v], heads=HEADS)
    y = net.fully_connected(f"{name}_proj", width, keep_dims=True)
    x = net.add(f"{name}_add1", x, y)
    net.layer(f"{name}_ln2", "layer_norm")
    net.fully_connected(f"{name}_ffn1", 2 * width, keep_dims=True)
    swish(net, f"{name}_swish")
    y = net.fully_connected(f"{name}_ffn2", width, keep_dims=True)
    return net.add(f"{name}_add2", x, y)


def mobilevit_block(net, name, x, channels, width, layers, side):
    net.conv2d(f"{name}_local3x3", 3, channels, input=x)
    swish(net, f"{name}_a")
    net.conv2d(f"{name}_local1x1", 1, width, bias=False)
    patches = side // PATCH
    net.layer(f"{name}_patches", "reshape", shape=f"{patches}x{PATCH}x{patches}x{PATCH}x{width}")
    unfolded = f"{PATCH * PATCH}x{patches * patches}x{width}"
    y = net.layer(f"{name}_unfold", "transpose", order=[1, 3, 0, 2, 4], shape=unfolded)
    for i in range(layers):
        y = transformer(net, f"{name}_t{i}", y, width)
    net.layer(f"{name}_ln", "layer_norm")
    net.layer(f"{name}_pixels", "reshape", shape=f"{PATCH}x{PATCH}x{patches}x{patches}x{width}")
    net.layer(f"{name}_fold", "transpose", order=[2, 0, 3, 1, 4], shape=f"{side}x{side}x{width}")
    net.conv2d(f"{name}_proj", 1, channels)
    y = swish(net, f"{name}_pa")
    net.concat(f"{name}_cat", x, y)
    net.conv2d(f"{name}_fuse3x3", 3, channels)
    return swish(net, f"{name}_fa")


def mobilevit(size):
    expansion, channels, widths, head, published = VARIANTS[size]
    net = Network(
        f"mobilevit_{size}_256",
        "256x256x3",
        source="Mehta and Rastegari, MobileViT, ICLR 2022, arXiv 2110.02178, table 4",
        title=[
            f"MobileViT-{size.upper()}, 256x256: {{macs}} MACs, {{parameters}} parameters (paper: {published}).",
            "Batch normalisation is folded into weights and biases; 1000 classes.",
        ],
    )
    net.conv2d("stem", 3, 16, stride=2)
    x = swish(net, "stem_act")
    net.note("Stages 1 and 2: inverted residuals.")
    x = inverted_residual(net, "l1", x, 16, channels[0], expansion, 1)
    for i, (before, stride) in enumerate([(channels[0], 2), (channels[1], 1), (channels[1], 1)]):
        x = inverted_residual(net, f"l2_{i}", x, before, channels[1], expansion, stride)
    side = 64
    stages = zip(channels[1:], channels[2:], widths, TRANSFORMERS)
    for stage, (before, out, width, layers) in enumerate(stages, start=3):
        side //= 2
        net.note(f"Stage {stage}: inverted residual of stride 2, MobileViT block of {layers} layers {width} wide.")
        x = inverted_residual(net, f"l{stage}_mv2", x, before, out, expansion, 2)
        x = mobilevit_block(net, f"l{stage}_vit", x, out, width, layers, side)
    net.note("Head.")
    net.conv2d("head", 1, head)
    swish(net, "head_a")
    classifier(net)
    return net


def networks():
    return [mobilevit(size) for size in VARIANTS]
