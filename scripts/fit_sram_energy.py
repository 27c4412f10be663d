#!/usr/bin/env python3
"""Fits the SRAM access energy of CACTI 7 over size, width and node and prints the prices for a technology.

    E(capacity, word, node, V) = E_ref (capacity / 16384 B)^a (word / 8 B)^b
                                       (node / 32 nm)^c (V / 1 V)^2

of one bank, one function for all nodes, by least squares on ln E. Fitted on the CSV's `core` rows of 65, 45 and 32 nm
with banks of 4 to 256 KiB and words of 4 to 16 B; everything else in the file is predicted, and the gaps of both are
printed. 28 nm is the same function, half a node beyond its last point: the exponent c is that of a capacitance that
shrinks with the cells and their wires. (A. Stillmaker and B. Baas, Integration 58 (2017), whose polynomials scale the
logic, fall by the same factors from 65 to 32 nm and faster below, where their transistors become fins; bit cells do
not shrink as fast as logic there.)

Two ports: the energies times the mean ratio of CACTI's 1R1W to its 1RW macros, 64 B to 2 KiB.
"""
import csv
import math
import pathlib
import sys

from script_main import Arguments, script_main

DATA = pathlib.Path(__file__).parent / "data"
CAPACITY_REF, WORD_REF, NODE_REF = 16384, 8, 32
FIT_CAPACITY, FIT_WORD = (4096, 262144), (4, 16)
SUPPLY = {65: 1.2, 45: 1.1, 32: 1.0}  # of the CACTI rows: ITRS, low standby power
TECHNOLOGIES = {"fd22": (22, 0.8), "lp28": (28, 0.8), "lp40": (40, 1.1), "lp65": (65, 1.2), "sky130": (130, 1.8)}  # node, reference voltage
KEYS = {"sram.read": "read_nJ", "sram.write": "write_nJ"}


def table(name):
    with open(DATA / name, encoding="utf-8") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))


def rows(column):
    """(set, capacity, word, node, energy at the row's own supply in joules)"""
    for row in table("cacti7_sram_lstp.csv"):
        yield (row["set"], int(row["size_B"]), int(row["word_bits"]) // 8, int(row["node_nm"]),
               float(row[column]) * 1e-9)


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


def terms(capacity, word, node):
    return 1.0, math.log(capacity / CAPACITY_REF), math.log(word / WORD_REF), math.log(node / NODE_REF)


def fit(column):
    """E_ref at 16 KiB, 8 B, 32 nm and 1 V in joules, and the exponents a, b, c."""
    samples = [(terms(capacity, word, node), math.log(energy / SUPPLY[node] ** 2))
               for kind, capacity, word, node, energy in rows(column) if fitted(kind, capacity, word)]
    normal = [[sum(x[i] * x[j] for x, _ in samples) for j in range(4)] for i in range(4)]
    right = [sum(x[i] * y for x, y in samples) for i in range(4)]
    intercept, a, b, c = solve(normal, right)
    return math.exp(intercept), a, b, c


def energy_at(parameters, capacity, word, node, volts):
    reference, *exponents = parameters
    return reference * math.exp(sum(p * x for p, x in zip(exponents, terms(capacity, word, node)[1:]))) * volts**2


def gaps(column, parameters):
    """Relative gaps by (whether the fit saw the row, node)."""
    out = {}
    for kind, capacity, word, node, energy in rows(column):
        gap = energy_at(parameters, capacity, word, node, SUPPLY[node]) / energy - 1.0
        out.setdefault((fitted(kind, capacity, word), node), []).append(gap)
    return out


def two_port_ratio(column):
    energy = {(row["size_B"], row["word_bits"], row["node_nm"], row["ports"]): float(row[column])
              for row in table("cacti7_sram_ports.csv")}
    ratios = [value / energy[key[:3] + ("1RW",)] for key, value in energy.items() if key[3] == "1R1W"]
    return sum(ratios) / len(ratios)


def describe(values):
    mean = sum(abs(v) for v in values) / len(values)
    return f"{len(values)} rows, mean {mean * 100:.1f} %, max {max(values, key=abs) * 100:+.1f} %"


def arguments(argv=None):
    parser = Arguments("fit_sram_energy.py", __doc__)
    parser.add_argument("technology", choices=sorted(TECHNOLOGIES))
    parser.add_quiet()
    return parser.parse_args(argv)


def run(options):
    node, volts = TECHNOLOGIES[options.technology]
    for key, column in KEYS.items():
        parameters = fit(column)
        reference, a, b, c = parameters
        gap = gaps(column, parameters)
        print(f"    # {reference * 1e12:.4g} pJ at 32 nm and 1 V, node exponent {c:.4f}")
        for seen, what in ((True, "fitted"), (False, "predicted")):
            parts = [f"{n} nm {describe(gap[seen, n])}" for n in sorted(SUPPLY, reverse=True)]
            everything = [v for n in SUPPLY for v in gap[seen, n]]
            print(f"    # {what}: {describe(everything)} ({'; '.join(parts)})")
        energy = energy_at(parameters, CAPACITY_REF, WORD_REF, node, volts)
        for suffix, ratio in (("", 1.0), ("_two_port", two_port_ratio(column))):
            print(f"    {key}{suffix}:")
            print(f"      energy: {energy * ratio * 1e12:.4g} pJ")
            print(f"      sizes: [{{attribute: capacity_B, reference: {CAPACITY_REF}, exponent: {a:.4f}}}, "
                  f"{{attribute: word_B, reference: {WORD_REF}, exponent: {b:.4f}}}]")
            if ratio != 1.0:
                print(f"      # {ratio:.4f} times one port")


if __name__ == "__main__":
    sys.exit(script_main(run, arguments))
