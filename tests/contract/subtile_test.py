"""Does a sub-tile engine say what is wrong with it, where, and what to do, and do its work as planned on any network?"""

import csv
import json

import pytest

from support.compared_work import assert_work_is_as_planned
from support.program import SMALL_NETWORKS

# what is set: what the message says besides its place
SETTINGS = {
    "soc.npu.inputs=12": 'expected a multiple of 8, so that a bit of each is whole bytes, got "12"',
    "soc.npu.most_weight_bits=1": "expected a value from 2 to 8",
    "soc.npu.tensors=in_l2": 'expected one of in_memory, in_l1, got "in_l2"',
    "soc.npu.l1.banks=4": "expected at least 8 banks of 4 B, for the 32 B that the engine takes in a cycle, got 4",
    "soc.npu.kernels=0": "expected a value from 1 to 256",
}
# Small ones that between them have every form of layer that ships, and one with groups.
NETWORKS = (*SMALL_NETWORKS, "helloedge_crnn_S", "streaming_wakeword", "shufflenet_v1_1.0_g3_224", "squeezenet_1.1_224")


@pytest.mark.parametrize("setting", SETTINGS)
def test_settings_are_refused_with_their_place(setting, program):
    done = program.call("check", "ne16", "--set", setting)
    assert done.returncode == 2, done.stdout
    assert done.stderr.startswith(f"--set {setting.split('=')[0]}")
    assert SETTINGS[setting] in done.stderr


def test_widths_that_cannot_be_are_refused(program):
    words = ["--set", "soc.npu.least_weight_bits=6", "--set", "soc.npu.most_weight_bits=4"]
    done = program.call("check", "ne16", *words)
    assert done.returncode == 2 and 'expected at least the 6 of least_weight_bits, got "4"' in done.stderr


@pytest.fixture(scope="module")
def compared(program):
    words = [word for net in NETWORKS for word in ("--net", net)]
    return json.loads(program.output("compare", "subtile", *words, "--json"))


def test_the_work_is_that_of_the_network_and_of_the_plan(compared):
    assert_work_is_as_planned(compared["networks"])


def test_only_the_number_of_multipliers_differs(compared):
    facts = {difference["fact"] for network in compared["networks"] for difference in network["differences"]}
    assert facts == {"macs_per_cycle"}


def test_what_it_does_not_take_is_named_with_its_reason(compared):
    reasons = {}
    for network in compared["networks"]:
        for layer in next(row for row in network["rows"] if row["name"] == "subtile")["layers"]:
            if "why_host" in layer:
                reasons.setdefault(layer["why_host"], set()).add(layer["op"])
    assert all(reason.startswith("npu ") for reason in reasons)
    assert reasons["npu has no depthwise window of 10x1"] == {"depthwise_conv2d"}
    assert "conv2d" not in set().union(*reasons.values()), "dense windows are gathered"


def test_a_layer_too_large_for_the_l1_goes_to_the_host_by_name(program, tmp_path):
    words = ["ne16_bench", "--net", "kws_ds_cnn", "--set", "soc.npu.l1.size=16 KiB"]
    program.output("run", *words, "-o", tmp_path / "run", "--quiet")
    layers = json.loads((tmp_path / "run" / "result.json").read_text())["layers"]
    mappings = {layer["name"]: layer["mapping"] for layer in layers}
    # Two feature maps of 8,000 B; 4,096 B of weights, 320 B of biases and scales.
    assert mappings["pw0"] == "host: npu.l1 holds 16,384 B and the layer needs 20,416 B"
    assert mappings["conv0"] == "host: npu has no window of 10x4", "nobody gathers where nothing is moved"
    assert mappings["fc"] == "linear, in the L1"


def test_weights_of_fewer_bits_take_less_energy_and_time(program, tmp_path):
    """On the design ne16, from memory: fewer bytes to load, fewer steps, fewer products."""
    net = tmp_path / "net.yaml"
    found = {}
    for bits in (8, 4):
        net.write_text(
            "schema: network/1\nnetwork:\n  name: net\n  input: {shape: 12x12x32}\n  layers:\n"
            f"    - {{name: conv, op: conv2d, kernel: 3, padding: 1, channels: 64, weight_type: int{bits}}}\n"
        )
        program.output("run", "ne16", "--net", net, "-o", tmp_path / f"run{bits}", "--quiet")
        with (tmp_path / f"run{bits}" / "layers.csv").open(newline="") as file:
            found[bits] = next(csv.DictReader(file))
    assert int(found[4]["array_cycles"]) < 0.7 * int(found[8]["array_cycles"])
    assert float(found[4]["npu.engine_J"]) < 0.7 * float(found[8]["npu.engine_J"])
    assert int(found[4]["macs"]) == int(found[8]["macs"])
