#!/usr/bin/env python3
"""Stands in for the program where a test is about the scripts: writes the files of `run` and `price` from a physics
of a few lines, and logs each call. Environment: FAKE_LOG (a file), FAKE_DELAY (seconds per call), FAKE_BATCH (inferences of a run), FAKE_CONFIG (the text of
config.yaml)."""

import argparse
import json
import os
import re
import sys
import time
from pathlib import Path

LOWEST, HIGHEST = 0.3, 1.2  # volts
CYCLES = 1_000_000
CONFIG = """\
design:
  network: net
soc:
  sram:
    kind: sram
power:
  voltage_domains:
    VDD: {voltage: 0.8 V, process: logic}
  clock_domains:
    clk: {voltage_domain: VDD, also_limited_by: []}
  power_domains:
    PD:
      supply: VDD
      states:
        - {state: CLK_GATED, min_residency: 0 s, entry_latency: 0 s, exit_latency: 0 s}
        - {state: OFF, min_residency: 20 us, entry_latency: 1 us, exit_latency: 5 us}
      gate_idle_units: true
  scaled_domain: VDD
  scaled_clock: clk
technology:
  devices:
    logic:
      minimum_voltage: {value: 0.3 V}
      maximum_voltage: {value: 1.2 V}
"""
COMPONENT = {
    "name": "npu",
    "kind": "npu",
    "power_domain": "PD",
    "clock_domain": "clk",
    "price_book": "",
    "logic_gates": 1000,
    "flip_flops": 100,
    "sram_bits": 0,
    "events": [{"name": "mac_int8"}],
}
OFF_LEAKAGE = 0.05  # of that of ON
LEAST_OFF = 20e-6  # seconds
FIXED_POWER = 1e-3  # watts that are always spent


def f_max(voltage):
    return int(1e9 * (voltage - 0.25))


def leakage(voltage):
    return 2e-3 * voltage


def fail(message):
    print(message, file=sys.stderr)
    sys.exit(2)


def operating_point(text, record_hertz=None):
    voltage, hertz = 0.8, None
    for piece in filter(None, (text or "").split(",")):
        value, unit = re.fullmatch(r"([0-9.]+)(V|MHz)", piece).groups()
        if unit == "V":
            voltage = float(value)
        else:
            hertz = int(float(value) * 1e6)
    if not LOWEST <= voltage <= HIGHEST:
        fail(f'operating point "{text}": VDD: {voltage} V is out of range: fake allows 0.3 V to 1.2 V for logic')
    hertz = record_hertz or hertz or f_max(voltage)
    if hertz > f_max(voltage):
        fail(f'operating point "{text}": clk: {hertz} Hz is above f_max = {f_max(voltage)} Hz')
    return voltage, hertz


