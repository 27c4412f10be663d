"""Does `subvolt validate` take a chip from its document alone, and say where a document is wrong?"""

import json

import pytest

CHIP = """schema: chip/1
chip:
  title: A chip
  design: edge_npu
  board_spread: {value: 0.05, source: data sheet, quality: published}
  measurements:
    latency:
      value: [totals.latency_s]
      use: fit
      fitted: something
      limits: {mean: 0.5, worst: 0.5}
      source: a paper
      rows:
        - {network: kws_ds_cnn, published: 100 us}
        - {network: kws_ds_cnn, operating_point: near_threshold, published: 9 ms, use: check, note: far off}
    power:
      value: [components.npu.array.energy_J.switching]
      less: [components.npu.array.energy_J.switching]
      per: [totals.latency_s]
      source: a paper
      rows:
        - {network: kws_ds_cnn, published: 1 mW, set: ["power.temperature=30 C"]}
"""


@pytest.fixture
def chip(tmp_path):
    def write(old="", new=""):
        path = tmp_path / "my_chip.yaml"
        path.write_text(CHIP.replace(old, new, 1) if old else CHIP, encoding="utf-8")
        return path

    return write


def test_a_chip_is_a_document(program, chip, tmp_path):
    told = json.loads(program.output("validate", chip(), "--json", "--quiet"))["chips"][0]
    assert (told["chip"], told["design"], told["board_spread"], told["constants"]) == ("my_chip", "edge_npu", 0.05, [])
    latency, power = told["measurements"]
    assert (latency["unit"], power["unit"]) == ("s", "W")
    program.output("run", "edge_npu", "--net", "kws_ds_cnn", "-o", tmp_path / "run", "--quiet")
    result = json.loads((tmp_path / "run" / "result.json").read_text(encoding="utf-8"))
    first, second = latency["rows"]
    assert first["simulated"] == result["totals"]["latency_s"]
    assert first["error"] == pytest.approx(first["simulated"] / 100e-6 - 1)
    assert (first["use"], second["use"], second["operating_point"]) == ("fit", "check", "near_threshold")
    assert set(latency["errors"]) == {"fit", "check"} and latency["errors"]["fit"]["rows"] == 1
    assert power["rows"][0]["simulated"] == 0.0 and power["rows"][0]["set"] == ["power.temperature=30 C"]


def test_the_tables_keep_to_a_terminal(program, chip):
    text = program.output("validate", chip(), "--quiet")
    assert all(len(line) <= 80 for line in text.splitlines())
    assert "boards +-5 %" in text and "fitted to 1 row" in text and "predicted 1 row" in text


def test_strict_ends_with_1_where_errors_are_above_the_limits(program, chip):
    assert program.call("validate", chip(), "--quiet").returncode == 0
    done = program.call("validate", chip(), "--strict", "--quiet")
    assert done.returncode == 1 and "latency, are above its limits" in done.stderr


@pytest.mark.parametrize(("old", "new", "said"), [
    ("100 us", "100 uJ", 'my_chip.yaml:14:44: chip.measurements.latency.rows[0].published: expected a value in s above 0'),
    ("network: kws_ds_cnn", "network: kws_ds_cn", 'my_chip.yaml:14:21: no network "kws_ds_cn"'),
    ("design: edge_npu", "design: edge_npx", 'my_chip.yaml:4:11: no design "edge_npx"'),
    ("totals.latency_s", "totals.latenzy_s", 'my_chip.yaml:8:14: chip.measurements.latency: the result has no "latenzy_s" of totals.latenzy_s, did you mean "latency_s"'),
    ("[totals.latency_s]", "[totals]\n      unit: s", "totals of the result is no number"),
    ("source: a paper", 'source: ""', "expected a source"),
    ("      per: [totals.latency_s]\n", "", "expected a value in J above 0"),
])
def test_what_is_wrong_is_told(program, chip, old, new, said):
    done = program.call("validate", chip(old, new), "--quiet")
    assert done.returncode == 2 and said in done.stderr, done.stderr


def test_phases_and_energy_above_idle_are_in_the_result(program, tmp_path):
    program.output("run", "max78002", "-o", tmp_path, "--quiet")
    result = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    phases = {p["name"]: p for p in result["phases"]}
    assert {"weight_load", "input_load", "inference", "idle", "sleep", "standby_retention", "wake_up_from_sleep"} <= set(phases)
    run = [p for p in phases.values() if p["from"] == "run"]
    totals = result["totals"]
    assert sum(p["time_s"] for p in run) == pytest.approx(totals["latency_s"], rel=1e-9)
    assert sum(p["energy_J"] for p in run) == pytest.approx(totals["energy_J"], rel=1e-9)
    assert sum(p["energy_above_idle_J"] for p in run) == pytest.approx(totals["energy_above_idle_J"], rel=1e-9)
    assert phases["sleep"]["power_above_idle_W"] < 0 < phases["wake_up_from_sleep"]["time_s"]
    card = program.output("run", "max78002", "-o", tmp_path / "again", "--quiet")
    assert "above idle" in card and "phases of use" in card and "rests on fitted" in card
    assert all(len(line) <= 80 for line in card.splitlines())


def test_explain_says_how_a_price_was_fitted(program, tmp_path):
    program.output("run", "max78002", "-o", tmp_path, "--quiet")
    text = " ".join(program.output("explain", tmp_path, "npu.working_cycles.working_clock").split())
    assert "[fitted]" in text and "eighteen inferences of AN7664" in text and "each row left out in turn" in text
    assert "fitted to" in program.output("explain", tmp_path)


def test_bottom_up_prices_stay_at_hand(program, tmp_path):
    program.output("run", "max78002", "--set", "power.fitted=null", "-o", tmp_path, "--quiet")
    result = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert result["totals"]["fitted_energy_share"] == 0
    assert any(account["account"] == "npu.weights.kernel_word" for account in result["accounts"])


@pytest.mark.parametrize(
    "old, new, what",
    [
        ("near_threshold", "foo", "foo"),
        ('set: ["power.temperature=30 C"]', 'set: ["soc.npu.array.rows=0"]', "soc.npu.array.rows"),
    ],
)
def test_what_a_row_says_is_located_in_its_document(old, new, what, program, chip):
    path = chip(old, new)
    done = program.call("validate", path, "--quiet")
    assert done.returncode == 2
    line = next(n for n, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if new in text)
    first = done.stderr.splitlines()[0]
    assert f"my_chip.yaml:{line}:" in first and ".rows[" in first and what in done.stderr
