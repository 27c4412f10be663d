"""Operating points within a run: what do changes cost, and is all else as in runs at one point?"""

import csv
import json

import pytest

MOBILENET = "mobilenet_v1_1.0_224"
KWS_HALF = ("?w2", "?w3", "gap", "flatten", "fc", "softmax")  # of kws_ds_cnn, from its sixth layer on
# Clocks whose edges coincide whenever a layer begins; rails as fast as those of converters on the chip, so that no bank
# of the SRAM goes to retention meanwhile, as none does between two layers.
ALIGNED = (
    "power.clock_domains.soc_clk.frequency=50 MHz",
    "power.operating_points.nominal.frequencies.npu_clk=400 MHz",
    "power.operating_points.near_threshold.frequencies.npu_clk=50 MHz",
    "power.voltage_domains.VDD_NPU.transition.time_per_volt=4 us",
    "power.voltage_domains.VDD_SRAM.transition.time_per_volt=4 us",
)
STREAMS = """\
schema: scenario/1
scenario:
  duration: 4 ms
  streams:
    keyword: {network: kws_ds_cnn, every: 1 ms, operating_point: near_threshold}
    vision: {network: resnet8, at: [0 ms, 1500 us], operating_point: nominal}
"""


def design(folder, points=(), soc="edge_npu_onchip", network="kws_ds_cnn", run="nominal", name="design.yaml"):
    """`points`: [(pattern, point)]"""
    text = "schema: design/1\ndesign:\n"
    keys = {"soc": soc, "power": soc, "technology": "lp28", "network": network, "operating_point": run}
    text += "".join(f"  {key}: {value}\n" for key, value in keys.items())
    if points:
        text += "  operating_points:\n" + "".join(f'    "{pattern}": {point}\n' for pattern, point in points)
    (folder / name).write_text(text)
    return folder / name


def run(program, folder, *arguments, sets=()):
    sets = [word for value in sets for word in ("--set", value)]
    program.output("run", *arguments, *sets, "-o", folder, "--quiet")
    return json.loads((folder / "result.json").read_text())


def energy(layer):
    return sum(sum(causes.values()) for causes in layer["energy_J"].values())


def halves(program, folder, pattern_points, first, second, sets, **what):
    """The mixed run, and of runs at one point each the layers that it consists of."""
    mixed = run(program, folder / "mixed", design(folder, pattern_points, run=first, **what), sets=sets)
    single = {
        point: run(program, folder / point, design(folder, run=point, name=f"{point}.yaml", **what), sets=sets)
        for point in (first, second)
    }
    parts = [single[(layer["operating_points"] or [first])[0]]["layers"][i] for i, layer in enumerate(mixed["layers"])]
    return mixed, parts


@pytest.mark.parametrize("first, second", [("nominal", "near_threshold"), ("near_threshold", "nominal")])
def test_two_halves_cost_what_they_cost_alone_and_the_change(program, tmp_path, first, second):
    mixed, parts = halves(program, tmp_path, [(p, second) for p in KWS_HALF], first, second, ALIGNED)
    assert {tuple(layer["operating_points"]) for layer in mixed["layers"]} == {(first,), (second,), ()}
    for layer, part in zip(mixed["layers"], parts):
        assert layer["cycles"] == part["cycles"], layer["name"]
        assert layer["latency_s"] == pytest.approx(part["latency_s"], rel=1e-12, abs=1e-15)
        assert energy(layer) == pytest.approx(energy(part), rel=1e-9), layer["name"]
    (change,) = mixed["transitions"]
    assert (change["from"], change["to"], change["times"]) == (first, second, 1)
    assert change["time_s"] == pytest.approx(1.2e-6, rel=1e-9)  # 0.3 V at 4 us/V
    totals = mixed["totals"]
    assert totals["energy_J"] == pytest.approx(sum(map(energy, parts)) + change["energy_J"], rel=1e-9)
    assert totals["latency_s"] == pytest.approx(sum(p["latency_s"] for p in parts) + change["time_s"], rel=1e-9)
    assert totals["energy_outside_layers_J"] == pytest.approx(change["energy_J"], rel=1e-9)
    assert totals["between_jobs"] == {"time_s": 0.0, "energy_J": 0.0}
    rails = [a for a in mixed["accounts"] if a["component"].startswith("VDD_") and a["cause"] == "transition"]
    if second == "near_threshold":
        assert not rails
    else:
        charge = {a["domain"]: a["energy_J"] for a in rails}
        assert charge["VDD_NPU"] == pytest.approx(0.5 * 4.7e-6 * (0.8**2 - 0.5**2), rel=1e-9)
        assert charge["VDD_SRAM"] == pytest.approx(0.5 * 4.7e-6 * (0.8**2 - 0.6**2), rel=1e-9)
        assert change["energy_J"] > sum(charge.values()) / 0.88


