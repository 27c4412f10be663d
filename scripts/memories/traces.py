"""The request traces that memories are compared on: made by rule, or from scripts/data where chance made them.

A request is (arrival_cycle, op, bank, row, burst); docs/user-guide.md has the meaning of the columns.
"""

import csv
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data"
HEADER = ("arrival_cycle", "op", "bank", "row", "burst")
BANKS = 8
BURSTS = 64  # of a row that the traces use


def stream(number, first_bank=0, first_row=0, op="R"):
    """Consecutive bursts: a row after the other, each in the next bank, a row further after all banks."""
    for i in range(number):
        filled = i // BURSTS
        yield (0, op, (first_bank + filled) % BANKS, first_row + filled // BANKS, i % BURSTS)


def in_bursts(requests, size, gap):
    """The same requests, `size` of them every `gap` cycles."""
    return [(i // size * gap, *request[1:]) for i, request in enumerate(requests)]


def two_reads_and_a_write(number):
    """Three streams in turn, two that are read and one that is written, in rows of their own."""
    streams = [stream(number, 0, 0), stream(number, 3, 100), stream(number, 5, 200, "W")]
    return [request for together in zip(*streams) for request in together]


def recorded(name):
    with open(DATA / f"memory_trace_{name}.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [(int(r["arrival_cycle"]), r["op"], int(r["bank"]), int(r["row"]), int(r["burst"])) for r in rows]


# Name: what it is, and its requests.
TRACES = {
    "T01": ("sequential reads", lambda: list(stream(2048))),
    "T02": ("sequential writes", lambda: list(stream(2048, op="W"))),
    "T03": ("reads of another row of one bank each", lambda: [(0, "R", 0, row, 0) for row in range(512)]),
    "T05": ("random reads", lambda: recorded("T05")),
    "T07": ("two reads per write, three streams", lambda: two_reads_and_a_write(683)),
    "T09": ("one random read every 200 clocks", lambda: recorded("T09")),
    "T10": ("16 reads every 2,000 clocks", lambda: in_bursts(stream(1024), 16, 2000)),
    "T11": ("64 reads every 40,000 clocks", lambda: in_bursts(stream(512), 64, 40000)),
}


def write(requests, path):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(requests)


def write_all(folder):
    """{name: path} of all traces as files."""
    paths = {}
    for name, (_, requests) in TRACES.items():
        paths[name] = Path(folder) / f"{name}.csv"
        write(requests(), paths[name])
    return paths
