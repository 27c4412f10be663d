"""Does the hardware do exactly the work of the network, and move exactly the bytes that the mapping planned?

MACs and tensor sizes come from tests/golden/networks/*.csv, which is parsed from the published models, not from the
program. Each shipped network runs with each dataflow alone and with all of them.
"""

import csv

import pytest
from support.program import DATAFLOWS, NETWORKS, ROOT, Point

VIEWS = ("reshape",)
SETS = {name: (f"soc.npu.array.dataflows=[{name}]",) for name in DATAFLOWS} | {"all": ()}

pytestmark = [
    pytest.mark.parametrize("net", NETWORKS),
    pytest.mark.parametrize("dataflow", SETS),
]


def table(net):
    """The layers of the original network."""
    path = ROOT / "tests" / "golden" / "networks" / f"{net}.csv"
    with path.open(newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    return [{key: int(value) if value.isdigit() else value for key, value in row.items()} for row in rows]


def point(net, dataflow):
    return Point(net=net, sets=SETS[dataflow])


@pytest.fixture
def original(net):
    return table(net)


@pytest.fixture
def run(runs, net, dataflow):
    return runs(point(net, dataflow))


@pytest.fixture
def plan(runs, net, dataflow):
    return runs.plan(point(net, dataflow))


def moved(layer, ports, direction):
    return sum(layer["traffic_B"].get(f"{port}.{direction}", 0) for port in ports)


def test_the_array_executes_the_networks_macs(original, run):
    assert [layer["op"] for layer in run.result["layers"]] == [row["op"] for row in original]
    assert [layer["macs"] for layer in run.result["layers"]] == [row["macs"] for row in original]
    total = sum(row["macs"] for row in original)
    assert run.totals["macs"] == total
    array = next(c for c in run.result["components"] if c["name"] == "npu.array")
    assert array["events"]["mac_int8"] == total


def test_only_the_dataflow_that_was_asked_for_runs(original, run, plan, dataflow):
    used = {layer["dataflow"] for layer, row in zip(plan["layers"], original) if row["macs"]}
    asked = {dataflow} if dataflow != "all" else {*DATAFLOWS, "spatial"}
    assert {name if name in asked else name.split("_")[0] for name in used} <= asked
    for layer, planned in zip(run.result["layers"], plan["layers"]):
        if planned["dataflow"]:
            assert layer["mapping"].startswith(planned["dataflow"])


def test_bytes_stored_are_the_output_tensors(original, run):
    for layer, row in zip(run.result["layers"], original):
        expected = 0 if row["op"] in VIEWS else row["output_bytes"]
        assert moved(layer, ["sram", "dram"], "write") == expected, layer["name"]
        assert moved(layer, ["npu.dma"], "write") == expected, layer["name"]


def test_memories_move_what_the_mapping_planned(run, plan):
    """Three counts that are made independently: the search's, the program's blocks, the simulated memories'."""
    for layer, planned in zip(run.result["layers"], plan["layers"]):
        name, of = layer["name"], planned["planned_B"]
        program = planned["program_B"]
        assert sum(memory["read"] for memory in program.values()) == of["input"] + of["weight"] + of["bias"], name
        assert sum(memory["write"] for memory in program.values()) == of["output"], name
        for memory in ("sram", "dram"):
            for direction in ("read", "write"):
                assert moved(layer, [memory], direction) == program.get(memory, {}).get(direction, 0), (name, memory)
        assert moved(layer, ["npu.dma"], "read") == of["input"] + of["weight"] + of["bias"], name


def test_buffers_are_filled_with_what_the_mapping_planned(original, run, plan):
    for layer, planned, row in zip(run.result["layers"], plan["layers"], original):
        of = planned["planned_B"]
        if row["macs"]:
            assert moved(layer, ["npu.input_buffer"], "write") == of["input"], layer["name"]
            assert moved(layer, ["npu.weight_buffer"], "write") == of["weight"] + of["bias"], layer["name"]


def test_the_array_is_busy_for_the_cycles_that_the_mapping_expects(run, plan):
    for layer, planned in zip(run.result["layers"], plan["layers"]):
        assert layer["array_cycles"] == planned["array_cycles"], layer["name"]
        assert layer["array_cycles"] * run.record["peak_macs_per_cycle"] >= layer["macs"], layer["name"]


def test_the_accelerator_has_a_layer_for_all_but_the_hosts_cycles(run):
    for layer in run.result["layers"]:
        if not layer["on_host"] and "runner" in layer:
            assert layer["accelerator_cycles"] == layer["cycles"] - layer["stall_cycles"]["host"], layer["name"]
        else:
            assert "accelerator_cycles" not in layer


def test_totals_are_the_sums_of_the_layers(run):
    layers = run.result["layers"]
    events = {c["name"]: c["events"] for c in run.result["components"]}
    for memory in ("sram", "dram"):
        for direction in ("read", "write"):
            assert events[memory][f"{direction}_B"] == sum(moved(layer, [memory], direction) for layer in layers)
    assert run.totals["dram_read_B"] == events["dram"]["read_B"]
    assert run.totals["dram_write_B"] == events["dram"]["write_B"]


def test_operands_are_read_once_unless_the_loop_order_says_otherwise(original, plan):
    """What the plan may repeat follows from the loops alone; the sizes come from the original network."""
    for planned, row in zip(plan["layers"], original):
        name, of, tile = planned["name"], planned["planned_B"], planned["tile"]
        if row["op"] in VIEWS:
            assert sum(of.values()) == 0, name
            continue
        assert of["output"] == row["output_bytes"], name
        if not row["macs"]:
            assert of["weight"] + of["bias"] == 0, name
            continue
        height, width, channels = map(int, row["output"].split("x"))
        pixel_tiles = -(-height // tile["rows"]) * -(-width // tile["columns"])
        channel_tiles = -(-channels // tile["channels"])
        bias = 4 * channels
        weights = row["macs"] // (height * width)  # one weight per MAC of an output pixel
        repeats, rest = divmod(of["weight"], weights)
        assert rest == 0 and 1 <= repeats <= pixel_tiles, name
        if planned["order"] == "weights_outer":
            assert repeats == 1, name
        assert bias <= of["bias"] <= bias * pixel_tiles, name
        unwindowed = row["kernel"] == "1x1" and row["stride"] == "1x1"
        if unwindowed and (channel_tiles == 1 or planned["order"] == "pixels_outer"):
            assert of["input"] == row["input_bytes"], name
