"""Does a row-stationary array refuse what is said of layers that it does not run?"""

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


def test_a_soc_may_tell_of_other_networks(program):
    program.output("check", "eyeriss", "--net", "resnet8")
