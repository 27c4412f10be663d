"""Are the prices in configs/ those that the scripts derive from their data?"""
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def output(script, *arguments):
    command = [sys.executable, str(ROOT / "scripts" / script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def block(text, key):
    """The lines below `key:` that are indented deeper than it."""
    lines = text.splitlines()
    start = next(i for i, line in enumerate(lines) if line.strip() == f"{key}:")
    indent = len(lines[start]) - len(lines[start].lstrip())
    end = start + 1
    while end < len(lines) and len(lines[end]) - len(lines[end].lstrip()) > indent:
        end += 1
    return lines[start + 1:end]


def numbers(lines):
    """Energies and exponents as they stand in the text, in order."""
    words = " ".join(line for line in lines if "source:" not in line).replace(",", " ").replace("}", " ").split()
    return [word for before, word in zip(words, words[1:]) if before in ("energy:", "exponent:")]


@pytest.mark.parametrize("technology", ["fd22", "lp28", "lp40", "lp65", "sky130"])
def test_sram_prices_are_the_fitted_ones(technology):
    config = (ROOT / "configs" / "technologies" / f"{technology}.yaml").read_text(encoding="utf-8")
    fitted = output("fit_sram_energy.py", technology)
    for key in ("sram.read", "sram.write", "sram.read_two_port", "sram.write_two_port"):
        expected = numbers(block(fitted, key))
        assert len(expected) == 3
        assert numbers(block(config, key)) == expected


def test_the_fits_errors_are_those_of_the_documentation():
    text = (ROOT / "docs" / "models" / "memories.md").read_text(encoding="utf-8")
    errors = [line.split("# fitted: ")[1].split(" (")[0] for line in output("fit_sram_energy.py", "lp28").splitlines()
              if "# fitted: " in line]
    assert len(errors) == 2
    for error in errors:  # "63 rows, mean 11.7 %, max +25.6 %"
        assert error in text


def test_sram_access_times_are_the_fitted_ones():
    source = (ROOT / "sim" / "power" / "technology" / "sram_access.cpp").read_text(encoding="utf-8")
    fit, *gaps = output("fit_sram_access.py").splitlines()
    growing, exponent = fit.split(",")[0].split(" = ")[1], fit.split(",")[1].split(" = ")[1].split(":")[0]
    assert f"kGrowing = {growing};" in source
    assert f"kExponent = {exponent.split(', ')[0]};" in source
    text = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")
    assert len(gaps) == 6
    for line in gaps:  # "fitted: 65 nm 21 rows 4.1 % (+9 %); ..."
        rows, figures = line.split(": ")
        cells = [figure.split(" rows ")[1].replace("-", "−") for figure in figures.split("; ")]
        row = next(row for row in text.splitlines() if row.startswith(f"| {rows}") and cells[0] in row)
        for cell in cells:
            assert cell in row


@pytest.mark.parametrize("technology", ["fd22", "lp28", "lp40", "lp65", "sky130"])
def test_logic_prices_are_the_scaled_ones(technology):
    config = (ROOT / "configs" / "technologies" / f"{technology}.yaml").read_text(encoding="utf-8")
    lines = [line for line in output("scale_logic_energy.py", technology).splitlines() if not line.startswith("#")]
    assert len(lines) == 13
    unit = {"pJ": 1.0, "fJ": 1e-3}
    for line in lines:
        key, value = line.split(": ", 1)
        energy = next(text for text in block(config, key) if "energy:" in text).split()
        assert float(energy[1]) * unit[energy[2]] == pytest.approx(float(value.split()[0]), rel=1e-3), key
