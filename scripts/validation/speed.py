"""Instructions of mapper and of whole processes, counted by valgrind's callgrind: the same on every run of one build."""

import json
import re
import shutil
import shlex
import subprocess

from markdown import table
from subvolt_results import ScriptError, run_program
from validation import layers

NETWORK = "mobilenet_v1_1.0_224"
MAPPER = "subvolt::mapping::make_plan*"


def instructions(program, words, profile, *options):
    """`profile`: where the tool puts what nobody reads."""
    tool = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}", *options]
    done = subprocess.run([*tool, program, *words], capture_output=True, text=True)
    collected = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not collected:
        raise ScriptError(f"valgrind did not count:\n{done.stderr[-1000:]}")
    return int(collected[1])


def text(program, folder, _):
    """None where valgrind is not installed."""
    if not shutil.which("valgrind"):
        return None
    compared = json.loads(run_program(program, "compare", "kinds", "--net", NETWORK, "--json", "--quiet"))
    rows = compared["networks"][0]["rows"]

    def counted(row):
        words = shlex.split(row["command"])[1:]
        profile = folder / f"callgrind.{row['name']}"
        whole = instructions(program, [*words, "-o", str(folder / f"speed_{row['name']}"), "--quiet"], profile)
        check = ["check", *words[1:]]
        return whole, instructions(program, check, profile, f"--toggle-collect={MAPPER}")

    figures = layers.at_a_time(counted, rows)
    standard = figures[[row["name"] for row in rows].index("spatial")][0]
    lines = [
        [f"`{row['name']}`", f"{whole / 1e9:.2f} G", f"{whole / standard:.2f}", f"{mapper / 1e9:.3f} G"]
        for row, (whole, mapper) in zip(rows, figures)
    ]
    return table(["kind", "whole process", "relative to `spatial`", "of it the mapper"], lines)
