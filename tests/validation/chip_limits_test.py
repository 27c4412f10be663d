"""How far are designs of chips from what was published of these, and are their constants those that the rows give?

Rows, sources, uses and limits stand in configs/chips.
"""

import json

import pytest
import yaml

from support.program import ROOT

# Others have measured points alone (tests/contract/transfer_test.py).
CHIPS = sorted(
    path.stem
    for path in (ROOT / "configs" / "chips").glob("*.yaml")
    if "measurements" in yaml.safe_load(path.read_text(encoding="utf-8"))["chip"]
)


@pytest.fixture(scope="module", params=CHIPS)
def chip(program, request):
    return json.loads(program.output("validate", request.param, "--json", "--quiet"))["chips"][0]


def test_errors_are_within_the_limits_of_the_document(chip):
    held = [m for m in chip["measurements"] if "limits" in m]
    assert held, "a chip's document says how well it is met"
    assert all(m["within_limits"] for m in held), [(m["name"], m["errors"]) for m in held if not m["within_limits"]]


def test_no_constant_is_far_from_what_the_technology_says(chip):
    assert not [c["name"] for c in chip["constants"] if c.get("far_from_bottom_up")]


def measurement(chip, name):
    return next(m for m in chip["measurements"] if m["name"] == name)


@pytest.fixture(scope="module")
def max78002(program):
    return json.loads(program.output("validate", "max78002", "--json", "--quiet"))["chips"][0]


@pytest.mark.parametrize(("name", "rows", "mean", "worst"), [
    ("inference_energy", 8, 0.03, 0.06),
    ("inference_energy_1v1", 10, 0.015, 0.03),
    ("weight_load_energy_1v1", 16, 0.03, 0.06),
    ("weight_load_energy", 8, 0.03, 0.06),
    ("inference_time", 8, 0.01, 0.015),
])
def test_max78002_is_met(max78002, name, rows, mean, worst):
    errors = measurement(max78002, name)["errors"]["fit"]
    assert (errors["rows"], errors["mean"] <= mean, errors["worst"] <= worst) == (rows, True, True), errors


def test_an_inference_of_max78002_has_four_constants_and_none_of_a_network(program, tmp_path):
    priced = set()
    for net in ("mnist", "cifar-10"):
        program.output("run", "max78002", "--net", net, "-o", tmp_path / net, "--quiet")
        result = json.loads((tmp_path / net / "result.json").read_text(encoding="utf-8"))
        priced |= {a["account"].rsplit(".", 1)[1] for a in result["accounts"] if a.get("phase") == "inference"}
    assert priced == {"working_clock", "stalled_clock", "memory_read", "engine_on_pll"}
