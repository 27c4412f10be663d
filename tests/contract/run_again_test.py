"""Does what a result says of its making make it again, byte for byte?"""

import json
import shlex
import shutil
import subprocess

import pytest
import yaml
from support.program import ROOT

DESIGNS = sorted(path.stem for path in (ROOT / "configs" / "designs").glob("*.yaml"))


def points_of(design):
    document = yaml.safe_load((ROOT / "configs" / "designs" / f"{design}.yaml").read_text())["design"]
    power = ROOT / "configs" / "power" / f"{document['power']}.yaml"
    points = {}
    while power:
        text = yaml.load(power.read_text(), Loader=yaml.BaseLoader)
        points = {**(text["power"].get("operating_points") or {}), **points}
        power = power.parent / text["include"] if "include" in text else None
    return [name for name, point in points.items() if point != "null"]  # of an include, taken away


POINTS = [(design, point) for design in DESIGNS for point in points_of(design)]


def run_again(program, folder, tmp_path):
    """From the configuration that the run left, and from the command in its result."""
    result = (folder / "result.json").read_bytes()
    program.output("run", folder / "config.yaml", "-o", tmp_path / "configured", "--quiet", cwd=tmp_path)
    assert (tmp_path / "configured" / "result.json").read_bytes() == result
    assert (tmp_path / "configured" / "activity.json").read_bytes() == (folder / "activity.json").read_bytes()
    paste(program, folder, tmp_path / "pasted", tmp_path)
    # And the configuration of that one once more.
    again = tmp_path / "configured" / "config.yaml"
    program.output("run", again, "-o", tmp_path / "third", "--quiet", cwd=tmp_path)
    assert (tmp_path / "third" / "result.json").read_bytes() == result


