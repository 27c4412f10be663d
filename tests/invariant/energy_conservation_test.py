"""Do the parts of every shipped result add up to its totals: energies, power over time, time in power states?"""

import math

import pytest
from support.program import DESIGNS, NETWORKS, POINTS, Point, relative

TOLERANCE = 1e-12

SHIPPED = [Point(design=design, net=net, opp=opp) for design in DESIGNS for net in NETWORKS for opp in POINTS]


@pytest.fixture(scope="module", params=SHIPPED, ids=str)
def run(request, runs):
    return runs(request.param)


def energies(component_or_layer):
    """All energies of {CAUSE: J} or {COMPONENT: {CAUSE: J}}."""
    for value in component_or_layer.values():
        if isinstance(value, dict):
            yield from energies(value)
        else:
            yield value


def test_accounts_add_up_to_the_total(run):
    total = math.fsum(a["energy_J"] for a in run.result["accounts"])
    assert relative(total, run.totals["energy_J"]) <= TOLERANCE
    assert total > 0


def test_components_add_up_to_the_total(run):
    total = math.fsum(e for c in run.result["components"] for e in energies(c["energy_J"]))
    assert relative(total, run.totals["energy_J"]) <= TOLERANCE


def test_layers_and_what_is_outside_add_up_to_the_total(run):
    inside = math.fsum(e for layer in run.result["layers"] for e in energies(layer["energy_J"]))
    assert relative(inside + run.totals["energy_outside_layers_J"], run.totals["energy_J"]) <= TOLERANCE


def test_accounts_components_and_layers_agree_by_component_and_cause(run):
    def gather(pairs):
        sums = {}
        for component, cause, energy in pairs:
            sums.setdefault((component, cause), []).append(energy)
        return {key: math.fsum(values) for key, values in sums.items() if math.fsum(values) != 0}

    result = run.result
    accounts = gather((a["component"], a["cause"], a["energy_J"]) for a in result["accounts"])
    components = gather((c["name"], cause, e) for c in result["components"] for cause, e in c["energy_J"].items())
    layers = gather(
        (name, cause, e)
        for layer in result["layers"]
        for name, causes in layer["energy_J"].items()
        for cause, e in causes.items()
    )
    assert accounts.keys() == components.keys()
    for key, energy in accounts.items():
        assert relative(components[key], energy) <= TOLERANCE, key
        outside = run.totals["energy_outside_layers_J"]
        assert layers.get(key, 0.0) <= energy * (1 + TOLERANCE), key
        assert layers.get(key, 0.0) >= energy - outside - TOLERANCE * run.totals["energy_J"], key


def test_the_power_trace_integrates_to_the_total(run):
    assert run.trace[0][0] == 0.0
    assert relative(run.trace[-1][1], run.totals["latency_s"]) <= TOLERANCE
    for (_, end, _), (begin, _, _) in zip(run.trace, run.trace[1:]):
        assert begin == end, "a gap or an overlap"
    integral = math.fsum((end - begin) * power for begin, end, power in run.trace)
    assert relative(integral, run.totals["energy_J"]) <= TOLERANCE
    assert all(power > 0 for _, _, power in run.trace), "a powered SoC draws power at all times"


def test_the_peak_lies_between_average_and_the_highest_segment(run):
    highest = max(power for _, _, power in run.trace)
    assert run.totals["average_power_W"] * (1 - TOLERANCE) <= run.totals["peak_power_W"] <= highest * (1 + TOLERANCE)


def test_residencies_add_up_to_the_run_in_each_power_domain(run):
    record = run.record
    time = [0] * len(record["power_domains"])
    for component in run.result["components"]:
        if component["kind"] != "supply":
            assert relative(math.fsum(component["residency_s"].values()), run.totals["latency_s"]) <= TOLERANCE
            domain = record["power_domains"].index(component["domain"])
            time[domain] = round(math.fsum(component["residency_s"].values()) * 1e12)
    assert time == [record["total_ps"]] * len(time)


def test_each_leaking_component_leaks_at_every_picosecond(run):
    """Leakage or retention is charged for the whole run, in whichever state the domain was."""
    counts = {}
    for account in run.result["accounts"]:
        if account["cause"] in ("leakage", "retention") and ".bit_leakage." not in account["account"]:
            assert account["count_unit"] == "ps"
            if ".bank_" in account["account"]:
                continue  # of several banks: sram_energy_test.py
            counts[account["component"]] = counts.get(account["component"], 0) + account["count"]
    assert "npu.array" in counts and "cpu" in counts
    assert set(counts.values()) == {run.record["total_ps"]}, counts


def test_epochs_cover_the_run_without_gap(run):
    epochs = run.record["epochs"]
    ends = [epoch["end_ps"] for epoch in epochs]
    assert [epoch["begin_ps"] for epoch in epochs] == [0, *ends[:-1]]
    assert ends[-1] == run.record["total_ps"]


def test_totals_follow_from_each_other(run):
    t = run.totals
    assert t["ops"] == 2 * t["macs"]
    assert relative(t["latency_s"], run.record["total_ps"] * 1e-12) <= TOLERANCE
    assert relative(t["average_power_W"], t["energy_J"] / t["latency_s"]) <= TOLERANCE
    assert relative(t["edp_Js"], t["energy_J"] * t["latency_s"]) <= TOLERANCE
    assert relative(t["tops_per_W"], t["ops"] / t["energy_J"] * 1e-12) <= TOLERANCE
    estimated = math.fsum(a["energy_J"] for a in run.result["accounts"] if a["quality"] == "estimated")
    assert relative(t["estimated_energy_share"], estimated / t["energy_J"]) <= 1e-9
