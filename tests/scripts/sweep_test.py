"""Does sweep.py run the points of a file and no others, keep what is finished, show what failed and place mistakes? On
a fake program with a physics of a few lines (fake_subvolt.py)."""

import json
import shutil
import signal
import time
from pathlib import Path

import pandas as pd
import pytest

import fake_subvolt as physics
from conftest import ROOT

HEAD = "schema: sweep/1\nsweep:\n  title: t\n"
LISTED = """\
schema: sweep/1
sweep:
  title: three voltages
  common: {design: design, network: net}
  points:
    - {name: low, opp: 0.4V}
    - {name: middle, opp: 0.6V}
    - {name: high, opp: 1V}
"""


def write(fake, text=LISTED, name="my.yaml"):
    (fake.folder / name).write_text(text)
    return name


def table(fake):
    return pd.read_csv(fake.folder / "out" / "sweep.csv")


def point(fake, name):
    return fake.folder / "out" / "points" / name / "result.json"


def test_points_are_shown_side_by_side(fake):
    done = fake("sweep.py", write(fake), "-o", "out", pictures=True)
    assert done.returncode == 0, done.stderr_text
    assert sorted(fake.take_calls()) == [f"run design --opp {v}" for v in ("0.4V", "0.6V", "1V")]
    rows = table(fake)
    assert rows["point"].tolist() == ["low", "middle", "high"]  # the file's order, whichever ends first
    assert rows["latency_s"].tolist() == pytest.approx([1e6 / physics.f_max(v) for v in (0.4, 0.6, 1.0)])
    for parts in (["npu_J", "memory_memory_J", "other_J", "regulators_J"], [c for c in rows if c.startswith("cause_")]):
        assert rows[parts].sum(axis=1).tolist() == pytest.approx(rows["energy_J"].tolist(), rel=1e-12)
    result = json.loads((fake.folder / "out" / "sweep.json").read_text())
    assert [p["name"] for p in result["points"]] == ["low", "middle", "high"] and result["failed"] == []
    assert (fake.folder / "out" / "sweep.png").read_bytes().startswith(b"\x89PNG")
    lines = done.stdout_text.splitlines()
    assert lines[0] == "three voltages" and max(map(len, lines)) <= 80
    read = next(line for line in lines if line.startswith("off-chip read"))
    assert read.split()[2:] == ["3", "MiB"] * 3


def test_axes_multiply(fake):
    text = """\
schema: sweep/1
sweep:
  title: a product
  common: {design: design}
  axes:
    opp: [0.4V, 0.6V]
    width:
      - {name: narrow, set: [soc.bus.width=8 B]}
      - {name: wide, set: [soc.bus.width=32 B, soc.bus.queue=8]}
"""
    listed = fake("sweep.py", write(fake, text), "--list")
    assert listed.returncode == 0 and fake.take_calls() == []
    assert listed.stdout_text.splitlines() == [
        "0.4V, narrow: subvolt run design --opp 0.4V --set 'soc.bus.width=8 B'",
        "0.4V, wide: subvolt run design --opp 0.4V --set 'soc.bus.width=32 B' --set soc.bus.queue=8",
        "0.6V, narrow: subvolt run design --opp 0.6V --set 'soc.bus.width=8 B'",
        "0.6V, wide: subvolt run design --opp 0.6V --set 'soc.bus.width=32 B' --set soc.bus.queue=8",
    ]
    assert fake("sweep.py", "my.yaml", "-o", "out").returncode == 0
    assert table(fake)["set"].tolist()[:2] == ["soc.bus.width=8 B", "soc.bus.width=32 B; soc.bus.queue=8"]


def test_values_are_axes_and_each_axis_is_a_column_with_its_unit(fake):
    text = """\
schema: sweep/1
sweep:
  title: values
  common: {design: design, set: {soc.bus.queue: 8}}
  axes:
    opp: [0.4V, 0.6V]
    soc.sram.size: [64 KiB, 128 KiB]
    soc.npu.array.rows: [8]
    soc.npu.array.dataflows: [[output_stationary], [output_stationary, weight_stationary]]
    power.power_domains.PD.policy: [{name: clock_gate}]
    bus:
      - {name: wide, set: {soc.bus.width: 32 B}}
"""
    listed = fake("sweep.py", write(fake, text), "--list").stdout_text.splitlines()
    assert len(listed) == 8
    assert listed[0] == (
        "0.4V, size=64 KiB, rows=8, dataflows=[output_stationary], policy={name: clock_gate}, wide: "
        "subvolt run design --opp 0.4V --set soc.bus.queue=8 --set 'soc.sram.size=64 KiB' --set soc.npu.array.rows=8 "
        "--set 'soc.npu.array.dataflows=[output_stationary]' "
        "--set 'power.power_domains.PD.policy={name: clock_gate}' --set 'soc.bus.width=32 B'"
    )
    assert fake("sweep.py", "my.yaml", "-o", "out").returncode == 0
    rows = table(fake)
    assert rows["opp_V"].tolist() == [0.4] * 4 + [0.6] * 4
    assert rows["soc.sram.size_KiB"].tolist() == [64, 64, 128, 128] * 2
    assert rows["soc.npu.array.rows"].tolist() == [8] * 8 and rows["bus"].tolist() == ["wide"] * 8
    assert rows["soc.npu.array.dataflows"][1] == "[output_stationary, weight_stationary]"


