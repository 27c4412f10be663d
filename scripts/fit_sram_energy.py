#!/usr/bin/env python3
"""Fits the SRAM access energy of CACTI 7 as a power law and prints the prices for a technology.

    E(capacity, word) = E_ref (capacity / 16384 B)^a (word / 8 B)^b

of one bank, by least squares on ln E. Fitted on the CSV's `core` rows with banks of 4 to 256 KiB and words of 4 to
16 B; everything else in the file is predicted, and the gaps of both are printed. The energy is then moved from the
node and supply of the CACTI run to those of the technology: x node ratio (wire and cell dimensions, hence
capacitance, shrink with the node) x (V / V_CACTI)^2.
"""
import argparse
import csv
import math
import pathlib

DATA = pathlib.Path(__file__).parent / "data" / "cacti7_sram_lstp.csv"
CAPACITY_REF, WORD_REF = 16384, 8
FIT_CAPACITY, FIT_WORD = (4096, 262144), (4, 16)
# Technology: node and supply of the CACTI rows (ITRS LSTP supply of that node), node and reference voltage wanted.
TECHNOLOGIES = {"lp28": (32, 1.0, 28, 0.8), "lp65": (65, 1.2, 65, 1.2)}


def rows(node, path=DATA):
    with open(path, encoding="utf-8") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            if int(row["node_nm"]) != node:
                continue
            yield row["set"], int(row["size_B"]), int(row["word_bits"]) // 8, row


def fitted(kind, capacity, word):
    return (kind == "core" and FIT_CAPACITY[0] <= capacity <= FIT_CAPACITY[1]
            and FIT_WORD[0] <= word <= FIT_WORD[1])


def solve(matrix, vector):
    """Gaussian elimination with pivoting of a small system."""
    n = len(vector)
    a = [list(row) + [value] for row, value in zip(matrix, vector)]
    for i in range(n):
        pivot = max(range(i, n), key=lambda k: abs(a[k][i]))
        a[i], a[pivot] = a[pivot], a[i]
        for k in range(n):
            if k == i:
                continue
            factor = a[k][i] / a[i][i]
            a[k] = [x - factor * y for x, y in zip(a[k], a[i])]
    return [a[i][n] / a[i][i] for i in range(n)]


def fit(node, column):
    samples = []
    for kind, capacity, word, row in rows(node):
        if fitted(kind, capacity, word):
            x = (1.0, math.log(capacity / CAPACITY_REF), math.log(word / WORD_REF))
            samples.append((x, math.log(float(row[column]) * 1e-9)))
    normal = [[sum(x[i] * x[j] for x, _ in samples) for j in range(3)] for i in range(3)]
    right = [sum(x[i] * y for x, y in samples) for i in range(3)]
    intercept, a, b = solve(normal, right)
    return math.exp(intercept), a, b


def gaps(node, column, parameters):
    energy, a, b = parameters
    out = {True: [], False: []}
    for kind, capacity, word, row in rows(node):
        model = energy * (capacity / CAPACITY_REF) ** a * (word / WORD_REF) ** b
        out[fitted(kind, capacity, word)].append(model / (float(row[column]) * 1e-9) - 1.0)
    return out


def describe(values):
    mean = sum(abs(v) for v in values) / len(values)
    return f"{len(values)} rows, mean {mean * 100:.1f} %, worst {max(values, key=abs) * 100:+.1f} %"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("technology", choices=sorted(TECHNOLOGIES))
    name = parser.parse_args().technology
    node, supply, target, voltage = TECHNOLOGIES[name]
    scale = target / node * (voltage / supply) ** 2
    for key, column in (("sram.read", "read_nJ"), ("sram.write", "write_nJ")):
        parameters = fit(node, column)
        energy, a, b = parameters
        gap = gaps(node, column, parameters)
        print(f"    # CACTI {node} nm at {supply} V: {energy * 1e12:.4g} pJ; fitted: {describe(gap[True])}; "
              f"predicted: {describe(gap[False])}")
        print(f"    {key}:")
        print(f"      energy: {energy * scale * 1e12:.4g} pJ")
        print(f"      sizes: [{{attribute: capacity_B, reference: {CAPACITY_REF}, exponent: {a:.4f}}}, "
              f"{{attribute: word_B, reference: {WORD_REF}, exponent: {b:.4f}}}]")


if __name__ == "__main__":
    main()
