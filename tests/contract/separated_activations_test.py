"""Does a layer stay on its accelerator when only its activation has to go to the host?"""

import csv
import json

import pytest

NET = "mobilenet_v3_small_1.0_224"


@pytest.fixture(scope="module")
def layers(program, tmp_path_factory):
    folder = tmp_path_factory.mktemp("apart") / "run"
    program.output("run", "nv_small", "--net", NET, "-o", folder, "--quiet", "--set", POINTS)
    with open(folder / "layers.csv") as file:
        return {row["name"]: row for row in csv.DictReader(file)}, json.loads((folder / "result.json").read_text())


POINTS = "design.operating_points={conv0: 0.6V}"


def test_the_accelerator_keeps_every_convolution(layers, program):
    rows, _ = layers
    nets = json.loads(program.output("nets", NET, "--json"))
    weighted = [layer["name"] for layer in nets["layers"] if layer["op"] in ("conv2d", "depthwise_conv2d")]
    assert len(weighted) > 50
    assert {rows[name]["runner"] for name in weighted} == {"npu"}
    for name, row in rows.items():
        if name.endswith("/hard_swish") or name.endswith("/hard_sigmoid"):
            assert (row["op"], row["runner"]) == ("activation", "cpu"), name


def test_activations_run_at_the_point_of_their_layer(layers):
    _, result = layers
    points = {layer["name"]: layer["operating_points"] for layer in result["layers"]}
    assert points["conv0"] == points["conv0/hard_swish"] == ["0.6V"]
    assert points["b0_dw"] == ["nominal"]


def test_an_accelerator_that_has_the_activation_keeps_it(program):
    assert "/hard_swish" not in program.output("check", "edge_npu", "--net", NET)


def test_the_import_report_says_where_each_went(program):
    lines = program.output("import", NET, "--soc", "nv_small").splitlines()
    told = {line.split()[2]: line.split()[3:] for line in lines if line[:3].strip().isdigit()}
    assert told["conv0"][0] == "mapped"
    assert " ".join(told["conv0_hswish"]) == "fused into conv0/hard_swish (separate_activations)"
    added = next(line for line in lines if "added by separate_activations" in line)
    assert "cpu" in added and "conv0/hard_swish" in added

@pytest.mark.parametrize("soc", ["nv_small", "edge_npu"])
def test_a_point_of_a_fused_activation_names_the_layer_it_is_in(soc, program, tmp_path):
    said = "design.operating_points={conv0/hard_swish: 0.6V}"
    done = program.call("run", soc, "--net", NET, "--set", said, "-o", tmp_path / "out")
    assert done.returncode == 2 and not (tmp_path / "out").exists()
    told = " ".join(done.stderr.split())
    assert "the hard_swish fused into layer conv0 runs at the point of that layer" in told
    assert 'write "conv0"' in told
