"""Does `compare` run the same work on every row, say what is not equal, and refuse what cannot be compared?"""

import csv
import json
import shutil
import subprocess

import pytest
from support.program import ROOT, SMALL_NETWORKS

# Small ones that between them have every form of layer that ships; all 48 are scripts/check_work.py's.
NETWORKS = (*SMALL_NETWORKS, "helloedge_crnn_S", "helloedge_lstm_S", "streaming_wakeword", "shufflenet_v2_0.5_224")


@pytest.fixture(scope="module")
def compared(program):
    words = [word for net in NETWORKS for word in ("--net", net)]
    return json.loads(program.output("compare", "kinds", *words, "--json", "--equal"))


def rows(comparison):
    return [(network, row) for network in comparison["networks"] for row in network["rows"]]


def test_every_network_runs_on_every_kind(compared, program):
    kinds = [row["name"] for row in compared["networks"][0]["rows"]]
    styles = {i["name"] for i in json.loads(program.output("list", "components", "--json"))
              if i["summary"].startswith("array style")}  # fmt: skip
    # Multipliers of a bit are none of eight.
    assert (styles - {"bit_serial"}) | {"dot_product", "row_stationary", "block_engine", "vector_dsp"} <= set(kinds)
    assert [network["network"] for network in compared["networks"]] == list(NETWORKS)
    assert all([row["name"] for row in network["rows"]] == kinds for network in compared["networks"])


def test_the_work_is_that_of_the_network_and_of_the_plan(compared, program):
    for network, row in rows(compared):
        work = row["work"]
        totals = json.loads(program.output("nets", network["network"], "--json"))
        assert work["macs"] == work["network_macs"] == totals["macs"] == network["macs"], row["name"]
        assert work["faults"] == []
        for memory in work["memories"].values():
            assert memory["planned_read_B"] == memory["read_B"]
            assert memory["planned_write_B"] == memory["write_B"]
        assert sum(m["read_B"] + m["write_B"] for m in work["memories"].values()) > 0
        assert sum(layer["macs"] for layer in row["layers"]) == work["macs"]
    # Answers of two memories overtake each other.
    assert any(row["dram_read_B"] > 0 and row["name"] == "dot_product" for _, row in rows(compared))


def test_what_no_accelerator_takes_is_named_with_its_reason(compared):
    for _, row in rows(compared):
        for layer in row["layers"]:
            assert ("why_host" in layer) == (layer.get("runner") == "cpu"), layer
            assert layer.get("why_host", "npu").startswith("npu"), layer


def test_all_but_the_accelerators_is_equal(compared):
    for network in compared["networks"]:
        assert network["differences"] == []
        assert {row["accelerator"]["macs_per_cycle"] for row in network["rows"]} == {256}
        assert {row["accelerator"]["buffer_B"] for row in network["rows"]} == {192 * 1024}


def test_energies_of_the_parts_are_the_whole(compared):
    for _, row in rows(compared):
        assert sum(row["energy_by_part_J"].values()) == pytest.approx(row["energy_J"], rel=1e-9)


def test_a_rows_command_gives_the_rows_numbers(compared, program, tmp_path):
    row = compared["networks"][1]["rows"][-1]
    command = row["command"].replace("subvolt", str(program.path), 1) + f" -o {tmp_path / 'out'} --quiet"
    subprocess.run(["sh", "-c", command], check=True, env=program.environment, capture_output=True, timeout=100)
    totals = json.loads((tmp_path / "out" / "result.json").read_text())["totals"]
    assert (totals["cycles"], totals["energy_J"]) == (row["cycles"], row["energy_J"])


def test_designs_of_ones_own_are_compared_and_what_differs_is_named(program):
    words = ["compare", "edge_npu", "nv_small", "--net", "kws_ds_cnn"]
    (network,) = json.loads(program.output(*words, "--json"))["networks"]
    facts = {d["fact"]: d["values"] for d in network["differences"]}
    assert facts["macs_per_cycle"] == {"edge_npu": 256, "nv_small": 64}
    assert facts["buffer_B"] == {"edge_npu": 192 * 1024, "nv_small": 128 * 1024}
    assert facts["dram"] == {"edge_npu": "there", "nv_small": None}
    text = program.output(*words)
    assert "not equal    macs_per_cycle: 256 of edge_npu, 64 of nv_small" in text
    assert max(map(len, text.splitlines())) <= 80
    told = program.call(*words, "--equal")
    assert (told.returncode, told.stdout) == (1, text)


