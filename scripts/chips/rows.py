"""Rows of a chip's document, and what the terms of its power intent contribute to each.

A row's energy is linear in the constants: each account of a term is its constant times what was counted, so the account
over the constant as it stands is what the constant is the price of.
"""

import json
import re
from pathlib import Path

import yaml
from subvolt_results import ROOT, ScriptError, run_program

ENERGY = re.compile(r"phases\.(\w+)\.energy_above_idle_J")
LAYER = re.compile(r"layers\.\*\.energy_J\.(.+)\.(\w+)")
_FACTORS = {"": 1.0, "k": 1e3, "M": 1e6, "m": 1e-3, "u": 1e-6, "n": 1e-9, "p": 1e-12, "f": 1e-15}


def si(text):
    """397 uJ -> 3.97e-4"""
    match = re.fullmatch(r"\s*([0-9.eE+-]+)\s*([kMmunpf]?)(J|W|V|s|Hz)\s*", str(text))
    if not match:
        raise ScriptError(f'expected a number with its unit, got "{text}"')
    return float(match[1]) * _FACTORS[match[2]]


def document(folder, name):
    path = Path(name) if name.endswith(".yaml") else ROOT / "configs" / folder / f"{name}.yaml"
    try:
        return path, yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ScriptError(f"cannot read {path}: {error.strerror}") from error


class Constant:
    """A number of the YAML: of a term, or of a list of powers that terms share, at one voltage."""

    def __init__(self, term, value, voltage=None):
        self.terms = [term]
        self.value = value
        self.voltage = voltage

    @property
    def name(self):
        return self.terms[0] + (f" at {self.voltage:g} V" if self.voltage else "")


class Model:
    """The terms of a power intent, and the constants that they have."""

    def __init__(self, fitted):
        self.terms = fitted["terms"]
        self.constants = []
        self._of = {}  # (term, voltage or None) -> constant
        lists = {}  # powers that are one list in the YAML are one constant at each voltage
        for name, term in self.terms.items():
            if "energy" in term:
                self._add(name, None, Constant(name, si(term["energy"])))
                continue
            for point in term["powers"]:
                voltage = si(point["voltage"])
                key = (id(term["powers"]), voltage)
                if key in lists:
                    lists[key].terms.append(name)
                    self._of[name, voltage] = lists[key]
                else:
                    lists[key] = Constant(name, si(point["power"]), voltage)
                    self._add(name, voltage, lists[key])

    def _add(self, term, voltage, constant):
        self.constants.append(constant)
        self._of[term, voltage] = constant

    def term_of(self, component, cause):
        """The one that prices events of the component, of that cause."""
        found = [name for name, term in self.terms.items() if term.get("cause", "switching") == cause
                 and any(event.rsplit(".", 1)[0] == component for event in term["events"])]  # fmt: skip
        if len(found) != 1:
            raise ScriptError(f"expected one term with events of {component} and cause {cause}, got {found or 'none'}")
        return found[0]

    def of(self, term, voltage):
        constant = self._of.get((term, None)) or self._of.get((term, voltage))
        if constant is None:
            raise ScriptError(f"{term} has no power at {voltage:g} V, at which a row of use fit is: add one to be fitted")
        return constant


class Row:
    """Of a phase's energy above idle, or of a layer's energies by component and cause, over its time where it is a power."""

    def __init__(self, measurement, row):
        self.network, self.point, self.sets = row.get("network"), row.get("operating_point"), row.get("set", ())
        self.of, self.places, self.per = row.get("of"), measurement["value"], measurement.get("per", [])
        self.published = si(row["published"])
        self.counts = {}  # constant -> what it is the price of

    @property
    def name(self):
        what = self.of or ENERGY.fullmatch(self.places[0])[1]
        return " ".join(str(part) for part in (what, self.network, self.point, *self.sets) if part)

    def add(self, constant, energy):
        self.counts[constant] = self.counts.get(constant, 0.0) + energy / constant.value

    def count(self, result, model, voltage):
        for place in self.places:
            phase, layer = ENERGY.fullmatch(place), LAYER.fullmatch(place)
            if phase:
                for account in result["accounts"]:
                    if account.get("phase") == phase[1]:
                        self.add(model.of(account["account"].split("@")[0].rsplit(".", 1)[1], voltage), account["energy_J"])
            else:
                energy = self.layer(result)["energy_J"][layer[1]][layer[2]]
                self.add(model.of(model.term_of(layer[1], layer[2]), voltage), energy)
        if self.per:
            time = self.layer(result)["latency_s"]
            self.counts = {constant: count / time for constant, count in self.counts.items()}

    def layer(self, result):
        return next(layer for layer in result["layers"] if layer["name"] == self.of)


def can_be_fitted(measurement):
    places, per = measurement["value"], measurement.get("per", [])
    if "less" in measurement:
        return False
    if per:
        return per == ["layers.*.latency_s"] and all(map(LAYER.fullmatch, places))
    return len(places) == 1 and bool(ENERGY.fullmatch(places[0])) or all(map(LAYER.fullmatch, places))


def fit_rows(chip):
    """Rows of use fit of which it is known what each constant is the price of."""
    rows = []
    for measurement in chip["measurements"].values():
        for row in measurement["rows"] if can_be_fitted(measurement) else ():
            if row.get("use", measurement.get("use", "check")) == "fit":
                rows.append(Row(measurement, row))
    if not rows:
        raise ScriptError(
            "the chip's document has no rows of use fit whose value is phases.NAME.energy_above_idle_J, or "
            "layers.*.energy_J.COMPONENT.CAUSE, alone or per layers.*.latency_s"
        )
    return rows


def count(program, design, rows, model, rail, folder):
    """Runs each row's design point once and takes the counts from its accounts."""
    results = {}
    for row in rows:
        words = ["run", design, "--quiet"]
        words += ["--net", row.network] if row.network else []
        words += ["--opp", row.point] if row.point else []
        for item in row.sets:
            words += ["--set", item]
        key = tuple(words)
        if key not in results:
            place = folder / str(len(results))
            run_program(program, *words, "-o", str(place))
            results[key] = json.loads((place / "result.json").read_text(encoding="utf-8"))
        result = results[key]
        voltage = result["design_point"]["domains"][rail]["voltage_V"]
        row.count(result, model, voltage)
