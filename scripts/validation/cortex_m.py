"""Hosts that run whole networks, against boards of the same processors."""

from markdown import count, percent, table
from subvolt_results import ROOT
from validation import layers
from validation.ne16 import rows_of

BOARDS = ROOT / "tests" / "validation" / "data" / "cortex_m_mlperf_tiny.csv"
M55 = BOARDS.with_name("cortex_m55_mobilenet_v2.csv")
MEGA, MICRO, MILLI = 1e6, 1e-6, 1e-3


def published(row):
    """(cycles of an inference, watts) of a row of BOARDS."""
    cycles = float(row["f_MHz"]) * MEGA / float(row["inferences_per_s"])
    return cycles, float(row["energy_uJ"]) * MICRO * float(row["power_inferences_per_s"])


def simulated(program, folder, row):
    run = folder / f"{row['design']}_{row['network']}"
    layers.of_run(program, run, row["design"], "--net", row["network"])
    totals = layers.totals(run)
    return totals["cycles"], totals["average_power_W"]


def text(program, folder, _):
    lines = []
    for row in rows_of(BOARDS):
        cycles, watts = published(row)
        ours, power = simulated(program, folder, row)
        lines.append([f"`{row['design']}`", row["network"], count(round(cycles)), count(ours), percent(ours / cycles - 1, 1),
                      f"{watts / MILLI:.1f}", f"{power / MILLI:.1f}", percent(power / watts - 1, 1), row["used"]])  # fmt: skip
    head = ["design", "network", "cycles, board", "simulated", "gap", "mW, board", "simulated", "gap", "row"]
    return table(head, lines)


def m55_cycles(program, folder):
    of = layers.of_run(program, folder / "cortex_m55", "cortex_m55", "--net", "mobilenet_v2_1.0_224")
    return {line["name"]: int(line["cycles"]) for line in of}


def m55(program, folder, _):
    ours = m55_cycles(program, folder)
    lines = []
    for row in rows_of(M55):
        cycles = int(row["cycles"])
        lines.append([row["layer"], row["what"], count(cycles), count(ours[row["layer"]]),
                      percent(ours[row["layer"]] / cycles - 1, 1), row["used"]])  # fmt: skip
    return table(["layer", "what", "cycles, Alif E8", "`cortex_m55`", "gap", "row"], lines)
