"""Do sweeps of the shipped design give the physics that theory predicts, and the same numbers as single runs? Studies of
voltage (`subvolt dvfs`, which sweep_dvfs.py draws) have tests/contract/dvfs_test.py, too."""

import json
import shutil
import signal
import time

import pandas as pd
import pytest

from conftest import ROOT

VOLTAGES = "0.35:1.1:0.05"
RATE = 100.0
SRAM_BANKS = 8  # of edge_npu
# configs/memories/lpddr4_3200.yaml, dram.self_refresh: IDD6 V by rail, half of it up to 45 C
SELF_REFRESH_W = {"VDD1": 0.27e-3, "VDD2": 0.275e-3, "VDDQ": 0.055e-3}


@pytest.fixture(name="sweep", scope="module")
def sweep_fixture(scripts):
    words = ("edge_npu", "--net", "kws_ds_cnn", "--voltages", VOLTAGES, "--fps", RATE, "-o", "kws")
    done = scripts("sweep_dvfs.py", *words, pictures=True)
    assert done.returncode == 0, done.stderr_text
    return scripts.folder / "kws", done.stdout_text


def count_minima(energies):
    """Interior local minima of a sequence; equal neighbours count as one point."""
    steps = [b - a for a, b in zip(energies, energies[1:]) if b != a]
    return sum(1 for a, b in zip(steps, steps[1:]) if a < 0 < b)


def read(folder):
    return json.loads((folder / "result.json").read_text())


def test_energy_per_inference_has_one_interior_minimum(sweep):
    swept = pd.read_csv(sweep[0] / "sweep.csv")
    assert len(swept) == 16
    energy = swept["energy_J"].tolist()
    # Runs longer than 100 us send the DRAM to sleep; among those that do, and among those that do not, there is one.
    for sleeps in (True, False):
        assert count_minima(swept["energy_J"][(swept["latency_s"] > 1e-4) == sleeps].tolist()) == 1
    assert min(energy) < energy[0] and min(energy) < energy[-1]
    assert swept["frequency_Hz"].is_monotonic_increasing
    assert swept["latency_s"].is_monotonic_decreasing
    assert "parabola" in sweep[1]


def test_the_parts_of_each_point_add_up(sweep):
    swept = pd.read_csv(sweep[0] / "sweep.csv")
    parts = swept[["dynamic_J", "leakage_J", "memory_dram_J", "supply_loss_J"]].sum(axis=1)
    assert parts.tolist() == pytest.approx(swept["energy_J"].tolist(), rel=1e-12)


def test_pictures_are_drawn_and_the_card_fits(sweep):
    for name in ("sweep.png", "fps.png"):
        assert (sweep[0] / name).read_bytes().startswith(b"\x89PNG")
    assert max(map(len, sweep[1].splitlines())) <= 80


def test_a_study_is_made_anew_in_its_folder(scripts, sweep):
    words = ("edge_npu", "--net", "kws_ds_cnn", "--voltages", "0.5,0.6", "-o", "kws_again")
    first = scripts("sweep_dvfs.py", *words, pictures=True)
    again = scripts("sweep_dvfs.py", *words, pictures=True)
    assert first.returncode == again.returncode == 0 and first.stdout_text == again.stdout_text
    (scripts.folder / "kws_again" / "mine.txt").write_text("not of a study")
    refused = scripts("sweep_dvfs.py", *words)
    assert refused.returncode == 2 and "mine.txt" in refused.stderr_text
    assert (scripts.folder / "kws_again" / "sweep.csv").exists()


SCENARIO = """\
schema: scenario/1
scenario:
  duration: %d0 ms
  streams:
    frame: {network: kws_ds_cnn, every: 10 ms, count: %d}
"""


@pytest.fixture(name="frames_in_all", scope="module")
def frames_in_all_fixture(scripts, subvolt):
    """Joules of a run of `count` frames, a single run of the program."""

    def energy(count, voltage, sets):
        path = scripts.folder / f"{count}_frames.yaml"
        path.write_text(SCENARIO % (count, count))
        words = [word for one in sets for word in ("--set", one)]
        words += ["--opp", f"{voltage:g}V", "--json", "--quiet", "-o", scripts.folder / "single"]
        return json.loads(subvolt("run", "edge_npu", "--scenario", path, *words))["totals"]["energy_J"]

    return energy


