"""Are the bits that change counted in the order in which a processor reads its weights?"""

import sys

import numpy as np
import pytest

from support.program import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
from chips.toggles import share  # noqa: E402
from subvolt_results import ScriptError  # noqa: E402


def plain(weights, bits, processors, flat, depthwise):
    """One word after the other, one bit after the other."""
    outputs, taps = weights.shape[0], weights.reshape(weights.shape[0], weights.shape[1], -1).shape[2]
    kernels = weights.reshape(outputs, weights.shape[1], taps)
    channels = outputs if depthwise else weights.shape[1]
    flips = read = 0
    for p in range(min(processors, channels)):
        own = list(range(p, -(-channels // processors) * processors, processors))
        kernel = lambda o, c: kernels[c, 0] if depthwise else kernels[o, c]  # noqa: E731
        zeros = np.zeros(taps, dtype=int)
        rounds = [0] if depthwise else range(outputs)
        sequence = [kernel(o, c) if c < channels else zeros for o in rounds for c in own]
        if flat:
            sequence = [word[t : t + 1] for t in range(taps) for word in sequence]
        for word, following in zip(sequence, sequence[1:] + sequence[:1]):
            for a, b in zip(word, following):
                flips += bin((int(a) ^ int(b)) & (2**bits - 1)).count("1")
                read += bits
    return flips / read


@pytest.mark.parametrize(("shape", "processors", "flat", "depthwise"), [
    ((8, 4, 3, 3), 4, False, False),
    ((6, 10, 1, 1), 4, False, False),
    ((5, 3, 4, 4), 3, True, False),
    ((12, 1, 3, 3), 4, False, True),
])
@pytest.mark.parametrize("bits", [8, 4, 1])
def test_as_bit_by_bit(shape, processors, flat, depthwise, bits):
    random = np.random.default_rng(5)
    weights = random.integers(-(2 ** (bits - 1)), 2 ** (bits - 1), shape)
    assert share(weights, bits, processors, flat, depthwise) == pytest.approx(plain(weights, bits, processors, flat, depthwise))


def test_random_weights_toggle_half_of_their_bits_and_equal_ones_none():
    random = np.random.default_rng(1)
    assert share(random.integers(-128, 128, (64, 32, 3, 3)), 8, 32) == pytest.approx(0.5, abs=0.01)
    assert share(np.full((64, 32, 3, 3), 37), 8, 32) == 0


def test_what_are_no_such_weights_is_refused():
    with pytest.raises(ScriptError, match="expected integers of 4 bits, -8 to 7"):
        share(np.array([[[100]]]), 4, 1)


def test_the_importer_takes_them(tmp_path):
    from import_max7800x import Row, counted_toggles
    from layer_tables import TableRow

    texts = {"op": "conv2d", "layer": "0", "groups": "1", "weight_bits": "8", "n_proc": "2", "flatten": "0"}
    row = Row(TableRow({**dict.fromkeys(("pool", "eltwise", "activation", "sources"), ""), **texts}, "t.csv:2"))
    np.savez(tmp_path / "w.npz", **{"0": np.array([[[1]], [[2]]])})
    assert counted_toggles(tmp_path / "w.npz", [row]) == {"0": "0.2500"}
    np.savez(tmp_path / "v.npz", conv=np.zeros((1, 1, 1), dtype=int))
    with pytest.raises(ScriptError, match="no array is named as a layer"):
        counted_toggles(tmp_path / "v.npz", [row])
