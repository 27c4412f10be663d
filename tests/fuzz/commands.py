#!/usr/bin/env python3
"""Runs the real program on damaged files: tests/fuzz/commands.py KIND [COUNT [FIRST]] [--jobs N]

A kind says which files are damaged and which commands then read them. Every command has to end within 2 s of processor
time and 1 GiB with exit code 0 or 2 (diff: 1, too), and what it prints has to make sense (sense.py). Mutation N of a kind
is the same damage every time. A new kind is an entry in KINDS. --write N FILE makes the damaged file only. Sweeps need
the packages of scripts/: .venv/bin/python tests/fuzz/commands.py sweep
"""

import argparse
import json
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from sense import absurdities
from warm_program import WarmProgram
from warm_script import WALL, run_main

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 2
MEMORY = 1 << 30

# ---- damage -----------------------------------------------------------------------------------------------------

NUMBERS = [
    "0", "-1", "1", "2", "3", "7", "255", "256", "4096", "65536", "2147483647", "2147483648", "9223372036854775807",
    "9223372036854775808", "-9223372036854775808", "1e-300", "1e-18", "1e-9", "1e-3", "0.5", "0.99", "1e3", "1e6", "1e9",
    "1e12", "1e18", "1e30", "1e300", "1e400", "nan", "inf", "-0.0", "0x7fff_ffff_ffff_ffff", "010", "~", "",
]
UNITS = ["V", "mV", "MV", "A", "uA", "W", "TW", "J", "aJ", "TJ", "pJ", "s", "ps", "Hz", "THz", "B", "KiB", "GiB", "C",
         "K", "cycles", ""]
WORDS = ["null", "true", "[]", "{}", "[1, 2]", "{a: 1}", "*x", "&x", "!!str", "\"\"", "\xef", "\u00e9", "\x00", "a.b",
         "npu", "sram", "x" * 300]
NUMBER = re.compile(rb"(?<![\w.])[-+]?\d[\d_.]*(?:[eE][-+]?\d+)?(?:0x[0-9a-fA-F_]+)?(?![\w])")
QUANTITY = re.compile(rb"(?<![\w.])[-+]?\d[\d_.]*(?:[eE][-+]?\d+)? ([A-Za-z]+)\b")
WORD = re.compile(rb"[A-Za-z_][\w.]*")


def damage_text(text, dice):
    """One wound of a text, as people and programs make them."""
    lines = text.split(b"\n")
    line = dice.randrange(len(lines))
    what = dice.randrange(12)
    if what <= 3 and (found := list(NUMBER.finditer(text))):
        match = dice.choice(found)
        return text[: match.start()] + dice.choice(NUMBERS).encode() + text[match.end() :]
    if what == 4 and (found := list(QUANTITY.finditer(text))):
        match = dice.choice(found)
        return text[: match.start(1)] + dice.choice(UNITS).encode() + text[match.end(1) :]
    if what == 5 and (found := list(WORD.finditer(text))):
        match, other = dice.choice(found), dice.choice(found)
        word = other[0] if dice.random() < 0.5 else dice.choice(WORDS).encode("latin-1")
        return text[: match.start()] + word + text[match.end() :]
    if what == 6:
        del lines[line : line + 1 + dice.randrange(3)]
    elif what == 7:
        lines[line:line] = lines[line : line + 1 + dice.randrange(3)]
    elif what == 8:
        other = dice.randrange(len(lines))
        lines[line], lines[other] = lines[other], lines[line]
    elif what == 9:
        lines[line] = b"  " * dice.randrange(3) + lines[line].strip()
    elif what == 10 and b":" in lines[line]:
        lines[line] = lines[line].split(b":")[0] + b": " + dice.choice(WORDS + NUMBERS).encode("latin-1")
    else:
        return damage_bytes(text, dice)
    return b"\n".join(lines)


