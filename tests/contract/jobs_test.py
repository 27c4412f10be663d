"""Several inferences and several networks in one run: who ran when, and what did it cost?"""

import json

import pytest
import yaml

TWO_STREAMS = """\
schema: scenario/1
scenario:
  duration: 3 ms
  streams:
    keyword: {network: kws_ds_cnn, every: 1 ms, deadline: 200 us}
    vision: {network: resnet8, at: [0 ms, 1500 us], deadline: 150 us}
"""


def run(program, folder, *arguments, cwd=None):
    program.output("run", *arguments, "-o", folder, "--quiet", cwd=cwd)
    return json.loads((folder / "result.json").read_text())


def layer_energy(layer):
    return sum(sum(causes.values()) for causes in layer["energy_J"].values())


@pytest.fixture(scope="module")
def streams(program, tmp_path_factory):
    folder = tmp_path_factory.mktemp("streams")
    (folder / "two.yaml").write_text(TWO_STREAMS)
    return run(program, folder / "out", "edge_npu", "--scenario", folder / "two.yaml")


def test_one_inference_is_one_job(program, tmp_path):
    result = run(program, tmp_path / "out", "edge_npu", "--net", "kws_ds_cnn")
    (job,) = result["jobs"]
    assert (job["stream"], job["number"], job["released_s"]) == ("kws_ds_cnn", 0, 0.0)
    assert job["end_s"] == pytest.approx(result["totals"]["latency_s"])
    assert result["totals"]["between_jobs"] == {"time_s": 0.0, "energy_J": 0.0}


# Without DRAM nothing of an inference is left for the next one to find, and 400 MHz is twice the host's clock, so that
# each begins at edges of both.
def test_inferences_that_share_nothing_cost_so_many_times_one(program, tmp_path):
    point = ("edge_npu_onchip", "--net", "resnet8", "--opp", "0.8V,400MHz")
    one = run(program, tmp_path / "one", *point)
    many = run(program, tmp_path / "many", *point, "--inferences", 7)
    assert len(many["jobs"]) == 7
    assert many["totals"]["cycles"] == 7 * one["totals"]["cycles"]
    assert many["totals"]["macs"] == 7 * one["totals"]["macs"]
    assert many["totals"]["energy_J"] == pytest.approx(7 * one["totals"]["energy_J"], rel=1e-9)
    assert many["totals"]["per_inference"]["energy_J"] == pytest.approx(one["totals"]["energy_J"], rel=1e-9)
    for job, after in zip(many["jobs"], many["jobs"][1:]):
        assert after["released_s"] == job["end_s"] == after["begin_s"]
        assert after["energy_J"] == pytest.approx(one["totals"]["energy_J"], rel=1e-9)
    for layer, single in zip(many["layers"], one["layers"]):
        assert layer["cycles"] == 7 * single["cycles"]
        assert layer["utilization"] == pytest.approx(single["utilization"])
        assert layer_energy(layer) == pytest.approx(7 * layer_energy(single), rel=1e-9)


def buffer_writes(result):
    """Bytes that came into the weight buffer."""
    return next(c["events"]["write_B"] for c in result["components"] if c["name"] == "npu.weight_buffer")


WEIGHTS_STAY = ("edge_npu_onchip", "--net", "kws_ds_cnn", "--opp", "0.8V,400MHz")


