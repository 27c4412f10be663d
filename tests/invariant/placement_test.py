"""Do tensors live where placement says, in any number of memories, and does what is simulated move there?

The SoC has a small fast SRAM, a large slow one and DRAM; what each memory moves comes from the simulated memories, the
plan from `subvolt check --json`.
"""

import json
import shutil

import pytest
from support.program import ROOT

MEMORIES = ("scratchpad", "sram", "dram")

SOC = """
schema: soc/1
include: edge_npu.yaml
soc:
  title: Edge NPU with a small fast SRAM beside the large one
  scratchpad: {kind: sram, size: 32 KiB, banks: 4, word: 8 B, cost_per_byte: 0.4}
  sram: {latency: 3 cycles}
  connections:
    - {from: npu.dma, to: bus}
    - {from: cpu, to: bus}
    - {from: bus, to: scratchpad, base: 0x1000_0000}
    - {from: bus, to: sram, base: 0x2000_0000}
    - {from: bus, to: npu.control, base: 0x4000_0000, size: 4 KiB}
    - {from: bus, to: dram, base: 0x8000_0000}
    - {from: npu.irq, to: cpu.irq}
"""
POWER = """
schema: power/1
include: edge_npu.yaml
power:
  clock_domains:
    soc_clk: {elements: [cpu, bus, sram, scratchpad, power_manager, dram.controller]}
  power_domains:
    PD_SRAM: {elements: [sram, scratchpad]}
"""
DESIGN = "schema: design/1\ndesign: {soc: two_srams, power: two_srams, technology: lp28, network: resnet8}\n"


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """The shipped data with the SoC of this test."""
    folder = tmp_path_factory.mktemp("data")
    for name in ("configs", "workloads"):
        shutil.copytree(ROOT / name, folder / name)
    for kind, text in (("socs", SOC), ("power", POWER), ("designs", DESIGN)):
        (folder / "configs" / kind / "two_srams.yaml").write_text(text)
    return folder


@pytest.fixture
def call(program, library, tmp_path):
    def call(command, *arguments):
        return program.call(command, "two_srams", *arguments, cwd=tmp_path, data=library)

    return call


@pytest.fixture
def plan_and_result(call, tmp_path):
    def both(*arguments):
        planned = call("check", *arguments, "--json")
        assert planned.returncode == 0, planned.stderr
        ran = call("run", *arguments, "-o", tmp_path / "out", "--json", "--quiet")
        assert ran.returncode == 0, ran.stderr
        return json.loads(planned.stdout), json.loads(ran.stdout)

    return both


def moved(layer, memory, direction):
    return layer["traffic_B"].get(f"{memory}.{direction}", 0)


def check_traffic(plan, result):
    for planned, layer in zip(plan["layers"], result["layers"]):
        for memory in MEMORIES:
            for direction in ("read", "write"):
                of = planned["program_B"].get(memory, {})
                assert moved(layer, memory, direction) == of.get(direction, 0), (layer["name"], memory)
        told = layer["memory"]
        assert told.get("output") == planned["memory"]["output"]
        assert told.get("parameters") == planned["memory"]["parameters"]
        assert [told[key] for key in told if key.startswith("input")] == planned["memory"]["inputs"]


def test_the_hottest_data_live_in_the_cheapest_memory(plan_and_result):
    plan, result = plan_and_result()
    check_traffic(plan, result)
    use = {memory["name"]: memory for memory in plan["memories"]}
    assert use["scratchpad"]["extent_B"] > 0.9 * use["scratchpad"]["capacity_B"]
    assert use["sram"]["extent_B"] > 0
    assert use["dram"]["extent_B"] == 0  # all fits on chip
    assert result["totals"]["dram_read_B"] + result["totals"]["dram_write_B"] == 0


def test_tensors_of_one_layer_in_three_memories(plan_and_result):
    rules = "[{tensors: weights, in: dram}, {tensors: '*_conv1.output', in: scratchpad}, {tensors: '*', in: sram}]"
    plan, result = plan_and_result("--set", f"design.placement={rules}")
    check_traffic(plan, result)
    layer = next(layer for layer in result["layers"] if layer["name"] == "s0_conv1")
    assert layer["memory"] == {"input": "sram", "parameters": "dram", "output": "scratchpad"}
    assert moved(layer, "scratchpad", "write") > 0 and moved(layer, "scratchpad", "read") == 0
    assert moved(layer, "dram", "read") > 0 and moved(layer, "dram", "write") == 0
    assert moved(layer, "sram", "read") > 0 and moved(layer, "sram", "write") == 0
    add = next(layer for layer in result["layers"] if layer["name"] == "s0_add")
    assert set(add["memory"]) == {"input", "input_2", "output"}


@pytest.mark.parametrize("memory", ["sram", "dram"])
def test_one_memory_may_hold_everything(memory, plan_and_result):
    plan, result = plan_and_result("--set", f"design.placement=[{{tensors: '*', in: {memory}}}]")
    check_traffic(plan, result)
    others = [m for m in MEMORIES if m != memory]
    for layer in result["layers"]:
        for other in others:
            assert moved(layer, other, "read") + moved(layer, other, "write") == 0


def test_cheaper_placements_cost_less_energy(plan_and_result):
    def energy(*arguments):
        return plan_and_result(*arguments)[1]["totals"]["energy_J"]

    automatic = energy()
    weights_off_chip = energy("--set", "design.placement=[{tensors: weights, in: dram}]")
    everything_off_chip = energy("--set", "design.placement=[{tensors: '*', in: dram}]")
    assert automatic < weights_off_chip < everything_off_chip


def test_check_says_how_full_memories_are(call):
    done = call("check")
    assert done.returncode == 0, done.stderr
    for memory in MEMORIES:
        assert any(line.startswith(memory) for line in done.stdout.splitlines())


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("[{tensors: weights, in: srm}]", 'no memory "srm", did you mean "sram"?'),
        ("[{tensors: conv9.weights, in: sram}]", 'no tensor matches "conv9.weights"'),
        ("[{tensors: weights, in: scratchpad}]", "B in scratchpad"),
        ("[{tensor: weights}]", 'unknown key "tensor"'),
        ("{tensors: weights}", "expected a list"),
    ],
)
def test_mistakes_say_where_and_what(rules, message, call):
    done = call("check", "--set", f"design.placement={rules}")
    assert done.returncode == 2
    assert message in done.stderr
    assert "design.placement" in done.stderr


def test_a_bare_soc_takes_a_placement_too(program, library, tmp_path):
    soc = library / "configs" / "socs" / "two_srams.yaml"
    words = ["--net", "resnet8", "--json", "--set", "design.placement=[{tensors: '*', in: sram}]"]
    done = program.call("check", soc, *words, cwd=tmp_path, data=library)
    assert done.returncode == 0, done.stderr
    assert all(layer["memory"]["output"] == "sram" for layer in json.loads(done.stdout)["layers"])
