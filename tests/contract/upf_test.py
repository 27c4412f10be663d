"""Does a UPF reader understand what `upf` writes of every shipped design, and does it say what results say?

The reader is Tcl itself, with UPF's commands as procedures that know the standard's syntax (tests/support/upf_reader.tcl).
"""

import json
import subprocess
import urllib.parse
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
READER = ROOT / "tests" / "support" / "upf_reader.tcl"
DESIGNS = sorted(p.stem for p in (ROOT / "configs" / "designs").glob("*.yaml"))


@dataclass(frozen=True)
class Command:
    name: str
    words: list
    options: list  # (option, words of its value)

    def values(self, option):
        return [value for name, value in self.options if name == option]

    def value(self, option):
        [value] = self.values(option)
        return value


def read(path):
    done = subprocess.run(["tclsh", READER, path], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    commands = []
    for line in done.stdout.splitlines():
        head, *options = ([urllib.parse.unquote(w) for w in part.split(" ")] for part in line.split("\t"))
        commands.append(Command(head[0], head[1:], [(o[0], o[1:]) for o in options]))
    return commands


@pytest.fixture(name="exported")
def exported_fixture(program, tmp_path):
    def exported(*words):
        path = tmp_path / "intent.upf"
        program.output("upf", *words, "--quiet", "-o", path)
        return read(path)

    return exported


def of(commands, name):
    return [c for c in commands if c.name == name]


@pytest.mark.parametrize("design", DESIGNS)
def test_every_shipped_intent_is_read_back(program, exported, tmp_path, design):
    commands = exported(design)
    program.output("run", design, "--quiet", "-o", tmp_path / "run")
    result = json.loads((tmp_path / "run" / "result.json").read_text())
    held = {}
    for component in result["components"]:
        if component["domain"] not in result["design_point"]["domains"]:  # neither a regulator nor the chip as a whole
            held.setdefault(component["domain"], []).append(component["name"])
    domains = {c.words[0]: c for c in of(commands, "create_power_domain") if c.words[0] != "PD"}
    assert set(domains) == set(held)
    for name, domain in domains.items():
        assert sorted(domain.value("-elements")) == sorted(c.replace(".", "/") for c in held[name])
    ports = {c.words[0] for c in of(commands, "create_supply_port")}
    assert ports == {*result["design_point"]["domains"], "VSS"}
    groups = [c for c in of(commands, "add_power_state") if ("-group", []) in c.options]
    [points] = groups
    assert result["design_point"]["operating_point"] in {state[0] for state in points.values("-state")}
    # Whatever is named exists: sets, nets, ports, domains.
    sets = {c.words[0] for c in of(commands, "create_supply_set")}
    nets = {c.words[0] for c in of(commands, "create_supply_net")}
    controls = {c.words[0] for c in of(commands, "create_logic_port")}
    for c in of(commands, "create_supply_set"):
        assert {function[1] for function in c.values("-function")} <= nets
    for domain in domains.values():
        assert {supply[1] for supply in domain.values("-supply")} <= sets
    for c in of(commands, "create_power_switch"):
        assert c.value("-domain")[0] in domains and c.value("-control_port")[1] in controls
        assert c.value("-input_supply_port")[1] in nets and c.value("-output_supply_port")[1] in nets
    for c in of(commands, "set_isolation"):
        assert c.value("-isolation_supply")[0] in sets and c.value("-isolation_signal")[0] in controls
    for c in of(commands, "set_level_shifter"):
        assert c.value("-source")[0] in sets and c.value("-domain")[0] in domains
    models = {c.words[0] for c in of(commands, "begin_power_model")}
    assert models == {c for components in held.values() for c in components}
    assert models == {c.words[0] for c in of(commands, "apply_power_model")}
    assert len(of(commands, "end_power_model")) == len(models)


def states_of(commands, domain):
    [states] = [c for c in of(commands, "add_power_state") if c.words == [domain] and ("-domain", []) in c.options]
    return {state[0]: state[1:] for state in states.values("-state")}


def test_states_switches_and_strategies_follow_the_intent(exported):
    commands = exported("edge_npu")
    assert set(states_of(commands, "PD_NPU")) == {"ON", "CLK_GATED", "OFF"}
    assert set(states_of(commands, "PD_NPU_BUF")) == {"ON", "CLK_GATED", "RETENTION"}
    assert set(states_of(commands, "PD_AON")) == {"ON"}
    switched = {c.value("-domain")[0] for c in of(commands, "create_power_switch")}
    assert switched == {"PD_NPU", "PD_NPU_BUF", "PD_SRAM", "PD_CPU"}
    assert {c.value("-domain")[0] for c in of(commands, "set_isolation")} == switched
    assert {c.value("-domain")[0] for c in of(commands, "set_retention")} == {"PD_NPU_BUF", "PD_SRAM", "PD_CPU"}
    # At near_threshold the NPU has 0.5 V, the SRAM 0.6 V, all else 0.8 V.
    shifters = {(c.value("-domain")[0], c.value("-source")[0]): c.value("-rule")[0]
                for c in of(commands, "set_level_shifter")}
    assert shifters["PD_CPU", "SS_VDD_NPU"] == "low_to_high" and shifters["PD_NPU", "SS_VDD_AON"] == "high_to_low"
    assert ("PD_CPU", "SS_VDD_AON") not in shifters and not any("DRAM" in domain for domain, _ in shifters)
    [dram] = [c for c in of(commands, "create_power_domain") if c.words == ["PD_DRAM"]]
    assert {tuple(s) for s in dram.values("-supply")} >= {("vdd1", "SS_VDD1"), ("vddq", "SS_VDDQ")}


def test_power_models_say_what_results_say(program, exported, tmp_path):
    commands = exported("edge_npu")
    program.output("run", "edge_npu", "--quiet", "-o", tmp_path / "run")
    accounts = json.loads((tmp_path / "run" / "result.json").read_text())["accounts"]
    leaks = {a["account"]: a["unit_energy_J"] * a["scale"] * 1e12 for a in accounts if a["cause"] == "leakage"}
    at = next(i for i, c in enumerate(commands) if c.name == "begin_power_model" and c.words == ["npu.array"])
    inside = commands[at : at + 4]
    assert inside[-1].name == "end_power_model"
    states = {state[0]: state[1:] for state in inside[2].values("-state")}
    assert float(states["ON"][1]) == pytest.approx(leaks["npu.array.leakage.ON"], rel=1e-9)
    assert float(states["OFF"][1]) < 0.2 * float(states["ON"][1])


def test_a_file_is_whole_or_not_there(program, tmp_path):
    done = program.call("upf", "edge_npu", "-o", tmp_path / "none" / "x.upf")
    assert done.returncode == 2 and not (tmp_path / "none").exists()
    wrong = program.call("upf", "edge_npu", "--set", "power.power_domains.PD_NPU.supply=NOWHERE", "-o", tmp_path / "x.upf")
    assert wrong.returncode == 2 and not (tmp_path / "x.upf").exists()
