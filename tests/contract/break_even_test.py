"""Are break-even times those that energies of whole runs say, and those of chips what was measured?"""

import json

import pytest


def study(program, *arguments):
    done = program.call("breakeven", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def always_on(program):
    return study(program, "always_on")


def test_parts_are_the_transition_and_choices_are_in_order(always_on):
    for domain in always_on["domains"].values():
        for state in domain["states"]:
            if "why_not" in state:
                continue
            assert sum(state["parts_J"].values()) == pytest.approx(state["transition_J"], rel=1e-9, abs=1e-18)
            if state["break_even_s"] is None:
                assert state["rest_W"] >= domain["on_W"] and state["linux"]["min-residency-us"] is None
                continue
            saved = domain["on_W"] - state["rest_W"]
            entry_s = state["linux"]["entry-latency-us"] * 1e-6
            assert state["break_even_s"] == pytest.approx(max(entry_s, state["transition_J"] / saved), rel=1e-6)
            if state["break_even_s"] * 1e6 > 0xFFFFFFFF:  # more than a cell of a device tree holds
                assert state["linux"]["min-residency-us"] is None
                continue
            assert 0 <= state["linux"]["min-residency-us"] - state["break_even_s"] * 1e6 < 1.001
            # Zephyr's timer goes off earlier, by what its way back takes, which it adds to the residency itself.
            assert state["zephyr"]["min-residency-us"] <= state["linux"]["min-residency-us"]
            assert state["zephyr"]["min-residency-us"] >= state["zephyr"]["entry-latency-us"]
        gaps = [choice["from_gap_s"] for choice in domain["choices"]]
        assert gaps == sorted(set(gaps)) and gaps[0] == 0


def test_a_state_costs_what_it_says_in_a_run(always_on, program, tmp_path):
    """At twice the gap of break-even, the run with that policy saves P_on - P_s times the excess."""
    domain = always_on["domains"]["PD_NPU"]
    off = next(s for s in domain["states"] if s["state"] == "OFF")
    gap_ms = max(2, round(2e3 * off["break_even_s"]))
    period_ms = gap_ms + 2
    file = tmp_path / "s.yaml"
    file.write_text(
        f"schema: scenario/1\nscenario:\n  duration: {11 * period_ms} ms\n  streams:\n"
        f"    k: {{network: kws_ds_cnn, every: {period_ms} ms, phase: {period_ms} ms}}\n"
    )
    policy = "power.power_domains.PD_NPU.policy={{name: {}}}"
    spent = []
    for name in ("always_on", "power_gate_after, state: OFF, after: 0 s"):
        done = program.call(
            "run", "always_on", "--scenario", file, "--set", policy.format(name), "--json", "-o", tmp_path / "r"
        )
        assert done.returncode == 0, done.stderr
        spent.append(json.loads(done.stdout)["totals"]["energy_J"])
    # Ten gaps behind inferences, and the time before the first of them, which is rest, too.
    work_s = 10 * always_on["latency_s"]
    saved_W = domain["on_W"] - off["rest_W"]
    waits_s = 20e-6  # min_residency, for which a policy stays
    gaps = 10
    predicted = saved_W * (11e-3 * period_ms - work_s - gaps * waits_s) - gaps * off["transition_J"]
    assert spent[0] - spent[1] == pytest.approx(predicted, rel=2e-3)  # what comes before the first is one gap more


def test_buffers_that_are_switched_off_load_their_weights_again(always_on):
    off = next(s for s in always_on["domains"]["PD_NPU_BUF"]["states"] if s["state"] == "OFF")
    kept = next(s for s in always_on["domains"]["PD_NPU_BUF"]["states"] if s["state"] == "RETENTION")
    assert off["forgets_weights"] and not kept["forgets_weights"]
    assert off["parts_J"]["weights"] > 0.5 * off["transition_J"] > 0
    assert off["break_even_s"] > kept["break_even_s"]


def test_what_cannot_be_asked_for(program):
    done = program.call("breakeven", "always_on", "--domain", "PD_NPQ")
    assert done.returncode == 2 and "PD_NPU" in done.stderr
    done = program.call("breakeven", "edge_npu", "--net", "kws_ds_cnn", "--inferences", "2")
    assert done.returncode == 2 and "name one network with --net" in done.stderr
