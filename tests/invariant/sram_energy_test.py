"""Is the energy of an SRAM what its banks did times what the technology file says, and does retention save as much?

The right-hand sides are computed here, from the counts of result.json and the numbers of the YAML files, not from
accounts.
"""

import math

import pytest
import yaml
from support.program import ROOT, Point, relative

BANKS, WORD_B, CAPACITY_B = 8, 8, 512 * 1024
CHECK_BITS = 8  # of 64 with secded
ELEMENTARY_CHARGE, BOLTZMANN = 1.602176634e-19, 1.380649e-23
UNITS = {"p": 1e-12, "f": 1e-15, "n": 1e-9, "V": 1.0}


def number(text):
    value, unit = str(text).split()
    return float(value) * (1.0 if unit in ("V", "W", "J") else UNITS[unit[0]])


@pytest.fixture(scope="module")
def technology():
    return yaml.safe_load((ROOT / "configs/technologies/lp28.yaml").read_text())["technology"]


def sized(price, sizes):
    energy = number(price["energy"])
    for size in price.get("sizes", []):
        energy *= (sizes[size["attribute"]] / float(size["reference"])) ** float(size["exponent"])
    return energy


def middle_where(grows, low, high):
    """Where a function that grows passes zero."""
    for _ in range(80):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if grows(middle) > 0 else (middle, high)
    return 0.5 * (low + high)


def transistor(curves, phi):
    """Threshold and alpha that put the device's three speed points on one curve, and its current over gate voltage."""
    n, dibl = curves["slope_factor"]["value"], curves["dibl"]["value"]
    points = [(number(p["voltage"]), float(p["frequency"].split()[0])) for p in curves["speed"]]

    def log_current(gate, volts, threshold, alpha):
        u = (gate - threshold + dibl * volts) / (alpha * n * phi)
        return alpha * math.log(math.log1p(math.exp(u)))

    def gap(low, high, threshold, alpha):
        (v1, f1), (v2, f2) = points[low], points[high]
        return (log_current(v2, v2, threshold, alpha) - log_current(v1, v1, threshold, alpha) - math.log(v2 / v1)
                - math.log(f2 / f1))

    def alpha_of(threshold):
        return middle_where(lambda alpha: gap(1, 2, threshold, alpha), 1.0, 2.2)

    threshold = middle_where(lambda t: gap(0, 1, t, alpha_of(t)), 0.25, 0.45)
    return lambda gate, volts: log_current(gate, volts, threshold, alpha_of(threshold))


def leakage_ratio(technology, volts, celsius):
    """Leakage power at a voltage over that at the reference voltage, both at one temperature: V times the current of the
    transistor without gate voltage, and what flows through gates."""
    curves = technology["devices"]["sram"]
    reference = number(technology["reference_voltage"])
    phi = BOLTZMANN * (celsius + 273.15) / ELEMENTARY_CHARGE
    current, gates = transistor(curves, phi), curves["gate_share"]["value"]
    channels = math.exp(current(0.0, volts) - current(0.0, reference)) * (
        math.expm1(-volts / phi) / math.expm1(-reference / phi))
    return volts / reference * ((1 - gates) * channels + gates * math.exp((volts - reference) / 0.2))


def sram(run):
    return next(c for c in run.result["components"] if c["name"] == "sram")


def array_energy(run):
    """All of the SRAM's energy but that of its interface's gates, which leak and wake like any logic."""
    names = [n for n in run.accounts if n.startswith("sram.") and ".leakage." not in n and n != "sram.wake"]
    return math.fsum(run.accounts[n]["energy_J"] for n in names)


CASES = {
    "as shipped": (),
    "banks rest": ("soc.sram.retention_after=300 ns",),
    "code": ("soc.sram.ecc=secded",),
    "unused off": ("soc.sram.unused_banks=off", "soc.sram.stripe=64 KiB", "soc.sram.retention_after=500 ns"),
    "domain rests": ("power.power_domains.PD_SRAM.policy.name=power_gate_after",
                     "power.power_domains.PD_SRAM.policy.state=RETENTION",
                     "power.power_domains.PD_SRAM.policy.after=200 ns",
                     "power.power_domains.PD_SRAM.states[1].min_residency=0 us"),
}


