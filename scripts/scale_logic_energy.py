#!/usr/bin/env python3
"""Prints the logic prices of a technology from published 45 nm energies.

Energies of one operation at 45 nm and 0.9 V are carried to another node and supply with the energy polynomials of
A. Stillmaker and B. Baas, "Scaling equations for the accurate prediction of CMOS device performance from 180 nm to
7 nm", Integration 58 (2017), p. 74-81:  E ~ a2 V^2 + a1 V + a0 per node. 28 nm lies between the tabulated 32 and
20 nm; its value is their geometric interpolation over the logarithm of the node, and so those of 22 and 40 nm. Above 65
nm capacitance grows with the node (constant-field scaling; estimate), energy with that and the square of the supply.
"""
import math
import sys

from script_main import Arguments, script_main

COEFFICIENTS = {  # node: (a2, a1, a0), high-performance models below 65 nm
    65: (3.755, -4.398, 1.975),
    45: (1.018, -0.3107, 0.1539),
    32: (0.8367, -0.4341, 0.1701),
    20: (0.373, -0.1582, 0.04104),
}
BASE_NODE, BASE_VOLTAGE = 45, 0.9
COARSEST_VOLTAGE = 1.2  # of 65 nm
TECHNOLOGIES = {"fd22": (22, 0.8), "lp28": (28, 0.8), "lp40": (40, 1.1), "lp65": (65, 1.2), "sky130": (130, 1.8)}

# Accelergy 0.4, 45 nm table (Aladdin plug-in): one 8-bit multiply-accumulate, one access to an 8-bit register.
MAC8_PJ, REGISTER_PJ = 0.5608, 0.072
# M. Horowitz, "Computing's energy problem", ISSCC 2014, 45 nm 0.9 V: multiplication and addition of 32-bit integers and
# of floating-point numbers.
MULTIPLY32_PJ, ADD32_PJ = 3.1, 0.1
MULTIPLY_FP16_PJ, ADD_FP16_PJ = 1.1, 0.4
MULTIPLY_FP32_PJ, ADD_FP32_PJ = 3.7, 0.9
# Clock pin at 28 nm and 0.8 V: 0.6 fF pin, 0.6 fF internal clock inverters, 0.4 fF share of the tree: 1.6 fF x V^2.
CLOCK_PIN_28_PJ = 1.6e-3 * 0.8**2


def polynomial(node, voltage):
    a2, a1, a0 = COEFFICIENTS[node]
    return a2 * voltage**2 + a1 * voltage + a0


def relative_energy(node, voltage):
    if node in COEFFICIENTS:
        return polynomial(node, voltage)
    coarsest = max(COEFFICIENTS)
    if node > coarsest:
        return polynomial(coarsest, COARSEST_VOLTAGE) * node / coarsest * (voltage / COARSEST_VOLTAGE)**2
    above = min(n for n in COEFFICIENTS if n > node)
    below = max(n for n in COEFFICIENTS if n < node)
    weight = math.log(above / node) / math.log(above / below)
    return polynomial(above, voltage) ** (1 - weight) * polynomial(below, voltage) ** weight


def factor(node, voltage):
    return relative_energy(node, voltage) / relative_energy(BASE_NODE, BASE_VOLTAGE)


def prices(node, voltage):
    """{key: (picojoules, how)}."""
    scale = factor(node, voltage)
    clock = CLOCK_PIN_28_PJ * scale / factor(28, 0.8)
    return {
        "mac.int8": (MAC8_PJ * scale, "mac8 0.5608 pJ"),
        "mac.bit_product": (MAC8_PJ / 8 * scale,
                            "an eighth of mac8, which sums eight shifted products of a bit and a byte"),
        "mac.int32": ((MULTIPLY32_PJ + ADD32_PJ) * scale, "multiplier 3.1 pJ, adder 0.1 pJ of int32"),
        "mac.fp16": ((MULTIPLY_FP16_PJ + ADD_FP16_PJ) * scale, "multiplier 1.1 pJ, adder 0.4 pJ of fp16"),
        "mac.fp32": ((MULTIPLY_FP32_PJ + ADD_FP32_PJ) * scale, "multiplier 3.7 pJ, adder 0.9 pJ of fp32"),
        "pe.register_byte": (REGISTER_PJ * scale - 8 * clock,
                             "register 0.072 pJ, less 8 clock pins, which are counted apart"),
        "vector.lane_operation": ((MULTIPLY32_PJ + ADD32_PJ + 12 * REGISTER_PJ) * scale,
                                  "32-bit multiplication 3.1 pJ, addition 0.1 pJ, 12 operand bytes at 0.072 pJ"),
        "sequencer.command": ((64 * REGISTER_PJ + 20 * ADD32_PJ) * scale,
                              "32 B queued and read at 0.072 pJ/B, 20 32-bit additions for decoding and addresses"),
        "dma.byte": ((2 * REGISTER_PJ + 2 * ADD32_PJ / 8) * scale,
                     "into and out of a FIFO at 0.072 pJ, 2 additions per 8 B"),
        "dram_controller.request": ((64 * REGISTER_PJ + 42 * ADD32_PJ) * scale,
                                    "32 B queued and read at 0.072 pJ/B, 32 comparisons and 10 additions of 32 bit"),
        "memory_controller.request": ((64 * REGISTER_PJ + 12 * ADD32_PJ) * scale,
                                      "32 B queued and read at 0.072 pJ/B, 12 additions and comparisons of 32 bit"),
        "power_manager.transition": (400 * REGISTER_PJ * scale, "100 accesses to 32-bit registers at 0.072 pJ/B"),
        "logic.clock_pin": (clock, "1.6 fF at 28 nm: pin 0.6, internal inverters 0.6, share of the tree 0.4"),
    }


def arguments(argv=None):
    parser = Arguments("scale_logic_energy.py", __doc__)
    parser.add_argument("technology", choices=sorted(TECHNOLOGIES))
    parser.add_quiet()
    return parser.parse_args(argv)


def run(options):
    node, voltage = TECHNOLOGIES[options.technology]
    print(f"# factor from 45 nm 0.9 V: {factor(node, voltage):.4f}")
    for key, (energy, how) in prices(node, voltage).items():
        print(f"{key}: {energy:.4g} pJ  # {how}")


if __name__ == "__main__":
    sys.exit(script_main(run, arguments))
