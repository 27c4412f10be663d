"""Do the parts of validate_memories.py make the traces, count the schedules and judge the bars as they say?"""

import pytest

import markdown
from memories import bars, page
from memories.references import DEVICES, Schedule, commands, of, references, schedules
from memories.traces import TRACES, write_all
from subvolt_results import ScriptError

SIZES = {"T01": 2048, "T02": 2048, "T03": 512, "T05": 2048, "T07": 2049, "T09": 500, "T10": 1024, "T11": 512}


def test_traces_have_the_sizes_of_the_references():
    assert {name: len(requests()) for name, (_, requests) in TRACES.items()} == SIZES
    reads = {name: sum(r[1] == "R" for r in requests()) for name, (_, requests) in TRACES.items()}
    assert reads == {**SIZES, "T02": 0, "T07": 1366}
    assert {name: max(r[0] for r in requests()) for name, (_, requests) in TRACES.items()} == {
        **dict.fromkeys(SIZES, 0),
        "T09": 99_800,
        "T10": 126_000,
        "T11": 280_000,
    }


def test_traces_visit_every_bank_in_turn():
    first = [r[2:4] for r in TRACES["T01"][1]()][::64]
    assert first[:9] == [(0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (0, 1)]
    assert TRACES["T07"][1]()[576:579] == [(0, "R", 3, 0, 0), (0, "R", 6, 100, 0), (0, "W", 0, 200, 0)]


def test_written_traces_have_the_columns(tmp_path):
    paths = write_all(tmp_path)
    assert paths["T10"].read_text().splitlines()[:2] == ["arrival_cycle,op,bank,row,burst", "0,R,0,0,0"]
    assert paths["T10"].read_text().splitlines()[17] == "2000,R,0,0,16"


def test_every_trace_has_references_for_every_device():
    for trace in TRACES:
        for device in DEVICES:
            simulators = {r.simulator for r in of(trace, device)}
            assert {"DRAMsim3", "DRAMSys 5.1"} <= simulators, (trace, device)
    assert all(r.total_cycles > 0 for r in references())


def test_words_of_a_schedule():
    assert list(commands(["1A0", "99P0", "5Q", "34R"])) == [(1, "A", 0), (100, "P", 0), (105, "Q", None), (139, "R", None)]


def test_counting_a_schedule():
    schedule = Schedule("made up", 1000, 0.0, {"activate": 0, "precharge": 0, "refresh": 0})
    # Rows open from 10 to 60 in two banks, one closed at 40; a refresh from 100 to 548; a bank closed that was not open.
    schedule.count([(10, "A", 0), (20, "A", 1), (40, "P", 0), (45, "P", 0), (60, "Q", None), (100, "R", None)])
    assert schedule.events == {
        "activate": 2,
        "precharge": 2,
        "refresh": 1,
        "active_standby": 50 + 448,
        "precharge_standby": 1000 - 498,
    }


def test_a_refresh_at_the_end_is_counted_as_far_as_it_goes():
    schedule = Schedule("made up", 1000, 0.0, {"activate": 0, "precharge": 0, "refresh": 0})
    schedule.count([(900, "R", None)])
    assert schedule.events["active_standby"] == 100


def test_a_schedule_cannot_open_an_open_bank():
    schedule = Schedule("made up", 1000, 0.0, {"activate": 0, "precharge": 0, "refresh": 0})
    with pytest.raises(ValueError, match="bank 3"):
        schedule.count([(10, "A", 3), (20, "A", 3)])


def test_shipped_schedules_have_the_requests_of_their_traces():
    found = schedules()
    assert [s.trace for s in found] == list(TRACES)
    for schedule in found:
        requests = TRACES[schedule.trace][1]()
        assert schedule.events["read"] == sum(r[1] == "R" for r in requests)
        assert schedule.events["write"] == sum(r[1] == "W" for r in requests)
        assert 0 < schedule.events["precharge"] <= schedule.events["activate"]


class FakeRuns(dict):
    """Replays that answer as one of the references does."""

    def __init__(self, simulator):
        for trace in TRACES:
            for device in DEVICES:
                found = of(trace, device, simulator=simulator) or of(trace, device)
                self[trace, device, "none"] = {
                    "total_cycles": found[0].total_cycles,
                    "bandwidth_B_per_s": 0.95 / found[0].total_cycles,
                    "peak_bandwidth_B_per_s": 1.0 / found[0].total_cycles,
                    "energy_J": {"core": (found[0].energy_nJ or 1.0) * 1e-9},
                }


def test_references_meet_their_own_bars():
    runs = FakeRuns("DRAMSys 5.1")
    for group in (bars.independent_cycles, bars.saturating_cycles, bars.sequential_bandwidth, bars.energy):
        found = list(group(runs))
        assert found and all(bar.met for bar in found), [str(b) for b in found if not b.met]


def test_bars_can_be_missed():
    runs = FakeRuns("DRAMSys 5.1")
    runs["T09", "ddr3_1600", "none"]["total_cycles"] += 4
    runs["T05", "ddr4_2400", "none"]["total_cycles"] = 20_000
    runs["T01", "ddr3_1600", "none"]["bandwidth_B_per_s"] *= 1.1
    runs["T10", "ddr3_1600", "none"]["energy_J"]["core"] *= 1.021
    missed = [
        bar.what
        for group in (bars.independent_cycles, bars.saturating_cycles, bars.sequential_bandwidth, bars.energy)
        for bar in group(runs)
        if not bar.met
    ]
    assert [what.split(",")[0] for what in missed] == [
        "T09 on ddr3_1600",
        "T05 on ddr4_2400",
        "T01 on ddr3_1600",
        "T10 on ddr3_1600",
    ]


def test_savings_of_the_references():
    assert bars.reference_saving("T10", "ddr3_1600") == pytest.approx(1 - 48829.103 / 52886.685)
    assert bars.reference_saving("T11", "ddr4_2400") == pytest.approx(1 - 59623.481 / 95799.635)
    assert bars.reference_saving("T10", "lpddr4_3200") is None


def test_only_what_is_between_the_markers_is_replaced():
    begin, end = markdown.markers(page.NAME, page.SCRIPT)
    text = f"before\n{begin}\nold\n{end}\nafter\n"
    assert page.replaced(text, "new") == f"before\n{begin}\n\nnew\n\n{end}\nafter\n"
    with pytest.raises(ScriptError, match="markers"):
        page.replaced("nothing", "new")
