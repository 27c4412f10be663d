"""The command line of sweep_dvfs.py: options of its own, and those of `subvolt dvfs`, which go there as they are."""

import argparse
import re
from decimal import Decimal, InvalidOperation
from pathlib import Path

from script_main import Arguments
from subvolt_results import ScriptError

DEFAULT_STEP = Decimal("0.05")
MOST_POINTS = 1000  # of the program
IDLE = "as_written,clock_gated,power_gated"

_NOTES = """\
All other options are those of `subvolt dvfs` (subvolt dvfs --help), which finds
the points and prices them; this script draws its dvfs.json.
Exit codes: 0 fine, infeasible voltages of the default range included; 1 no
point meets --fps; 2 bad usage or configuration, or a voltage that was asked for
is infeasible."""


def _voltage(text):
    match = re.fullmatch(r"\s*([0-9.]+)\s*(mV|V)?\s*", text)
    try:
        value = Decimal(match.group(1)) if match else Decimal(0)
    except InvalidOperation:
        value = Decimal(0)
    if match and match.group(2) == "mV":
        value /= 1000
    if not value > 0:
        raise argparse.ArgumentTypeError(f"expected a voltage above 0 V such as 0.5 or 0.5V or 500mV, got {text!r}")
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


def _display_name(name):
    path = Path(name)
    return path.stem if path.suffix in (".yaml", ".yml") else path.name


def _folder(options, others):
    """results/dvfs_edge_npu_kws_ds_cnn, with what else tells sweeps apart."""
    parts = [_display_name(options.design), *(_display_name(word) for word in others if not word.startswith("-"))]
    parts += [options.frequency] if options.frequency else []
    return Path("results") / re.sub(r"[^A-Za-z0-9_.=-]", "_", "_".join(["dvfs", *parts]))


def _program_arguments(options, others):
    words = [options.design, *others]
    clock = f",{options.frequency}" if options.frequency else ""
    if options.voltages:
        words += [f"--points={v.normalize():f}V{clock}" for v in options.voltages]
    elif clock:
        words += [f"--points=..{clock}"]
    if options.fps:
        words += ["--rate", options.fps]
        words += [] if any(word.startswith("--idle") for word in others) else ["--idle", IDLE]
    return ["--quiet", *words] if options.quiet else words


def parse(argv):
    parser = Arguments(
        "sweep_dvfs.py", "Energy, latency and power of a design over the voltage of its scaled domain.", _NOTES
    )
    add = parser.add_argument
    add("design", metavar="DESIGN", help="a design or a SoC: a shipped name or a file")
    add(
        "--voltages",
        type=parse_voltages,
        metavar="V",
        help="FIRST:LAST[:STEP] or a list, in volts; default: all that the technology allows, in steps of 0.05 V",
    )
    add("--frequency", metavar="F", help="the scaled clock, the same at every voltage (50MHz)")
    add("--fps", metavar="N", help="frames per second to meet with least energy")
    add("-o", "--output", type=Path, metavar="DIR", help="folder; default: results/dvfs_DESIGN_NET...")
    add("--no-picture", dest="picture", action="store_false", help="draw nothing")
    parser.add_quiet()
    options, others = parser.parse_known_args(argv)
    if options.output is None:
        options.output = _folder(options, others)
    if options.output.exists() and not options.output.is_dir():
        raise ScriptError(f"-o {options.output} is not a folder: name another")
    options.program = _program_arguments(options, others)
    return options
