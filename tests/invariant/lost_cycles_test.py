"""Do the cycles of a full array and those lost by cause add up to what each layer took on its accelerator, exactly?

On designs of each accelerator kind and memory, one layer after the other and overlapping, once and again and again.
"""

import csv
import json
from fractions import Fraction

import pytest
from support.program import NETWORKS, Point

RUNS = {
    **{f"edge_npu {net}": ["edge_npu", "--net", net] for net in NETWORKS},
    "near_threshold": ["edge_npu", "--net", "kws_ds_cnn", "--opp", "near_threshold"],
    "off": ["edge_npu", "--net", "kws_ds_cnn", "--power", "edge_npu", "--set", "power.power_domains.PD_NPU.policy={name: power_gate_after, after: 1 us}"],
    "mcu": ["edge_npu_mcu"],
    "hyperram": ["edge_npu_hyperram"],
    "systolic": ["edge_npu", "--net", "resnet8", "--set", "soc.npu.array.dataflows=[output_stationary]"],
    "scale_sim_ws": ["scale_sim_ws", "--net", "kws_ds_cnn"],
    "nv_small": ["nv_small", "--net", "kws_ds_cnn"],
    "nv_small overlapping": ["nv_small", "--net", "resnet8", "--set", "design.barrier=accelerator"],
    "slow dot_product": ["nv_small", "--net", "kws_ds_cnn", "--set", "soc.memory.latency=400", "--set", "soc.npu.output_interval=20 cycles"],
    "ne16": ["ne16", "--net", "vww_mobilenet_v1_0.25_96"],
    "ne16 overlapping": ["ne16", "--net", "resnet8", "--set", "design.barrier=accelerator"],
    "ne16_bench": ["ne16_bench", "--net", "kws_ds_cnn"],
    "overlapping": ["edge_npu", "--net", "resnet8", "--set", "design.barrier=accelerator"],
    "two accelerators": ["dual_npu", "--set", "design.barrier=accelerator"],
    "jobs": ["edge_npu", "--net", "kws_ds_cnn", "--inferences", "500"],
    "by the clock": ["edge_npu", "--net", "ad_autoencoder", "--fidelity", "cycle"],
}


@pytest.fixture(scope="module")
def folder_of(program, tmp_path_factory):
    made = {}

    def run(name):
        if name not in made:
            made[name] = tmp_path_factory.mktemp("lost") / "out"
            program.output("run", *RUNS[name], "-o", made[name], "--quiet")
        return made[name]

    return run


@pytest.fixture
def result(folder_of, name):
    return json.loads((folder_of(name) / "result.json").read_text())


def accelerators(result):
    return {a["name"]: a for a in result["accelerators"]}


