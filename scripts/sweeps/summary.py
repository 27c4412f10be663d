"""The facts of a finished point: what the table, the CSV, the JSON and the picture show. Energies are of one
inference."""

from dataclasses import dataclass

from energy_split import split
from subvolt_results import inferences

# What a point's energy is split into in the picture; the parts add up to the total.
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
    values: list  # on each axis, as text
    sets: tuple
    command: str
    design_point: dict
    totals: dict  # of the run
    batch: int  # inferences of the run
    energy_J: float
    memories: dict  # memory -> joules, its controller included
    parts: dict  # of PARTS -> joules
    causes: dict  # cause -> joules
    duties: list

    def share(self, joules):
        return joules / self.energy_J if self.energy_J > 0 else 0.0


def summarise(finished, values, duties):
    result = finished.result
    energy, batch = split(result), inferences(result)
    memories, access, standby = energy.memories, energy.memory_access, energy.memory_standby
    on_chip = sum(memories[name] for name, on_chip in energy.on_chip.items() if on_chip)
    accesses = sum(access[name] for name, on_chip in energy.on_chip.items() if not on_chip)
    waiting = sum(standby[name] for name, on_chip in energy.on_chip.items() if not on_chip)
    joules = (energy.npu, on_chip, accesses, waiting, energy.other, energy.regulators)
    return Summary(
        name=finished.point.name,
        values=values,
        sets=finished.point.sets,
        command=result["provenance"]["command"],
        design_point=result["design_point"],
        totals=result["totals"],
        batch=batch,
        energy_J=result["totals"]["energy_J"] / batch,
        memories={name: j / batch for name, j in energy.memories.items()},
        parts={part: j / batch for part, j in zip(PARTS, joules)},
        causes={cause: j / batch for cause, j in energy.causes.items()},
        duties=duties,
    )
