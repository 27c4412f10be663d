"""Are measured points of a chip carried as the laws say, worked out by hand, and is what cannot be carried refused?"""

import json
from math import exp

import pytest

# 10 uJ in 1 ms are 10 mW, of which the floor is 4: 6 uJ of work.
CHIP = """schema: chip/1
chip:
  title: A chip
  transfer:
    technology: lp28
    limited_by: [sram]
    temperature: 25 C
    source: a data sheet
    points:
      - {network: mine, voltage: 0.65 V, frequency: 240 MHz, time: 1 ms, energy: 10 uJ, floor_power: 4 mW}
"""
SHARE = "    floor: {{{}: {{value: {}, source: a paper}}}}\n    source: a data sheet"
THREE = "    floor: {{leakage: {{value: {}, source: x}}, fixed: {{value: {}, source: x}}, clocked: {{value: {}, source: x}}}}\n    source: a data sheet"
CHECK = "    checks:\n      - {network: mine, voltage: 0.8 V, frequency: 370 MHz, energy: 13 uJ, time: 0.6 ms}\n"
WHERE = "    source: a data sheet"


@pytest.fixture
def chip(tmp_path):
    def write(*changes, more=""):
        text = CHIP
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        path = tmp_path / "my_chip.yaml"
        path.write_text(text + more, encoding="utf-8")
        return path

    return write


def carried(program, path, *words):
    told = json.loads(program.output("transfer", path, "--json", *words))
    return told["points"][0]["carried"]


def both(value):
    return pytest.approx([value, value], rel=1e-9)


def share(name, value):
    return WHERE, SHARE.format(name, value)


def test_a_floor_that_switches_goes_with_the_square_of_the_voltage(program, chip):
    """Energy per cycle all of it: 10 uJ x (0.8 / 0.65)^2, whatever the clock."""
    for opp in ("0.8V,370MHz", "0.8V,100MHz"):
        there = carried(program, chip(share("clocked", 1)), "--opp", opp)
        assert there["energy_J"] == both(10e-6 * (0.8 / 0.65) ** 2)


def test_a_floor_that_leaks_goes_with_leakage_and_time(program, chip):
    """dibl 0.08 V/V and n 1.3 of lp28; kT/q of 25 C is 25.693 mV. The same gates leak in less time.

    lp28's threshold is so low that the transistor without gate voltage is not yet quite exponential: 0.14 % less."""
    there = carried(program, chip(share("leakage", 1)), "--opp", "0.8V,300MHz")
    phi = 8.617333262e-5 * 298.15
    leak = 0.8 / 0.65 * exp(0.08 * 0.15 / (1.3 * phi)) * (1 - exp(-0.8 / phi)) / (1 - exp(-0.65 / phi))
    assert there["leakage_factor"] == pytest.approx(leak, rel=2e-3)
    leak = there["leakage_factor"]
    assert there["energy_J"] == pytest.approx([6e-6 * (0.8 / 0.65) ** 2 + 4e-6 * leak * 240 / 300] * 2, rel=1e-6)
    assert carried(program, chip(share("leakage", 1)), "--opp", "0.65V,240MHz", "--temperature", "85C")["energy_J"][0] > 10e-6


def test_a_floor_on_fixed_rails_goes_with_time_alone(program, chip):
    there = carried(program, chip(share("fixed", 1)), "--opp", "0.8V,300MHz")
    assert there["energy_J"] == both(6e-6 * (0.8 / 0.65) ** 2 + 4e-6 * 240 / 300)
    assert there["power_W"] == both(there["energy_J"][0] / there["time_s"])


def test_work_on_fixed_rails_costs_what_it_did(program, chip):
    fixed = "    fixed_work: {value: 0.25, source: a paper}\n" + SHARE.format("fixed", 1)
    there = carried(program, chip((WHERE, fixed)), "--opp", "0.8V,300MHz")
    assert there["energy_J"] == both(6e-6 * (0.25 + 0.75 * (0.8 / 0.65) ** 2) + 4e-6 * 240 / 300)


