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

    def of(self, term, voltage):
        constant = self._of.get((term, None)) or self._of.get((term, voltage))
        if constant is None:
            raise ScriptError(f"{term} has no power at {voltage:g} V, at which a row of use fit is: add one to be fitted")
        return constant


class Row:
    def __init__(self, measurement, row, phase):
        self.measurement, self.phase = measurement, phase
        self.network, self.point, self.sets = row.get("network"), row.get("operating_point"), row.get("set", ())
        self.published = si(row["published"])
        self.counts = {}  # constant -> what it is the price of

    @property
    def name(self):
        return " ".join(str(part) for part in (self.phase, self.network, self.point, *self.sets) if part)


def fit_rows(chip):
    """Rows of use fit whose value is what one phase takes above idle."""
    rows = []
    for name, measurement in chip["measurements"].items():
        match = ENERGY.fullmatch(measurement["value"][0])
        if not match or len(measurement["value"]) > 1 or "less" in measurement or "per" in measurement:
            continue
        for row in measurement["rows"]:
            if row.get("use", measurement.get("use", "check")) == "fit":
                rows.append(Row(name, row, match[1]))
    if not rows:
        raise ScriptError("the chip's document has no rows of use fit with what a phase takes above idle")
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
        for account in result["accounts"]:
            if account.get("phase") != row.phase:
                continue
            constant = model.of(account["account"].split("@")[0].rsplit(".", 1)[1], voltage)
            row.counts[constant] = row.counts.get(constant, 0.0) + account["energy_J"] / constant.value
