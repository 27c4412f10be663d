"""Are the cycles that the mapper estimates of a layer those that it takes, on every kind of accelerator?"""

import json

import pytest

NETWORKS = ("resnet8", "vww_mobilenet_v1_0.25_96", "kws_ds_cnn")
# Of layers of at least so many cycles; others are mostly the way to memory, whose state nobody knows before.
LONG = 1000
MOST = 0.05


@pytest.fixture(scope="module")
def gaps(program):
    """{KIND: [(network, layer, estimate over simulation - 1)]}"""
    found = {}
    for net in NETWORKS:
        for row in json.loads(program.output("compare", "kinds", "--net", net, "--json"))["networks"][0]["rows"]:
            for layer in row["layers"]:
                cycles = layer.get("accelerator_cycles", 0)
                if cycles >= LONG and "estimated_cycles" in layer:
                    gap = layer["estimated_cycles"] / cycles - 1
                    found.setdefault(row["name"], []).append((net, layer["name"], gap))
    return found


def test_estimates_are_within_five_percent(gaps):
    assert {"dot_product", "block_engine", "row_stationary", "vector_dsp", "spatial"} <= set(gaps)
    for kind, layers in gaps.items():
        assert len(layers) > 20, kind
        off = [layer for layer in layers if abs(layer[2]) > MOST]
        assert not off, kind
