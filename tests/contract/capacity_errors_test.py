"""Does a network that does not fit get one error that tells what is missing, and does its remedy, followed literally, help?"""

import re
import shlex

import pytest

from support.program import ROOT

TOO_LARGE = [
    # (design, network, what the error names)
    ("edge_npu_hyperram", "yolov2_tiny_voc_416", "hyperram is full"),
    ("edge_npu_hyperram", "mobilenet_v1_1.0_224", None),
    ("edge_npu_onchip", "mobilenet_v2_1.0_224", None),
    ("edge_npu_mcu", "yolov2_tiny_voc_416", None),
    ("edge_npu_onchip", "mobilevit_xxs_256", "sram is full"),
]


SQUEEZENET = ROOT / "tests/models/onnx_light_squeezenet.onnx"

# (design, network, values) where a rule of the design asks for more than a memory has
RULES = [
    ("edge_npu_onchip", "yolov2_tiny_voc_416", ()),
    ("edge_npu_onchip", SQUEEZENET, ()),
    ("edge_npu_mcu", SQUEEZENET, ("design.placement[1].in=sram",)),
    ("edge_npu", "mobilenet_v1_1.0_224", ("design.placement=[{tensors: weights, in: sram}]",)),
    ("edge_npu", "mobilenet_v1_1.0_224", ("soc.sram.size=1 MiB", "design.placement=[{tensors: activations, in: sram}]")),
    ("edge_npu_onchip", "mobilenet_v2_1.0_224", ("soc.sram.size=768 KiB", "soc.sram.stripe=64 KiB")),
]


def follow_every_way(program, design, network, sets, error):
    """Each way that the error names; it has to name one."""
    ways = re.findall(r"--set '[^']*'|--quantize int8", error)
    for way in ways:
        option, value = shlex.split(way)
        others = [word for said in sets if said.split("=")[0] != value.split("=")[0] for word in ("--set", said)]
        done = program.call("check", design, "--net", network, *others, option, value)
        assert done.returncode == 0, f"{error}{way}: {done.stderr}"
    socs = re.search(r"take a SoC with a larger memory \(([^)]*)\)", error)
    for soc in socs[1].split(", ") if socs else []:
        done = program.call("check", soc, "--net", network)
        assert done.returncode == 0, f"{error}{soc}: {done.stderr}"
    assert ways or socs or "add " in error, error


@pytest.mark.parametrize("design, network, named", TOO_LARGE)
def test_one_error_with_a_remedy_that_helps(program, design, network, named):
    result = program.call("check", design, "--net", network)
    if result.returncode == 0:
        assert named is None, f"{network} was expected not to fit"
        pytest.skip(f"{network} fits into {design}")
    assert result.returncode == 2
    errors = [line for line in result.stderr.splitlines() if line.strip()]
    assert len(errors) == 1, result.stderr
    error = errors[0]
    assert "of weights and up to" in error and " is full" in error
    if named:
        assert named in error
    follow_every_way(program, design, network, (), error)


@pytest.mark.parametrize("design, network, sets", RULES)
def test_a_rule_that_asks_for_too_much_has_a_way_out(program, design, network, sets):
    """None of them is a size that a device decides."""
    result = program.call("check", design, "--net", network, *[word for value in sets for word in ("--set", value)])
    if result.returncode == 0:
        pytest.skip("it fits")
    assert result.returncode == 2 and "design.placement" in result.stderr or " is full" in result.stderr, result.stderr
    assert not re.search(r"soc\.(mram|dram|flash|hyperram)\.size", result.stderr)
    follow_every_way(program, design, network, sets, result.stderr)


def test_a_rule_of_the_design_that_does_not_fit_is_the_cause(program):
    """The memory that the rule names is full, not the SoC."""
    result = program.call("check", "edge_npu_onchip", "--net", "yolov2_tiny_voc_416")
    assert result.returncode == 2
    assert re.match(r"configs/designs/edge_npu_onchip.yaml:\d+:\d+: design.placement\[0\].in: ", result.stderr)
    assert "available 2,752,128 B in mram, whose size its device decides: " in result.stderr
