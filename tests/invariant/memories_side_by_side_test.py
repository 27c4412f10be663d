"""Do the same network and NPU with other memories keep what must not depend on them, and differ where they must?"""

import pytest

from support.program import Point

DESIGNS = ("edge_npu", "edge_npu_hyperram", "edge_npu_mcu", "edge_npu_onchip")
HYPERRAM_ACTIVE_W = 0.060 * 1.8  # S27KS0641: 60 mA burst current at 1.8 V
HYPERRAM_PEAK_B_PER_S = 2 * 166e6  # one byte on each edge


@pytest.fixture(name="all_runs", scope="module")
def all_runs_fixture(runs):
    points = [Point(design=design, net="mobilenet_v1_1.0_224") for design in DESIGNS]
    return dict(zip(DESIGNS, runs.all(points)))


def component(run, name):
    return next(c for c in run.result["components"] if c["name"] == name)


def moved_B(run, memory):
    events = component(run, memory)["events"]
    return events["read_B"] + events["write_B"]


def test_the_network_is_the_same_everywhere(all_runs):
    assert len({run.totals["macs"] for run in all_runs.values()}) == 1


def test_nothing_leaves_a_chip_without_memory_outside(all_runs):
    totals = all_runs["edge_npu_onchip"].totals
    assert totals["dram_read_B"] == totals["dram_write_B"] == 0
    assert moved_B(all_runs["edge_npu_onchip"], "mram") > 4e6  # each weight at least once


def test_off_chip_bytes_are_those_of_the_memories_outside(all_runs):
    for design, memories in (
        ("edge_npu", ["dram"]),
        ("edge_npu_hyperram", ["hyperram"]),
        ("edge_npu_mcu", ["hyperram", "flash"]),
    ):
        totals = all_runs[design].totals
        expected = sum(moved_B(all_runs[design], memory) for memory in memories)
        assert totals["dram_read_B"] + totals["dram_write_B"] == expected


def test_hyperram_is_neither_faster_than_its_pins_nor_cheaper_than_its_burst_current(all_runs):
    run = all_runs["edge_npu_hyperram"]
    data_J = moved_B(run, "hyperram") / HYPERRAM_PEAK_B_PER_S * HYPERRAM_ACTIVE_W  # 325 pJ/B
    active_J = component(run, "hyperram")["energy_J"]["switching"]
    assert data_J < active_J < 1.1 * data_J  # commands and latencies on top, less than a tenth in long bursts
    assert run.totals["latency_s"] > moved_B(run, "hyperram") / HYPERRAM_PEAK_B_PER_S


def test_explicit_placement_keeps_weights_in_flash(all_runs):
    for layer in all_runs["edge_npu_mcu"].result["layers"]:
        assert layer["memory"].get("parameters") in (None, "flash")
        assert "flash" not in (layer["memory"].get("input"), layer["memory"].get("output"))


def test_banks_without_data_are_off(all_runs, runs):
    small = runs(Point(design="edge_npu_onchip", net="kws_ds_cnn"))
    banks_off = component(small, "sram")["events"]["bank_off"] * 1e-12 / small.totals["latency_s"]
    assert banks_off == pytest.approx(11)  # of 12: 16 KB of activations
