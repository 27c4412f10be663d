"""Can a technology, a network, a DRAM standard, a component kind, an array style and policies for power and clocks be
added by dropping files only?

Builds a copy of the tree with the files of tests/extension/tree beside the existing ones, none of which may be
replaced, and asks the program and the contract tests about the newcomers.
"""

import json
import os
import shutil
import subprocess

import jsonschema
import pytest
import yaml

from support.plain_yaml import PlainLoader
from support.program import ROOT, Program

EXTENSION = ROOT / "tests" / "extension" / "tree"
NOT_COPIED = shutil.ignore_patterns("build", ".git", ".venv", "results", "__pycache__", ".pytest_cache", "extension")


def run(command, cwd, environment):
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=1500)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def extended(tmp_path_factory):
    """The root of the copy, built."""
    root = tmp_path_factory.mktemp("extended") / "tree"
    shutil.copytree(ROOT, root, ignore=NOT_COPIED)
    for source in filter(lambda path: path.is_file(), EXTENSION.rglob("*")):
        target = root / source.relative_to(EXTENSION)
        assert not target.exists(), f"{target.relative_to(root)} exists: the extension would edit it"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    # The compiler cache knows most of the copy's objects already.
    environment = dict(os.environ, CCACHE_BASEDIR=str(root), CCACHE_NOHASHDIR="1")
    run(["cmake", "--preset", "release", "-DSUBVOLT_WERROR=ON"], root, environment)
    targets = ["subvolt", "subvolt_contract_tests", "subvolt_component_tests"]
    run(["cmake", "--build", "--preset", "release", "--target", *targets], root, environment)
    return root


@pytest.fixture(scope="module")
def extended_program(extended):
    program = Program(extended / "build" / "release" / "subvolt")
    program.environment["SUBVOLT_DATA"] = str(extended)
    return program


@pytest.mark.parametrize(
    "what, names",
    [
        ("technologies", ["lp28_mailbox"]),
        ("networks", ["two_layers"]),
        ("components", ["mailbox", "stream_adder", "broadcast", "row_buffer", "int4_weights", "doubling_timeout", "conservative"]),
        ("socs", ["mailbox_npu", "row_buffer_npu", "int4_npu"]),
        ("power", ["mailbox_npu", "doubling_npu", "conservative_npu"]),
        ("designs", ["mailbox_npu", "row_buffer_npu", "int4_npu"]),
        ("memories", ["mailbox_dram"]),
        ("passes", ["drop_softmax"]),
    ],
)
def test_list_finds_the_newcomers(what, names, extended, extended_program):
    listed = {item["name"]: item["summary"] for item in json.loads(extended_program.output("list", what, "--json", cwd=extended))}
    for name in names:
        assert name in listed
        assert not listed[name].startswith("broken"), listed[name]


@pytest.fixture(scope="module")
def schemas(extended, extended_program):
    kinds = ("soc", "power", "technology", "design", "memory", "network")
    return {kind: json.loads(extended_program.output("schema", kind, cwd=extended)) for kind in kinds}