def test_a_frame_is_what_one_more_costs_in_a_scenario(sweep, frames_in_all):
    """To the last digit the second after the first; and all later ones cost as much, but for where refreshes fall."""
    rows = pd.read_csv(sweep[0] / "fps.csv", keep_default_na=False)
    for _, row in rows[rows["voltage_V"].isin([0.5, 0.8])].iterrows():
        sets = row["set"].split("; ") if row["set"] else []
        energy = {count: frames_in_all(count, row["voltage_V"], sets) for count in (1, 2, 10)}
        assert row["energy_J"] == pytest.approx(energy[2] - energy[1], rel=1e-9)
        assert row["energy_J"] == pytest.approx((energy[10] - energy[1]) / 9, rel=2e-5)
        assert row["average_power_W"] == pytest.approx(row["energy_J"] * RATE, rel=1e-9)


def test_idle_power_is_what_the_ledger_of_a_run_says(scripts, subvolt, sweep):
    """Watts of clock-gated domains by brute force: leakage per picosecond of each component, its idle banks
    clock-gated, the power manager's clock, what is never off, self-refresh; each rail's loss on top."""
    row = pd.read_csv(sweep[0] / "fps.csv").query("voltage_V == 0.8 and idle == 'as_written'").iloc[0]
    subvolt("run", "edge_npu", "--net", "kws_ds_cnn", "--opp", "0.8V", "--quiet", "-o", scripts.folder / "nominal")
    result = read(scripts.folder / "nominal")
    loss = {a["domain"]: a["scale"] for a in result["accounts"] if a["cause"] == "supply_loss"}
    powers = {}
    for a in result["accounts"]:
        watts = a["unit_energy_J"] * a["scale"] * 1e12 * (1 + loss.get(a["domain"], 0.0))
        component, kind = a["account"].rsplit(".", 1)
        if kind == "bank_clock_gated":
            powers[a["account"]] = SRAM_BANKS * watts
        elif a["cause"] == "leakage" and kind != "bank_active":
            powers[component, "leakage"] = watts
        elif a["account"] == "power_manager.always_on":
            powers[a["account"]] = watts
        elif a["account"] == "power_manager.clock_tree":
            powers[a["account"]] = watts * 1e-12 * result["design_point"]["clock_frequency_Hz"]["soc_clk"]
    refresh = sum(watts * (1 + loss[rail]) for rail, watts in SELF_REFRESH_W.items())
    assert row["idle_energy_J"] / row["idle_s"] == pytest.approx(sum(powers.values()) + refresh, rel=2e-3)


def test_deeper_idleness_costs_less_over_long_times(sweep):
    rows = pd.read_csv(sweep[0] / "fps.csv").pivot(index="voltage_V", columns="idle", values="energy_J")
    assert (rows["clock_gated"] > rows["power_gated"]).all()
    assert rows["clock_gated"].tolist() == pytest.approx(rows["as_written"].tolist(), rel=0.01)  # edge_npu's own


def test_mistakes_of_the_design_are_passed_on(scripts):
    done = scripts("sweep_dvfs.py", "edge_npuu", "--net", "kws_ds_cnn", "-o", "wrong")
    assert done.returncode == 2
    assert "edge_npu" in done.stderr_text and not (scripts.folder / "wrong" / "sweep.csv").exists()


