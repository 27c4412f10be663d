"""The points of a sweep side by side: lines of 80 columns, CSV and JSON."""

import pandas as pd

from compare_results import wrap
from subvolt_results import CAUSES, engineering

WIDTH = 80
LABEL = 20
GAP = 1
LEAST_COLUMN = 14
MOST_COLUMN = 20
SCHEMA_VERSION = "1.0"
MOST_COMPARED = 4  # points side by side in one table; more become a list, a line each


def union(lists):
    """All names, in the order in which they first appear."""
    return list(dict.fromkeys(name for names in lists for name in names))


def causes_of(summaries):
    present = union(s.causes for s in summaries)
    return [c for c in CAUSES if c in present] + [c for c in present if c not in CAUSES]


def off_chip_B(summary):
    return summary.totals["dram_read_B"], summary.totals["dram_write_B"]


def _bytes(count):
    for unit, size in (("MiB", 2**20), ("KiB", 2**10)):
        if count >= size:
            return f"{count / size:.4g} {unit}"
    return f"{count} B"


def _share(summary, joules):
    """Energy and its part of the whole, in 14 characters."""
    if joules is None:
        return "-"
    return f"{engineering(joules, 'J')} {100 * summary.share(joules):3.0f}%"


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
    rows += [
        row("latency", lambda s: engineering(s.totals["latency_s"], "s", 4)),
        row("energy/inference", lambda s: engineering(s.totals["energy_J"], "J", 4)),
        row("average power", lambda s: engineering(s.totals["average_power_W"], "W", 4)),
        row("TOPS/W", lambda s: f"{s.totals['tops_per_W']:.4g}"),
        row("off-chip read", lambda s: _bytes(off_chip_B(s)[0])),
        row("off-chip written", lambda s: _bytes(off_chip_B(s)[1])),
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
        wrapped = [wrap(text, width) if len(text) > width else [text] for text in texts]
        for i in range(max(map(len, wrapped))):
            line = "".join((w[i] if i < len(w) else "").rjust(width + GAP) for w in wrapped)
            yield ((label if i == 0 else "").ljust(LABEL) + line).rstrip()

    lines = list(cells("", [s.name for s in summaries]))
    for label, texts in _rows(summaries):
        lines += cells(label, texts) if label else ["-" * full]
    return "\n".join(lines)


def comparison(summaries):
    """Columns of points; as many tables below one another as that takes."""
    return "\n\n".join(
        _block(summaries[i : i + MOST_COMPARED]) for i in range(0, len(summaries), MOST_COMPARED)
    )


def listing(summaries):
    """A line per point, for sweeps with many."""
    names = [wrap(s.name, 26) for s in summaries]
    head = f"{'':<26}{'latency':>11}{'energy':>11}{'TOPS/W':>9}{'NPU':>7}{'memory':>8}{'standby':>8}"
    lines = [head, "-" * len(head)]
    for s, name in zip(summaries, names):
        memory = s.parts["on-chip memory"] + s.parts["off-chip access"] + s.parts["off-chip standby"]
        standby = sum(s.causes.get(c, 0.0) for c in ("leakage", "retention", "background", "refresh"))
        lines.append(
            f"{name[0]:<26}{engineering(s.totals['latency_s'], 's', 4):>11}"
            f"{engineering(s.totals['energy_J'], 'J', 4):>11}{s.totals['tops_per_W']:>9.4g}"
            f"{100 * s.share(s.parts['NPU']):>5.0f} %{100 * s.share(memory):>6.0f} %{100 * s.share(standby):>6.0f} %"
        )
        lines += [f"  {rest}" for rest in name[1:]]
    return "\n".join(lines)


def lines(summaries):
    return comparison(summaries) if len(summaries) <= 2 * MOST_COMPARED else listing(summaries)


def frame(summaries):
    """One row per point. The energies of NPU, memories, rest and regulators add up to energy_J; so do the causes."""
    memories, causes = union(s.memories for s in summaries), causes_of(summaries)
    rows = []
    for s in summaries:
        point, totals = s.design_point, s.totals
        read, written = off_chip_B(s)
        row = {"point": s.name}
        row |= {k: point[k] for k in ("soc", "power_intent", "technology", "network", "operating_point", "objective")}
        row["set"] = "; ".join(s.finished.point.sets)
        keys = ("latency_s", "energy_J", "average_power_W", "peak_power_W", "tops_per_W", "utilization")
        row |= {k: totals[k] for k in keys}
        row |= {"off_chip_read_B": read, "off_chip_write_B": written}
        row["estimated_energy_share"] = totals["estimated_energy_share"]
        row["npu_J"] = s.parts["NPU"]
        row |= {f"memory_{m}_J": s.memories.get(m, 0.0) for m in memories}
        row |= {"other_J": s.parts["host, bus, other"], "regulators_J": s.parts["regulators"]}
        row |= {f"cause_{c}_J": s.causes.get(c, 0.0) for c in causes}
        for d in s.duties:
            row[f"power_at_{d.rate:g}_per_s_W"] = d.power_W if d.met else None
            row[f"idle_J_at_{d.rate:g}_per_s"] = d.idle_J if d.met else None
        rows.append(row)
    return pd.DataFrame(rows)


def csv(summaries):
    """Floats with all their digits: the table is read by programs."""
    return frame(summaries).to_csv(index=False, lineterminator="\n", float_format=repr)


def document(plan, summaries, failed):
    """What sweep.json holds."""
    return {
        "schema_version": SCHEMA_VERSION,
        "title": plan.title,
        "points": [
            {
                "name": s.name,
                "command": s.finished.result["provenance"]["command"],
                "design_point": s.design_point,
                "totals": s.totals,
                "energy_J": {
                    "by_memory": s.memories,
                    "by_part": s.parts,
                    "by_cause": s.causes,
                },
                "duty": [
                    {
                        "rate_per_s": d.rate,
                        "met": d.met,
                        "idle_s": d.idle_s,
                        "idle_energy_J": d.idle_J if d.met else None,
                        "average_power_W": d.power_W if d.met else None,
                        "idle_states": d.states,
                    }
                    for d in s.duties
                ],
            }
            for s in summaries
        ],
        "failed": [{"name": point.name, "message": message} for point, message, _ in failed],
    }
