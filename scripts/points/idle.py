"""Energy of idle time: an activity record of nothing but idleness, which the program prices like any other.

Leakage, retention, wake-up energy, regulator losses and DRAM standby thus come from the same ledger as those of a
run; nothing is modelled a second time here. The record begins where a frame has ended and ends where the next
begins, woken up.

Variants:
  idle         every domain ON and all its clocks running: nobody does anything about it
  clock-gated  domains that have CLK_GATED are in it. Domains that can only be ON keep the clocks of those
               components that no leaf clock gate stops: all of them without leaf gates, else the components whose
               clock ran through all of the run (a power manager's)
  power-gated  domains go down to the deepest state that they list and the time is long enough for (min_residency,
               entry and exit): RETENTION for what holds bits, so that nothing is lost; else OFF, RETENTION or
               CLK_GATED in this order. A domain that ends less deep than that says why (Stay.why)
Memory devices do the same in each: whoever ends a frame sends them down at once, as deep as they keep what the next
frame needs: DRAM into self-refresh; a volatile memory on a narrow bus into half sleep if it has that, else it stays in
standby; what keeps its contents without power, or holds nothing that is needed (`needed`), into its deepest state. The
way there and back counts as that state. The banks of an SRAM that counts their states (events bank_active,
bank_clock_gated, bank_retention, bank_off) follow their domain; banks that were off through all of the run stay off.
"""

from dataclasses import dataclass, replace

from subvolt_results import ScriptError, engineering

VARIANTS = ("idle", "clock-gated", "power-gated")
_SECOND_PS = 10**12