@pytest.mark.parametrize("sets", CASES.values(), ids=CASES)
def test_residencies_and_events_times_their_prices_are_the_ledger(runs, technology, sets):
    run = runs(Point(sets=sets))
    events = sram(run)["events"]
    code = any("secded" in s for s in sets)
    word_bits = 8 * WORD_B + (CHECK_BITS if code else 0)
    bits = CAPACITY_B // BANKS // WORD_B * word_bits
    leak = number(technology["devices"]["sram"]["leakage"][0]["power"]) * bits * 1e-12
    retained = leakage_ratio(technology, number(technology["devices"]["sram"]["retention_voltage"]["value"]), 25.0)
    sizes = {"capacity_B": bits / 8, "word_B": word_bits / 8}
    prices = technology["prices"]
    expected = {
        "bank_active": leak,
        "bank_clock_gated": leak,
        "bank_retention": leak * retained,
        "bank_off": leak * technology["off_leakage_fraction"]["value"],
        "bank_wake": bits * number(technology["wake_energy_per_sram_bit"]["value"]),
        "bank_clock": number(prices["logic.clock_pin"]["energy"]),
        "read": sized(prices["sram.read"], sizes),
        "write": sized(prices["sram.write"], sizes),
        "ecc_encode": sized(prices["sram.ecc_gate"], {"gates": 2.5 * (3 * 64 - 8)}),
        "ecc_decode": sized(prices["sram.ecc_gate"], {"gates": 2.5 * 4 * 64 + 3 * 64}),
    }
    total = math.fsum(events.get(name, 0) * energy for name, energy in expected.items())
    assert relative(array_energy(run), total) < 1e-9
    states = [events.get(f"bank_{s}", 0) for s in ("active", "clock_gated", "retention", "off")]
    assert sum(states) == BANKS * run.record["total_ps"]  # every picosecond of every bank is in one state


def test_each_case_is_about_what_its_name_says(runs):
    events = {name: sram(runs(Point(sets=sets)))["events"] for name, sets in CASES.items()}
    assert events["as shipped"]["bank_retention"] == events["as shipped"]["bank_off"] == 0
    for name in ("banks rest", "unused off", "domain rests"):
        assert events[name]["bank_retention"] > 0 and events[name]["bank_wake"] > 0, name
    assert events["unused off"]["bank_off"] > 0
    assert events["code"]["ecc_encode"] > 0 and events["code"]["ecc_decode"] > 0


def test_retention_saves_what_the_technology_says(runs, technology):
    """A picosecond in retention costs the leakage at the retention voltage, not more and not less."""
    accounts = runs(Point(sets=CASES["banks rest"])).accounts
    kept, up = accounts["sram.bank_retention"], accounts["sram.bank_clock_gated"]
    ratio = (kept["energy_J"] / kept["count"]) / (up["energy_J"] / up["count"])
    assert relative(ratio, leakage_ratio(technology, 0.4, 25.0)) < 1e-9
    assert 0.1 < ratio < 0.5
    assert kept["cause"] == "retention"


def test_a_code_costs_bits_energy_and_latency(runs):
    plain, coded = (runs(Point(sets=CASES[name])) for name in ("as shipped", "code"))
    unit = [run.accounts["sram.bank_clock_gated"]["unit_energy_J"] for run in (plain, coded)]
    assert unit[1] / unit[0] == pytest.approx(72 / 64)
    assert coded.accounts["sram.read"]["unit_energy_J"] > plain.accounts["sram.read"]["unit_energy_J"]
    assert coded.totals["latency_s"] > plain.totals["latency_s"]


def test_cell_types_differ_by_orders_of_magnitude_and_less_when_hot(runs):
    def leakage(cell, celsius):
        run = runs(Point(sets=(f"soc.sram.cell={cell}", f"power.temperature={celsius} C")))
        account = run.accounts["sram.bank_clock_gated"]
        return account["energy_J"] / account["count"]

    cold, hot = ({c: leakage(c, t) for c in ("lstp", "lop", "hp")} for t in (25, 85))
    assert cold["lop"] > 100 * cold["lstp"] and cold["hp"] > cold["lop"]
    growth = {cell: hot[cell] / cold[cell] for cell in cold}
    assert growth["lstp"] > growth["lop"] > growth["hp"] > 1


def test_an_array_rail_feeds_bits_and_accesses_and_pays_for_level_shifters(runs):
    sets = ("power.power_domains.PD_SRAM.supply=VDD_NPU", "power.power_domains.PD_SRAM.rails.array=VDD_SRAM")
    one, two = (runs(Point(opp="0.5V", sets=s)) for s in ((), sets))
    assert not [name for name in one.accounts if "level_shift" in name]
    reads = sram(two)["events"]["read"]
    shift = two.accounts["sram.read_level_shift"]
    # 64 KiB in words of 8 B: 13 address bits and two control signals.
    assert shift["count"] == reads and shift["energy_J"] == pytest.approx(reads * 15 * 1.28e-15 * (0.6 / 0.8) ** 2)
    assert two.accounts["sram.write_level_shift"]["unit_energy_J"] == pytest.approx((15 + 64) * 1.28e-15)
    for name in ("sram.read", "sram.write", "sram.bank_clock_gated", "sram.bank_active"):
        assert two.accounts[name]["energy_J"] == pytest.approx(one.accounts[name]["energy_J"], rel=1e-12), name
    gates = [run.accounts["sram.leakage.ON"]["energy_J"] for run in (one, two)]
    assert gates[1] < gates[0]  # the interface is on the lower rail
