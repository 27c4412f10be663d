"""How far do laws carry measured energies from one voltage to another?

Colonnade (65 nm, JSSC 56(7) 2021) and GAP9 and NDP120 (MLPerf Tiny v1.0), as configs/chips has them. Nothing here is fitted to the
rows that are predicted.
"""

import json
import statistics
import sys

import pytest
import yaml
from support.program import ROOT

VOLTS = {"low_voltage": 0.6, "middle_voltage": 0.7, "nominal": 0.8}


@pytest.fixture(name="macro", scope="module")
def macro_fixture():
    """Energy of a MAC in fJ, by voltage: of 16 pairs of widths, in one order."""
    chip = yaml.safe_load((ROOT / "configs" / "chips" / "colonnade.yaml").read_text(encoding="utf-8"))["chip"]
    found = {}
    for row in chip["measurements"]["energy_per_mac"]["rows"]:
        assert row["published"].endswith(" fJ") or row["published"].endswith(" pJ")
        number, unit = row["published"].split()
        found.setdefault(VOLTS[row["operating_point"]], []).append(float(number) * {"fJ": 1.0, "pJ": 1000.0}[unit])
    assert {volts: len(energies) for volts, energies in found.items()} == {0.6: 16, 0.7: 16, 0.8: 16}
    return found


def errors(predicted, measured):
    return [p / m - 1 for p, m in zip(predicted, measured)]


def test_one_line_of_two_voltages_tells_the_third(macro):
    at_middle = statistics.mean(m / n for m, n in zip(macro[0.7], macro[0.8]))
    told = errors([(2 * at_middle - 1) * e for e in macro[0.8]], macro[0.6])
    assert max(map(abs, told)) < 0.12
    assert statistics.mean(map(abs, told)) < 0.06


def test_one_voltage_alone_does_not(macro):
    """The square of the voltage is far off: what swings is less than the supply."""
    square = errors([(0.7 / 0.8) ** 2 * e for e in macro[0.8]], macro[0.7])
    assert min(square) > 0.18 and max(square) < 0.25
    assert min(errors([(0.6 / 0.8) ** 2 * e for e in macro[0.8]], macro[0.6])) > 1.1


@pytest.mark.parametrize("chip, bar", [("gap9", 0.05), ("ndp120", 0.01)])
def test_work_follows_the_square_of_the_voltage(program, chip, bar):
    sys.path.insert(0, str(ROOT / "scripts"))
    from validation.transfer import work_and_floor

    points = json.loads(program.output("transfer", chip, "--json"))["points"]
    rise, floor, worst = work_and_floor(points)
    assert points[0]["carried"]["switching_factor"] / rise == pytest.approx(1, abs=bar)
    assert floor > 0 and worst < 0.01
