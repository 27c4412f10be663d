"""Does import_max7800x.py make a network of a table of hardware layers that the program takes, and that others run?"""

import json
import subprocess
import sys

import pytest
import yaml

from support.program import ROOT

SCRIPT = ROOT / "scripts" / "import_max7800x.py"
PLAIN = {
    **dict(op="conv2d", pool="", pool_h=1, pool_w=1, pool_stride=1, pool_dilation=1, eltwise="", operands=1),
    **dict(pool_before_eltwise=1, kernel_h=3, kernel_w=3, pad_h=1, pad_w=1, dilation=1, groups=1, flatten=0, bias=1),
    **dict(activation="relu", weight_bits=8, streaming=0, data_format="HWC", in_passes=1, out_passes=1),
}


def row(layer, sources, in_ch, side, out_ch, out_side=None, **other):
    mask = [hex((1 << n) - 1) for n in (in_ch, out_ch)]
    return {
        **PLAIN,
        **dict(layer=layer, index=layer, sources=sources, in_ch=in_ch, in_h=side, in_w=side, out_ch=out_ch),
        **dict(out_h=out_side or side, out_w=out_side or side, processors=mask[0], n_proc=in_ch),
        **dict(out_processors=mask[1], out_slots=out_ch),
        **other,
    }


POOL = dict(pool="max", pool_h=2, pool_w=2, pool_stride=2)
COPY = dict(op="passthrough", kernel_h=1, kernel_w=1, pad_h=0, pad_w=0, activation="none", weight_bits=0, out_slots=1)
TABLE = [
    row(0, "input", 3, 16, 4, bias=0),
    row(1, "0", 4, 16, 4, **COPY),
    row(2, "0", 4, 16, 4, weight_bits=4),
    row(3, "1;2", 4, 16, 4, 8, operands=2, eltwise="add", pool_before_eltwise=0, **POOL),
    row(4, "3", 4, 8, 8, 8, kernel_h=1, kernel_w=1, pad_h=0, pad_w=0),
    row(5, "4;3", 12, 8, 4, 8),
    row(6, "5", 4, 8, 4, 16, op="convtranspose2d", activation="none"),
    row(7, "6", 4, 16, 4, 16, groups=4, out_slots=4),
    row(8, "7", 4, 16, 10, 1, op="linear", kernel_h=1, kernel_w=1, pad_h=0, pad_w=0, flatten=1, activation="none"),
]


def written(tmp_path, rows):
    table = tmp_path / "max78002_small.csv"
    table.write_text("\n".join([",".join(PLAIN | rows[0]), *(",".join(map(str, r.values())) for r in rows)]) + "\n")
    return table


def call(*words):
    return subprocess.run([sys.executable, str(SCRIPT), *map(str, words)], capture_output=True, text=True)


def made(tmp_path, rows):
    net = tmp_path / "small.yaml"
    done = call(written(tmp_path, [{key: r[key] for key in PLAIN | rows[0]} for r in rows]), "-o", net, "--force")
    assert done.returncode == 0, done.stderr
    return net


def run(program, design, net, folder):
    words = [program, "run", design, "--net", net, "-o", folder, "--quiet"]
    subprocess.run(list(map(str, words)), cwd=ROOT, capture_output=True, check=True)
    layers = json.loads((folder / "result.json").read_text(encoding="utf-8"))["layers"]
    return {layer["name"]: layer for layer in layers}


def test_layers_are_those_of_any_network_with_what_the_tool_chose_beside(tmp_path):
    net = yaml.safe_load(made(tmp_path, TABLE).read_text())["network"]
    layers = {layer["name"]: layer for layer in net["layers"]}
    assert net["name"] == "small" and net["input"]["shape"] == "16x16x3"
    assert [name for name in layers if name not in {f"l{i}" for i in range(9)}] == [
        *("l3_add", "l3_pool", "l5_concat", "l8_flat"),
    ]
    assert layers["l1"] == {"name": "l1", "op": "concat", "inputs": ["l0"], "axes": [-1],
                            "mapping": {"processors": "0-3", "outputs": "0-3"}}  # fmt: skip
    assert layers["l2"]["input"] == "l0" and layers["l2"]["weight_type"] == "int4" and "bias" not in layers["l2"]
    assert layers["l3_add"]["inputs"] == ["l1", "l2"] and layers["l3_pool"]["kernel"] == "2x2"
    assert layers["l5_concat"]["inputs"] == ["l4", "l3"] and layers["l0"]["bias"] is False
    assert layers["l6"]["op"] == "transposed_conv2d" and layers["l7"]["op"] == "depthwise_conv2d"
    assert layers["l8"]["op"] == "fully_connected"


def test_the_chip_runs_all_of_it_in_as_many_layers_and_another_design_runs_it_too(tmp_path, program):
    net = made(tmp_path, TABLE)
    own = run(program, "max78002", net, tmp_path / "own")
    assert {name for name, layer in own.items() if "accelerator_cycles" in layer} == {f"l{i}" for i in range(9)}
    assert not [name for name, layer in own.items() if layer["on_host"]]
    other = run(program, "edge_npu", net, tmp_path / "other")
    assert sum(layer["macs"] for layer in own.values()) == sum(layer["macs"] for layer in other.values())