def test_axes_of_like_paths_have_names_that_tell_them_apart(fake):
    sizes = "".join(f"    soc.npu.{b}_buffer.size: [16 KiB]\n" for b in ("input", "output"))
    text = f"schema: sweep/1\nsweep:\n  title: t\n  common: {{design: d}}\n  axes:\n{sizes}"
    listed = fake("sweep.py", write(fake, text), "--list").stdout_text
    assert listed.startswith("input_buffer.size=16 KiB, output_buffer.size=16 KiB: ")


def test_units_of_several_kinds_stay_with_the_values(fake):
    text = HEAD + "  common: {design: design}\n  axes: {soc.sram.size: [64 KiB, 1 MiB]}\n"
    assert fake("sweep.py", write(fake, text), "-o", "out").returncode == 0
    assert table(fake)["soc.sram.size"].tolist() == ["64 KiB", "1 MiB"]


def test_a_picture_is_drawn_once(fake):
    fake("sweep.py", write(fake), "-o", "out", pictures=True)
    picture = fake.folder / "out" / "sweep.png"
    drawn, whole = picture.stat().st_mtime_ns, picture.read_bytes()
    fake("sweep.py", "my.yaml", "-o", "out", pictures=True)
    assert picture.stat().st_mtime_ns == drawn
    picture.write_bytes(whole[:-100])
    fake("sweep.py", "my.yaml", "-o", "out", pictures=True)
    assert picture.read_bytes() == whole


def test_figures_are_of_one_inference(fake):
    fake("sweep.py", write(fake), "-o", "one")
    fake("sweep.py", "my.yaml", "-o", "out", FAKE_BATCH="4")  # the same run, said to be of four
    one = pd.read_csv(fake.folder / "one" / "sweep.csv")
    assert one["energy_J"].tolist() == pytest.approx(table(fake)["energy_J"] * 4)
    assert one["npu_J"].tolist() == pytest.approx(table(fake)["npu_J"] * 4)
    assert table(fake)["batch"].tolist() == [4] * 3 and table(fake)["latency_s"].tolist() == one["latency_s"].tolist()


def test_many_points_are_a_list(fake):
    voltages = ", ".join(f"0.{i}V" for i in range(40, 60, 2))
    text = f"schema: sweep/1\nsweep:\n  title: many\n  common: {{design: design}}\n  axes: {{opp: [{voltages}]}}\n"
    done = fake("sweep.py", write(fake, text), "-o", "out")
    assert done.returncode == 0, done.stderr_text
    lines = done.stdout_text.splitlines()
    assert len(lines) == 3 + 10 and max(map(len, lines)) <= 80


def test_power_at_a_rate_is_that_of_an_inference_and_idle_time(fake):
    done = fake("sweep.py", write(fake, LISTED + "  rates: [10, 400]\n"), "-o", "out")
    assert done.returncode == 0, done.stderr_text
    rows = table(fake).set_index("point")
    idle = 0.1 - 1e6 / physics.f_max(1.0)
    expected = (rows.loc["high", "energy_J"] + physics.idle_energy(1.0, idle, power_gated=False)) * 10
    assert rows.loc["high", "power_at_10_per_s_W"] == pytest.approx(expected, rel=1e-6)
    assert pd.isna(rows.loc["low", "power_at_400_per_s_W"])  # 150 MHz: 6.7 ms
    assert "too slow" in done.stdout_text
    # Periods are kept as points are.
    calls = fake.take_calls()
    assert len([c for c in calls if c.startswith("scenario")]) == 2 * 4  # 400 per second: one of three
    again = fake("sweep.py", "my.yaml", "-o", "out")
    assert fake.take_calls() == [] and again.stdout_text == done.stdout_text
    (fake.folder / "out" / "periods" / "high_2_in_100000000000_ps_each" / "result.json").write_text("{}")
    assert fake("sweep.py", "my.yaml", "-o", "out").stdout_text == done.stdout_text
    assert fake.take_calls() == ["scenario design --opp 1V"]


