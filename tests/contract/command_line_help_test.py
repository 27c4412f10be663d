"""Does the program help those who ask it, mistype or let a shell complete?"""

import json
import re
import shutil
import subprocess

import pytest
from support.program import Point


def commands(program):
    text = program.output("--help").split("Subcommands:")[1]
    return re.findall(r"^  (\w+) ", text, re.MULTILINE)


def test_help_fits_into_80_columns(program):
    assert {"run", "check", "explain", "price", "memtrace", "completions", "man"} <= set(commands(program))
    for words in ([], *([command] for command in commands(program))):
        text = program.output(*words, "--help")
        assert max(map(len, text.splitlines())) <= 80, text


@pytest.mark.parametrize(
    "words, message",
    [
        (["run", "edge_npu", "--nett", "kws_ds_cnn"], 'unknown option --nett, did you mean "--net"?'),
        (["run", "edge_npu", "--objectiv=energy"], 'unknown option --objectiv, did you mean "--objective"?'),
        (["--quite", "run", "edge_npu"], 'unknown option --quite, did you mean "--quiet"?'),
        (["rum", "edge_npu"], 'unknown command "rum", did you mean "run"?'),
        (["explian", "x"], 'unknown command "explian", did you mean "explain"?'),
        (["zzzzzzzz"], 'unknown command "zzzzzzzz"'),
        (["diff", "a", "b", "c"], 'unexpected argument "c"'),
    ],
)
def test_the_nearest_word_is_named(program, tmp_path, words, message):
    done = program.call(*words, cwd=tmp_path)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.splitlines()[0] == message
    shown = re.search(r"`subvolt(.*) --help`", done.stderr)[1].split()
    assert "Usage: subvolt" in program.output(*shown, "--help")  # as it says


def test_components_of_all_kinds_are_listed(program):
    text = program.output("list", "components")
    for kind in ("array style", "gating policy", "frequency policy", "memory kind", "network reader"):
        assert f"{kind}: " in text
    assert re.search(r"^xspi +memory kind: ", text, re.MULTILINE)
    assert re.search(r"^utilisation +frequency policy: ", text, re.MULTILINE)


def test_explain_as_json(program, runs):
    run = runs(Point(net="ad_autoencoder"))
    everything = json.loads(program.output("explain", run.folder, "--json"))
    assert {a["account"]: a for a in everything["accounts"]}.keys() == run.accounts.keys()
    assert sum(a["share"] for a in everything["accounts"]) == pytest.approx(1.0)
    assert everything["total_J"] == run.totals["energy_J"]
    array = json.loads(program.output("explain", run.folder, "npu.array", "--json"))
    assert all(a["account"].startswith("npu.array.") for a in array["accounts"])
    assert array["energy_J"] == pytest.approx(sum(a["energy_J"] for a in array["accounts"]))
    one = json.loads(program.output("explain", run.folder, "npu.array.mac_int8", "--json"))
    assert [a["account"] for a in one["accounts"]] == ["npu.array.mac_int8"]
    assert program.call("explain", run.folder, "npu.aray", "--json").returncode == 2


def test_long_names_stay_apart_on_the_card(program, tmp_path):
    layers = "".join(
        f"    - {{name: 'model/encoder/block_{i}/very/long/tail/of/a/name/Conv2D', op: conv2d, kernel: 3, channels: 8}}\n"
        for i in range(4))
    (tmp_path / "net.yaml").write_text(
        f"schema: network/1\nnetwork:\n  name: long\n  input: {{shape: 16x16x8}}\n  layers:\n{layers}")
    card = program.output("run", "edge_npu", "--net", tmp_path / "net.yaml", "-o", tmp_path / "out", "--quiet")
    rows = re.findall(r"^  (\S.{20,21}\S?) +[\d.]+ %", card.split("slowest layers")[1], re.MULTILINE)
    names = [row[:22].strip() for row in rows]
    assert len(names) == 4 and len(set(names)) == 4, card
    assert max(map(len, card.splitlines())) <= 80


def completed(program, *words):
    """What bash offers for the last word."""
    script = program.output("completions", "bash")
    quoted = " ".join(f"'{word}'" for word in words)
    lines = f"{script}\nCOMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _subvolt\nprintf '%s\\n' \"${{COMPREPLY[@]}}\""
    environment = dict(program.environment, PATH=f"{program.path.parent}:/usr/bin:/bin")
    done = subprocess.run(["bash", "-c", lines], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    return done.stdout.split()


def test_bash_completes(program):
    assert completed(program, "subvolt", "ex") == ["explain"]
    assert set(commands(program)) == set(completed(program, "subvolt", ""))
    assert "edge_npu_hyperram" in completed(program, "subvolt", "run", "edge_npu")
    assert completed(program, "subvolt", "run", "edge_npu", "--net", "kws_ds") == ["kws_ds_cnn"]
    assert completed(program, "subvolt", "run", "edge_npu", "--fidelity", "") == ["burst", "cycle"]
    assert completed(program, "subvolt", "run", "--obj") == ["--objective"]
    assert "networks" in completed(program, "subvolt", "list", "net")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completions_know_every_option(program, shell):
    script = program.output("completions", shell)
    for command in commands(program):
        for option in set(re.findall(r"--([a-z-]+)", program.output(command, "--help"))) - {"help"}:
            assert option in script, (command, option)
    if shutil.which(shell):
        assert subprocess.run([shell, "-n"], input=script, text=True, capture_output=True).returncode == 0


def test_the_manual_page_knows_every_command_and_option(program):
    page = program.output("man")
    assert page.startswith(".TH SUBVOLT 1")
    for command in commands(program):
        assert f".SS subvolt {command}\n" in page
    assert "\\fB\\-\\-net\\fR" in page
    if shutil.which("groff"):
        done = subprocess.run(["groff", "-man", "-ww", "-Tutf8"], input=page, text=True, capture_output=True)
        assert done.returncode == 0 and done.stderr == "", done.stderr
