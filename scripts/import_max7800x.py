#!/usr/bin/env python3
"""Makes a network of a table of the hardware layers of a MAX78000 or MAX78002.

TABLE.csv has a row for each hardware layer in the order of execution, with the facts of the layer (op, in_ch, in_h,
pool, operands, kernel_h, out_ch, ...) and of its mapping (processors, out_processors, out_slots, ...). The network has
the same layers as any other: pools, additions, convolutions. The facts of the mapping are beside them (mapping:), for
designs such as max78002; others do not look at them. Layer 3 of the table is l3; what comes before its convolution,
l3_pool and l3_add. A copy of the vendor's tool (passthrough) is a concatenation of one tensor.
"""

import json
import os
import re
import sys

from layer_tables import read_table, whole, write_unless_other
from script_main import Arguments, script_main
from subvolt_results import ScriptError

COLUMNS = (
    *("layer", "op", "in_ch", "in_h", "in_w", "pool", "pool_h", "pool_w", "pool_stride", "pool_dilation", "eltwise"),
    *("operands", "pool_before_eltwise", "kernel_h", "kernel_w", "pad_h", "pad_w", "dilation", "groups", "out_ch"),
    *("out_h", "out_w", "flatten", "bias", "activation", "weight_bits", "streaming", "sources", "processors", "n_proc"),
    *("in_passes", "out_processors", "out_passes", "out_slots"),
)
MASKS = ("processors", "out_processors")
# Of which there is at least one, where the layer's kind looks at them at all: an empty one says nothing.
COUNTS = (
    *("in_ch", "in_h", "in_w", "pool_h", "pool_w", "pool_stride", "kernel_h", "kernel_w", "out_ch", "out_h", "out_w"),
    *("n_proc", "in_passes", "out_passes", "out_slots", "stride"),
)
PLAIN = re.compile(r"(?!(null|true|false|yes|no|on|off|y|n)$)[A-Za-z][\w.-]*", re.ASCII | re.IGNORECASE)  # needs no quotes
WEIGHTS = {1: "binary", 2: "int2", 4: "int4", 8: "int8"}
POOLS = {"max": "max_pool", "avg": "average_pool"}
ELEMENTWISE = {"add": "add", "sub": "sub", "or": "bitwise_or", "xor": "bitwise_xor"}
CONVOLUTIONS = {"conv2d": "conv2d", "conv1d": "conv1d", "convtranspose2d": "transposed_conv2d"}


def units(mask):
    """Of a mask, the numbers of its bits: 0-51, 0-3,8-11."""
    bits = [bit for bit in range(64) if mask >> bit & 1]
    runs = []
    for bit in bits:
        if runs and runs[-1][1] == bit - 1:
            runs[-1][1] = bit
        else:
            runs.append([bit, bit])
    return ",".join(f"{a}-{b}" if b > a else f"{a}" for a, b in runs)