def test_policies_of_a_point_are_those_of_its_idle_time(fake):
    policy = "{power.power_domains.PD.policy: {name: power_gate_after, state: OFF}}"
    text = LISTED.replace("{name: high, opp: 1V}", f"{{name: high, opp: 1V, set: {policy}}}")
    assert fake("sweep.py", write(fake, text + "  rates: [10]\n"), "-o", "out").returncode == 0
    rows = table(fake).set_index("point")
    for name, voltage in (("high", 1.0), ("middle", 0.6)):
        idle = 0.1 - 1e6 / physics.f_max(voltage)
        expected = physics.idle_energy(voltage, idle, power_gated=name == "high")
        assert rows.loc[name, "idle_J_at_10_per_s"] == pytest.approx(expected, rel=1e-6)


def test_a_point_that_cannot_come_again_is_marked_and_the_others_go_on(fake):
    text = LISTED.replace("{name: middle, opp: 0.6V}", "{name: middle, opp: 0.6V, network: never_twice}")
    done = fake("sweep.py", write(fake, text + "  rates: [10]\n"), "-o", "out")
    assert done.returncode == 2
    assert 'point "middle" infeasible: at a rate: never twice' in done.stderr_text
    assert table(fake)["status"].tolist() == ["finished", "infeasible", "finished"]


def test_a_finished_sweep_is_not_computed_again(fake):
    first = fake("sweep.py", write(fake), "-o", "out", pictures=True)
    fake.take_calls()
    before = {p: p.read_bytes() for p in (fake.folder / "out").rglob("*") if p.is_file()}
    again = fake("sweep.py", "my.yaml", "-o", "out", pictures=True)
    assert fake.take_calls() == []
    assert again.stdout_text == first.stdout_text and "3 finished before" in again.stderr_text
    assert {p: p.read_bytes() for p in (fake.folder / "out").rglob("*") if p.is_file()} == before


def test_a_point_whose_command_changed_is_computed_again_and_a_new_one_is_added(fake):
    fake("sweep.py", write(fake), "-o", "out")
    fake.take_calls()
    write(fake, LISTED.replace("0.6V", "0.7V") + "    - {name: highest, opp: 1.1V}\n")
    again = fake("sweep.py", "my.yaml", "-o", "out")
    assert sorted(fake.take_calls()) == ["run design --opp 0.7V", "run design --opp 1.1V"]
    assert "middle: run again, for this has changed: command" in again.stderr_text


@pytest.fixture(name="data")
def data_fixture(tmp_path):
    """A folder of documents: design -> soc -> (include) base -> memory."""
    folder = tmp_path / "data"
    documents = {
        "configs/designs/design.yaml": "design: {soc: chip, power: chip, technology: lp28, network: net}",
        "configs/socs/chip.yaml": "include: base.yaml\nsoc: {title: chip}",
        "configs/socs/base.yaml": "soc: {dram: {device: stick}}",
        "configs/socs/other.yaml": "soc: {}",
        "configs/power/chip.yaml": "power: {}",
        "configs/technologies/lp28.yaml": "technology: {}",
        "configs/memories/stick.yaml": "memory: {}",
        "workloads/networks/net.yaml": "network: {}",
    }
    for name, text in documents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize(
    "document, runs",
    [
        ("configs/designs/design.yaml", 3),
        ("configs/socs/base.yaml", 3),
        ("configs/power/chip.yaml", 3),
        ("configs/memories/stick.yaml", 3),
        ("workloads/networks/net.yaml", 3),
        ("configs/socs/other.yaml", 0),
    ],
)
def test_points_depend_on_the_documents_that_they_read_and_no_others(fake, data, document, runs):
    fake("sweep.py", write(fake), "-o", "out", SUBVOLT_DATA=str(data))
    fake.take_calls()
    with (data / document).open("a") as file:
        file.write("\n# changed\n")
    again = fake("sweep.py", "my.yaml", "-o", "out", SUBVOLT_DATA=str(data))
    assert len(fake.take_calls()) == runs
    assert (f"low: run again, for this has changed: {document}\n" in again.stderr_text) == bool(runs)


def test_points_of_another_program_are_computed_again(fake, tmp_path):
    program = tmp_path / "subvolt"
    shutil.copy(fake.program, program)
    other = {"SUBVOLT_PROGRAM": str(program), "SUBVOLT_DATA": str(ROOT)}
    fake("sweep.py", write(fake), "-o", "out", **other)
    with program.open("a") as file:
        file.write("# rebuilt\n")
    fake.take_calls()
    again = fake("sweep.py", "my.yaml", "-o", "out", **other)
    assert len(fake.take_calls()) == 3
    assert "low: run again, for this has changed: program" in again.stderr_text


