"""Does each wrong input tell what to do, and does doing that lead on?

The remedy of each message is followed to the letter by support.remedies, not by somebody who knows better: the mended
command has to succeed. Places in files are the subject of configuration_errors_test.py; its mistakes are mended here
where their message names a better word.
"""

import re
import shutil

import pytest

from configuration_errors_test import MISTAKES, damage
from support import remedies
from support.program import ROOT

CHECK = ("check", "edge_npu", "--net", "kws_ds_cnn")

# The words of a command, the wrong one among them (or a part of one), and words of the cause.
WRONG_WORDS = {
    "design": (("check", "edge_npuu"), "edge_npuu", 'no design "edge_npuu"'),
    "network": (("check", "edge_npu", "--net", "kws_ds_cn"), "kws_ds_cn", 'no network "kws_ds_cn"'),
    "technology": ((*CHECK, "--technology", "lp29"), "lp29", 'no technology "lp29"'),
    "power intent": ((*CHECK, "--power", "edge_np"), "edge_np", '"edge_np"'),
    "operating point": ((*CHECK, "--opp", "nomnal"), "nomnal", '"nomnal" is neither one of'),
    "voltage beyond the technology": ((*CHECK, "--opp", "3V"), "3V", "out of range"),
    "clock beyond the voltage": ((*CHECK, "--opp", "0.5V,500MHz"), "500MHz", "is above f_max"),
    "objective": ((*CHECK, "--objective", "speed"), "speed", "expected one of energy, latency, edp"),
    "rewriting pass": ((*CHECK, "--without", "fold_constant"), "fold_constant", "fold_constant"),
    "setting without a value": ((*CHECK, "--set", "soc.npu.array.rows"), "soc.npu.array.rows", "expected path=value"),
    "key of a setting": ((*CHECK, "--set", "soc.npu.array.colums=16"), "colums", 'unknown key "colums"'),
    "document of a setting": ((*CHECK, "--set", "sock.npu.array.rows=16"), "sock", "sock"),
    "number of a setting": ((*CHECK, "--set", "soc.npu.array.rows=0"), "0", "expected a value"),
    "unit of a setting": ((*CHECK, "--set", "soc.sram.size=512 MHz"), "512 MHz", "expected a size"),
    "no unit of a setting": ((*CHECK, "--set", "soc.sram.size=512"), "512", "a bare number where a unit is due"),
    "kind of a component": ((*CHECK, "--set", "soc.sram.kind=srma"), "srma", 'unknown component kind "srma"'),
    "array style": ((*CHECK, "--set", "soc.npu.array.dataflows=[weight_stationry]"), "weight_stationry", "weight_stationry"),
    "gating policy": (
        (*CHECK, "--set", "power.power_domains.PD_NPU.policy={name: clok_gate}"), "clok_gate", 'got "clok_gate"',
    ),
    "power state": (
        (*CHECK, "--set", "power.power_domains.PD_CPU.states=[{state: CLK_GATD}]"), "CLK_GATD", 'CLK_GATD"',
    ),
    "memory device": ((*CHECK, "--set", "soc.dram.device=lpddr4_3300"), "lpddr4_3300", "lpddr4_3300"),
    "memory of a rule": (
        (*CHECK, "--set", "design.placement=[{tensors: weights, in: drma}]"), "drma", "drma",
    ),
    "memory alone": (("memtrace", "lpddr4_320", "trace.csv"), "lpddr4_320", 'no memory "lpddr4_320"'),
    "setting of a controller": (
        ("memtrace", "lpddr4_3200", "trace.csv", "--set", "page_polcy=closed"), "page_polcy", "page_polcy",
    ),
    "word of a controller": (
        ("memtrace", "lpddr4_3200", "trace.csv", "--set", "page_policy=close"), "close", "close",
    ),
    "what to list": (("list", "desings"), "desings", "desings"),
    "document of a schema": (("schema", "powr"), "powr", "powr"),
    "fidelity": (("run", "edge_npu", "-o", "out", "--fidelity", "cycles"), "cycles", "cycles"),
    "network to import": (("import", "resnet9"), "resnet9", 'no network "resnet9"'),
    "network to show": (("nets", "resnet9"), "resnet9", 'no network "resnet9"'),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG_WORDS)
