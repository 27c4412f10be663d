"""Do the DRAMs take the cycles, the energy and the savings that other simulators give, within the published bars?

References: DRAMsim3, DRAMSys 5.1 with DRAMPower, Ramulator 2.1, on the traces of scripts/memories/traces.py; figures and
their origin in scripts/data/memory_references.csv and lpddr4_schedules.txt. `scripts/validate_memories.py` prints them.
"""

import sys

import pytest

from support.program import ROOT

sys.path.insert(0, str(ROOT / "scripts"))

from memories import bars, page  # noqa: E402
from memories.runs import Runs  # noqa: E402
from memories.traces import write_all  # noqa: E402


@pytest.fixture(scope="module")
def replays(program, tmp_path_factory):
    return Runs(str(program.path), write_all(tmp_path_factory.mktemp("traces"))).make()


@pytest.mark.parametrize("group", bars.GROUPS, ids=lambda group: group.__name__)
def test_bars_are_met(group, replays):
    found = list(group(replays))
    assert found
    missed = [str(bar) for bar in found if not bar.met]
    assert not missed, "\n".join(missed)


def test_tables_are_current(replays):
    text = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")
    assert page.replaced(text, page.section(replays)) == text, "run: scripts/validate_memories.py --write"


def test_no_energy_without_currents(program, tmp_path):
    paths = write_all(tmp_path)
    done = program.call("memtrace", "lpddr5_6400", paths["T10"])
    assert done.returncode == 0, done.stderr
    assert "no energy: configs/memories/lpddr5_6400.yaml gives neither currents nor prices" in done.stderr
    assert "no energy" in done.stdout


def test_replays_are_repeatable(program, replays, tmp_path):
    paths = write_all(tmp_path)
    for trace in ("T05", "T11"):
        printed = [program.output("memtrace", "ddr4_2400", paths[trace], "--json") for _ in range(2)]
        assert printed[0] == printed[1]
