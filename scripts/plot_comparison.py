#!/usr/bin/env python3
"""Draws what `subvolt compare -o FOLDER` has written: a picture for each network.

Each picture shows the rows side by side: where the time goes by kind of layer, and at what share of their multipliers;
where the energy goes by part; and all of them by latency and energy, with lines of equal energy-delay product. With one
network -o names the picture, with several a folder for them.
"""

import json
import sys
from pathlib import Path

import plotting
from plotting import BLUE, GREEN, GREY, INK, ORANGE, PINK, RED, SKY
from script_main import Arguments, script_main
from subvolt_results import ScriptError, engineering

KNOWN_SCHEMAS = ("1",)  # of compare.json, their major numbers
COLOURS = (BLUE, ORANGE, GREEN, PINK, SKY, RED, "#F0E442", "#444444")
MOST_KINDS = 5  # of layers; the rest is one, and what takes less of every row's time than this
LEAST_SHARE = 0.01
PARTS = (
    ("accelerator", BLUE), ("memories on chip", GREEN), ("memories outside", ORANGE),
    ("host, bus, other", GREY), ("regulators", PINK),
)  # fmt: skip


def parse(argv=None):
    parser = Arguments("plot_comparison.py", __doc__)
    parser.add_argument("comparison", metavar="COMPARISON", type=Path, help="compare.json, or the folder that holds it")
    parser.add_argument("-o", "--output", type=Path, metavar="PATH",
                        help="the picture, or a folder; beside compare.json when absent")  # fmt: skip
    parser.add_quiet()
    return parser.parse_args(argv)