def damage_bytes(data, dice):
    if not data:
        return data
    at, length = dice.randrange(len(data)), 1 << dice.randrange(8)
    what = dice.randrange(5)
    if what == 0:
        return data[:at]
    if what == 1:
        return data[:at] + bytes([dice.randrange(256)]) + data[at + 1 :]
    if what == 2:
        return data[:at] + data[at + length :]
    if what == 3:
        return data[:at] + data[at : at + length] + data[at:]
    return data[:at] + bytes([data[at] ^ (1 << dice.randrange(8))]) + data[at + 1 :]


def damaged(seed, number, damage):
    dice = random.Random(number)
    data = seed
    for _ in range(1 + (dice.randrange(4) if dice.random() < 0.5 else 0)):
        data = damage(data, dice)
    return data


# ---- kinds ------------------------------------------------------------------------------------------------------

SMALL = "ad_autoencoder"


@dataclass(frozen=True)
class Kind:
    """What is damaged, and who reads it. `commands` gets the seed and the damaged file and a folder to write to; they
    run one after the other until one refuses."""

    seeds: str  # files, as patterns below the project with blanks between them; undamaged they take a second at most
    commands: Callable
    folder: str = ""  # below configs/ or workloads/, where the damaged file's includes are
    damage: Callable = damage_text
    codes: tuple = (0, 2)
    of_run: bool = False  # `seeds` is a file that a run leaves


def soc_commands(seed, file, out):
    point = [file, "--power", seed.stem, "--net", SMALL]
    return [["check", *point], ["run", *point, "--json", "-o", out / "r"]]


def power_commands(seed, file, out):
    soc = {"edge_npu_lp65": "edge_npu"}.get(seed.stem, seed.stem)
    technology = "lp65" if seed.stem == "edge_npu_lp65" else "lp28"
    point = [soc, "--power", file, "--technology", technology, "--net", SMALL]
    return [["check", *point], ["run", *point, "--json", "-o", out / "r"]]


def technology_commands(seed, file, out):
    design = "edge_npu_lp65" if seed.stem == "lp65" else "edge_npu"
    point = [design, "--technology", file, "--net", SMALL]
    return [["check", *point], ["run", *point, "--json", "-o", out / "r"]]


def design_commands(seed, file, out):
    return [["check", file], ["run", file, "--net", SMALL, "--json", "-o", out / "r"]]


def network_commands(seed, file, out):
    return [["check", "edge_npu", "--net", file], ["run", "edge_npu", "--net", file, "--json", "-o", out / "r"]]


def memory_commands(seed, file, out):
    """Alone, where every memory will do, then in the SoC whose controller and pins it fits."""
    alone = ["memtrace", file, ROOT / "tests/models/traces/coordinates.csv", "--json"]
    fits = {"lpddr4_3200": ("edge_npu", "dram"), "hyperram_s27ks0641": ("edge_npu_hyperram", "hyperram"),
            "emram_14nm": ("edge_npu_onchip", "mram"), "emram_28nm_fdsoi_4352k": ("edge_npu_onchip", "mram")}
    if seed.stem not in fits:
        return [alone]
    soc, instance = fits[seed.stem]
    point = [soc, "--net", SMALL, "--set", f"soc.{instance}.device={Path(file).stem}"]
    return [["check", *point], ["run", *point, "--json", "-o", out / "r"], alone]


def config_commands(seed, file, out):
    return [["check", file], ["run", file, "--json", "-o", out / "r"]]


def result_commands(seed, file, out):
    return [["explain", file, "--json"], ["explain", file], ["explain", file, "npu.array"], ["diff", seed, file]]


def record_commands(seed, file, out):
    price = ["price", file, "--technology", "lp28"]
    return [[*price, "--json"], [*price, "--opp", "near_threshold", "--json", "-o", out / "p"]]


def trace_commands(seed, file, out):
    """As it is, with a map where it has addresses, and on a memory without rows, which is small."""
    device = "ddr4_2400" if seed.stem == "vectors" else "lpddr4_3200"
    maps = [] if seed.stem in ("vectors", "coordinates") else ["--map", "rank[0] row bank column"]
    return [["memtrace", device, file, "--json"], ["memtrace", device, file, *maps],
            ["memtrace", "hyperram_s27ks0641", file, "--json"]]


def day_commands(seed, file, folder):
    return [["scenario", file, "--expected", "--json"], ["scenario", file, "--simulate", "--json"]]


