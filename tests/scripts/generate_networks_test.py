"""Are the shipped networks what the scripts make of the papers' tables, and do the scripts notice what does not fit?"""

import pytest
import yaml

import generate_networks
from networks import counts, families
from networks.document import Network
from subvolt_results import ROOT
from validation import kinds

FILES = generate_networks.files()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_file_is_what_the_scripts_make(path):
    assert path.read_text(encoding="utf-8") == FILES[path], "run: scripts/generate_networks.py"


def test_every_shipped_network_has_a_script():
    """Those of chips are imported from their tables: import_max7800x_test.py."""
    made = {path.stem for path in FILES if path.suffix == ".yaml"}
    assert made == set(kinds.networks())


def test_check_tells_a_stale_file_and_leaves_it(tmp_path, monkeypatch, capsys):
    stale, fresh = tmp_path / "stale.yaml", tmp_path / "fresh.yaml"
    stale.write_text("old\n")
    fresh.write_text("new\n")
    monkeypatch.setattr(generate_networks, "ROOT", tmp_path)
    monkeypatch.setattr(generate_networks, "files", lambda: {stale: "new\n", fresh: "new\n"})
    options = type("Options", (), {"check": True})
    assert generate_networks.run(options) == 1
    assert capsys.readouterr().out == "stale.yaml\n"
    assert stale.read_text() == "old\n"
    options.check = False
    assert generate_networks.run(options) == 0
    assert stale.read_text() == "new\n"


def tiny(**keys):
    net = Network("tiny", "8x8x4", source="Nobody, Nothing, 2026, table 1", title=["{macs} MACs."], **keys)
    net.conv2d("conv", 3, 16, stride=2, activation="relu")
    return net


def test_text_holds_totals_in_its_title_and_the_layers_in_its_lines():
    net = tiny(input_note="an image")
    net.note("Behind it.")
    net.add("sum", "conv", "conv")
    assert net.text() == (
        "# yaml-language-server: $schema=../../configs/schemas/network.json\n"
        "# 9,216 MACs.\n"
        "schema: network/1\n"
        "network:\n"
        "  name: tiny\n"
        '  source: "Nobody, Nothing, 2026, table 1"\n'
        "  input: {shape: 8x8x4}  # an image\n"
        "  layers:\n"
        "    - {name: conv, op: conv2d, kernel: 3, stride: 2, channels: 16, activation: relu}\n"
        "    # Behind it.\n"
        "    - {name: sum, op: add, inputs: [conv, conv]}\n"
    )


def test_input_is_said_only_where_it_is_not_the_layer_before():
    net = tiny()
    net.depthwise("a", 3, input="conv")
    net.depthwise("b", 3, input="conv")
    assert "input" not in net.layers[1]
    assert net.layers[2]["input"] == "conv"


def test_key_without_a_place_is_an_error():
    with pytest.raises(ValueError, match="strides"):
        tiny().conv2d("more", 3, 16, strides=2)


@pytest.mark.parametrize("net", families.all_networks(), ids=lambda net: net.name)
def test_a_parser_reads_the_layers_that_were_meant(net):
    parsed = yaml.safe_load(net.text())["network"]
    assert [layer["name"] for layer in parsed["layers"]] == [layer["name"] for layer in net.layers]
    assert counts.totals(parsed) == counts.totals(net.document())


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ({"op": "reshape", "shape": "4x4x15"}, "does not hold 256"),
        ({"op": "split", "axes": [-1], "sizes": [8, 8], "outputs": [{"name": "half"}]}, "outputs"),
        ({"op": "batch_matmul", "inputs": ["conv", "conv"]}, "do not fit"),
    ],
    ids=lambda value: value["op"] if isinstance(value, dict) else "",
)
def test_counts_refuse_what_does_not_fit(layer, message):
    document = tiny().document()
    document["layers"] = [*document["layers"], {"name": "odd", **layer}]
    with pytest.raises(ValueError, match=message):
        counts.totals(document)