def test_a_document_of_ones_own(program, tmp_path):
    shutil.copy(ROOT / "configs" / "designs" / "edge_npu.yaml", tmp_path / "mine.yaml")
    (tmp_path / "sizes.yaml").write_text(
        "schema: comparison/1\ncomparison:\n  design: mine.yaml\n  networks: [ad_autoencoder, kws_ds_cnn]\n  rows:\n"
        "    large: {}\n    small:\n      set: [\"soc.npu.array.rows=8\", soc.sram.size=1 MiB]\n"
    )
    done = program.call("compare", "sizes.yaml", "-o", "out", "--quiet", "--net", "ad_autoencoder", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (network,) = json.loads((tmp_path / "out" / "compare.json").read_text())["networks"]
    facts = {d["fact"] for d in network["differences"]}
    assert "macs_per_cycle" in facts and any(fact.startswith("sram.sizes.") for fact in facts)
    with (tmp_path / "out" / "compare.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    assert [(row["network"], row["name"], row["macs_per_cycle"]) for row in table] == [
        ("ad_autoencoder", "large", "256"), ("ad_autoencoder", "small", "128"),
    ]  # fmt: skip
    assert [row["cycles"] for row in table] == [str(row["cycles"]) for row in network["rows"]]
    again = program.call("compare", "sizes.yaml", "-o", "out", "--quiet", cwd=tmp_path)  # in the place of the first
    assert again.returncode == 0 and len(json.loads((tmp_path / "out" / "compare.json").read_text())["networks"]) == 2


HEAD = "schema: comparison/1\ncomparison:\n"


@pytest.mark.parametrize(
    "text, message",
    [
        ("  rows: {}\n", "c.yaml:3:9: comparison.rows: expected at least one row"),
        ("  rows: {a: {}}\n", "c.yaml:3:13: comparison.rows.a: which design?"),
        ("  rows: {a: {design: edge_npuu}}\n", 'c.yaml:3:22: no design "edge_npuu"'),
        ("  design: edge_npu\n  networks: [nothing]\n  rows: {a: {}}\n", 'c.yaml:4:14: no network "nothing"'),
        ("  design: edge_npu\n  rows: {a: {sets: [x=1]}}\n", 'did you mean "set"?'),
        ("  design: edge_npu\n  rows: {a: {set: [soc.npu.nothing=1]}}\n", "c.yaml:4:13: row a: --set soc.npu.nothing=1"),
        ("  design: edge_npu\n  rows: {a: {}}\n", "which network? Name one with --net"),
    ],
)
def test_mistakes_have_their_place(program, tmp_path, text, message):
    (tmp_path / "c.yaml").write_text(HEAD + text)
    words = [] if "which network" in message else ["--net", "kws_ds_cnn"]
    done = program.call("compare", "c.yaml", "-o", "out", *words, cwd=tmp_path)
    assert done.returncode == 2 and done.stdout == ""
    assert message in done.stderr
    assert not (tmp_path / "out").exists()


def test_one_name_is_one_row(program, tmp_path):
    done = program.call("compare", "edge_npu", "edge_npu", "--net", "kws_ds_cnn", cwd=tmp_path)
    assert done.returncode == 2 and done.stderr.startswith('two rows are called "edge_npu"')


def test_an_error_while_it_runs_names_the_row(program, tmp_path):
    """The child that simulates passes it on; nothing is written."""
    words = ["--net", "mobilenet_v1_1.0_224", "-o", "out"]
    done = program.call("compare", "scale_sim_ws", "nv_small", *words, "--set", "soc.sram.size=64 KiB", cwd=tmp_path)
    assert done.returncode == 2 and done.stderr.startswith("row ")
    assert not (tmp_path / "out").exists()
