"""The command line of sweep_dvfs.py."""

import argparse
import os
import re
from decimal import Decimal, InvalidOperation
from pathlib import Path

from command_values import jobs_argument, setting
from script_main import Arguments
from subvolt_results import ScriptError

DEFAULT_STEP = Decimal("0.05")
MOST_POINTS = 1000
LEAST_RATE, MOST_RATE = Decimal("0.002"), Decimal("1000000000")  # as of rates in configs/schemas/sweep.json
HIGHEST = 10  # volts; no on-chip supply is higher

_NOTES = """\
Without --frequency the scaled clock follows f_max(V) and every point is
simulated. With it the cycles do not change with the voltage: one simulation,
priced again for every other point.
--fps N asks for the least energy per frame at N frames per second, simulated
with the gating policies
  as written   of the power intent, or of --set
  clock-gated  idle domains to CLK_GATED at once, where they list it
  power-gated  idle domains to RETENTION, else OFF, as soon as they may
A voltage at which the design cannot run is infeasible: it is marked with the
reason, and the others go on. Finished points are kept in the folder; the same
command resumes an interrupted sweep.
Exit codes: 0 fine, infeasible voltages of the default range included; 1 no
point meets --fps; 2 bad usage or configuration, or a voltage that was asked for
is infeasible; 130 interrupted, resumable."""


def _voltage(text):
    match = re.fullmatch(r"\s*([0-9.]+)\s*(mV|V)?\s*", text)
    try:
        value = Decimal(match.group(1)) if match else Decimal(0)
    except InvalidOperation:
        value = Decimal(0)
    if match and match.group(2) == "mV":
        value /= 1000
    if not 0 < value <= HIGHEST:
        raise argparse.ArgumentTypeError(
            f"expected a voltage above 0 V, {HIGHEST} V at most, such as 0.5 or 0.5V or 500mV, got {text!r}"
        )
    return value


def parse_voltages(text):
    """ "0.35:1.1:0.05" or "0.4,0.5V,600mV" as rising volts without repetition."""
    if ":" not in text:
        return sorted({_voltage(part) for part in text.split(",")})
    parts = text.split(":")
    if len(parts) not in (2, 3):
        raise argparse.ArgumentTypeError(f"expected FIRST:LAST:STEP such as 0.35:1.1:0.05, got {text!r}")
    first, last = _voltage(parts[0]), _voltage(parts[1])
    step = _voltage(parts[2]) if len(parts) == 3 else DEFAULT_STEP
    if last < first:
        raise argparse.ArgumentTypeError(f"expected the first voltage not above the last, got {text!r}")
    count = int((last - first) / step) + 1
    if count > MOST_POINTS:
        raise argparse.ArgumentTypeError(f"{text!r} makes {count} points; at most {MOST_POINTS}")
    return [first + step * i for i in range(count)]


def default_voltages(lowest, highest):
    """Both ends and the multiples of DEFAULT_STEP between them."""
    first = int(lowest / DEFAULT_STEP)
    grid = {DEFAULT_STEP * i for i in range(first, int(highest / DEFAULT_STEP) + 1)}
    return sorted({v for v in grid if lowest < v < highest} | {lowest, highest})


def _frequency(text):
    squeezed = text.replace(" ", "")
    if not re.fullmatch(r"[0-9.]+(Hz|kHz|MHz|GHz)", squeezed):
        raise argparse.ArgumentTypeError(f"expected a frequency with its unit such as 50MHz, got {text!r}")
    return squeezed


def _rate(text):
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal(0)
    if not value.is_finite() or not LEAST_RATE <= value <= MOST_RATE:
        raise argparse.ArgumentTypeError(
            f"expected frames per second from {LEAST_RATE:f} to {MOST_RATE:f}, got {text!r}"
        )
    return value


def _display_name(name):
    path = Path(name)
    return path.stem if path.suffix in (".yaml", ".yml") else path.name


def default_folder(options):
    """results/dvfs_edge_npu_kws_ds_cnn, with what else tells sweeps apart."""
    parts = [options.design, options.net, options.power, options.technology, options.frequency]
    parts += [s.replace("/", "_") for s in options.set]
    names = [_display_name(p) for p in parts if p]
    return Path("results") / re.sub(r"[^A-Za-z0-9_.=-]", "_", "_".join(["dvfs", *names]))


def parse(argv):
    parser = Arguments(
        "sweep_dvfs.py", "Energy, latency and power of a design over the voltage of its scaled domain.", _NOTES
    )
    add = parser.add_argument
    add("design", metavar="DESIGN", help="a design or a SoC: a shipped name or a file")
    add("--net", help="network: a shipped name or a file; the design's own when absent")
    add(
        "--voltages",
        type=parse_voltages,
        metavar="V",
        help="FIRST:LAST[:STEP] or a list, in volts; default: all that the technology allows, in steps of 0.05 V",
    )
    add("--frequency", type=_frequency, metavar="F", help="the scaled clock, the same at every voltage (50MHz)")
    add("--fps", type=_rate, metavar="N", help="frames per second to meet with least energy")
    add("--technology", metavar="T", help="technology: a shipped name or a file")
    add("--power", metavar="P", help="power intent: a shipped name or a file")
    add("--objective", choices=["energy", "latency", "edp"], help="what the mapping minimises")
    add("--quantize", choices=["int8", "none"], help="the network as if it were quantised")
    add("--set", type=setting, action="append", default=[], metavar="K=V", help="override one value (repeatable)")
    cores = len(os.sched_getaffinity(0))
    add("-j", "--jobs", type=jobs_argument, default=cores, metavar="N", help="parallel processes; default: the cores")
    add("-o", "--output", type=Path, metavar="DIR", help="folder; default: results/dvfs_DESIGN_NET...")
    add("--no-picture", dest="picture", action="store_false", help="draw nothing")
    parser.add_quiet()
    options = parser.parse_args(argv)
    if options.output is None:
        options.output = default_folder(options)
    if options.output.exists() and not options.output.is_dir():
        raise ScriptError(f"-o {options.output} is not a folder: name another")
    return options
