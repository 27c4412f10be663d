"""Who spends the energy of a result: parts that add up to the total.

A memory outside the NPU is a part of its own under the name that it has in the SoC, its controller included; the NPU
includes its buffers.
"""

from dataclasses import dataclass

# Causes of energy as results name them, in the order in which tables show them.
CAUSES = (
    "switching",
    "clock_tree",
    "leakage",
    "retention",
    "transition",
    "background",
    "refresh",
    "io",
    "supply_loss",
)
STANDBY = ("leakage", "retention", "background", "refresh")  # what time alone costs
ACCELERATOR_KINDS = ("npu", "dot_product", "row_stationary", "subtile", "vector_dsp")
ON_CHIP_KINDS = ("sram", "nvm")
PRICED_BY_THEMSELVES = ("background", "refresh", "io")  # memory devices book these, and what has gates leaks besides


@dataclass(frozen=True)
class Split:
    """Joules; npu + memories + other + regulators is the total, and so is the sum of the causes."""

    npu: float
    memories: dict  # name -> joules
    on_chip: dict  # name of a memory -> whether it is on the chip
    memory_access: dict  # name -> joules of it for what it was asked to do
    memory_standby: dict  # name -> joules of it that time alone costs
    other: float  # host, bus, power manager
    regulators: float
    causes: dict  # cause -> joules

    @property
    def total(self):
        return self.npu + sum(self.memories.values()) + self.other + self.regulators

    def of_causes(self, causes):
        return sum(self.causes.get(cause, 0.0) for cause in causes)


def _is_device(component):
    energy = component["energy_J"]
    return any(cause in energy for cause in PRICED_BY_THEMSELVES) and "leakage" not in energy


def _memories(result):
    """{name: whether it is on the chip} of the memories outside the NPU."""
    found = {}
    for component in result["components"]:
        name = component["name"]
        if "." not in name and component["kind"] in ON_CHIP_KINDS:
            found[name] = True
        elif "." not in name and _is_device(component):
            found[name] = False
    return found


def split(result):
    on_chip = _memories(result)
    npus = {c["name"] for c in result["components"] if c["kind"] in ACCELERATOR_KINDS}
    memories, access, standby = (dict.fromkeys(on_chip, 0.0) for _ in range(3))
    npu = other = regulators = 0.0
    causes = {}
    for component in result["components"]:
        top = component["name"].split(".")[0]
        for cause, joules in component["energy_J"].items():
            causes[cause] = causes.get(cause, 0.0) + joules
            if component["kind"] == "supply":
                regulators += joules
            elif top in npus:
                npu += joules
            elif top in memories:
                memories[top] += joules
                (standby if cause in STANDBY else access)[top] += joules  # a difference could end below zero
            else:
                other += joules
    return Split(npu, memories, on_chip, access, standby, other, regulators, causes)


@dataclass(frozen=True)
class ChipAndDevices:
    """Joules; dynamic + leakage + devices + regulators is the total. Leakage is all that time costs on the chip, with
    what is never off. Devices are memories with prices of their own,
    whether a DRAM, a flash or an MRAM, by name; their controllers belong to the chip."""

    dynamic: float
    leakage: float
    devices: dict
    regulators: float


def chip_and_devices(result):
    dynamic = leakage = regulators = 0.0
    devices = {}
    for component in result["components"]:
        energy = component["energy_J"]
        if component["kind"] == "supply":
            regulators += sum(energy.values())
        elif _is_device(component):
            devices[component["name"]] = sum(energy.values())
        else:
            leakage += sum(joules for cause, joules in energy.items() if cause in STANDBY)
            dynamic += sum(joules for cause, joules in energy.items() if cause not in STANDBY)
    return ChipAndDevices(dynamic, leakage, devices, regulators)


def on_rail(result, domain):
    """Joules delivered on one rail, without its regulator's loss."""
    return sum(a["energy_J"] for a in result["accounts"] if a["domain"] == domain and a["cause"] != "supply_loss")


def union(lists):
    """All names, in the order in which they first appear."""
    return list(dict.fromkeys(name for names in lists for name in names))


def causes_of(splits):
    """Causes that any of them has, in the order of tables."""
    present = union(s.causes for s in splits)
    return [c for c in CAUSES if c in present] + [c for c in present if c not in CAUSES]
