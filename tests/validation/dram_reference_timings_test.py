"""Have the shipped DRAM documents, at rated speed, the timing sets with which the reference simulators were run?

Clocks: configurations of DRAMsim3, DRAMSys 5.1 and Ramulator 2.1 for the reference traces. Rounding as JEDEC has it:
up to whole clocks, less the guard band of DDR4; intervals of refresh to the nearest.
"""
import math
import pathlib
import re
from fractions import Fraction

import pytest
import yaml

MEMORIES = pathlib.Path(__file__).resolve().parents[2] / "configs" / "memories"
SECONDS = {"s": Fraction(1), "us": Fraction(1, 10**6), "ns": Fraction(1, 10**9), "ps": Fraction(1, 10**12)}
REFERENCE = {
    "ddr3_1600": "RL 11 WL 8 tRCD 11 tRP 11 tRAS 28 tRC 39 tRRD 6 tFAW 32 tCCD 4 tWR 12 tWTR 6 tRTP 6 tRFC 128 "
                 "tREFI 6240 tXP 5 tXPDLL 20 tXS 136 tXSDLL 512 tCKE 3 tCKESR 4",
    "ddr4_2400": "RL 16 WL 12 tRCD 16 tRP 16 tRAS 39 tRC 55 tRRD_S 4 tRRD_L 6 tFAW 26 tCCD_S 4 tCCD_L 6 tWR 18 "
                 "tWTR_S 3 tWTR_L 9 tRTP 9 tRFC 313 tREFI 9364 tXP 8 tXS 324 tXSDLL 512 tCKE 6 tCKESR 7",
    "lpddr3_1600": "RL 12 WL 9 tDQSCK 2 tRCD 15 tRPpb 15 tRRD 8 tFAW 40 tCCD 4 tWR 12 tREFI 3120 tRFCab 104 tXP 6 "
                   "tXSR 112 tCKE 6 tCKESR 12",
    "lpddr4_3200": "RL 28 WL 14 tRCD 29 tRPpb 29 tRPab 34 tRAS 68 tRRD 16 tFAW 64 tCCD 8 tPPD 4 tWR 29 tWTR 16 tRTP 12 "
                   "tRFCab 448 tRFCpb 224 tREFI 6246 tREFIpb 780 tXP 12 tXSR 460 tSR 24 tCKE 12 tCMDCKE 3",
    "lpddr5_6400": "RL 17 WL 9 tRCD 15 tRPpb 15 tRPab 17 tRAS 34 tRRD 4 tFAW 16 tCCD_S 2 tCCD_L 4 tWR 28 tWTR_S 5 "
                   "tWTR_L 10 tRTP 8 tPPD 2 tREFI 3125 tRFCab 168",
}


def device(name):
    return yaml.safe_load((MEMORIES / f"{name}.yaml").read_text(encoding="utf-8"))["memory"]["device"]


def amount(text):
    value, unit = text.split()
    return Fraction(value), unit


def clocks(document):
    """{parameter: clocks} at the device's highest clock."""
    mega, unit = amount(document["max_clock"]["value"])
    assert unit == "MHz"
    hertz = round(mega * 10**6)
    guard = Fraction(document.get("rounding", {}).get("value", 0), 1000)
    out = {}
    for name, delay in document["parameters"].items():
        lowest = int(amount(delay["clocks"])[0]) if "clocks" in delay else 0
        exact = Fraction(0)
        if "time" in delay:
            value, unit = amount(delay["time"])
            exact = value * SECONDS[unit] * hertz
        rounded = math.floor(exact + Fraction(1, 2)) if name.startswith("tREFI") else math.ceil(exact - guard)
        out[name] = max(lowest, rounded)
    return out


@pytest.mark.parametrize("name", REFERENCE)
def test_clocks_are_the_reference(name):
    words = REFERENCE[name].split()
    expected = {key: int(value) for key, value in zip(words[::2], words[1::2])}
    actual = clocks(device(name))
    assert {key: actual[key] for key in expected} == expected


@pytest.mark.parametrize("name", REFERENCE)
def test_every_parameter_is_used_and_every_delay_is_positive(name):
    document = device(name)
    values = clocks(document)
    expressions = [str(row["delay"]) for row in document["timing"]]
    expressions += list(document["data"].values()) + [v for k, v in document["refresh"].items() if k != "by_temperature"]
    used = set(re.findall(r"[A-Za-z]\w*", " ".join(expressions)))
    assert used == set(values)
    for expression in expressions:
        terms = re.sub(r"[A-Za-z]\w*", lambda match: str(values[match.group()]), expression)
        assert re.fullmatch(r"[0-9 +-]+", terms)
        assert eval(terms) > 0, expression  # pylint: disable=eval-used


@pytest.mark.parametrize("name", REFERENCE)
def test_every_command_has_a_way_out(name):
    """A command that leaves a bank or the device busy bounds what comes next; entries bound their exits."""
    document = device(name)
    pairs = {(a, b) for row in document["timing"] for a in row["from"] for b in row["to"]}
    has = set(document["commands"])
    expected = {("ACT", "RD"), ("ACT", "WR"), ("ACT", "ACT"), ("ACT", "PRE"), ("ACT", "PREA"), ("PRE", "ACT"),
                ("PREA", "ACT"), ("RD", "PRE"), ("WR", "PRE"), ("RD", "PREA"), ("WR", "PREA"), ("RDA", "ACT"),
                ("WRA", "ACT"), ("RD", "RD"), ("WR", "WR"), ("RD", "WR"), ("WR", "RD"), ("PRE", "REFab"),
                ("PREA", "REFab"), ("RDA", "REFab"), ("WRA", "REFab"), ("REFab", "ACT"), ("REFab", "REFab")}
    if "PDE" in has:
        expected |= {(a, "PDE") for a in ("ACT", "RD", "RDA", "WR", "WRA", "PRE", "PREA", "REFab", "PDX", "SRX")}
        expected |= {("PDX", b) for b in has - {"PDX", "SRX", "DPDX"}} | {("PDE", "PDX")}
    for entry, leave in (("SRE", "SRX"), ("DPDE", "DPDX")):
        if entry in has:
            expected |= {(a, entry) for a in ("ACT", "RD", "RDA", "WRA", "PRE", "PREA", "REFab", "PDX", "SRX")}
            expected |= {(leave, b) for b in ("ACT", "PREA", "REFab", "PDE")} | {(entry, leave)}
    if "REFpb" in has:
        expected |= {(a, "REFpb") for a in ("ACT", "RDA", "WRA", "PRE", "PREA", "REFab", "REFpb", "PDX", "SRX")}
        expected |= {("REFpb", b) for b in ("ACT", "PREA", "REFab", "REFpb", "PDE", "SRE")}
    assert expected <= pairs, sorted(expected - pairs)