def test_a_streaming_layer_takes_half_as_long_again(tmp_path, program):
    plain = run(program, "max78002", made(tmp_path, TABLE), tmp_path / "plain")["l2"]["lost_cycles"]["reads"]
    rows = [dict(r, streaming=1) if r["layer"] == 2 else r for r in TABLE]
    slow = run(program, "max78002", made(tmp_path, rows), tmp_path / "slow")["l2"]
    clocks = plain + slow["array_cycles"]
    assert slow["lost_cycles"]["reads"] + slow["array_cycles"] == -(-3 * clocks // 2)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (dict(layer=0), "layer 0 is there already"),
        (dict(pool="median"), 'expected one of max, avg in column pool, got \'median\''),
        (dict(activation="tanh"), "activation tanh is not known"),
        (dict(sources="7"), "its source 7 is no layer before it"),
        (dict(kernel_h="three"), "expected a whole number in column kernel_h"),
        (dict(in_passes=2), "4 channels on 4 processors are not 2 passes"),
        (dict(in_h=15), "its input has (15, 16, 4)"),
        (dict(in_w=-1), "expected a whole number >= 1 in column in_w, got '-1'"),
        (dict(POOL, pool_h=-1), "expected a whole number >= 1 in column pool_h, got '-1'"),
        (dict(POOL, pool_h=17), "its pool is larger than its input, 16x16"),
        (dict(out_slots=-1), "expected a whole number >= 1 in column out_slots, got '-1'"),
        (dict(n_proc=""), "expected a whole number in column n_proc, got ''"),
        (dict(out_slots=""), "expected a whole number in column out_slots, got ''"),
        (dict(out_passes=""), "expected a whole number in column out_passes, got ''"),
        (dict(processors=""), "expected a whole number in column processors, got ''"),
        (dict(pad_h=-1), "expected a whole number >= 0 in column pad_h, got '-1'"),
        (dict(n_proc=3), "its processors are 4, column n_proc says 3"),
        (dict(out_h=15), "its window makes 16 of 16, column out_h says 15"),
        (dict(groups=2), "2 groups of 4 channels are no depthwise convolution"),
    ],
)
def test_what_a_row_cannot_mean_is_said_with_its_line(tmp_path, change, said):
    table = written(tmp_path, [TABLE[0], dict(TABLE[2], **change)])
    done = call(table, "-o", tmp_path / "net.yaml")
    assert done.returncode == 2 and said in done.stderr and "max78002_small.csv:3" in done.stderr
    assert not (tmp_path / "net.yaml").exists()


def test_a_table_of_something_else_is_refused(tmp_path):
    table = tmp_path / "other.csv"
    table.write_text("a,b\n1,2\n")
    done = call(table, "-o", tmp_path / "net.yaml")
    assert done.returncode == 2 and "which has no columns layer, op" in done.stderr


def test_only_columns_that_are_missing_are_named(tmp_path):
    rows = [{key: value for key, value in r.items() if key != "pool_h"} for r in TABLE]
    table = tmp_path / "most.csv"
    table.write_text("\n".join([",".join(rows[0]), *(",".join(map(str, r.values())) for r in rows)]) + "\n")
    done = call(table, "-o", tmp_path / "net.yaml")
    assert done.returncode == 2 and done.stderr.strip().endswith("most.csv: expected a table of layers, which has no column pool_h")


def test_a_table_without_rows_is_told_so(tmp_path):
    table = tmp_path / "head.csv"
    table.write_text(written(tmp_path, TABLE).read_text().splitlines()[0] + "\n")
    done = call(table, "-o", tmp_path / "net.yaml")
    assert done.returncode == 2 and "head.csv: expected rows below the columns' names, got none" in done.stderr


def test_the_stride_of_a_convolution_is_the_networks(tmp_path):
    rows = [dict(TABLE[0], stride=1), dict(TABLE[2], stride=2, out_h=8, out_w=8)]
    net = yaml.safe_load(made(tmp_path, rows).read_text())["network"]
    assert "stride" not in net["layers"][0] and net["layers"][1]["stride"] == 2
    turned = written(tmp_path, [dict(TABLE[0], stride=1), dict(TABLE[2], op="convtranspose2d", stride=1)])
    done = call(turned, "-o", tmp_path / "net.yaml")
    assert done.returncode == 2 and "expected 2 in column stride of a transposed convolution, got 1" in done.stderr


@pytest.mark.parametrize("name", ["a: b{", 'say "a"', "true", "12", "- a", "a # b"])
def test_names_are_those_that_are_said(tmp_path, name):
    net = tmp_path / "net.yaml"
    done = call(written(tmp_path, TABLE), "-o", net, "--name", name, "--source", f"{name} \\ 'b'")
    assert done.returncode == 0, done.stderr
    network = yaml.safe_load(net.read_text())["network"]
    assert (network["name"], network["source"]) == (name, f"{name} \\ 'b'")


def test_another_file_is_overwritten_by_force_only(tmp_path):
    table, net = written(tmp_path, TABLE), tmp_path / "net.yaml"
    net.write_text("mine\n")
    done = call(table, "-o", net)
    assert done.returncode == 2 and "--force overwrites it" in done.stderr and net.read_text() == "mine\n"
    assert call(table, "-o", net, "--force").returncode == 0
    assert call(table, "-o", net).returncode == 0  # the same again
