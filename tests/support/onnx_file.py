"""The least of an ONNX file: protobuf messages written field by field, for tests without the package onnx."""

FLOAT = 1


def _varint(number):
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def field(number, value):
    """An integer, a text or a message as field `number`."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    data = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def value_info(name, sizes):
    """A tensor of float; sizes are numbers, symbols, or None."""
    dims = b"".join(
        field(1, b"" if size is None else field(1, size) if isinstance(size, int) else field(2, size)) for size in sizes
    )
    return field(1, name) + field(2, field(1, field(1, FLOAT) + field(2, dims)))


def node(op, inputs, outputs):
    return b"".join(field(1, name) for name in inputs) + b"".join(field(2, name) for name in outputs) + field(4, op)


def zeros(name, sizes):
    count = 1
    for size in sizes:
        count *= size
    return b"".join(field(1, size) for size in sizes) + field(2, FLOAT) + field(8, name) + field(9, bytes(4 * count))


def model(nodes, inputs, outputs, constants=()):
    """`inputs`, `outputs`: {name: sizes}; `constants`: {name: sizes}, all zero."""
    graph = b"".join(field(1, n) for n in nodes) + field(2, "g")
    graph += b"".join(field(5, zeros(name, sizes)) for name, sizes in dict(constants).items())
    graph += b"".join(field(11, value_info(name, sizes)) for name, sizes in inputs.items())
    graph += b"".join(field(12, value_info(name, sizes)) for name, sizes in outputs.items())
    return field(1, 8) + field(7, graph) + field(8, field(1, "") + field(2, 13))
