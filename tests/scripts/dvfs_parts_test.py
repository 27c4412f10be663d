"""Do the pure parts of the sweep scripts compute what they say? Arguments, numbers for people."""

from decimal import Decimal

import pytest

from dvfs.arguments import parse, parse_voltages
from subvolt_results import engineering


@pytest.mark.parametrize(
    "text, expected",
    [
        ("0.35:0.5:0.05", ["0.35", "0.40", "0.45", "0.50"]),
        ("0.3:0.44", ["0.3", "0.35", "0.40"]),
        ("0.5", ["0.5"]),
        ("0.6V, 400mV,0.5,0.6", ["0.4", "0.5", "0.6"]),
    ],
)
def test_voltages_are_decimal_and_rise(text, expected):
    assert parse_voltages(text) == [Decimal(v) for v in expected]


@pytest.mark.parametrize(
    "words, program",
    [
        (["--voltages", "0.4,0.5"], ["d", "--points=0.4V", "--points=0.5V"]),
        (["--voltages", "0.4", "--frequency", "50MHz"], ["d", "--points=0.4V,50MHz"]),
        (["--frequency", "50MHz"], ["d", "--points=..,50MHz"]),
        (["--net", "n", "--corners", "ss"], ["d", "--net", "n", "--corners", "ss"]),
        (["--fps", "30"], ["d", "--rate", "30", "--idle", "as_written,clock_gated,power_gated"]),
        (["--fps", "30", "--idle", "power_gated"], ["d", "--idle", "power_gated", "--rate", "30"]),
        (["--quiet"], ["--quiet", "d"]),
    ],
)
def test_options_become_those_of_the_program(words, program):
    assert parse(["d", *words]).program == program


def test_the_folder_is_named_after_the_sweep():
    assert str(parse(["a/d.yaml", "--net", "net"]).output) == "results/dvfs_d_net"
    assert str(parse(["d", "--frequency", "50MHz"]).output) == "results/dvfs_d_50MHz"


@pytest.mark.parametrize(
    "arguments, complaint",
    [
        (["--voltages", "0.5:0.4:0.1"], "not above the last"),
        (["--voltages", "0"], "above 0"),
        (["--voltages", "fast"], "such as 0.5"),
        (["--voltages", "0.1:1:0.0001"], "at most"),
        (["--voltages", "0.1:1:0.1:2"], "FIRST:LAST:STEP"),
        (["--voltages", "1e9"], "such as 0.5"),
    ],
)
def test_bad_arguments_end_with_2_and_say_what_is_expected(arguments, complaint, capsys):
    with pytest.raises(SystemExit) as stopped:
        parse(["design", *arguments])
    assert stopped.value.code == 2
    assert complaint in capsys.readouterr().err


@pytest.mark.parametrize(
    "value, digits, text",
    [
        (7.4077e-6, 4, "7.408 uJ"),
        (9.6e-6, 4, "9.600 uJ"),
        (999.96e-6, 4, "1.000 mJ"),
        (1e-3, 3, "1.00 mJ"),
        (0.0, 3, "0 J"),
        (618588050.0, 3, "619 MJ"),
        (99.99e-9, 3, "100 nJ"),
        (1.5, 3, "1.50 J"),
        (3e-15, 3, "3.00 fJ"),
    ],
)
def test_numbers_for_people(value, digits, text):
    assert engineering(value, "J", digits) == text
