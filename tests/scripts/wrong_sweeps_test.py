"""Does every mistake in a sweep have its place, cause and remedy, and does the remedy lead on?

Each row is a sweep file with one mistake, what is said of it, and the file after the remedy was followed to the letter:
that one must list its points. Command lines likewise. Nothing is written for a mistake.
"""

import os
import re

import pytest

HEAD = "schema: sweep/1\nsweep:\n  title: t\n"
POINT = "  points: [{name: a, design: design}]\n"
GOOD = HEAD + POINT

# name: (file, place, words of the cause, the file with the remedy)
WRONG_FILES = {
    "no YAML": (HEAD + "  points: [\n", "5:1", "no valid YAML", GOOD),
    "a tab": (HEAD + "\tpoints: []\n", "4:1", "no valid YAML", GOOD),
    "empty": ("", "1:1", "expected a map, got nothing", GOOD),
    "a list": ("- a\n", "1:1", "expected a map, got a list", GOOD),
    "another document": ("schema: soc/1\nsweep:\n  title: t\n" + POINT, "1:9", 'expected sweep/1, got "soc/1"', GOOD),
    "no title": ("schema: sweep/1\nsweep:\n" + POINT, "3:3", 'missing key "title"', GOOD),
    "no points": (HEAD, "3:3", "expected points, axes or both", GOOD),
    "a misspelt key": (HEAD + "  point: [{name: a, design: design}]\n", "4:3", 'did you mean "points"?', GOOD),
    "a misspelt option": (
        HEAD + "  points: [{name: a, design: design, netwrk: n}]\n",
        "4:38",
        'unknown key "netwrk", did you mean "network"?',
        HEAD + "  points: [{name: a, design: design, network: n}]\n",
    ),
    "a duplicate key": (HEAD + "  points: [{name: a, design: design, design: d}]\n", "4:38", "duplicate key", GOOD),
    "an empty list": (HEAD + "  points: []\n", "4:11", "expected a list, got an empty list", GOOD),
    "a point without name": (HEAD + "  points: [{design: design}]\n", "4:12", 'missing key "name"', GOOD),
    "a point without design": (HEAD + "  points: [{name: a}]\n", "4:12", "add design to it or to common", GOOD),
    "two of one name": (
        HEAD + "  points: [{name: a, design: design}, {name: a, design: d}]\n",
        "4:46",
        "name one of them differently",
        HEAD + "  points: [{name: a, design: design}, {name: b, design: d}]\n",
    ),
    "a setting without value": (
        HEAD + "  points: [{name: a, design: design, set: [soc.npu.array.rows]}]\n",
        "4:44",
        "expected PATH=VALUE such as soc.npu.array.rows=32",
        HEAD + "  points: [{name: a, design: design, set: [soc.npu.array.rows=32]}]\n",
    ),
    "a setting that is no list": (
        HEAD + "  points: [{name: a, design: design, set: soc.npu.array.rows=32}]\n",
        "4:43",
        "expected a list of PATH=VALUE or a map of paths to values",
        HEAD + "  points: [{name: a, design: design, set: [soc.npu.array.rows=32]}]\n",
    ),
    "an unknown objective": (
        HEAD + "  points: [{name: a, design: design, objective: speed}]\n",
        "4:49",
        'expected one of energy, latency, edp, got "speed"',
        HEAD + "  points: [{name: a, design: design, objective: latency}]\n",
    ),
    "an unknown quantisation": (
        HEAD + "  points: [{name: a, design: design, quantize: int7}]\n",
        "4:48",
        'expected one of int8, none, got "int7"',
        HEAD + "  points: [{name: a, design: design, quantize: int8}]\n",
    ),
    "a rate of nothing": (
        GOOD + "  rates: [1, 0]\n",
        "5:14",
        'expected inferences per second from 0.002 to 1000000000, got "0"',
        GOOD + "  rates: [1, 0.002]\n",
    ),
    "a rate in words": (GOOD + "  rates: [fast]\n", "5:11", 'got "fast"', GOOD + "  rates: [30]\n"),
    "values under a name": (
        GOOD + "  axes:\n    width: [8 B, 16 B]\n",
        "6:13",
        "an axis of values is called by its path, such as soc.bus.width",
        GOOD + "  axes:\n    soc.bus.width: [8 B, 16 B]\n",
    ),
    "an axis of nothing": (
        GOOD + "  axes:\n    opp: 0.8V\n",
        "6:10",
        'expected a list, got "0.8V"',
        GOOD + "  axes:\n    opp: [0.8V]\n",
    ),
    "a value of nothing": (
        GOOD + "  axes:\n    soc.bus.width: [8 B, ]\n    soc.sram.size: [null]\n",
        "7:21",
        "expected a value, got nothing",
        GOOD + "  axes:\n    soc.bus.width: [8 B, ]\n    soc.sram.size: [64 KiB]\n",
    ),
    "a key by point and axis": (
        GOOD + "  axes: {design: [d, e]}\n",
        "5:19",
        "sweep.points[0] sets design, too: leave it to one of them",
        HEAD + "  points: [{name: a}]\n  axes: {design: [d, e]}\n",
    ),
    "a path by two axes": (
        GOOD + "  axes:\n    soc.bus.width: [8 B]\n    bus: [{name: b, set: [soc.bus.width=4 B]}]\n",
        "7:26",
        "sweep.axes.soc.bus.width[0] sets soc.bus.width, too",
        GOOD + "  axes:\n    soc.bus.width: [8 B]\n    bus: [{name: b, set: [soc.bus.queue=4]}]\n",
    ),
    "too many points": (
        GOOD + f"  axes: {{opp: {[*range(40)]}, network: {[*range(40)]}}}\n",
        "5:9",
        "1600 points; at most 1000: shorten an axis",
        GOOD + f"  axes: {{opp: {[*range(40)]}, network: {[*range(20)]}}}\n",
    ),
    "lists without end": (HEAD + f"  points: {'[' * 5000}\n", "", "", GOOD),
    "an alias of itself": (HEAD + "  points: &a [*a]\n", "", "", GOOD),
    "laughter": (
        "x: &a [0,0,0,0,0,0,0,0,0,0]\n"
        + "".join(f"{c}: &{c} [{', '.join([f'*{b}'] * 10)}]\n" for b, c in zip("abcdefg", "bcdefgh")),
        "",
        "more than",
        GOOD,
    ),
}