def test_a_wrong_word_is_mended_by_what_the_message_says(name, program, tmp_path):
    words, wrong, cause = WRONG_WORDS[name]
    (tmp_path / "trace.csv").write_text("arrival_cycle,op,bank,row,burst\n0,R,0,0,0\n")
    before = sorted(tmp_path.iterdir())
    refused = program.call(*words, cwd=tmp_path)
    assert refused.returncode == 2 and refused.stdout == "", refused.stderr
    assert cause in refused.stderr and sorted(tmp_path.iterdir()) == before

    at = max(i for i, word in enumerate(words) if wrong in word)
    mended = remedies.follow(words[at], wrong, refused.stderr)
    assert mended is not None, f"no remedy in: {refused.stderr}"
    done = program.call(*words[:at], mended, *words[at + 1 :], cwd=tmp_path)
    assert done.returncode == 0, f"{mended}: {done.stderr}"


# Mistakes of files whose message names a better word: put there, the file is right again.
NEAR = [name for name, (*_, message) in MISTAKES.items() if "did you mean" in message]


@pytest.mark.parametrize("name", NEAR)
def test_a_wrong_word_in_a_file_is_mended_where_the_message_points(name, program, tmp_path):
    library = tmp_path / "data"
    for folder in ("configs", "workloads"):
        shutil.copytree(ROOT / folder, library / folder)
    file = library / MISTAKES[name][0]
    file.write_text(damage(file.read_text(), name)[0])
    refused = program.call("check", "edge_npu", cwd=tmp_path, data=library)
    assert refused.returncode == 2, refused.stderr

    message = next(line for line in refused.stderr.splitlines() if "did you mean" in line)
    place = re.match(r"(.+?):(\d+):(\d+): ", message)
    assert library / place[1] == file
    lines = file.read_text().splitlines(True)
    row, column = int(place[2]) - 1, int(place[3]) - 1
    head = message.split("did you mean")[0]
    named = re.findall(r'"([^"]+)"', head) or re.findall(r"(\w+),", head)[-1:]
    wrong = next(word for word in named if word in lines[row][column:])
    tail = remedies.follow(lines[row][column:], wrong, message)
    assert tail is not None, message
    lines[row] = lines[row][:column] + tail
    file.write_text("".join(lines))
    done = program.call("check", "edge_npu", cwd=tmp_path, data=library)
    assert done.returncode == 0, f"{lines[row]}: {done.stderr}"


def test_a_file_that_is_there_is_written_over_when_told(program, tmp_path):
    target = tmp_path / "net.yaml"
    target.write_text("precious\n")
    words = ("import", "resnet8", "-o", target)
    refused = program.call(*words)
    assert refused.returncode == 2 and target.read_text() == "precious\n"
    assert program.call(*words, remedies.option(refused.stderr)).returncode == 0


@pytest.mark.parametrize("operators", [{"npu": "requantize", "cpu": "{add: 30}"}], ids=["average_pool and softmax"])
def test_an_operator_that_nobody_runs_can_be_given_to_somebody(operators, program):
    """ "add the operator to one of them": to the host, one by one, as long as the message asks for one."""
    host = {"add": 30}
    for _ in range(4):
        words = (*CHECK, "--set", f"soc.npu.vector.operators=[{operators['npu']}]")
        listed = ", ".join(f"{name}: {cycles}" for name, cycles in host.items())
        done = program.call(*words, "--set", f"soc.cpu.operators={{{listed}}}")
        if done.returncode == 0:
            return
        assert done.returncode == 2
        lacking = re.findall(r"nothing runs (\w+)", done.stderr)
        assert lacking and not set(lacking) & set(host), done.stderr
        host.update(dict.fromkeys(lacking, 30))
    pytest.fail(done.stderr)
