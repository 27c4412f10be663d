#!/usr/bin/env python3
"""A comparison table of several results, one column each, on stdout."""

import sys

from energy_split import split, union
from script_main import WIDTH, Arguments, script_main
from subvolt_results import ScriptError, engineering, inferences, read_result
from text_tables import share, wrap

LABEL = 19
GAP = 1
LEAST_COLUMN = 14
MOST_COLUMN = 22


def clocked_domain(result):
    """The NPU's supply and clock: the first domain with a clock, as the power intents list it first."""
    for domain in result["design_point"]["domains"].values():
        if "frequency_Hz" in domain:
            return domain
    raise ScriptError("a result without any clock")


def column(result, memories, batches):
    """(label, text) of one result; an empty text draws a rule. `memories`: those that any of the results has;
    `batches`: whether any of them ran several inferences at once."""
    point, totals = result["design_point"], result["totals"]
    domain = clocked_domain(result)
    energy, number = split(result), inferences(result)
    total = totals["energy_J"] / number

    def part(joules):
        return "-" if joules is None else share(joules / number, total)

    return [
        ("network", point["network"]),
        ("SoC, technology", f"{point['soc']} {point['technology']}"),
        ("operating point", point["operating_point"]),
        ("NPU supply", engineering(domain["voltage_V"], "V")),
        ("NPU clock", engineering(domain["frequency_Hz"], "Hz")),
        ("", ""),
        *([("inferences per run", str(number))] if batches else []),
        ("latency", engineering(totals["latency_s"], "s", 4)),
        ("energy/inference", engineering(total, "J", 4)),
        ("average power", engineering(totals["average_power_W"], "W", 4)),
        ("peak power", engineering(totals["peak_power_W"], "W", 4) if "peak_power_W" in totals else "not known"),
        ("TOPS/W", f"{totals['tops_per_W']:.4g}"),
        ("array utilisation", f"{100 * totals['utilization']:.1f} %"),
        ("", ""),
        ("NPU", part(energy.npu)),
        *((name, part(energy.memories.get(name))) for name in memories),
        ("host, bus, other", part(energy.other)),
        ("regulators", part(energy.regulators)),
        ("", ""),
        ("of it leakage", part(energy.of_causes(("leakage", "retention")))),
        ("of it standby", part(energy.of_causes(("background", "refresh")))),
        ("on estimates", f"{100 * totals['estimated_energy_share']:.0f} %"),
    ]


def table(results):
    """Lines of at most WIDTH characters; as many tables below one another as that takes."""
    most = (WIDTH - LABEL) // (LEAST_COLUMN + GAP)
    memories = union(split(r).memories for r in results)
    batches = any(inferences(r) != 1 for r in results)
    columns = [column(r, memories, batches) for r in results]
    return "\n\n".join(block(columns[i : i + most]) for i in range(0, len(columns), most))


def block(columns):
    width = min(MOST_COLUMN, (WIDTH - LABEL) // len(columns) - GAP)
    lines = []
    for cells in zip(*columns):
        label = cells[0][0]
        if not label:
            lines.append("-" * (LABEL + (width + GAP) * len(columns)))
            continue
        heads = wrap(label, LABEL - 1)
        wrapped = [wrap(text, width) if len(text) > width else [text] for _, text in cells]
        for line in range(max(map(len, [heads, *wrapped]))):
            head, *texts = [w[line] if line < len(w) else "" for w in [heads, *wrapped]]
            lines.append(head.ljust(LABEL) + "".join(t.rjust(width + GAP) for t in texts))
    return "\n".join(line.rstrip() for line in lines)


def run(options):
    results = []
    for named in options.results:
        results.append(read_result(named))
        try:
            column(results[-1], [], False)
        except (KeyError, TypeError, AttributeError) as error:
            raise ScriptError(f"{named}: not the result of a run: {error!r} is missing or wrong; run it again") from error
    print(table(results))


def arguments(argv=None):
    parser = Arguments("compare_results.py", "Compares results, one column each.")
    parser.add_argument("results", nargs="+", metavar="FOLDER", help="folders of runs, or their result.json")
    parser.add_quiet()
    return parser.parse_args(argv)


def main(argv=None):
    return script_main(run, lambda: arguments(argv))


if __name__ == "__main__":
    sys.exit(main())
