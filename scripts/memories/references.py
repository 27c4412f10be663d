"""What other simulators answer on the traces, and the command schedules that DRAMPower has priced."""

import csv
import re
from dataclasses import dataclass, field

from memories.traces import DATA

DEVICES = ("ddr3_1600", "ddr4_2400", "lpddr4_3200")


@dataclass(frozen=True)
class Reference:
    trace: str
    device: str
    simulator: str
    policy: str  # "none", or "staggered": power-down when idle, self-refresh at the next refresh
    total_cycles: int
    energy_nJ: float | None


def references():
    with open(DATA / "memory_references.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    for row in rows:
        row["total_cycles"] = int(row["total_cycles"])
        row["energy_nJ"] = float(row["energy_nJ"]) if row["energy_nJ"] else None
    return [Reference(**row) for row in rows]


def of(trace, device, policy="none", simulator=None):
    return [
        r
        for r in references()
        if (r.trace, r.device, r.policy) == (trace, device, policy) and simulator in (None, r.simulator)
    ]


# LPDDR4-3200, 8 Gb a channel, in clocks: JESD209-4, tRFCab.
REFRESH_CYCLES = 448


@dataclass
class Schedule:
    """Commands of a device counted into events, as the DRAM model counts its own: the device is in active standby while
    a row is open or a refresh runs."""

    trace: str
    cycles: int
    energy_nJ: float  # DRAMPower 5.1, core
    events: dict = field(default_factory=dict)  # name -> count; standby in clocks

    def count(self, commands):
        open_banks = set()
        active = now = refresh_ends = 0
        for cycle, letter, bank in [*commands, (self.cycles, "", None)]:
            if open_banks:
                active += cycle - now
            else:
                active += max(0, min(cycle, refresh_ends) - now)
            now = cycle
            if letter == "A":
                if bank in open_banks:
                    raise ValueError(f"{self.trace}: bank {bank} is activated at {cycle} with a row open")
                open_banks.add(bank)
                self.events["activate"] += 1
            elif letter == "P" and bank in open_banks:
                open_banks.remove(bank)
                self.events["precharge"] += 1
            elif letter == "Q":
                self.events["precharge"] += len(open_banks)
                open_banks.clear()
            elif letter == "R":
                self.events["refresh"] += 1
                refresh_ends = cycle + REFRESH_CYCLES
        self.events["active_standby"] = active
        self.events["precharge_standby"] = self.cycles - active


def commands(words):
    """[(cycle, letter, bank)] from words such as 481A1: clocks since the command before, letter, bank."""
    cycle = 0
    for word in words:
        gap, letter, bank = re.fullmatch(r"(\d+)([APQR])(\d*)", word).groups()
        cycle += int(gap)
        yield cycle, letter, int(bank) if bank else None


def schedules():
    found, words = [], []
    with open(DATA / "lpddr4_schedules.txt", encoding="utf-8") as file:
        for line in file:
            if line.startswith("#"):
                continue
            if line.startswith(" "):
                words[-1].extend(line.split())
                continue
            trace, cycles, reads, writes, energy = line.split()
            events = {"read": int(reads), "write": int(writes), "activate": 0, "precharge": 0, "refresh": 0}
            found.append(Schedule(trace, int(cycles), float(energy), events))
            words.append([])
    for schedule, of_it in zip(found, words):
        schedule.count(list(commands(of_it)))
    return found
