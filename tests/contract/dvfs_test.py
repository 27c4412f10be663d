"""Is `dvfs` single runs and scenarios put side by side, does least energy lie where theory says, and are its ways
what they claim?"""

import csv
import io
import json
import re

import pytest

NET = ("edge_npu", "--net", "kws_ds_cnn")
SCENARIO = """\
schema: scenario/1
scenario:
  duration: %(all)d ms
  streams:
    frame: {network: kws_ds_cnn, every: %(period)d ms, count: %(count)d}
"""


@pytest.fixture(name="study")
def study_fixture(program):
    def study(*words, design=NET, shares="0"):
        done = program.call("dvfs", *design, "--quiet", "--json", "--idle-shares", shares, *words)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return study


@pytest.fixture(name="totals")
def totals_fixture(program, tmp_path):
    def totals(*words):
        program.output("run", "edge_npu", "--quiet", *words, "-o", tmp_path / "run")
        return json.loads((tmp_path / "run" / "result.json").read_text())["totals"]

    return totals


@pytest.mark.parametrize("point", ["0.5V", "0.7V,50MHz", "near_threshold", "0.8V,soc_clk=100MHz"])
def test_a_point_is_the_run_there(study, totals, point):
    [found] = study("--points", point)["points"]
    run = totals("--net", "kws_ds_cnn", "--opp", point)
    assert found["energy_J"] == pytest.approx(run["energy_J"], rel=1e-9)
    assert found["latency_s"] == pytest.approx(run["latency_s"], rel=1e-12)
    parts = found["dynamic_J"] + found["leakage_J"] + sum(found["memories_J"].values()) + found["supply_loss_J"]
    assert parts == pytest.approx(found["energy_J"], rel=1e-9)
    assert sum(found["causes_J"].values()) == pytest.approx(found["energy_J"], rel=1e-9)


@pytest.mark.parametrize("idle", ["as_written", "power_gated"])
def test_a_period_is_what_the_second_costs_after_the_first(study, totals, tmp_path, idle):
    [frames] = study("--points", "0.5V", "--period", "10ms", "--idle", idle)["frames"]
    [found] = frames["points"]
    runs = []
    for count in (1, 2):
        path = tmp_path / f"{count}.yaml"
        path.write_text(SCENARIO % {"all": 10 * count, "period": 10, "count": count})
        sets = [word for one in frames["set"] for word in ("--set", one)]
        runs.append(totals("--scenario", path, "--opp", "0.5V", *sets))
    assert found["energy_J"] == pytest.approx(runs[1]["energy_J"] - runs[0]["energy_J"], rel=1e-9)
    between = [run["between_jobs"] for run in runs]
    assert found["idle_s"] == pytest.approx(between[1]["time_s"] - between[0]["time_s"], rel=1e-9)
    assert found["idle_energy_J"] == pytest.approx(between[1]["energy_J"] - between[0]["energy_J"], rel=1e-9)


def test_equal_clocks_share_a_simulation(program):
    def simulations(*words):
        done = program.call("dvfs", *NET, "--idle-shares", "0", *words)
        assert done.returncode == 0, done.stderr
        return int(re.search(r"(\d+) simulations", done.stderr).group(1))

    one = simulations("--points", "0.6V,40MHz")
    assert simulations("--points", "0.5V..1V:11,40MHz") == one
    assert simulations("--points", "0.6V,40MHz", "--temperatures=0C,25C,85C") <= one + 2 * 3  # each has its own 0.32 V


def test_least_energy_rises_with_temperature_and_idle_share(study):
    """Leakage takes a larger part of the energy, so less time is worth more voltage. A rail that does little but leak
    comes to where leakage times time is least, which heat hardly moves: above 85 C of the SoC alone."""
    words = ("--points", "0.35V..0.8V:19", "--temperatures=-40C,25C,85C,125C")
    curves = study(*words, design=("edge_npu_onchip", "--net", "kws_ds_cnn"), shares="0,0.5,0.9")["curves"]
    assert len(curves) == 12
    for of, hottest in ((lambda c: c["soc"], 125), (lambda c: c["domains"]["VDD_NPU"], 85)):
        at = {(c["temperature_C"], c["idle_share"]): of(c)["voltage_V"] for c in curves if c["temperature_C"] <= hottest}
        temperatures, shares = sorted({t for t, _ in at}), sorted({s for _, s in at})
        for share in shares:
            by_heat = [at[t, share] for t in temperatures]
            assert by_heat == sorted(by_heat) and by_heat[0] < by_heat[-1]
        for t in temperatures:
            by_share = [at[t, share] for share in shares]
            assert by_share == sorted(by_share)
        assert at[25, 0] < at[25, 0.5] < at[25, 0.9]


def test_what_switches_follows_the_square_of_the_voltage(study):
    [curve] = study("--points", "0.4V..0.9V:6")["curves"]
    assert 2.0 <= curve["switching_exponent"] <= 2.2


def test_a_fixed_clock_needs_the_same_voltage_at_every_point(study):
    curves = study("--points", "0.5V..0.9V:5", "--corners", "ss,tt,ff")["curves"]
    lowest = {c["corner"]: [p["voltage_V"] for p in c["points"] if p["frequency_Hz"] > 4e8][0] for c in curves}
    assert lowest["ss"] > lowest["tt"] > lowest["ff"]


