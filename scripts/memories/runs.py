"""Runs of `subvolt memtrace`, each made once."""

import json
from concurrent.futures import ThreadPoolExecutor

from memories.references import DEVICES
from memories.traces import TRACES
from subvolt_results import run_program

# As the references' policies: power-down as soon as nothing waits, self-refresh when a refresh falls due meanwhile.
POLICIES = {
    "none": (),
    "power_down": ("power_down.policy=idle",),
    "staggered": ("power_down.policy=idle", "self_refresh.policy=refresh"),
}
SLEEPY_TRACES = ("T10", "T11")


class Runs:
    """`runs[trace, device, policy]`: the JSON of a replay."""

    def __init__(self, program, paths):
        self._program = program
        self._paths = paths
        self._results = {}

    def make(self, jobs=2):
        wanted = [(t, d, "none") for t in TRACES for d in DEVICES]
        wanted += [(t, d, p) for t in SLEEPY_TRACES for d in DEVICES for p in POLICIES if p != "none"]
        with ThreadPoolExecutor(max_workers=jobs) as pool:
            self._results.update(zip(wanted, pool.map(lambda key: self._run(*key), wanted)))
        return self

    def __getitem__(self, key):
        return self._results[key]

    def _run(self, trace, device, policy):
        words = ["memtrace", device, str(self._paths[trace]), "--json", "--quiet"]
        for setting in POLICIES[policy]:
            words += ["--set", setting]
        return json.loads(run_program(self._program, *words))
