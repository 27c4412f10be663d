"""Does the kind near_memory run what its machine can, say why it does not run the rest, and refuse what cannot be?"""

import json

import pytest

LAYERS = """
    - {name: stem, op: conv2d, kernel: 3, stride: 2, channels: 8, activation: relu}
    - {name: plain, op: conv2d, kernel: 3, channels: 16, activation: relu}
    - {name: pool, op: max_pool, kernel: 2}
    - {name: pooled, op: conv2d, kernel: 1, channels: 16}
    - {name: wide, op: conv2d, kernel: 5, channels: 16}
    - {name: grouped, op: conv2d, kernel: 3, channels: 16, groups: 4}
    - {name: swish, op: conv2d, kernel: 1, channels: 16, activation: swish}
    - {name: depthwise, op: depthwise_conv2d, kernel: 3}
    - {name: sum, op: add, inputs: [swish, depthwise]}
    - {name: summed, op: conv2d, kernel: 3, channels: 8}
    - {name: relu_sum, op: add, inputs: [summed, summed], activation: relu}
    - {name: left, op: conv2d, kernel: 1, channels: 4}
    - {name: right, op: conv2d, input: relu_sum, kernel: 1, channels: 12}
    - {name: both, op: concat, inputs: [left, right], axes: [-1]}
    - {name: behind, op: conv2d, kernel: 3, channels: 8}
    - {name: flat, op: reshape}
    - {name: fc, op: fully_connected, channels: 10}
    - {name: softmax, op: softmax}
"""

ON_HOST = {
    "stem": "npu convolves with stride 1 only, not 2x2",
    "wide": "npu has kernels of 1x1 and 3x3, not 5x5",
    "grouped": "npu has no grouped convolution",
    "swish": "npu has no table for the activation swish",
    "relu_sum": "npu has no activation behind add without a convolution",
    "softmax": "npu has no operator softmax",
}
WITHIN = {"pool": "in pooled", "sum": "in summed", "both": "in place"}


def network(folder, layers=LAYERS):
    net = folder / "mixed.yaml"
    net.write_text(f"schema: network/1\nnetwork:\n  name: mixed\n  input: {{shape: 32x32x3}}\n  layers:{layers}")
    return net


@pytest.fixture(scope="module")
def layers(program, tmp_path_factory):
    folder = tmp_path_factory.mktemp("near_memory")
    program.output("run", "max78002", "--net", network(folder), "-o", folder / "run", "--quiet")
    return {layer["name"]: layer for layer in json.loads((folder / "run" / "result.json").read_text())["layers"]}


def test_the_host_takes_what_the_machine_cannot_and_says_why(layers):
    assert {name: layer["mapping"] for name, layer in layers.items() if layer["on_host"]} == {
        name: f"host: {why}" for name, why in ON_HOST.items()
    }


def test_pools_sums_and_concatenations_are_part_of_what_follows(layers):
    assert {name: layers[name]["mapping"] for name in WITHIN} == WITHIN
    assert all("accelerator_cycles" not in layers[name] for name in WITHIN)
    assert layers["pooled"]["mapping"].startswith("max_pool 2x2, 1x1 convolution")
    assert layers["summed"]["mapping"].startswith("add of 2, 3x3 convolution")
    assert layers["fc"]["mapping"].startswith("flattened, 64 positions")


def test_work_is_as_planned(program, tmp_path):
    rows = tmp_path / "points.yaml"
    rows.write_text("schema: comparison/1\ncomparison:\n  title: one\n  design: max78002\n  networks: [mnist]\n  rows: {own: {}}\n")
    compared = json.loads(program.output("compare", rows, "--net", network(tmp_path), "--json", "--quiet"))
    work = compared["networks"][0]["rows"][0]["work"]
    assert work["faults"] == [] and work["macs"] == work["network_macs"]


def test_weights_that_have_no_room_beside_the_others_are_the_hosts(program, tmp_path):
    two = "".join(f"\n    - {{name: c{i}, op: conv2d, kernel: 3, channels: 48}}" for i in range(2)) + "\n"
    sets = ["--set", "soc.npu.weight_words=64", "--set", "soc.npu.extra_weight_words=0"]
    program.output("run", "max78002", "--net", network(tmp_path, two), "-o", tmp_path / "run", "--quiet", *sets)
    layers = json.loads((tmp_path / "run" / "result.json").read_text())["layers"]
    assert not layers[0]["on_host"]
    assert layers[1]["mapping"] == (
        "host: npu has 64 weight words for processor 0, of which 48 are taken, and the layer needs 48"
    )


@pytest.mark.parametrize(
    ("sets", "said"),
    [
        (["soc.npu.pipeline=false"], "without its pipeline runs at up to 50 MHz"),
        (["soc.npu.data_words=1024"], "npu works on a memory data of 65,536 B"),
        (["soc.npu.data_memory=nowhere"], "npu works on a memory nowhere of 1,310,720 B"),
        (["soc.npu.quadrants=5"], "expected a value from 1 to 4"),
    ],
)
def test_what_cannot_be_is_refused(program, sets, said, tmp_path):
    words = [word for s in sets for word in ("--set", s)]
    done = program.call("run", "max78002", "--net", "mnist", "-o", tmp_path / "run", *words)
    assert done.returncode == 2 and said in done.stderr
    assert not (tmp_path / "run" / "result.json").exists()


def test_units_of_a_hint_are_read_and_refused(program, tmp_path):
    layers = '\n    - {name: c, op: conv2d, kernel: 3, channels: 4, mapping: {processors: "0-1,8", outputs: "4-64"}}\n'
    done = program.call("check", "max78002", "--net", network(tmp_path, layers))
    assert done.returncode == 2
    assert 'expected units from 0 to 63 such as 0-51 or 0-3,8-11, got "4-64"' in done.stderr
