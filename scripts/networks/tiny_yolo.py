"""Tiny YOLO v2 (COCO and VOC) and v3, 416x416, layers numbered as in their darknet configurations.

Batch normalisation is folded into weights and biases. The heads, a logistic or exponential per value and the
suppression of overlapping boxes, are a processor's work.
"""

from networks.document import Network

DARKNET = "pjreddie/darknet: cfg"


def leaky(net, number, kernel, channels, **keys):
    padding = 1 if kernel == 3 else None
    return net.conv2d(f"{number}_conv", kernel, channels, padding=padding, activation="leaky_relu", **keys)


def backbone(net):
    """Layers 0 to 12, common to all; what layer 8 gives is wanted again by v3."""
    for i, channels in enumerate((16, 32, 64, 128, 256, 512)):
        leaky(net, 2 * i, 3, channels)
        net.layer(f"{2 * i + 1}_max", "max_pool", kernel=2, stride=2 if i < 5 else "1x1")
    leaky(net, 12, 3, 1024)


def network(name, title, source, classes):
    return Network(
        name,
        "416x416x3",
        source=source,
        title=[f"{title}, 416x416, {classes} classes: {{macs}} MACs, {{parameters}} parameters."],
    )


def tiny_v2(name, data, config, channels, classes):
    net = network(
        name,
        f"Tiny YOLO v2 ({data})",
        f"{DARKNET}/{config}, after Redmon and Farhadi, YOLO9000, CVPR 2017, arXiv 1612.08242",
        classes,
    )
    backbone(net)
    leaky(net, 13, 3, channels)
    net.note(f"5 anchors of 4 coordinates, an objectness and {classes} classes.")
    net.conv2d("14_conv", 1, 5 * (5 + classes))
    net.layer("15_region", "yolo_head")
    return net


def tiny_v3():
    net = network(
        "yolov3_tiny_416",
        "Tiny YOLO v3 (COCO)",
        f"{DARKNET}/yolov3-tiny.cfg, after Redmon and Farhadi, YOLOv3, arXiv 1804.02767 (2018)",
        80,
    )
    outputs = 3 * (5 + 80)  # 3 anchors of 4 coordinates, an objectness and 80 classes
    backbone(net)
    branch = leaky(net, 13, 1, 256)
    net.note("Coarse head, 13x13: 3 anchors of 4 coordinates, an objectness and 80 classes.")
    leaky(net, 14, 3, 512)
    net.conv2d("15_conv", 1, outputs)
    net.layer("16_yolo", "yolo_head")
    net.note("Fine head, 26x26: the branch before, enlarged, beside the map of layer 8.")
    leaky(net, 18, 1, 128, input=branch)
    up = net.layer("19_up", "resize_nearest", shape="26x26x128")
    net.concat("20_route", up, "8_conv")
    leaky(net, 21, 3, 256)
    net.conv2d("22_conv", 1, outputs)
    net.layer("23_yolo", "yolo_head")
    return net


def networks():
    return [
        tiny_v2("yolov2_tiny_416", "COCO", "yolov2-tiny.cfg", 512, 80),
        tiny_v2("yolov2_tiny_voc_416", "VOC", "yolov2-tiny-voc.cfg", 1024, 20),
        tiny_v3(),
    ]
