"""The design eyeriss against what was published of the chip on AlexNet, layer by layer."""

import csv
import json
import re
import subprocess

from markdown import table
from subvolt_results import ROOT

PUBLISHED = ROOT / "tests" / "validation" / "data" / "eyeriss_alexnet.csv"
WAITS = ("loads", "stores", "drain", "wake")  # lost cycles that the paper's processing latency does not have
CLOCK_PER_MS = 200_000


def rows():
    """{layer: row of the paper}"""
    with PUBLISHED.open(newline="", encoding="utf-8") as file:
        return {row["layer"]: row for row in csv.DictReader(file)}


def simulated(program, folder):
    """{layer: figures of the simulation, in the columns of the paper}"""
    words = [str(program), "run", "eyeriss", "--quiet", "-o", str(folder)]
    subprocess.run(words, check=True, capture_output=True, timeout=300)
    result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    return {layer["name"]: figures(layer) for layer in result["layers"] if layer["name"] in rows()}


def moved(layer, component):
    return sum(bytes_ for port, bytes_ in layer["traffic_B"].items() if port.rpartition(".")[0] == component)


def figures(layer):
    cycles = layer["accelerator_cycles"]
    return {
        "processing_ms": (cycles - sum(layer["lost_cycles"][cause] for cause in WAITS)) / CLOCK_PER_MS,
        "total_ms": cycles / CLOCK_PER_MS,
        "gmac": layer["macs"] / 1e9,
        "active_pes": int(re.search(r", (\d+) PEs", layer["mapping"])[1]),
        "buffer_MB": moved(layer, "npu.buffer") / 2**20,  # 10^6 would fit no row: psums alone are more
        "dram_MB": moved(layer, "dram") / 1e6,
        "link_MB": moved(layer, "npu.link") / 1e6,
    }


def error(row, found, column):
    return found[column] / float(row[column]) - 1


def text(program, folder, _):
    found = simulated(program, folder / "eyeriss")
    lines = []
    for layer, row in rows().items():
        line = [f"`{layer}`", row["active_pes"], str(found[layer]["active_pes"])]
        for column in ("processing_ms", "total_ms", "dram_MB", "buffer_MB"):
            sign = f"{100 * error(row, found[layer], column):+.1f} %".replace("-", "−")
            line += [row[column], f"{found[layer][column]:.3g} ({sign})"]
        lines.append(line)
    heads = ("PEs", "processing ms", "total ms", "DRAM MB", "buffer MiB")
    return table(["layer", *(word for head in heads for word in (head, "here"))], lines)