@pytest.mark.parametrize("barrier", ["soc", "accelerator"])
def test_later_inferences_find_their_weights_where_the_first_left_them(barrier, program, tmp_path):
    point = (*WEIGHTS_STAY, "--set", f"design.barrier={barrier}")
    one = run(program, tmp_path / "one", *point)
    kept = run(program, tmp_path / "kept", *point, "--inferences", 5)
    anew = run(program, tmp_path / "anew", *point, "--inferences", 5, "--set", "design.keep_weights=false")
    assert buffer_writes(kept) == buffer_writes(one)
    assert buffer_writes(anew) == 5 * buffer_writes(one)
    assert kept["totals"]["macs"] == anew["totals"]["macs"] == 5 * one["totals"]["macs"]
    assert kept["totals"]["energy_J"] < anew["totals"]["energy_J"]
    # Loads that overlap hide their time, and those that are left meet others on the bus.
    assert kept["totals"]["latency_s"] <= anew["totals"]["latency_s"] * (1.0 if barrier == "soc" else 1.005)
    if barrier == "soc":
        first, *later = [job["energy_J"] for job in kept["jobs"]]
        assert first == pytest.approx(one["totals"]["energy_J"], rel=1e-9)
        assert later == pytest.approx([later[0]] * 4, rel=1e-9) and later[0] < first


def test_weights_do_not_stay_where_the_buffer_forgets_them_or_another_network_runs(program, tmp_path):
    off = "power.power_domains.PD_NPU_BUF"
    states = "[{state: CLK_GATED}, {state: OFF, min_residency: 20 us}]"
    policy = "{name: power_gate_after, after: 1 ms, state: OFF}"
    forgets = (*WEIGHTS_STAY, "--set", f"{off}.states={states}", "--set", f"{off}.policy={policy}")
    one = run(program, tmp_path / "one", *WEIGHTS_STAY)
    assert buffer_writes(run(program, tmp_path / "forgets", *forgets, "--inferences", 3)) == 3 * buffer_writes(one)
    other = run(program, tmp_path / "other", "edge_npu_onchip", "--net", "resnet8", "--opp", "0.8V,400MHz")
    turns = tmp_path / "turns.yaml"
    turns.write_text(
        "schema: scenario/1\nscenario:\n  streams:\n"
        "    a: {network: kws_ds_cnn, at: [0 s, 2 ms, 3 ms]}\n    b: {network: resnet8, at: [1 ms]}\n"
    )
    mixed = run(program, tmp_path / "mixed", "edge_npu_onchip", "--scenario", turns, "--opp", "0.8V,400MHz")
    # The second keyword comes after the other network, the third after the second.
    assert buffer_writes(mixed) == 2 * buffer_writes(one) + buffer_writes(other)


# Rows are open and refreshes due as the one before has left them; the work is the same.
def test_the_first_inference_differs_only_by_the_memory_that_it_found(program, tmp_path):
    result = run(program, tmp_path / "out", "edge_npu", "--net", "mobilenet_v2_1.0_224", "--inferences", 3)
    first, second, third = (job["end_s"] - job["begin_s"] for job in result["jobs"])
    assert second == pytest.approx(third, rel=1e-3)
    assert first == pytest.approx(second, rel=1e-2)


def test_streams_arrive_and_are_served_in_order(streams):
    served = [(job["stream"], job["number"]) for job in streams["jobs"]]
    assert served == [("keyword", 0), ("vision", 0), ("keyword", 1), ("vision", 1), ("keyword", 2)]
    for job in streams["jobs"]:
        assert job["released_s"] <= job["begin_s"] < job["end_s"]
    for job, after in zip(streams["jobs"], streams["jobs"][1:]):
        assert after["begin_s"] >= job["end_s"]
    assert streams["totals"]["latency_s"] == pytest.approx(3e-3)


# Both arrive at the start, and the second one waits for the first one.
def test_deadlines_tell_who_was_late(streams):
    met = {(job["stream"], job["number"]): job["deadline_met"] for job in streams["jobs"]}
    assert met == {
        ("keyword", 0): True,
        ("vision", 0): False,
        ("keyword", 1): True,
        ("vision", 1): True,
        ("keyword", 2): True,
    }


