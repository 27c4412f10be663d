"""How many bits of its weights change from one word that a processor reads to the next.

A processor has the weights of its channels: of one in each pass, so that channel c is read by processor c modulo their
number. For each position it reads a word per output channel, in their order, and within it one per pass; a layer that is
flattened goes through its positions first. It then begins again, so the first word follows the last. A word is a kernel,
of each weight as many bits as it is stored in. Channels that the last pass does not have are zeros.
"""

import numpy as np
from subvolt_results import ScriptError


def words(weights, processors, flat=False, depthwise=False):
    """Integers by processor, word and tap, of weights by output channel, input channel and taps."""
    kernels = weights.reshape(weights.shape[0], weights.shape[1] if weights.ndim > 1 else 1, -1)
    if depthwise:
        kernels = kernels[:, 0][np.newaxis]  # each channel has its own, which its processor reads
    outputs, channels, taps = kernels.shape
    passes = -(-channels // processors)
    padded = np.zeros((outputs, passes * processors, taps), dtype=np.int64)
    padded[:, :channels] = kernels
    by_processor = padded.reshape(outputs, passes, processors, taps).transpose(2, 0, 1, 3)  # (p, output, pass, tap)
    if flat:
        return by_processor.transpose(0, 3, 1, 2).reshape(processors, -1, 1)
    return by_processor.reshape(processors, outputs * passes, taps)


def share(weights, bits, processors, flat=False, depthwise=False):
    """Of the bits that are read; a processor with one word reads no other."""
    low, high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    if weights.dtype.kind not in "iu" or weights.min() < low or weights.max() > max(high, 1):
        raise ScriptError(f"expected integers of {bits} bits, {low} to {high}, got {weights.dtype} from {weights.min()} to {weights.max()}")
    read = words(weights, min(processors, weights.shape[0] if depthwise else weights.shape[1]), flat, depthwise)
    changed = (read ^ np.roll(read, -1, axis=1)) & (2**bits - 1)
    flips = sum(int(((changed >> bit) & 1).sum()) for bit in range(bits))
    return flips / (read.size * bits)
