"""Do scenarios come to what textbooks' closed forms and published systems say, through the command line?

Rows of data/scenario_rows.yaml: each a scenario, the mode and the values of its result that are known.
"""

import json

import pytest
import yaml

from support.program import ROOT

ROWS = yaml.safe_load((ROOT / "tests/validation/data/scenario_rows.yaml").read_text())
CASES = [(name, mode) for name, row in ROWS.items() for mode in row.get("modes", ["expected"])]


def value_of(result, path):
    for step in path.split("."):
        result = result[step]
    return result


@pytest.mark.parametrize("name, mode", CASES)
def test_what_is_known_comes_out(name, mode, program, tmp_path):
    row = ROWS[name]
    for file, text in row.get("files", {}).items():
        (tmp_path / file).write_text(text)
    lines = "".join(f"  {line}\n" for line in row["scenario"].splitlines())
    scenario = tmp_path / f"{name}.yaml"
    scenario.write_text(f"schema: scenario/1\nscenario:\n{lines}")
    done = program.call("scenario", scenario, f"--{mode}", "--json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    for path, known in row["expect"].items():
        value = value_of(result, path) * row.get("scale", 1.0)
        assert value == pytest.approx(known, rel=row["within"], abs=0.0), f"{path} ({row['source']})"
    # Whatever else it is of: what leaves the source is accounted for, and states last as long as the scenario.
    assert result["conservation_error"] < 1e-9
    for device in result["devices"].values():
        assert sum(device["residency_s"].values()) == pytest.approx(result["duration_s"], rel=1e-12)
