"""Are the tables of docs/validation.md that runs of the program make what they make now?

Those that take seconds; scripts/write_validation.py --check looks at all of them.
"""

import os
import re
import subprocess
import sys

import pytest
from support.program import ROOT

SCRIPT = ROOT / "scripts" / "write_validation.py"
PAGE = ROOT / "docs" / "validation.md"
CHEAP = ("transfer", "regulators", "utilisation", "mapper by design", "scale_sim")


def run(program, *words):
    environment = dict(os.environ, SUBVOLT_PROGRAM=str(program.path))
    return subprocess.run([sys.executable, str(SCRIPT), *words], env=environment, capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize("table", CHEAP)
def test_the_table_is_current(program, table):
    done = run(program, "--check", "--quiet", "--only", table)
    assert done.returncode == 0, f"run: scripts/write_validation.py --only '{table}'\n{done.stdout}{done.stderr}"


def test_every_table_has_its_place(program):
    sys.path.insert(0, str(ROOT / "scripts"))
    import write_validation

    there = re.findall(r"<!-- (.+): written by scripts/write_validation.py -->", PAGE.read_text())
    assert sorted(there) == sorted(write_validation.TABLES)
    text = PAGE.read_text()
    assert all(f"<!-- {name}: end -->" in text for name in there)


def test_a_table_that_there_is_not_is_refused(program):
    done = run(program, "--only", "utilization")
    assert done.returncode == 2 and 'did you mean "utilisation"?' in done.stderr
    assert run(program, "--net", "resnet8").returncode == 2


def test_another_table_is_told(program, tmp_path):
    """A look at one network is not what the page says of all."""
    done = run(program, "--check", "--quiet", "--only", "work of kinds", "--net", "ad_autoencoder")
    assert done.returncode == 1
    assert "work of kinds: the page has another table than this" in done.stdout
    assert "| `dot_product` | 1 |" in done.stdout
