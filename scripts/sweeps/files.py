"""A sweep as files for programs: sweep.csv, a row per point, and sweep.json."""

from energy_split import causes_of, union
from sweeps.plan import quantity

SCHEMA_VERSION = "2.0"
_NAMES = ("soc", "power_intent", "technology", "network", "operating_point", "objective", "quantize")


def heading(axis):
    """The column of an axis, its unit behind its key."""
    return f"{axis.key}_{axis.unit}" if axis.unit else axis.key


def _axis_columns(plan, name):
    """Its values; without the unit that the heading has."""
    values = zip(plan.axes, plan.values[name])
    return {heading(a): quantity(text)[0] if a.unit else text for a, text in values if a.key not in _NAMES}


def rows(plan, summaries, failures):
    """A dictionary for each point of the plan, all with the same keys in the same order. Energies are of one inference:
    those of NPU, memories, rest and regulators add up to energy_J; so do the causes."""
    memories, causes = union(s.memories for s in summaries), causes_of(summaries)
    found = {s.name: _finished(s, memories, causes, plan) for s in summaries}
    found |= {f.point.name: _unfinished(f, plan) for f in failures}
    ordered = [found[point.name] for point in plan.points if point.name in found]
    return [{key: row.get(key, "") for key in union(ordered)} for row in ordered]


def _finished(s, memories, causes, plan):
    point, totals = s.design_point, s.totals
    row = {"point": s.name, "status": "finished", "reason": ""} | _axis_columns(plan, s.name)
    row |= {k: point[k] for k in _NAMES}
    row |= {"set": "; ".join(s.sets), "batch": s.batch, "latency_s": totals["latency_s"]}
    row |= {"energy_J": s.energy_J}
    row |= {k: totals.get(k, "") for k in ("average_power_W", "peak_power_W", "tops_per_W", "utilization")}
    row |= {"off_chip_read_B": totals["dram_read_B"] / s.batch, "off_chip_write_B": totals["dram_write_B"] / s.batch}
    row["estimated_energy_share"] = totals["estimated_energy_share"]
    row["npu_J"] = s.parts["NPU"]
    row |= {f"memory_{m}_J": s.memories.get(m, 0.0) for m in memories}
    row |= {"other_J": s.parts["host, bus, other"], "regulators_J": s.parts["regulators"]}
    row |= {f"cause_{c}_J": s.causes.get(c, 0.0) for c in causes}
    for d in s.duties:
        at = f"at_{d.rate:g}_per_s"
        row[f"power_{at}_W"] = d.power_W if d.met else ""
        row[f"idle_J_{at}"] = d.idle_J if d.met else ""
    return row


def _unfinished(failure, plan):
    row = {"point": failure.point.name, "status": failure.status, "reason": failure.reason}
    row |= _axis_columns(plan, failure.point.name)
    return row | {"set": "; ".join(failure.point.sets)}


def document(plan, summaries, failures):
    """What sweep.json holds."""
    return {
        "schema_version": SCHEMA_VERSION,
        "title": plan.title,
        "axes": [{"key": axis.key, "unit": axis.unit} for axis in plan.axes],
        "points": [_point(s) for s in summaries],
        "failed": [
            {
                "name": f.point.name,
                "status": f.status,
                "values": plan.values[f.point.name],
                "message": f.message,
                "exit_code": f.exit_code,
            }
            for f in failures
        ],
    }


def _point(s):
    return {
        "name": s.name,
        "values": s.values,
        "command": s.command,
        "design_point": s.design_point,
        "totals": s.totals,
        "energy_per_inference_J": {
            "total": s.energy_J,
            "by_memory": s.memories,
            "by_part": s.parts,
            "by_cause": s.causes,
        },
        "duty": [
            {
                "rate_per_s": d.rate,
                "met": d.met,
                "idle_s": d.idle_s if d.met else None,
                "idle_energy_J": d.idle_J if d.met else None,
                "average_power_W": d.power_W if d.met else None,
            }
            for d in s.duties
        ],
    }