class Row:
    """A hardware layer; numbers as attributes of their columns' names."""

    def __init__(self, row):
        self.where = row.where
        self.texts = row
        self.op, self.pool, self.eltwise = row["op"], row["pool"], row["eltwise"]
        self.activation = row["activation"]
        self.sources = row["sources"].split(";")

    def __getattr__(self, column):
        least, most = (1, (1 << 64) - 1) if column in MASKS else (1 if column in COUNTS else 0, None)
        # Where none is meant, an empty value says so; of a mask or a count it is missing.
        return whole(self.where, column, self.texts[column] or ("" if least else "0"), least, most)

    def choice(self, column, known):
        text = self.texts[column]
        if text not in known:
            raise ScriptError(f"{self.where}: expected one of {', '.join(known)} in column {column}, got {text!r}")
        return known[text]

    def hint(self, toggle):
        outputs = self.out_processors
        span = outputs.bit_length() - ((outputs & -outputs).bit_length() - 1)
        steps = self.out_passes * span
        for mask, column in ((self.processors, "n_proc"), (outputs, "n_out_proc")):
            if column in self.texts and bin(mask).count("1") != getattr(self, column):
                raise ScriptError(
                    f"{self.where}: its processors are {bin(mask).count('1')}, column {column} says {self.texts[column]}"
                )
        if -(-self.in_ch // self.n_proc) != self.in_passes:
            raise ScriptError(
                f"{self.where}: {self.in_ch} channels on {self.n_proc} processors are not {self.in_passes} passes"
            )
        keys = [f"processors: {quoted(units(self.processors))}", f"outputs: {quoted(units(outputs))}"]
        ours = 4 if self.processors == outputs else fullest_quadrant(outputs)
        if self.op != "passthrough" and self.out_slots != (ours if self.groups > 1 else steps):
            keys.append(f"output_steps: {self.out_slots}")
        if "input" in self.sources and self.texts.get("data_format") == "CHW":
            keys.append("planes: true")
        if self.streaming:
            keys.append("streaming: true")
        if toggle is not None:
            keys.append(f"toggle: {toggle}")
        return "{" + ", ".join(keys) + "}"


def quoted(text):
    """As a string of YAML, whatever is in it: one of JSON is one."""
    return json.dumps(text, ensure_ascii=False)


def padding(sides):
    return "valid" if not any(sides) else sides[0] if len(set(sides)) == 1 else f"[{', '.join(map(str, sides))}]"


def fullest_quadrant(mask):
    return max(bin(mask >> first & 0xFFFF).count("1") for first in (0, 16, 32, 48))


class Importer:
    """Lines of the network's layers; shapes (height, width or None of a line, channels) of its tensors."""

    def __init__(self, rows, toggles, numbered="layer"):
        self.rows, self.toggles = rows, toggles
        # Layers are named by their place in the table, which sources may not be.
        self.names = {row.texts.get(numbered, row.texts["layer"]): f"l{row.layer}" for row in rows}
        self.lines, self.shapes, self.last = [], {}, "input"

    def run(self):
        first = self.rows[0]
        self.shapes["input"] = (first.in_h, None if first.op == "conv1d" else first.in_w, first.in_ch)
        for row in self.rows:
            self.add(row)
        return self.lines

    def emit(self, name, op, out, inputs, **keys):
        ends = f", input: {inputs[0]}" if len(inputs) == 1 and op != "concat" else f", inputs: [{', '.join(inputs)}]"
        if op != "concat" and inputs == [self.last]:
            ends = ""
        given = "".join(f", {key}: {value}" for key, value in keys.items() if value is not None)
        self.lines.append(f"{{name: {name}, op: {op}{ends}{given}}}")
        self.last = name
        self.shapes[name] = out
        return name

    def source(self, row, text):
        name = "input" if text == "input" else self.names.get(text)
        if name not in self.shapes:
            raise ScriptError(f"{row.where}: its source {text} is no layer before it")
        return name

    def reshaped(self, row, name, tag, shape):
        if self.shapes[name] == shape:
            return name
        h, w, c = self.shapes[name]
        if h * (w or 1) * c != shape[0] * (shape[1] or 1) * shape[2]:
            raise ScriptError(f"{row.where}: its input has {shape} (height, width, channels), its source {h, w, c}")
        return self.emit(f"l{row.layer}_{tag}", "reshape", shape, [name], shape="x".join(str(n) for n in shape if n))

    def add(self, row):
        name = f"l{row.layer}"
        hint = row.hint(self.toggles.get(row.texts["layer"]))
        sources = [self.source(row, text) for text in row.sources]
        line = self.shapes[sources[0]][1] is None or row.op == "conv1d"
        shape = (row.in_h, None if line else row.in_w, row.in_ch)
        if len(sources) > 1 and row.operands == 1:
            parts = [self.shapes[source] for source in sources]
            whole = (*parts[0][:2], sum(part[2] for part in parts))
            sources = [self.emit(f"{name}_concat", "concat", whole, sources, axes="[-1]")]
        operands = [self.reshaped(row, s, f"view{i or ''}", shape) for i, s in enumerate(sources)]
        steps = [self.pools, self.elementwise] if row.pool_before_eltwise else [self.elementwise, self.pools]
        alone = row.op == "passthrough"
        todo = [step for step in steps if (row.pool if step == self.pools else row.operands > 1)]
        for step in todo:
            last = alone and step == todo[-1]
            operands = step(row, operands, name if last else None, hint if last else None)
        if alone and not todo:
            self.emit(name, "concat", shape, operands, axes="[-1]", mapping=hint)
        elif not alone:
            self.multiply(row, name, operands[0], hint)

    def pools(self, row, operands, name, hint):
        op, pooled = row.choice("pool", POOLS), []
        for i, operand in enumerate(operands):
            h, w, c = self.shapes[operand]
            pool_h, stride = row.pool_h, row.pool_stride
            out_h = (h - pool_h) // stride + 1
            out_w = None if w is None else (w - row.pool_w) // stride + 1
            if min(out_h, 1 if out_w is None else out_w) < 1:
                raise ScriptError(f"{row.where}: its pool is larger than its input, {h if w is None else f'{h}x{w}'}")
            tag = f"_{i}" if len(operands) > 1 else ""
            pooled.append(
                self.emit(
                    name or f"l{row.layer}_pool{tag}",
                    op + ("1d" if w is None else ""),
                    (out_h, out_w, c),
                    [operand],
                    kernel=pool_h if w is None else f"{pool_h}x{row.pool_w}",
                    stride=stride,
                    dilation=row.pool_dilation if row.pool_dilation > 1 else None,
                    padding="valid",
                    mapping=hint,
                )
            )
        return pooled

    def elementwise(self, row, operands, name, hint):
        op = row.choice("eltwise", ELEMENTWISE)
        return [self.emit(name or f"l{row.layer}_{row.eltwise}", op, self.shapes[operands[0]], operands, mapping=hint)]

    def multiply(self, row, name, operand, hint):
        if row.activation not in ("", "none", "relu"):
            raise ScriptError(f"{row.where}: activation {row.activation} is not known, only none and relu")
        keys = {
            "channels": row.out_ch,
            "activation": "relu" if row.activation == "relu" else None,
            "bias": None if row.bias else "false",
            "weight_type": None if row.weight_bits == 8 else row.choice("weight_bits", {str(k): v for k, v in WEIGHTS.items()}),
            "mapping": hint,
        }
        if row.op == "linear":
            h, w, c = self.shapes[operand]
            flat = operand
            if w is not None or h > 1:
                flat = self.emit(f"{name}_flat", "reshape", (1, None, h * (w or 1) * c), [operand])
            self.emit(name, "fully_connected", (1, None, row.out_ch), [flat], **keys)
            return
        op = row.choice("op", CONVOLUTIONS)
        depthwise = row.groups > 1
        if depthwise and (row.groups != row.in_ch or row.groups != row.out_ch or op == "transposed_conv2d"):
            raise ScriptError(f"{row.where}: {row.groups} groups of {row.in_ch} channels are no depthwise convolution")
        stride = 2 if op == "transposed_conv2d" else 1
        if "stride" in row.texts and row.texts["stride"] != "":
            if op == "transposed_conv2d" and row.stride != stride:
                raise ScriptError(f"{row.where}: expected 2 in column stride of a transposed convolution, got {row.stride}")
            stride = row.stride
        line = op == "conv1d"
        sides = (0, 0, row.pad_h, row.pad_h) if line else (row.pad_h, row.pad_h, row.pad_w, row.pad_w)
        if depthwise:
            keys.pop("channels")
        window = {
            "kernel": row.kernel_h if line else f"{row.kernel_h}x{row.kernel_w}",
            "stride": stride if stride > 1 else None,
            "dilation": row.dilation if row.dilation > 1 else None,
            "padding": None if op == "transposed_conv2d" else padding(sides),
        }
        out = (row.out_h, None if line else row.out_w, row.out_ch)
        if op != "transposed_conv2d":
            for side, size in zip("h" if line else "hw", self.shapes[operand]):
                kernel, pad, said = (getattr(row, f"{column}_{side}") for column in ("kernel", "pad", "out"))
                makes = (size + 2 * pad - max(row.dilation, 1) * (kernel - 1) - 1) // stride + 1
                if makes != said:
                    raise ScriptError(f"{row.where}: its window makes {makes} of {size}, column out_{side} says {said}")
        self.emit(name, ("depthwise_" if depthwise else "") + op, out, [operand], **window, **keys)


def name_of(path):
    name = os.path.splitext(os.path.basename(path))[0]
    return re.sub(r"^max7800\d_", "", name)


def text_of(path, rows, toggles, name, source):
    importer = Importer(rows, toggles)
    try:
        lines = importer.run()
    except ScriptError:
        if all(row.texts.get("index") in (None, row.texts["layer"]) for row in rows):
            raise
        importer = Importer(rows, toggles, "index")
        lines = importer.run()
    shape = "x".join(str(n) for n in importer.shapes["input"] if n is not None)
    head = [
        f"# {len(rows)} hardware layers, made by scripts/import_max7800x.py from {os.path.basename(path)}. mapping: is what the",
        "# vendor's tool chose; only accelerators of the kind near_memory look at it.",
        "schema: network/1",
        "network:",
        f"  name: {name if PLAIN.fullmatch(name) else quoted(name)}",
        f"  source: {quoted(source)}",
        f"  input: {{shape: {shape}}}",
        "  layers:",
    ]
    return "\n".join([*head, *(f"    - {line}" for line in lines)]) + "\n"


def counted_toggles(path, rows):
    """By layer, in the order in which a processor reads the words (chips/toggles.py)."""
    import numpy as np
    from chips import toggles

    try:
        arrays = np.load(path)
    except (OSError, ValueError) as error:
        raise ScriptError(f"{path}: expected arrays of weights as numpy.savez writes them: {error}") from error
    found = {}
    for row in rows:
        layer = row.texts["layer"]
        if layer not in arrays:
            continue
        depthwise = row.groups > 1
        try:
            share = toggles.share(arrays[layer], row.weight_bits, row.n_proc, bool(row.flatten), depthwise)
        except ScriptError as error:
            raise ScriptError(f"{path}: layer {layer}: {error}") from error
        found[layer] = f"{share:.4f}"
    if not found:
        raise ScriptError(f"{path}: no array is named as a layer of the table, {', '.join(row.texts['layer'] for row in rows[:3])}, ...")
    return found


def arguments(argv=None):
    parser = Arguments("import_max7800x.py", __doc__)
    parser.add_argument("table", metavar="TABLE.csv", help="hardware layers in the order of execution")
    parser.add_argument("-o", "--output", metavar="NET.yaml", required=True, help="the network's file")
    parser.add_argument("--force", action="store_true", help="overwrite a file that holds something else")
    parser.add_argument("--name", help="its name (default: that of the table)")
    parser.add_argument("--source", help="where it is from (default: the table)")
    parser.add_argument(
        "--toggles",
        metavar="FILE.csv",
        help="shares of weight bits that change (columns network, layer, weight_bit_toggle); half where it has none",
    )
    parser.add_argument(
        "--weights",
        metavar="FILE.npz",
        help="weights, from which the shares are counted instead: integers by output channel, input channel and taps, an "
        "array for each layer, named by its number",
    )
    return parser.parse_args(argv)


def run(options):
    name = options.name or name_of(options.table)
    rows = [Row(row) for row in read_table(options.table, COLUMNS)]
    for row in rows:
        same = next(other for other in rows if other.layer == row.layer)
        if same is not row:
            raise ScriptError(f"{row.where}: layer {row.layer} is there already, {same.where}")
    toggles = {}
    if options.toggles:
        table = read_table(options.toggles, ("network", "layer", "weight_bit_toggle"))
        toggles = {row["layer"]: row["weight_bit_toggle"] for row in table if row["network"] == name}
    if options.weights:
        toggles = counted_toggles(options.weights, rows)
    source = options.source or os.path.basename(options.table)
    write_unless_other(options.output, text_of(options.table, rows, toggles, name, source), options.force)


if __name__ == "__main__":
    sys.exit(script_main(run, arguments))
