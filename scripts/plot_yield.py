#!/usr/bin/env python3
"""Draws what `subvolt yield -o FOLDER` has written: how its chips are spread.

Four pictures in one: f_max, with what chips must make; leakage over f_max, chip by chip; the energy of the run, with one
supply for all and with each chip's own; and the voltage at which a run takes least energy.
"""

import csv
import json
import sys
from pathlib import Path

import plotting
from plotting import BLUE, GREEN, GREY, INK, ORANGE, RED
from script_main import Arguments, script_main
from subvolt_results import ScriptError

KNOWN_SCHEMAS = ("1",)  # of yield.json, their major numbers
BINS = 60
MOST_DOTS = 4000  # of the scatter: more is a blot
COLUMNS = ("f_max_Hz", "leakage_W", "energy_J", "fast_enough", "best_voltage_V", "own_supply_V", "own_energy_J")


def parse(argv=None):
    parser = Arguments("plot_yield.py", __doc__)
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="that `subvolt yield -o` has written")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="the picture; FOLDER.png when absent")
    parser.add_quiet()
    return parser.parse_args(argv)


def read(folder):
    """yield.json, and by column the chips' figures, None where a chip has none."""
    try:
        told = json.loads((folder / "yield.json").read_text(encoding="utf-8"))
        with (folder / "chips.csv").open(encoding="utf-8", newline="") as table:
            rows = list(csv.DictReader(table))
    except OSError as error:
        raise ScriptError(f"cannot read {error.filename}: {error.strerror}") from error
    except ValueError as error:
        raise ScriptError(f"{folder}/yield.json: no valid JSON: {error}") from error
    version = told.get("schema_version", "") if isinstance(told, dict) else ""
    if str(version).split(".")[0] not in KNOWN_SCHEMAS or not rows or any(name not in rows[0] for name in COLUMNS):
        raise ScriptError(f"{folder}: expected what `subvolt yield -o FOLDER` writes")
    return told, {name: [float(row[name]) if row[name] else None for row in rows] for name in COLUMNS}


def histogram(axes, values, unit, label, colour, name=None):
    from matplotlib.ticker import EngFormatter, MaxNLocator

    shown = [v for v in values if v is not None]
    axes.hist(shown, bins=BINS, color=colour, alpha=0.75, label=name)
    axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.xaxis.set_major_formatter(EngFormatter(unit=unit))
    axes.set_xlabel(label)
    axes.set_ylabel("chips")
    axes.grid(axis="y")


def draw(told, chips, path):
    mark = plotting.stamp([told, chips], __file__)
    if plotting.is_current(path, mark):
        return
    plt = plotting.pyplot()
    from matplotlib.ticker import EngFormatter

    with plt.rc_context(plotting.STYLE):
        figure, ((speed, leak), (energy, best)) = plt.subplots(2, 2, figsize=(9.6, 6.4), layout="constrained")
        histogram(speed, chips["f_max_Hz"], "Hz", f"f_max at {told['voltage_V']:.3g} V", BLUE)
        speed.axvline(told["frequency_Hz"], color=RED, linewidth=1.2)
        speed.set_title(f"{100 * told['yield']['frequency']:.2f} % make the clock", fontsize=10, color=INK, loc="left")
        for good, colour in ((1.0, BLUE), (0.0, GREY)):
            dots = [(f, p) for f, p, ok in zip(chips["f_max_Hz"], chips["leakage_W"], chips["fast_enough"]) if ok == good]
            leak.scatter(*zip(*dots[:MOST_DOTS]) if dots else ([], []), s=3, color=colour, linewidths=0)
        leak.set_yscale("log")
        leak.xaxis.set_major_formatter(EngFormatter(unit="Hz"))
        leak.yaxis.set_major_formatter(EngFormatter(unit="W"))
        leak.yaxis.set_minor_formatter(EngFormatter(unit="W"))
        leak.set_xlabel("f_max")
        leak.set_ylabel("leakage")
        leak.grid()
        histogram(energy, chips["energy_J"], "J", "energy of the run", ORANGE, f"all at {told['voltage_V']:.3g} V")
        histogram(energy, chips["own_energy_J"], "J", "energy of the run", GREEN, "each at its own supply")
        energy.legend(fontsize=8.5)
        histogram(best, chips["best_voltage_V"], "V", "voltage of least energy", BLUE)
        figure.suptitle(f"{told['network']} on {told['design']}, {told['technology']}: {told['samples']:,} chips",
                        x=0.015, ha="left", fontsize=12, fontweight="bold")  # fmt: skip
        plotting.save(figure, path, mark)


def run(options):
    told, chips = read(options.folder)
    path = options.output or options.folder.with_name(options.folder.name + ".png")
    draw(told, chips, path)
    if not options.quiet:
        print(f"picture in {path}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(script_main(run, parse))