DOCUMENTS = sorted(path.relative_to(EXTENSION) for path in EXTENSION.rglob("*.yaml"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=str)
def test_their_documents_fit_the_json_schema(path, schemas):
    document = yaml.load((EXTENSION / path).read_text(), PlainLoader)
    jsonschema.Draft7Validator(schemas[document["schema"].split("/")[0]]).validate(document)


def test_contract_tests_run_on_the_newcomers(extended):
    program = extended / "build" / "release" / "tests" / "subvolt_contract_tests"
    names = run([str(program), "--gtest_list_tests"], extended, os.environ)
    for newcomer in ("two_layers", "lp28_mailbox", "mailbox", "broadcast", "row_buffer", "int4_weights", "doubling_timeout", "conservative"):
        assert newcomer in names, f"no contract test is about {newcomer}:\n{names}"
    pattern = "*two_layers*:*lp28_mailbox*:*mailbox*:*broadcast*:*row_buffer*:*int4_weights*:*doubling_timeout*:*conservative*"
    printed = run([str(program), f"--gtest_filter={pattern}"], extended, os.environ)
    assert "[  PASSED  ]" in printed and "[  PASSED  ] 0 tests" not in printed, printed


def test_the_newcomers_own_test_runs(extended):
    program = extended / "build" / "release" / "tests" / "subvolt_component_tests"
    assert "[  PASSED  ] 1 test" in run([str(program), "--gtest_filter=Mailbox.*"], extended, os.environ)


def test_a_standard_of_dram_is_one_file(extended, extended_program, tmp_path):
    """Two reads of one row, then one of another row of the same bank: by hand from the document's table."""
    trace = tmp_path / "trace.csv"
    trace.write_text("arrival_cycle,op,bank,row,burst\n0,R,1,7,0\n0,R,1,7,1\n0,R,1,8,0\n")
    result = json.loads(extended_program.output("memtrace", "mailbox_dram", trace, "--json", cwd=extended))
    # ACT 1, RD 4 and 6, PRE 8 (BL after RD), ACT 10, RD 13, data from 15 to 17.
    assert result["total_cycles"] == 17
    assert (result["commands"], result["row_hits"]) == ({"ACT": 2, "PRE": 1, "RD": 3}, 1)
    # (70 - 20) mA x 2 V x 20 ns
    assert result["energy_J"]["by_event"]["read"] == pytest.approx(3 * 2e-9)


def test_a_reader_of_networks_is_one_file(extended, extended_program, tmp_path):
    (tmp_path / "ae.mlp").write_text("640 128 8 640\n")
    counts = json.loads(extended_program.output("nets", tmp_path / "ae.mlp", "--json", cwd=extended))
    assert counts["macs"] == 640 * 128 + 128 * 8 + 8 * 640


def test_a_subcommand_is_one_file(extended, extended_program, tmp_path):
    extended_program.output("run", "edge_npu", "--net", "two_layers", "-o", tmp_path / "out", "--quiet", cwd=extended)
    lines = extended_program.output("intensity", tmp_path / "out", cwd=extended).splitlines()
    assert len(lines) == len(json.loads((tmp_path / "out" / "result.json").read_text())["layers"])
    assert "intensity" in extended_program.output("--help", cwd=extended)


def test_a_rewriting_pass_is_one_file(extended, extended_program):
    def layers(*options):
        return len(json.loads(extended_program.output("check", "edge_npu", "--net", "kws_ds_cnn", *options, "--json", cwd=extended))["layers"])

    assert layers("--with", "drop_softmax") == layers() - 1


def test_a_design_of_newcomers_runs(extended, extended_program, tmp_path):
    extended_program.output("run", "mailbox_npu", "-o", tmp_path / "out", "--quiet", cwd=extended)
    result = json.loads((tmp_path / "out" / "result.json").read_text())
    assert result["totals"]["macs"] == 8 * 8 * 9 * 3 * 8 + 8 * 8 * 8 * 10
    assert all("broadcast" in layer["mapping"] for layer in result["layers"])
    mailbox = next(c for c in result["components"] if c["name"] == "mailbox")
    assert mailbox["energy_J"]["leakage"] > 0


def events_of(result, component):
    return next(c["events"] for c in result["components"] if c["name"] == component)


def of_run(extended, extended_program, out, *arguments):
    extended_program.output("run", *arguments, "-o", out, "--quiet", cwd=extended)
    return json.loads((out / "result.json").read_text())


def accounts(result):
    return {a["account"]: a for a in result["accounts"]}


def test_a_style_may_need_the_window(extended, extended_program, tmp_path):
    """Its own key, event and price; tiles that it cannot run go to the other dataflow of the array."""
    plain = of_run(extended, extended_program, tmp_path / "plain", "edge_npu", "--net", "kws_ds_cnn")
    result = of_run(extended, extended_program, tmp_path / "rows", "row_buffer_npu")
    assert result["totals"]["macs"] == plain["totals"]["macs"]
    by_name = {layer["name"]: layer for layer in result["layers"]}
    assert by_name["conv0"]["mapping"].startswith("weight_stationary"), "a window of 10 x 4 has more than 9 elements"
    depthwise = [layer for layer in result["layers"] if layer["op"] == "depthwise_conv2d"]
    assert depthwise and all(layer["mapping"].startswith("row_buffer") for layer in depthwise)
    assert events_of(result, "npu.array")["line_byte"] > 0
    assert accounts(result)["npu.array.line_byte"]["energy_J"] > 0
    # A line buffer reads a pixel once for all windows of an output line that it is under.
    assert events_of(result, "npu.input_buffer")["read_B"] < events_of(plain, "npu.input_buffer")["read_B"]
    clocked = of_run(extended, extended_program, tmp_path / "clocked", "row_buffer_npu", "--fidelity", "cycle")
    assert clocked["totals"]["cycles"] == result["totals"]["cycles"]
    assert events_of(clocked, "npu.array") == events_of(result, "npu.array")
    # The key is the style's own.
    wider = of_run(extended, extended_program, tmp_path / "wider", "row_buffer_npu", "--set", "soc.npu.array.taps=40",
                   "--set", "soc.npu.array.dataflows=[row_buffer]")  # fmt: skip
    assert wider["layers"][0]["mapping"].startswith("row_buffer"), "40 elements are enough for conv0"
    refused = extended_program.call("check", "row_buffer_npu", "--set", "soc.npu.array.taps=0", cwd=extended)
    assert refused.returncode == 2 and "soc.npu.array.taps" in refused.stderr


def test_a_style_may_multiply_weights_of_another_format(extended, extended_program, tmp_path):
    network = json.loads(extended_program.output("nets", "kws_ds_cnn", "--json", cwd=extended))
    layers = [i for i, layer in enumerate(network["layers"]) if layer["macs"] > 0 and layer["op"] != "average_pool"]
    int4 = [word for i in layers for word in ("--set", f"network.layers[{i}].weight_type=int4")]
    full = of_run(extended, extended_program, tmp_path / "int8", "int4_npu")
    half = of_run(extended, extended_program, tmp_path / "int4", "int4_npu", *int4)
    assert half["totals"]["macs"] == full["totals"]["macs"]
    counts = events_of(half, "npu.array")
    assert counts["mac_int4xint8"] == full["totals"]["macs"] and counts.get("mac_int8", 0) == 0
    assert accounts(half)["npu.array.mac_int4xint8"]["energy_J"] == pytest.approx(
        accounts(full)["npu.array.mac_int8"]["energy_J"] * 0.06 / 0.2259, rel=1e-6
    )
    # Written into the weight buffer: weights, and biases as before.
    biases = 4 * (64 * 9 + 12)
    weights = 22604 - (64 * 9 + 12)
    assert events_of(full, "npu.weight_buffer")["write_B"] == weights + biases
    assert events_of(half, "npu.weight_buffer")["write_B"] == weights // 2 + biases
    # Without such a style there is no silent conversion.
    on_host = of_run(extended, extended_program, tmp_path / "host", "edge_npu", "--net", "kws_ds_cnn", *int4)
    assert on_host["layers"][0]["mapping"].startswith("host: npu computes int8 and the weights is int4")


# The NPU is idle for 31 to 37 us between them: less than 20 us of waiting, 1 us on the way down and 20 us that pay.
KEYWORDS = """schema: scenario/1
scenario:
  title: keywords without a pause worth sleeping
  duration: 3.2 ms
  streams:
    keyword: {network: kws_ds_cnn, every: 80 us}
"""
NPU_POLICY = "power.power_domains.PD_NPU.policy"


def test_a_gating_policy_is_one_file_and_may_learn(extended, extended_program, tmp_path):
    """Each domain has an instance of its own; its keys are read by its own schema."""
    (tmp_path / "keywords.yaml").write_text(KEYWORDS)

    def transitions(out, *arguments):
        scenario = ("edge_npu", "--scenario", tmp_path / "keywords.yaml")
        result = of_run(extended, extended_program, tmp_path / out, *scenario, *arguments)
        return events_of(result, "power_manager")["transition"]

    learns = ("--power", "doubling_npu")
    fixed = transitions("fixed", "--set", f"{NPU_POLICY}={{name: power_gate_after, after: 20 us}}")
    on = transitions("on", "--set", f"{NPU_POLICY}={{name: always_on}}")
    learned = transitions("learned", *learns)
    # Off in each of 40 pauses and on again after all but the last; or only in the first, after which the wait doubles.
    assert fixed - on == 2 * 40 - 1
    assert learned - on == 2
    assert (tmp_path / "learned" / "result.json").read_bytes() == again(extended, extended_program, tmp_path)
    # One that may not double is the fixed one.
    assert transitions("bound", *learns, "--set", f"{NPU_POLICY}.longest=20 us") == fixed
    resolved = (tmp_path / "learned" / "config.yaml").read_text()
    assert "name: doubling_timeout" in resolved and "shortest: 20 us" in resolved


def again(extended, extended_program, tmp_path):
    extended_program.output("run", tmp_path / "learned" / "config.yaml", "-o", tmp_path / "again", "--quiet", cwd=extended)
    return (tmp_path / "again" / "result.json").read_bytes()


def test_a_frequency_policy_is_one_file_and_may_remember(extended, extended_program, tmp_path):
    """Its keys are read by its own schema, and it counts windows that nobody else remembers."""
    scaling = "power.clock_domains.mem_clk.scaling"

    def events(out, *arguments):
        result = of_run(extended, extended_program, tmp_path / out, "edge_npu", "--net", "resnet8", *arguments)
        return events_of(result, "power_manager")["set_point_request"], events_of(result, "dram")

    # Weights in DRAM: it is busy now and then.
    mine = ("--power", "conservative_npu", "--set", "design.placement=[{tensors: weights, in: dram}]")
    patient, counts = events("patient", *mine)
    hasty, _ = events("hasty", *mine, "--set", f"{scaling}.policy.quiet_windows=1")
    never, untouched = events("never", *mine, "--set", f"{scaling}.policy.quiet_windows=1000000")
    fixed, as_fixed = events("fixed", *mine, "--set", f"{scaling}.policy.name=fixed")
    assert hasty > patient > 0
    assert never == fixed == 0 and untouched == as_fixed
    assert counts["set_point_switches"] > 0
    resolved = (tmp_path / "patient" / "config.yaml").read_text()
    assert "name: conservative" in resolved and "quiet_windows: 4" in resolved
    listed = extended_program.output("list", "components", cwd=extended)
    assert "one slower after quiet ones. Keys: raise_above, lower_below, quiet_windows." in " ".join(listed.split())
    extended_program.output("run", tmp_path / "patient" / "config.yaml", "-o", tmp_path / "same", "--quiet", cwd=extended)
    assert (tmp_path / "same" / "result.json").read_bytes() == (tmp_path / "patient" / "result.json").read_bytes()


@pytest.mark.parametrize(
    "policy, message",
    [
        ("{name: §conservativ}", 'did you mean "conservative"?'),
        ("{name: conservative, §patience: 3}", 'unknown key "patience" of frequency policy conservative'),
        ("{name: conservative, quiet_windows: §0}", "expected a value from 1 to 1000000"),
        ("{name: conservative, lower_below: §0.9}", "expected raise_above at most"),
    ],
)
def test_mistakes_in_the_keys_of_a_frequency_policy_are_located(policy, message, extended, extended_program, tmp_path):
    before = "schema: power/1\ninclude: " + str(extended / "configs/power/edge_npu.yaml") + "\npower:\n  clock_domains:\n"
    line = f"    mem_clk: {{scaling: {{policy: {policy}}}}}"
    (tmp_path / "mine.yaml").write_text(before + line.replace("§", "") + "\n")
    done = extended_program.call("check", "edge_npu", "--net", "two_layers", "--power", tmp_path / "mine.yaml", cwd=extended)
    assert done.returncode == 2 and message in done.stderr, done.stderr
    assert f"mine.yaml:5:{line.index('§') + 1}: " in done.stderr, done.stderr


@pytest.mark.parametrize(
    "policy, message",
    [
        ("{name: §doubling_timeout}", 'missing key "shortest"'),
        ("{name: §doubling_timeuot, shortest: 20 us}", 'did you mean "doubling_timeout"?'),
        ("{name: doubling_timeout, §shortset: 20 us}", 'unknown key "shortset", did you mean "shortest"?'),
        ("{name: doubling_timeout, §after: 20 us}", 'unknown key "after" of policy doubling_timeout: it is a key of'),
        ("{name: doubling_timeout, shortest: §20}", "bare number where a unit is due"),
        ("{name: doubling_timeout, shortest: 20 us, longest: §1 us}", "expected no less than shortest"),
        ("{name: doubling_timeout, shortest: 20 us, state: §RETENTION}", "which the domain's states do not list"),
        ("{name: §doubling_timeout, shortest: 10 us}", "goes to OFF after 10 us of idleness, and the state's min_residency is 20 us"),
    ],
)
def test_mistakes_in_its_keys_are_located(policy, message, extended, extended_program, tmp_path):
    before = "schema: power/1\ninclude: " + str(extended / "configs/power/edge_npu.yaml") + "\npower:\n  power_domains:\n"
    line = f"    PD_NPU: {{policy: {policy}}}"
    (tmp_path / "mine.yaml").write_text(before + line.replace("§", "") + "\n")
    done = extended_program.call("check", "edge_npu", "--net", "two_layers", "--power", tmp_path / "mine.yaml", cwd=extended)
    assert done.returncode == 2 and message in done.stderr, done.stderr
    assert f"mine.yaml:5:{line.index('§') + 1}: " in done.stderr, done.stderr


@pytest.mark.parametrize("gate_idle_units", ["true", "false"])
def test_no_policy_switches_off_a_memory_with_tensors(gate_idle_units, extended, extended_program):
    """What a policy of one's own may do is refused as it is of the shipped ones: by its aims."""
    off = [word for key, value in (("states", "[{state: CLK_GATED}, {state: OFF}]"), ("gate_idle_units", gate_idle_units))
           for word in ("--set", f"power.power_domains.PD_SRAM.{key}={value}")]

    def refusal(policy):
        done = extended_program.call(
            "check", "edge_npu", "--net", "two_layers", *off, "--set", f"power.power_domains.PD_SRAM.policy={policy}", cwd=extended
        )
        assert done.returncode == 2
        return done.stderr.replace(policy, "POLICY")

    shipped = refusal("{name: power_gate_after, after: 20 us, state: OFF}")
    mine = refusal("{name: doubling_timeout, shortest: 20 us, state: OFF}")
    assert "memory sram would lose its tensors: power_gate_after may switch PD_SRAM OFF when idle" in shipped
    assert mine == shipped.replace("power_gate_after", "doubling_timeout")


def test_schema_and_reference_have_the_keys_of_the_newcomer(schemas, extended, extended_program):
    choices = schemas["power"]["definitions"]["power.policy"]["anyOf"]
    policies = {p["properties"]["name"]["allOf"][0]["enum"][0]: p for p in choices}
    choices = schemas["power"]["definitions"]["power.frequency_policy"]["anyOf"]
    governors = {p["properties"]["name"]["allOf"][0]["enum"][0]: p for p in choices}
    assert set(governors["conservative"]["properties"]) == {"name", "raise_above", "lower_below", "quiet_windows"}
    assert set(policies["doubling_timeout"]["properties"]) == {"name", "shortest", "longest", "state"}
    assert policies["doubling_timeout"]["required"] == ["name", "shortest"]
    assert "| `shortest` | time | required | >= 0 s |" in extended_program.output("schema", "--markdown", cwd=extended)
    listed = extended_program.output("list", "components", cwd=extended)
    assert "when a descent did not pay. Keys: shortest, longest, state." in listed


def test_another_kind_of_accelerator_is_a_header_and_a_source(extended, extended_program, tmp_path):
    """It plans for itself, is started by the host, and its events are on its tasks, with either barrier."""
    for barrier in ("accelerator", "soc"):
        result = of_run(extended, extended_program, tmp_path / barrier, "adder_npu", "--set", f"design.barrier={barrier}")
        runners = {layer["name"]: layer.get("runner") for layer in result["layers"]}
        assert {name for name, runner in runners.items() if runner == "adder"} == {"s0_add", "s1_add", "s2_add"}
        assert runners["conv0"] == "npu"
        additions = {layer["name"]: layer["traffic_B"].get("adder.write", 0) for layer in result["layers"]}
        assert additions["s0_add"] == 32 * 32 * 16 and additions["conv0"] == 0
        assert events_of(result, "adder")["addition"] == 32 * 32 * 16 + 16 * 16 * 32 + 8 * 8 * 64
        adder = {a["name"]: a for a in result["accelerators"]}["adder"]
        assert adder["layers"] == 3 and adder["energy_J"] > 0
