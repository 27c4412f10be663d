"""Are the shipped regulators within ten points of what their data sheets say?"""

import sys

import pytest
from support.program import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
from validation import supply  # noqa: E402


@pytest.mark.parametrize("row", supply.rows(), ids=lambda row: f"{row['part']}-{row['load_A'] or 'unloaded'}")
def test_a_part_is_near_its_sheet(program, row):
    found, low, high = supply.model(program.path, row), float(row["low"]), float(row["high"])
    room = 0.1 if row["quantity"] == "efficiency" else 0.1 * high
    assert low - room <= found <= high + room
    if row["use"] == "fit":
        assert found == pytest.approx(low, rel=5e-3)