# Clocks that do not coincide, banks that go to retention while rails move, rows and refreshes of a DRAM: other phases.
@pytest.mark.parametrize(
    "soc, network, second, bound",
    [
        ("edge_npu_onchip", "kws_ds_cnn", KWS_HALF, 5e-4),
        ("edge_npu", MOBILENET, ("?w6", "?w7", "?w8", "?w9", "?w1?", "fc"), 2e-3),
    ],
)
def test_as_shipped_halves_differ_by_phases_only(program, tmp_path, soc, network, second, bound):
    points = [(p, "near_threshold") for p in second]
    mixed, parts = halves(program, tmp_path, points, "nominal", "near_threshold", (), soc=soc, network=network)
    changes = sum(c["energy_J"] for c in mixed["transitions"])
    assert sum(c["times"] for c in mixed["transitions"]) >= 1
    assert mixed["totals"]["energy_J"] == pytest.approx(sum(map(energy, parts)) + changes, rel=bound)
    time = sum(p["latency_s"] for p in parts) + sum(c["time_s"] for c in mixed["transitions"])
    assert mixed["totals"]["latency_s"] == pytest.approx(time, rel=bound)


def test_all_layers_at_one_point_is_the_run_at_that_point(program, tmp_path):
    alone = run(program, tmp_path / "alone", "edge_npu", "--opp", "near_threshold", "--objective", "energy")
    said = design(tmp_path, [("*", "near_threshold")], soc="edge_npu")
    everywhere = run(program, tmp_path / "everywhere", said)
    assert "transitions" not in everywhere
    for result in (alone, everywhere):
        del result["provenance"]["command"]
    assert everywhere == alone
    for name in ("activity.json", "layers.csv", "trace.csv"):
        assert (tmp_path / "everywhere" / name).read_bytes() == (tmp_path / "alone" / name).read_bytes(), name


def test_the_first_pattern_that_matches_decides(program, tmp_path):
    mixed = run(program, tmp_path / "out", design(tmp_path, [("dw2", "nominal"), ("?w*", "near_threshold")]))
    at = {layer["name"]: layer["operating_points"] for layer in mixed["layers"]}
    with open(tmp_path / "out" / "layers.csv", newline="") as rows:
        assert {row["name"]: row["operating_point"].split() for row in csv.DictReader(rows)} == at
    assert (at["conv0"], at["dw1"], at["dw2"], at["pw2"], at["fc"]) == (
        ["nominal"],
        ["near_threshold"],
        ["nominal"],
        ["near_threshold"],
        ["nominal"],
    )
    assert sum(c["times"] for c in mixed["transitions"]) == 4
    plan = json.loads(program.output("check", tmp_path / "design.yaml", "--json"))
    planned = {layer["name"]: layer["operating_points"] for layer in plan["layers"]}
    assert planned["dw2"] == ["nominal"] and planned["pw2"] == ["near_threshold"]


@pytest.fixture(scope="module")
def streams(program, tmp_path_factory):
    folder = tmp_path_factory.mktemp("streams")
    (folder / "two.yaml").write_text(STREAMS)
    return run(program, folder / "out", "edge_npu", "--scenario", folder / "two.yaml"), folder


def test_streams_run_at_points_of_their_own(streams, program):
    result, _ = streams
    assert [p["name"] for p in result["design_point"]["operating_points"]] == ["near_threshold", "nominal"]
    for layer in result["layers"]:
        own = "near_threshold" if layer["name"].startswith("keyword/") else "nominal"
        assert layer["operating_points"] in ([own], [])
    changes = {(c["from"], c["to"]): c for c in result["transitions"]}
    assert {way: c["times"] for way, c in changes.items()} == {
        ("near_threshold", "nominal"): 2,
        ("nominal", "near_threshold"): 2,
    }
    for change in changes.values():
        assert change["time_s"] == pytest.approx(2 * 120e-6)  # 0.3 V at 2.5 mV/us
    totals = result["totals"]
    outside = sum(c["energy_J"] for c in changes.values()) + totals["between_jobs"]["energy_J"]
    assert outside == pytest.approx(totals["energy_outside_layers_J"], rel=1e-9)
    assert sum(j["energy_J"] for j in result["jobs"]) + outside == pytest.approx(totals["energy_J"], rel=1e-9)


def test_a_run_at_several_points_is_priced_and_run_again(streams, program, tmp_path):
    result, folder = streams
    priced = json.loads(program.output("price", folder / "out", "--technology", "lp28", "--json"))
    for part in ("design_point", "totals", "layers", "jobs", "transitions", "components", "accounts"):
        assert priced[part] == result[part], part
    assert run(program, tmp_path / "again", folder / "out" / "config.yaml") == result
    refused = program.call("price", folder / "out", "--technology", "lp28", "--opp", "nominal")
    assert refused.returncode == 2 and "leave out --opp" in refused.stderr


