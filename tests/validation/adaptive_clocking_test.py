"""Does one share of the droop say what an adaptive clock gained at two voltages?

K. Bowman et al., JSSC 48(4) 2013 (22 nm, abstract): with droops of 10 % an adaptive clock distribution gains 14 % of
throughput at 1.0 V and 31 % at 0.6 V. A share of 0.75 was chosen for both; the curve is that of fd22, another 22 nm process.
"""

import json

import pytest

MEASURED = {1.0: 0.14, 0.6: 0.31}
SHARE = 0.75


def f_max(program, share):
    words = ("corners", "edge_npu", "--net", "kws_ds_cnn", "--technology", "fd22", "--corners", "tt", "--quiet", "--json",
             "--voltages", "0.6V,1.0V", "--temperatures=25C")  # fmt: skip
    margin = ("--set", "power.margin.droop=0.1", "--set", f"power.margin.adaptive_clocking={share}")
    return {c["voltage_V"]: c["f_max_Hz"] for c in json.loads(program.output(*words, *margin))["conditions"]}


def test_one_share_says_both_gains(program):
    without, adaptive = f_max(program, 0), f_max(program, SHARE)
    for volts, gain in MEASURED.items():
        assert adaptive[volts] / without[volts] - 1 == pytest.approx(gain, abs=0.02), volts
