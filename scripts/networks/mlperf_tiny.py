"""The five reference networks of MLPerf Tiny (arXiv 2106.07597), operator by operator as in their TFLite files."""

from networks.document import Network
from networks.mobilenet import separable_blocks

FILES = "mlcommons/tiny @ 1afd2c9820f7: benchmark/training"


def ending(net, classes):
    net.global_average_pool()
    net.layer("flatten", "reshape")
    net.fully_connected("fc", classes)
    net.softmax()
    return net


def keyword_spotting():
    net = Network(
        "kws_ds_cnn",
        "49x10x1",
        input_note="49 frames of 10 MFCC features",
        source=f"{FILES}/keyword_spotting/trained_models/kws_ref_model.tflite",
        title=[
            "Keyword spotting of MLPerf Tiny (arXiv 2106.07597): {macs} MACs, {parameters} parameters.",
            "The small DS-CNN of Hello Edge (arXiv 1711.07128) with 12 classes.",
        ],
    )
    net.conv2d("conv0", "10x4", 64, stride=2, activation="relu")
    for i in range(4):
        net.depthwise(f"dw{i}", 3, activation="relu")
        net.conv2d(f"pw{i}", 1, 64, activation="relu")
    return ending(net, 12)


def visual_wake_words():
    net = Network(
        "vww_mobilenet_v1_0.25_96",
        "96x96x3",
        source=f"{FILES}/visual_wake_words/trained_models/vww_96_int8.tflite",
        title=[
            "Visual wake words of MLPerf Tiny (arXiv 2106.07597): {macs} MACs, {parameters} parameters.",
            "MobileNetV1 (arXiv 1704.04861), width 0.25, 96x96, person or not.",
        ],
    )
    net.conv2d("conv0", 3, 8, stride=2, activation="relu")
    separable_blocks(net, 0.25, "relu")
    return ending(net, 2)


def image_classification():
    net = Network(
        "resnet8",
        "32x32x3",
        source=f"{FILES}/image_classification/trained_models/pretrainedResnet_quant.tflite",
        title=[
            "Image classification of MLPerf Tiny (arXiv 2106.07597): {macs} MACs, {parameters} parameters.",
            "ResNet (arXiv 1512.03385) of three stacks for the 10 classes of CIFAR-10.",
        ],
    )
    x = net.conv2d("conv0", 3, 16, activation="relu")
    for stack, channels in enumerate((16, 32, 64)):
        first = stack == 0
        how = "identity shortcut" if first else "strided, with a 1x1 convolution in the shortcut"
        stride = 1 if first else 2
        net.note(f"Stack {stack}: {how}.")
        net.conv2d(f"s{stack}_conv0", 3, channels, stride=stride, activation="relu")
        y = net.conv2d(f"s{stack}_conv1", 3, channels)
        if not first:
            x = net.conv2d(f"s{stack}_shortcut", 1, channels, stride=stride, input=x)
        x = net.add(f"s{stack}_add", x, y, activation="relu")
    net.note("Classifier.")
    return ending(net, 10)


def anomaly_detection():
    net = Network(
        "ad_autoencoder",
        "640",
        input_note="5 frames of 128 log-mel energies",
        source=f"{FILES}/anomaly_detection/trained_models/ad01_int8.tflite",
        title=[
            "Anomaly detection of MLPerf Tiny (arXiv 2106.07597): {macs} MACs, {parameters} parameters.",
            "The fully connected autoencoder of DCASE 2020 task 2 (arXiv 2006.05822).",
        ],
    )
    net.note("Encoder.")
    for i in range(5):
        net.fully_connected(f"fc{i}", 8 if i == 4 else 128, activation="relu")
    net.note("Decoder.")
    for i in range(5, 9):
        net.fully_connected(f"fc{i}", 128, activation="relu")
    net.fully_connected("fc9", 640)
    return net


def streaming_wakeword():
    net = Network(
        "streaming_wakeword",
        "30x1x40",
        input_note="30 frames of 40 log-mel energies",
        source=f"{FILES}/streaming_wakeword/trained_models/str_ww_ref_model.tflite",
        title=[
            "Streaming wake word of MLPerf Tiny v1.3: {macs} MACs, {parameters} parameters.",
            "Depthwise-separable convolutions over time; one inference over the last 30 frames.",
        ],
    )
    for i, (kernel, channels) in enumerate([(3, 128), (5, 128), (10, 128), (15, 32)]):
        net.depthwise(f"dw{i}", f"{kernel}x1", padding="valid")
        net.conv2d(f"pw{i}", 1, channels, padding="valid", activation="relu")
    net.layer("flatten", "reshape", shape=32)
    net.fully_connected("fc", 3)
    net.softmax()
    return net


def networks():
    return [keyword_spotting(), visual_wake_words(), image_classification(), anomaly_detection(), streaming_wakeword()]
