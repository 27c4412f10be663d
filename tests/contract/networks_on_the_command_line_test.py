"""Do `subvolt nets` and `subvolt import` say what a network's file says, and refuse what they cannot read?"""

import json

import pytest

from support import onnx_file
from support.program import NETWORKS, ROOT

TOPOLOGY = """Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,
conv1, 35, 35, 3, 3, 3, 16, 2,
pw1, 17, 17, 1, 1, 16, 32, 1, 2:4,
dw1_DP, 19, 19, 3, 3, 32, 1, 1,
"""


@pytest.fixture(name="topology")
def topology_fixture(tmp_path):
    path = tmp_path / "tiny.csv"
    path.write_text(TOPOLOGY)
    return path


def nets(program, *arguments):
    return json.loads(program.output("nets", *arguments, "--json"))


@pytest.mark.parametrize("name", NETWORKS)
def test_totals_are_the_sums_of_layers(program, name):
    network = nets(program, name)
    assert network["name"] == name
    for key in ("macs", "params", "param_bytes", "element_operations"):
        assert network[key] == sum(layer[key] for layer in network["layers"])
    assert sum(network["operators"].values()) == len(network["layers"])
    largest = max(layer["in_bytes"] + layer["out_bytes"] for layer in network["layers"])
    assert network["activation_peak_bytes"] >= largest


def test_without_a_file_all_shipped_networks_are_listed(program):
    listed = {network["name"]: network for network in nets(program)}
    assert set(NETWORKS) <= set(listed)
    assert not [network for network in listed.values() if "broken" in network]
    text = program.output("nets")
    for name in NETWORKS:
        assert listed[name]["macs"] == nets(program, name)["macs"]
        assert f"{listed[name]['macs']:,}" in text


@pytest.mark.parametrize("name", NETWORKS)
def test_the_table_fits_a_terminal(program, name):
    assert max(map(len, program.output("nets", name).splitlines())) < 80


def test_a_topology_of_scale_sim_is_a_network(program, topology):
    network = nets(program, topology)
    assert [layer["op"] for layer in network["layers"]] == ["conv2d", "conv2d", "depthwise_conv2d"]
    assert [layer["macs"] for layer in network["layers"]] == [17 * 17 * 27 * 16, 17 * 17 * 16 * 32, 17 * 17 * 9 * 32]
    assert network["sparsity"] == 0.5


@pytest.mark.parametrize("name", [*NETWORKS, "tiny.csv"])
def test_an_imported_network_is_the_same_network(program, name, topology, tmp_path):
    source = topology if name == "tiny.csv" else name
    first, second = tmp_path / "first.yaml", tmp_path / "second.yaml"
    program.output("import", source, "-o", first)
    program.output("import", first, "-o", second)
    assert first.read_bytes() == second.read_bytes()
    before, after = nets(program, source), nets(program, first)
    assert before.pop("sha256") != after.pop("sha256")
    assert before == after


def test_an_imported_network_runs_as_its_file_does(program, topology, tmp_path):
    imported = tmp_path / "net.yaml"
    program.output("import", topology, "-o", imported)
    results = []
    for net in (topology, imported):
        folder = tmp_path / f"run{len(results)}"
        program.output("run", "edge_npu", "--net", net, "-o", folder, "--quiet")
        result = json.loads((folder / "result.json").read_text())
        result["provenance"]["sha256"].pop("network")
        result["provenance"].pop("command")  # names the file
        results.append(result)
    assert results[0] == results[1]


def test_import_overwrites_only_when_told(program, topology, tmp_path):
    output = tmp_path / "net.yaml"
    output.write_text("precious\n")
    refused = program.call("import", topology, "-o", output)
    assert refused.returncode == 2
    assert "--force" in refused.stderr
    assert output.read_text() == "precious\n"
    program.output("import", topology, "-o", output, "--force")
    program.output("import", topology, "-o", output)  # the same again
    assert output.read_text().startswith("schema: network/1\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["net.yaml", "tiny.csv"], "nothing half-written"


def test_import_keeps_nothing_of_a_file_that_is_wrong(program, topology, tmp_path):
    topology.write_text(TOPOLOGY.replace("17, 17, 1, 1", "17, 17, 19, 1"))
    done = program.call("import", topology, "-o", tmp_path / "net.yaml")
    assert done.returncode == 2
    assert f"{topology}:3:14: layer \"pw1\": a filter of 19x1 is larger than its IFMAP of 17x17" in done.stderr
    assert not (tmp_path / "net.yaml").exists()


@pytest.mark.parametrize("command", ["nets", "import"])
def test_files_that_are_no_networks_are_refused(program, command, tmp_path):
    unknown = program.call(command, ROOT / "README.md")
    assert unknown.returncode == 2
    for known in (".csv (SCALE-Sim topology)", ".yaml (layer list)"):
        assert known in unknown.stderr
    missing = program.call(command, tmp_path / "missing.yaml")
    assert missing.returncode == 2
    assert "missing.yaml" in missing.stderr
    near = program.call(command, "resnet9")
    assert near.returncode == 2
    assert 'did you mean "resnet8"?' in near.stderr


PRODUCTS = [
    ("MatMul", [8, 16], [16], 1),
    ("MatMul", [8, 16], [16, 4], 1),
    ("MatMul", [8, 4, 16], [8, 16, 4], 8),
    ("Mul", [8, 16], [16], 1),
    ("Mul", [8, 16], [8, 16], 8),
]


@pytest.mark.parametrize("op, a, b, batch", PRODUCTS)
def test_rows_of_a_matrix_are_no_batch(op, a, b, batch, program, tmp_path):
    (tmp_path / "two.onnx").write_bytes(
        onnx_file.model([onnx_file.node(op, ["a", "b"], ["y"])], {"a": a, "b": b}, {"y": [None]}))
    assert f'"batch": {batch},' in program.output("nets", tmp_path / "two.onnx", "--json")
