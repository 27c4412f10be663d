"""A network as the layers of a YAML file (`schema: network/1`), put together layer by layer.

  net = Network("tiny", "32x32x3", source="...", title=["A network of {macs} MACs, {parameters} parameters."])
  x = net.conv2d("stem", 3, 16, stride=2, activation="relu")  # reads the layer before unless input= is given
  net.note("Shortcut.")
  net.conv2d("conv", 3, 16)
  net.add("sum", x, "conv", activation="relu")
  net.text()

Keys are those of the format, in its words. A layer is a line, in the order of KEYS.
"""

from networks.counts import totals

KEYS = (
    *("name", "op", "input", "inputs", "outputs"),
    *("kernel", "stride", "padding", "ceil", "channels", "groups", "keep_dims"),
    *("axes", "order", "sizes", "shape", "transpose_b", "heads"),
    *("units", "projection", "peephole", "last_only", "bias", "activation", "weight_type"),
)

SCHEMA = "../../configs/schemas/network.json"  # from workloads/networks, for editors

DEFAULTS = {"stride": 1, "groups": 1}


def value_text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(value_text, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {value_text(item)}" for key, item in value.items()) + "}"
    return str(value)


class Network:
    """`title` becomes the comment at the top: {macs} and {parameters} stand for the totals."""

    def __init__(self, name, shape, *, source, title, input_note="", element="int8"):
        self.name = name
        self.shape = shape
        self.source = source
        self.title = title
        self.input_note = input_note
        self.element = element  # type of the input, and with it of all activations
        self.layers = []
        self._lines = []

    def note(self, text):
        self._lines.append(f"# {text}")

    def layer(self, name, op, *, input=None, **keys):
        """Appends a layer and returns its name. Keys that are None or have their default stay away."""
        before = self.layers[-1]["name"] if self.layers and "outputs" not in self.layers[-1] else None
        given = {"name": name, "op": op, **({"input": input} if input != before else {}), **keys}
        unknown = set(given) - set(KEYS)
        if unknown:
            raise ValueError(f"layer {name}: keys without a place in KEYS: {sorted(unknown)}")
        kept = {key: given[key] for key in KEYS if given.get(key) is not None and given[key] != DEFAULTS.get(key)}
        self.layers.append(kept)
        self._lines.append("- " + value_text(kept))
        return name

    def conv2d(self, name, kernel, channels, **keys):
        return self.layer(name, "conv2d", kernel=kernel, channels=channels, **keys)

    def depthwise(self, name, kernel, **keys):
        return self.layer(name, "depthwise_conv2d", kernel=kernel, **keys)

    def fully_connected(self, name, channels, **keys):
        return self.layer(name, "fully_connected", channels=channels, **keys)

    def activation(self, name, what, **keys):
        return self.layer(name, "activation", activation=what, **keys)

    def add(self, name, a, b, **keys):
        return self.layer(name, "add", inputs=[a, b], **keys)

    def concat(self, name, *inputs):
        return self.layer(name, "concat", inputs=list(inputs), axes=[-1])

    def global_average_pool(self, name="gap", **keys):
        return self.layer(name, "average_pool", kernel="global", **keys)

    def softmax(self):
        return self.layer("softmax", "softmax")

    def document(self):
        """What a YAML parser makes of text()."""
        given = {"shape": self.shape, **({"type": self.element} if self.element != "int8" else {})}
        return {"name": self.name, "source": self.source, "input": given, "layers": self.layers}

    def text(self):
        counts = totals(self.document())
        title = [line.format(macs=f"{counts.macs:,}", parameters=f"{counts.parameters:,}") for line in self.title]
        source = f'"{self.source}"' if ": " in self.source or ", " in self.source else self.source
        lines = [f"# yaml-language-server: $schema={SCHEMA}", *(f"# {line}" for line in title)]
        lines += ["schema: network/1", "network:", f"  name: {self.name}", f"  source: {source}"]
        given = value_text(self.document()["input"])
        lines += [f"  input: {given}" + (f"  # {self.input_note}" if self.input_note else "")]
        lines += ["  layers:", *(f"    {line}" for line in self._lines)]
        return "\n".join(lines) + "\n"
