#!/usr/bin/env python3
"""Write the documents of batteries, harvesters, radios and sensors from tables (scripts/data/parts).

Each number keeps the source of its row. What is read at a named public source, or measured there, is `published` or
`measured`; what is remembered of a data sheet is `estimated`, and its source says so. With --check nothing is written:
exit code 1 when a file would change.
"""

import argparse
import csv
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "scripts" / "data" / "parts"

# name of a measured cell in the discharge table: its document's title, its row in batteries.csv
MEASURED_CELLS = {
    "CR2032_varta": ("cr2032_varta", "CR2032 Varta (measured)"),
    "CR2450_murata": ("cr2450_murata", "CR2450 Murata (measured)"),
    "LiPo_ICP632136": ("lipo_icp632136", "LiPo Renata ICP632136HPST 20 C (measured)"),
    "AAA_energizer_EN92": ("aaa_en92", "AAA EN92 alkaline (measured)"),
    "AAA_varta_longlife": ("aaa_varta_longlife", "AAA Varta Longlife Power (measured)"),
    "AAA_gp_lithium": ("aaa_gp_lithium", "AAA GP lithium (measured)"),
}


def rows(name):
    """Of a table; a source that says "same" is that of the row before."""
    with open(DATA / f"{name}.csv", encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    for before, row in zip(table, table[1:]):
        if row.get("source") == "same":
            row["source"] = before["source"]
    return table


def slug(text):
    return re.sub(r"_+", "_", re.sub(r"[^a-z0-9]+", "_", text.lower())).strip("_")


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def quality(tag, measured=False):
    if tag.startswith("P"):
        return "measured" if measured else "published"
    return "estimated"


def source(row):
    """Says for what is remembered that it is an estimate."""
    text = row["source"]
    return text if row["tag"].startswith("P") else f"estimate: {text}"


def header(kind, comment):
    return [
        f"# yaml-language-server: $schema=../schemas/{kind}.json",
        f"# {comment}",
        f"# Written by scripts/generate_parts.py from scripts/data/parts.",
        f"schema: {kind}/1",
        f"{kind}:",
    ]


def number(text):
    value = float(text)
    return str(int(value)) if value == int(value) else f"{value:.10g}"


def sourced(key, value, row, measured=False):
    return [f"  {key}: {{value: {value}, source: {quoted(source(row))}, quality: {quality(row['tag'], measured)}}}"]


def discharge(cell):
    runs = {}
    for row in rows("discharge_otii"):
        if row["cell"] == cell:
            runs.setdefault(float(row["temperature_C"]), []).append(row)
    lines = ["  discharge:"]
    for temperature in sorted(runs):
        first = runs[temperature][0]
        lines += [
            f"    - temperature: {number(temperature)} C",
            f"      source: {quoted(first['source'])}",
            "      quality: measured",
            "      rows:",
        ]
        last = -1.0
        for row in runs[temperature]:
            delivered = float(row["delivered_mAh"])
            if delivered <= last:
                continue
            last = delivered
            lines.append(
                f"        - {{delivered: {number(row['delivered_mAh'])} mAh, rest: {number(row['rest_voltage_V'])} V, "
                f"resistance: {number(row['internal_resistance_ohm'])} ohm}}"
            )
    return lines if runs else []


def batteries():
    named = {row["cell"]: row for row in rows("batteries")}
    cells = {row["cell"] for row in rows("discharge_otii")}
    known = {table: entry for table, entry in MEASURED_CELLS.items() if table in cells}
    missing = cells - set(known)
    if missing:
        sys.exit(f"generate_parts.py: no document for the measured cells {sorted(missing)}")
    documents = {}
    measured = {entry for _, entry in known.values()}
    for name, row in named.items():
        table = next((t for t, (_, entry) in known.items() if entry == name), None)
        skipped = "measured" in name and table is None  # further temperatures of one cell, in its document
        if skipped or not row["rated_capacity_mAh"]:
            continue
        file = known[table][0] if table else slug(name)
        lines = header("battery", f"{name}: {row['chemistry']}." + (f" {row['note']}." if row["note"] else ""))
        lines += [f"  title: {quoted(name.replace(' 20 C (measured)', '').replace(' (measured)', ''))}"]
        lines += [f"  chemistry: {quoted(row['chemistry'])}"]
        lines += sourced("capacity", f"{number(row['rated_capacity_mAh'])} mAh", row, name in measured)
        for key, column, unit in (
            ("voltage", "nominal_V", "V"),
            ("cutoff", "cutoff_V", "V"),
            ("resistance", "esr_fresh_ohm", "ohm"),
            ("largest_current", "max_continuous_mA", "mA"),
            ("largest_pulse", "max_pulse_mA", "mA"),
        ):
            if row[column]:
                lines += sourced(key, f"{number(row[column])} {unit}", row, name in measured and key == "resistance")
        if row["self_discharge_pct_per_year"]:
            lines += [f"  self_discharge: {number(row['self_discharge_pct_per_year'])} %/year"]
            lines += [f"  self_discharge_source: {quoted(source(row))}"]
        if table:
            lines += discharge(table)
        documents[f"configs/batteries/{file}.yaml"] = lines
    return documents


def harvesters():
    documents = {}
    for row in rows("harvesters"):
        if not row["device_uW"]:
            continue
        lines = header("harvester", f"{row['device']}, {row['condition']}." + (f" {row['note']}." if row["note"] else ""))
        lines += [f"  title: {quoted(row['device'])}", f"  condition: {quoted(row['condition'])}"]
        lines += sourced("power", f"{number(row['device_uW'])} uW", row)
        documents[f"configs/harvesters/{slug(row['device'] + ' ' + row['source_kind'])}.yaml"] = lines
    return documents


def state(name, draw, row, measured=False):
    return f"    {name}: {{draw: {draw}, source: {quoted(source(row))}, quality: {quality(row['tag'], measured)}}}"


def distinct(wanted, taken, condition):
    """A state's name; with its condition where a device has several of that name."""
    return wanted if wanted not in taken else f"{wanted}_{slug(condition)}"


def radios():
    devices, events = {}, {}
    for row in rows("radios"):
        devices.setdefault(row["device"], []).append(row)
    for row in rows("radio_events"):
        if row["sleep_current_uA"]:
            events.setdefault(row["device"], []).append(row)
    documents = {}
    for name in sorted(set(devices) | set(events)):
        lines = header("radio", name)
        lines += [f"  title: {quoted(name)}"]
        supplies = [row["supply_V"] for row in devices.get(name, [])]
        if supplies:
            lines += [f"  supply: {number(supplies[0])} V"]
        elif any("3.0 V" in row["condition"] for row in events[name]):
            lines += ["  supply: 3 V"]
        rests = {"sleep", "standby", "psm", "power_down", "floor", "deep_sleep", "node sleep"}
        resting = [row["state"] for row in devices.get(name, []) if row["state"] in rests]
        if name in events or resting:
            lines += [f"  initial: {'sleep' if name in events else slug(resting[0])}"]
        lines += ["  states:"]
        taken = []
        if name in events:
            row = events[name][0]
            taken.append("sleep")
            lines.append(state("sleep", f"{number(row['sleep_current_uA'])} uA", row))
        for row in devices.get(name, []):
            own = distinct(slug(row["state"]), taken, row["condition"] or row["technology"])
            if own in taken:
                own = f"{own}_{slug(row['technology'])}"
            if own in taken:
                continue
            taken.append(own)
            lines.append(state(own, f"{number(row['current_mA'])} mA", row))
        if name in events:
            lines += ["  events:"]
            taken = []
            for row in events[name]:
                own = distinct(slug(row["event"]), taken, row["condition"])
                if own in taken:
                    continue
                taken.append(own)
                lines.append(
                    f"    {own}: {{amount: {number(row['charge_uC'])} uC, source: {quoted(source(row))}, "
                    f"quality: {quality(row['tag'])}}}"
                )
        documents[f"configs/radios/{slug(name)}.yaml"] = lines
    documents["configs/radios/lorawan_node.yaml"] = lorawan_node()
    return documents


def lorawan_node():
    """A node with all states of one uplink, one after the other."""
    table = rows("lorawan_node_states")
    sleep = next(row for row in table if row["state"] == "sleep")
    lines = header("radio", "A LoRaWAN node: class A uplink, DR5, 1 byte and 13 bytes of headers, no acknowledgement.")
    lines += ["  title: LoRaWAN node of Casals et al. 2017", "  supply: 3.6 V", "  initial: sleep", "  states:"]
    lines.append(state("sleep", f"{number(sleep['current_mA'])} mA", sleep))
    lines += ["  events:", "    uplink:", f"      source: {quoted(table[0]['source'])}", "      quality: published", "      steps:"]
    for row in table:
        if row["state"] != "sleep":
            lines.append(f"        - {{draw: {number(row['current_mA'])} mA, time: {number(row['duration_ms'])} ms}}  # {row['state']}")
    return lines


def sensors():
    devices = {}
    for row in rows("sensors"):
        devices.setdefault((row["device"], row["kind"]), []).append(row)
    documents = {}
    for (name, kind), modes in devices.items():
        lines = header("sensor", f"{name}: {kind}.")
        lines += [f"  title: {quoted(name)}", f"  condition: {quoted(kind)}"]
        supply = next((row["supply_V"] for row in modes if row["supply_V"]), "")
        if supply:
            lines += [f"  supply: {number(supply)} V"]
        # The state that draws least is the one of rest; events have a duration, in the column of start-ups.
        happenings = [row for row in modes if "duration" in row["rate"]]
        ordered = sorted((row for row in modes if row not in happenings), key=lambda row: float(row["power_uW"] or 0))
        lines += [f"  initial: {slug(ordered[0]['mode'])}", "  states:"]
        for row in ordered:
            draw = f"{number(row['current_uA'])} uA" if row["current_uA"] else f"{number(row['power_uW'])} uW"
            lines.append(state(slug(row["mode"]), draw, row))
        startup = max((float(row["startup_ms"]) for row in modes if row["startup_ms"] and row not in happenings), default=0.0)
        if startup:
            lines += [f"  startup: {number(startup)} ms"]
        if happenings:
            lines += ["  events:"]
        for row in happenings:
            lines += [
                f"    {slug(row['mode'].removeprefix('event: '))}:",
                f"      source: {quoted(source(row))}",
                f"      quality: {quality(row['tag'])}",
                f"      steps: [{{draw: {number(row['current_uA'])} uA, time: {number(row['startup_ms'])} ms}}]",
            ]
        documents[f"configs/sensors/{slug(name)}.yaml"] = lines
    return documents


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 when a file would change")
    arguments = parser.parse_args()
    documents = {**batteries(), **harvesters(), **radios(), **sensors()}
    changed = []
    for file, lines in documents.items():
        path = ROOT / file
        text = "\n".join(lines) + "\n"
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        changed.append(file)
        if not arguments.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    for file in changed:
        print(f"{'differs' if arguments.check else 'written'}: {file}")
    return 1 if changed and arguments.check else 0


if __name__ == "__main__":
    sys.exit(main())