def paste(program, folder, target, cwd):
    """The command of the result through a shell, in a folder where `subvolt` is the program."""
    command = json.loads((folder / "result.json").read_text())["provenance"]["command"]
    environment = dict(program.environment, PATH=f"{program.path.parent}:/usr/bin:/bin")
    line = f"{command} -o {shlex.quote(str(target))} --quiet"
    done = subprocess.run(["sh", "-c", line], cwd=cwd, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{command}\n{done.stderr}"
    assert (target / "result.json").read_bytes() == (folder / "result.json").read_bytes()


@pytest.mark.parametrize("design, opp", POINTS, ids=[f"{d}-{o}" for d, o in POINTS])
def test_every_shipped_design_and_point(program, design, opp, tmp_path):
    program.output("run", design, "--net", "kws_ds_cnn", "--opp", opp, "-o", tmp_path / "first", "--quiet")
    config = yaml.safe_load((tmp_path / "first" / "config.yaml").read_text())
    assert config["schema"] == "run/1"
    run_again(program, tmp_path / "first", tmp_path)


OPTIONS = {
    "a voltage": ["--opp", "0.5V,50MHz"],
    "values of every document": [
        *("--set", "soc.npu.array.rows=8"),
        *("--set", "power.power_domains.PD_SRAM.policy={name: power_gate_after, after: 12 us, state: RETENTION}"),
        *("--set", "technology.prices.mac.int8.energy=1 pJ"),
        *("--set", "design.placement=[{tensors: 'conv*.weights', in: dram}]"),
        *("--set", "network.layers[0].stride=1"),
    ],
    "parameters of the device model": [
        *("--set", "technology.devices.logic.slope_factor.value=1.29"),
        *("--set", "technology.devices.sram.threshold_slope_mV_per_K.value=0.71"),
    ],
    "a policy by its name, without the keys of the one before": ["--set", "power.power_domains.PD_NPU.policy.name=always_on"],
    "how it is read, mapped and simulated": ["--objective", "latency", "--no-fuse", "--fidelity", "cycle", "--seed", "7"],
    "intent and technology by name": ["--technology", "lp28", "--power", "edge_npu"],
}


def test_a_network_that_was_changed_is_changed_otherwise(program, tmp_path):
    """One that is set anew is not set twice."""
    program.output("run", "edge_npu", "--net", "kws_ds_cnn", "--set", "network.layers[0].stride=1", "-o", tmp_path / "one")
    anew = ["--set", "network.layers[00].stride=2"]
    program.output("run", tmp_path / "one" / "config.yaml", *anew, "-o", tmp_path / "two")
    assert "stride=1" not in (tmp_path / "two" / "config.yaml").read_text()
    program.output("run", tmp_path / "two" / "config.yaml", "-o", tmp_path / "three")
    assert (tmp_path / "three" / "result.json").read_bytes() == (tmp_path / "two" / "result.json").read_bytes()


@pytest.mark.parametrize("options", OPTIONS)
def test_with_options(program, options, tmp_path):
    command = ["run", "edge_npu", "--net", "kws_ds_cnn", *OPTIONS[options]]
    program.output(*command, "-o", tmp_path / "first", "--quiet")
    run_again(program, tmp_path / "first", tmp_path)


def test_files_of_ones_own_with_names_that_a_shell_reads(program, tmp_path):
    where = tmp_path / "it's mine; rm *"
    where.mkdir()
    shutil.copy(ROOT / "workloads/networks/kws_ds_cnn.yaml", where / "my net $1.yaml")
    (where / "de sign.yaml").write_text(
        "schema: design/1\ndesign:\n  soc: edge_npu\n  power: edge_npu\n  technology: lp28\n"
        "  network: my net $1.yaml\n  operating_point: near_threshold\n")
    program.output("run", "de sign.yaml", "-o", tmp_path / "first", "--quiet", cwd=where)
    paste(program, tmp_path / "first", tmp_path / "pasted", where)
    program.output("run", tmp_path / "first" / "config.yaml", "-o", tmp_path / "again", "--quiet", cwd=tmp_path)
    assert (tmp_path / "again" / "result.json").read_bytes() == (tmp_path / "first" / "result.json").read_bytes()


def test_a_changed_configuration_is_another_design_point(program, tmp_path):
    program.output("run", "edge_npu", "--net", "kws_ds_cnn", "-o", tmp_path / "first", "--quiet")
    text = (tmp_path / "first" / "config.yaml").read_text()
    assert "\n      rows: 16  #" in text
    mine = tmp_path / "mine.yaml"
    mine.write_text(text.replace("\n      rows: 16  #", "\n      rows: 8  #", 1))
    program.output("run", mine, "-o", tmp_path / "second", "--quiet")
    program.output("run", "edge_npu", "--net", "kws_ds_cnn", "--set", "soc.npu.array.rows=8", "-o", tmp_path / "set",
                   "--quiet")
    first, second, by_set = (json.loads((tmp_path / name / "result.json").read_text())
                             for name in ("first", "second", "set"))
    assert second["totals"] == by_set["totals"] != first["totals"]
    assert second["provenance"]["command"].startswith("subvolt run mine.yaml")
    assert second["provenance"]["sha256"]["structure"] != first["provenance"]["sha256"]["structure"]


def test_options_on_top_of_a_configuration(program, tmp_path):
    program.output("run", "edge_npu", "--net", "kws_ds_cnn", "-o", tmp_path / "first", "--quiet")
    config = tmp_path / "first" / "config.yaml"
    program.output("run", config, "--opp", "near_threshold", "-o", tmp_path / "low", "--quiet")
    program.output("run", "edge_npu", "--net", "kws_ds_cnn", "--opp", "near_threshold", "-o", tmp_path / "wanted",
                   "--quiet")
    low, wanted = (json.loads((tmp_path / name / "result.json").read_text()) for name in ("low", "wanted"))
    assert low["totals"] == wanted["totals"]
    assert "--opp near_threshold" in low["provenance"]["command"]


def test_mistakes_in_a_configuration_are_located(program, tmp_path):
    program.output("run", "edge_npu", "--net", "kws_ds_cnn", "-o", tmp_path / "first", "--quiet")
    text = (tmp_path / "first" / "config.yaml").read_text()
    file = tmp_path / "c.yaml"
    file.write_text(text.replace("\n      rows: 16  #", "\n      rows: four  #", 1))
    line = file.read_text().split("\n      rows: four")[0].count("\n") + 2
    done = program.call("run", file, "-o", tmp_path / "out")
    assert done.returncode == 2 and f"{file}:{line}:" in done.stderr and "expected an integer" in done.stderr
