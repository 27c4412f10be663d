"""Is what exporters, optimisers and quantisers write read, counted, and run by somebody?

MACs and shapes by hand arithmetic; the counting rules are those of docs/models.md.
"""

import json
import re

import pytest

from support.program import ROOT

MODELS = ROOT / "tests" / "models" / "operators"

# File without its ending: MACs, the shape of the output.
EXPECTED = {
    "attention23_shapes_in_file": (2 * 65 * 65 * 64 + 65 * 64 * 64, [1, 65, 64]),
    "biasgelu_ms": (10 * 32 * 32, [1, 10, 32]),
    "conv3d": (8 * 16 * 16 * 8 * 81, [1, 8, 8, 16, 16]),
    "ct_outshape": (64 * 16 * 8 * 9, [1, 8, 16, 16]),
    "einsum_gcn": (4 * 5 * 7 * 3 * 7, [1, 4, 5, 7]),
    "einsum_weight": (256 * 8 * 16 + 256 * 16 * 4, [1, 4, 16, 16]),
    "groupnorm_op18": (64 * 16 * 16 * 9 + 64 * 16 * 16, [1, 16, 8, 8]),
    "loop5": (5 * 16 * 16, [1, 16]),
    "matmul_matrix_vector": (8 * 16, [8]),
    "maxpool_dil": (0, [1, 8, 13, 13]),
    "nms_gather_tail": (0, [1, 10, 4]),
    "qgemm_ort": (16 * 10, [1, 10]),
    "qop_concat": (64 * 8 * 8, [1, 16, 8, 8]),
    "requantshift": (64 * 8 * 72 + 64 * 8 * 8, [1, 8, 8, 8]),
    "resize_antialias18": (64 * 64 + 16 * 64, [1, 8, 4, 4]),
    "resize_axes18": (64 * 64 + 256 * 64, [1, 8, 16, 16]),
    "resize_cubic": (64 * 64 + 256 * 64, [1, 8, 16, 16]),
    "trilu_data": (0, [8, 8]),
}


