"""Do real model files count, run and come back from YAML as they should, and are twins of one network one network?"""

import json

import pytest

from support.program import ROOT

MODELS = ROOT / "tests" / "models"

# MACs, parameters, parameter bytes (tests/models/README.md).
TOTALS = {
    "mlperf_tiny_kws_dscnn_int8.tflite": (2656768, 22604, 24368),
    "mlperf_tiny_kws_qdq.onnx": (2656768, 22604, 24368),
    "mlperf_tiny_ic_resnet8_int8.tflite": (12501632, 77706, 78744),
    "mlperf_tiny_ic_qdq.onnx": (12501632, 77706, 78744),
    "mww_v2_okay_nabu.tflite": (24096, 28081, 29620),
    "tflm_mnist_lstm_int8.tflite": (113120, 9530, 9800),
    "mnist-8.onnx": (786560, 5994, 23976),
    "onnx_light_squeezenet.onnx": (349151936, 1235496, 4941984),
}

# TFLite, ONNX with quantise and dequantise pairs, the shipped YAML; rewrites that make the program the same beside the
# ones that are on. A sensor delivers int8 to the TFLite file and its twin in YAML; the ONNX file wants fp32, and
# resnet8's lists the two branches of a block in the other order.
TWINS = {
    "kws": ("mlperf_tiny_kws_dscnn_int8.tflite", "mlperf_tiny_kws_qdq.onnx", "kws_ds_cnn", ("strip_io_quantization",)),
    "ic": (
        "mlperf_tiny_ic_resnet8_int8.tflite",
        "mlperf_tiny_ic_qdq.onnx",
        "resnet8",
        ("strip_io_quantization", "branch_order"),
    ),
}


def run(program, folder, network, *options):
    program.output("run", "edge_npu", "--net", network, "-o", folder, "--quiet", *options)
    return json.loads((folder / "result.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", TOTALS)
def test_totals(program, name):
    found = json.loads(program.output("nets", MODELS / name, "--json"))
    assert (found["macs"], found["params"], found["param_bytes"]) == TOTALS[name]


@pytest.mark.parametrize("name", [n for n in TOTALS if "squeezenet" not in n])
def test_run_on_the_file_equals_run_on_its_yaml(program, tmp_path, name):
    yaml = tmp_path / "net.yaml"
    program.output("import", MODELS / name, "-o", yaml)
    again = tmp_path / "again.yaml"
    program.output("import", yaml, "-o", again)
    assert again.read_bytes() == yaml.read_bytes()
    results = [run(program, tmp_path / str(i), network) for i, network in enumerate((MODELS / name, yaml))]
    for result in results:
        del result["provenance"]["command"], result["provenance"]["sha256"]["network"]
    assert results[0] == results[1]
    layers = [(tmp_path / str(i) / "layers.csv").read_bytes() for i in range(2)]
    assert layers[0] == layers[1]


@pytest.mark.parametrize("name", TWINS)
def test_twins_have_the_same_program(program, tmp_path, name):
    tflite, onnx, yaml, rewrites = TWINS[name]
    subjects = ((MODELS / tflite, ()), (MODELS / onnx, [word for r in rewrites for word in ("--with", r)]), (yaml, ()))
    results = [run(program, tmp_path / str(i), network, *options) for i, (network, options) in enumerate(subjects)]
    for key in ("macs", "cycles", "energy_J", "dram_read_B", "dram_write_B"):
        assert len({result["totals"][key] for result in results}) == 1, key
    # Layer by layer; the views, which cost nothing, may differ.
    programs = [
        [(r["macs"], r["cycles"], r["traffic_B"], r["mapping"]) for r in result["layers"] if r["mapping"] != "view"]
        for result in results
    ]
    assert programs[0] == programs[1] == programs[2]


def test_every_operator_of_a_file_is_accounted_for(program, tmp_path):
    name = MODELS / "mlperf_tiny_kws_qdq.onnx"
    report = json.loads(program.output("import", name, "-o", tmp_path / "net.yaml", "--json"))
    operators = json.loads(program.output("nets", name, "--json"))["layers"]
    named = [operator["name"] for operator in report["operators"] if operator["disposition"] != "resolved"]
    assert sorted(named) == sorted(layer["name"] for layer in operators)
    assert {o["disposition"] for o in report["operators"]} <= {"mapped", "fused", "free", "resolved", "cpu", "refused"}
    # The 20 constants behind DequantizeLinear are operators of the file, too: 58 nodes in all, as its graph lists them.
    assert len(report["operators"]) == 58


def test_fusion_is_worth_something(program, tmp_path):
    fused, plain = (
        run(program, tmp_path / option, "mobilenet_v3_small_1.0_224", *([f"--{option}"] if option == "no-fuse" else []))
        for option in ("fuse", "no-fuse")
    )
    assert fused["totals"]["macs"] == plain["totals"]["macs"]
    assert fused["totals"]["cycles"] < plain["totals"]["cycles"]
    assert fused["totals"]["energy_J"] < plain["totals"]["energy_J"]


def test_what_the_host_computes_is_no_use_of_the_array(program, tmp_path):
    totals = run(program, tmp_path / "run", MODELS / "mnist-8.onnx")["totals"]  # fp32: all of it on the host
    assert totals["macs"] == 786560
    assert totals["utilization"] == 0.0
