"""The points of a sweep side by side: lines of 80 columns."""

from energy_split import STANDBY, causes_of, union
from script_main import WIDTH
from subvolt_results import engineering
from text_tables import share, wrap

LABEL = 20
GAP = 1
LEAST_COLUMN = 14
MOST_COLUMN = 20
MOST_COMPARED = 4  # points side by side in one table
MOST_TABLES = 2  # of those; more points become a list, a line each
LISTED = 26


def _bytes(count):
    for unit, size in (("MiB", 2**20), ("KiB", 2**10)):
        if count >= size:
            return f"{count / size:.4g} {unit}"
    return f"{count:.4g} B"


def _share(summary, joules):
    return "-" if joules is None else share(joules, summary.energy_J)


def _duty(duty):
    return f"{engineering(duty.power_W, 'W')}" if duty.met else "too slow"


def _rows(summaries):
    """(label, [text of each point]); an empty label draws a rule."""

    def row(label, text):
        return label, [text(s) for s in summaries]

    def same(key):
        return len({s.design_point[key] for s in summaries}) == 1

    rows = [("", [])]
    rows += [row(k, lambda s, k=k: s.design_point[k]) for k in ("soc", "technology", "network") if not same(k)]
    if not same("operating_point"):
        rows.append(row("operating point", lambda s: s.design_point["operating_point"]))
    rows += [("", [])] if len(rows) > 1 else []
    if any(s.batch != 1 for s in summaries):
        rows.append(row("inferences per run", lambda s: str(s.batch)))
    rows += [
        row("latency", lambda s: engineering(s.totals["latency_s"], "s", 4)),
        row("energy/inference", lambda s: engineering(s.energy_J, "J", 4)),
        row("average power", lambda s: engineering(s.totals["average_power_W"], "W", 4)),
        row("TOPS/W", lambda s: f"{s.totals['tops_per_W']:.4g}"),
        row("off-chip read", lambda s: _bytes(s.totals["dram_read_B"] / s.batch)),
        row("off-chip written", lambda s: _bytes(s.totals["dram_write_B"] / s.batch)),
        ("", []),
        row("NPU", lambda s: _share(s, s.parts["NPU"])),
    ]
    rows += [row(m, lambda s, m=m: _share(s, s.memories.get(m))) for m in union(s.memories for s in summaries)]
    rows += [row(p, lambda s, p=p: _share(s, s.parts[p])) for p in ("host, bus, other", "regulators")]
    rows.append(("", []))
    rows += [row(c, lambda s, c=c: _share(s, s.causes.get(c))) for c in causes_of(summaries)]
    rows += [("", []), row("on estimates", lambda s: f"{100 * s.totals['estimated_energy_share']:.0f} %")]
    if summaries[0].duties:
        rows.append(("", []))
        for i, duty in enumerate(summaries[0].duties):
            rows.append(row(f"power at {duty.rate:g}/s", lambda s, i=i: _duty(s.duties[i])))
    return rows


def _block(summaries):
    width = max(LEAST_COLUMN, min(MOST_COLUMN, (WIDTH - LABEL) // len(summaries) - GAP))
    full = LABEL + (width + GAP) * len(summaries)

    def cells(label, texts):
        columns = [wrap(label, LABEL - 1)] + [wrap(text, width) if len(text) > width else [text] for text in texts]
        for i in range(max(map(len, columns))):
            head, *rest = [column[i] if i < len(column) else "" for column in columns]
            yield (head.ljust(LABEL) + "".join(text.rjust(width + GAP) for text in rest)).rstrip()

    lines = list(cells("", [s.name for s in summaries]))
    for label, texts in _rows(summaries):
        lines += cells(label, texts) if label else ["-" * full]
    return "\n".join(lines)


def comparison(summaries):
    """Columns of points; as many tables below one another as that takes."""
    return "\n\n".join(_block(summaries[i : i + MOST_COMPARED]) for i in range(0, len(summaries), MOST_COMPARED))


def listing(summaries):
    """A line per point, for sweeps with many."""
    head = f"{'':<{LISTED}}{'latency':>11}{'energy':>11}{'TOPS/W':>9}{'NPU':>7}{'memory':>8}{'standby':>8}"
    lines = [head, "-" * len(head)]
    for s in summaries:
        name, *more = wrap(s.name, LISTED)
        standby = sum(s.causes.get(cause, 0.0) for cause in STANDBY)
        lines.append(
            f"{name:<{LISTED}}{engineering(s.totals['latency_s'], 's', 4):>11}"
            f"{engineering(s.energy_J, 'J', 4):>11}{s.totals['tops_per_W']:>9.4g}"
            f"{100 * s.share(s.parts['NPU']):>5.0f} %{100 * s.share(sum(s.memories.values())):>6.0f} %"
            f"{100 * s.share(standby):>6.0f} %"
        )
        lines += [f"  {rest}" for rest in more]
    return "\n".join(lines)


def lines(summaries):
    few = len(summaries) <= MOST_TABLES * MOST_COMPARED
    return comparison(summaries) if few else listing(summaries)