@pytest.mark.parametrize("name", RUNS)
def test_cycles_add_up(result):
    known = accelerators(result)
    layers = [layer for layer in result["layers"] if "accelerator_cycles" in layer]
    assert layers
    for layer in layers:
        accelerator = known[layer["runner"]]
        assert layer["ideal_cycles"] == -(-layer["macs"] // accelerator["peak_macs_per_cycle"]), layer["name"]
        assert layer["ideal_cycles"] + sum(layer["lost_cycles"].values()) == layer["accelerator_cycles"], layer["name"]
        assert layer["lost_cycles"].keys() == accelerator["losses"].keys(), "all is told, and each cause is declared"
    for accelerator in known.values():
        assert all(loss["meaning"].endswith(".") for loss in accelerator["losses"].values())


def cycles_of_causes(result, accelerator, layer, unit):
    losses = accelerators(result)[accelerator]["losses"]
    return sum(cycles for cause, cycles in layer["lost_cycles"].items() if losses[cause]["unit"] == unit)


@pytest.mark.parametrize("name", RUNS)
def test_idle_and_working_multipliers_fill_the_other_cycles(result):
    """Idle multipliers are counted tile by tile, or group by group, from what each style says; cycles elsewhere."""
    for name, accelerator in accelerators(result).items():
        layers = [layer for layer in result["layers"] if layer.get("runner") == name]
        multiplying = sum(layer["accelerator_cycles"] - cycles_of_causes(result, name, layer, "cycles") for layer in layers)
        parts = [c["events"] for c in result["components"] if c["name"] in (f"{name}.array", f"{name}.engine", f"{name}.cores")]
        events = parts[0]
        idle = sum(count for event, count in events.items() if event.startswith("idle_"))
        assert multiplying * accelerator["peak_macs_per_cycle"] == accelerator["macs"] + idle
        assert all(count >= 0 for count in events.values())


@pytest.mark.parametrize("name", RUNS)
def test_no_layer_is_above_its_roofs(result, name):
    for layer in result["layers"]:
        if "roofline" not in layer:
            assert layer.get("lost_cycles") is None or name == "ne16_bench", "a host's, a view, or nothing is moved"
            continue
        roof = layer["roofline"]
        assert roof["transfer_cycles"] <= layer["accelerator_cycles"], layer["name"]
        assert max(m["cycles"] for m in roof["memories"].values()) <= roof["transfer_cycles"], layer["name"]
        traffic = layer["traffic_B"]
        for memory, way in roof["memories"].items():
            assert way["bytes"] == traffic.get(f"{memory}.read", 0) + traffic.get(f"{memory}.write", 0)
        assert roof["moved_B"] == sum(way["bytes"] for way in roof["memories"].values())
        if not layer["macs"]:
            continue
        macs = roof["macs_per_cycle"]
        assert macs["attained"] <= min(macs["compute"], macs.get("memory", macs["compute"])) * (1 + 1e-12)
        assert roof["bound_by"] == ("memory" if roof["transfer_cycles"] > layer["ideal_cycles"] else "compute")
        assert Fraction(roof["macs_per_byte"]) == pytest.approx(layer["macs"] / roof["moved_B"])


@pytest.mark.parametrize("name", ["edge_npu kws_ds_cnn", "nv_small"])
def test_the_table_has_what_the_result_has(result, folder_of, name):
    with (folder_of(name) / "layers.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    for row, layer in zip(rows, result["layers"], strict=True):
        for cause in result["accelerators"][0]["losses"]:
            assert row[f"{cause}_lost_cycles"] == str(layer.get("lost_cycles", {}).get(cause, "")), layer["name"]
        assert row["ideal_cycles"] == str(layer.get("ideal_cycles", ""))
        assert row["bound_by"] == layer.get("roofline", {}).get("bound_by", "")
        assert row["transfer_cycles"] == str(layer.get("roofline", {}).get("transfer_cycles", ""))


def share(result, layer, cause):
    layer = next(each for each in result["layers"] if each["name"] == layer)
    return layer["lost_cycles"][cause] / layer["accelerator_cycles"]


def changed(program, folder, *arguments):
    program.output("run", *arguments, "-o", folder / "out", "--quiet")
    return json.loads((folder / "out" / "result.json").read_text())


def test_a_slower_way_costs_loads(program, runs, tmp_path):
    slow = changed(program, tmp_path, "edge_npu", "--net", "kws_ds_cnn", "--set", "soc.bus.width=4 B")
    before = runs(Point()).result
    for layer in ("pw0", "pw3"):
        assert share(slow, layer, "loads") + share(slow, layer, "stores") > 0.3 > share(before, layer, "loads") + share(before, layer, "stores")
        roofs = [next(each for each in r["layers"] if each["name"] == layer)["roofline"] for r in (before, slow)]
        assert roofs[1]["transfer_limit"].startswith("bus.")
        assert roofs[1]["transfer_cycles"] == pytest.approx(8 * roofs[0]["transfer_cycles"], rel=0.1), "of 32 B before"
        assert roofs[1]["macs_per_byte"] == roofs[0]["macs_per_byte"]


def test_three_channels_leave_edges_of_a_systolic_array(program, tmp_path):
    net = tmp_path / "net.yaml"
    net.write_text(
        "schema: network/1\nnetwork:\n  source: a test\n  name: three\n  input: {shape: 32x32x3}\n  layers:\n"
        "    - {name: first, op: conv2d, kernel: 1, channels: 16}\n"
    )
    result = changed(program, tmp_path, "edge_npu", "--net", net, "--set", "soc.npu.array.dataflows=[weight_stationary]")
    layer = result["layers"][0]
    steps = layer["ideal_cycles"] + layer["lost_cycles"]["edges"]
    assert layer["macs"] == 32 * 32 * 3 * 16 and steps == 32 * 32, "3 of 16 rows work, all columns"


def test_a_slow_output_stage_costs_output(program, tmp_path):
    slow = changed(program, tmp_path, "nv_small", "--net", "kws_ds_cnn", "--set", "soc.npu.output_interval=40 cycles")
    assert share(slow, "pw0", "output") > 0.5


def test_layers_that_overlap_wait_for_each_other(folder_of):
    result = json.loads((folder_of("overlapping") / "result.json").read_text())
    assert sum(layer["lost_cycles"]["other_layer"] for layer in result["layers"] if "lost_cycles" in layer) > 0
    apart = json.loads((folder_of("edge_npu resnet8") / "result.json").read_text())
    assert all(layer["lost_cycles"]["other_layer"] == 0 for layer in apart["layers"] if "lost_cycles" in layer)
