"""Do the pure parts of the sweep compute what they say? Arguments, minimum, idle records, numbers for people."""

from decimal import Decimal

import pytest

from dvfs.arguments import default_voltages, parse, parse_voltages
from points.design import Design, State, read_design
from points.idle import VARIANTS, IdleRecord, edges_before, live_data
from dvfs.minimum import count_minima, least_energy
from fake_subvolt import CONFIG
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
        (["--fps", "0"], "from 0.000001"),
        (["--fps", "nan"], "from 0.000001"),
        (["--fps", "1e-300"], "from 0.000001"),
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
    assert [s.name for s in design.states["PD"]] == ["CLK_GATED", "OFF"]
    assert design.states["PD"][1] == State("OFF", 20_000_000, 1_000_000, 5_000_000)
    assert (design.lowest, design.highest) == (Decimal("0.3"), Decimal("1.2"))


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


def _component(name, domain, **more):
    return {
        "name": name,
        "kind": "x",
        "power_domain": domain,
        "clock_domain": "clk",
        "price_book": "",
        "sram_bits": 0,
        "events": [],
        **more,
    }


_HERTZ = 333_333_333
_RUN_PS = 1_000_000


def _idle_record():
    """A logic domain, a memory domain that lists OFF as well, a domain that can only be ON, a DRAM."""
    edges = edges_before(_RUN_PS, _HERTZ)
    run = {
        "total_ps": _RUN_PS,
        "power_domains": ["LOGIC", "MEMORY", "ALWAYS", "DRAM"],
        "clock_domains": {"clk": [_HERTZ]},
        "components": [
            _component("npu", "LOGIC", kind="npu"),
            _component("sram", "MEMORY", sram_bits=8),
            _component("bus", "ALWAYS"),
            _component("manager", "ALWAYS", kind="power_manager", events=[{"name": "transition"}]),
            _component("dram", "DRAM", price_book="b", events=[{"name": "refresh"}, {"name": "self_refresh"}]),
        ],
        "epochs": [{"clock_cycles": [edges - 1, 5, 3, edges, 0], "events": []}],
    }
    gated, kept = State("CLK_GATED", 0, 0, 0), State("RETENTION", 10_000, 500, 2_000)
    off = State("OFF", 20_000, 1_000, 5_000)
    states = {"LOGIC": (gated, off), "MEMORY": (gated, kept, off), "ALWAYS": (), "DRAM": ()}
    design = Design("V", "clk", Decimal(0), Decimal(1), (), states, dict.fromkeys(states, True))
    return IdleRecord(run, design)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("idle_ps", [1, 9_999, 10_000, 20_000, 1_234_567])
def test_idle_records_are_gapless_and_possible(variant, idle_ps):
    record, _ = _idle_record().build(variant, idle_ps)
    reached = 0
    for epoch in record["epochs"]:
        begin, end = epoch["begin_ps"], epoch["end_ps"]
        assert begin == reached < end
        reached = end
        most = edges_before(end, _HERTZ) - edges_before(begin, _HERTZ)
        for component, edges in zip(record["components"], epoch["clock_cycles"]):
            on = epoch["states"][record["power_domains"].index(component["power_domain"])] == "ON"
            assert edges in ((0, most) if on else (0,))
    assert reached == record["total_ps"] == idle_ps
    asleep = sum(dict(zip(e["events"][::2], e["events"][1::2])).get(2, 0) for e in record["epochs"])
    assert asleep == idle_ps  # event 2: picoseconds of self-refresh


def _states(chosen):
    return {domain: stay.state for domain, stay in chosen.items()}


def _times(record, domain, state):
    index = record["power_domains"].index(domain)
    return sum(e["end_ps"] - e["begin_ps"] for e in record["epochs"] if e["states"][index] == state)


def test_power_gating_takes_its_time_and_loses_no_bits():
    record, chosen = _idle_record().build("power-gated", 100_000)
    assert _states(chosen) == {"LOGIC": "OFF", "MEMORY": "RETENTION", "ALWAYS": "ON", "DRAM": "ON"}
    assert [_times(record, "LOGIC", s) for s in ("SLEEPING", "OFF", "WAKING")] == [1_000, 94_000, 5_000]
    assert [_times(record, "MEMORY", s) for s in ("SLEEPING", "RETENTION", "WAKING")] == [500, 97_500, 2_000]
    flat = [t for e in record["epochs"] for t in zip(*[iter(e["transitions"])] * 4)]
    assert (0, "OFF", "WAKING", 1) in flat and (1, "RETENTION", "WAKING", 1) in flat
    counted = sum(dict(zip(e["events"][::2], e["events"][1::2])).get(0, 0) for e in record["epochs"])
    assert counted == 4  # a way down and a way up of two domains


def test_too_short_a_time_is_spent_in_a_lighter_state():
    build = _idle_record().build
    assert build("power-gated", 19_999)[1]["LOGIC"].state == "CLK_GATED"
    assert build("power-gated", 20_000)[1]["LOGIC"].state == "OFF"
    assert build("power-gated", 9_999)[1]["MEMORY"].state == "CLK_GATED"


def test_what_keeps_its_supply_says_why():
    build = _idle_record().build
    reasons = {domain: stay.why for domain, stay in build("power-gated", 9_999)[1].items()}
    assert reasons == {
        "LOGIC": "OFF takes 20.0 ns at least, lists no RETENTION",
        "MEMORY": "OFF would lose the bits of sram, RETENTION takes 10.0 ns at least",
        "ALWAYS": "lists no OFF and no RETENTION",
        "DRAM": "dram itself is in self_refresh",
    }
    long = {domain: stay.why for domain, stay in build("power-gated", 100_000)[1].items()}
    assert long["LOGIC"] == long["MEMORY"] == ""


def test_what_the_next_inference_needs_is_where_weights_lie():
    layers = [{"op": "conv2d", "memory": {"input": "a", "parameters": "b", "output": "a"}}, {"op": "add", "memory": {}}]
    assert live_data({"layers": layers}) == {"b": "weights"}
    assert live_data({"layers": [*layers, {"op": "lstm", "memory": {}}]}) is None  # its state may be anywhere
    assert live_data({"layers": [{"op": "add"}]}) is None


def test_clocks_run_only_where_nothing_gates_them():
    edges = {v: [e["clock_cycles"] for e in _idle_record().build(v, 3_000)[0]["epochs"]] for v in VARIANTS}
    assert edges["idle"] == [[1, 1, 1, 1, 1]]
    assert edges["clock-gated"] == [[0, 0, 0, 1, 0]]  # the power manager's clock ran through all of the run


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
