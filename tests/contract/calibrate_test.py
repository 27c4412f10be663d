"""Does `calibrate` fit a table of points, say what they do not tell, and refuse what is no such table?"""

import json

import pytest

# Exynos 5422, Cortex-A15, bin 1 (drivers/soc/samsung/exynos5422-asv.c): MHz and mV.
ROWS = [(800, 925), (1000, 975), (1200, 1025), (1400, 1062.5), (1600, 1125), (1800, 1200), (2000, 1312.5), (2100, 1362.5)]


def table(tmp_path, text):
    file = tmp_path / "points.csv"
    file.write_text(text)
    return file


def points(fitted=(0, 3, 7)):
    return "voltage_V,frequency_Hz,use\n" + "".join(
        f"{mV / 1000},{MHz}e6,{'fit' if i in fitted else 'check'}\n" for i, (MHz, mV) in enumerate(ROWS))


def test_three_points_tell_the_others(program, tmp_path):
    found = json.loads(program.output("calibrate", table(tmp_path, points()), "--json"))
    assert found["worst_frequency_error"]["check"] < 0.05
    assert [row["use"] for row in found["residuals"]].count("fit") == 3
    assert {r["parameter"] for r in found["not_told_by_points"]} >= {"alpha", "wire_share"}
    assert found["leakage_W"] is None


def test_rows_of_the_command_line_replace_those_of_the_table(program, tmp_path):
    found = json.loads(program.output("calibrate", table(tmp_path, points()), "--fit", "1-3,8", "--json"))
    assert [row["use"] for row in found["residuals"]] == ["fit"] * 3 + ["check"] * 4 + ["fit"]


def test_power_is_split_into_switching_and_leakage(program, tmp_path):
    """10 pF of switched capacitance and 1 mW of leakage, at two clocks of each voltage."""
    text = "voltage_V,frequency_Hz,power_W\n"
    for volts, hertz in ((0.5, 50e6), (0.7, 200e6), (0.9, 400e6)):
        text += f"{volts},{hertz},{10e-12 * volts**2 * hertz + 1e-3 * volts**2}\n"
    found = json.loads(program.output("calibrate", table(tmp_path, text), "--json"))
    assert found["leakage_told_apart"]
    assert found["switched_capacitance_F"] == pytest.approx(10e-12, rel=0.15)
    assert all(abs(row["power_error"]) < 0.1 for row in found["residuals"])


def test_one_point_of_a_technology_says_how_long_its_paths_are(program, tmp_path):
    file = table(tmp_path, "voltage_V,frequency_Hz\n0.8,100e6\n")
    found = json.loads(program.output("calibrate", file, "--technology", "lp28", "--json"))
    assert abs(found["residuals"][0]["frequency_error"]) < 1e-6
    assert found["parameters"]["threshold_V"] == pytest.approx(0.36, abs=0.01)


def test_the_document_it_writes_is_a_technology_with_the_same_curve(program, tmp_path):
    found = json.loads(program.output("calibrate", table(tmp_path, points()), "--json", "-o", tmp_path / "own.yaml"))
    text = (tmp_path / "own.yaml").read_text()
    assert found["points"]["sha256"][:12] in text
    again = json.loads(program.output("calibrate", table(tmp_path, "voltage_V,frequency_Hz\n1.3625,2.1e9\n"),
                                      "--technology", tmp_path / "own.yaml", "--json"))
    assert again["parameters"]["threshold_V"] == pytest.approx(found["parameters"]["threshold_V"], abs=1e-3)
    assert again["parameters"]["wire_share"] == pytest.approx(found["parameters"]["wire_share"], abs=0.02)


@pytest.mark.parametrize("text, says", [
    ("voltage,frequency_Hz\n", ":1:1: expected one of voltage_V"),
    ("voltage_V\n0.5\n", ":1:1: missing column frequency_Hz"),
    ("voltage_V,frequency_Hz\n0.5\n", ":2:1: expected 2 cells"),
    ("voltage_V,frequency_Hz\n0.5,fast\n", ":2:5: expected frequency_Hz from 1 to"),
    ("voltage_V,frequency_Hz,use\n0.5,1e6,guess\n", ":2:9: expected one of fit, check"),
    ("voltage_V,frequency_Hz\n", "has headings and no points"),
    ("", "expected a line of headings"),
    ("voltage_V,frequency_Hz\n0.5,1e6\n0.6,2e6\n", "expected points to fit at 3 voltages at least, got 2"),
])
def test_what_is_no_table_is_refused_where_it_is_wrong(program, tmp_path, text, says):
    done = program.call("calibrate", table(tmp_path, text), "-o", tmp_path / "out.yaml")
    assert done.returncode == 2 and says in done.stderr
    assert not (tmp_path / "out.yaml").exists()


def test_rows_that_are_not_there_are_refused(program, tmp_path):
    done = program.call("calibrate", table(tmp_path, points()), "--fit", "1,9")
    assert done.returncode == 2 and "--fit: expected rows from 1 to 8" in done.stderr
