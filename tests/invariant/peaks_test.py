"""Are the hottest windows the hottest, and is a measured trace found where it lies?"""

import bisect
import json
import random

import pytest

from support.waves import Traced, read_supply

GATED = ["--set", "power.power_domains.PD_NPU.policy={name: power_gate_after, after: 20 us, state: OFF}"]


@pytest.fixture(scope="module")
def small(program, tmp_path_factory):
    return Traced(program, tmp_path_factory.mktemp("small"), ["edge_npu", "--net", "ad_autoencoder", "--inferences", "20"])


@pytest.mark.parametrize("design", ["edge_npu", "pulp_cluster", "ethos_u55_128"])
def test_hot_windows_are_the_hottest(design, program, tmp_path):
    traced = Traced(program, tmp_path, [design, "--net", "kws_ds_cnn", "--inferences", "2"])
    tracks, end = traced.vcd("--step", "100ns")
    total = tracks["power", "total"].changes
    times = [at for at, _ in total] + [end]
    sums = [0.0]
    for (at, value), after in zip(total, times[1:]):
        sums.append(sums[-1] + value * (after - at))

    def until(at):
        i = bisect.bisect_right(times, at) - 1
        return sums[-1] if i >= len(total) else sums[i] + total[i][1] * (at - times[i])

    found = json.loads(traced.program.output("peaks", traced.folder / "run", "--json", "--windows", "10us,50us", "--top", "1"))
    for window in found["windows"]:
        length, power = window["window_s"], window["power_W"]
        begins = [at for at in times if at + length <= end]
        highest = max((until(at + length) - until(at)) / length for at in begins)
        assert power >= highest * (1 - 1e-9), "a window of 100 ns means is hotter"
        assert power == pytest.approx(highest, rel=0.05)
        assert sum(c["power_W"] for c in window["contributors"]) == pytest.approx(power, rel=1e-9)
    totals = traced.result["totals"]
    of_result = json.loads(
        traced.program.output("peaks", traced.folder / "run", "--json", "--windows", f"{totals['peak_window_s'] * 1e6!r}us")
    )["windows"]
    # The result's peak is of rows of a tenth of the window, over which what is shorter is spread.
    assert all(w["power_W"] <= totals["peak_power_W"] * 1.02 for w in of_result)


APART = """schema: scenario/1
scenario:
  duration: 5 ms
  streams: {keyword: {network: kws_ds_cnn, every: 1 ms}}
"""


def test_a_gated_domain_takes_charge_to_wake(program, tmp_path):
    (tmp_path / "apart.yaml").write_text(APART)
    traced = Traced(program, tmp_path, ["edge_npu", "--scenario", tmp_path / "apart.yaml", *GATED])
    wakes = json.loads(program.output("peaks", tmp_path / "run", "--json", "--decap", "1 uF", "--limit", "1 uA"))["wakes"]
    wake = next(w for w in wakes if w["domain"] == "PD_NPU" and w["from"] == "OFF")
    members = {c["name"] for c in traced.record["components"] if c["power_domain"] == "PD_NPU"} | {"PD_NPU"}
    spent = sum(a["energy_J"] for a in traced.result["accounts"] if a["cause"] == "transition" and a["component"] in members)
    voltage = traced.result["design_point"]["domains"]["VDD_NPU"]["voltage_V"]
    assert wake["times"] >= 2 and spent > 0
    assert wake["charge_C"] * wake["times"] == pytest.approx(spent / voltage, rel=1e-9)
    assert wake["droop_V"] == pytest.approx(wake["charge_C"] / 1e-6, rel=1e-12)
    assert wake["inrush_A"] == pytest.approx(wake["charge_C"] / wake["time_s"], rel=1e-12) and wake["over_limit"]
    card = program.output("peaks", tmp_path / "run", "--limit", "1 uA")
    assert "PD_NPU" in card and max(map(len, card.splitlines())) <= 78


def test_a_measured_trace_is_found(small, program, tmp_path):
    """Sampled otherwise, later, higher and with noise."""
    simulated = read_supply(small.trace("supply.csv", "--csv", "--rail", "VDD_NPU").read_text())
    later, gain, apart, noise = 1.23456e-4, 1.1, 1.7e-6, random.Random(1)
    rows, w = ["Sample,current_A, time_s"], 0
    for k in range(int((simulated[-1]["time_s"] + 3e-4) / apart)):
        at = k * apart - later
        while w + 1 < len(simulated) and simulated[w + 1]["time_s"] <= at:
            w += 1
        inside = 0 <= at < simulated[-1]["time_s"]
        rows.append(f"{k},{(gain * simulated[w]['current_A'] if inside else 0.0) + noise.gauss(0, 1e-5):.9g},{k * apart:.9g}")
    (tmp_path / "measured.csv").write_text("\ufeff" + "\r\n".join(rows) + "\r\n")
    aligned = tmp_path / "aligned.csv"
    told = program.output(
        "trace", small.folder / "run", "--csv", "--rail", "VDD_NPU", "--align", tmp_path / "measured.csv", "-o", aligned
    )
    offset = float(told.split()[1]) * {"us:": 1e-6, "ms:": 1e-3}[told.split()[2]]
    assert offset == pytest.approx(later, abs=1e-6)
    rows = [row for row in read_supply(aligned.read_text())[:-1] if row["measured_A"] is not None]
    assert len(rows) > 0.99 * (len(simulated) - 2)
    for row in rows:
        assert row["residual_A"] == pytest.approx(row["current_A"] - row["measured_A"], abs=1e-12)
    mean = {key: sum(row[key] for row in rows) / len(rows) for key in ("current_A", "measured_A")}
    assert mean["measured_A"] / mean["current_A"] == pytest.approx(gain, rel=0.01)
    rms = (sum(row["residual_A"] ** 2 for row in rows) / len(rows)) ** 0.5
    words = next(line for line in told.splitlines() if line.startswith("residual")).split()
    assert float(words[1]) * {"A": 1, "mA": 1e-3, "uA": 1e-6}[words[2]] == pytest.approx(rms, rel=1e-3)


def test_a_measured_trace_is_one(small, program, tmp_path):
    for text, message in {
        "": "empty: expected a line of column names",
        "t,current_A\n0,1\n": ":1:1: no column time_s",
        "time_s,current_A\n0,1\n1e-6,many\n": ':3:6: expected a number, got "many"',
        "time_s,current_A\n0,1\n0,1\n": ":3:1: expected a time after the one before",
        "time_s,current_A\n0,1\n1e-9\n": ":3:1: expected 2 cells",
        "time_s,current_A\n0,1\n": "expected two samples",
        "time_s,current_A\n0,1\n1e5,1\n": "too different to find one in the other",
    }.items():
        (tmp_path / "measured.csv").write_text(text)
        failed = program.call(
            "trace", small.folder / "run", "--csv", "--rail", "VDD_NPU", "--align", tmp_path / "measured.csv", "-o", tmp_path / "x.csv"
        )
        assert failed.returncode == 2 and message in failed.stderr, failed.stderr
    assert not (tmp_path / "x.csv").exists()