def test_memories_side_by_side_are_single_runs_and_idle_times_between(scripts, subvolt):
    text = """\
schema: sweep/1
sweep:
  title: keyword spotting
  common: {network: kws_ds_cnn, opp: nominal}
  points:
    - {name: dram, design: edge_npu}
    - {name: flash, design: edge_npu_mcu}
    - {name: chip, design: edge_npu_onchip}
  rates: [1, 100]
"""
    (scripts.folder / "kws.yaml").write_text(text)
    done = scripts("sweep.py", "kws.yaml", "-o", "memories")
    assert done.returncode == 0, done.stderr_text
    points = {p["name"]: p for p in json.loads((scripts.folder / "memories" / "sweep.json").read_text())["points"]}
    for name, design in (("dram", "edge_npu"), ("flash", "edge_npu_mcu"), ("chip", "edge_npu_onchip")):
        single = json.loads(
            subvolt("run", design, "--opp", "nominal", "--json", "--quiet", "-o", scripts.folder / "single")
        )
        assert points[name]["totals"] == single["totals"]
        energy = points[name]["energy_per_inference_J"]
        for split in (energy["by_part"], energy["by_cause"]):
            assert sum(split.values()) == pytest.approx(single["totals"]["energy_J"], rel=1e-9)
        slow, fast = points[name]["duty"]
        # Idle power is the same at both rates but for two changes of state, which 10 ms carry 100 times as often.
        assert slow["idle_energy_J"] / slow["idle_s"] == pytest.approx(fast["idle_energy_J"] / fast["idle_s"], rel=0.02)
    idle_W = {name: p["duty"][0]["idle_energy_J"] / p["duty"][0]["idle_s"] for name, p in points.items()}
    assert idle_W["chip"] < idle_W["flash"] < idle_W["dram"]
    again = scripts("sweep.py", "kws.yaml", "-o", "memories")
    assert "3 finished before" in again.stderr_text and again.stdout_text == done.stdout_text


def test_what_would_forget_its_tensors_is_refused_and_the_others_are_shown(scripts):
    states = "power.power_domains.PD_SRAM.states=[{state: CLK_GATED}, {state: OFF}]"
    words = ("--net", "kws_ds_cnn", "--voltages", "0.5,0.6", "--fps", "10", "--set", states)
    done = scripts("sweep_dvfs.py", "edge_npu", *words, "-o", "forgetful")
    assert done.returncode == 0, done.stderr_text
    assert "memory sram would lose its tensors" in " ".join(done.stdout_text.split("power_gated: refused: ")[1].split())
    assert set(pd.read_csv(scripts.folder / "forgetful" / "fps.csv")["idle"]) == {"as_written", "clock_gated"}


def test_a_way_up_that_a_period_has_no_time_for_is_too_slow(scripts):
    """At 858 frames per second the slowest voltage has 0.6 us left, and domains that were down wake for longer."""
    words = ("--net", "resnet8", "--voltages", "0.4,0.5", "--fps", "858", "-o", "tight")
    done = scripts("sweep_dvfs.py", "edge_npu", *words)
    assert done.returncode == 0, done.stderr_text
    rows = pd.read_csv(scripts.folder / "tight" / "fps.csv")
    assert set(rows[rows["voltage_V"] == 0.4]["idle"]) == {"as_written", "clock_gated"}
    assert "too slow" in done.stdout_text


def test_a_design_with_a_scenario_of_its_own_has_no_frame_rate(scripts):
    design = (ROOT / "configs" / "designs" / "edge_npu.yaml").read_text()
    design = design.replace("network: kws_ds_cnn", "scenario: keyword_and_vision")
    (scripts.folder / "streams.yaml").write_text(design)
    done = scripts("sweep_dvfs.py", "streams.yaml", "--voltages", "0.6,0.8", "--fps", "10", "-o", "streams")
    assert done.returncode == 2 and "has a scenario or several inferences of its own" in done.stderr_text


def test_memories_are_called_by_their_names(scripts):
    words = ("--net", "kws_ds_cnn", "--voltages", "0.5,0.6", "-o")
    for design, names in (("edge_npu_mcu", {"hyperram", "flash"}), ("edge_npu_onchip", {"mram"})):
        done = scripts("sweep_dvfs.py", design, *words, design)
        assert done.returncode == 0, done.stderr_text
        columns = pd.read_csv(scripts.folder / design / "sweep.csv").columns
        assert {c for c in columns if c.startswith("memory_")} == {f"memory_{n}_J" for n in names}
