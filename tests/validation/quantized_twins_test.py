"""Is a file that is taken as if it were quantised the file that its makers quantised?"""

import json

import pytest

from support.program import ROOT

MODELS = ROOT / "tests" / "models"

# The file to be taken as int8, its quantised twin, and where their programs may differ, by layer of each.
#
# The QDQ twin in ONNX is handed real numbers: it quantises its input and dequantises its output. Its resnet8 lists the
# two branches of a block in the other order, so that one pass puts both in one order.
TWINS = {
    "kws, hybrid": ("mlperf_tiny_kws_dscnn_fp32.tflite", "mlperf_tiny_kws_dscnn_int8.tflite", ()),
    "kws, ONNX": ("mlperf_tiny_kws_dscnn_fp32.tflite", "mlperf_tiny_kws_qdq.onnx", ("strip_io_quantization",)),
    "ic": ("mlperf_tiny_ic_resnet8_fp32.tflite", "mlperf_tiny_ic_resnet8_int8.tflite", ()),
    "ic, ONNX": (
        "mlperf_tiny_ic_resnet8_fp32.tflite",
        "mlperf_tiny_ic_qdq.onnx",
        ("strip_io_quantization", "branch_order"),
    ),
}


def run(program, folder, network, *options):
    program.output("run", "edge_npu", "--net", network, "-o", folder, "--quiet", *options)
    return json.loads((folder / "result.json").read_text(encoding="utf-8"))


def rows(result):
    return [(r["macs"], r["cycles"], r["traffic_B"], r["mapping"]) for r in result["layers"] if r["mapping"] != "view"]


@pytest.mark.parametrize("name", TWINS)
def test_the_program_is_that_of_the_quantised_twin(program, tmp_path, name):
    real, twin, passes = TWINS[name]
    options = [word for p in passes for word in ("--with", p)]
    assumed = run(program, tmp_path / "a", MODELS / real, "--quantize", "int8", *options)
    quantised = run(program, tmp_path / "b", MODELS / twin, *options)
    for key in ("macs", "cycles", "energy_J", "dram_read_B", "dram_write_B"):
        assert assumed["totals"][key] == quantised["totals"][key], key
    assert rows(assumed) == rows(quantised)
    assert (assumed["design_point"]["quantize"], quantised["design_point"]["quantize"]) == ("int8", "none")


def test_a_twin_that_pools_other_windows_differs_there_alone(program, tmp_path):
    assumed = run(program, tmp_path / "a", MODELS / "mlperf_tiny_kws_dscnn_truefp32.tflite", "--quantize", "int8")
    quantised = run(program, tmp_path / "b", MODELS / "mlperf_tiny_kws_dscnn_int8.tflite")
    assert assumed["totals"]["macs"] == quantised["totals"]["macs"]
    pairs = list(zip(rows(assumed), rows(quantised), strict=True))
    work = [(a[0], a[2], a[3]) == (b[0], b[2], b[3]) for a, b in pairs]  # cycles behind it depend on the clock's phase
    assert [i for i, same in enumerate(work) if not same] == [9]  # average_pool, 24x5 there and 25x5 here
    assert [a[1] for a, _ in pairs[:9]] == [b[1] for _, b in pairs[:9]]


def test_everything_says_that_it_was_assumed(program, tmp_path):
    file = MODELS / "mnist-8.onnx"
    card = program.output("run", "edge_npu", "--net", file, "--quantize", "int8", "-o", tmp_path / "r", "--quiet")
    assert "assumed       int8 weights and activations" in card
    assert "host CPU" not in card
    assert "--quantize int8" in json.loads((tmp_path / "r" / "result.json").read_text())["provenance"]["command"]
    assert json.loads((tmp_path / "r" / "activity.json").read_text())["quantize"] == "int8"
    priced = program.output("price", tmp_path / "r", "--technology", "lp28")
    assert "assumed       int8 weights and activations" in priced
    assert "Assumed: int8" in program.output("check", "edge_npu", "--net", file, "--quantize", "int8")
    report = program.output("import", file, "--quantize", "int8")
    assert "Assumed: int8" in report and " cpu " not in report
    assert json.loads(program.output("import", file, "--quantize", "int8", "--json"))["quantize"] == "int8"
    found = json.loads(program.output("nets", file, "--quantize", "int8", "--json"))
    assert found["macs"] == 786560
    assert set(found["param_bytes_by_type"]) == {"int8", "int32"}


def test_a_design_may_ask_for_it_and_an_option_decides(program, tmp_path):
    ask = ("--set", "design.quantize=int8")
    quantised = run(program, tmp_path / "a", MODELS / "mnist-8.onnx", *ask)
    assert quantised["design_point"]["quantize"] == "int8"
    as_it_is = run(program, tmp_path / "b", MODELS / "mnist-8.onnx", *ask, "--quantize", "none")
    assert as_it_is["design_point"]["quantize"] == "none"
    assert quantised["totals"]["cycles"] < as_it_is["totals"]["cycles"] / 100


@pytest.mark.parametrize("command", ["run", "check"])
def test_nothing_to_quantise_is_said(program, tmp_path, command):
    folder = ("-o", tmp_path / "r") if command == "run" else ()
    done = program.call(command, "edge_npu", "--net", "kws_ds_cnn", "--quantize", "int8", *folder)
    assert done.returncode == 0
    assert "nothing to quantise: " in done.stderr and "changes nothing" in done.stderr
    assert "ssumed" not in done.stdout


def test_a_layer_on_the_host_because_of_its_type_names_the_remedy(program):
    report = program.output("import", MODELS / "mnist-8.onnx")
    remedy = "--quantize int8"
    assert f"npu computes int8 and the input is fp32: {remedy} takes it as int8" in report
    followed = program.output("import", MODELS / "mnist-8.onnx", *remedy.split())
    assert " cpu " not in followed