def test_shares_that_nobody_states_give_a_range(program, chip):
    """The ends are those of the extreme chips; a share that is stated takes its part out of the range."""
    opp = ("--opp", "0.8V,300MHz")
    ends = [carried(program, chip(share(name, 1)), *opp)["energy_J"][0] for name in ("leakage", "fixed", "clocked")]
    assert carried(program, chip(), *opp)["energy_J"] == pytest.approx([min(ends), max(ends)], rel=1e-9)
    half = carried(program, chip(share("fixed", 0.5)), *opp)["energy_J"]
    leakage, fixed, clocked = ends
    assert half == pytest.approx(sorted([(fixed + leakage) / 2, (fixed + clocked) / 2]), rel=1e-9)
    two = "    floor: {fixed: {value: 0.5, source: x}, leakage: {value: 0.25, source: x}}\n" + WHERE
    assert carried(program, chip((WHERE, two)), *opp)["energy_J"] == both(0.5 * fixed + 0.25 * (leakage + clocked))


def test_the_measured_point_is_carried_to_itself(program, chip):
    there = carried(program, chip(), "--opp", "0.65V")
    assert there["energy_J"] == both(10e-6)
    assert (there["frequency_Hz"], there["time_s"]) == pytest.approx((240e6, 1e-3))


def test_time_goes_with_the_clock_and_the_clock_with_the_device(program, chip):
    """Raven-3's 93 MHz at 0.45 V are 961 MHz at 1.0 V, which lp28 is fitted to."""
    at = chip(("limited_by: [sram]", "limited_by: []"), ("voltage: 0.65 V, frequency: 240 MHz", "voltage: 0.45 V, frequency: 93 MHz"))
    there = carried(program, at, "--opp", "1V")
    assert there["frequency_Hz"] == pytest.approx(961e6, rel=0.15)
    assert there["frequency_Hz"] == there["frequency_by_law_Hz"]
    assert there["time_s"] == pytest.approx(1e-3 * 93e6 / there["frequency_Hz"], rel=1e-9)
    assert carried(program, at, "--opp", "1V,186MHz")["time_s"] == pytest.approx(0.5e-3, rel=1e-9)


def test_a_stated_curve_stands_in_the_place_of_the_square(program, chip):
    """Colonnade's energy per MAC: 68.1 fJ at 0.8 V, 42.56 at 0.7, 17.13 at 0.6; linear between."""
    curve = "    over_voltage: [{voltage: 0.6 V, factor: 17.13}, {voltage: 0.7 V, factor: 42.56}, {voltage: 0.8 V, factor: 68.1}]\n"
    at = chip((WHERE, curve + SHARE.format("clocked", 1)), ("voltage: 0.65 V", "voltage: 0.8 V"))
    assert carried(program, at, "--opp", "0.6V,100MHz")["energy_J"] == both(10e-6 * 17.13 / 68.1)
    assert carried(program, at, "--opp", "0.65V,100MHz")["energy_J"] == both(10e-6 * (17.13 + 42.56) / 2 / 68.1)
    done = program.call("transfer", at, "--opp", "0.9V")
    assert done.returncode == 2 and "`over_voltage` is known from 0.6 V to 0.8 V" in done.stderr


def test_two_of_time_energy_and_power_tell_the_third(program, chip):
    for two in ("time: 1 ms, power: 10 mW", "energy: 10 uJ, power: 10 mW"):
        there = carried(program, chip(("time: 1 ms, energy: 10 uJ", two), share("clocked", 1)), "--opp", "0.8V")
        assert there["energy_J"] == both(10e-6 * (0.8 / 0.65) ** 2)


