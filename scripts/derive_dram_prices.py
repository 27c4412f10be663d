#!/usr/bin/env python3
"""Prints the `prices:` of configs/memories/lpddr4_3200.yaml from data-sheet currents.

The formulas are those of DRAMPower (K. Chandrasekar et al., "Improved Power Modeling of DDR SDRAMs", DSD 2011): what a
command costs is the current above the standby in which it happens, times supply voltage and duration, per rail:

    activate = (IDD0 - IDD3N) V tRAS + (IDD0 - IDD2N) V tRP     every activation is precharged once
    read     = (IDD4R - IDD3N) V tCCD                           one BL16 burst; VDDQ apart as io_read
    write    = (IDD4W - IDD3N) V tCCD
    refresh  = (IDD5 - IDD3N) V tRFCAB                          above active standby for tRFCAB
    standby and power-down states: I V
"""
import argparse
import csv
import pathlib

RAILS = ("vdd1", "vdd2", "vddq")
SHEET = "DRAMSys 5.1 memspec JEDEC_8Gb_LPDDR4-3200_16bit"
DEFAULT = pathlib.Path(__file__).parent / "data" / "lpddr4_3200_idd.csv"


def read_sheet(path):
    with open(path, encoding="utf-8") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {row["quantity"]: row for row in rows}


class Sheet:
    def __init__(self, path=DEFAULT):
        self.rows = read_sheet(path)

    def rail(self, quantity, rail):
        return float(self.rows[quantity][rail])

    def seconds(self, timing):
        return float(self.rows[timing]["vdd1"]) * float(self.rows["tCK"]["vdd1"]) * 1e-12

    def energy(self, rail, *steps):
        """Sum over (current, standby, duration) in joules."""
        return sum(
            (self.rail(current, rail) - self.rail(standby, rail)) * 1e-3 * self.rail("V", rail) * self.seconds(timing)
            for current, standby, timing in steps
        )

    def power(self, current, rail):
        return self.rail(current, rail) * 1e-3 * self.rail("V", rail)


CORE = ("vdd1", "vdd2")
ENERGIES = {
    "dram.activate": (CORE, [("IDD0", "IDD3N", "tRAS"), ("IDD0", "IDD2N", "tRP")],
                      "(IDD0 - IDD3N) V tRAS + (IDD0 - IDD2N) V tRP: activation with its precharge"),
    "dram.read": (CORE, [("IDD4R", "IDD3N", "tCCD")], "(IDD4R - IDD3N) V tCCD, per BL16 burst of 32 B"),
    "dram.write": (CORE, [("IDD4W", "IDD3N", "tCCD")], "(IDD4W - IDD3N) V tCCD, per BL16 burst of 32 B"),
    "dram.refresh": (CORE, [("IDD5", "IDD3N", "tRFCAB")],
                     "(IDD5 - IDD3N) V tRFCAB, per all-bank refresh above active standby"),
    "dram.io_read": (("vddq",), [("IDD4R", "IDD3N", "tCCD")], "(IDD4RQ - IDD3NQ) VDDQ tCCD, per BL16 burst of 32 B"),
    "dram.io_write": (("vddq",), [("IDD4W", "IDD3N", "tCCD")], "(IDD4WQ - IDD3NQ) VDDQ tCCD, per BL16 burst of 32 B"),
}
POWERS = {
    "dram.active_standby": "IDD3N",
    "dram.precharge_standby": "IDD2N",
    "dram.precharge_power_down": "IDD2P",
    "dram.self_refresh": "IDD6",
}


def prices(sheet):
    """{key: (kind, {rail: text}, source)} in file order."""
    out = {}
    for key, (rails, steps, formula) in ENERGIES.items():
        values = {rail: f"{sheet.energy(rail, *steps) * 1e12:.10g} pJ" for rail in rails}
        values = {rail: text for rail, text in values.items() if text != "0 pJ"}
        out[key] = ("rail_energy", values, formula)
    for key, current in POWERS.items():
        values = {rail: f"{sheet.power(current, rail) * 1e3:.10g} mW" for rail in RAILS}
        out[key] = ("rail_power", values, f"{current} V")
    return out


def yaml_text(sheet):
    lines = ["  prices:"]
    for key, (kind, values, formula) in prices(sheet).items():
        rails = ", ".join(f"{rail}: {text}" for rail, text in values.items())
        lines.append(f"    {key}:")
        lines.append(f"      {kind}: {{{rails}}}")
        lines.append(f'      source: "{formula}; currents: {SHEET}; scripts/derive_dram_prices.py"')
        lines.append("      quality: published")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sheet", type=pathlib.Path, default=DEFAULT, help="currents and timings as CSV")
    print(yaml_text(Sheet(parser.parse_args().sheet)))


if __name__ == "__main__":
    main()
