"""The keyword spotters of Hello Edge (arXiv 1711.07128): seven architectures in sizes S, M, L, 12 classes.

Sizes as in the training commands of the authors' repository. The input is one second of 10 MFCC features: 49 frames
20 ms apart, or 25 frames 40 ms apart. Behind the last LSTM or GRU only the last step is classified: `last_only`.
"""

from networks.document import Network

COMMANDS = "ARM-software/ML-KWS-for-MCU @ e9cf319e9aa2: train_commands.txt"
FRAMES = {"49x10x1": "49 frames", "49x10": "49 frames", "25x10": "25 frames", "250": "25 frames"}
CLASSES = 12

DNN = {"S": 144, "M": 256, "L": 436}
# Channels of the two convolutions, width of the low-rank layer.
CNN = {"S": (28, 30, 16), "M": (64, 48, 16), "L": (60, 76, 58)}
BASIC_LSTM = {"S": 118, "M": 214, "L": 344}
# Frames, cells, projection.
LSTM = {"S": (25, 144, 98), "M": (49, 280, 130), "L": (49, 500, 188)}
# Frames, units.
GRU = {"S": (25, 154), "M": (49, 250), "L": (49, 400)}
# Channels and stride of the convolution, the map that it gives, units of the two GRUs, width of the layer behind.
CRNN = {"S": (48, "2x2", (20, 4), 60, 84), "M": (128, "2x2", (20, 4), 76, 164), "L": (100, "2x1", (20, 7), 136, 188)}
# Channels, stride of the convolution, strides of the depthwise ones.
DS_CNN = {"S": (64, "2x2", (1, 1, 1, 1)), "M": (172, "2x1", (2, 1, 1, 1)), "L": (276, "2x1", (2, 1, 1, 1, 1))}

# Operations of the paper's tables, a multiply and its add being two.
PUBLISHED = {
    "dnn": (0.1588, 0.397, 0.9902),
    "cnn": (5.0, 17.3, 25.3),
    "basic_lstm": (5.9, 18.9, 47.9),
    "lstm": (3.9, 19.2, 48.4),
    "gru": (3.8, 19.2, 48.4),
    "crnn": (3.0, 7.6, 19.3),
    "dscnn": (5.4, 19.8, 56.9),
}
WORDS = {
    "dnn": "fully connected",
    "cnn": "convolutional",
    "basic_lstm": "LSTM",
    "lstm": "LSTM with projection and peepholes",
    "gru": "GRU",
    "crnn": "convolution, then two GRUs",
    "dscnn": "depthwise-separable convolutions",
}


def start(kind, size, shape):
    operations = PUBLISHED[kind]["SML".index(size)]
    return Network(
        f"helloedge_{kind}_{size}",
        shape,
        input_note=f"{FRAMES[shape]} of 10 MFCC features",
        source=f"Zhang et al., Hello Edge, arXiv 1711.07128 (2017); {COMMANDS}",
        title=[
            f"Keyword spotting, {WORDS[kind]}, size {size}: {{macs}} MACs, {{parameters}} parameters",
            f"(paper: {operations:g} M operations, two per MAC); {CLASSES} classes.",
        ],
    )


def dnn(size):
    net = start("dnn", size, "250")
    for i in (1, 2, 3):
        net.fully_connected(f"fc{i}", DNN[size], activation="relu")
    net.fully_connected("final", CLASSES)
    net.softmax()
    return net


def cnn(size):
    net = start("cnn", size, "49x10x1")
    first, second, low_rank = CNN[size]
    net.conv2d("conv1", "10x4", first, padding="valid", activation="relu")
    net.conv2d("conv2", "10x4", second, stride="2x1", padding="valid", activation="relu")
    net.fully_connected("linear", low_rank)
    net.fully_connected("fc1", 128, activation="relu")
    net.fully_connected("final", CLASSES)
    net.softmax()
    return net


def recurrent(net, op, **keys):
    net.layer(op, op, last_only=True, **keys)
    net.fully_connected("out", CLASSES)
    net.softmax()
    return net


def basic_lstm(size):
    return recurrent(start("basic_lstm", size, "49x10"), "lstm", units=BASIC_LSTM[size])


def lstm(size):
    steps, units, projection = LSTM[size]
    net = start("lstm", size, f"{steps}x10")
    return recurrent(net, "lstm", units=units, projection=projection, peephole=True)


def gru(size):
    steps, units = GRU[size]
    return recurrent(start("gru", size, f"{steps}x10"), "gru", units=units)


def crnn(size):
    channels, stride, (steps, width), units, hidden = CRNN[size]
    net = start("crnn", size, "49x10x1")
    net.conv2d("conv1", "10x4", channels, stride=stride, padding="valid", activation="relu")
    net.layer("flatten_freq", "reshape", shape=f"{steps}x{width * channels}")
    net.layer("gru1", "gru", units=units)
    net.layer("gru2", "gru", units=units, last_only=True)
    net.fully_connected("fc1", hidden, activation="relu")
    net.fully_connected("final", CLASSES)
    net.softmax()
    return net


def ds_cnn(size):
    channels, stride, strides = DS_CNN[size]
    net = start("dscnn", size, "49x10x1")
    net.conv2d("conv1", "10x4", channels, stride=stride, activation="relu")
    for i, step in enumerate(strides):
        net.depthwise(f"dw{i}", 3, stride=step, activation="relu")
        net.conv2d(f"pw{i}", 1, channels, activation="relu")
    net.global_average_pool("avgpool")
    net.fully_connected("fc", CLASSES)
    net.softmax()
    return net


def networks():
    return [make(size) for make in (dnn, cnn, basic_lstm, lstm, gru, crnn, ds_cnn) for size in "SML"]
