"""The facts of a finished point: what the table, the CSV, the JSON and the plot show."""

from dataclasses import dataclass

from subvolt_results import energy_by_cause

ON_CHIP_KINDS = ("sram", "nvm")  # memories on the chip; their energy is told apart from that of memories outside
STANDBY = ("background", "refresh", "leakage", "retention")

# What a point's energy is split into in the plot; the parts add up to the total.
PARTS = (
    "NPU",
    "on-chip memory",
    "off-chip access",
    "off-chip standby",
    "host, bus, other",
    "regulators",
)


@dataclass(frozen=True)
class Summary:
    name: str
    finished: object  # runner.Finished
    memories: dict  # memory -> joules, its controller included
    parts: dict  # of PARTS -> joules
    causes: dict  # cause -> joules
    duties: list

    @property
    def totals(self):
        return self.finished.result["totals"]

    @property
    def design_point(self):
        return self.finished.result["design_point"]

    def share(self, joules):
        return joules / self.totals["energy_J"] if self.totals["energy_J"] > 0 else 0.0


def _memories(result):
    """{name: whether it is on the chip} of the memories outside the NPU."""
    found = {}
    for component in result["components"]:
        name = component["name"]
        if "." not in name and component["kind"] in ON_CHIP_KINDS:
            found[name] = True
        elif "." not in name and "background" in component["energy_J"]:
            found[name] = False
    return found


def summarise(finished, duties):
    result = finished.result
    memories = _memories(result)
    npus = {c["name"] for c in result["components"] if c["kind"] == "npu"}
    by_memory = dict.fromkeys(memories, 0.0)
    parts = dict.fromkeys(PARTS, 0.0)
    for component in result["components"]:
        top = component["name"].split(".")[0]
        for cause, joules in component["energy_J"].items():
            if component["kind"] == "supply":
                parts["regulators"] += joules
            elif top in npus:
                parts["NPU"] += joules
            elif top not in memories:
                parts["host, bus, other"] += joules
            else:
                by_memory[top] += joules
                if memories[top]:
                    parts["on-chip memory"] += joules
                else:
                    parts["off-chip standby" if cause in STANDBY else "off-chip access"] += joules
    return Summary(finished.point.name, finished, by_memory, parts, energy_by_cause(result), duties)