def test_energy_by_job_by_layer_and_between_adds_up(streams):
    total = streams["totals"]["energy_J"]
    outside = streams["totals"]["energy_outside_layers_J"]
    assert sum(job["energy_J"] for job in streams["jobs"]) + outside == pytest.approx(total, rel=1e-12)
    assert sum(map(layer_energy, streams["layers"])) + outside == pytest.approx(total, rel=1e-12)
    between = streams["totals"]["between_jobs"]
    assert between["energy_J"] == pytest.approx(outside, rel=1e-9)
    busy = sum(job["end_s"] - job["begin_s"] for job in streams["jobs"])
    assert between["time_s"] + busy == pytest.approx(streams["totals"]["latency_s"], rel=1e-9)


def test_layers_say_whose_they_are(streams):
    names = {layer["name"].split("/")[0] for layer in streams["layers"]}
    assert names == {"keyword", "vision"}
    runs = {layer["name"].split("/")[0]: layer["jobs"] for layer in streams["layers"]}
    assert runs == {"keyword": 3, "vision": 2}
    assert {layer["network"] for layer in streams["layers"]} == {"kws_ds_cnn", "resnet8"}


# Two networks that never run at once find room where one alone just does: activations share, weights do not.
def test_networks_are_placed_together(program, tmp_path):
    (tmp_path / "two.yaml").write_text(TWO_STREAMS)
    plan = json.loads(program.output("check", "edge_npu_onchip", "--scenario", tmp_path / "two.yaml", "--json"))
    memory = {memory["name"]: memory for memory in plan["memories"]}["sram"]
    single = [
        {m["name"]: m for m in json.loads(program.output("check", "edge_npu_onchip", "--net", net, "--json"))["memories"]}[
            "sram"
        ]
        for net in ("kws_ds_cnn", "resnet8")
    ]
    assert memory["weights_B"] == sum(m["weights_B"] for m in single)
    assert memory["activations_peak_B"] == max(m["activations_peak_B"] for m in single)


def test_a_scenario_runs_again_from_its_configuration(program, tmp_path):
    first = run(program, tmp_path / "first", "edge_npu", "--scenario", "keyword_and_vision", "--set", "scenario.duration=120 ms")
    program.output("run", tmp_path / "first" / "config.yaml", "-o", tmp_path / "again", "--quiet")
    assert json.loads((tmp_path / "again" / "result.json").read_text()) == first
    assert "--scenario keyword_and_vision" in first["provenance"]["command"]


def test_a_design_may_name_a_scenario_or_inferences(program, tmp_path):
    design = {"soc": "edge_npu", "power": "edge_npu", "technology": "lp28"}
    for extra, jobs in (({"network": "kws_ds_cnn", "inferences": 3}, 3), ({"scenario": "two.yaml"}, 5)):
        (tmp_path / "two.yaml").write_text(TWO_STREAMS)
        path = tmp_path / "design.yaml"
        path.write_text(yaml.safe_dump({"schema": "design/1", "design": {**design, **extra}}))
        assert len(run(program, tmp_path / "out", path)["jobs"]) == jobs
        # What is said now goes before.
        assert len(run(program, tmp_path / "out", path, "--net", "resnet8", "--inferences", 2)["jobs"]) == 2


def test_waiting_is_no_work(program, tmp_path):
    """A second between two inferences: the same work, and a record that does not grow with the time."""
    (tmp_path / "rare.yaml").write_text(
        "schema: scenario/1\nscenario: {streams: {a: {network: kws_ds_cnn, every: 1 s, count: 2}}}\n"
    )
    result = run(program, tmp_path / "out", "edge_npu", "--scenario", tmp_path / "rare.yaml")
    assert result["totals"]["between_jobs"]["time_s"] == pytest.approx(1.0, rel=1e-3)
    assert (tmp_path / "out" / "activity.json").stat().st_size < 1e6


LONG = """\
schema: scenario/1
scenario:
  duration: 20 s
  streams: {keyword: {network: kws_ds_cnn, every: 100 ms, deadline: 1 ms}}
"""


