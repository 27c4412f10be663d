"""Is `corners` one run priced many times, and does it say what fails where?"""

import json

import pytest

NET = ("edge_npu", "--net", "kws_ds_cnn", "--quiet")


def conditions(program, *words, code=0):
    done = program.call("corners", *NET, "--json", *words)
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)["conditions"]


def test_the_condition_of_the_run_is_the_run(program, tmp_path):
    program.output("run", *NET, "-o", tmp_path / "run")
    totals = json.loads((tmp_path / "run" / "result.json").read_text())["totals"]
    [one] = conditions(program, "--corners", "tt", "--voltages", "0.8V", "--temperatures", "25C")
    assert one["energy_J"] == pytest.approx(totals["energy_J"], rel=1e-9)
    assert one["latency_s"] == pytest.approx(totals["latency_s"], rel=1e-12)


def test_slow_corners_are_slower_and_hot_ones_leak(program):
    found = {(c["corner"], c["temperature_C"]): c
             for c in conditions(program, "--voltages", "0.8V", "--temperatures=25C,85C")}
    assert len(found) == 10
    assert found["ss", 25]["f_max_Hz"] < found["tt", 25]["f_max_Hz"] < found["ff", 25]["f_max_Hz"]
    assert found["ss", 25]["leakage_W"] < found["tt", 25]["leakage_W"] < found["ff", 25]["leakage_W"]
    for corner in ("ss", "tt", "ff", "sf", "fs"):
        assert found[corner, 85]["leakage_W"] > 4 * found[corner, 25]["leakage_W"]
    # Too slow for the clock of the run: everything waits likewise.
    slow = found["ss", 25]
    assert slow["room"] < 1 and slow["latency_s"] == pytest.approx(found["tt", 25]["latency_s"] / slow["room"])


def test_budgets_are_told_and_end_with_1(program):
    found = conditions(program, "--corners", "ss,ff", "--voltages", "0.8V", "--temperatures=25C",
                       "--budget", "f_max=600MHz", "--budget", "energy=1J", code=1)
    assert [c["missed"] for c in found] == [["f_max"], []]


@pytest.mark.parametrize("words, says", [
    (("--corners", "sx"), "--corners: expected one of tt, ss, ff, sf, fs"),
    (("--budget", "cost=1"), "--budget: expected one of latency, energy, leakage, f_max"),
    (("--voltages", "0.9V..0.4V:5"), "--voltages: expected voltages such as"),
    (("--temperatures=200C",), "expected temperatures from -40 C to 125 C"),
])
def test_mistakes_are_told(program, words, says):
    done = program.call("corners", *NET, *words)
    assert done.returncode == 2 and says in done.stderr


BIASED = ("--technology", "fd22", "--set", "power.power_domains.PD_NPU.body_bias=0.5V")


def test_body_bias_holds_a_frequency_over_corners_and_heat(program):
    words = ("--corners", "ss,tt,ff", "--voltages", "0.6V", "--temperatures=25C,85C")
    free = {(c["corner"], c["temperature_C"]): c for c in conditions(program, *BIASED, *words)}
    wanted = free["tt", 25]["f_max_Hz"]
    held = {(c["corner"], c["temperature_C"]): c
            for c in conditions(program, *BIASED, *words, "--hold", f"{wanted / 1e6:.6f}MHz")}  # fmt: skip
    for at, c in held.items():
        assert c["f_max_Hz"] >= wanted * (1 - 1e-5), at
    assert held["ss", 25]["body_bias_V"] > held["tt", 25]["body_bias_V"] > held["ff", 25]["body_bias_V"]
    # What the typical chip has is what it was given, to a step; spread is closed and the leaky corner leaks less.
    assert held["tt", 25]["body_bias_V"] == pytest.approx(0.5, abs=0.011)
    assert held["ff", 25]["leakage_W"] < free["ff", 25]["leakage_W"]


def test_holding_a_frequency_wants_a_bias(program):
    done = program.call("corners", *NET, "--hold", "100MHz")
    assert done.returncode == 2 and "--set power.power_domains.NAME.body_bias" in done.stderr
