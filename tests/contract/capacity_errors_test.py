"""Does a network that does not fit get one error that tells what is missing, and does its remedy, followed literally, help?"""

import re
import shlex

import pytest

TOO_LARGE = [
    # (design, network, what the error names)
    ("edge_npu_hyperram", "yolov2_tiny_voc_416", "hyperram is full"),
    ("edge_npu_hyperram", "mobilenet_v1_1.0_224", None),
    ("edge_npu_onchip", "mobilenet_v2_1.0_224", None),
    ("edge_npu_mcu", "yolov2_tiny_voc_416", None),
]


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
    option = re.search(r"--set '[^']*'", error)
    socs = re.search(r"take a SoC with a larger memory \(([^)]*)\)", error)
    assert option or socs, error
    if option:
        assert program.call("check", design, "--net", network, *shlex.split(option.group(0))).returncode == 0
    for soc in socs.group(1).split(", ") if socs else []:
        assert program.call("check", soc, "--net", network).returncode == 0, soc


def test_a_rule_of_the_design_that_does_not_fit_is_the_cause(program):
    """The memory that the rule names is full, not the SoC."""
    result = program.call("check", "edge_npu_onchip", "--net", "yolov2_tiny_voc_416")
    assert result.returncode == 2
    assert re.match(r"configs/designs/edge_npu_onchip.yaml:\d+:\d+: design.placement\[0\].in: ", result.stderr)
    assert "available 2,752,128 B in mram" in result.stderr
