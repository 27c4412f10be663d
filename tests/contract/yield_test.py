"""Is `yield` one run priced for many chips, the same whenever it is asked, and does its closed form agree?"""

import csv
import json

import pytest

NET = ("edge_npu", "--net", "kws_ds_cnn", "--quiet")


def chips(program, *words):
    return json.loads(program.output("yield", *NET, "--json", *words))


def of_share(spread, share):
    return next(s["value"] for s in spread["not_above"] if s["share"] == share)


def test_the_typical_chip_is_the_run(program, tmp_path):
    program.output("run", *NET, "-o", tmp_path / "run")
    run = json.loads((tmp_path / "run" / "result.json").read_text())
    found = chips(program, "--samples", "20000")
    assert found["frequency_Hz"] == run["design_point"]["clock_frequency_Hz"]["npu_clk"]
    # Half of the chips make it, and half leak more.
    assert found["yield"]["frequency"] == pytest.approx(0.5, abs=0.02)
    assert of_share(found["energy_J"], 0.5) == pytest.approx(run["totals"]["energy_J"], rel=0.01)
    condition = json.loads(program.output("corners", *NET, "--json", "--corners", "tt", "--voltages", "0.8V",
                                          "--temperatures=25C"))["conditions"][0]  # fmt: skip
    assert of_share(found["leakage_W"], 0.5) == pytest.approx(condition["leakage_W"], rel=0.02)


def test_drawn_chips_agree_with_the_closed_form(program):
    found = chips(program, "--samples", "100000", "--voltages", "0.8V", "--frequency", "560MHz")
    for at in found["f_max_at_yield"]:
        assert at["drawn_Hz"] == pytest.approx(at["closed_form_Hz"], rel=0.01)
    assert found["yield"]["frequency"] == pytest.approx(found["yield"]["frequency_closed_form"], abs=0.005)
    assert 0.9 < found["yield"]["frequency"] < 1


def test_the_slow_corner_is_three_deviations_away(program):
    """ss is the chip at 3 deviations; with its own spread of paths a little slower than that."""
    conditions = json.loads(program.output("corners", *NET, "--json", "--corners", "ss", "--voltages", "0.8V",
                                           "--temperatures=25C"))["conditions"]  # fmt: skip
    found = chips(program, "--voltages", "0.8V")
    at = next(f for f in found["f_max_at_yield"] if f["share"] == 0.99865)
    assert at["closed_form_Hz"] == pytest.approx(conditions[0]["f_max_Hz"], rel=0.05)


def test_chips_between_the_priced_ones_are_as_priced(program, tmp_path):
    """A chip d deviations away is the slow corner of a technology whose corners lie d deviations away."""
    alike = ("--set", "technology.process.mismatch=null")
    for volts in ("0.8V", "0.6V"):
        here = ("--voltages", volts, "--opp", volts)
        folder = tmp_path / volts
        program.output("yield", *NET, *here, *alike, "--samples", "400", "-o", folder)
        rows = sorted(csv.DictReader((folder / "chips.csv").open()), key=lambda r: float(r["threshold_deviations"]))
        for row in (rows[0], rows[40], rows[130], rows[-20]):
            away = float(row["threshold_deviations"])
            corner = "ss" if away > 0 else "ff"
            sigma = f"technology.process.threshold_sigma.value={15 * abs(away) / 3:.9g} mV"
            [exact] = json.loads(program.output("corners", *NET, *here, *alike, "--set", sigma, "--json", "--corners",
                                                corner, "--temperatures=25C"))["conditions"]  # fmt: skip
            assert float(row["leakage_W"]) == pytest.approx(exact["leakage_W"], rel=1e-4), (volts, away)
            own = float(row["f_max_Hz"])
            assert own == pytest.approx(exact["f_max_Hz"], rel=1e-4), (volts, away)


def test_same_seed_same_bytes(program, tmp_path):
    def drawn(name, seed, samples):
        words = ("yield", *NET, "--voltages", "0.7V,0.8V", "--samples", samples, "--seed", seed, "--json")
        text = program.output(*words, "-o", tmp_path / name)
        return text, (tmp_path / name / "chips.csv").read_text().splitlines()

    first, table = drawn("a", "3", "500")
    assert drawn("b", "3", "500") == (first, table)
    assert drawn("c", "4", "500")[1] != table
    # A chip is what its number is, however many there are.
    assert drawn("d", "3", "100")[1] == table[:101]


def test_own_supplies_cost_less_than_one_for_all(program, tmp_path):
    found = chips(program, "--frequency", "500MHz", "-o", tmp_path / "out")
    one, own = found["one_supply"], found["own_supplies"]
    assert one["served"] >= 0.99 and own["served"] >= one["served"]
    assert own["mean_energy_J"] < one["mean_energy_J"]
    rows = list(csv.DictReader((tmp_path / "out" / "chips.csv").open()))
    assert len(rows) == found["samples"] == 10000
    served = sum(bool(r["own_supply_V"]) and float(r["own_supply_V"]) <= one["voltage_V"] + 1e-9 for r in rows)
    assert served / len(rows) == pytest.approx(one["served"])
    # Slow chips leak less and need more.
    slow = [r for r in rows if float(r["threshold_deviations"]) > 2]
    fast = [r for r in rows if float(r["threshold_deviations"]) < -2]
    assert min(float(r["own_supply_V"]) for r in slow) > max(float(r["own_supply_V"]) for r in fast)
    assert max(float(r["leakage_W"]) for r in slow) < min(float(r["leakage_W"]) for r in fast)


def test_a_power_limit_takes_the_leaky_ones(program):
    loose = chips(program, "--frequency", "500MHz", "--max-power", "1W")
    tight = chips(program, "--frequency", "500MHz", "--max-power", "56mW")
    assert loose["yield"]["power"] == 1
    assert tight["yield"]["both"] <= min(tight["yield"]["power"], tight["yield"]["frequency"])


def test_the_card_fits_into_a_terminal(program):
    card = program.output("yield", *NET, "--samples", "1000")
    assert all(len(line) <= 80 for line in card.splitlines())
    assert "own supplies" in card and "closed form" in card


@pytest.mark.parametrize("words, says", [
    (("--frequency", "fast"), "--frequency"),
    (("--max-power", "3V"), "--max-power"),
    (("--samples", "0"), "--samples"),
    (("--share", "2"), "--share"),
    (("--voltages", "0.9V..0.4V:5"), "--voltages: expected voltages such as"),
])  # fmt: skip
def test_mistakes_are_told(program, words, says):
    done = program.call("yield", *NET, *words)
    assert done.returncode == 2 and says in done.stderr


def test_a_technology_without_spread_is_refused(program):
    done = program.call("yield", *NET, "--set", "technology.process=null")
    assert done.returncode == 2 and "how chips differ" in done.stderr