def edges_before(ps, hertz):
    """Clock edges in [0, ps): edge n is at floor(n / f)."""
    return -(-ps * hertz // _SECOND_PS)


GATED = ("OFF", "RETENTION")  # states without supply, or with that of the bits alone
# Operators whose layers keep something from one inference to the next; a result does not say in which memory.
STATEFUL = ("variable", "read_variable", "assign_variable", "lstm", "gru", "rnn", "svdf")
BANK_STATES = {"RETENTION": "bank_retention", "OFF": "bank_off"}  # bank_clock_gated elsewhere


def banks_of(component):
    """(banks, flip-flops of one) of a component that counts its banks' states; nothing for others."""
    for event in component["events"]:
        if event["name"] == "bank_clock":
            attributes = event["attributes"]
            return int(attributes["banks"]), int(attributes["flip_flops"])
    return None


def live_data(result):
    """{memory: what the next inference needs of it}; None when the result does not say, or the network has states that
    may live anywhere."""
    layers = result.get("layers", [])
    places = [layer.get("memory") for layer in layers]
    if not places or any(place is None for place in places) or any(layer["op"] in STATEFUL for layer in layers):
        return None
    return {place["parameters"]: "weights" for place in places if place.get("parameters")}


@dataclass(frozen=True)
class Stay:
    """What a domain does over the idle time: down to `state` after `entry_ps`, on its way up `exit_ps` before the
    end."""

    state: str = "ON"
    entry_ps: int = 0
    exit_ps: int = 0
    why: str = ""  # no supply is taken away; empty where one is


def resting_event(component, needed):
    """The event that counts a memory device's idle picoseconds; None if it has no such state."""
    names = {event["name"] for event in component["events"]}
    keeps = component["kind"] == "nvm" or "program" in names  # without power: MRAM, flash
    deep = ["deep_power_down", "power_down"] if keeps or not needed else []
    return next((n for n in ["self_refresh", *deep, "half_sleep", "standby"] if n in names), None)


def _held(record, needed):
    """Power domain -> what it would forget without supply."""
    held = {}
    for component in record["components"]:
        name, domain = component["name"], component["power_domain"]
        if component["sram_bits"] > 0:
            held.setdefault(domain, f"the bits of {name}")
        elif banks_of(component) and (needed is None or name in needed):
            held[domain] = f"the {'data' if needed is None else needed[name]} in {name}"
    return held


_DEPTHS = {"idle": [], "clock-gated": ["CLK_GATED"], "power-gated": ["OFF", "RETENTION", "CLK_GATED"]}


def stays(variant, record, design, idle_ps, needed=None):
    """Domain -> Stay. `needed`: what the next frame needs of which memory (live_data); all of all when None."""
    held = _held(record, needed)
    chosen = {
        domain: _stay(_DEPTHS[variant], design.states[domain], held.get(domain), idle_ps)
        for domain in record["power_domains"]
    }
    for component in record["components"]:  # devices go to rest by themselves, whatever their domain does
        event = resting_event(component, needed is None or component["name"] in needed)
        stay = chosen[component["power_domain"]]
        if component["price_book"] and event and stay.why:
            chosen[component["power_domain"]] = replace(stay, why=f"{component['name']} itself is in {event}")
    return chosen


def _stay(depths, states, held, idle_ps):
    listed = {s.name: s for s in states}
    reasons = []
    for name in depths:
        state = listed.get(name)
        if state is None:
            continue
        least_ps = max(state.min_residency_ps, state.entry_ps + state.exit_ps + 1)
        if name == "OFF" and held:
            reasons.append(f"OFF would lose {held}")
        elif idle_ps < least_ps:
            reasons.append(f"{name} takes {engineering(least_ps * 1e-12, 's')} at least")
        else:
            return Stay(name, state.entry_ps, state.exit_ps, "" if name in GATED else _why(reasons, listed))
    return Stay(why=_why(reasons, listed))


def _why(reasons, listed):
    missing = [name for name in GATED if name not in listed]
    if missing:
        reasons = [*reasons, f"lists no {' and no '.join(missing)}"]
    return ", ".join(reasons)


def _way(stay, idle_ps):
    """(time, from, to) of the changes of state over the idle time."""
    if stay.state == "ON":
        return []
    down = [(0, "ON", "SLEEPING"), (stay.entry_ps, "SLEEPING", stay.state)]
    up = [(idle_ps - stay.exit_ps, stay.state, "WAKING"), (idle_ps, "WAKING", "ON")]
    return (down if stay.entry_ps else [(0, "ON", stay.state)]) + (
        up if stay.exit_ps else [(idle_ps, stay.state, "ON")]
    )


def _state_at(stay, begin, end, idle_ps):
    if stay.state == "ON":
        return "ON"
    if end <= stay.entry_ps:
        return "SLEEPING"
    return "WAKING" if begin >= idle_ps - stay.exit_ps else stay.state


class IdleRecord:
    """Builds records from that of a run. `needed` as of stays()."""

    def __init__(self, record, design, needed=None):
        self.run = record
        self.design = design
        self.needed = needed
        self.event_ids = {}  # (component, event) -> id
        for component in record["components"]:
            for event in component["events"]:
                self.event_ids[component["name"], event["name"]] = len(self.event_ids)
        edges = [0] * len(record["components"])
        for epoch in record["epochs"]:
            edges = [a + b for a, b in zip(edges, epoch["clock_cycles"])]
        self.never_gated = [
            e == edges_before(record["total_ps"], self._hertz(c)) for e, c in zip(edges, record["components"])
        ]

    def _hertz(self, component):
        return self.run["clock_domains"][component["clock_domain"]][0]

    def build(self, variant, idle_ps):
        """The record, and domain -> Stay."""
        chosen = stays(variant, self.run, self.design, idle_ps, self.needed)
        down = [s for s in chosen.values() if s.state != "ON"]
        cuts = sorted({0, idle_ps} | {s.entry_ps for s in down} | {idle_ps - s.exit_ps for s in down})
        record = dict(self.run)
        npu_hertz = self._hertz(next(c for c in self.run["components"] if c["kind"] == "npu"))
        record.update(
            total_ps=idle_ps,
            total_cycles=edges_before(idle_ps, npu_hertz),
            macs=0,
            layers=[],
            jobs=[],
            tasks=[],
            epochs=[self._epoch(variant, chosen, begin, end, idle_ps) for begin, end in zip(cuts, cuts[1:])],
        )
        return record, chosen

    def _epoch(self, variant, chosen, begin, end, idle_ps):
        states = [_state_at(chosen[d], begin, end, idle_ps) for d in self.run["power_domains"]]
        transitions = []
        starts = 0  # of ways down or up, which is what a power manager counts
        for index, domain in enumerate(self.run["power_domains"]):
            for at, source, target in _way(chosen[domain], idle_ps):
                if begin <= at < end or (at == end == idle_ps):
                    transitions += [index, source, target, 1]
                    starts += source not in ("SLEEPING", "WAKING")
        counts = {}
        for component in self.run["components"]:
            name = component["name"]
            if component["kind"] == "power_manager" and starts:
                counts[self.event_ids[name, "transition"]] = starts
            if component["price_book"]:
                event = resting_event(component, self.needed is None or name in self.needed)
                if event is None:
                    raise ScriptError(
                        f"memory device {name} counts no self_refresh, standby or power-down: what it draws between "
                        "frames is unknown, so there is no answer for frame rates"
                    )
                counts[self.event_ids[name, event]] = end - begin
            counts |= self._banks(variant, component, states, transitions, begin, end)
        return {
            "begin_ps": begin,
            "end_ps": end,
            "task": -1,
            "operating_point": 0,
            "states": states,
            "events": [n for event in sorted(counts) for n in (event, counts[event])],
            "clock_cycles": [
                self._edges(variant, index, component, states, begin, end)
                for index, component in enumerate(self.run["components"])
            ],
            "transitions": transitions,
        }

    def _banks(self, variant, component, states, transitions, begin, end):
        size = banks_of(component)
        if not size:
            return {}
        banks, flip_flops = size
        off = self._banks_off(component)
        name = component["power_domain"]
        domain = self.run["power_domains"].index(name)
        clocked = states[domain] == "ON" and (variant == "idle" or not self.design.leaf_gates[name])
        state = "bank_active" if clocked else BANK_STATES.get(states[domain], "bank_clock_gated")
        changes = zip(*[iter(transitions)] * 4)
        wakes = sum(n for d, source, _, n in changes if d == domain and source in BANK_STATES)
        hertz = self._hertz(component)
        edges = (edges_before(end, hertz) - edges_before(begin, hertz)) * clocked
        found = {"bank_off": off * (end - begin), "bank_wake": (banks - off) * wakes}
        found[state] = found.get(state, 0) + (banks - off) * (end - begin)
        found["bank_clock"] = (banks - off) * edges * flip_flops
        return {self.event_ids[component["name"], event]: n for event, n in found.items() if n}

    def _banks_off(self, component):
        """Banks that were off through all of the run."""
        event = self.event_ids.get((component["name"], "bank_off"))
        pairs = (pair for epoch in self.run["epochs"] for pair in zip(*[iter(epoch["events"])] * 2))
        return sum(n for e, n in pairs if e == event) // self.run["total_ps"]

    def _edges(self, variant, index, component, states, begin, end):
        domain = component["power_domain"]
        on = states[self.run["power_domains"].index(domain)] == "ON"
        gated = variant != "idle" and self.design.leaf_gates[domain] and not self.never_gated[index]
        if not on or gated:
            return 0
        hertz = self._hertz(component)
        return edges_before(end, hertz) - edges_before(begin, hertz)
