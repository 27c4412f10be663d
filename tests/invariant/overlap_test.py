"""Do layers and accelerators that overlap do the same work, book it on its task, and get faster?

`barrier: soc` is the reference: one layer after the other.
"""

import json
from itertools import combinations

import pytest
from support.program import ROOT, TOO_LARGE

DESIGNS = sorted(path.stem for path in (ROOT / "configs" / "designs").glob("*.yaml"))
NETWORKS = ("mobilenet_v1_1.0_224", "mobilenet_v2_1.0_224", "resnet8")


@pytest.fixture
def run(program, tmp_path):
    """A run of a design, its result and its record."""

    def of(design, *arguments):
        folder = tmp_path / f"run{len(list(tmp_path.iterdir()))}"
        program.output("run", design, *arguments, "-o", folder, "--quiet")
        return tuple(json.loads((folder / name).read_text()) for name in ("result.json", "activity.json"))

    return of


def barrier(kind):
    return "--set", f"design.barrier={kind}"


def counts(record):
    """Counts of every event that work causes, over all tasks."""
    events = [f"{c['name']}.{e['name']}" for c in record["components"] for e in c["events"]]
    total = dict.fromkeys(events, 0)
    for epoch in record["epochs"]:
        for i in range(0, len(epoch["events"]), 2):
            total[events[epoch["events"][i]]] += epoch["events"][i + 1]
        others = epoch.get("others", [])
        for i in range(0, len(others), 3):
            total[events[others[i + 1]]] += others[i + 2]
    return total


@pytest.mark.parametrize(("design", "net"), [(d, n) for d in DESIGNS for n in NETWORKS if (d, n) not in TOO_LARGE])
def test_layers_that_overlap_do_the_same_work_in_less_time(run, design, net):
    (apart, before), (over, after) = (run(design, "--net", net, *barrier(kind)) for kind in ("soc", "accelerator"))
    assert over["totals"]["latency_s"] < apart["totals"]["latency_s"]
    assert over["totals"]["macs"] == apart["totals"]["macs"]
    first, second = counts(before), counts(after)
    # Memories may do it with other commands: rows and transactions depend on what comes between.
    work = (".mac_int8", ".lane_operation", ".sequencer.command", ".byte", ".read_B", ".write_B")
    for event in first:
        if event.endswith(work):
            assert second[event] == first[event], event
    # What each layer moves and computes is its own, whoever else is at work.
    for a, b in zip(apart["layers"], over["layers"], strict=True):
        assert (a["name"], a["macs"], a["array_cycles"]) == (b["name"], b["macs"], b["array_cycles"])
        assert a["traffic_B"] == b["traffic_B"], a["name"]
        assert b.get("accelerator_cycles", b["array_cycles"]) >= b["array_cycles"], "it may wait for its turn"


def test_the_parts_and_what_is_nobodys_are_the_whole(run):
    result, _ = run("dual_npu", *barrier("accelerator"), "--set", "design.assignment=pipeline", "--inferences", "4")
    totals = result["totals"]
    outside = totals["energy_outside_layers_J"]
    layers = sum(sum(sum(causes.values()) for causes in l["energy_J"].values()) for l in result["layers"])
    jobs = sum(job["energy_J"] for job in result["jobs"])
    assert layers + outside == pytest.approx(totals["energy_J"], rel=1e-12)
    assert jobs + outside == pytest.approx(totals["energy_J"], rel=1e-12)


def spans(record):
    names = [layer["name"] for layer in record["layers"]]
    flat = record["tasks"]
    return [(flat[i], names[flat[i + 1]], flat[i + 2], flat[i + 3]) for i in range(0, len(flat), 4)]


def meet(a, b):
    return a[2] < b[3] and b[2] < a[3]


def test_the_hosts_layers_run_beside_those_they_do_not_depend_on(run, tmp_path):
    net = tmp_path / "branches.yaml"
    net.write_text("""
schema: network/1
network:
  name: branches
  source: made for a test
  input: {shape: 24x24x16}
  layers:
    - {name: pooled, op: max_pool, kernel: 3}
    - {name: conv, op: conv2d, input: INPUT, kernel: 3, channels: 16}
    - {name: conv2, op: conv2d, kernel: 3, channels: 16}
    - {name: late, op: max_pool, input: conv2, kernel: 3}
""".replace("INPUT", "input"))
    on_host = ("--net", net, "--set", "soc.npu.vector.operators=[requantize, add, activation]")
    _, record = run("edge_npu", *on_host, *barrier("accelerator"))
    tasks = {name: task for task in spans(record) for name in [task[1]]}
    runners = {layer["name"]: layer["runner"] for layer in record["layers"]}
    assert (runners["pooled"], runners["conv"], runners["late"]) == ("cpu", "npu", "cpu")
    assert meet(tasks["pooled"], tasks["conv"]), "they need not wait for each other"
    assert tasks["late"][2] >= tasks["conv2"][3], "it reads what conv2 writes"
    _, apart = run("edge_npu", *on_host, *barrier("soc"))
    assert not any(meet(a, b) for a, b in combinations(spans(apart), 2))


def test_two_npus_are_a_pipeline_over_inferences(run):
    pipeline = ("--set", "design.assignment=pipeline")
    (one, _), (eight, record) = (run("dual_npu", *pipeline, "--inferences", n) for n in (1, 8))
    ran = {a["name"]: a for a in eight["accelerators"]}
    assert min(a["layers"] for a in ran.values()) > 0
    assert sum(a["macs"] for a in ran.values()) == eight["totals"]["macs"]
    # Both work at once, on different inferences.
    runner = {layer["name"]: layer["runner"] for layer in record["layers"]}
    both = [(a, b) for a, b in combinations(spans(record), 2) if runner[a[1]] != runner[b[1]] and meet(a, b)]
    assert any(a[0] != b[0] for a, b in both)
    assert eight["totals"]["latency_s"] < 0.8 * 8 * one["totals"]["latency_s"]


def test_nobody_is_at_work_longer_than_there_was_time(run):
    (result, record) = run("dual_npu", "--inferences", "8", "--objective", "latency")
    for accelerator in result["accelerators"]:
        assert 0 <= accelerator["layer_cycles"] <= accelerator["cycles"]
    npu = result["accelerators"][0]
    of_layers = sum(layer["cycles"] for layer in result["layers"] if layer["runner"] == npu["name"])
    assert 0.9 * of_layers < npu["layer_cycles"] < of_layers  # they do overlap


def test_a_second_npu_is_used_where_it_is_better(run):
    energy, _ = run("dual_npu", "--objective", "energy")
    latency, _ = run("dual_npu", "--objective", "latency")
    alone, _ = run(
        "edge_npu", "--net", "mobilenet_v1_1.0_224", "--objective", "energy", *barrier("accelerator")
    )
    small = {a["name"]: a for a in energy["accelerators"]}["npu_small"]
    assert small["layers"] > 0 and small["energy_J"] > 0 and small["utilization"] > 0
    # What it saves in its layers is about what it leaks in those of the other one.
    assert energy["totals"]["energy_J"] < 1.005 * alone["totals"]["energy_J"]
    assert latency["totals"]["latency_s"] <= energy["totals"]["latency_s"]
