"""Does a bigger part ever make a network slower? Random design points, each with series of one parameter.

Under `--objective latency` a network must take no longer, neither in cycles nor in time, when a buffer, a memory, the
array, the bus or the vector unit grows, or when more bursts may be under way. A step counts as slower only when both
grow: a larger memory may lower the clock that it limits, and a wider array may leave cycles as they are.
"""

import json
import random

from markdown import table
from subvolt_results import EXIT_USAGE, ProgramError, run_program
from validation import kinds, layers

DESIGNS = ("edge_npu", "edge_npu_mcu", "edge_npu_onchip", "edge_npu_hyperram", "edge_npu_lp65")
MOST_MACS = 300_000_000  # of a network: larger ones take seconds each
STATED_SHARE = 0.15  # of points for which a parameter is another than the design's
MOST = 0.005  # that a step may cost
POINTS = 300

KIB = (8, 16, 32, 64, 128, 256)
PARAMETERS = {
    "soc.npu.weight_buffer.size": [f"{n} KiB" for n in KIB],
    "soc.npu.input_buffer.size": [f"{n} KiB" for n in KIB],
    "soc.npu.output_buffer.size": [f"{n} KiB" for n in KIB],
    "soc.npu.weight_buffer.banks": ["1", "2", "4", "8"],
    "soc.npu.input_buffer.banks": ["1", "2", "4", "8"],
    "soc.npu.output_buffer.banks": ["1", "2", "4", "8"],
    "soc.npu.array.rows": ["4", "8", "16", "32"],
    "soc.npu.array.columns": ["4", "8", "16", "32"],
    "soc.npu.vector.lanes": ["4", "8", "16", "32", "64"],
    "soc.npu.dma.outstanding": ["1", "2", "4", "8", "16"],
    "soc.sram.size": [f"{n} KiB" for n in (256, 512, 1024, 2048)],
    "soc.sram.banks": ["1", "2", "4", "8"],
    "soc.bus.width": [f"{n} B" for n in (4, 8, 16, 32, 64)],
}
FIXED = {"edge_npu_onchip": ("soc.sram.size", "soc.sram.banks")}  # its banks are as large as their stripes


def points(program, seed, count):
    """(design, network, parameter, what else is not as in the design)."""
    draw = random.Random(seed)
    macs = {net["name"]: net["macs"] for net in json.loads(run_program(program, "nets", "--json"))}
    networks = [net for net in kinds.networks() if macs[net] < MOST_MACS]
    found = []
    while len(found) < count:
        design, net = draw.choice(DESIGNS), draw.choice(networks)
        free = [p for p in PARAMETERS if p not in FIXED.get(design, ())]
        parameter = draw.choice(free)
        others = {p: draw.choice(PARAMETERS[p]) for p in free if p != parameter and draw.random() < STATED_SHARE}
        found.append((design, net, parameter, others))
    return found


def series(program, folder, point):
    """(value, cycles, seconds) of the parameter's values that the design can have."""
    design, net, parameter, others = point
    rows = []
    for value in PARAMETERS[parameter]:
        sets = [f"{path}={v}" for path, v in {**others, parameter: value}.items()]
        words = [design, "--net", net, "--objective", "latency"]
        try:
            layers.of_run(program, folder, *words, *(w for s in sets for w in ("--set", s)))
        except ProgramError as error:
            if error.exit_code != EXIT_USAGE:
                raise
            continue  # no such design point: a memory too small for the network
        total = layers.totals(folder)
        rows.append((value, total["cycles"], total["latency_s"]))
    return rows


def slower(rows):
    """The worst step: (by how much, from which value, to which)."""
    steps = [(min(b[1] / a[1], b[2] / a[2]) - 1, a[0], b[0]) for a, b in zip(rows, rows[1:])]
    return max(steps, default=(0.0, "", ""))


def all_worst(program, folder, seed, count):
    """For each point its worst step."""
    cases = list(enumerate(points(program, seed, count)))

    def run(case):
        return slower(series(program, folder / f"monotone_{case[0]}", case[1]))

    return [(point, worst) for (_, point), worst in zip(cases, layers.at_a_time(run, cases))]


def words(point, worst):
    design, net, parameter, others = point
    stated = "".join(f" {path}={value}" for path, value in others.items())
    return f"{100 * worst[0]:.2f} % {design} {net} {parameter} {worst[1]} -> {worst[2]}{' with' if stated else ''}{stated}"


def text(program, folder, _):
    found = all_worst(program, folder, 1, POINTS)
    lines = []
    for parameter in PARAMETERS:
        of = [worst[0] for point, worst in found if point[2] == parameter]
        over = sum(w > MOST for w in of)
        lines.append([f"`{parameter}`", str(len(of)), str(over), f"{100 * max([0.0, *of]):.2f} %"])
    every = [worst[0] for _, worst in found]
    lines.append(["all", str(len(every)), str(sum(w > MOST for w in every)), f"{100 * max([0.0, *every]):.2f} %"])
    return table(["parameter", "series", f"with a step of more than {100 * MOST:.1f} %", "worst step"], lines)