def test_checks_are_where_points_go_without_a_point(program, chip):
    told = json.loads(program.output("transfer", chip(more=CHECK), "--json"))["points"][0]
    assert told["carried"]["voltage_V"] == 0.8 and told["published"]["energy_J"] == pytest.approx(13e-6)
    assert told["errors"]["time_s"] == pytest.approx(240 / 370 / 0.6 - 1)
    low, high = told["carried"]["energy_J"]
    assert low < 13e-6 < high and told["errors"]["energy_J"] == 0
    far = json.loads(program.output("transfer", chip(more=CHECK.replace("13 uJ", "30 uJ")), "--json"))["points"][0]
    assert far["errors"]["energy_J"] == pytest.approx(high / 30e-6 - 1)
    again = json.loads(program.output("transfer", chip(more=CHECK), "--opp", "0.8V,370MHz", "--json"))["points"][0]
    assert again == told


def test_the_tables_keep_to_a_terminal(program, chip):
    for words in (("gap9",), ("ndp120",), ("gap9", "--opp", "0.6V"), (chip(share("fixed", 0.5), more=CHECK),)):
        text = program.output("transfer", *words)
        assert all(len(line) <= 80 for line in text.splitlines()), text
    assert "leakage, fixed or clocked is not known" in program.output("transfer", "gap9")
    assert "nothing is published" in program.output("transfer", "gap9", "--opp", "0.9V")


def test_what_was_measured_of_gap9_lies_within_what_is_carried(program):
    points = json.loads(program.output("transfer", "gap9", "--json"))["points"]
    assert len(points) == 4
    for point in points:
        assert point["errors"]["energy_J"] == point["errors"]["power_W"] == 0, point
        assert abs(point["errors"]["time_s"]) < 0.01, point


def test_ndp120_slows_down_less_than_its_clock(program):
    """At 0.9 V its networks take 3.13, 2.92 and 3.09 times as long, of a clock that is 98.7 / 30 = 3.29 times slower:
    so far the times are off. Energies are within what is carried."""
    points = json.loads(program.output("transfer", "ndp120", "--json"))["points"]
    assert [p["errors"]["time_s"] for p in points] == pytest.approx([0.050, 0.125, 0.065], abs=1e-3)
    assert [p["errors"]["energy_J"] for p in points] == [0, 0, 0]


@pytest.mark.parametrize(("words", "said"), [
    (("--opp", "1.5V"), '--opp "1.5V": mine: 1.5 V is out of range: lp28 allows 0.6 V to 1.3 V for logic, sram'),
    (("--opp", "0.5V"), "0.5 V is out of range: lp28 allows 0.6 V to 1.3 V for logic, sram"),
    (("--opp", "0.8V,3GHz"), "3 GHz is above what 0.8 V, 25"),
    (("--opp", "0.8V,0Hz"), "stands still"),
    (("--opp", "370MHz"), "no voltage"),
    (("--opp", "0.8V,0.9V"), "two voltages"),
    (("--opp", "fast"), '"fast" is neither: expected a voltage, or a voltage and a clock, such as 0.8V or 0.8V,370MHz'),
    (("--opp", "0.8V", "--temperature", "200C"), "is out of range: expected -40"),
    (("--opp", "0.8V", "--temperature", "hot"), '--temperature "hot": expected a temperature'),
    (("--opp", "0.8V", "--net", "mime"), 'expected one of mine, got "mime", did you mean "mine"?'),
    ((), "--opp is needed"),
])  # fmt: skip
def test_what_cannot_be_carried_is_refused(program, chip, words, said):
    done = program.call("transfer", chip(), *words)
    assert done.returncode == 2 and said in done.stderr, done.stderr


def test_the_voltage_that_is_enough_is_named_and_is(program, chip):
    done = program.call("transfer", chip(), "--opp", "0.8V,500MHz")
    volts = done.stderr.split(" V is enough for 500 MHz")[0].split()[-1]
    program.output("transfer", chip(), "--opp", f"{volts}V,500MHz")
    assert program.call("transfer", chip(), "--opp", f"{float(volts) - 0.001:.3f}V,500MHz").returncode == 2


