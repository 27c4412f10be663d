"""Does what a command printed make sense? Conservation and ranges that hold whatever the design point.

`absurdities(document)` of a result, a trace's replay, an explanation or a sweep, as JSON: what is wrong, in words.
"""

import math

LONGEST_S = 2**63 * 1e-12  # times are whole picoseconds
MAY_BE_EMPTY = ("git", "energy_missing", "map", "row_hits", "row_misses", "row_conflicts", "row_hit_rate", "read",
                "write")
OF_UNMET_RATE = ("average_power_W", "idle_energy_J", "idle_s")
WITHOUT_PRICES = ("/energy_J", "/average_power_W", "/estimated_energy_share")  # of a device that has none
SHARES = ("utilization", "estimated_energy_share", "row_hit_rate", "share")
CLOSE = 1e-9


def close(a, b, of=0.0):
    return abs(a - b) <= CLOSE * max(abs(a), abs(b), of)


def numbers(value, path=""):
    """(path, number) of all that is in a document; null where JSON cannot hold what was to be written."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield from numbers(below, f"{path}/{key}")
    elif isinstance(value, list):
        for i, below in enumerate(value):
            yield from numbers(below, f"{path}/{i}")
    elif value is None or isinstance(value, (int, float)) and not isinstance(value, bool):
        yield path, value


def _of_scenario(result):
    """Of what days cost: fields that a scenario cannot tell are null, and a store may lose more than it gains."""
    for path, number in numbers(result):
        if number is not None and not math.isfinite(number):
            yield f"no finite number at {path}"
    totals, duration = result["totals"], result["duration_s"]
    for key in ("average_power_W", "rail_power_W", "source_power_W", "energy_per_day_J"):
        if totals[key] is None or totals[key] < 0:
            yield f"{totals[key]} at /totals/{key}"
    if not result["conservation_error"] <= CLOSE:
        yield f"{result['conservation_error']:g} of what left the source is not accounted for"
    for name, device in result["devices"].items():
        if not close(_sum(device["residency_s"].values()), duration):
            yield f"{name} has states for {_sum(device['residency_s'].values()):.12g} of {duration:.12g} s"


def absurdities(document):
    if document.get("kind") == "scenario":
        yield from _of_scenario(document)
        return
    without_prices = WITHOUT_PRICES if document.get("energy_missing") else ()
    for path, number in numbers(document):
        key = path.rpartition("/")[2]
        if number is None or not math.isfinite(number):
            empty = key in MAY_BE_EMPTY or "/duty/" in path and key in OF_UNMET_RATE or path in without_prices
            if number is not None or not empty:
                yield f"no finite number at {path}"
        elif number < 0:
            yield f"{number:g} at {path}"
        elif key in SHARES and number > 1 + CLOSE:
            yield f"{number:.12g} at {path}"
        elif key.endswith("_s") and "_per_" not in key and number >= LONGEST_S:
            yield f"{number:g} at {path}: beyond the end of time"
    if isinstance(document.get("totals"), dict) and "accounts" in document:
        yield from _of_result(document)
    if "row_hit_rate" in document:
        yield from _of_replay(document)
    for point in document.get("points", []):
        yield from _of_point(point)


def _sum(values):
    return math.fsum(values)


def _of_result(result):
    totals, layers = result["totals"], result["layers"]
    joules, seconds = totals["energy_J"], totals["latency_s"]
    if joules <= 0 or seconds <= 0 or totals["cycles"] <= 0:
        yield f"{joules:g} J in {seconds:g} s and {totals['cycles']} cycles"
    if totals["average_power_W"] > totals.get("peak_power_W", math.inf) * (1 + CLOSE):
        yield f"average power {totals['average_power_W']:.12g} W above the peak, {totals['peak_power_W']:.12g} W"
    if not close(totals["average_power_W"] * seconds, joules):
        yield f"{totals['average_power_W']:.12g} W for {seconds:.12g} s are not {joules:.12g} J"
    if not close(totals["edp_Js"], joules * seconds):
        yield f"EDP {totals['edp_Js']:.12g}, not {joules * seconds:.12g}"
    if sum(layer["macs"] for layer in layers) != totals["macs"]:
        yield "MACs of the layers are not those of the whole"
    sums = {
        "accounts": _sum(a["energy_J"] for a in result["accounts"]),
        "components": _sum(j for c in result["components"] for j in c["energy_J"].values()),
        "layers": _sum(j for layer in layers for c in layer["energy_J"].values() for j in c.values())
        + totals["energy_outside_layers_J"],
    }
    for of, found in sums.items():
        if not close(found, joules):
            yield f"{of} add up to {found:.15g} J, not to {joules:.15g} J"
    for account in result["accounts"]:
        product = account["count"] * account["unit_energy_J"] * account["scale"]
        if not close(product, account["energy_J"], of=joules):
            yield f"{account['account']}: {account['energy_J']:.12g} J, but {product:.12g} J are its factors' product"
    for component in result["components"]:
        states = _sum(component["residency_s"].values())
        if component["residency_s"] and not close(states, seconds):
            yield f"{component['name']}: {states:.12g} s in all states, of {seconds:.12g} s"
    for layer in layers:
        if layer["latency_s"] > seconds * (1 + CLOSE):
            yield f"{layer['name']}: {layer['latency_s']:g} s, of {seconds:g} s"


def _of_replay(replay):
    if replay["bandwidth_B_per_s"] > replay["peak_bandwidth_B_per_s"] * (1 + CLOSE):
        yield f"{replay['bandwidth_B_per_s']:g} B/s, above the peak, {replay['peak_bandwidth_B_per_s']:g} B/s"
    if replay["reads"] + replay["writes"] != replay["requests"]:
        yield "reads and writes are not the requests"
    if "energy_J" not in replay or not isinstance(replay["energy_J"], dict):
        return
    joules = replay["energy_J"]["total"]
    for of in ("by_rail", "by_cause", "by_event"):
        if not close(_sum(replay["energy_J"][of].values()), joules):
            yield f"{of} adds up to {_sum(replay['energy_J'][of].values()):.15g} J, not to {joules:.15g} J"
    if not close(replay["average_power_W"] * replay["total_s"], joules):
        yield f"{replay['average_power_W']:g} W for {replay['total_s']:g} s are not {joules:g} J"


def _of_point(point):
    energy = point["energy_per_inference_J"]
    for of in ("by_part", "by_cause"):
        found = _sum(energy[of].values())
        if not close(found, energy["total"]):
            yield f"{point['name']}: {of} adds up to {found:.12g} J, not to {energy['total']:.12g} J"
    for duty in point["duty"]:
        if not duty["met"]:
            continue
        # A period is simulated: its inference finds what the pause has left, so it costs another energy than alone.
        period = 1 / duty["rate_per_s"]
        joules = duty["average_power_W"] * period
        if duty["idle_s"] > period * (1 + CLOSE) or duty["idle_energy_J"] > joules * (1 + CLOSE):
            yield (f"{point['name']}: at {duty['rate_per_s']:g} a second {duty['idle_s']:g} s and "
                   f"{duty['idle_energy_J']:g} J of {period:g} s and {joules:g} J are idle")
