"""The program under test, and runs of it that are made once per session.

A design point is simulated at most once however many tests look at it; what is compared is always what the program
wrote to disk. A missing program is an error, never a skip.
"""

import csv
import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

NETWORKS = (
    "ad_autoencoder",
    "kws_ds_cnn",
    "mobilenet_v1_1.0_224",
    "mobilenet_v2_1.0_224",
    "resnet8",
    "vww_mobilenet_v1_0.25_96",
)
SMALL_NETWORKS = ("ad_autoencoder", "kws_ds_cnn", "resnet8", "vww_mobilenet_v1_0.25_96")
# Networks that a chip has no room for, which is as it is.
TOO_LARGE = {
    (chip, network)
    for chip in ("max78000", "max78002", "cortex_m4", "cortex_m7")
    for network in ("mobilenet_v1_1.0_224", "mobilenet_v2_1.0_224")
} | {("always_on", network) for network in NETWORKS if network not in ("kws_ds_cnn", "resnet8")}
# Design file -> the technology it is made in; the rest of the two is one SoC.
DESIGNS = {"edge_npu": "lp28", "edge_npu_lp65": "lp65"}
POINTS = ("nominal", "near_threshold")
DATAFLOWS = ("weight_stationary", "output_stationary", "input_stationary")


def find_program(variable, build):
    """The program that the environment names, or the one of a build folder."""
    path = Path(os.environ.get(variable) or ROOT / "build" / build / "subvolt")
    if not path.is_file():
        raise FileNotFoundError(f"{path} does not exist: build it (scripts/test.sh does) or name another in {variable}")
    return Program(path.resolve())


class Program:
    """One build of subvolt."""

    def __init__(self, path):
        self.path = path
        self.environment = dict(os.environ, NO_COLOR="1")
        if ROOT not in path.parents:  # built elsewhere: it cannot find the shipped files by itself
            self.environment.setdefault("SUBVOLT_DATA", str(ROOT))

    def call(self, *arguments, cwd=ROOT, data=None):
        """Runs the program to its end, whatever that is; `data` is the folder of configs/ and workloads/."""
        command = [str(self.path), *map(str, arguments)]
        environment = dict(self.environment, SUBVOLT_DATA=str(data)) if data else self.environment
        return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300)

    def output(self, *arguments, cwd=ROOT):
        """stdout of a call that has to succeed."""
        done = self.call(*arguments, cwd=cwd)
        what = f"subvolt {' '.join(map(str, arguments))}"
        assert done.returncode == 0, f"{what}: exit code {done.returncode}\n{done.stderr}"
        return done.stdout


@dataclass(frozen=True)
class Point:
    """A design point as the command line names it."""

    design: str = "edge_npu"
    net: str = "kws_ds_cnn"
    opp: str = "nominal"
    sets: tuple = ()
    power: str = ""
    technology: str = ""
    fidelity: str = ""
    objective: str = ""
    map_at: str = ""

    def arguments(self):
        words = [self.design, "--net", self.net, "--opp", self.opp]
        for option in ("power", "technology", "fidelity", "objective"):
            if getattr(self, option):
                words += [f"--{option}", getattr(self, option)]
        if self.map_at:
            words += ["--map-at", self.map_at]
        for value in self.sets:
            words += ["--set", value]
        return words

    def __str__(self):
        return " ".join(self.arguments())


@dataclass
class Run:
    """What a run left in its folder."""

    point: Point
    folder: Path

    def bytes_of(self, name):
        return (self.folder / name).read_bytes()

    @cached_property
    def result(self):
        return json.loads(self.bytes_of("result.json"))

    @cached_property
    def record(self):
        return json.loads(self.bytes_of("activity.json"))

    @cached_property
    def trace(self):
        """[(begin_s, end_s, power_W)]"""
        with (self.folder / "trace.csv").open(newline="") as file:
            return [tuple(map(float, row.values())) for row in csv.DictReader(file)]

    @property
    def totals(self):
        return self.result["totals"]

    @cached_property
    def accounts(self):
        return {account["account"]: account for account in self.result["accounts"]}


class Runs:
    """Design points, each simulated once."""

    def __init__(self, program, folder):
        self.program = program
        self.folder = folder
        self._runs = {}
        self._plans = {}
        self._priced = {}

    def __call__(self, point=None, **what):
        return self.all([point or Point(**what)])[0]

    def all(self, points):
        """Runs in the order of the points; those that are new two at a time."""
        self._make(points, self._runs, self._simulate)
        return [self._runs[point] for point in points]

    def plan(self, point=None, **what):
        """The mapping, from `subvolt check --json`."""
        return self.plans([point or Point(**what)])[0]

    def plans(self, points):
        def check(_, point):
            return json.loads(self.program.output("check", *point.arguments(), "--json"))

        self._make(points, self._plans, check)
        return [self._plans[point] for point in points]

    def priced(self, run, technology, opp, power, sets=()):
        """A run's record priced again, as a Run."""
        key = (run.point, technology, opp, power, sets)
        if key not in self._priced:
            folder = self.folder / f"price{len(self._priced)}"
            words = ["--technology", technology, "--opp", opp, "--power", power]
            for value in sets:
                words += ["--set", value]
            self.program.output("price", run.folder, *words, "-o", folder, "--quiet")
            self._priced[key] = Run(run.point, folder)
        return self._priced[key]

    def _simulate(self, number, point):
        folder = self.folder / f"run{number}"
        self.program.output("run", *point.arguments(), "-o", folder, "--quiet")
        return Run(point, folder)

    @staticmethod
    def _make(points, known, make):
        new = [point for point in dict.fromkeys(points) if point not in known]
        first = len(known)
        with ThreadPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
            for point, made in zip(new, pool.map(make, range(first, first + len(new)), new)):
                known[point] = made


def relative(a, b):
    """|a - b| relative to b."""
    return abs(a - b) / abs(b) if b else abs(a)
