"""Does the driver of tests/fuzz/commands.py see what makes no sense, and end each command within its limits?"""

import copy
import json
import os
import sys

import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "tests" / "fuzz"))
import commands  # noqa: E402
from sense import absurdities  # noqa: E402
from warm_program import WarmProgram  # noqa: E402


@pytest.fixture(name="result", scope="module")
def result_fixture(subvolt):
    return json.loads(subvolt("run", "edge_npu", "--net", "ad_autoencoder", "--json"))


def test_a_result_makes_sense(result):
    assert list(absurdities(result)) == []


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (("totals", "energy_J"), None, "no finite number at /totals/energy_J"),
        (("totals", "average_power_W"), None, "no finite number at /totals/average_power_W"),
        (("accounts", 3, "count"), -1, "-1 at /accounts/3/count"),
        (("totals", "peak_power_W"), 1e-6, "above the peak"),
        (("totals", "energy_J"), 1.0, "add up to"),
        (("accounts", 0, "scale"), 1e9, "factors' product"),
        (("layers", 0, "utilization"), 1.25, "1.25 at /layers/0/utilization"),
        (("layers", 0, "macs"), 1, "MACs of the layers"),
        (("components", 0, "residency_s", "ON"), 1.0, "in all states"),
        (("totals", "latency_s"), 1e9, "beyond the end of time"),
    ],
)
def test_nonsense_is_seen(result, place, value, said):
    wrong = copy.deepcopy(result)
    at = wrong
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    assert any(said in fault for fault in absurdities(wrong)), list(absurdities(wrong))


@pytest.mark.parametrize("kind", ["config", "record", "result", "sweep", "trace"])
def test_what_is_not_damaged_makes_sense(program, kind):
    worker = commands.Worker(kind, program)
    try:
        for whole in zip(worker.seeds, worker.texts):
            worker.damaged = lambda _, whole=whole: whole
            assert worker.run(0) == ""
    finally:
        worker.close()


SWEPT = {"name": "p", "energy_per_inference_J": {"total": 1, "by_part": {"a": 1}, "by_cause": {"b": 1}}}
DUTY = {"rate_per_s": 10, "met": True, "idle_s": 0.05, "idle_energy_J": 1, "average_power_W": 11}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, ""),
        ({"met": False, "idle_s": None, "idle_energy_J": None, "average_power_W": None}, ""),
        ({"idle_s": 0.2}, "are idle"),
        ({"idle_s": -0.1}, "-0.1 at /points/0/duty/0/idle_s"),
        ({"average_power_W": 9}, "are idle"),
    ],
)
def test_a_rate_makes_sense(changed, said):
    faults = list(absurdities({"points": [SWEPT | {"duty": [DUTY | changed]}]}))
    assert any(said in fault for fault in faults) if said else faults == []


def test_a_warm_program_does_as_a_cold_one(program, subvolt, tmp_path):
    warm = WarmProgram(program, tmp_path, dict(os.environ, SUBVOLT_DATA=str(ROOT)), 2, 30)
    try:
        arguments = ("check", "edge_npu", "--net", "ad_autoencoder")
        for _ in range(2):
            done = warm.run(arguments)
            assert (done.returncode, done.stdout.decode()) == (0, subvolt(*arguments))
        refused = warm.run(["check", "edge_npu", "--net", "nothing"])
        assert refused.returncode == 2 and b"nothing" in refused.stderr
        assert commands.fault_of(refused, (0, 2)) == ""
    finally:
        warm.close()


def test_a_command_that_takes_too_long_is_a_fault(program, tmp_path):
    warm = WarmProgram(program, tmp_path, dict(os.environ, SUBVOLT_DATA=str(ROOT)), 1, 30)
    try:
        done = warm.run(["run", "edge_npu", "--net", "yolov3_tiny_416", "--fidelity", "cycle"])
        assert commands.fault_of(done, (0, 2)) == "signal 24"  # SIGXCPU
    finally:
        warm.close()
