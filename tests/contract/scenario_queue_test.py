"""Do both engines say what a queue does to work, or that they cannot tell?"""

import json

import pytest

SCENARIO = """schema: scenario/1
scenario:
  duration: {duration}
  devices: {{a: {{states: {{on: 10 uW}}}}}}
  sources: {{e: {arrivals}}}
  stages: {{s: {{after: e, on: a, {more}work: {{given: {{time: 20 ms, energy: 1 uJ}}}}}}}}
  budget: {{latency: 25 ms, missed: 0}}
"""


@pytest.fixture
def scenario(program, tmp_path):
    def run(mode, arrivals, more="", duration="1 h"):
        file = tmp_path / "s.yaml"
        file.write_text(SCENARIO.format(duration=duration, arrivals=arrivals, more=more), encoding="utf-8")
        return program.call("scenario", file, mode, "--json")

    return run


@pytest.mark.parametrize("mode", ["--expected", "--simulate"])
def test_work_that_comes_faster_than_it_is_done_is_refused(scenario, mode):
    done = scenario(mode, "{kind: periodic, period: 10 ms}")
    assert done.returncode == 2 and "work comes faster than a does it: s need 2 s of each second" in done.stderr


def test_closed_forms_follow_no_single_event_and_say_so(scenario):
    done = scenario("--expected", "{kind: periodic, period: 10 ms}", "drop: newest, ")
    result = json.loads(done.stdout)
    assert done.returncode == 0 and [result["budget"][name]["met"] for name in ("latency", "missed")] == [None, None]
    assert any("nothing is dropped" in text for text in result["approximations"])


def test_simulations_follow_them(scenario):
    done = scenario("--simulate", "{kind: periodic, period: 10 ms}", "drop: newest, ")
    result = json.loads(done.stdout)
    assert done.returncode == 1 and not result["budget"]["missed"]["met"] and result["budget"]["latency"]["met"]
    assert result["budget"]["missed"]["value"] == pytest.approx(0.5, abs=1e-5)


def test_a_queue_that_hardly_ends_is_played(scenario):
    """As much work as time: thousands wait, and each waits in the order of its coming."""
    done = scenario("--simulate", "{kind: poisson, rate: 50 /s}", duration="6 h")
    latency = json.loads(done.stdout)["stages"]["s"]["latency_s"]
    assert done.returncode == 1 and latency["max"] > latency["p50"] > 1
