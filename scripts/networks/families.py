"""All families, in the order in which people look for them."""

from networks import (
    alexnet,
    efficientnet_lite,
    ghostnet,
    hello_edge,
    mlperf_tiny,
    mobilenet,
    mobilenet_v3,
    mobilevit,
    shufflenet,
    squeezenet,
    tiny_yolo,
)

FAMILIES = {
    "MLPerf Tiny": mlperf_tiny,
    "Hello Edge keyword spotting": hello_edge,
    "MobileNet v1 and v2": mobilenet,
    "MobileNet v3": mobilenet_v3,
    "ShuffleNet": shufflenet,
    "GhostNet": ghostnet,
    "SqueezeNet": squeezenet,
    "EfficientNet-Lite": efficientnet_lite,
    "MobileViT": mobilevit,
    "Tiny YOLO": tiny_yolo,
    "AlexNet": alexnet,
}


def by_family():
    """{family: its networks}"""
    return {name: module.networks() for name, module in FAMILIES.items()}


def all_networks():
    return [net for made in by_family().values() for net in made]
