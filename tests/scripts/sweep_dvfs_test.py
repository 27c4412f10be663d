"""Does sweep_dvfs.py call the program as often as it must and no more, keep what is finished, and end as it should?
On a fake program with a physics of a few lines (fake_subvolt.py)."""

import shutil
import signal
import time

import pandas as pd
import pytest

import fake_subvolt as physics
from conftest import ROOT

PARTS = ["dynamic_J", "leakage_J", "memory_memory_J", "supply_loss_J"]
FEW = ("--voltages", "0.5:0.9:0.1")
COLUMNS = [
    "voltage_V",
    "frequency_Hz",
    "latency_s",
    "fps",
    "energy_J",
    *PARTS,
    "scaled_domain_J",
    "average_power_W",
    "peak_power_W",
    "tops_per_W",
]


def table(scripts, name="out/sweep.csv"):
    return pd.read_csv(scripts.folder / name)


def test_a_sweep_writes_a_table_and_a_plot(fake):
    done = fake("sweep_dvfs.py", "design", "-o", "out", pictures=True)
    assert done.returncode == 0, done.stderr_text
    swept = table(fake)
    assert list(swept.columns[: len(COLUMNS)]) == COLUMNS
    assert swept["voltage_V"].tolist() == pytest.approx([0.3 + 0.05 * i for i in range(19)])
    assert swept["frequency_Hz"].tolist() == [physics.f_max(v) for v in swept["voltage_V"]]
    causes = [c for c in swept.columns if c.startswith("cause_")]
    for parts in (PARTS, causes):
        assert swept[parts].sum(axis=1).tolist() == pytest.approx(swept["energy_J"].tolist(), rel=1e-12)
    assert (fake.folder / "out" / "sweep.png").read_bytes().startswith(b"\x89PNG")
    assert "Least energy" in done.stdout_text
    assert "\r" not in done.stderr_text  # no progress bar where there is no terminal


def test_the_folder_is_named_after_the_sweep(fake):
    assert fake("sweep_dvfs.py", "a/design.yaml", "--net", "net", "--voltages", "0.5,0.6", "--quiet").returncode == 0
    assert (fake.folder / "results" / "dvfs_design_net" / "sweep.csv").exists()


def test_f_max_simulates_each_point_and_a_given_clock_only_one(fake):
    fake("sweep_dvfs.py", "design", "--voltages", "0.4:0.6:0.1", "-o", "a")
    calls = fake.take_calls()
    assert [c.split()[0] for c in calls] == ["run"] * 4  # the design's own point, then three
    fake("sweep_dvfs.py", "design", "--voltages", "0.4:0.6:0.1", "--frequency", "100MHz", "-o", "b")
    calls = fake.take_calls()
    assert [c.split()[0] for c in calls] == ["run", "run", "price", "price"]
    assert calls[1].endswith("--opp 0.6V,100MHz")
    assert table(fake, "b/sweep.csv")["frequency_Hz"].tolist() == [100e6] * 3


def test_a_finished_sweep_is_not_computed_again(fake):
    first = fake("sweep_dvfs.py", "design", *FEW, "-o", "out")
    fake.take_calls()
    before = (fake.folder / "out" / "sweep.csv").read_bytes()
    again = fake("sweep_dvfs.py", "design", *FEW, "-o", "out")
    assert fake.take_calls() == []
    assert "5 finished before" in again.stderr_text
    assert (fake.folder / "out" / "sweep.csv").read_bytes() == before
    assert again.stdout_text == first.stdout_text


def test_points_of_another_program_are_computed_again(fake, tmp_path):
    program = tmp_path / "subvolt"
    shutil.copy(fake.program, program)
    other = {"SUBVOLT_PROGRAM": str(program), "SUBVOLT_DATA": str(ROOT)}
    fake("sweep_dvfs.py", "design", *FEW, "-o", "out", **other)
    fake.take_calls()
    with program.open("a") as file:
        file.write("# rebuilt\n")
    again = fake("sweep_dvfs.py", "design", *FEW, "-o", "out", **other)
    assert len(fake.take_calls()) == 6
    assert "0.5V: made again, for this has changed: program\n" in again.stderr_text


def test_points_of_another_command_or_damaged_ones_are_computed_again(fake):
    fake("sweep_dvfs.py", "design", *FEW, "--objective", "energy", "-o", "out")
    fake.take_calls()
    points = fake.folder / "out" / "points"
    (points / "0.5V" / "result.json").write_text("{")
    (points / "0.6V" / "activity.json").unlink()
    with (points / "0.7V" / "config.yaml").open("a") as file:
        file.write("# edited\n")
    again = fake("sweep_dvfs.py", "design", *FEW, "--objective", "energy", "-o", "out")
    assert sorted(fake.take_calls()) == [f"run design --opp {v}V" for v in ("0.5", "0.6", "0.7")]
    assert "0.6V: made again, for this has changed: its own files" in again.stderr_text
    fake("sweep_dvfs.py", "design", *FEW, "--objective", "latency", "-o", "out")
    assert len(fake.take_calls()) == 6