def test_every_file_is_expected():
    assert {path.stem for path in MODELS.glob("*.onnx")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_macs_and_shape(program, name):
    network = json.loads(program.output("nets", MODELS / f"{name}.onnx", "--json"))
    macs, shape = EXPECTED[name]
    assert network["macs"] == macs
    assert [output["shape"] for output in network["outputs"]] == [shape]
    assert network["not_counted"] == 0


@pytest.mark.parametrize("name", EXPECTED)
def test_it_runs(program, name, tmp_path):
    program.output("run", "edge_npu", "--net", MODELS / f"{name}.onnx", "-o", tmp_path / name)
    result = json.loads((tmp_path / name / "result.json").read_text())
    assert result["totals"]["macs"] == EXPECTED[name][0]
    assert result["totals"]["cycles"] > 0


@pytest.mark.parametrize("name", EXPECTED)
def test_its_import_is_the_same_network(program, name, tmp_path):
    program.output("import", MODELS / f"{name}.onnx", "-o", tmp_path / "net.yaml")
    network = json.loads(program.output("nets", tmp_path / "net.yaml", "--json"))
    assert network["macs"] == EXPECTED[name][0]


@pytest.mark.parametrize("name", ("qop_concat", "qgemm_ort"))
def test_integers_are_the_npus(program, name):
    report = json.loads(program.output("import", MODELS / f"{name}.onnx", "--json"))
    fates = {row["source_op"]: row["disposition"] for row in report["operators"]}
    for word in {"QLinearConv", "com.microsoft.QLinearConcat", "com.microsoft.QGemm"} & set(fates):
        assert fates[word] == "mapped", word


UNKNOWN = """schema: network/1
network:
  name: unknown
  source: made for a test
  input: {name: x, shape: 8x8x4}
  layers:
    - {name: conv, op: conv2d, kernel: 3, channels: 8}
    - {name: magic, op: custom, source_op: com.example.Magic, shape: 8x8x8}
    - {name: more, op: custom, source_op: Mystery, shape: 8x8x8}
"""


@pytest.fixture(name="unknown")
def unknown_fixture(tmp_path):
    path = tmp_path / "unknown.yaml"
    path.write_text(UNKNOWN)
    return path


def test_what_nobody_can_count_is_said(program, unknown):
    network = json.loads(program.output("nets", unknown, "--json"))
    assert network["not_counted"] == 2
    assert [layer.get("counted", True) for layer in network["layers"]] == [True, False, False]
    text = program.output("nets", unknown)
    assert text.count("not counted") == 3  # twice in the table, once in the total
    assert "at least 18,432: 2 operators not counted" in text
    report = program.output("import", unknown)
    assert "at least 18,432 MACs: 2 operators not counted" in report
    assert report.count("; not counted") == 2


def remedies(done):
    """What an error tells to add to the command, to the letter."""
    return list(dict.fromkeys(re.findall(r"--set (\S+=\d+)", done.stderr)))


def test_the_remedy_for_an_unknown_operator_leads_on(program, unknown, tmp_path):
    done = program.call("run", "edge_npu", "--net", unknown, "-o", tmp_path / "out")
    assert done.returncode == 2
    assert "the operator Magic of domain com.example is not known" in done.stderr
    assert "int8" not in done.stderr
    sets = []
    while done.returncode == 2:
        new = [word for remedy in remedies(done) for word in ("--set", remedy)]
        assert new and not set(new[1::2]) & set(sets[1::2]), done.stderr
        sets += new
        done = program.call("run", "edge_npu", "--net", unknown, "-o", tmp_path / "out", *sets)
    assert done.returncode == 0, done.stderr
    assert sets[1::2] == ["soc.cpu.unknown_operators.Magic=10", "soc.cpu.unknown_operators.Mystery=10"]
    result = json.loads((tmp_path / "out" / "result.json").read_text())
    assert result["totals"]["layers_not_counted"] == 2
    assert "not counted   2 layers:" in done.stdout
    checked = program.output("check", "edge_npu", "--net", unknown, *sets)
    assert "at least 18,432 MACs: 2 operators not counted" in checked


def test_one_cost_for_all_unknown_operators(program, unknown):
    program.output("check", "edge_npu", "--net", unknown, "--set", "soc.cpu.unknown_operators={custom: 30}")


def test_the_cost_of_a_known_operator_has_another_place(program, unknown):
    done = program.call("check", "edge_npu", "--net", unknown, "--set", "soc.cpu.unknown_operators={conv2d: 3}")
    assert done.returncode == 2
    assert "the operator conv2d is known: expected its cycles in operators" in done.stderr


def test_the_remedy_for_a_table_that_lacks_an_operator_leads_on(program):
    """A table that replaces the built-in one is extended by what the message says."""
    sets = ["--set", "soc.cpu.operators={conv3d: 6}"]
    model = MODELS / "resize_cubic.onnx"
    done = program.call("check", "edge_npu", "--net", model, *sets)
    while done.returncode == 2:
        new = [word for remedy in remedies(done) for word in ("--set", remedy)]
        assert new and not set(new[1::2]) & set(sets[1::2]), done.stderr
        sets += new
        done = program.call("check", "edge_npu", "--net", model, *sets)
    assert done.returncode == 0, done.stderr
    assert len(sets) > 2


def test_operators_that_are_resolved_while_reading_have_a_row(program):
    report = json.loads(program.output("import", MODELS / "loop5.onnx", "--json"))
    rows = {row["source_op"]: row for row in report["operators"]}
    assert rows["Loop"]["disposition"] == "resolved"
    assert "5 times" in rows["Loop"]["detail"]
    assert report["summary"]["resolved"] >= 1
    assert sum(report["summary"].values()) == len(report["operators"])
