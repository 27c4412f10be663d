"""Below what its cells need, is a memory refused unless bit errors are allowed, and are these told then?"""

import json

import pytest

NET = ("edge_npu", "--net", "kws_ds_cnn", "--quiet")


def low(volts):
    return ("--opp", f"VDD_SRAM={volts}V,soc_clk=10MHz", "--set", f"power.voltage_domains.VDD_SRAM.minimum={volts}V")


ALLOWED = ("--set", "power.allow_bit_errors=true")


def result(program, folder, *words):
    program.output("run", *NET, *words, "-o", folder)
    return json.loads((folder / "result.json").read_text())


def test_it_is_an_error_unless_it_is_allowed(program, tmp_path):
    done = program.call("run", *NET, *low(0.5), "-o", tmp_path / "no")
    assert done.returncode == 2 and not (tmp_path / "no").exists()
    found = result(program, tmp_path / "yes", *low(0.5), *ALLOWED)
    assert isinstance(found["bit_errors"]["expected_flips_per_inference"], int)


def test_flips_are_accesses_times_rates(program, tmp_path):
    found = result(program, tmp_path / "run", *low(0.45), *ALLOWED)
    events = {component["name"]: component["events"] for component in found["components"]}
    total = 0
    for m in found["bit_errors"]["memories"]:
        counts = events[m["component"]]
        wrong = 8 * (counts["read_B"] * m["read_error_rate"] +
                     counts["write_B"] * (m["write_error_rate"] + m["hold_error_rate"]))  # fmt: skip
        assert m["lowest_voltage_V"] == 0.45 and not m["corrected"]
        assert m["hold_error_rate"] < m["read_error_rate"] < 1e-2
        assert m["expected_flips_per_inference"] == pytest.approx(wrong, abs=0.51)
        total += wrong
    assert total > 1000
    assert found["bit_errors"]["expected_flips_per_inference"] == pytest.approx(total, abs=0.51)


def test_more_bits_fail_at_less(program, tmp_path):
    flips = [
        result(program, tmp_path / str(volts), *low(volts), *ALLOWED)["bit_errors"]["expected_flips_per_inference"]
        for volts in (0.55, 0.5, 0.45)
    ]
    assert flips[0] < flips[1] < flips[2]


def test_nothing_is_told_where_nothing_is_allowed(program, tmp_path):
    assert "bit_errors" not in result(program, tmp_path / "run")
