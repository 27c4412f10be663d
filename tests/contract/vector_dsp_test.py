"""Does a vector_dsp run what other accelerators refuse, by name, and say what is wrong with it, where, and what to do?"""

import csv
import json

import pytest

from support.program import ROOT

FLOATS = ROOT / "tests" / "models" / "mlperf_tiny_kws_dscnn_truefp32.tflite"
# what is set: what the message says besides its place
SETTINGS = {
    "soc.dsp.types.int4=8": "expected one of int8, int16, int32, fp16, bf16, fp32",
    "soc.dsp.cores=4": "expected at least 8 banks of 8 B, for the 64 B that the cores load in a cycle, got 4",
    "soc.dsp.processor=cortex_m5": "neither a file nor one of configs/processors",
    "soc.cpu.processor=vector_182": "did you mean",
}


@pytest.mark.parametrize("setting", SETTINGS)
def test_settings_are_refused_with_their_place(setting, program):
    done = program.call("check", "edge_npu_dsp", "--set", setting)
    assert done.returncode == 2, done.stdout
    assert SETTINGS[setting] in done.stderr
    assert setting.split("=")[0].rpartition(".")[0] in done.stderr


@pytest.fixture(scope="module")
def floats(program, tmp_path_factory):
    """By design: lines of layers.csv of a network in fp32, and totals."""
    found = {}
    for design in ("edge_npu", "edge_npu_dsp"):
        run = tmp_path_factory.mktemp(design) / "run"
        program.output("run", design, "--net", FLOATS, "-o", run, "--quiet")
        with (run / "layers.csv").open(newline="", encoding="utf-8") as file:
            found[design] = list(csv.DictReader(file)), json.loads((run / "result.json").read_text())["totals"]
    return found


def test_what_the_npu_refuses_goes_to_the_dsp_instead_of_the_host(floats):
    without, _ = floats["edge_npu"]
    with_dsp, _ = floats["edge_npu_dsp"]
    refused = [line["name"] for line in without if line["runner"] == "cpu"]
    assert len(refused) > 5
    for line in with_dsp:
        if line["name"] in refused:
            assert line["runner"] == "dsp"
            assert "npu" in line["mapping"], "it says what keeps the layer off the NPU"
    assert floats["edge_npu_dsp"][1]["latency_s"] < floats["edge_npu"][1]["latency_s"] / 5


def test_floating_point_is_a_matter_of_its_table(program):
    done = program.call("check", "edge_npu_dsp", "--net", FLOATS, "--set", "soc.dsp.types={int8: 16}", "--json")
    assert done.returncode == 0, done.stderr
    assert "on_host" in done.stdout or "host" in done.stdout


def test_a_host_alone_runs_whole_networks(program, tmp_path):
    program.output("run", "cortex_m55", "--net", "resnet8", "-o", tmp_path / "run", "--quiet")
    result = json.loads((tmp_path / "run" / "result.json").read_text())
    assert result["accelerators"] == []
    assert all(layer["on_host"] or layer["cycles"] == 0 for layer in result["layers"])
    # Cycles are those of the host's clock.
    assert result["totals"]["cycles"] == pytest.approx(result["totals"]["latency_s"] * 400e6, rel=1e-6)


def test_a_pipeline_wants_accelerators(program):
    done = program.call("check", "cortex_m4", "--set", "design.assignment=pipeline")
    assert done.returncode == 2
    assert "this SoC has none: expected best, or a SoC with several" in done.stderr


# In 1.5 MiB there is no room for MobileNetV1's largest feature maps and for those of another inference beside them.
def test_a_pipeline_overlaps_or_is_refused_with_what_lacks_room(program, tmp_path):
    pipeline = ("--set", "design.assignment=pipeline", "--set", "design.barrier=accelerator")
    done = program.call("check", "ne16", "--net", "mobilenet_v1_1.0_224", *pipeline)
    assert done.returncode == 2 and "no pipeline of this network overlaps" in done.stderr, done.stderr
    assert done.stderr.endswith("use assignment best\n")
    program.output("check", "ne16", "--net", "mobilenet_v1_1.0_224", "--set", "design.assignment=best")
    program.output("run", "ne16", "--net", "kws_ds_cnn", *pipeline, "--inferences", "4", "-o", tmp_path / "out", "--quiet")
    jobs = json.loads((tmp_path / "out" / "result.json").read_text())["jobs"]
    assert all(job["begin_s"] < before["end_s"] for before, job in zip(jobs, jobs[1:]))