@pytest.mark.parametrize("how, code", [(signal.SIGINT, 130), (signal.SIGTERM, 130), (signal.SIGKILL, -9)])
def test_a_killed_sweep_takes_up_where_it_stopped(fake, how, code):
    process = fake.start("sweep_dvfs.py", "design", "-j", "1", "-o", "out", FAKE_DELAY="0.15")
    points = fake.folder / "out" / "points"
    deadline = time.monotonic() + 60
    while not (points.exists() and len(list(points.glob("*V/result.json"))) >= 3):
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.02)
    process.send_signal(how)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == code
    if code == 130:
        assert "takes up where it stopped" in errors
    assert not (fake.folder / "out" / "sweep.csv").exists()
    finished = {path: path.stat().st_mtime_ns for path in points.glob("*V/result.json")}
    assert 3 <= len(finished) < 19
    fake.take_calls()
    assert fake("sweep_dvfs.py", "design", "-o", "out").returncode == 0
    computed = [call.split()[-1] for call in fake.take_calls()]
    # A child of a killed sweep may still log its call, so nothing is said about how many there are.
    assert not {path.parent.name for path in finished} & set(computed)
    assert {path: path.stat().st_mtime_ns for path in finished} == finished
    assert len(list(points.glob("*V/result.json"))) == 19
    assert len(table(fake)) == 19


def test_an_infeasible_voltage_is_marked_and_the_others_go_on(fake):
    asked = fake("sweep_dvfs.py", "design", "--voltages", "0.2:0.6:0.1", "-o", "out")
    assert asked.returncode == 2  # it was asked for
    assert "0.2V infeasible: " in asked.stderr_text and "out of range: fake allows 0.3 V to 1.2 V" in asked.stderr_text
    assert "Infeasible: 0.2V; sweep.csv says why." in asked.stdout_text
    rows = table(fake)
    assert rows["status"].tolist() == ["infeasible", *["finished"] * 4]
    assert "out of range" in rows["reason"][0] and rows["energy_J"].isna().tolist() == [True, *[False] * 4]
    # 0.3 V gives 50 MHz.
    left = fake("sweep_dvfs.py", "design", "--frequency", "60MHz", "-o", "default")
    assert left.returncode == 0  # the range was not asked for
    assert "0.3V infeasible: " in left.stderr_text and "above f_max" in left.stderr_text
    assert table(fake, "default/sweep.csv").query("status == 'finished'")["voltage_V"].min() == 0.35


def test_nothing_is_shown_when_no_voltage_works(fake):
    asked = fake("sweep_dvfs.py", "design", "--voltages", "0.1,0.2", "-o", "out")
    assert asked.returncode == 2 and "no voltage works; at 0.2V: " in asked.stderr_text
    assert not (fake.folder / "out" / "sweep.csv").exists()


def test_a_clock_that_no_voltage_gives_is_an_error(fake):
    done = fake("sweep_dvfs.py", "design", "--voltages", "0.5,1.2", "--frequency", "3000MHz", "-o", "out")
    assert done.returncode == 2 and "above f_max" in done.stderr_text


def test_frames_against_brute_force(fake):
    rate = 250.0
    done = fake("sweep_dvfs.py", "design", "--voltages", "0.4:1.2:0.1", "--fps", "250", "-o", "out", pictures=True)
    assert done.returncode == 0, done.stderr_text
    rows = table(fake, "out/fps.csv")
    swept = table(fake).set_index("voltage_V")
    # Which points meet the rate, and to the millivolt where that begins: f_max = 250 MHz at 0.5 V.
    assert rows["voltage_V"].min() == 0.5
    assert set(rows["voltage_V"]) == set(swept.index[swept["latency_s"] <= 1 / rate])
    for _, row in rows.iterrows():
        voltage = row["voltage_V"]
        idle = 1 / rate - 1e6 / physics.f_max(voltage)
        expected = physics.idle_energy(voltage, idle, row["variant"] == "power-gated")
        assert row["idle_energy_J"] == pytest.approx(expected, rel=1e-6, abs=1e-15)
        assert row["frame_energy_J"] == pytest.approx(swept["energy_J"][voltage] + expected, rel=1e-6)
    best = rows.loc[rows["frame_energy_J"].idxmin()]
    fake.take_calls()
    again = fake("sweep_dvfs.py", "design", "--voltages", "0.4:1.2:0.1", "--fps", "250", "-o", "out")
    assert fake.take_calls() == [] and again.stdout_text == done.stdout_text
    answer = " ".join(done.stdout_text.split("Least energy at 250 frames/s: ")[1].split())
    assert answer.startswith(f"{best['voltage_V']:g}V for ") and f", {best['variant']}: " in answer
    assert max(map(len, done.stdout_text.splitlines())) <= 80
    assert (fake.folder / "out" / "fps.png").read_bytes().startswith(b"\x89PNG")


def test_the_slowest_point_that_meets_the_rate_is_found_between_the_swept_ones(fake):
    fake("sweep_dvfs.py", "design", "--voltages", "0.5,0.55,1.2", "--fps", "287.3", "-o", "out")  # 287.3 MHz: 0.5373 V
    rows = table(fake, "out/fps.csv")
    assert rows["voltage_V"].min() == pytest.approx(0.538)
    assert rows["latency_s"].max() <= 1 / 287.3


def test_a_rate_that_no_point_meets_ends_with_1(fake):
    done = fake("sweep_dvfs.py", "design", "--voltages", "0.5,1.2", "--fps", "5000", "-o", "out")
    assert done.returncode == 1
    assert "no point meets 5000 frames/s: the fastest, 1.2V, gives 950" in done.stderr_text
    assert (fake.folder / "out" / "sweep.csv").exists()


def test_a_missing_program_is_told(fake):
    done = fake("sweep_dvfs.py", "design", "-o", "out", SUBVOLT_PROGRAM="nowhere/subvolt")
    assert done.returncode == 2 and "nowhere/subvolt" in done.stderr_text