def told_in_full(result):
    """With all of each job that is like another: that one's, as much later as it was released later."""

    def whole(job):
        if "like" not in job:
            return job
        like = result["jobs"][job["like"]]
        later = job["released_s"] - like["released_s"]
        moved = {key: like[key] + later for key in ("begin_s", "end_s", "deadline_s") if key in like}
        return like | moved | {"number": job["number"], "released_s": job["released_s"]}

    return result | {"jobs": [whole(job) for job in result["jobs"]]}


def same_but_for_the_order_of_sums(mine, theirs, at=""):
    """Counts to the last one, energies and times to 1e-9."""
    if isinstance(mine, dict):
        assert mine.keys() == theirs.keys(), at
        for key, value in mine.items():
            same_but_for_the_order_of_sums(value, theirs[key], f"{at}/{key}")
    elif isinstance(mine, list):
        assert len(mine) == len(theirs), at
        for i, (a, b) in enumerate(zip(mine, theirs)):
            same_but_for_the_order_of_sums(a, b, f"{at}/{i}")
    elif isinstance(mine, float):
        assert mine == pytest.approx(theirs, rel=1e-9), at
    else:
        assert mine == theirs, at


# Under barrier accelerator a layer ends with its last result, and the memory works on until it has closed its rows;
# epochs are fewer, so that only a longer run is folded.
@pytest.mark.parametrize("barrier, seconds", [("soc", 20), ("accelerator", 60)])
def test_long_runs_write_little_unless_the_trace_is_wanted(barrier, seconds, program, tmp_path):
    (tmp_path / "long.yaml").write_text(LONG.replace("20 s", f"{seconds} s"))
    results = {}
    for name, options in (("thin", []), ("traced", ["--trace"])):
        of = ("edge_npu", "--scenario", tmp_path / "long.yaml", "--set", f"design.barrier={barrier}")
        results[name] = run(program, tmp_path / name, *of, *options)
    peak = {key: results["traced"]["totals"].pop(key) for key in ("peak_power_W", "peak_window_s")}
    assert peak["peak_power_W"] > results["traced"]["totals"]["average_power_W"]
    assert (tmp_path / "traced" / "trace.csv").exists() and not (tmp_path / "thin" / "trace.csv").exists()
    assert sum("like" in job for job in results["thin"]["jobs"]) > 10
    assert not any("like" in job for job in results["traced"]["jobs"])
    same_but_for_the_order_of_sums(told_in_full(results["thin"]), results["traced"])
    size = {name: sum(f.stat().st_size for f in (tmp_path / name).iterdir()) for name in results}
    assert size["thin"] < 5e6
    assert size["traced"] > 1.5 * size["thin"]
    totals = {}
    for name in results:
        priced = json.loads(program.output("price", tmp_path / name, "--technology", "lp28", "--json"))
        totals[name] = priced["totals"]
        assert priced["jobs"] == results[name]["jobs"], name
    # A record without timeline has all but the peak.
    assert "peak_power_W" in totals["traced"] and "peak_power_W" not in totals["thin"]
    for key, value in totals["thin"].items():
        same_but_for_the_order_of_sums(value, totals["traced"][key], key)
    assert "the record has no timeline" in program.output("price", tmp_path / "thin", "--technology", "lp28")


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["--scenario", "keyword_and_vision", "--net", "resnet8"], "leave out --net"),
        (["--scenario", "keyword_and_vision", "--inferences", "2"], "leave out --inferences"),
        (["--inferences", "0"], "expected a whole number from 1 to 100000, got 0"),
        (["--set", "scenario.duration=1 s"], "there is no scenario to set anything in"),
        (["--scenario", "keyword_and_vison"], 'did you mean "keyword_and_vision"'),
        (["--scenario", "keyword_and_vision", "--set", "network.layers[0].name=x"], "which of them is meant is not said"),
        (["--scenario", "keyword_and_vision", "--set", "scenario.streams.vision.network=resnet9"], "resnet8"),
    ],
)
def test_what_does_not_go_together_is_refused(program, tmp_path, arguments, message):
    failed = program.call("run", "edge_npu", *arguments, "-o", tmp_path / "out")
    assert failed.returncode == 2, failed.stderr
    assert message in failed.stderr
    assert not (tmp_path / "out").exists()


