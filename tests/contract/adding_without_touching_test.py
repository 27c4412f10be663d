"""Can a technology, a network, a DRAM standard, a component kind and an array style be added by dropping files only?

Builds a copy of the tree with the files of tests/extension/tree beside the existing ones, none of which may be
replaced, and asks the program and the contract tests about the newcomers.
"""

import json
import os
import shutil
import subprocess

import pytest

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
        ("components", ["mailbox", "broadcast"]),
        ("socs", ["mailbox_npu"]),
        ("power", ["mailbox_npu"]),
        ("designs", ["mailbox_npu"]),
        ("memories", ["mailbox_dram"]),
        ("passes", ["drop_softmax"]),
    ],
)
def test_list_finds_the_newcomers(what, names, extended, extended_program):
    listed = {item["name"]: item["summary"] for item in json.loads(extended_program.output("list", what, "--json", cwd=extended))}
    for name in names:
        assert name in listed
        assert not listed[name].startswith("broken"), listed[name]


def test_contract_tests_run_on_the_newcomers(extended):
    program = extended / "build" / "release" / "tests" / "subvolt_contract_tests"
    names = run([str(program), "--gtest_list_tests"], extended, os.environ)
    for newcomer in ("two_layers", "lp28_mailbox", "mailbox", "broadcast"):
        assert newcomer in names, f"no contract test is about {newcomer}:\n{names}"
    pattern = "*two_layers*:*lp28_mailbox*:*mailbox*:*broadcast*"
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