def scenario_commands(seed, file, out):
    point = ["edge_npu", "--scenario", file]
    return [["check", *point], ["run", *point, "--json", "-o", out / "r"]]


def comparison_commands(seed, file, out):
    return [["compare", file, "--net", "ad_autoencoder", "--json", "-o", out / "c"]]


def sweep_commands(seed, file, out):
    """Into the folder of the mutation before: points that the damage left alone are there already."""
    return [["sweep", file, "--list"],
            ["sweep", file, "-o", out / "sweep", "-j", "1", "--no-picture", "--quiet"],
            ["json", out / "sweep" / "sweep.json"]]


KINDS = {
    "config": Kind("config.yaml", config_commands, of_run=True),
    "result": Kind("result.json", result_commands, codes=(0, 1, 2), of_run=True),
    "record": Kind("activity.json", record_commands, of_run=True),
    "soc": Kind("configs/socs/*.yaml", soc_commands, "configs/socs"),
    "power": Kind("configs/power/*.yaml", power_commands, "configs/power"),
    "technology": Kind("configs/technologies/*.yaml", technology_commands, "configs/technologies"),
    "design": Kind("configs/designs/*.yaml", design_commands, "configs/designs"),
    "memory": Kind("configs/memories/*.yaml", memory_commands, "configs/memories"),
    "network": Kind("workloads/networks/helloedge_*.yaml workloads/networks/*8.yaml workloads/networks/kws_*.yaml",
                    network_commands, "workloads/networks"),
    "trace": Kind("tests/models/traces/*", trace_commands),
    "scenario": Kind("workloads/scenarios/*.yaml tests/fuzz/scenarios/*.yaml", scenario_commands, "workloads/scenarios"),
    "day": Kind("workloads/scenarios/solar_*.yaml workloads/scenarios/voice_*.yaml", day_commands, "workloads/scenarios",
                codes=(0, 1, 2)),
    "comparison": Kind("configs/comparisons/*.yaml", comparison_commands, "configs/comparisons"),
    "sweep": Kind("tests/fuzz/sweeps/*.yaml", sweep_commands),
}


# ---- running ----------------------------------------------------------------------------------------------------

NOT_FINITE = re.compile(r"(?<![\w./-])[-+]?(?:inf|nan)(?![\w./-])", re.IGNORECASE)
OF_SYSTEMC = re.compile(r"^(Info|Warning|Error|Fatal): .*", re.MULTILINE)
OF_LANGUAGE = re.compile(rb"std::|bad_alloc|terminate|what\(\)|basic_string|internal error|json\.exception|Traceback")