def test_a_damaged_point_is_computed_again(fake):
    fake("sweep.py", write(fake), "-o", "out")
    point(fake, "low").write_text("{")
    point(fake, "high").with_name("point.json").unlink()
    fake.take_calls()
    fake("sweep.py", "my.yaml", "-o", "out")
    assert sorted(fake.take_calls()) == ["run design --opp 0.4V", "run design --opp 1V"]


def test_a_point_that_fails_is_named_and_the_others_are_shown_and_kept(fake):
    write(fake, LISTED.replace("0.6V", "9V"))
    done = fake("sweep.py", "my.yaml", "-o", "out")
    assert done.returncode == 2
    assert 'point "middle" infeasible: operating point "9V": VDD: 9.0 V is out of range' in done.stderr_text
    rows = table(fake)
    assert rows["point"].tolist() == ["low", "middle", "high"]
    assert rows["status"].tolist() == ["finished", "infeasible", "finished"]
    assert "out of range" in rows["reason"][1] and pd.isna(rows["energy_J"][1])
    assert '1 infeasible of 3 points: "middle"; sweep.csv says why.' in done.stdout_text
    failed = json.loads((fake.folder / "out" / "sweep.json").read_text())["failed"]
    assert [(f["name"], f["status"]) for f in failed] == [("middle", "infeasible")]
    assert "out of range" in failed[0]["message"]
    fake.take_calls()
    assert fake("sweep.py", "my.yaml", "-o", "out").returncode == 2
    assert fake.take_calls() == ["run design --opp 9V"]


def test_when_all_points_fail_there_is_no_table(fake):
    text = "schema: sweep/1\nsweep: {title: t, common: {design: design}, axes: {opp: [8V, 9V]}}\n"
    done = fake("sweep.py", write(fake, text), "-o", "out")
    assert done.returncode == 2 and done.stdout_text == "" and not (fake.folder / "out" / "sweep.csv").exists()


@pytest.mark.parametrize("how, code", [(signal.SIGINT, 130), (signal.SIGTERM, 130), (signal.SIGKILL, -9)])
def test_a_killed_sweep_takes_up_where_it_stopped(fake, how, code):
    voltages = ", ".join(f"0.{i}V" for i in range(40, 60))
    text = f"schema: sweep/1\nsweep: {{title: t, common: {{design: design}}, axes: {{opp: [{voltages}]}}}}\n"
    process = fake.start("sweep.py", write(fake, text), "-j", "1", "-o", "out", FAKE_DELAY="0.15")
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
    finished = {path: path.stat().st_mtime_ns for path in points.glob("*V/result.json")}
    assert 3 <= len(finished) < 20 and not (fake.folder / "out" / "sweep.csv").exists()
    fake.take_calls()
    assert fake("sweep.py", "my.yaml", "-o", "out").returncode == 0
    computed = [call.split()[-1] for call in fake.take_calls()]
    assert not {path.parent.name for path in finished} & set(computed)
    assert {path: path.stat().st_mtime_ns for path in finished} == finished
    assert len(table(fake)) == 20 and not list(points.glob("*.part*"))


def test_unknown_names_are_told_what_is_near(fake):
    done = fake("sweep.py", "mobilenet_memorys")
    assert done.returncode == 2 and 'did you mean "mobilenet_memories"?' in done.stderr_text


def test_mistakes_are_told_together_and_before_anything_runs(fake):
    text = HEAD + "  points: [{name: a, design: d, netwrk: n, set: [x], opp: [1V]}]\n"
    done = fake("sweep.py", write(fake, text), "-o", "out")
    assert done.returncode == 2 and fake.take_calls() == [] and not (fake.folder / "out").exists()
    assert done.stderr_text.splitlines() == [
        'my.yaml:4:33: sweep.points[0].netwrk: unknown key "netwrk", did you mean "network"?',
        'my.yaml:4:50: sweep.points[0].set[0]: expected PATH=VALUE such as soc.npu.array.rows=32, got "x"',
        "my.yaml:4:59: sweep.points[0].opp: expected text, got a list",
    ]


def test_a_design_beside_the_sweep_file_is_meant(fake):
    (fake.folder / "sub").mkdir()
    (fake.folder / "sub" / "own.yaml").write_text("schema: design/1\n")
    write(fake, HEAD + "  points: [{name: a, design: own.yaml}]\n", "sub/my.yaml")
    listed = fake("sweep.py", "sub/my.yaml", "--list")
    assert listed.stdout_text == "a: subvolt run sub/own.yaml\n"


@pytest.mark.parametrize("path", sorted((ROOT / "configs" / "sweeps").glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_sweeps_can_be_read(fake, path):
    assert fake("sweep.py", Path(path).stem, "--list").returncode == 0
