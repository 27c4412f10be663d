"""Does the clock-by-clock simulation of the compute units give the same cycles as the closed forms?"""

import pytest
from support.program import Point

POINTS = [
    Point(),
    Point(opp="near_threshold"),
    Point(sets=("soc.npu.array.dataflows=[weight_stationary]",)),
    Point(sets=("soc.npu.array.dataflows=[output_stationary]",)),
    Point(sets=("soc.npu.array.dataflows=[input_stationary]",)),
    Point(design="scale_sim_ws"),
    Point(design="scale_sim_os"),
    Point(design="scale_sim_is"),
    Point(sets=("soc.npu.array.overlap_folds=false", "soc.npu.array.rows=8", "soc.npu.array.columns=24")),
    Point(net="resnet8"),
    Point(net="ad_autoencoder"),
]


@pytest.fixture(scope="module", params=POINTS, ids=str)
def both(request, runs):
    fast = request.param
    slow = Point(**{**fast.__dict__, "fidelity": "cycle"})
    return runs.all([fast, slow])


def test_totals_have_the_same_cycles(both):
    fast, slow = both
    assert slow.totals["cycles"] == fast.totals["cycles"] > 0
    assert slow.totals == fast.totals


def test_layers_have_the_same_cycles_and_stalls(both):
    fast, slow = both
    for one, other in zip(fast.result["layers"], slow.result["layers"]):
        assert other == one, one["name"]
    assert len(fast.result["layers"]) == len(slow.result["layers"])


def test_activity_differs_in_the_name_of_the_fidelity_only(both):
    fast, slow = (dict(run.record) for run in both)
    assert (fast.pop("fidelity"), slow.pop("fidelity")) == ("burst", "cycle")
    assert slow == fast
