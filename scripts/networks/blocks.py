"""Building blocks that several families share."""


def divisible(value, by=8):
    """`value` rounded to a multiple of `by`, never below 90 % of it: how the MobileNet papers' code rounds channels."""
    rounded = max(by, int(value + by / 2) // by * by)
    return rounded if rounded >= 0.9 * value else rounded + by


def inverted_residuals(net, stages, title):
    """Bottlenecks of MobileNetV2 (arXiv 1801.04381, table 1), ReLU6 but for the linear projections.

    `stages`: (expansion, channels, times, stride of the first, kernel). `title`: the comment of a stage.
    """
    x, channels_in = net.layers[-1]["name"], net.layers[-1]["channels"]
    for stage, (expansion, channels, times, first_stride, kernel) in enumerate(stages):
        net.note(
            title.format(
                stage=stage,
                expansion=expansion,
                channels=channels,
                times=f"{times} time" if times == 1 else f"{times} times",
                stride=first_stride,
                kernel=kernel,
            )
        )
        for i in range(times):
            block, stride = f"b{stage}_{i}", first_stride if i == 0 else 1
            if expansion != 1:
                net.conv2d(f"{block}_expand", 1, channels_in * expansion, input=x, activation="relu6")
            net.depthwise(f"{block}_dw", kernel, stride=stride, activation="relu6")
            y = net.conv2d(f"{block}_project", 1, channels)
            x = net.add(f"{block}_add", x, y) if stride == 1 and channels == channels_in else y
            channels_in = channels


def squeeze_excite(net, block, x, channels, reduced):
    """Squeeze-and-excitation with a hard sigmoid (arXiv 1905.02244, section 5.3): `x` scaled channel by channel."""
    net.global_average_pool(f"{block}_se_gap", input=x)
    net.conv2d(f"{block}_se_reduce", 1, reduced, activation="relu")
    net.conv2d(f"{block}_se_expand", 1, channels)
    scale = net.activation(f"{block}_se_hsig", "hard_sigmoid")
    return net.layer(f"{block}_se_scale", "mul", inputs=[x, scale])


def classifier(net, classes=1000):
    net.global_average_pool()
    net.fully_connected("fc", classes)
    net.softmax()