def limit_children():
    """Limits that a worker and its children may share; processor time is limited for each child."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limit_time():
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))


def fault_of(done, codes, document=b""):
    """What is wrong with how a command ended; empty when nothing is. What a document says itself may be repeated."""
    if done.returncode < 0:
        return f"signal {-done.returncode}"
    if done.returncode not in codes:
        return f"exit code {done.returncode}: {done.stderr[:300].decode(errors='replace')}"
    text = done.stdout.decode(errors="replace")
    if match := OF_SYSTEMC.search(text):
        return f"on stdout: {match[0].strip()}"
    if done.returncode == 0 and text.startswith("{"):
        try:
            return "; ".join(list(absurdities(json.loads(text)))[:3])
        except ValueError as error:
            return f"no JSON: {error}"
    match = NOT_FINITE.search(text)
    if done.returncode == 0 and match and not NOT_FINITE.search(document.decode(errors="replace")):
        line = text[text.rfind("\n", 0, match.start()) + 1 : text.find("\n", match.end())]
        return f"not finite: {line.strip()}"
    if done.returncode == 2 and not done.stderr.strip():
        return "exit code 2 without a word"
    if done.returncode == 2 and (match := OF_LANGUAGE.search(done.stderr)):
        return f"exit code 2 with words of the language: {match[0].decode()}"
    return ""


class Worker:
    """A data folder of its own, so that damaged files find what they include."""

    def __init__(self, name, program):
        self.kind = KINDS[name]
        self.program = program
        self.warm = None
        self.folder = Path(tempfile.mkdtemp(prefix="subvolt_fuzz_"))
        shipped = (file for pattern in self.kind.seeds.split() for file in ROOT.glob(pattern))
        self.seeds = self.files_of_a_run() if self.kind.of_run else sorted(shipped)
        self.texts = [seed.read_bytes() for seed in self.seeds]
        shutil.copytree(ROOT / "configs", self.folder / "configs")
        if self.kind.folder.startswith("workloads"):
            shutil.copytree(ROOT / "workloads", self.folder / "workloads")
        else:
            (self.folder / "workloads").symlink_to(ROOT / "workloads")
        self.environment = dict(os.environ, SUBVOLT_DATA=str(self.folder), NO_COLOR="1", SUBVOLT_PROGRAM=str(program))

    def files_of_a_run(self):
        """Of one inference, and of jobs that are like others."""
        seeds = []
        for name, work in (("seed", ["--net", SMALL]), ("jobs", ["--scenario", str(ROOT / "tests/fuzz/scenarios/repeating.yaml")])):
            command = [str(self.program), "run", "edge_npu", *work, "--quiet", "-o", str(self.folder / name)]
            subprocess.run(command, env=dict(os.environ, SUBVOLT_DATA=str(ROOT)), stdout=subprocess.DEVNULL, check=True)
            seeds.append(self.folder / name / self.kind.seeds)
        return seeds

    def damaged(self, number):
        which = number % len(self.seeds)
        return self.seeds[which], damaged(self.texts[which], number, self.kind.damage)

    def run(self, number):
        """[(command, fault)] of one mutation."""
        seed, data = self.damaged(number)
        place = self.folder / self.kind.folder if self.kind.folder else self.folder
        file = place / f"damaged{seed.suffix}"
        file.write_bytes(data)
        for arguments in self.kind.commands(seed, file, self.folder):
            done = self.ended(arguments)
            fault = fault_of(done, self.kind.codes, data)
            if fault:
                return f"{number} ({seed.name}) {' '.join(map(str, arguments[:1]))}: {fault}"
            if done.returncode != 0:
                break
        return ""

    def ended(self, arguments):
        """The finished process of one command."""
        if arguments[0] == "sweep":
            import jsonschema  # noqa: F401  that main() would load each time anew
            import sweep

            return run_main(sweep.main, arguments[1:], self.folder, self.environment, limit_time)
        if arguments[0] == "json":  # a file that the command before wrote
            return subprocess.CompletedProcess(arguments, 0, arguments[1].read_bytes(), b"")
        if self.warm is None:
            self.warm = WarmProgram(self.program, self.folder, self.environment, SECONDS, WALL)
        return self.warm.run(arguments)

    def close(self):
        if self.warm:
            self.warm.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def run_range(name, program, first, count, step):
    worker = Worker(name, program)
    limit_children()
    faults = []
    try:
        for number in range(first, first + count, step):
            if fault := worker.run(number):
                faults.append(fault)
                print(fault, flush=True)
    finally:
        worker.close()
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=sorted(KINDS))
    parser.add_argument("count", type=int, nargs="?", default=100)
    parser.add_argument("first", type=int, nargs="?", default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--program", type=Path, default=Path(os.environ.get("SUBVOLT_PROGRAM") or ROOT / "build/release/subvolt"))
    parser.add_argument("--write", nargs=2, metavar=("NUMBER", "FILE"))
    options = parser.parse_args()
    if options.write:
        worker = Worker(options.kind, options.program)
        Path(options.write[1]).write_bytes(worker.damaged(int(options.write[0]))[1])
        return worker.close()
    program = options.program.resolve()
    begin = time.monotonic()
    with ProcessPoolExecutor(options.jobs) as pool:
        parts = [pool.submit(run_range, options.kind, program, options.first + i, options.count - i, options.jobs)
                 for i in range(options.jobs)]
        faults = [fault for part in parts for fault in part.result()]
    print(f"{options.kind}: {options.count} mutations, {len(faults)} not survived, {time.monotonic() - begin:.0f} s")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
