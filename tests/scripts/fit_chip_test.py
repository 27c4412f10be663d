"""Does fit_chip.py find the constants that the rows were made of, and refuse what no fit is?"""

import sys
from types import SimpleNamespace

import pytest

from support.program import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
from chips.fitting import Fitted  # noqa: E402
from chips.rows import Constant, si  # noqa: E402
from fit_chip import run as fit_chip  # noqa: E402
from subvolt_results import ScriptError  # noqa: E402

A, B = Constant("clock", 1.0), Constant("byte", 1.0)


def rows(*counts, noise=(0.0,) * 8, prices=(3e-9, 5e-12)):
    made = []
    for (clocks, bytes_), off in zip(counts, noise):
        energy = (clocks * prices[0] + bytes_ * prices[1]) * (1 + off)
        made.append(SimpleNamespace(counts={A: clocks, B: bytes_}, published=energy, name="row"))
    return made


def test_the_constants_of_which_rows_were_made_are_found():
    fitted = Fitted(rows((1e6, 1e9), (2e6, 1e8), (3e6, 5e9)), [A, B])
    assert fitted.values == pytest.approx([3e-9, 5e-12])
    assert fitted.uncertainty == pytest.approx([0, 0], abs=1e-9) and abs(fitted.left_out).max() < 1e-9


def test_a_row_left_out_errs_more_than_one_that_was_fitted():
    fitted = Fitted(rows((1e6, 1e9), (2e6, 1e8), (3e6, 5e9), (1e6, 3e9), noise=(0.05, -0.04, 0.03, -0.05)), [A, B])
    count, mean, worst, out_mean, out_worst = fitted.figures(lambda row: True)
    assert count == 4 and 0 < mean < out_mean and worst < out_worst and all(0 < u < 0.2 for u in fitted.uncertainty)


def test_a_constant_below_zero_ends_the_fit():
    with pytest.raises(ScriptError, match="byte comes out as .* below zero"):
        Fitted(rows((1e6, 1e9), (2e6, 1e8), (3e6, 5e8), prices=(3e-9, -1e-12)), [A, B])


def test_rows_that_do_not_tell_constants_apart_are_refused():
    with pytest.raises(ScriptError, match="do not tell the constants apart"):
        Fitted(rows((1e6, 1e9), (2e6, 2e9), (3e6, 3e9)), [A, B])


def test_units_are_read():
    assert (si("397 uJ"), si("9.774 mW"), si("1.1 V")) == pytest.approx((3.97e-4, 9.774e-3, 1.1))
    with pytest.raises(ScriptError, match="expected a number with its unit"):
        si("12 apples")


def test_the_power_intent_of_max78002_has_the_constants_that_its_rows_give(program):
    assert fit_chip(SimpleNamespace(chip="max78002", check=True, write=False, quiet=True)) == 0
