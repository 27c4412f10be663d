"""What a sweep has to know about a design, read from the config.yaml that every run leaves."""

import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import yaml

from points.point import Point
from subvolt_results import ScriptError

_VOLT = {"V": 1, "mV": Decimal("1e-3"), "uV": Decimal("1e-6")}
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def quantity(text, units):
    """ "0.5 us" in SI. The program has checked the text and always writes the unit."""
    match = re.fullmatch(r"([-+0-9.eE]+) ?([A-Za-z]+)", text)
    if not match or match.group(2) not in units:
        raise ScriptError(f"config.yaml: expected a quantity in {', '.join(units)}, got {text!r}")
    return Decimal(match.group(1)) * units[match.group(2)]


@dataclass(frozen=True)
class Design:
    scaled_domain: str
    scaled_clock: str
    lowest: Decimal  # volts of the scaled domain
    highest: Decimal
    moving_clocks: tuple  # clocks besides the scaled one that change speed with the scaled voltage
    states: dict  # power domain -> names of the states that it lists


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


def _devices_on(rail, process, power, technology):
    """What the rail feeds: the devices that the power domains on it are made of, complete with what flavours inherit."""

    def supply_of(domain):
        return (domain.get("rails") or {}).get("array", domain["supply"]) if process == "sram" else domain["supply"]

    domains = [domain for domain in power["power_domains"].values() if supply_of(domain) == rail]
    names = {(domain.get("devices") or {}).get(process, process) for domain in domains} or {process}
    described = [technology["devices"][name] for name in sorted(names)]
    return [{**technology["devices"].get(device.get("flavour_of"), {}), **device} for device in described]


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
    devices = _devices_on(scaled, process, power, technology)
    lowest = max(quantity(device["minimum_voltage"]["value"], _VOLT) for device in devices)
    if "minimum" in domains[scaled]:
        lowest = max(lowest, quantity(domains[scaled]["minimum"], _VOLT))

    def moves(name):
        rails = [clocks[name]["voltage_domain"], *clocks[name].get("also_limited_by", [])]
        return "frequency" not in clocks[name] and any(_follows(domains, rail, scaled) for rail in rails)

    highest = min(quantity(device["maximum_voltage"]["value"], _VOLT) for device in devices)
    return scaled, clock, lowest, highest, tuple(n for n in clocks if n != clock and moves(n))


def read_design(config_yaml, name="config.yaml"):
    """`config_yaml`: text. Without a scaled domain there is nothing to sweep, which is an error."""
    document = load_configuration(config_yaml, name)
    try:
        power, technology = document["power"], document["technology"]
        if not (power.get("scaled_domain") and power.get("scaled_clock")):
            rails, clocks = ", ".join(power["voltage_domains"]), ", ".join(power["clock_domains"])
            raise ScriptError(
                "the power intent names no scaled_domain and scaled_clock, so there is nothing to sweep: add "
                f"--set power.scaled_domain=RAIL --set power.scaled_clock=CLOCK (rails {rails}; clocks {clocks})"
            )
        scaled = _scaled(power, technology)
        states = {
            domain: tuple(s["state"] for s in described.get("states") or [])
            for domain, described in power["power_domains"].items()
        }
    except (KeyError, TypeError, AttributeError) as error:
        raise ScriptError(f"{name}: not the configuration of a run: {error!r}; run the point again") from error
    return Design(*scaled, states)


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


def price_arguments(point, result, opp):
    """Options of `price` that stand for those of the run."""
    named = named_documents(point, result)
    words = ["--technology", named["technology"], "--power", named["power"]]
    if opp:
        words += ["--opp", opp]
    return words + Point.set_arguments(point.electrical_sets())
