"""Does the energy of a DRAM follow what its device was told to do: sleep, slow down, refresh for the heat, terminate?

The right-hand sides are computed here, from the counts of result.json and the currents of the memory document.
"""

import math
import re

import pytest
import yaml
from support.program import ROOT, Point, relative

KWS, MOBILENET = "kws_ds_cnn", "mobilenet_v1_1.0_224"
DOCUMENT = "configs/memories/lpddr4_3200.yaml"
# KWS lives on the chip: DRAM is idle from begin to end. MobileNetV1's weights stream from it.
AWAKE = ("soc.dram.policies.power_down.policy=never", "soc.dram.policies.self_refresh.policy=never")
RETENTION = (
    "power.power_domains.PD_DRAM.states="
    "[{state: RETENTION, min_residency: 10 us, entry_latency: 0.5 us, exit_latency: 2 us}]",
    "power.power_domains.PD_DRAM.policy={name: power_gate_after, after: 20 us, state: RETENTION}",
)
SCALING = ("power.clock_domains.mem_clk.scaling={policy: {name: utilisation}, window: 20 us}",)
TERMINATION = ("soc.dram.policies.termination={drive_ohm: 40, termination_ohm: 60}",)
STATES = ("active_standby", "precharge_standby", "active_power_down", "precharge_power_down", "self_refresh")
STANDBY_CURRENT = {"active_standby": ("IDD3N", "IDD3NS"), "precharge_standby": ("IDD2N", "IDD2NS")}
POINTS_MHZ = {"f800": 800, "f533": 533, "f266": 266}

CASES = {
    "as shipped": (KWS, ()),
    "never sleeps": (KWS, AWAKE),
    "on request": (KWS, AWAKE + RETENTION),
    "on request, with traffic": (MOBILENET, AWAKE + RETENTION),
    "scales": (MOBILENET, SCALING),
    "scales, never sleeps": (MOBILENET, AWAKE + SCALING),
    "scales, on request": (MOBILENET, SCALING + RETENTION),
    "terminated": (MOBILENET, TERMINATION),
    "hot": (KWS, ("power.temperature=95 C", "soc.dram.policies.self_refresh.after=10 us")),
    "per bank": (MOBILENET, ("soc.dram.policies.refresh.mode=per_bank",)),
}


@pytest.fixture(scope="module", params=CASES)
def case(request, runs):
    net, sets = CASES[request.param]
    return runs(Point(net=net, sets=sets))


@pytest.fixture(scope="module")
def rails():
    return yaml.safe_load((ROOT / DOCUMENT).read_text())["memory"]["currents"]["rails"]


def number(text):
    value, unit = str(text).split()
    return float(value) * {"m": 1e-3, "u": 1e-6}.get(unit[0] if len(unit) > 1 else "", 1.0)


def power_W(rails, name, slow=None, ratio=1.0):
    """Over all rails; of a clock that is `ratio` of the data sheet's, where the stopped clock's current is known."""
    sum_W = 0.0
    for rail in rails.values():
        full, stopped = number(rail[name]), number(rail[slow or name])
        sum_W += number(rail["voltage"]) * (stopped + (full - stopped) * ratio)
    return sum_W


def dram(run):
    return next(c for c in run.result["components"] if c["name"] == "dram")


def energy(run, prefix):
    """Of the accounts of one event, all rails together."""
    pattern = re.compile(rf"dram\.{re.escape(prefix)}(\.vdd1|\.vdd2|\.vddq)?$")
    return math.fsum(a["energy_J"] for name, a in run.accounts.items() if pattern.match(name))


def test_residencies_sum_to_the_run(case):
    counts = dram(case)["events"]
    ps = sum(n for event, n in counts.items() if event.split("@")[0] in STATES)
    assert ps == round(case.totals["latency_s"] * 1e12)


def test_standby_costs_what_the_sheet_says_at_its_clock(case, rails):
    for event, ps in dram(case)["events"].items():
        state, _, point = event.partition("@")
        if state not in STANDBY_CURRENT or ps == 0:
            continue
        ratio = POINTS_MHZ[point] / 1600 if point else 1.0
        expected = ps * 1e-12 * power_W(rails, *STANDBY_CURRENT[state], ratio)
        assert relative(energy(case, event), expected) < 1e-6, event


