"""What a sweep has to know about a design, read from the config.yaml that every run leaves."""

import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import yaml

from subvolt_results import ScriptError

_TIME = {"s": 1, "ms": Decimal("1e-3"), "us": Decimal("1e-6"), "ns": Decimal("1e-9"), "ps": Decimal("1e-12")}
_VOLT = {"V": 1, "mV": Decimal("1e-3"), "uV": Decimal("1e-6")}
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


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
    """Of designs without a scaled domain, what is about it is None."""

    scaled_domain: str
    scaled_clock: str
    lowest: Decimal  # volts of the scaled domain
    highest: Decimal
    moving_clocks: tuple  # clocks besides the scaled one that change speed with the scaled voltage
    states: dict  # power domain -> its States
    leaf_gates: dict  # power domain -> whether idle units lose their clock


def load_configuration(text, name="config.yaml"):
    """The document that a run left. Everything stays text in it: OFF is a state, not a truth value."""
    try:
        document = yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise ScriptError(f"{name}{place}: no valid YAML: {error.problem}; run the point again") from error
    except yaml.YAMLError as error:
        raise ScriptError(f"{name}: no valid YAML: {error}; run the point again") from error
    if not isinstance(document, dict):
        raise ScriptError(f"{name}:1:1: expected the sections of a configuration; run the point again")
    return document


def _follows(domains, name, scaled):
    """Whether a rail's voltage moves when the scaled one does."""
    while name:
        if name == scaled:
            return True
        name = domains[name].get("tracks", "")
    return False


def _scaled(power, technology):
    """(domain, clock, lowest, highest, moving clocks) of what a voltage sweep moves."""
    domains, clocks = power["voltage_domains"], power["clock_domains"]
    scaled, clock = power["scaled_domain"], power["scaled_clock"]
    process = domains[scaled]["process"]
    if process == "external":
        raise ScriptError(
            f"power.scaled_domain: {scaled} is an external supply, and no technology says which voltages it may "
            "have: name a rail on the chip, as --set power.scaled_domain=NAME"
        )
    curves = technology[process]
    lowest = quantity(curves["minimum_voltage"]["value"], _VOLT)
    if "minimum" in domains[scaled]:
        lowest = max(lowest, quantity(domains[scaled]["minimum"], _VOLT))

    def moves(name):
        rails = [clocks[name]["voltage_domain"], *clocks[name].get("also_limited_by", [])]
        return "frequency" not in clocks[name] and any(_follows(domains, rail, scaled) for rail in rails)

    highest = quantity(curves["maximum_voltage"]["value"], _VOLT)
    return scaled, clock, lowest, highest, tuple(n for n in clocks if n != clock and moves(n))


def read_design(config_yaml, name="config.yaml", to_sweep=True):
    """`config_yaml`: text. Without a scaled domain there is nothing `to_sweep`, which is an error then."""
    document = load_configuration(config_yaml, name)
    try:
        power, technology = document["power"], document["technology"]
        if power.get("scaled_domain") and power.get("scaled_clock"):
            scaled = _scaled(power, technology)
        elif to_sweep:
            rails, clocks = ", ".join(power["voltage_domains"]), ", ".join(power["clock_domains"])
            raise ScriptError(
                "the power intent names no scaled_domain and scaled_clock, so there is nothing to sweep: add "
                f"--set power.scaled_domain=RAIL --set power.scaled_clock=CLOCK (rails {rails}; clocks {clocks})"
            )
        else:
            scaled = (None, None, None, None, ())
        states, leaf_gates = {}, {}
        for domain, described in power["power_domains"].items():
            states[domain] = tuple(
                State(s["state"], *(picoseconds(s[k]) for k in ("min_residency", "entry_latency", "exit_latency")))
                for s in described.get("states") or []
            )
            leaf_gates[domain] = described.get("gate_idle_units", "true") == "true"
    except (KeyError, TypeError, AttributeError) as error:
        raise ScriptError(f"{name}: not the configuration of a run: {error!r}; run the point again") from error
    return Design(*scaled, states=states, leaf_gates=leaf_gates)


def named_documents(point, result):
    """Power intent and technology as files or shipped names, for pricing. A result has their names only; where a
    design file names files beside it, those are meant."""
    found = result["design_point"]
    named = {"power": found["power_intent"], "technology": found["technology"]}
    design = Path(point.design)
    if design.is_file():
        section = load_configuration(design.read_text(encoding="utf-8"), design).get("design", {})
        for document in named:
            beside = design.parent / section.get(document, "")
            if beside.is_file():
                named[document] = str(beside)
    for setting in point.sets:
        key, _, value = setting.partition("=")
        if key in ("design.power", "design.technology"):
            named[key.split(".")[1]] = value
    return {document: point.options.get(document) or name for document, name in named.items()}