@pytest.fixture(scope="module")
def repeating(program, tmp_path_factory):
    folder = tmp_path_factory.mktemp("repeating")
    (folder / "long.yaml").write_text(LONG)
    run(program, folder / "run", "edge_npu", "--scenario", folder / "long.yaml")
    return folder / "run"


# Where `like` may point: at a job before it that is like no other.
NO_JOB_BEFORE = {
    "itself": lambda own, last: own,
    "one behind it": lambda own, last: own + 1,
    "the last one": lambda own, last: last,
    "one that is like another": lambda own, last: own - 1,
    "beyond the end": lambda own, last: last + 1,
    "before the first": lambda own, last: -1,
    "far away": lambda own, last: 2**64,
    "no whole number": lambda own, last: 0.5,
    "a text": lambda own, last: "0",
    "nothing": lambda own, last: None,
}


@pytest.mark.parametrize("where", NO_JOB_BEFORE)
@pytest.mark.parametrize("name", ["result.json", "activity.json"])
def test_a_job_that_is_like_none_before_it_is_refused(program, repeating, tmp_path, name, where):
    told = json.loads((repeating / name).read_text())
    jobs = told["jobs"]
    own = next(i for i, job in enumerate(jobs) if "like" in job and "like" in jobs[i - 1])
    jobs[own]["like"] = NO_JOB_BEFORE[where](own, len(jobs) - 1)
    if where == "one behind it":  # which is like no other
        jobs[own + 1] = dict(jobs[0])
    file = tmp_path / name
    file.write_text(json.dumps(told))
    commands = [["explain", file], ["explain", file, "npu.array.mac_int8"], ["diff", file, repeating]]
    for command in commands if name == "result.json" else [["price", file, "--technology", "lp28"]]:
        done = program.call(*command)
        assert done.returncode == 2 and done.stdout == "", (command, done.stdout[:200])
        assert done.stderr.startswith(str(file)) and f"/jobs/{own}/like" in done.stderr, done.stderr


def test_jobs_behind_each_other_do_not_come_after_the_end(program, tmp_path):
    file = tmp_path / "s.yaml"

    def run(count):
        text = f"schema: scenario/1\nscenario:\n  duration: 200 us\n  streams:\n    c: {{network: kws_ds_cnn, count: {count}}}\n"
        file.write_text(text, encoding="utf-8")
        return program.call("run", "edge_npu", "--scenario", file, "-o", tmp_path / "out", "--quiet")

    done = run(30)
    assert done.returncode == 2 and not (tmp_path / "out").exists()
    told = " ".join(done.stderr.split())
    assert "s.yaml:5:" in told and "comes after the scenario's end at 200.0 us: lower it to " in told
    fits = int(told.split("lower it to ")[1].split(",")[0])
    assert 0 < fits < 30
    assert run(fits + 1).returncode == 2
    done = run(fits)
    assert done.returncode == 0, done.stderr


# docs/guide/results.md, jobs[]: of `--inferences`, whatever the barrier.
@pytest.mark.parametrize("barrier", ["soc", "accelerator"])
def test_followers_are_released_when_the_one_before_is_done_or_when_they_begin(program, tmp_path, barrier):
    options = ("--set", f"design.barrier={barrier}", "--set", "design.assignment=pipeline", "--inferences", "4")
    program.output("run", "dual_npu", *options, "-o", tmp_path / "out", "--quiet")
    jobs = json.loads((tmp_path / "out" / "result.json").read_text())["jobs"]
    for before, job in zip(jobs, jobs[1:]):
        assert job["released_s"] == min(before["end_s"], job["begin_s"])
        assert (job["begin_s"] < before["end_s"]) == (barrier == "accelerator")
