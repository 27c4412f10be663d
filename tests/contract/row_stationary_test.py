"""Does a row-stationary array refuse what is said of layers that it does not run?"""

import json

import pytest


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("zeros={nosuch: {input: 0.5}}", 'soc.npu.zeros.nosuch: no layer of alexnet_conv_b4 has the name "nosuch"'),
        ("zeros={cov2: {input: 0.5}}", 'has the name "cov2", did you mean "conv2"?'),
        ("zeros={s0_add: {input: 0.5}}", "soc.npu.zeros.s0_add: layer s0_add does not run on npu: npu runs convolutions and"),
        ("mappings={conv9: {m: 1, n: 1, e: 1, channels: 1, filters: 1}}", 'soc.npu.mappings.conv9: no layer of alexnet_conv_b4 has'),
    ],
)
def test_names_of_layers_are_the_networks(program, said, why):
    net = ("--net", "resnet8") if "s0_add" in said else ()
    done = program.call("check", "eyeriss", *net, "--set", f"soc.npu.{said}")
    assert done.returncode == 2 and why in done.stderr and done.stderr.count("\n") == 1, done.stderr


# Zeros are a relu's: what the chip's file says of AlexNet's conv1 is not said of every conv1.
def test_zeros_hold_behind_a_relu_only(program, tmp_path):
    layers = "- {{name: conv0, op: conv2d, kernel: 3, padding: 1, channels: 16, activation: {}, weight_type: int16}}"
    layers += "\n    - {{name: conv2, op: conv2d, kernel: 3, padding: 1, channels: 16, activation: {}, weight_type: int16}}"
    found = {}
    for activation in ("relu", "relu6", "none", "relu_n1_to_1"):
        net = tmp_path / f"{activation}.yaml"
        net.write_text("schema: network/1\nnetwork:\n  name: net\n  input: {shape: 1x32x32x16, type: int16}\n  layers:\n    "
                       + layers.format(activation, activation) + "\n")
        done = program.call("run", "eyeriss", "--net", net, "-o", tmp_path / f"out_{activation}", "--quiet")
        assert done.returncode == 0, done.stderr
        record = json.loads((tmp_path / f"out_{activation}" / "activity.json").read_text())
        names = [f"{c['name']}.{e['name']}" for c in record["components"] for e in c["events"]]
        gated = names.index("npu.array.gated_macs")
        events = [(flat[i], flat[i + 1]) for e in record["epochs"] for flat in [e["events"]] for i in range(0, len(flat), 2)]
        found[activation] = sum(n for event, n in events if event == gated)
        set_now = program.call("check", "eyeriss", "--net", net, "--set", "soc.npu.zeros={conv2: {input: 0.5, output: 0.5}}")
        if activation.startswith("relu") and activation != "relu_n1_to_1":
            assert set_now.returncode == 0, set_now.stderr
        else:
            assert set_now.returncode == 2 and "soc.npu.zeros.conv2: zeros are what a relu makes" in set_now.stderr
    macs = 32 * 32 * 9 * 16 * 16
    assert found["relu"] == found["relu6"] == int(0.387 * macs) and found["none"] == found["relu_n1_to_1"] == 0


def test_a_soc_may_tell_of_other_networks(program):
    program.output("check", "eyeriss", "--net", "resnet8")