def test_components_and_causes_add_up_to_the_total(case):
    components = math.fsum(j for c in case.result["components"] for j in c["energy_J"].values())
    accounts = math.fsum(a["energy_J"] for a in case.result["accounts"])
    assert relative(components, case.totals["energy_J"]) < 1e-9
    assert relative(accounts, case.totals["energy_J"]) < 1e-9


def test_deeper_sleep_costs_less(runs):
    down = ("soc.dram.policies.self_refresh.policy=never",)
    deep = ("soc.dram.policies.self_refresh.after=5 us",)
    never, power_down, self_refresh, request = runs.all(
        [Point(sets=s) for s in (AWAKE, down, deep, AWAKE + RETENTION)]
    )
    background = [dram(r)["energy_J"]["background"] for r in (never, power_down, self_refresh)]
    assert background[0] > 2 * background[1] > 2 * background[2] > 0
    assert dram(self_refresh)["events"]["refresh"] < dram(power_down)["events"]["refresh"] / 2
    # Asked for after 20 us instead of gone after 5 us: between the two.
    assert background[0] > dram(request)["energy_J"]["background"] > background[2]
    # Nothing waits for an idle DRAM.
    assert len({r.totals["latency_s"] for r in (never, power_down, self_refresh, request)}) == 1


def test_a_retained_dram_refreshes_itself(runs):
    run = runs(Point(sets=AWAKE + RETENTION))
    counts = dram(run)["events"]
    retained_ps = dram(run)["residency_s"]["RETENTION"] * 1e12
    assert counts["self_refreshes"] == 1
    # A refresh under way holds it up by 0.28 us.
    assert 0 <= retained_ps - counts["self_refresh"] < 0.4e6
    assert retained_ps > 0.3 * run.record["total_ps"]


def test_coming_back_from_retention_costs_time(runs):
    awake, asleep = runs.all([Point(net=MOBILENET, sets=s) for s in (AWAKE, AWAKE + RETENTION)])
    counts, states = dram(asleep)["events"], dram(asleep)["residency_s"]
    times = round(states["WAKING"] / 2e-6)
    assert times > 10
    assert times <= counts["self_refreshes"] <= times + 1
    late = asleep.totals["latency_s"] - awake.totals["latency_s"]
    # 2 us of the domain and tXSR of 287.5 ns; what was not waited for may hide it.
    assert 0 < late < times * 3e-6
    assert asleep.totals["energy_J"] < awake.totals["energy_J"]
    assert dram(asleep)["energy_J"]["background"] < dram(awake)["energy_J"]["background"]


def test_the_memory_clock_follows_its_use(runs):
    plain, fixed, scaled = runs.all(
        [
            Point(net=MOBILENET, sets=s)
            for s in ((), ("power.clock_domains.mem_clk.scaling={policy: {name: fixed}, window: 20 us}",), SCALING)
        ]
    )
    assert fixed.totals == plain.totals
    assert [fixed.accounts[a]["count"] for a in plain.accounts] == [a["count"] for a in plain.accounts.values()]

    counts = dram(scaled)["events"]
    assert counts["set_point_switches"] > 20
    for point in POINTS_MHZ:
        assert counts[f"active_standby@{point}"] > 0
        assert counts[f"precharge_standby@{point}"] > 0
    assert counts["active_standby"] > counts["active_standby@f266"], "busy windows are fast ones"
    # The same traffic, later.
    for event in ("read", "write", "read_B", "write_B"):
        assert counts[event] == dram(plain)["events"][event]
    assert scaled.totals["latency_s"] > plain.totals["latency_s"]


def test_an_idle_memory_ends_at_its_slowest_clock(runs):
    slowest = dram(runs(Point(opp="0.8V,200MHz", sets=AWAKE + SCALING)))["events"]
    assert slowest["set_point_switches"] == 3
    assert slowest["precharge_standby"] < 21e6
    assert slowest["precharge_standby@f266"] > 30e6
    # From 800 MHz on 533 and 266 MHz are left.
    base = ("power.clock_domains.mem_clk.frequency=800 MHz",)
    from_800 = dram(runs(Point(opp="0.8V,200MHz", sets=AWAKE + SCALING + base)))["events"]
    assert from_800["set_point_switches"] == 2
    assert "precharge_standby@f800" not in from_800
    assert from_800["precharge_standby@f266"] > slowest["precharge_standby@f266"]


