#!/usr/bin/env python3
"""Energy, latency and power of a design over the voltage of its scaled domain, and the least-energy way to meet a
frame rate. See --help and docs/user-guide.md."""

import sys

from environment import ensure_packages

ensure_packages()  # before the imports below, which need them

from dvfs import plots  # noqa: E402
from dvfs.arguments import default_voltages, parse  # noqa: E402
from dvfs.frames import answer, frame_lines, frame_rows, frames  # noqa: E402
from dvfs.minimum import least_energy  # noqa: E402
from dvfs.points import Sweep, volts  # noqa: E402
from dvfs.table import minimum_sentence, rail_sentence, sweep_lines, sweep_rows  # noqa: E402
from points.store import sole_user  # noqa: E402
from script_main import WIDTH, note, script_main  # noqa: E402
from subvolt_results import EXIT_USAGE, ScriptError, find_program, write_text  # noqa: E402
from text_tables import paragraph, rows_as_csv  # noqa: E402


def heading(sweep):
    point = sweep.reference.result["design_point"]
    clock = f"{sweep.design.scaled_clock} at {sweep.options.frequency or 'f_max'}"
    return (
        f"{point['network']} on {point['soc']}, {point['technology']}",
        f"{sweep.design.scaled_domain} swept, {clock}",
    )


def run(options):
    """The exit code."""
    program = find_program()
    with sole_user(options.output):
        return _sweep(Sweep(program, options), options)


def _sweep(sweep, options):
    sweep.prepare()
    voltages = options.voltages or default_voltages(sweep.design.lowest, sweep.design.highest)
    sweep.share_record(voltages)
    points, failures = sweep.points(voltages)
    sweep.store.clean()
    for name, change in sweep.store.changes:
        note(options, f"{name}: made again, for this has changed: {change}")
    if not points:
        raise ScriptError(f"no voltage works; at {volts(failures[-1][0])}: {failures[-1][1].message}")
    note(
        options,
        f"{len(voltages)} points: {sweep.reused} finished before; {sweep.simulated} simulations, "
        f"{sweep.priced} pricings",
    )
    for voltage, failure in failures:
        print(f"{volts(voltage)} infeasible: {failure.message}", file=sys.stderr)

    table = sweep_rows(points, failures, sweep.design)
    rows = [row for row in table if row["status"] == "finished"]
    minimum = least_energy([row["voltage_V"] for row in rows], [row["energy_J"] for row in rows])
    title = heading(sweep)
    write_text(options.output / "sweep.csv", rows_as_csv(table))
    if options.picture:
        plots.sweep(options.output / "sweep.png", rows, minimum, title, sweep.design.scaled_domain)
    lines = [
        paragraph(f"{title[0]}: {title[1]}", WIDTH),
        sweep_lines(rows, minimum),
        minimum_sentence(rows, minimum),
        rail_sentence(rows, sweep.design.scaled_domain),
    ]
    if failures:
        left_out = ", ".join(volts(v) for v, _ in failures)
        lines.append(paragraph(f"Infeasible: {left_out}; sweep.csv says why.", WIDTH))
    written = ["sweep.csv"]
    try:
        if options.fps:
            lines += ["", *_frame_rate(sweep, points, title)]
            written.append("fps.csv")
    finally:  # also when no point meets the rate
        print("\n".join(lines))
    pictures = [name.replace(".csv", ".png") for name in written] if options.picture else []
    note(options, f"written to {options.output}: {', '.join([*written, *pictures])}")
    return EXIT_USAGE if failures and options.voltages else 0


def _frame_rate(sweep, points, title):
    """The lines that answer --fps; writes its table and picture."""
    options = sweep.options
    all_frames, refused = frames(sweep, points, options.fps)
    write_text(options.output / "fps.csv", rows_as_csv(frame_rows(all_frames, sweep.design)))
    if options.picture:
        plots.frames(options.output / "fps.png", all_frames, points, options.fps, title, sweep.design.scaled_domain)
    return frame_lines(all_frames, refused, options.fps), answer(all_frames, options.fps)


def main(argv=None):
    return script_main(run, lambda: parse(argv))


if __name__ == "__main__":
    sys.exit(main())
