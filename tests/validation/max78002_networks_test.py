"""How far are the networks on the design max78002 from the chip, through the whole program?

Clocks of layers: data/max78002_layers.csv (origin in data/README.md). Times: Analog Devices' application note AN7664,
measured at 200 MHz with the pipeline on, the MobileNet at 50 MHz; of inferences, energy over power above idle where that
is finer than the printed digits.
"""

import csv
import json

import pytest

from support.program import ROOT

# Network -> inference, weight load and input load in ms.
MEASURED = {
    "camvid_unet": (8.5928, 20.1, 7.8),
    "cats-dogs": (3.9267, 4.1, 4.6),
    "cifar-10": (1.3502, 21.4, 0.2775),
    "cifar-100-mobilenet-v2-0.75": (14.1252, 96.6, 0.2777),
    "cifar-100-residual": (1.0478, 27.0, 0.2779),
    "cifar-100-simplewide2x-mixed": (1.2295, 22.1, 0.2775),
    "kws20_v3_1": (0.3753, 10.9, 1.1),
    "mnist": (0.4143, 5.0, 0.0527),
}
AT_50_MHZ = ("cifar-100-mobilenet-v2-0.75",)
# Bytes per second of weights at 12.5 to 200 MHz: kws20_v3_1, 1.1 V (AN7664, weight load over frequency), in ms.
WEIGHT_LOADS = {"12.5 MHz": 25.3, "25 MHz": 16.0, "50 MHz": 10.7, "100 MHz": 8.2, "200 MHz": 6.9}
LOADS = ("weight_load", "bias_load", "input_load")
NOT_IN_THE_TOOL = ("pipeline", "memories", "start", "wake", *LOADS)

with open(ROOT / "tests" / "validation" / "data" / "max78002_layers.csv", encoding="utf-8") as file:
    LAYERS = list(csv.DictReader(file))


@pytest.fixture(scope="module")
def results(program, tmp_path_factory):
    folder = tmp_path_factory.mktemp("max78002")
    found = {}
    for net in MEASURED:
        opp = ("--opp", "pll_50") if net in AT_50_MHZ else ()
        program.output("run", "max78002", "--net", net, "-o", folder / net, "--quiet", *opp)
        found[net] = json.loads((folder / net / "result.json").read_text(encoding="utf-8"))
    return found


def own_layers(result):
    return {layer["name"]: layer for layer in result["layers"] if "accelerator_cycles" in layer}


def lost(result, cause):
    return sum(layer["lost_cycles"][cause] for layer in own_layers(result).values())


def milliseconds(net, cycles):
    return cycles / (50e3 if net in AT_50_MHZ else 200e3)


def inference(net, result):
    return 1e3 * result["totals"]["latency_s"] - milliseconds(net, sum(lost(result, cause) for cause in LOADS))


def error(simulated, measured):
    return abs(simulated / measured - 1)


def test_every_hardware_layer_has_the_clocks_of_the_vendors_estimate(results):
    assert len(LAYERS) == 155
    for row in LAYERS:
        layer = own_layers(results[row["network"]])[f"l{row['layer']}"]
        name = f"{row['network']} l{row['layer']}"
        clocks = layer["accelerator_cycles"] - sum(layer["lost_cycles"][cause] for cause in NOT_IN_THE_TOOL)
        assert clocks == int(row["read_clocks"]) + int(row["write_clocks"]), name
        assert layer["array_cycles"] == int(row["write_clocks"]), name
        assert abs(10 * layer["lost_cycles"]["pipeline"] - 111 * int(row["out_positions"])) <= 5, name


def test_all_other_layers_are_done_within_these(results):
    for net, result in results.items():
        rows = {f"l{row['layer']}" for row in LAYERS if row["network"] == net}
        assert set(own_layers(result)) == rows, net
        assert not [layer["name"] for layer in result["layers"] if layer["on_host"]], net


def test_inferences_take_as_long_as_on_the_chip(results):
    errors = {net: error(inference(net, result), MEASURED[net][0]) for net, result in results.items()}
    assert sum(errors.values()) / len(errors) <= 0.01, errors
    assert max(errors.values()) <= 0.015, errors


@pytest.mark.parametrize(("cause", "column"), [("weight_load", 1), ("input_load", 2)])
def test_loads_take_as_long_as_on_the_chip(results, cause, column):
    for net, result in results.items():
        assert error(milliseconds(net, lost(result, cause)), MEASURED[net][column]) <= 0.03, net


def test_weights_load_faster_at_a_faster_clock_as_on_the_chip(program, tmp_path):
    for clock, measured in WEIGHT_LOADS.items():
        folder = tmp_path / clock.replace(" ", "")
        program.output("run", "max78002", "--net", "kws20_v3_1", "--set", f"soc.npu.load_clock={clock}", "-o", folder, "--quiet")
        result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
        assert error(milliseconds("kws20_v3_1", lost(result, "weight_load")), measured) <= 0.04, clock


def test_weights_stay_for_the_next_inference(program, tmp_path, results):
    program.output("run", "max78002", "--net", "mnist", "--inferences", "3", "-o", tmp_path, "--quiet")
    result = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert lost(result, "weight_load") == lost(results["mnist"], "weight_load")
    assert lost(result, "input_load") == 3 * lost(results["mnist"], "input_load")
    assert lost(result, "reads") == 3 * lost(results["mnist"], "reads")
