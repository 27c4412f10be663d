"""Is the power trace what somebody would measure who looks at windows of its length?"""

import pytest
from support.program import DESIGNS, POINTS, Point

WINDOWS = ("100 us", "10 us", "1 us", "100 ns")
RUNS = [Point(design=design, net="kws_ds_cnn", opp=opp) for design in DESIGNS for opp in POINTS]
RUNS += [Point(net="ad_autoencoder", sets=(f"power.trace_window={window}",)) for window in WINDOWS]
# A short run whose energy is at both of its ends: no window of 100 us holds both.
SHORT = Point(net="ad_autoencoder", opp="0.8V,200MHz", sets=("design.placement=[{tensors: weights, in: dram}]",))


@pytest.fixture(params=[*RUNS, SHORT], ids=str)
def run(request, runs):
    return runs(request.param)


def window_of(run):
    return run.totals["peak_window_s"]


def test_energy_is_all_there(run):
    assert sum(power * (end - begin) for begin, end, power in run.trace) == pytest.approx(run.totals["energy_J"], rel=1e-9)
    assert run.trace[0][0] == 0.0 and run.trace[-1][1] == pytest.approx(run.totals["latency_s"])
    for (_, end, _), (begin, _, _) in zip(run.trace, run.trace[1:]):
        assert end == begin


def test_rows_are_windows_or_parts_of_them(run):
    lengths = [end - begin for begin, end, _ in run.trace]
    assert len(lengths) <= 10_000
    assert min(lengths) >= min(window_of(run), 1e-6) * (1 - 1e-9)
    assert max(lengths) <= 2 * lengths[0] and max(lengths[:-1], default=0) <= lengths[0] * (1 + 1e-9)


def test_peak_is_the_highest_window_of_the_trace(run):
    peak = run.totals["peak_power_W"]
    assert peak >= run.totals["average_power_W"]
    window = window_of(run)
    latency = run.totals["latency_s"]
    again = [(begin + latency * n, end + latency * n, power) for n in range(2 + int(window / latency))
             for begin, end, power in run.trace]
    highest = 0.0
    for begin in {row[0] for row in run.trace} | {(row[1] - window) % latency for row in run.trace}:
        spent = sum(power * max(0.0, min(end, begin + window) - max(start, begin)) for start, end, power in again
                    if end > begin and start < begin + window)
        highest = max(highest, spent / window)
    assert peak == pytest.approx(highest, rel=1e-9)
    assert peak <= max(power for *_, power in run.trace) * (1 + 1e-12)


def test_no_window_draws_what_the_chip_cannot(run):
    """All parts at once, at their highest rate, stay below a few times the highest average over 10 us."""
    highest = max(power for *_, power in run.trace)
    assert highest < 0.7, "edge_npu's parts together, all of the array at work, draw less than 0.7 W"
    assert highest < 12 * run.totals["average_power_W"]
