"""Do the numbers move the way physics does, over the whole range of voltages, buffer sizes and memory speeds?

Voltages from 0.35 V to 1.1 V in steps of 25 mV, each simulated at its own f_max, in both technologies.
"""

import math

import pytest
from support.program import DESIGNS, NETWORKS, Point, relative

MILLIVOLTS = tuple(range(350, 1101, 25))
LOGIC_RAIL = "VDD_NPU"
KIBIBYTES = (8, 16, 32, 64, 128, 256)
SRAM_KIBIBYTES = (64, 96, 128, 192, 256, 384, 512, 768, 1024, 2048, 4096)
MEMORY_MHZ = (400, 533, 600, 800, 933, 1066, 1200, 1333, 1400, 1600)


def at(millivolts):
    return f"{millivolts / 1000:g}V"


def voltage_sweep(runs, design, net, millivolts=MILLIVOLTS):
    # A run that lasts longer than the DRAM's patience sends it to sleep, and one that does not pays for its standby.
    awake = ("soc.dram.policies.self_refresh.after=1 s",)
    return runs.all([Point(design=design, net=net, opp=at(mv), sets=awake) for mv in millivolts])


@pytest.fixture(scope="module", params=DESIGNS)
def sweep(request, runs):
    """Runs of the keyword spotter, by rising voltage."""
    return voltage_sweep(runs, request.param, "kws_ds_cnn")


def rail(run):
    return run.result["design_point"]["domains"][LOGIC_RAIL]


def rises(values):
    return all(a < b for a, b in zip(values, values[1:]))


def never_rises(values):
    return all(a >= b for a, b in zip(values, values[1:]))


def of_cause(run, cause):
    return {name: a for name, a in run.accounts.items() if a["domain"] == LOGIC_RAIL and a["cause"] == cause}


def test_f_max_rises(sweep):
    assert [rail(run)["voltage_V"] for run in sweep] == [mv / 1000 for mv in MILLIVOLTS]
    assert rises([rail(run)["frequency_Hz"] for run in sweep])


def test_switching_energy_of_the_logic_rises_as_the_square_of_the_voltage(sweep):
    """The work does not depend on the voltage, so neither do the counts: what is left is V^2, account by account."""
    first = of_cause(sweep[0], "switching")
    assert {"npu.array.mac_int8", "npu.vector.lane_operation"} <= first.keys()
    for run in sweep:
        accounts = of_cause(run, "switching")
        square = (rail(run)["voltage_V"] / rail(sweep[0])["voltage_V"]) ** 2
        assert {n: a["count"] for n, a in accounts.items()} == {n: a["count"] for n, a in first.items()}
        for name, account in accounts.items():
            assert relative(account["energy_J"], first[name]["energy_J"] * square) <= 1e-12, (name, run.point.opp)


def test_all_dynamic_energy_of_the_logic_rises_as_the_square_at_one_frequency(runs):
    """Clock trees included, when the clock edges are the same: one record, priced at every voltage."""
    design, technology = "edge_npu", "lp28"
    clocks = "npu_clk=20MHz"
    run = runs(design=design, opp=f"0.35V,{clocks}")

    def dynamic(millivolts):
        priced = runs.priced(run, technology, f"{at(millivolts)},{clocks}", design)
        return math.fsum(a["energy_J"] for c in ("switching", "clock_tree") for a in of_cause(priced, c).values())

    base = dynamic(MILLIVOLTS[0])
    for mv in MILLIVOLTS[1:]:
        assert relative(dynamic(mv), base * (mv / MILLIVOLTS[0]) ** 2) <= 1e-12, mv


def test_leakage_power_rises(sweep):
    """Of each component on the scaled rail, while it is on."""
    powers = {}
    for run in sweep:
        for name, a in of_cause(run, "leakage").items():
            if name.endswith(".ON"):
                powers.setdefault(name, []).append(a["unit_energy_J"] * a["scale"] * 1e12)
                assert relative(a["energy_J"], a["count"] * 1e-12 * powers[name][-1]) <= 1e-12
    assert "npu.array.leakage.ON" in powers
    for name, values in powers.items():
        assert len(values) == len(MILLIVOLTS), name
        assert rises(values), name


def test_leakage_power_rises_with_temperature(runs):
    made = runs.all([Point(opp="0.5V,10MHz", sets=(f"power.temperature={t}C",)) for t in (-20, 0, 25, 50, 85)])
    assert rises([math.fsum(a["energy_J"] for a in of_cause(run, "leakage").values()) for run in made])


