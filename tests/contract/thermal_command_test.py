"""Does `subvolt thermal` find where a chip settles, throttle it below a limit, and say where it runs away?"""

import json

import pytest

NET = ("edge_npu", "--net", "kws_ds_cnn")


def thermal(program, *options):
    return json.loads(program.output("thermal", *NET, "--json", *options))


def test_the_junction_gives_off_what_the_chip_draws(program):
    result = thermal(program, "--package", "wlcsp", "--ambient", "0C,25C,60C,85C")
    theta = result["package"]["resistance_K_per_W"]
    junctions = [row["junction_C"] for row in result["ambients"]]
    for row in result["ambients"]:
        assert abs(row["ambient_C"] + theta * row["heat_W"] - row["junction_C"]) < 1e-6
        assert 0 < row["feedback"] < 1
        low, high = row["swing_C"]
        assert row["ambient_C"] < low <= row["junction_C"] * (1 + 1e-9) <= high * (1 + 2e-9)
    assert junctions == sorted(junctions)


def test_energy_at_the_junction_is_that_of_a_run_at_its_temperature(program, tmp_path):
    row = thermal(program, "--ambient", "25C")["ambients"][0]
    corner = json.loads(program.output("corners", *NET, "--json", "--corners", "tt", "--voltages", "0.8V",
                                       f"--temperatures={row['junction_C']!r} C"))["conditions"][0]  # fmt: skip
    assert row["energy_J"] == pytest.approx(corner["energy_J"], rel=1e-9)


def test_throttling_keeps_the_limit_and_no_more(program):
    free = thermal(program, "--ambient", "85C", "--package", "wlcsp")["ambients"][0]
    row = thermal(program, "--ambient", "85C", "--package", "wlcsp", "--limit", "87C", "--throttle")["ambients"][0]
    assert free["junction_C"] > 87 and not free["throttled"]
    assert row["throttled"] and not row["above_limit"]
    assert 86.9 < row["junction_C"] <= 87
    assert row["voltage_V"] < free["voltage_V"] and row["latency_s"] > free["latency_s"]


def test_above_its_limit_it_says_so_with_a_code_of_its_own(program):
    done = program.call("thermal", *NET, "--ambient", "85C", "--limit", "86C")
    assert done.returncode == 1
    assert "too hot" in done.stdout and "hotter than its limit" in done.stderr


def test_running_away_is_a_located_error_with_the_numbers(program, tmp_path):
    package = tmp_path / "felt.yaml"
    package.write_text("schema: package/1\npackage:\n  stages:\n    - {name: felt, resistance_K_per_W: {value: 900, "
                       "source: made up}, time_constant: {value: 1 s, source: made up}}\n")  # fmt: skip
    done = program.call("thermal", *NET, "--ambient", "60C", "--package", str(package))
    assert done.returncode == 2 and not done.stdout
    assert "felt.yaml:4:5: package.stages: at 60" in done.stderr
    assert "runs away: at a junction of" in done.stderr and "times 900 K/W is 1.2" in done.stderr
    # The remedy that it names works.
    done = program.call("thermal", *NET, "--ambient", "60C", "--package", str(package), "--throttle")
    assert done.returncode == 0 and "throttled" in done.stdout
