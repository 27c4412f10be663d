#!/usr/bin/env python3
"""Energy, latency and power of a design over the voltage of its scaled domain, and the least-energy way to meet a
frame rate. See --help and docs/user-guide.md."""

import sys

from dvfs.environment import ensure_packages

ensure_packages()  # before the imports below, which need them

from dvfs import plots  # noqa: E402
from dvfs.arguments import default_voltages, parse  # noqa: E402
from dvfs.frames import answer, frame_lines, frame_table, frames  # noqa: E402
from dvfs.minimum import least_energy  # noqa: E402
from dvfs.points import Sweep, volts  # noqa: E402
from dvfs.table import csv, minimum_sentence, rail_sentence, sweep_lines, sweep_table  # noqa: E402
from script_main import script_main  # noqa: E402
from subvolt_results import ScriptError, find_program, write_text  # noqa: E402


def note(options, text):
    if not options.quiet:
        print(text, file=sys.stderr, flush=True)


def report_impossible(options, impossible):
    if not impossible:
        return
    left_out = ", ".join(volts(v) for v, _ in impossible)
    note(options, f"left out, for the technology does not give them: {left_out} ({impossible[0][1]})")


def heading(sweep):
    point = sweep.reference["design_point"]
    clock = (
        f"{sweep.design.scaled_clock} at {sweep.options.frequency}"
        if sweep.options.frequency
        else (f"{sweep.design.scaled_clock} at f_max")
    )
    return (
        f"{point['network']} on {point['soc']}, {point['technology']}",
        f"{sweep.design.scaled_domain} swept, {clock}",
    )


def run(options):
    sweep = Sweep(find_program(), options)
    sweep.prepare()
    if sweep.dropped:
        note(options, f"program or inputs have changed: {sweep.dropped} earlier points in {options.output} dropped")
    voltages = options.voltages or default_voltages(sweep.design.lowest, sweep.design.highest)
    sweep.share_record(voltages)
    points, impossible = sweep.points(voltages, skip_impossible=options.voltages is None)
    report_impossible(options, impossible)
    if not points:
        raise ScriptError(f"no voltage works: {impossible[-1][1]}")
    note(
        options,
        f"{len(points)} points: {sweep.reused} finished before; "
        f"{sweep.simulated} simulations, {sweep.priced} pricings",
    )

    table = sweep_table(points, sweep.design)
    minimum = least_energy(table["voltage_V"].tolist(), table["energy_J"].tolist())
    title = heading(sweep)
    write_text(options.output / "sweep.csv", csv(table))
    plots.sweep(options.output / "sweep.png", table, minimum, title, sweep.design.scaled_domain)
    print(f"{title[0]}: {title[1]}")
    print(sweep_lines(table, minimum))
    print(minimum_sentence(table, minimum))
    print(rail_sentence(table, sweep.design.scaled_domain))
    written = ["sweep.csv", "sweep.png"]

    if options.fps:
        all_frames = frames(sweep, points, options.fps)
        write_text(options.output / "fps.csv", csv(frame_table(all_frames, sweep.design)))
        plots.frames(options.output / "fps.png", all_frames, points, options.fps, title, sweep.design.scaled_domain)
        print()
        print(frame_lines(all_frames, options.fps))
        print(answer(all_frames, options.fps))
        written += ["fps.csv", "fps.png"]
    note(options, f"written to {options.output}: {', '.join(written)}")


def main(argv=None):
    return script_main(run, lambda: parse(argv))


if __name__ == "__main__":
    sys.exit(main())
