"""Counts of a network from the text of its YAML alone: MACs, parameters, bytes, element operations, layer by layer.

Written from the counting rules (docs/models.md) without a look at sim/network, so that the two check each other. Knows
the operators of the shipped networks; channels last, images of a batch in front of them where an operator has windows,
tensors and weights of 8 or 16 bits, 32-bit biases.

- 1 MAC = one multiply with its add. Convolutions: output elements x kernel x input channels per group, padded taps
  included. LSTM, GRU: steps x (input, recurrent and projection weights).
- Parameters are weights, biases, scales, shifts and peepholes; all but weights take four bytes.
- Element operations: pools one per tap, element-wise operators and softmax one per output, layer normalisation 8, an
  LSTM 9 per unit and step (15 with peepholes), a GRU 8. What only moves elements has none.
"""

import math
from dataclasses import dataclass, field

WIDE = 4  # bytes of a bias, a scale, a shift, a peephole
BYTES = {"int8": 1, "int16": 2}  # of an element


@dataclass
class Work:
    """What the rule of an operator finds; an empty `outputs` stands for the shape of the first input."""

    outputs: list = field(default_factory=list)
    macs: int = 0
    weights: int = 0  # elements
    wide: int = 0  # elements of WIDE bytes
    element_operations: int = 0


@dataclass
class Row:
    """What one layer takes in, gives out and does."""

    name: str
    op: str
    inputs: list  # shapes
    outputs: list
    work: Work
    element: int = 1  # bytes of an element of a tensor, of a weight
    weight: int = 1

    @property
    def macs(self):
        return self.work.macs

    @property
    def parameters(self):
        return self.work.weights + self.work.wide

    @property
    def parameter_bytes(self):
        return self.weight * self.work.weights + WIDE * self.work.wide

    @property
    def element_operations(self):
        return self.work.element_operations

    @property
    def input_bytes(self):
        return self.element * sum(map(math.prod, self.inputs))

    @property
    def output_bytes(self):
        return self.element * sum(map(math.prod, self.outputs))


def sizes(value):
    """(224, 224, 3) of 224x224x3, (3,) of 3."""
    return tuple(value) if isinstance(value, list) else tuple(int(size) for size in str(value).split("x"))


def pair(value):
    found = sizes(value)
    return found if len(found) == 2 else found * 2


def windows(layer, shape, default_stride):
    """Height and width of what a sliding window makes of `shape`, and the number of its taps."""
    height, width, _ = shape[-3:]
    if layer["kernel"] == "global":
        return (1, 1), height * width
    kernel, stride = pair(layer["kernel"]), pair(layer.get("stride", default_stride))
    padding = layer.get("padding", "same")
    rounded = math.ceil if layer.get("ceil") else math.floor
    out = []
    for size, k, s in zip((height, width), kernel, stride):
        if padding == "same":
            out.append(math.ceil(size / s))
        else:
            around = 0 if padding == "valid" else 2 * int(padding)
            out.append(rounded((size + around - k) / s) + 1)
    return tuple(out), math.prod(kernel)


def conv2d(layer, x):
    (height, width), taps = windows(layer, x, 1)
    channels, per_group = layer["channels"], x[-1] // layer.get("groups", 1)
    weights = channels * taps * per_group
    bias = channels if layer.get("bias", True) else 0
    return Work([(*x[:-3], height, width, channels)], math.prod(x[:-3]) * height * width * weights, weights, bias)


def depthwise_conv2d(layer, x):
    (height, width), taps = windows(layer, x, 1)
    weights = x[2] * taps
    return Work([(height, width, x[2])], height * width * weights, weights, x[2])


def fully_connected(layer, x):
    channels = layer["channels"]
    features = x[-1] if layer.get("keep_dims") else math.prod(x)
    rows = math.prod(x) // features
    out = (*x[:-1], channels) if layer.get("keep_dims") else (channels,)
    return Work([out], rows * features * channels, features * channels, channels)


