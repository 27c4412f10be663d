"""Does import_rtl_layer.py make a network of a row that the program takes, and say how to run it?"""

import json
import subprocess
import sys

import pytest
import yaml

from support.program import ROOT

SCRIPT = ROOT / "scripts" / "import_rtl_layer.py"
NV_SMALL = ROOT / "tests" / "validation" / "data" / "nv_small_layers.csv"
NE16_LAYERS = NV_SMALL.with_name("ne16_layers.csv")
NE16 = """case,mode,w,h,c,k,pad,out_w,out_h,macs,cycles
pw_6x6x32_16,pw,6,6,32,16,0,6,6,18432,900
dw_6x6x16_16,dw,6,6,16,16,1,6,6,5184,1000
3x3_3x3x16_32,3x3,3,3,16,32,1,3,3,41472,333
"""


def call(*words):
    return subprocess.run([sys.executable, str(SCRIPT), *map(str, words)], capture_output=True, text=True)


def made(table, case, tmp_path):
    net = tmp_path / f"{case}.yaml"
    done = call(table, case, "-o", net)
    assert done.returncode == 0, done.stderr
    return net


def output(program, *words):
    return subprocess.run([program, *map(str, words)], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def layer_of(net, program):
    return json.loads(output(program, "nets", net, "--json"))["layers"][0]


def test_a_row_of_nv_small_is_a_network_of_one_layer(tmp_path, program):
    net = made(NV_SMALL, "r_rect_19x30x59_19_2x4_s32_p2111", tmp_path)
    layer = yaml.safe_load(net.read_text())["network"]["layers"][0]
    assert (layer["kernel"], layer["stride"], layer["padding"]) == ("2x4", "3x2", [2, 1, 1, 1])
    head = net.read_text()
    assert "subvolt run nv_small --net" in head and "--set soc.memory.latency=32" in head
    assert "weight_banks" not in head


def test_the_head_names_every_memory_and_the_banks_that_were_held_back(tmp_path):
    head = made(NV_SMALL, "mbv1_025_pw1", tmp_path).read_text()
    assert head.count("cycles: subvolt run nv_small") == 4
    assert "--set soc.npu.weight_banks=3" in made(NV_SMALL, "tw_c3_64_64_b3", tmp_path).read_text()


def test_what_the_head_says_gives_the_cycles_of_the_row(tmp_path, program):
    net = made(NV_SMALL, "tw_c3_64_64_b3", tmp_path)
    line = next(line for line in net.read_text().splitlines() if "subvolt run" in line)
    cycles, command = line.lstrip("# ").split(" cycles: subvolt ")
    output(program, *command.split(), "-o", tmp_path / "run", "--quiet")
    assert f",{cycles}," in (tmp_path / "run" / "layers.csv").read_text().splitlines()[1]


@pytest.mark.parametrize(
    "case, op, macs", [("pw_6x6x32_16", "conv2d", 18432), ("dw_6x6x16_16", "depthwise_conv2d", 5184), ("3x3_3x3x16_32", "conv2d", 41472)]
)
def test_rows_of_ne16_keep_their_mode(case, op, macs, tmp_path, program):
    table = tmp_path / "ne16.csv"
    table.write_text(NE16)
    layer = layer_of(made(table, case, tmp_path), program)
    assert (layer["op"], layer["macs"]) == (op, macs)


def test_the_head_of_a_row_of_ne16_gives_its_cycles(tmp_path, program):
    net = made(NE16_LAYERS, "pw_8x8x40_48", tmp_path)
    line = next(line for line in net.read_text().splitlines() if "subvolt run" in line)
    cycles, command = line.lstrip("# ").split(" cycles: subvolt ")
    output(program, *command.split(), "-o", tmp_path / "run", "--quiet")
    assert (cycles, f",{cycles}," in (tmp_path / "run" / "layers.csv").read_text().splitlines()[1]) == ("3567", True)


def test_mistakes_are_told(tmp_path):
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("a,b\n1,2\n")
    head = tmp_path / "head.csv"
    head.write_text(NE16.splitlines()[0] + "\n")
    for words, message in [
        ((NV_SMALL, "mbv1_025_pw11"), 'no case "mbv1_025_pw11", did you mean "mbv1_025_pw1"?'),
        ((wrong, "x"), "expected a table of layers, which has no columns case, w, h, c, k, cycles"),
        ((head, "x"), "head.csv: expected rows below the columns' names, got none"),
        ((tmp_path / "none.csv", "x"), "No such file"),
    ]:
        done = call(*words, "-o", tmp_path / "net.yaml")
        assert done.returncode == 2 and message in done.stderr
        assert not (tmp_path / "net.yaml").exists()


@pytest.mark.parametrize(
    "column, value, said",
    [
        ("w", "-1", "expected a whole number >= 1 in column w, got '-1'"),
        ("c", "0", "expected a whole number >= 1 in column c, got '0'"),
        ("stride_x", "-1", "expected a whole number >= 1 in column stride_x, got '-1'"),
        ("pad_bottom", "-1", "expected a whole number >= 0 in column pad_bottom, got '-1'"),
        ("r", "99", "expected a whole number from 1 to 48 in column r, got '99'"),
        ("out_w", "47", "the layer has 48 in column out_w, this says 47"),
        ("out_h", "47", "the layer has 48 in column out_h, this says 47"),
        ("macs", "1", "the layer has 294912 in column macs, this says 1"),
        ("case", "", 'case "" is no name for a network'),
        ("case", "a b", 'case "a b" is no name for a network'),
    ],
)
def test_what_a_layer_cannot_have_is_told_by_column(column, value, said, tmp_path):
    lines = NV_SMALL.read_text().splitlines()
    head = next(i for i, line in enumerate(lines) if line.startswith("case,"))
    row = dict(zip(lines[head].split(","), next(line for line in lines if line.startswith("mbv1_025_pw1,")).split(",")))
    row[column] = value
    table = tmp_path / "one.csv"
    table.write_text(f"{lines[head]}\n{','.join(row.values())}\n")
    done = call(table, row["case"], "-o", tmp_path / "net.yaml")
    assert done.returncode == 2 and said in done.stderr and done.stderr.startswith(f"{table}:2: case")
    assert not (tmp_path / "net.yaml").exists()


def test_the_schema_is_named_from_where_the_network_is(tmp_path):
    net = tmp_path / "deep" / "er" / "net.yaml"
    assert call(NV_SMALL, "mbv1_025_pw1", "-o", net).returncode == 0
    schema = net.read_text().splitlines()[0].partition("$schema=")[2]
    assert (net.parent / schema).resolve() == ROOT / "configs" / "schemas" / "network.json"


def test_rows_of_a_case_are_one_layer(tmp_path):
    table = tmp_path / "ne16.csv"
    table.write_text(NE16 + NE16.splitlines()[1].replace(",6,6,32,", ",6,7,32,") + "\n")
    done = call(table, "pw_6x6x32_16", "-o", tmp_path / "net.yaml")
    assert done.returncode == 2 and "case pw_6x6x32_16: its rows are different layers" in done.stderr


def test_a_depthwise_row_has_as_many_kernels_as_channels(tmp_path):
    table = tmp_path / "ne16.csv"
    table.write_text(NE16.replace("dw,6,6,16,16,", "dw,6,6,16,32,"))
    done = call(table, "dw_6x6x16_16", "-o", tmp_path / "net.yaml")
    assert done.returncode == 2 and f"{table}:3: case dw_6x6x16_16: the layer has 16 in column k, this says 32" in done.stderr


def test_another_file_is_overwritten_by_force_only(tmp_path):
    net = made(NV_SMALL, "mbv1_025_pw1", tmp_path)
    assert call(NV_SMALL, "mbv1_025_pw1", "-o", net).returncode == 0  # the same again
    text = net.read_text()
    net.write_text("mine\n")
    done = call(NV_SMALL, "mbv1_025_pw1", "-o", net)
    assert done.returncode == 2 and f"{net} exists and is another network: --force overwrites it" in done.stderr
    assert net.read_text() == "mine\n"
    assert call(NV_SMALL, "mbv1_025_pw1", "-o", net, "--force").returncode == 0 and net.read_text() == text
