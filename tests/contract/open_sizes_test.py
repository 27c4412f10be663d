"""Where a file leaves sizes open, does the remedy of the error, followed literally, read it? And are sizes that do not go
together said as such?"""

import pytest

from support import onnx_file, remedies

ADD = [onnx_file.node("ReduceSum", ["state"], ["s"]), onnx_file.node("Add", ["x", "s"], ["y"])]
CONV = [onnx_file.node("Conv", ["x", "w"], ["y"])]
FILES = {
    "one symbol in two inputs": (ADD, {"x": ["batch", 16], "state": [2, "batch", 128]}, {}),
    "the symbol leads nowhere": (ADD, {"x": [1, "n"], "state": [2, "n", 128]}, {}),
    "sizes without a name": (ADD, {"x": [None, None], "state": [2, None, 128]}, {}),
    "a window longer than usual": (CONV, {"x": ["batch", 1, "samples"]}, {"w": [4, 1, 300]}),
    "an image": (CONV, {"x": ["batch", 3, "height", "width"]}, {"w": [4, 3, 5, 5]}),
}


def written(folder, name):
    nodes, inputs, constants = FILES[name]
    file = folder / "open.onnx"
    file.write_bytes(onnx_file.model(nodes, inputs, {"y": [None]}, constants))
    return file


def options(message):
    return [word for option in remedies.options(message) for word in option]


@pytest.mark.parametrize("name", FILES)
def test_what_is_proposed_is_read(name, program, tmp_path):
    file = written(tmp_path, name)
    refused = program.call("nets", file)
    assert refused.returncode == 2 and "not fixed" in refused.stderr
    done = program.call("nets", file, *options(refused.stderr))
    assert done.returncode == 0, f"{refused.stderr}{done.stderr}"


@pytest.mark.parametrize("sizes", [("x=1,16", "state=2,16,128"), ("x=7,16", "state=2,3,128")])
def test_two_sizes_of_a_symbol_are_named_and_one_is_proposed(sizes, program, tmp_path):
    file = written(tmp_path, "one symbol in two inputs")
    refused = program.call("nets", file, "--shape", sizes[0], "--shape", sizes[1])
    first, second = sizes[0][2:].split(",")[0], sizes[1].split(",")[1]
    assert refused.returncode == 2
    assert f"symbol batch is {first} by x, {second} by state" in refused.stderr
    done = program.call("nets", file, *options(refused.stderr))
    assert done.returncode == 0, f"{refused.stderr}{done.stderr}"


def test_sizes_that_no_operator_takes_are_said_with_others(program, tmp_path):
    file = written(tmp_path, "a window longer than usual")
    refused = program.call("nets", file, "--shape", "x=1,1,16")
    assert refused.returncode == 2 and "sizes are those of --shape x=1,1,16" in refused.stderr
    better = refused.stderr.split("such as ")[-1]
    assert program.call("nets", file, *options(better)).returncode == 0
