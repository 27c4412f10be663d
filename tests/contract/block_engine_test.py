"""Does a block engine say what is wrong with it, where, and do its work as planned on any network and machine?"""

import csv
import json

import pytest
import yaml

from support.program import ROOT, SMALL_NETWORKS

# what is set: what the message says besides its place
SETTINGS = {
    "soc.npu.model=u55_512": 'expected one of u55_32, u55_64, u55_128, u55_256, u65_256, u65_512, got "u55_512"',
    "soc.npu.weight_ratio=0": "expected a value from 0.05 to 1.5",
    "soc.npu.burst=96 B": 'expected a power of two such as "256 B"',
    "soc.npu.weight_burst=5000 B": "expected a value from 8 B to 4 KiB",
}
# Small ones that between them have every form of layer that ships, tables and operands that stretch.
NETWORKS = (*SMALL_NETWORKS, "helloedge_crnn_S", "streaming_wakeword", "mobilenet_v3_small_1.0_224")
MODELS = ("u55_32", "u55_64", "u55_128", "u55_256", "u65_256", "u65_512")


@pytest.mark.parametrize("setting", SETTINGS)
def test_settings_are_refused_with_their_place(setting, program):
    done = program.call("check", "ethos_u55_128", "--set", setting)
    assert done.returncode == 2, done.stdout
    assert done.stderr.startswith(f"--set {setting.split('=')[0]}")
    assert SETTINGS[setting] in done.stderr


@pytest.fixture(scope="module")
def compared(program, tmp_path_factory):
    """The comparison's row of the kind, on every machine."""
    shipped = yaml.safe_load((ROOT / "configs" / "comparisons" / "kinds.yaml").read_text(encoding="utf-8"))
    row = shipped["comparison"]["rows"]["block_engine"]["set"]
    own = {model: {"set": [line.replace("u55_256", model) for line in row]} for model in MODELS}
    shipped["comparison"]["rows"] = own
    path = tmp_path_factory.mktemp("block") / "machines.yaml"
    path.write_text(yaml.safe_dump(shipped), encoding="utf-8")
    words = [word for net in NETWORKS for word in ("--net", net)]
    return json.loads(program.output("compare", path, *words, "--json"))


def test_the_work_is_that_of_the_network_and_of_the_plan(compared):
    for network in compared["networks"]:
        for row in network["rows"]:
            work = row["work"]
            assert work["faults"] == []
            assert work["macs"] == work["network_macs"]
            for memory in work["memories"].values():
                assert memory["planned_read_B"] == memory["read_B"]
                assert memory["planned_write_B"] == memory["write_B"]


def test_a_larger_machine_computes_no_longer(compared):
    for network in compared["networks"]:
        cycles = {row["name"]: sum(layer["array_cycles"] for layer in row["layers"]) for row in network["rows"]}
        assert cycles["u55_32"] >= cycles["u55_64"] >= cycles["u55_128"] >= cycles["u55_256"], network["network"]
        assert cycles["u55_256"] >= cycles["u65_512"]


def test_what_it_does_not_take_is_named_with_its_reason(compared):
    reasons = {}
    for network in compared["networks"]:
        for layer in network["rows"][0]["layers"]:
            if "why_host" in layer:
                reasons.setdefault(layer["why_host"], set()).add(layer["op"])
    assert all(reason.startswith("npu ") for reason in reasons)
    others = "npu runs convolutions, fully connected layers, pools, sums and products only"
    assert "softmax" in reasons[others]
    assert "conv2d" not in set().union(*reasons.values())


def test_weights_of_the_next_layer_come_under_the_one_at_work(program, tmp_path):
    waits = {}
    for barrier in ("soc", "accelerator"):
        words = ["run", "ethos_u55_256", "--set", f"design.barrier={barrier}", "-o", tmp_path / barrier, "--quiet"]
        program.output(*words)
        with (tmp_path / barrier / "layers.csv").open(newline="") as file:
            waits[barrier] = sum(int(row["weights_lost_cycles"] or 0) for row in csv.DictReader(file))
    assert waits["accelerator"] < 0.5 * waits["soc"]