def test_a_clock_that_was_published_is_none_too_fast(program, chip):
    fast = CHECK.replace("370 MHz", "900 MHz")
    assert program.call("transfer", chip(), "--opp", "0.8V,900MHz").returncode == 2
    assert program.call("transfer", chip(more=fast), "--opp", "0.8V,900MHz").returncode == 0


@pytest.mark.parametrize(("old", "new", "said"), [
    ("time: 1 ms, energy: 10 uJ", "energy: 10 uJ", "my_chip.yaml:10:9: chip.transfer.points[0]: expected two of time, energy and power"),
    (", floor_power: 4 mW", "", "my_chip.yaml:10:9: chip.transfer.points[0]: expected floor_power"),
    ("floor_power: 4 mW", "floor_power: 40 mW", "the floor is above the power of the run, 10 mW"),
    ("voltage: 0.65 V", "voltage: 0.4 V", "my_chip.yaml:10:34: chip.transfer.points[0].voltage: 0.4 V is out of range: lp28"),
    ("technology: lp28", "technology: lp29", 'my_chip.yaml:5:17: no technology "lp29"'),
    ("[sram]", "[sran]", 'did you mean "sram"? of lp28'),
    ("    limited_by", "    device: logik\n    limited_by", "my_chip.yaml:6:13"),
    ("source: a data sheet", 'source: ""', "expected a source"),
    (WHERE, THREE.format(0.5, 0.3, 0.1), "shares of the floor come to 0.9: expected 1"),
    (WHERE, "    floor: {leakage: {value: 0.7, source: x}, fixed: {value: 0.5, source: x}}\n" + WHERE, "come to 1.2: expected at most 1"),
    (WHERE, SHARE.format("fixed", 0.5).replace("a paper", '""'), "expected a source"),
    (WHERE, "    over_voltage: [{voltage: 0.7 V, factor: 1}, {voltage: 0.6 V, factor: 2}]\n" + WHERE, "expected more than 0.7 V, the voltage before it"),
])  # fmt: skip
def test_what_is_wrong_in_a_document_is_told(program, chip, old, new, said):
    done = program.call("transfer", chip((old, new)), "--opp", "0.8V")
    assert done.returncode == 2 and said in done.stderr, done.stderr


@pytest.mark.parametrize(("more", "said"), [
    (CHECK.replace("network: mine", "network: mime"), 'no point of mime is there to be carried, did you mean "mine"?'),
    (CHECK.replace("energy: 13 uJ", "energy: 13 uJ, floor_power: 1 mW"), "is for `points`"),
    (CHIP.splitlines()[-1] + "\n", "mine has a point already"),
])  # fmt: skip
def test_what_is_wrong_beside_the_point_is_told(program, chip, more, said):
    done = program.call("transfer", chip(more=more), "--opp", "0.8V")
    assert done.returncode == 2 and said in done.stderr, done.stderr


def test_a_chip_without_anything_is_refused(program, tmp_path):
    path = tmp_path / "my_chip.yaml"
    path.write_text("schema: chip/1\nchip:\n  title: A chip\n", encoding="utf-8")
    done = program.call("transfer", path, "--opp", "0.8V")
    assert done.returncode == 2 and "expected `measurements` of a design, measured points in `transfer`, or both" in done.stderr


def test_each_command_names_the_other(program, chip):
    done = program.call("transfer", "colonnade")
    assert done.returncode == 2 and "subvolt validate colonnade runs its design" in done.stderr
    done = program.call("validate", "ndp120")
    assert done.returncode == 2 and "subvolt transfer ndp120 carries them" in done.stderr
    done = program.call("validate", chip(("  transfer:", "  measurements: {a: {value: [totals.latency_s], source: x, rows: [{published: 1 s}]}}\n  transfer:")))
    assert done.returncode == 2 and "expected `design` beside it" in done.stderr