def listed(fake, text):
    (fake.folder / "my.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return fake("sweep.py", "my.yaml", "--list")


@pytest.mark.parametrize("name", WRONG_FILES)
def test_mistakes_of_a_file(fake, name):
    wrong, place, cause, right = WRONG_FILES[name]
    done = listed(fake, wrong)
    assert done.returncode == 2, done.stderr_text
    assert done.stdout_text == "" and "Traceback" not in done.stderr_text
    where = f"my.yaml:{place}: " if place else "my.yaml"
    assert any(line.startswith(where) and cause in line for line in done.stderr_text.splitlines()), done.stderr_text
    after = listed(fake, right)
    assert after.returncode == 0 and "subvolt run " in after.stdout_text, after.stderr_text


def test_a_file_that_is_no_text_is_placed(fake):
    done = listed(fake, b"schema: sweep/1\nsweep:\n  title: caf\xe9\n")
    assert done.returncode == 2 and done.stderr_text.startswith("my.yaml:3:13: no valid UTF-8")
    done = listed(fake, b"schema: sweep/1\nsweep:\n  title: a\x07\n")
    assert done.returncode == 2 and done.stderr_text.startswith("my.yaml:3:11: no valid YAML")


def test_what_is_no_regular_file_is_not_read(fake):
    os.mkfifo(fake.folder / "pipe")
    for name in ("pipe", "/dev/zero", "."):
        done = fake("sweep.py", name)
        assert done.returncode == 2 and f"{name}: expected a regular file" in done.stderr_text


# name: (words, what is said, the words with the remedy)
WRONG_WORDS = {
    "sweep.py": [
        (["my.yaml", "--quite"], 'unknown argument --quite, did you mean "--quiet"?', ["my.yaml", "--quiet"]),
        (["my.yaml", "-j", "0"], "expected a whole number >= 1", ["my.yaml", "-j", "1"]),
        (["my.yaml", "-o", "my.yaml"], "-o my.yaml is not a folder: name another", ["my.yaml", "-o", "out"]),
        (["my.yml"], 'no sweep "my.yml": neither a file nor one of configs/sweeps', ["my.yaml"]),
        ([], "required: SWEEP", ["my.yaml"]),
    ],
}


@pytest.mark.parametrize(
    "script, wrong, cause, right",
    [(script, *row) for script, rows in WRONG_WORDS.items() for row in rows],
    ids=lambda value: None if isinstance(value, list) else re.sub(r"[^a-z]+", "_", value.lower())[:40],
)
def test_mistakes_of_a_command(fake, script, wrong, cause, right):
    (fake.folder / "my.yaml").write_text(GOOD)
    done = fake(script, *wrong)
    assert done.returncode == 2 and cause in done.stderr_text and done.stdout_text == "", done.stderr_text
    assert f"Run {script} --help" in done.stderr_text or "name" in done.stderr_text or "neither" in done.stderr_text
    after = fake(script, *right)
    assert after.returncode == 0, after.stderr_text
