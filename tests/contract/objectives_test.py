"""Do objectives keep their word where accelerators differ: is none slower than for latency, none costlier than for energy?"""

import pytest

from support.program import Point

# Fully connected layers whose tiles on programmable cores move fewer bytes of an L1 than an array does.
CASES = [("ne16", "ad_autoencoder"), ("ne16", "helloedge_dnn_M"), ("edge_npu_dsp", "ad_autoencoder")]


@pytest.mark.parametrize("design, net", CASES)
def test_objectives_keep_their_word(design, net, runs):
    latency, energy = (runs(Point(design=design, net=net, objective=objective)).totals for objective in ("latency", "energy"))
    assert energy["energy_J"] <= latency["energy_J"]
    assert latency["cycles"] <= energy["cycles"]
