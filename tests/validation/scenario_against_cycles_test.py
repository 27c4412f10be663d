"""Does a scenario of days, which simulates each distinct inference once, cost what the simulation of all of it does?

Named differences: `subvolt run` begins with everything on and nothing loaded, a scenario at rest: by `begin_energy_J`,
exactly. An inference that comes before the design has settled (`settled_after_s`) finds it half asleep. Clocks whose
edges do not fall on the same times of each millisecond make an inference a cycle longer or shorter. Where neither is,
there are no others.
"""

import json
import random

import pytest

DESIGNS = {
    "always_on": ("kws_ds_cnn", "streaming_wakeword", "helloedge_dnn_S"),
    "edge_npu_onchip": ("kws_ds_cnn", "streaming_wakeword", "ad_autoencoder"),
    "edge_npu": ("kws_ds_cnn", "ad_autoencoder"),
    "max78002": ("kws20_v3_1", "mnist"),
}
# Of designs whose clock is as fast as it can be, one of whole megahertz: the same edges in every millisecond.
POINTS = {"edge_npu": "0.8 V, 600 MHz", "edge_npu_onchip": "0.8 V, 600 MHz"}
CASES = range(30)


def case_of(number):
    """A design, and by network its period and phase in whole milliseconds: none within 20 ms behind another."""
    chance = random.Random(number)
    design = chance.choice(sorted(DESIGNS))
    networks = chance.sample(DESIGNS[design], chance.randint(1, 2))
    period = chance.randrange(60, 150)
    phases = [chance.randrange(20, 28), chance.randrange(48, 56)]
    faster = chance.randint(1, 2) if len(networks) == 1 else 1
    streams = [(n, period // faster, phase) for n, phase in zip(networks, phases)]
    return design, streams, period * chance.randint(3, 6) + 40


def documents(tmp_path, design, streams, duration, point=None):
    at = f', operating_point: "{point}"' if point else ""
    days, cycles = tmp_path / "days.yaml", tmp_path / "cycles.yaml"
    head = f"schema: scenario/1\nscenario:\n  duration: {duration} ms\n"
    sources = "".join(f"    s{i}: {{kind: periodic, period: {p} ms, phase: {f} ms}}\n" for i, (_, p, f) in enumerate(streams))
    stages = "".join(f"    n{i}: {{after: s{i}, work: {{network: {n}}}}}\n" for i, (n, _, _) in enumerate(streams))
    days.write_text(
        f"{head}  design: {design}\n  devices: {{soc: {{simulated: true{at}}}}}\n  sources:\n{sources}  stages:\n{stages}"
    )
    jobs = "".join(f"    n{i}: {{network: {n}, every: {p} ms, phase: {f} ms}}\n" for i, (n, p, f) in enumerate(streams))
    cycles.write_text(f"{head}  streams:\n{jobs}")
    return days, cycles


def result_of(program, *arguments):
    done = program.call(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def energy_of_days(program, path, mode):
    result = result_of(program, "scenario", path, mode)
    return result, result["totals"]["source_power_W"] * result["duration_s"]


def whole_of(program, design, cycles, tmp_path, point=None):
    return result_of(program, "run", design, "--scenario", cycles, "-o", tmp_path / "run", *(["--opp", point] if point else []))


@pytest.mark.parametrize("number", CASES)
def test_days_cost_what_their_cycles_do(number, program, tmp_path):
    design, streams, duration = case_of(number)
    point = POINTS.get(design)
    days, cycles = documents(tmp_path, design, streams, duration, point)
    result, energy = energy_of_days(program, days, "--simulate")
    whole = whole_of(program, design, cycles, tmp_path, point)
    assert whole["totals"]["latency_s"] == pytest.approx(duration * 1e-3, rel=1e-12)  # it ended with the scenario
    assert energy + result["design"]["begin_energy_J"] == pytest.approx(whole["totals"]["energy_J"], rel=1e-9)
    for i, (network, _, _) in enumerate(streams):
        jobs = [job for job in whole["jobs"] if job.get("stream") == f"n{i}" and "like" not in job]
        times = {round(job["latency_s"], 12) for job in jobs}
        known = {round(result["design"]["networks"][network][form]["time_s"], 12) for form in ("kept", "loaded")}
        assert times <= known, network


@pytest.mark.parametrize("design", ("edge_npu", "edge_npu_onchip"))
def test_clocks_of_odd_frequencies_differ_by_a_cycle_of_each_inference(design, program, tmp_path):
    days, cycles = documents(tmp_path, design, [("kws_ds_cnn", 50, 25)], 500)
    result, energy = energy_of_days(program, days, "--simulate")
    whole = whole_of(program, design, cycles, tmp_path)
    slowest_s = 1 / min(d["frequency_Hz"] for d in whole["design_point"]["domains"].values() if d.get("frequency_Hz"))
    bound = 10 * slowest_s * result["design"]["networks"]["kws_ds_cnn"]["peak_power_W"]
    differs = energy + result["design"]["begin_energy_J"] - whole["totals"]["energy_J"]
    assert 0 < abs(differs) <= bound


def test_weights_that_another_network_displaced_are_loaded_again(program, tmp_path):
    """Two networks in turn load each time, one alone once; the closed form knows both."""
    streams = [("kws_ds_cnn", 100, 20), ("helloedge_dscnn_S", 100, 60)]
    days, _ = documents(tmp_path, "always_on", streams, 1000)
    result, energy = energy_of_days(program, days, "--simulate")
    loads = [a for a in result["accounts"] if a["cause"] == "load"]
    per_load = {n: r["loaded"]["energy_above_rest_J"] - r["kept"]["energy_above_rest_J"] for n, r in result["design"]["networks"].items()}
    assert all(e > 0 for e in per_load.values())
    spent = {a["stage"]: a["energy_per_day_J"] / 86400 for a in loads}
    assert spent == pytest.approx({"n0": 10 * per_load["kws_ds_cnn"], "n1": 10 * per_load["helloedge_dscnn_S"]}, rel=1e-9)
    alone, _ = documents(tmp_path, "always_on", streams[:1], 1000)
    result, simulated = energy_of_days(program, alone, "--simulate")
    _, expected = energy_of_days(program, alone, "--expected")
    assert simulated - expected == pytest.approx(per_load["kws_ds_cnn"], rel=1e-6)  # the first one's


def test_what_cannot_be_is_located(program, tmp_path):
    path = tmp_path / "s.yaml"
    text = "schema: scenario/1\nscenario:\n  duration: 1 s\n  design: always_on\n  devices: {soc: {simulated: true%s}}\n"
    text += "  sources: {s: {kind: periodic, period: 100 ms}}\n  stages: {n: {after: s, work: {network: %s}}}\n"
    for more, network, says in (
        ("", "kws_ds_cn", 's.yaml:7:42'),
        (", states: {a: 1 uW}", "kws_ds_cnn", "a simulated device has the states of its design"),
        (", operating_point: 9 V", "kws_ds_cnn", "9 V"),
    ):
        path.write_text(text % (more, network))
        done = program.call("scenario", path)
        assert done.returncode == 2 and says in done.stderr, done.stderr


def test_a_design_that_forgets_its_weights_in_sleep_loads_them_again(program, tmp_path):
    """Switched off in each gap, it costs what the run does whose policies switch it off and which keeps no weights."""
    off = [f"power.power_domains.{d}.policy={{name: power_gate_after, state: OFF, after: 0 s}}" for d in ("PD_NPU", "PD_NPU_BUF")]
    sets = [word for s in ["design.keep_weights=false", *off] for word in ("--set", s)]

    def spent(milliseconds):
        folder = tmp_path / str(milliseconds)
        folder.mkdir()
        days, cycles = documents(folder, "always_on", [("kws_ds_cnn", 100, 50)], milliseconds)
        idle = "  idle: {soc: {name: timeout, state: off, after: 0 s}}\n  sources:"
        days.write_text(days.read_text().replace("  sources:", idle))
        result = result_of(program, "scenario", days, "--simulate")
        assert result["devices"]["soc"]["residency"]["off"] > 0.9
        whole = result_of(program, "run", "always_on", "--scenario", cycles, "-o", folder / "run", *sets)
        return result["totals"]["source_power_W"] * result["duration_s"], whole["totals"]["energy_J"]

    # How the two begin differs by one way down and up, so a further second is compared.
    (first, first_cycles), (second, second_cycles) = spent(1000), spent(2000)
    assert second - first == pytest.approx(second_cycles - first_cycles, rel=1e-3)
