"""Does body bias gain what chips gained by it? (docs/validation.md has the table.)"""

import sys

import pytest
from support.program import ROOT

sys.path.insert(0, str(ROOT / "scripts"))

from validation import body_bias  # noqa: E402

ROWS = {row["item"]: row for row in body_bias.rows()}


def test_a_slow_chip_gains_what_adaptive_bias_gained(program):
    """x 15 at 0.4 V lies between a slow chip at room temperature and one in the cold."""
    row = ROWS["adaptive bias over none, Cortex-M4 (UFBBR)"]
    found = body_bias.model(program.path, row)
    assert min(found.values()) < float(row["value"]) < max(found.values())
    assert max(found.values()) < 30


def test_it_is_worth_as_much_supply(program):
    row = ROWS["or less supply at the same clock"]
    [found] = body_bias.model(program.path, row).values()
    assert found == pytest.approx(float(row["value"]), rel=0.15)


def test_at_0v35_it_gains_less_than_was_simulated(program):
    """x 36 with each kind of transistor biased for itself, which one threshold per domain does not have."""
    row = ROWS["at the minimum-energy point, asymmetric bias"]
    found = body_bias.model(program.path, row)
    assert 0.5 * float(row["value"]) < max(found.values()) < float(row["value"])
