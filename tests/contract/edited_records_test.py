"""Is a record refused, with its file, when somebody wrote into it what no hardware does?"""

import json

import pytest

# Component, event, by how much its largest count is multiplied, and what is said of it.
TOO_MUCH = [
    ("bus", "byte", 1_000, "per edge of soc_clk"),
    ("bus", "wait_cycles", 1, ""),
    ("cpu", "cycle", 1_000, "per edge of soc_clk"),
    ("sram", "read", 1_000, "per edge of soc_clk"),
    ("sram", "bank_clock_gated", 1_000, "per ps"),
    ("dram", "precharge_power_down", 1_000, "per ps"),
    ("npu.vector", "lane_operation", 10_000, "per edge of npu_clk"),
    ("npu.sequencer", "command", 1_000_000, "per edge of npu_clk"),
    ("npu", "compute_cycles", 1_000, "per edge of npu_clk"),
    ("bus", "read_B", 2, "bus.read is "),
    ("npu.output_buffer", "write_B", 2, "npu.output_buffer.write is "),
    ("npu.array", "mac_int8", 2, " MACs, its events tell of "),
]


@pytest.fixture(scope="module")
def record(program, tmp_path_factory):
    folder = tmp_path_factory.mktemp("record") / "run"
    program.output("run", "edge_npu", "--net", "kws_ds_cnn", "-o", folder, "--quiet")
    return json.loads((folder / "activity.json").read_text())


# What is told twice is told alike, whether files.sha256 lies beside the record or not.
EDITS = [
    (("layers", 2, "stall_cycles", "host"), -1, "cycles of the array and of stalls are "),
    (("layers", 2, "stall_cycles", "load"), 7, "cycles of the array and of stalls are "),
    (("layers", 2, "array_cycles"), -5, "cycles of the array and of stalls are "),
    (("layers", 2, "end_ps"), 1000, "its tasks "),
    (("layers", 2, "begin_ps"), -1000, "its tasks "),
    (("layers", 2, "time_ps"), -1000, "its tasks "),
    (("jobs", 0, "end_ps"), -1000, "its layers from "),
    (("jobs", 0, "begin_ps"), 1000, "its layers from "),
    (("jobs", 0, "released_ps"), 1000, "job 0: released at 1000 ps"),
    (("total_ps",), 1000, "the last epoch ends at "),
]


@pytest.mark.parametrize(("where", "by", "said"), EDITS, ids=[".".join(map(str, w)) for w, _, _ in EDITS])
def test_what_does_not_add_up(program, record, tmp_path, where, by, said):
    edited = json.loads(json.dumps(record))
    place = edited
    for key in where[:-1]:
        place = place[key]
    place[where[-1]] += by
    file = tmp_path / "activity.json"
    file.write_text(json.dumps(edited))
    done = program.call("price", file, "--technology", "lp28", "-o", tmp_path / "out")
    assert done.returncode == 2 and not (tmp_path / "out").exists(), done.stdout
    assert done.stderr.startswith(f"{file}: no run leaves such a record") and said in done.stderr, done.stderr


@pytest.mark.parametrize(("component", "event", "factor", "said"), TOO_MUCH, ids=[f"{c}.{e}" for c, e, _, _ in TOO_MUCH])
def test_more_than_the_hardware_can_do(program, record, tmp_path, component, event, factor, said):
    names = [f"{c['name']}.{e['name']}" for c in record["components"] for e in c["events"]]
    which = names.index(f"{component}.{event}")
    counts = [(e["events"][i + 1], e["events"], i) for e in record["epochs"] for i in range(0, len(e["events"]), 2)
              if e["events"][i] == which]
    count, place, i = max(counts, key=lambda found: found[0])
    file = tmp_path / "activity.json"
    place[i + 1] = count * factor
    try:
        file.write_text(json.dumps(record))
    finally:
        place[i + 1] = count
    done = program.call("price", file, "--technology", "lp28", "-o", tmp_path / "out")
    if not said:
        assert done.returncode == 0, done.stderr
        return
    assert done.returncode == 2 and not (tmp_path / "out").exists()
    assert done.stderr.startswith(f"{file}: no run leaves such a record") and said in done.stderr, done.stderr
