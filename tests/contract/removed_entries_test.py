"""Does null remove an entry in a file and on the command line, and is everything that still needs it told how to do without?"""

import pytest

from support import remedies
from support.program import ROOT

CHECK = ("check", "edge_npu", "--net", "kws_ds_cnn")


def words(sets):
    return [word for value in sets for word in ("--set", value)]


REMOVED = ["soc.dram=null", "soc.connections.dram=null", "soc.dram=~"]


@pytest.mark.parametrize("first", REMOVED)
def test_what_is_removed_is_taken_out_of_all_that_names_it(first, program):
    """Each message names what still needs it and the value that does without; followed one after the other."""
    sets = [first]
    for _ in range(4):
        done = program.call(*CHECK, *words(sets))
        if done.returncode == 0:
            break
        assert done.returncode == 2
        assert "was removed by --set soc." in done.stderr, done.stderr
        fresh = [value for _, value in remedies.options(done.stderr) if value not in sets]
        assert fresh, done.stderr
        sets += fresh
    assert done.returncode == 0, f"{sets}: {done.stderr}"
    assert "dram" not in done.stdout


def shipped(name):
    return (ROOT / "configs" / name).read_text()


def test_a_file_removes_what_an_override_removes(program, tmp_path):
    """The same SoC: its entries, and what is said of those that lack something."""
    sets = ["soc.connections.dram=null", "soc.dram=null"]
    (tmp_path / "mine.yaml").write_text("schema: soc/1\ninclude: base.yaml\nsoc: {dram: null, connections: {dram: null}}\n")
    (tmp_path / "base.yaml").write_text(shipped("socs/edge_npu.yaml"))
    power = tmp_path / "power.yaml"
    power.write_text(shipped("power/edge_npu.yaml"))
    point = ["--net", "kws_ds_cnn", "--power", power]
    by_file = program.call("check", tmp_path / "mine.yaml", *point)
    by_set = program.call("check", tmp_path / "base.yaml", *point, *words(sets))
    assert by_file.returncode == by_set.returncode == 2
    assert remedies.options(by_file.stderr) == [o for o in remedies.options(by_set.stderr) if o[1] not in sets]
    assert "was removed by " + str(tmp_path / "mine.yaml") + ":3:" in by_file.stderr
    done = [program.call("check", design, *point, *words(more), *[w for o in remedies.options(by_file.stderr) for w in o])
            for design, more in ((tmp_path / "mine.yaml", []), (tmp_path / "base.yaml", sets))]
    assert [d.returncode for d in done] == [0, 0], done[0].stderr + done[1].stderr
    assert done[0].stdout.replace("mine", "base") == done[1].stdout


NOTHING_TO_REMOVE = [
    (["soc.connections.drm=null"], 'there is no "drm" to remove, did you mean "dram"?'),
    (["soc.sram.retention_aftr=null"], 'there is no "retention_aftr" to remove'),
    (["soc.connections.dram="], "got nothing"),  # a variable of a shell without a value
    (["soc.connections.dram=null", "soc.connections.dram.base=0x9000_0000"], "already removed by --set soc.connections.dram=null"),
    (["soc.connections.dram.base=0x9000_0000", "soc.connections.dram=null"], "already given another value by --set soc.connections.dram.base"),
    (["soc=null"], "got nothing"),
    (["soc.connections=null"], "expected wires by name"),
]


@pytest.mark.parametrize("sets, message", NOTHING_TO_REMOVE)
def test_what_cannot_be_removed_is_said(sets, message, program):
    refused = program.call(*CHECK, *words(sets))
    assert refused.returncode == 2 and message in refused.stderr, refused.stderr


@pytest.mark.parametrize("text, near", [("connections: {drm: null}", "dram"), ("drm: null", "dram"), ("npuu: ", "npu")])
def test_a_file_that_removes_nothing_is_told_the_near_name(text, near, program, tmp_path):
    (tmp_path / "base.yaml").write_text(shipped("socs/edge_npu.yaml"))
    mine = tmp_path / "mine.yaml"
    mine.write_text(f"schema: soc/1\ninclude: base.yaml\nsoc:\n  {text}\n")
    refused = program.call("check", mine, "--power", "edge_npu", "--net", "kws_ds_cnn")
    assert refused.returncode == 2 and refused.stderr.startswith(f"{mine}:4:"), refused.stderr
    wrong = text.split(": ")[-2].strip("{ ") if "{" in text else text.split(":")[0]
    assert "to remove, did you mean" in refused.stderr and remedies.follow(wrong, wrong, refused.stderr) == near