def turns(energies):
    """Places of the local minima of a sequence, ends included."""
    padded = [math.inf, *energies, math.inf]
    return [i for i in range(len(energies)) if padded[i] > padded[i + 1] < padded[i + 2]]


def npu_energy(run):
    """What the scaled part of the SoC takes, its regulators included."""
    accounts = [a for a in run.result["accounts"] if a["component"] == LOGIC_RAIL or a["component"].startswith("npu")]
    return math.fsum(a["energy_J"] for a in accounts)


def assert_one_interior_minimum(energies, what):
    assert len(turns(energies)) == 1, (what, turns(energies), energies)
    assert 0 < turns(energies)[0] < len(energies) - 1, (what, "the minimum is at the edge", energies)


def test_energy_per_inference_has_one_interior_minimum(sweep):
    assert_one_interior_minimum([run.totals["energy_J"] for run in sweep], "all of the SoC")


def test_energy_of_the_npu_has_one_minimum(sweep):
    """In lp65 it lies below the lowest voltage here: the array is at work most of the time, and leaks little."""
    energies = [npu_energy(run) for run in sweep]
    assert len(turns(energies)) == 1, energies
    assert turns(energies)[0] < len(energies) - 1


@pytest.mark.parametrize("design", DESIGNS)
def test_energy_per_inference_of_mobilenet_has_one_interior_minimum(runs, design):
    made = voltage_sweep(runs, design, "mobilenet_v1_1.0_224", range(350, 1101, 75))
    assert_one_interior_minimum([run.totals["energy_J"] for run in made], "all of the SoC")


@pytest.mark.parametrize("net", ["kws_ds_cnn", "resnet8"])
@pytest.mark.parametrize("design", DESIGNS)
def test_a_higher_voltage_never_takes_longer(runs, design, net):
    assert never_rises([run.totals["latency_s"] for run in voltage_sweep(runs, design, net)])


def planned_traffic(plan, memory="dram"):
    """Bytes to and from a memory; work_conservation_test.py holds the simulation against it."""
    return sum(sum(layer["program_B"].get(memory, {}).values()) for layer in plan["layers"])


@pytest.mark.parametrize("net", NETWORKS)
@pytest.mark.parametrize("buffer", ["input_buffer", "weight_buffer", "output_buffer"])
def test_a_bigger_buffer_never_raises_dram_traffic(runs, net, buffer):
    points = [Point(net=net, sets=(f"soc.npu.{buffer}.size={size}KiB",)) for size in KIBIBYTES]
    traffic = [planned_traffic(plan) for plan in runs.plans(points)]
    assert never_rises(traffic), dict(zip(KIBIBYTES, traffic))


@pytest.mark.parametrize("net", NETWORKS)
def test_a_bigger_sram_never_raises_dram_traffic(runs, net):
    points = [Point(net=net, sets=(f"soc.sram.size={size}KiB",)) for size in SRAM_KIBIBYTES]
    traffic = [planned_traffic(plan) for plan in runs.plans(points)]
    assert never_rises(traffic), dict(zip(SRAM_KIBIBYTES, traffic))


def test_simulated_dram_traffic_follows_the_plan_at_the_ends(runs):
    net = "vww_mobilenet_v1_0.25_96"
    points = [Point(net=net, sets=(f"soc.sram.size={size}KiB",)) for size in (SRAM_KIBIBYTES[0], SRAM_KIBIBYTES[-1])]
    traffic = [run.totals["dram_read_B"] + run.totals["dram_write_B"] for run in runs.all(points)]
    assert traffic == [planned_traffic(plan) for plan in runs.plans(points)]


@pytest.mark.parametrize("net", NETWORKS)
@pytest.mark.parametrize("opp", ["nominal", "near_threshold"])
def test_a_faster_dram_never_raises_latency(runs, net, opp):
    made = runs.all([Point(net=net, opp=f"{opp},mem_clk={mhz}MHz") for mhz in MEMORY_MHZ])
    latency = [run.totals["latency_s"] for run in made]
    assert never_rises(latency), dict(zip(MEMORY_MHZ, latency))
    clocks = [run.result["design_point"]["clock_frequency_Hz"]["mem_clk"] for run in made]
    assert clocks == [mhz * 10**6 for mhz in MEMORY_MHZ]
