"""How far is the block engine from what Arm's compiler Vela estimates of Ethos-U55, layer by layer, through the program?

The table is data/vela_kws.csv (origin in data/README.md). Of the model the bytes of the weight stream (weight_ratio) were
fitted, to these two tables.
"""

import sys

import pytest

from support.program import ROOT

sys.path.insert(0, str(ROOT / "scripts"))

from validation import ethos_u  # noqa: E402

ROWS = ethos_u.rows()


@pytest.fixture(scope="module", params=ROWS)
def compared(request, program, tmp_path_factory):
    found = ethos_u.simulated(program.path, tmp_path_factory.mktemp("ethos"), request.param)
    return ROWS[request.param], found


def test_cycles_of_the_pipeline_are_within_5_percent_layer_by_layer(compared):
    published, found = compared
    errors = {layer: ethos_u.error(cycles, found[layer]) for layer, cycles in published.items()}
    assert all(abs(error) <= 0.05 for error in errors.values()), errors


def test_layers_that_wait_for_no_weights_are_equal_to_the_cycle(compared):
    published, found = compared
    equal = [layer for layer, cycles in published.items() if int(found[layer]["pipeline_cycles"]) == cycles]
    assert len(equal) >= 7, equal
    assert {"dw0", "pw0", "dw1", "dw2", "pw2", "dw3", "gap"} <= set(equal)


def test_a_simulated_layer_takes_its_pipeline_and_waits(compared):
    _, found = compared
    for line in found.values():
        if line["runner"] != "npu":
            continue
        waits = sum(int(line[f"{cause}_lost_cycles"]) for cause in ("loads", "stores", "weights", "wake"))
        assert int(line["accelerator_cycles"]) == int(line["array_cycles"]) + waits
