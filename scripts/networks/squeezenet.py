"""SqueezeNet 1.0 (arXiv 1602.07360, table 1) and 1.1 (its authors' repository), 224x224."""

from networks.document import Network

# Channels of the fire modules: (squeeze, expand 1x1 and expand 3x3, each).
FIRES = {2: (16, 64), 3: (16, 64), 4: (32, 128), 5: (32, 128), 6: (48, 192), 7: (48, 192), 8: (64, 256), 9: (64, 256)}


def fire(net, number):
    squeeze, expand = FIRES[number]
    x = net.conv2d(f"fire{number}_squeeze", 1, squeeze, activation="relu")
    one = net.conv2d(f"fire{number}_e1", 1, expand, activation="relu")
    three = net.conv2d(f"fire{number}_e3", 3, expand, input=x, padding=1, activation="relu")
    net.concat(f"fire{number}_cat", one, three)


def squeezenet(version, kernel, channels, fires, source, published):
    """`fires`: the fire modules up to each pool; pools round up (ceil), as Caffe's do."""
    net = Network(
        f"squeezenet_{version}_224",
        "224x224x3",
        source=source,
        title=[f"SqueezeNet {version}, 224x224: {{macs}} MACs, {{parameters}} parameters ({published}); 1000 classes."],
    )
    net.conv2d("conv1", kernel, channels, stride=2, padding="valid", activation="relu")
    done = 0
    for group in fires:
        net.note(f"Fire modules {group[0]} to {group[-1]}." if len(group) > 1 else f"Fire module {group[0]}.")
        net.layer(f"pool{done}", "max_pool", kernel=3, stride=2, padding="valid", ceil=True)
        for number in group:
            fire(net, number)
            done += 1
    net.note("Classifier.")
    net.conv2d("conv10", 1, 1000, activation="relu")
    net.global_average_pool()
    net.softmax()
    return net


def networks():
    return [
        squeezenet(
            *("1.0", 7, 96, [(2, 3, 4), (5, 6, 7, 8), (9,)]),
            "Iandola et al., SqueezeNet, arXiv 1602.07360 (2016), table 1",
            "paper: 4.8 MB of 32-bit parameters",
        ),
        squeezenet(
            *("1.1", 3, 64, [(2, 3), (4, 5), (6, 7, 8, 9)]),
            "forresti/SqueezeNet: SqueezeNet_v1.1, after Iandola et al., arXiv 1602.07360 (2016)",
            "2.4 times less work than 1.0",
        ),
    ]