def test_heat_refreshes_more_often(runs):
    cool, warm, hot = runs.all([Point(sets=(*AWAKE, f"power.temperature={c} C")) for c in (25, 85, 95)])
    refreshes = [dram(r)["events"]["refresh"] for r in (cool, warm, hot)]
    # tREFI of 3.904 us up to 85 C, half of it up to 95 C. A hot NPU is slower, and its run longer.
    for run, count, interval in zip((cool, warm, hot), refreshes, (3.904e-6, 3.904e-6, 1.952e-6)):
        assert abs(run.totals["latency_s"] / interval - count) <= 1
    assert relative(energy(hot, "refresh") / refreshes[2], energy(cool, "refresh") / refreshes[0]) < 1e-6


def test_a_part_of_the_array_costs_less_but_not_in_proportion(runs):
    rest = ("soc.dram.policies.self_refresh.after=5 us",)
    whole, eighth = runs.all([Point(sets=s) for s in (rest, (*rest, "soc.dram.policies.self_refresh.array=0.125"))])
    per_ps = [energy(r, "self_refresh") / dram(r)["events"]["self_refresh"] for r in (whole, eighth)]
    assert relative(per_ps[1] / per_ps[0], 0.35 / 0.5) < 1e-6  # factors of the document up to 45 C


def test_the_capacity_shrinks_with_the_array(program):
    sets = [f"--set=soc.dram.policies.self_refresh.array={array}" for array in (1, 0.125)]
    outputs = [program.output("check", "edge_npu", "--json", s) for s in sets]
    sizes = [re.search(r'"dram"[^{}]*?"(?:capacity|size)_B": (\d+)', o) for o in outputs]
    assert all(sizes), outputs[0][:2000]
    assert int(sizes[1][1]) * 8 == int(sizes[0][1]) == 1 << 30


def test_termination_is_an_account_of_its_own(runs):
    plain, terminated = runs.all([Point(net=MOBILENET, sets=s) for s in ((), TERMINATION)])
    counts = dram(terminated)["events"]
    for direction in ("read", "write"):
        account = terminated.accounts[f"dram.termination_{direction}.vddq"]
        assert account["cause"] == "io"
        assert account["count"] == counts[direction] == counts[f"termination_{direction}"]
        # JESD209-4: LVSTL ends in ground; half of the bits draw V / (R + T) through 16 pins for 5 ns.
        assert relative(account["energy_J"], counts[direction] * 0.5 * 1.1**2 / 100 * 16 * 5e-9) < 1e-6
    extra = energy(terminated, "termination_read") + energy(terminated, "termination_write")
    assert relative(sum(dram(terminated)["energy_J"].values()) - extra, sum(dram(plain)["energy_J"].values())) < 1e-9
    assert terminated.totals["latency_s"] == plain.totals["latency_s"]
    assert not any("termination" in name for name in plain.accounts)


@pytest.mark.parametrize("name", ("scales", "on request, with traffic", "terminated", "hot"))
def test_explain_price_and_diff_work_on_it(name, runs, program, tmp_path):
    net, sets = CASES[name]
    run = runs(Point(net=net, sets=sets))
    explained = program.output("explain", run.folder, "dram")
    assert "source" in explained
    for event in {"scales": ("active_standby@f800",), "terminated": ("termination_read",)}.get(name, ("self_refresh",)):
        assert f"dram.{event}" in explained
    intent = tuple(s for s in sets if s.startswith("power."))
    priced = runs.priced(run, "lp28", "nominal", "edge_npu", sets=intent)
    assert relative(priced.totals["energy_J"], run.totals["energy_J"]) < 1e-9
    same = program.call("diff", run.folder, priced.folder)
    assert same.returncode == 0, same.stdout
    plain = runs(Point(net=net))
    assert program.call("diff", plain.folder, run.folder).returncode == 1
