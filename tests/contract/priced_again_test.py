"""Does a priced record say what it was priced with, so that it is priced again byte for byte; and is a clock that it was
not simulated at refused, with a way on?"""

import json
import re
import shlex
import shutil
import subprocess

import pytest
import yaml

from support.program import ROOT

OPTIONS = {
    "a voltage": ["--technology", "lp28", "--opp", "0.6V"],
    "the first point": ["--technology", "lp28"],
    "values of both documents": [
        *("--technology", "lp28", "--opp", "VDD_NPU=0.6V", "--seed", "7"),
        *("--set", "technology.prices.mac.int8.energy=1 pJ"),
        *("--set", "power.voltage_domains.VDD1.regulator.efficiency=0.8"),
    ],
}


@pytest.fixture(scope="module")
def record(program, tmp_path_factory):
    folder = tmp_path_factory.mktemp("record") / "near"
    program.output("run", "edge_npu", "--net", "kws_ds_cnn", "--opp", "near_threshold", "-o", folder, "--quiet")
    return folder


def same_result(one, other):
    assert (one / "activity.json").read_bytes() == (other / "activity.json").read_bytes()
    assert (one / "result.json").read_bytes() == (other / "result.json").read_bytes()


@pytest.mark.parametrize("options", OPTIONS)
def test_from_its_configuration_and_its_command(program, record, tmp_path, options):
    first = tmp_path / "first"
    program.output("price", record, *OPTIONS[options], "-o", first, "--quiet")
    for before, after in (("first", "second"), ("second", "third")):
        program.output("price", tmp_path / before / "config.yaml", "-o", tmp_path / after, "--quiet")
        same_result(first, tmp_path / after)
    command = json.loads((first / "result.json").read_text())["provenance"]["command"]
    assert yaml.safe_load((first / "config.yaml").read_text())["run"]["command"] == command
    environment = dict(program.environment, PATH=f"{program.path.parent}:/usr/bin:/bin")
    subprocess.run(["sh", "-c", f"{command} -o {shlex.quote(str(tmp_path / 'pasted'))} --quiet"], cwd=first,
                   env=environment, check=True, stdout=subprocess.DEVNULL, timeout=60)
    same_result(first, tmp_path / "pasted")


def test_what_is_given_now_replaces_what_was_given_then(program, record, tmp_path):
    program.output("price", record, "--technology", "lp28", "--opp", "0.6V", "-o", tmp_path / "first", "--quiet")
    changed = ["price", tmp_path / "first" / "config.yaml", "--opp", "0.7V"]
    program.output(*changed, "-o", tmp_path / "second", "--quiet")
    program.output("price", record, "--technology", "lp28", "--opp", "0.7V", "-o", tmp_path / "direct", "--quiet")
    totals = [json.loads((tmp_path / f / "result.json").read_text())["totals"] for f in ("second", "direct")]
    assert totals[0] == totals[1]
    program.output("price", tmp_path / "second" / "config.yaml", "-o", tmp_path / "third", "--quiet")
    same_result(tmp_path / "second", tmp_path / "third")


def test_a_changed_configuration_stands_for_itself(program, record, tmp_path):
    program.output("price", record, "--technology", "lp28", "-o", tmp_path / "first", "--quiet")
    text = (tmp_path / "first" / "config.yaml").read_text()
    (tmp_path / "first" / "config.yaml").write_text(text.replace("temperature: 25 C", "temperature: 60 C", 1))
    refused = program.call("price", tmp_path / "first" / "config.yaml", "--opp", "0.6V", "-o", tmp_path / "second", "--quiet")
    assert refused.returncode == 0, refused.stderr
    second = json.loads((tmp_path / "second" / "result.json").read_text())
    config = tmp_path / "first" / "config.yaml"
    assert second["provenance"]["command"].startswith(f"subvolt price {shlex.quote(str(config))} --opp 0.6V")


@pytest.mark.parametrize("place", ["runs/near", "runs/near/activity.json", "./runs/../runs/near", "a run/near"])
@pytest.mark.parametrize("technology", ["lp28", "own files/mine.yaml"])
def test_the_command_runs_where_it_was_given(program, record, tmp_path, place, technology):
    """Whatever lies in other folders than the record."""
    shutil.copytree(record, tmp_path / "runs" / "near")
    shutil.copytree(record, tmp_path / "a run" / "near")
    (tmp_path / "own files").mkdir()
    text = (ROOT / "configs" / "technologies" / "lp28.yaml").read_text()
    (tmp_path / "own files" / "mine.yaml").write_text(text)
    program.output("price", place, "--technology", technology, "-o", "first", "--quiet", cwd=tmp_path)
    command = json.loads((tmp_path / "first" / "result.json").read_text())["provenance"]["command"]
    assert str(tmp_path) not in command
    environment = dict(program.environment, PATH=f"{program.path.parent}:/usr/bin:/bin")
    subprocess.run(["sh", "-c", f"{command} -o pasted --quiet"], cwd=tmp_path, env=environment, check=True,
                   stdout=subprocess.DEVNULL, timeout=60)
    same_result(tmp_path / "first", tmp_path / "pasted")


def refusal(program, *arguments):
    done = program.call(*arguments)
    assert done.returncode == 2 and not done.stdout, done.stdout
    return done.stderr


def test_each_kind_of_configuration_names_the_command_for_it(program, record, tmp_path):
    priced = tmp_path / "priced"
    program.output("price", record, "--technology", "lp28", "-o", priced, "--quiet")
    for command in ("run", "check"):
        advice = re.search("`subvolt (.*?)`", refusal(program, command, priced / "config.yaml"))[1]
        program.output(*shlex.split(advice))
    for advice in re.findall("`subvolt (.*?)`", refusal(program, "price", record / "config.yaml")):
        output = ["-o", tmp_path / "again", "--quiet"]
        program.output(*shlex.split(advice), *output)
    assert "--technology is required" in refusal(program, "price", record)


CLOCKS = {
    "0.6V,50MHz": "npu_clk 50 MHz where the record has 150.687825 MHz",
    "soc_clk=100MHz": "soc_clk 100 MHz where the record has 200 MHz",
    "VDD_NPU=0.6V,npu_clk=20MHz,mem_clk=800MHz": "mem_clk 800 MHz where the record has 1.6 GHz",
}


@pytest.mark.parametrize("point", CLOCKS)
def test_another_clock_is_refused_and_the_advice_leads_on(program, record, tmp_path, point):
    price = ["price", record, "--technology", "lp28"]
    error = refusal(program, *price, "--opp", point, "-o", tmp_path / "out")
    assert CLOCKS[point] in error and not (tmp_path / "out").exists()
    advised = shlex.split(re.search("as --opp ('.*?'|[^ ]+);", error)[1])[0]
    asked = json.loads(program.output(*price, "--opp", advised, "--json"))["design_point"]["domains"]
    direct = json.loads(program.output(*price, "--opp", point.split(",")[0] if "V" in point else "0.8V", "--json"))
    assert asked == direct["design_point"]["domains"]


def test_a_named_point_with_another_clock_is_refused(program, record):
    price = ["price", record, "--technology", "lp28", "--opp", "slow"]
    point = "power.operating_points.slow={{voltages: {{VDD_NPU: 0.6 V}}, frequencies: {{npu_clk: {}}}}}"
    assert "npu_clk 20 MHz where" in refusal(program, *price, "--set", point.format("20 MHz"))
    program.output(*price, "--set", point.format("150687825 Hz"))
