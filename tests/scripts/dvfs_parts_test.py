"""Do the pure parts of the sweep compute what they say? Arguments, minimum, policies, numbers for people."""

from decimal import Decimal

import pytest

from dvfs.arguments import default_voltages, parse, parse_voltages
from dvfs.frames import policies
from dvfs.minimum import count_minima, least_energy
from fake_subvolt import CONFIG
from points.design import read_design
from subvolt_results import ScriptError, engineering


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


def test_default_voltages_have_both_ends_and_round_steps():
    voltages = default_voltages(Decimal("0.32"), Decimal("0.5"))
    assert voltages == [Decimal(v) for v in ("0.32", "0.35", "0.40", "0.45", "0.5")]


@pytest.mark.parametrize(
    "arguments, complaint",
    [
        (["--voltages", "0.5:0.4:0.1"], "not above the last"),
        (["--voltages", "0"], "above 0"),
        (["--voltages", "fast"], "such as 0.5"),
        (["--voltages", "0.1:1:0.0001"], "at most"),
        (["--voltages", "0.1:1:0.1:2"], "FIRST:LAST:STEP"),
        (["--frequency", "50"], "with its unit"),
        (["--fps", "0"], "from 0.002"),
        (["--fps", "nan"], "from 0.002"),
        (["--fps", "1e-300"], "from 0.002"),
        (["--voltages", "1e9"], "such as 0.5"),
        (["--voltages", "1000"], "10 V at most"),
        (["--voltage", "0.5"], 'unknown argument --voltage, did you mean "--voltages"?'),
        (["-j", "0"], ">= 1"),
        (["--set", "soc.npu"], "PATH=VALUE"),
        (["--objective", "enrgy"], 'expected one of energy, latency, edp, got "enrgy", did you mean "energy"?'),
    ],
)
def test_bad_arguments_end_with_2_and_say_what_is_expected(arguments, complaint, capsys):
    with pytest.raises(SystemExit) as stopped:
        parse(["design", *arguments])
    assert stopped.value.code == 2
    assert complaint in capsys.readouterr().err


def test_parabola_finds_the_vertex_of_a_parabola_on_an_uneven_grid():
    voltages = [0.32, 0.35, 0.45, 0.6, 0.9]
    minimum = least_energy(voltages, [3.0 + 7.0 * (v - 0.47) ** 2 for v in voltages])
    assert minimum.index == 2 and not minimum.at_edge
    assert minimum.voltage == pytest.approx(0.47, abs=1e-12)
    assert minimum.energy == pytest.approx(3.0, abs=1e-12)


@pytest.mark.parametrize("energies, index", [([1.0, 2.0, 3.0], 0), ([3.0, 2.0, 1.0], 2), ([1.0], 0)])
def test_a_minimum_at_the_edge_is_told_as_such(energies, index):
    minimum = least_energy([0.1 * i for i in range(len(energies))], energies)
    assert minimum.at_edge and minimum.index == index


def test_minima_are_counted():
    assert count_minima([3, 2, 1, 2, 3]) == 1
    assert count_minima([3, 1, 1, 2, 1, 2]) == 2
    assert count_minima([1, 2, 3]) == 0


def test_off_is_a_state_and_not_a_truth_value():
    design = read_design(CONFIG)
    assert design.states == {"PD": ("CLK_GATED", "OFF")}
    assert (design.lowest, design.highest) == (Decimal("0.3"), Decimal("1.2"))


def test_voltages_are_those_at_which_all_devices_of_the_scaled_rail_work():
    text = CONFIG + """\
    logic_hvt: {flavour_of: logic, minimum_voltage: {value: 0.45 V}}
    logic_thin: {minimum_voltage: {value: 0.35 V}, maximum_voltage: {value: 0.9 V}}
"""
    hvt = text.replace("      supply: VDD\n", "      supply: VDD\n      devices: {logic: logic_hvt, sram: sram}\n")
    assert (read_design(text).lowest, read_design(text).highest) == (Decimal("0.3"), Decimal("1.2"))
    assert (read_design(hvt).lowest, read_design(hvt).highest) == (Decimal("0.45"), Decimal("1.2"))
    both = hvt.replace("    PD:\n", "    PD2: {supply: VDD, devices: {logic: logic_thin}}\n    PD:\n")
    assert (read_design(both).lowest, read_design(both).highest) == (Decimal("0.45"), Decimal("0.9"))


def test_clocks_that_follow_the_scaled_rail_are_found():
    text = CONFIG.replace("    VDD: {", "    V2: {voltage: 1 V, process: sram, tracks: VDD}\n    VDD: {")
    text = text.replace(
        "    clk: {", "    a: {voltage_domain: V2}\n    b: {voltage_domain: V2, frequency: 1 MHz}\n    clk: {"
    )
    assert read_design(CONFIG).moving_clocks == ()
    assert read_design(text).moving_clocks == ("a",)


def test_a_design_without_scaled_domain_is_refused():
    with pytest.raises(ScriptError, match="scaled_domain"):
        read_design(CONFIG.replace("  scaled_domain: VDD\n", ""))


def test_policies_of_the_variants_are_those_that_domains_list():
    states = {"LOGIC": ("CLK_GATED", "OFF"), "MEMORY": ("OFF", "CLK_GATED", "RETENTION"), "CLOCK": ("CLK_GATED",), "ON": ()}

    def chosen(variant):
        named = (s.removeprefix("power.power_domains.").split(".policy=") for s in policies(variant, states))
        return {domain: policy.replace(", after: 0 s", "") for domain, policy in named}

    assert chosen("as written") == {}
    assert chosen("clock-gated") == dict.fromkeys(("LOGIC", "MEMORY", "CLOCK"), "{name: clock_gate}")
    assert chosen("power-gated") == {
        "LOGIC": "{name: power_gate_after, state: OFF}",
        "MEMORY": "{name: power_gate_after, state: RETENTION}",  # OFF would lose its bits
        "CLOCK": "{name: clock_gate}",
    }


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
