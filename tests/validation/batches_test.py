"""Is a batch a batch everywhere: in counts, totals, the card and the YAML?"""

import json

import pytest

CNN = """schema: network/1
network:
  name: cnn
  input: {shape: BATCHx16x16x3}
  layers:
    - {name: conv, op: conv2d, kernel: 3, channels: 8, activation: relu}
    - {name: pool, op: average_pool, kernel: global}
    - {name: fc, op: fully_connected, channels: 10, keep_dims: true}
"""


@pytest.fixture(name="batch")
def batch_fixture(program, tmp_path):
    def of(number):
        file = tmp_path / f"cnn{number}.yaml"
        file.write_text(CNN.replace("BATCH", str(number)))
        card = program.output("run", "edge_npu", "--net", file, "-o", tmp_path / str(number), "--quiet")
        return file, card, json.loads((tmp_path / str(number) / "result.json").read_text())

    return of


def test_totals_are_of_the_run_and_of_each_inference(batch):
    _, card, result = batch(8)
    totals, each = result["totals"], result["totals"]["per_inference"]
    assert result["design_point"]["batch"] == 8
    assert totals["macs"] == 8 * batch(1)[2]["totals"]["macs"]
    assert each["inferences_per_s"] == pytest.approx(8 / totals["latency_s"], rel=1e-12)
    assert each["time_s"] == pytest.approx(totals["latency_s"] / 8, rel=1e-12)
    assert each["energy_J"] == pytest.approx(totals["energy_J"] / 8, rel=1e-12)
    assert each["edp_Js"] == pytest.approx(totals["edp_Js"] / 64, rel=1e-12)
    assert f"{each['inferences_per_s']:.4g} inferences/s" in card
    assert "8 inferences in this run" in " ".join(card.split())
    assert "per run" in card and "per inference" in card


def test_one_inference_is_its_run(batch):
    _, card, result = batch(1)
    totals = result["totals"]
    assert result["design_point"]["batch"] == 1
    assert totals["per_inference"]["energy_J"] == totals["energy_J"]
    assert totals["per_inference"]["edp_Js"] == pytest.approx(totals["edp_Js"], rel=1e-12)
    assert "batch" not in card


def test_it_is_said_before_a_run_and_survives_the_yaml(program, batch, tmp_path):
    file, _, result = batch(8)
    assert "8 inferences in one run" in program.output("nets", file)
    assert "Batch: 8 inferences" in program.output("check", "edge_npu", "--net", file)
    imported = tmp_path / "imported.yaml"
    program.output("import", file, "-o", imported)
    assert "batch: 8" in imported.read_text()
    program.output("run", "edge_npu", "--net", imported, "-o", tmp_path / "again", "--quiet")
    again = json.loads((tmp_path / "again" / "result.json").read_text())
    assert again["totals"] == result["totals"]
    assert again["design_point"]["batch"] == 8


def test_it_is_in_the_record_and_priced_alike(program, batch, tmp_path):
    _, _, result = batch(8)
    priced = json.loads(program.output("price", tmp_path / "8", "--technology", "lp28", "--json"))
    assert priced["design_point"]["batch"] == 8
    assert priced["totals"]["per_inference"] == result["totals"]["per_inference"]