def simulate(hertz):
    total = CYCLES * 10**12 // hertz
    epoch = {
        "begin_ps": 0,
        "end_ps": total,
        "layer": 0,
        "operating_point": 0,
        "states": ["ON"],
        "events": [0, 100],
        "clock_cycles": [CYCLES // 2],
        "transitions": [],
    }
    return {
        "total_ps": total,
        "total_cycles": CYCLES,
        "macs": 100,
        "power_domains": ["PD"],
        "clock_domains": {"clk": [hertz]},
        "components": [COMPONENT],
        "layers": [{"name": "l"}],
        "epochs": [epoch],
    }


def result(record, voltage, hertz, command, opp):
    dynamic = 1e-9 * voltage**2 * record["macs"]
    clock = 1e-13 * voltage**2 * sum(e["clock_cycles"][0] for e in record["epochs"])
    latency = record["total_ps"] * 1e-12
    leak = leakage(voltage) * latency
    energies = {"switching": dynamic, "clock_tree": clock, "leakage": leak}
    device = {"background": FIXED_POWER * latency}
    total = sum(energies.values()) + sum(device.values())
    return {
        "schema_version": "1.0",
        "provenance": {
            "version": "1",
            "git": "g",
            "compiler": "c",
            "systemc": "s",
            "command": command,
            "seed": 0,
            "sha256": {"network": "n"},
        },
        "design_point": {
            "soc": "fake_soc",
            "technology": "fake",
            "power_intent": "fake_soc",
            "network": "net",
            "operating_point": opp or "",
            "batch": int(os.environ.get("FAKE_BATCH", "1")),
            "objective": "energy",
            "quantize": "none",
            "domains": {"VDD": {"voltage_V": voltage, "frequency_Hz": hertz}},
            "clock_frequency_Hz": {"clk": hertz},
        },
        "totals": {
            "latency_s": latency,
            "energy_J": total,
            "average_power_W": total / latency,
            "tops_per_W": 1.0,
            "peak_power_W": total / latency,
            "utilization": 0.5,
            "estimated_energy_share": 0.1,
            "dram_read_B": 3 * 2**20,
            "dram_write_B": 512,
        },
        "components": [
            {"name": "npu", "kind": "npu", "energy_J": energies},
            {"name": "memory", "kind": "dram", "energy_J": device},
        ],
        "accounts": [
            {"account": f"npu.{cause}", "component": "npu", "domain": "VDD", "cause": cause, "energy_J": e}
            for cause, e in energies.items()
        ],
    }


def idle_energy(voltage, idle, power_gated):
    """Joules of `idle` seconds between two inferences."""
    gated = power_gated and idle >= LEAST_OFF
    return (leakage(voltage) * (OFF_LEAKAGE if gated else 1.0) + FIXED_POWER) * idle


def repeated(one, voltage, count, period, power_gated):
    """The result of `count` periods, from that of an inference."""
    totals = one["totals"]
    latency, energy = totals["latency_s"], totals["energy_J"]
    idle = {"time_s": period - latency, "energy_J": idle_energy(voltage, period - latency, power_gated)}
    between = {key: count * value for key, value in idle.items()}
    jobs = [{"energy_J": energy, "latency_s": latency}] * count
    totals = totals | {"energy_J": count * energy + between["energy_J"], "latency_s": count * period}
    return one | {"totals": totals | {"between_jobs": between}, "jobs": jobs}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["run", "price"])
    parser.add_argument("subject")
    for option in ("--net", "--opp", "--technology", "--power", "--objective", "--quantize", "--scenario", "-o"):
        parser.add_argument(option)
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--quiet", action="store_true")
    o = parser.parse_args()
    with open(os.environ["FAKE_LOG"], "a", encoding="utf-8") as log:
        what = "scenario" if o.scenario else o.command
        log.write(" ".join([what, o.subject, "--opp", str(o.opp)]) + "\n")
    time.sleep(float(os.environ.get("FAKE_DELAY", "0")))
    if o.command == "run":
        voltage, hertz = operating_point(o.opp)
        record = simulate(hertz) | {"network": o.net}
        command = "subvolt run design --net net" + (f" --opp {o.opp}" if o.opp else "")
    else:
        record = json.loads(Path(o.subject).read_text(encoding="utf-8"))
        voltage, hertz = operating_point(o.opp, record["clock_domains"]["clk"][0])
        command = f"subvolt price --technology fake --opp {o.opp}"
    folder = Path(o.o)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "activity.json").write_text(json.dumps(record), encoding="utf-8")
    found = result(record, voltage, hertz, command, o.opp)
    if o.scenario:
        text = Path(o.scenario).read_text(encoding="utf-8")
        if "never_twice" in text:
            fail("never twice")
        period, count = map(int, re.search(r"every: (\d+) ps, count: (\d+)", text).groups())
        found = repeated(found, voltage, count, period * 1e-12, any("power_gate_after" in s for s in o.set))
    (folder / "result.json").write_text(json.dumps(found), encoding="utf-8")
    (folder / "config.yaml").write_text(os.environ.get("FAKE_CONFIG", CONFIG), encoding="utf-8")


if __name__ == "__main__":
    main()
