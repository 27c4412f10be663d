"""Does the kind near_memory run what its machine can, say why it does not run the rest, and refuse what cannot be?"""

import json

import pytest

from support.remedies import options

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
    # Behind a layer that the accelerator takes without it.
    "swish/swish": "npu has no operator activation",
    "relu_sum/relu": "npu has no operator activation",
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
        (
            ["soc.npu.data_words=1024"],
            "soc.npu.data_words: 16 data memories of 1,024 words of 4 B are 65,536 B, and memory data has 1,310,720 B",
        ),
        (["soc.npu.data_memory=date"], 'one of data, got "date", did you mean "data"?'),
        (["soc.npu.data_memory=cpu"], 'one of data, got "cpu"'),
        (["soc.npu.data_memory=sram"], 'is the memory at npu.data: expected one of data, got "sram"'),
        (["soc.npu.data_memory=flash"], 'one of data, got "flash"'),
        (["soc.npu.load_clock=1 Hz"], "soc.npu.load_clock: no clock of npu is as slow: expected at least 12500000 Hz"),
        (["soc.npu.quadrants=5"], "expected a value from 1 to 4"),
    ],
)
def test_what_cannot_be_is_refused(program, sets, said, tmp_path):
    words = [word for s in sets for word in ("--set", s)]
    done = program.call("run", "max78002", "--net", "mnist", "-o", tmp_path / "run", *words)
    assert done.returncode == 2 and said in done.stderr and done.stderr.count("\n") == 1
    assert not (tmp_path / "run" / "result.json").exists()


def test_units_of_a_hint_are_read_and_refused(program, tmp_path):
    layers = '\n    - {name: c, op: conv2d, kernel: 3, channels: 4, mapping: {processors: "0-1,8", outputs: "4-64"}}\n'
    done = program.call("check", "max78002", "--net", network(tmp_path, layers))
    assert done.returncode == 2
    assert 'expected units from 0 to 63, each once, such as 0-51 or 0-3,8-11, got "4-64"' in done.stderr


HINTED = '\n    - {{name: c, op: conv2d, kernel: 3, channels: 16, mapping: {{{}}}}}\n'


@pytest.mark.parametrize(
    ("hint", "sets", "said"),
    [
        ('outputs: "0-3", output_steps: 15', [], 'mapping.output_steps: expected a value >= 16, as 16 channels take'),
        ('outputs: "0,15", output_steps: 127', [], "mapping.output_steps: expected a value >= 128"),
        ('processors: "0-2,2"', [], "mapping.processors: expected units from 0 to 63, each once"),
        ('processors: "0-15,3-18"', [], "mapping.processors: expected units from 0 to 63, each once"),
        ('outputs: "46-50"', ["soc.npu.quadrants=3"], "mapping.outputs: expected processors from 0 to 47, as npu has 3"),
        ('processors: "48"', ["soc.npu.quadrants=3"], "mapping.processors: expected processors from 0 to 47, as npu has 3"),
    ],
)
def test_a_hint_that_the_machine_cannot_follow_is_refused_where_it_is_said(program, hint, sets, said, tmp_path):
    smaller = ["soc.data.size=960 KiB", "soc.connections.npu_host.size=960 KiB"] if sets else []
    words = [word for s in (*sets, *smaller) for word in ("--set", s)]
    done = program.call("check", "max78002", "--net", network(tmp_path, HINTED.format(hint)), *words)
    assert done.returncode == 2 and said in done.stderr and "mixed.yaml:6:" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("hint", ['outputs: "0-3", output_steps: 16', 'outputs: "0,15", output_steps: 128'])
def test_the_least_steps_that_a_hint_may_say_run(program, hint, tmp_path):
    program.output("run", "max78002", "--net", network(tmp_path, HINTED.format(hint)), "-o", tmp_path / "run", "--quiet")


@pytest.mark.parametrize("changed", ["soc.npu.data_words=40960", "soc.npu.data_words=1024", "soc.npu.quadrants=3"])
def test_data_memories_of_another_size_are_made_to_fit_by_the_remedies(program, changed, tmp_path):
    words = ["--set", changed]
    small = network(tmp_path, '\n    - {name: c, op: conv2d, kernel: 3, channels: 4}\n')
    for key in ("soc.data.size", "soc.connections.npu_host.size"):
        done = program.call("check", "max78002", "--net", small, *words)
        remedy = options(done.stderr)[-1]
        assert done.returncode == 2 and done.stderr.count("\n") == 1 and remedy[1].startswith(f"{key}=")
        words += remedy
    program.output("check", "max78002", "--net", small, *words)


def test_what_does_not_include_the_loads_is_no_estimate(layers):
    """Words are loaded in a time, not in cycles, which the mapper does not know at any clock."""
    loaded = [layer for layer in layers.values() if layer.get("lost_cycles", {}).get("weight_load", 0) > 0]
    assert loaded and not [layer for layer in layers.values() if "estimated_cycles" in layer]
