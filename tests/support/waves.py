"""Readers of the files that `subvolt trace` writes, by their formats alone."""

import csv
import json
import re
import struct
from collections import defaultdict
from dataclasses import dataclass, field


@dataclass
class Track:
    """A value from a time on, until the next one; times in seconds."""

    name: str
    group: str
    changes: list = field(default_factory=list)
    slices: list = field(default_factory=list)  # of Perfetto: begin, end, name, annotations
    unit: str = ""

    def integral(self, end=None):
        times = [at for at, _ in self.changes] + ([] if end is None else [end])
        return sum(value * (after - at) for (at, value), after in zip(self.changes, times[1:]))


def unescaped(text):
    """A string value of a VCD."""
    return re.sub(rb"\\x([0-9a-f]{2})", lambda m: bytes([int(m[1], 16)]), text.encode()).decode()


def unquoted(name):
    """Part of a VCD's name."""
    return re.sub(rb"%([0-9a-f]{2})", lambda m: bytes([int(m[1], 16)]), name.encode()).decode()


def read_vcd(text):
    """Tracks by (group, name), and the end in seconds. Strict: what IEEE 1364 does not know is an error."""
    header, body = text.split("$enddefinitions $end\n")
    scopes, tracks, by_code = [], {}, {}
    for line in header.splitlines():
        words = line.split()
        if words[0] == "$scope":
            assert words[1] == "module" and words[3] == "$end", line
            scopes.append(words[2])
        elif words[0] == "$upscope":
            scopes.pop()
        elif words[0] == "$var":
            assert words[1] in ("real", "string") and len(words) == 6, line
            assert re.fullmatch(r"[!-~]+", words[3]) and words[3] not in by_code, line
            name = ".".join(map(unquoted, scopes[1:] + [words[4]]))
            track = Track(name, unquoted(scopes[0]).replace("_", " "))
            assert (track.group, name) not in tracks, line
            by_code[words[3]] = (words[1], track)
            tracks[track.group, name] = track
        else:
            assert words[0] in ("$version", "$timescale") and words[-1] == "$end", line
    assert not scopes and "$timescale 1 ps $end" in header
    now = 0
    for line in body.splitlines():
        if line.startswith("#"):
            later = int(line[1:])
            assert later > now or now == 0
            now = later
        elif line not in ("$dumpvars", "$end"):
            value, code = line.split(" ")
            kind, track = by_code[code]
            assert value[0] == {"real": "r", "string": "s"}[kind], line
            track.changes.append((now * 1e-12, float(value[1:]) if kind == "real" else unescaped(value[1:])))
    return tracks, now * 1e-12


def fields(data):
    """Of a protobuf message: number -> values, texts as bytes."""
    found = defaultdict(list)
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        tag = varint()
        if tag & 7 == 0:
            found[tag >> 3].append(varint())
        elif tag & 7 == 1:
            found[tag >> 3].append(struct.unpack_from("<d", data, at)[0])
            at += 8
        else:
            assert tag & 7 == 2, tag
            size = varint()
            found[tag >> 3].append(data[at : at + size])
            at += size
    assert at == len(data)
    return found


def read_perfetto(data):
    """Tracks by (group, name): protos/perfetto/trace/trace_packet.proto and track_event/*.proto of Perfetto."""
    tracks, names, open_slices = {}, {}, {}
    for packet in map(fields, fields(data)[1]):
        if 60 in packet:
            descriptor = fields(packet[60][0])
            uuid, parent = descriptor[1][0], descriptor[5][0] if 5 in descriptor else 0
            name = descriptor[2][0].decode() if 2 in descriptor else fields(descriptor[3][0])[6][0].decode()
            assert uuid not in names and (parent == 0 or parent in names)
            names[uuid] = Track(name, names[parent].name if parent else "")
            if 8 in descriptor:
                names[uuid].unit = fields(descriptor[8][0])[6][0].decode()
            tracks[names[uuid].group, name] = names[uuid]
            continue
        event, at = fields(packet[11][0]), packet[8][0] * 1e-9
        track = names[event[11][0]]
        if event[9][0] == 4:
            track.changes.append((at, event[44][0]))
        elif event[9][0] == 1:
            notes = {n[10][0].decode(): n[4][0] if 4 in n else n[6][0].decode() for n in map(fields, event.get(4, []))}
            assert event[11][0] not in open_slices
            open_slices[event[11][0]] = (at, event[23][0].decode(), notes)
        else:
            begin, name, notes = open_slices.pop(event[11][0])
            assert begin <= at
            track.slices.append((begin, at, name, notes))
    assert not open_slices
    return tracks


def read_supply(text):
    rows = list(csv.DictReader(text.splitlines()))
    return [{key: float(value) if value else None for key, value in row.items()} for row in rows]


class Traced:
    """A run with --trace in `folder`/run, and what `subvolt trace` makes of it beside."""

    def __init__(self, program, folder, arguments):
        self.program, self.folder = program, folder
        program.output("run", *arguments, "--trace", "--quiet", "-o", folder / "run")
        self.result = json.loads((folder / "run" / "result.json").read_text())
        self.record = json.loads((folder / "run" / "activity.json").read_text())
        self.energy = self.result["totals"]["energy_J"]

    def trace(self, name, *options):
        file = self.folder / name
        self.program.output("trace", self.folder / "run", "--quiet", *options, "-o", file)
        return file

    def vcd(self, *options):
        return read_vcd(self.trace("waves.vcd", "--vcd", *options).read_text())

    def perfetto(self):
        return read_perfetto(self.trace("timeline.pftrace", "--perfetto").read_bytes())

    def of_accounts(self, key):
        energies = defaultdict(float)
        for account in self.result["accounts"]:
            energies[key(account)] += account["energy_J"]
        return energies
