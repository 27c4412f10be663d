"""What a sweep has to know about a design, read from the config.yaml that every run leaves."""

import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import yaml

from subvolt_results import ScriptError

_TIME = {"s": 1, "ms": Decimal("1e-3"), "us": Decimal("1e-6"), "ns": Decimal("1e-9"), "ps": Decimal("1e-12")}
_VOLT = {"V": 1, "mV": Decimal("1e-3"), "uV": Decimal("1e-6")}


def quantity(text, units):
    """ "0.5 us" in SI. The program has checked the text and always writes the unit."""
    match = re.fullmatch(r"([-+0-9.eE]+) ?([A-Za-z]+)", text)
    if not match or match.group(2) not in units:
        raise ScriptError(f"config.yaml: expected a quantity in {', '.join(units)}, got {text!r}")
    return Decimal(match.group(1)) * units[match.group(2)]


def picoseconds(text):
    return int((quantity(text, _TIME) * 10**12).to_integral_value())


@dataclass(frozen=True)
class State:
    """A power state that a domain may take, times in picoseconds."""

    name: str
    min_residency_ps: int
    entry_ps: int
    exit_ps: int


@dataclass(frozen=True)
class Design:
    scaled_domain: str
    scaled_clock: str
    lowest: Decimal  # volts of the scaled domain
    highest: Decimal
    moving_clocks: tuple  # clocks besides the scaled one that change speed with the scaled voltage
    states: dict  # power domain -> its States
    leaf_gates: dict  # power domain -> whether idle units lose their clock


def _follows(domains, name, scaled):
    """Whether a rail's voltage moves when the scaled one does."""
    while name:
        if name == scaled:
            return True
        name = domains[name].get("tracks", "")
    return False


def read_design(config_yaml):
    """`config_yaml`: text. Everything stays text in it: OFF is a state, not a truth value."""
    document = yaml.load(config_yaml, Loader=yaml.BaseLoader)
    power, technology = document["power"], document["technology"]
    domains, clocks = power["voltage_domains"], power["clock_domains"]
    scaled = power.get("scaled_domain", "")
    clock = power.get("scaled_clock", "")
    if not scaled or not clock:
        raise ScriptError("the power intent names no scaled_domain and scaled_clock: there is nothing to sweep")
    process = domains[scaled]["process"]
    if process == "external":
        raise ScriptError(f"{scaled} is an external supply: no technology says which voltages it may have")
    curves = technology[process]
    lowest = quantity(curves["minimum_voltage"]["value"], _VOLT)
    if "minimum" in domains[scaled]:
        lowest = max(lowest, quantity(domains[scaled]["minimum"], _VOLT))

    def moves(name):
        rails = [clocks[name]["voltage_domain"], *clocks[name].get("also_limited_by", [])]
        return "frequency" not in clocks[name] and any(_follows(domains, rail, scaled) for rail in rails)

    states, leaf_gates = {}, {}
    for name, domain in power["power_domains"].items():
        states[name] = tuple(
            State(s["state"], *(picoseconds(s[k]) for k in ("min_residency", "entry_latency", "exit_latency")))
            for s in domain.get("states") or []
        )
        leaf_gates[name] = domain.get("gate_idle_units", "true") == "true"
    return Design(
        scaled_domain=scaled,
        scaled_clock=clock,
        lowest=lowest,
        highest=quantity(curves["maximum_voltage"]["value"], _VOLT),
        moving_clocks=tuple(n for n in clocks if n != clock and moves(n)),
        states=states,
        leaf_gates=leaf_gates,
    )


def named_documents(options, result):
    """Power intent and technology as files or shipped names, for pricing. A result has their names only; where a
    design file names files beside it, those are meant."""
    point = result["design_point"]
    named = {"power": point["power_intent"], "technology": point["technology"]}
    design = Path(options.design)
    if design.is_file():
        section = yaml.load(design.read_text(encoding="utf-8"), Loader=yaml.BaseLoader).get("design", {})
        for document in named:
            beside = design.parent / section.get(document, "")
            if beside.is_file():
                named[document] = str(beside)
    for setting in options.set:
        key, _, value = setting.partition("=")
        if key in ("design.power", "design.technology"):
            named[key.split(".")[1]] = value
    return {document: getattr(options, document) or name for document, name in named.items()}