def test_a_difference_names_the_points(streams, program, tmp_path):
    _, folder = streams
    said = "--set", "scenario.streams.vision.operating_point=near_threshold"
    program.output("run", "edge_npu", "--scenario", folder / "two.yaml", *said, "-o", tmp_path / "one", "--quiet")
    told = program.call("diff", tmp_path / "one", folder / "out").stdout
    assert "operating points: near_threshold -> near_threshold, nominal" in told


def test_card_and_explanation_tell_of_changes(streams, program):
    _, folder = streams
    card = program.output("price", folder / "out", "--technology", "lp28")
    assert "2 operating points" in card
    assert "transitions   2 changes      near_threshold > nominal: 240 us" in card
    told = program.output("explain", folder / "out", "VDD_NPU.transition@near_threshold>nominal")
    assert "2 changes x 916.500 nJ" in told and "STM32F446" in told


# At 0.6 V, where near_threshold has it, a bank of 512 KiB takes 7.3 ns: two cycles of 200 MHz; at 0.8 V one.
def test_an_sram_takes_the_cycles_of_the_point_in_force(program, tmp_path):
    large = ("soc.sram.banks=1",)
    points = [(p, "near_threshold") for p in KWS_HALF]
    mixed, parts = halves(program, tmp_path, points, "nominal", "near_threshold", large, soc="edge_npu")
    points = mixed["design_point"]["operating_points"]
    cycles = [{s["component"]: s["cycles"] for s in point["sram_access"]}["sram"] for point in points]
    assert cycles[0] == 1 and cycles[1] > 1
    for layer, part in zip(mixed["layers"], parts):
        assert layer["cycles"] == pytest.approx(part["cycles"], rel=3e-3, abs=3), layer["name"]


# A second of keywords and pictures has more epochs than are kept one by one: they are folded, by point.
def test_a_folded_record_of_several_points_has_their_energies(program, tmp_path):
    (tmp_path / "long.yaml").write_text(STREAMS.replace("4 ms", "1 s"))
    result = run(program, tmp_path / "out", "edge_npu", "--scenario", tmp_path / "long.yaml")
    priced = json.loads(program.output("price", tmp_path / "out", "--technology", "lp28", "--json"))
    assert "peak_power_W" not in result["totals"] and "peak_power_W" not in priced["totals"]
    assert priced["accounts"] == result["accounts"]
    for mine, theirs in zip(priced["transitions"], result["transitions"]):
        assert mine == pytest.approx(theirs, rel=1e-9)


def test_a_run_has_few_points(program, tmp_path):
    plan = json.loads(program.output("check", "edge_npu", "--net", MOBILENET, "--json"))
    for count, code in ((16, 0), (17, 2)):
        points = [(layer["name"], f"0.5V,{i + 10} MHz") for i, layer in enumerate(plan["layers"][:count])]
        done = program.call("check", design(tmp_path, [*points, ("*", "0.5V,10 MHz")], network=MOBILENET))
        assert done.returncode == code, done.stderr
    assert "design.operating_points: expected at most 16 operating points in a run, got 17" in done.stderr


@pytest.mark.parametrize(
    "points, sets, message",
    [
        ([("cnv*", "nominal")], (), "design.yaml:9:5: design.operating_points.cnv*: no layer of kws_ds_cnn matches"),
        ([("dw33", "nominal")], (), 'did you mean "dw3"?'),
        ([("dw3", "nominl")], (), 'design.yaml:9:12: design.operating_points.dw3: operating point "nominl"'),
        ([("dw3", "nominl")], (), 'did you mean "nominal"?'),
        ([("dw3", "0.5V,400 MHz")], (), "is above f_max"),
        ([("dw3", "near_threshold,mem_clk=100 MHz")], (), "mram keeps its interface clock"),
        ([("dw3", "near_threshold")], ("power.voltage_domains.VDD_NPU.transition.capacitance=1 uF",), "a `source`"),
        ([("dw3", "near_threshold")], ("power.clock_domains.npu_clk.relock=2 s",), "expected a value from 0 s to 1 s"),
    ],
)
@pytest.mark.parametrize("command", ["check", "run"])
def test_what_cannot_be_is_refused_where_it_is_said(program, tmp_path, command, points, sets, message):
    words = [word for value in sets for word in ("--set", value)]
    output = ["-o", tmp_path / "out"] if command == "run" else []
    failed = program.call(command, design(tmp_path, points), *words, *output)
    assert failed.returncode == 2, failed.stderr
    assert message in failed.stderr


def test_a_clock_that_has_to_stay_is_told_where_the_design_changes_it(program, tmp_path):
    for pattern in ("conv0", "fc"):  # the first layer and a later one
        said = design(tmp_path, [(pattern, "mem_clk=800MHz")], soc="edge_npu")
        refused = program.call("check", said)
        assert refused.returncode == 2 and refused.stderr.count("\n") == 1
        assert f"design.yaml:9:" in refused.stderr and f"design.operating_points.{pattern}: " in refused.stderr
        assert 'mem_clk: 800 MHz, but 1.6 GHz at "nominal" of the same run' in refused.stderr
