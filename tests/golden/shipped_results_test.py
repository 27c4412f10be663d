"""Have the numbers of a shipped design point changed?

If they should have: scripts/bless_goldens.py --reason "...", which notes the change in docs/changes-in-numbers.md.
"""

import copy

import pytest
from support import golden

BLESS = 'scripts/bless_goldens.py --reason "..." if this is meant'


@pytest.mark.parametrize("point", golden.SHIPPED, ids=str)
def test_the_numbers_are_those_of_the_golden(runs, point):
    assert golden.path_of(point).is_file(), BLESS
    changes = golden.differences(golden.read(point), golden.excerpt(runs(point).result))
    assert not changes, "\n".join([str(point), *changes[:20], f"{len(changes)} numbers changed; {BLESS}"])


def test_there_is_no_golden_of_anything_else():
    expected = {golden.path_of(point) for point in golden.SHIPPED}
    assert set(golden.FOLDER.iterdir()) == expected


def test_one_cycle_or_a_billionth_of_an_energy_is_a_difference():
    numbers = golden.read(golden.SHIPPED[0])
    assert golden.differences(numbers, numbers) == []
    for kind, name, factor in (("exact", "totals.cycles", None), ("energy_J", "total", 1 + 2e-9)):
        changed = copy.deepcopy(numbers)
        changed[kind][name] = changed[kind][name] * factor if factor else changed[kind][name] + 1
        assert len(golden.differences(numbers, changed)) == 1
    missing = copy.deepcopy(numbers)
    del missing["energy_J"]["npu.array.switching"]
    assert golden.differences(numbers, missing) != [] != golden.differences(missing, numbers)
    within = copy.deepcopy(numbers)
    within["energy_J"]["total"] *= 1 + 1e-10
    assert golden.differences(numbers, within) == []
