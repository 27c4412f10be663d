"""All shipped networks on every row of the comparison `kinds`: who runs what, and whether it is done as planned."""

import json
import subprocess

import yaml

from markdown import count, table
from subvolt_results import ROOT, ScriptError, run_program
from validation import layers

OPERATORS = 12  # that are named of those on the host


def networks():
    """All but those of chips, which come with their chip's mapping or the widths that it multiplies."""
    files = sorted((ROOT / "workloads" / "networks").glob("*.yaml"))
    return [path.stem for path in files if not of_a_chip(yaml.safe_load(path.read_text(encoding="utf-8")))]


def of_a_chip(document):
    layers_of = document["network"]["layers"]
    return any("mapping" in layer or layer.get("weight_type", "int8") not in ("int8", "int16") for layer in layers_of)


def compare(program, folder, net):
    """compare.json of a network. The program ends with an error where work is not as planned."""
    place = folder / "kinds" / f"{net}.json"
    if not place.is_file():
        place.parent.mkdir(exist_ok=True)
        place.write_text(run_program(program, "compare", "kinds", "--net", net, "--json", "--quiet"), encoding="utf-8")
    return json.loads(place.read_text(encoding="utf-8"))["networks"][0]


def by_kind(program, folder, options):
    """{KIND: {NETWORK: row}}, each network compared once."""
    nets = options.networks or networks()
    found = {}
    for net, compared in zip(nets, layers.at_a_time(lambda net: compare(program, folder, net), nets)):
        if compared["differences"]:
            facts = ", ".join(difference["fact"] for difference in compared["differences"])
            raise ScriptError(f"{net}: rows of the comparison kinds are not equal in {facts}")
        for row in compared["rows"]:
            found.setdefault(row["name"], {})[net] = row
    return found


def moved(row):
    return sum(memory["read_B"] + memory["write_B"] for memory in row["work"]["memories"].values())


def text(program, folder, options):
    lines, refused = [], {}
    for kind, runs in by_kind(program, folder, options).items():
        all_layers = [layer for row in runs.values() for layer in row["layers"]]
        on_host = [layer for layer in all_layers if "why_host" in layer]
        own = [layer for layer in all_layers if "accelerator_cycles" in layer]
        faults = sum(bool(row["work"]["faults"]) for row in runs.values())
        macs = sum(layer["macs"] for layer in all_layers)
        lines.append([f"`{kind}`", str(len(runs)), count(len(own)), count(len(on_host)),
                      f"{100 * sum(layer['macs'] for layer in own) / macs:.1f} %", count(macs),
                      count(sum(map(moved, runs.values()))), str(len(runs) - faults)])  # fmt: skip
        names = {}
        for layer in on_host:
            names[layer["op"]] = names.get(layer["op"], 0) + 1
        refused[kind] = sorted(names.items(), key=lambda item: (-item[1], item[0]))
    head = ["kind", "networks", "layers on it", "on the host", "MACs on it", "MACs", "bytes moved", "as planned"]
    told = []
    for kind, names in refused.items():
        some = ", ".join(f"{op} {n}" for op, n in names[:OPERATORS])
        more = sum(n for _, n in names[OPERATORS:])
        told.append(f"- `{kind}`: {some or 'nothing'}{f', others {more}' if more else ''}")
    return table(head, lines) + "\n\nOn the host, by operator:\n\n" + "\n".join(told)


def faults(program, net):
    """What is not as planned, as the program says it; empty when all is."""
    done = subprocess.run([program, "compare", "kinds", "--net", net, "--json", "--quiet"], capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stderr.strip() or f"exit code {done.returncode}"