def read(path):
    path = path / "compare.json" if path.is_dir() else path
    try:
        comparison = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ScriptError(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise ScriptError(f"{path}: no valid JSON: {error}") from error
    version = comparison.get("schema_version", "") if isinstance(comparison, dict) else ""
    if str(version).split(".")[0] not in KNOWN_SCHEMAS or "networks" not in comparison:
        raise ScriptError(f"{path}: expected what `subvolt compare -o FOLDER` writes as compare.json")
    return path, comparison


def energy_by_part(row):
    """Joules by the names of PARTS."""
    memories = row["work"]["memories"]
    parts = dict.fromkeys((name for name, _ in PARTS), 0.0)
    for name, energy in row["energy_by_part_J"].items():
        if name in parts:
            parts[name] += energy
        elif name in memories:
            parts["memories outside" if memories[name]["off_chip"] else "memories on chip"] += energy
        else:
            parts["host, bus, other"] += energy
    return parts


def time_by_kind(rows):
    """By row the seconds of each kind of layer, and the kinds: those with most time first, the host's last."""
    tables = []
    for row in rows:
        table = {}
        for layer in row["layers"]:
            kind = "on the host" if "why_host" in layer else layer["op"].replace("_", " ")
            table[kind] = table.get(kind, 0.0) + layer["latency_s"]
        tables.append(table)
    sums = {}
    for table in tables:
        for kind, seconds in table.items():
            sums[kind] = sums.get(kind, 0.0) + seconds
    kinds = [kind for kind in sorted(sums, key=lambda k: -sums[k]) if sums[kind] > 0 and kind != "on the host"]
    own = [kind for kind in kinds if any(t.get(kind, 0.0) > LEAST_SHARE * sum(t.values()) for t in tables)][:MOST_KINDS]
    rest = [kind for kind in kinds if kind not in own]
    for table in tables:
        table["others"] = sum(table.pop(kind, 0.0) for kind in rest)
    ends = [kind for kind in ("others", "on the host") if any(table.get(kind) for table in tables)]
    return tables, own + ends


def bars(axes, tables, kinds, colours, unit, notes):
    """Stacked, a bar for each row, its sum and a note behind it."""
    from matplotlib.ticker import EngFormatter, MaxNLocator

    left = [0.0] * len(tables)
    for kind in kinds:
        widths = [table.get(kind, 0.0) for table in tables]
        axes.barh(range(len(tables)), widths, left=left, height=0.64, color=colours[kind], label=kind)
        left = [a + b for a, b in zip(left, widths)]
    most = max(left) or 1.0
    for i, (value, note) in enumerate(zip(left, notes)):
        text = plotting.micro(engineering(value, unit)) + note
        axes.text(value + 0.015 * most, i, text, va="center", fontsize=8.5, color=INK)
    axes.set_ylim(len(tables) - 0.45, -0.55)
    axes.set_xlim(0, 1.55 * most)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(EngFormatter(unit=unit))
    axes.grid(axis="x")
    axes.tick_params(axis="y", length=0)
    axes.legend(ncols=3, loc="lower left", bbox_to_anchor=(-0.02, 1.0), fontsize=8.5, columnspacing=1.1,
                handlelength=1.2)  # fmt: skip


def scatter(axes, rows):
    """Latency and energy, both logarithmic: lines of equal product are straight."""
    from matplotlib.ticker import EngFormatter, LogLocator, NullFormatter

    times, energies = ([row[key] for row in rows] for key in ("latency_s", "energy_J"))
    spans = []
    for values in (times, energies):
        middle = (min(values) * max(values)) ** 0.5
        spread = max(1.35, 1.3 * (max(values) / min(values)) ** 0.5)
        spans.append((middle / spread, middle * spread))
    axes.set(xscale="log", yscale="log", xlim=spans[0], ylim=spans[1])
    least = min(t * e for t, e in zip(times, energies))
    step = 2 if max(t * e for t, e in zip(times, energies)) < 32 * least else 10
    for factor in (step**n for n in range(6)):
        x = (spans[0][0], spans[0][1])
        y = tuple(factor * least / value for value in x)
        axes.plot(x, y, color="#BBBBBB", linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
        text = "least EDP" if factor == 1 else f"{factor:,}\N{MULTIPLICATION SIGN} EDP"
        top, end = factor * least / spans[1][1], factor * least / spans[0][1]
        note = {"textcoords": "offset points", "fontsize": 7.5, "color": "#888888", "va": "center"}
        if spans[1][0] < end < spans[1][1]:
            axes.annotate(text, (spans[0][1], end), xytext=(4, 0), ha="left", **note)
        elif spans[0][0] < top < spans[0][1]:
            axes.annotate(text, (top, spans[1][1]), xytext=(0, 6), ha="center", **note)
        elif spans[0][0] < factor * least / spans[1][0] < spans[0][1]:
            axes.annotate(text, (factor * least / spans[1][0], spans[1][0]), xytext=(4, 8), ha="left", **note)
    for i, row in enumerate(rows):
        axes.scatter(row["latency_s"], row["energy_J"], s=58, color=COLOURS[i % len(COLOURS)], zorder=3,
                     edgecolors="white", linewidths=0.8, label=row["name"])  # fmt: skip
    for axis, unit in ((axes.xaxis, "s"), (axes.yaxis, "J")):
        axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.set_major_formatter(EngFormatter(unit=unit))
        axis.set_minor_formatter(NullFormatter())
    axes.minorticks_off()
    axes.grid()
    axes.set_xlabel("latency")
    axes.set_ylabel("energy per inference")
    axes.legend(loc="center left", bbox_to_anchor=(1.08, 0.5), fontsize=9)


def draw(network, path):
    rows = network["rows"]
    mark = plotting.stamp(network, __file__)
    if plotting.is_current(path, mark):
        return
    plt = plotting.pyplot()
    with plt.rc_context(plotting.STYLE):
        height = 1.7 + 0.36 * len(rows)
        figure = plt.figure(figsize=(9.6, height + 3.6), layout="constrained")
        above, below = figure.subfigures(2, 1, height_ratios=(height + 0.4, 3.2))
        time, energy = above.subplots(1, 2)
        tables, kinds = time_by_kind(rows)
        palette = dict(zip(kinds, COLOURS)) | {"others": "#444444"}
        bars(time, tables, kinds, palette | {"on the host": GREY}, "s",
             [f", {100 * row['utilization']:.0f} % busy" for row in rows])  # fmt: skip
        time.set_yticks(range(len(rows)), [row["name"] for row in rows])
        time.set_xlabel("latency, and how busy the multipliers are")
        parts = [energy_by_part(row) for row in rows]
        shown = [name for name, _ in PARTS if any(part[name] for part in parts)]
        bars(energy, parts, shown, dict(PARTS), "J", [f", {row['tops_per_W']:.2f} TOPS/W" for row in rows])
        energy.set_yticks([])
        energy.set_xlabel("energy per inference")
        scatter(below.subplots(), rows)
        accelerators = [row["accelerator"] for row in rows]
        equal = len({(a["macs_per_cycle"], a["buffer_B"]) for a in accelerators}) == 1
        size = f", {accelerators[0]['macs_per_cycle']} multipliers and {accelerators[0]['buffer_B'] // 1024} KiB of buffers"
        title = f"{network['network']}{size + ' each' if equal else ''}"
        above.suptitle(title, x=0.015, ha="left", fontsize=12, fontweight="bold")
        if network["differences"] and len(rows) > 1:
            figure.text(0.985, 0.995, f"{len(network['differences'])} facts are not equal: compare.json says which",
                        ha="right", va="top", fontsize=8.5, color=RED)  # fmt: skip
        plotting.save(figure, path, mark)


def run(options):
    source, comparison = read(options.comparison)
    networks = comparison["networks"]
    one = len(networks) == 1
    target = options.output or (source.with_name("compare.png") if one else source.parent)
    for network in networks:
        path = target if one and target.suffix == ".png" else target / f"{network['network']}.png"
        draw(network, path)
        if not options.quiet:
            print(f"picture in {path}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(script_main(run, parse))