@pytest.fixture(name="periods", scope="module")
def periods_fixture(program):
    """MobileNetV1 ninety times a second: between two studied clocks."""
    words = ("--net", "mobilenet_v1_1.0_224", "--points", "0.5V", "--points", "0.6V", "--points", "0.7V", "--rate", "90")
    return json.loads(program.output("dvfs", "edge_npu", *words, "--idle-shares", "0", "--quiet", "--json"))


def test_ways_are_what_they_say(periods):
    [frames] = periods["frames"]
    ways = {way["way"]: way for way in frames["ways"]}
    assert list(ways) == ["fixed", "race", "pace", "two_level", "per_layer", "least"]
    assert all(way["met"] and way["latency_s"] <= way["period_s"] for way in ways.values())
    assert ways["pace"]["latency_s"] > 0.99 * ways["pace"]["period_s"]
    assert ways["race"]["frequency_Hz"] == max(p["frequency_Hz"] for p in frames["points"])
    assert len(ways["two_level"]["points"]) == 2 and set(ways["two_level"]["layers"].values()) == {0, 1}
    for way in ("race", "pace"):
        assert ways["least"]["energy_J"] <= ways[way]["energy_J"]
    fixed = ways["fixed"]["voltages_V"]
    assert ways["race"]["voltages_V"]["VDD_AON"] < fixed["VDD_AON"]  # 200 MHz do not need it
    assert all(way["frequencies_Hz"]["mem_clk"] == 1.6e9 for way in ways.values())


def test_each_clock_is_tried_up_to_what_it_may_run_at(program):
    """Where the host's clock holds the work up, half its share of the time is there to be had."""
    words = ("--net", "kws_ds_cnn", "--points", "0.5V", "--points", "0.6V", "--rate", "100", "--idle-shares", "0", "--quiet")
    slow_host = ("--set", "power.clock_domains.soc_clk.frequency=1 MHz")
    done = program.call("dvfs", "edge_npu", *words, *slow_host, "--json")
    [frames] = json.loads(done.stdout)["frames"]
    ways = {way["way"]: way for way in frames["ways"]}
    tried = frames["clocks"]
    assert tried["tried"] > tried["impossible"] + tried["late"] > 0
    assert ways["least"]["frequencies_Hz"]["soc_clk"] > 4e6  # more than twice what it was: not by chance
    assert ways["least"]["energy_J"] < 0.9 * ways["race"]["energy_J"]


def test_race_and_pace_break_even_where_it_says(periods):
    [frames] = periods["frames"]
    ways = {way["way"]: way for way in frames["ways"]}
    longer = ways["pace"]["latency_s"] - ways["race"]["latency_s"]
    own, even = frames["awake_power_W"], frames["break_even_awake_power_W"]
    assert ways["race"]["energy_J"] - ways["pace"]["energy_J"] == pytest.approx((even - own) * longer, rel=1e-6)


def test_what_cannot_be_is_left_out_and_said(program):
    words = ("--idle-shares", "0", "--quiet")
    asked = program.call("dvfs", *NET, "--points", "0.1V", "--points", "0.5V", *words)
    assert asked.returncode == 2 and "--points 0.1V: " in asked.stderr and "out of range" in asked.stderr
    assert "1 of 2 points cannot be, the first, 0.1V:" in asked.stdout
    whole = program.call("dvfs", *NET, "--points", "..,200MHz", *words)
    assert whole.returncode == 0 and "cannot be" in whole.stdout


def test_a_rate_that_nothing_meets_ends_with_1(program, tmp_path):
    done = program.call("dvfs", *NET, "--points", "0.5V", "--rate", "1e6", "--quiet", "-o", tmp_path / "out")
    assert done.returncode == 1 and "no point ends an inference before the next arrives" in done.stderr
    assert (tmp_path / "out" / "sweep.csv").exists()


def test_tables_have_units_and_cards_eighty_columns(program, tmp_path):
    words = ("--points", "0.5V..0.7V:3", "--rate", "30", "--idle", "as_written,clock_gated,power_gated", "--quiet")
    card = program.output("dvfs", *NET, *words, "-o", tmp_path / "out")
    assert max(map(len, card.splitlines())) <= 80
    for name in ("sweep.csv", "fps.csv", "ways.csv", "curves.csv", "minima.csv"):
        rows = list(csv.DictReader(io.StringIO((tmp_path / "out" / name).read_text())))
        assert rows, name
        for column, value in rows[0].items():
            number = re.fullmatch(r"-?[0-9.]+(e-?[0-9]+)?", value)
            shares = ("idle_share", "idle_share_asked", "switching_exponent", "points", "temperature_C")
            assert not number or column in shares or re.search(r"_(V|Hz|s|J|W|Js|per_s)$", column), (name, column)


@pytest.mark.parametrize("words, says", [
    (("--points", "0.9V..0.4V:5"), "expected a range with how many"),
    (("--points", "fast"), "is neither one of"),
    (("--idle-shares", "1"), "--idle-shares: expected numbers from 0 to 0.999"),
    (("--idle", "deep"), "--idle: expected one of as_written, clock_gated, power_gated"),
    (("--period", "1ms", "--rate", "5"), "leave one out"),
    (("--period", "0s"), "--period: expected a period from 1 ns to 100 ks"),
    (("--rate", "never"), "--rate: "),
])  # fmt: skip
def test_mistakes_are_told(program, words, says):
    done = program.call("dvfs", *NET, *words, "--quiet")
    assert done.returncode == 2 and says in done.stderr, done.stderr