def batch_matmul(layer, a, b):
    """`heads` slices of the last dimension count as a batch each; a result of as many batches is merged again."""
    heads = layer.get("heads", 1)
    split = a[0] == heads * b[0]
    batch, m = heads * b[0], a[1]
    k = a[2] if split else a[2] // heads
    if layer.get("transpose_b"):
        n, inner = b[1], b[2] // heads
    else:
        n, inner = b[2] // heads, b[1]
    if inner != k:
        raise ValueError(f"layer {layer['name']}: {a} and {b} do not fit")
    out = (b[0], m, n * heads) if split else (batch, m, n)
    return Work([out], batch * m * k * n)


def recurrent(gates, operations, peephole_operations=0):
    def rule(layer, x):
        steps, features = x
        units, projection = layer["units"], layer.get("projection")
        out = projection or units
        weights = gates * units * (features + out) + (units * projection if projection else 0)
        peepholes = 3 * units if layer.get("peephole") else 0
        each = operations + (peephole_operations if peepholes else 0)
        shape = (out,) if layer.get("last_only") else (steps, out)
        return Work([shape], steps * weights, weights, gates * units + peepholes, steps * units * each)

    return rule


def pool(layer, x):
    (height, width), taps = windows(layer, x, layer["kernel"])
    out = (*x[:-3], height, width, x[-1])
    return Work([out], element_operations=math.prod(out) * taps)


def elementwise(operations=1, constants=0):
    def rule(layer, x, *others):
        return Work(element_operations=operations * math.prod(x), wide=constants * x[-1])

    return rule


def concat(layer, *inputs):
    return Work([(*inputs[0][:-1], sum(x[-1] for x in inputs))])


def split(layer, x):
    return Work([(*x[:-1], size) for size in layer["sizes"]])


def resize_nearest(layer, x):
    return Work([sizes(layer["shape"])])


def moved(layer, x):
    """The same elements under the shape that the layer states."""
    out = sizes(layer["shape"]) if "shape" in layer else x
    if math.prod(out) != math.prod(x):
        raise ValueError(f"layer {layer['name']}: {out} does not hold {math.prod(x)} elements")
    return Work([out])


RULES = {
    "conv2d": conv2d,
    "depthwise_conv2d": depthwise_conv2d,
    "fully_connected": fully_connected,
    "batch_matmul": batch_matmul,
    "lstm": recurrent(gates=4, operations=9, peephole_operations=6),
    "gru": recurrent(gates=3, operations=8),
    "average_pool": pool,
    "max_pool": pool,
    "activation": elementwise(),
    "add": elementwise(),
    "mul": elementwise(),
    "softmax": elementwise(),
    "yolo_head": elementwise(),
    "layer_norm": elementwise(operations=8, constants=2),
    "concat": concat,
    "split": split,
    "channel_shuffle": moved,
    "reshape": moved,
    "resize_nearest": resize_nearest,
    "transpose": moved,
}


def rows(network):
    """A Row per layer of `network`, the mapping below the key of that name in the YAML."""
    shapes = {"input": sizes(network["input"]["shape"])}
    last, found = "input", []
    element = BYTES[network["input"].get("type", "int8")]
    for layer in network["layers"]:
        inputs = [shapes[name] for name in layer.get("inputs", [layer.get("input", last)])]
        work = RULES[layer["op"]](layer, *inputs)
        outputs = work.outputs or [inputs[0]]
        names = [output["name"] for output in layer.get("outputs", [{"name": layer["name"]}])]
        if len(names) != len(outputs) or not shapes.keys().isdisjoint(names):
            raise ValueError(f"layer {layer['name']}: outputs {names} of {outputs}")
        shapes.update(zip(names, outputs))
        last = names[0]
        weight = BYTES[layer.get("weight_type", "int8")]
        found.append(Row(layer["name"], layer["op"], inputs, outputs, work, element, weight))
    return found


@dataclass(frozen=True)
class Totals:
    layers: int
    macs: int
    parameters: int
    parameter_bytes: int


def totals(network):
    found = rows(network)
    return Totals(
        len(found),
        sum(row.macs for row in found),
        sum(row.parameters for row in found),
        sum(row.parameter_bytes for row in found),
    )
