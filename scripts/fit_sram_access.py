#!/usr/bin/env python3
"""Fits CACTI 7's access times of SRAM over size and prints the constants of sim/power/technology/sram_access.h and their gaps.

    t(capacity, node) = t(16 KiB, node) r(capacity),   r = 1 - k + k (capacity / 16384 B)^a

of one bank, one r for all nodes, by least squares on ln t over steps of 0.01 in k and a: a part that does not grow
(decoder, sense amplifier) and one that does (word and bit lines, the way to the subarray), which for wires as long as
the macro's edge would have a = 0.5. Fitted on the CSV's `core` rows of 65, 45 and 32 nm with banks of 4 to 256 KiB and
words of 4 to 16 B, as the energies are (fit_sram_energy.py); everything else in the file is predicted.
"""
import argparse
import math

from fit_sram_energy import fitted, table

CAPACITY_REF = 16384
STEPS = 100


def rows():
    """[(set, capacity, word, node, access time in ns)]"""
    return [(row["set"], int(row["size_B"]), int(row["word_bits"]) // 8, int(row["node_nm"]), float(row["access_ns"]))
            for row in table("cacti7_sram_lstp.csv")]


def relative(growing, exponent, capacity):
    return 1 - growing + growing * (capacity / CAPACITY_REF)**exponent


def by_node(samples, growing, exponent):
    """{node: ln of the time of the reference that fits best, squared error}"""
    out = {}
    for node in sorted({row[3] for row in samples}):
        logs = [math.log(time / relative(growing, exponent, capacity))
                for _, capacity, _, n, time in samples if n == node]
        mean = sum(logs) / len(logs)
        out[node] = mean, sum((log - mean)**2 for log in logs)
    return out


def fit(samples):
    """(k, a, {node: time of the reference in ns})"""
    best = min(((sum(error for _, error in by_node(samples, k / STEPS, a / STEPS).values()), k, a)
                for k in range(5, STEPS) for a in range(20, STEPS)))
    growing, exponent = best[1] / STEPS, best[2] / STEPS
    return growing, exponent, {node: math.exp(mean) for node, (mean, _) in by_node(samples, growing, exponent).items()}


# What: rows that it is about.
GROUPS = {
    "fitted": lambda r: fitted(r[0], r[1], r[2]),
    "predicted, 512 KiB and 1 MiB": lambda r: r[0] == "core" and r[1] in (524288, 1048576),
    "predicted, 2 and 4 MiB": lambda r: r[0] == "core" and r[1] > 1048576,
    "predicted, 1 and 2 KiB": lambda r: r[0] == "core" and r[1] < 4096,
    "predicted, 32 B words, 4 to 256 KiB": lambda r: r[2] == 32 and 4096 <= r[1] <= 262144,
    "predicted, 1 and 2 B words, 4 to 256 KiB": lambda r: r[2] < 4 and 4096 <= r[1] <= 262144,
}


def main():
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    everything = rows()
    growing, exponent, reference = fit([row for row in everything if GROUPS["fitted"](row)])
    print(f"k = {growing:.2f}, a = {exponent:.2f}, 16 KiB: "
          + ", ".join(f"{time:.3f} ns at {node} nm" for node, time in reference.items()))
    for what, chosen in GROUPS.items():
        parts = []
        for node in sorted(reference, reverse=True):
            gaps = [reference[node] * relative(growing, exponent, row[1]) / row[4] - 1
                    for row in everything if row[3] == node and chosen(row)]
            mean = sum(abs(gap) for gap in gaps) / len(gaps)
            parts.append(f"{node} nm {len(gaps)} rows {mean * 100:.1f} % ({max(gaps, key=abs) * 100:+.0f} %)")
        print(f"{what}: " + "; ".join(parts))


if __name__ == "__main__":
    main()
