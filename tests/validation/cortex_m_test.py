"""Do hosts without accelerator take as long, and draw as much, as boards of the same processors?

Rows that constants were fitted on are held closely, for a fit that no longer holds is one to do again; the others are
predictions, and their bounds are what docs/validation.md tells of them.
"""

import sys

import pytest
from support.program import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
from validation import cortex_m  # noqa: E402
from validation.ne16 import rows_of  # noqa: E402

FITTED, PREDICTED, POWER = 0.02, 0.10, 0.17
# Helium's im2col of three channels is byte by byte, which no rate per MAC tells.
FIRST_LAYER = 0.35


@pytest.mark.parametrize("row", rows_of(cortex_m.BOARDS), ids=lambda row: f"{row['design']}-{row['network']}")
def test_networks_take_as_long_as_on_the_board(row, program, tmp_path):
    cycles, watts = cortex_m.published(row)
    ours, power = cortex_m.simulated(program.path, tmp_path, row)
    fitted = row["used"].startswith("fitted") and "power" not in row["used"]
    assert abs(ours / cycles - 1) <= (FITTED if fitted else PREDICTED)
    assert abs(power / watts - 1) <= (FITTED if "power" in row["used"] else POWER)


def test_layers_of_a_mobilenet_take_as_long_as_on_a_cortex_m55(program, tmp_path):
    ours = cortex_m.m55_cycles(program.path, tmp_path)
    for row in rows_of(cortex_m.M55):
        bound = FIRST_LAYER if row["layer"] == "conv0" else 0.05
        assert abs(ours[row["layer"]] / int(row["cycles"]) - 1) <= bound, row["layer"]
