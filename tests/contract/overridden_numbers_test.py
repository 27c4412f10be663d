"""Does a number that replaces another one carry its own origin, not the source of the one that it replaced?

A number comes with `source` and `quality`. When a refining file or --set replaces the number alone, the source beside it
tells of the old one: the origin is then the place of the new number, and it counts as estimated.
"""

import json
import shutil

import pytest

from support.program import ROOT

MAC = "npu.array.mac_int8"
NETWORK = ("--net", "ad_autoencoder")


@pytest.fixture
def result(program, tmp_path):
    """The result of a run with more arguments."""

    def run(*arguments, design="edge_npu"):
        return json.loads(program.output("run", design, *NETWORK, *arguments, "--json", "-o", tmp_path / "out", cwd=tmp_path))

    return run


def account(result, name):
    return next(a for a in result["accounts"] if a["account"] == name)


def technology(tmp_path, body, name="lp28_x.yaml"):
    file = tmp_path / name
    file.write_text(f"schema: technology/1\ninclude: {ROOT}/configs/technologies/lp28.yaml\ntechnology:\n{body}")
    return ("--technology", file)


def test_a_price_of_an_override(result):
    plain, changed = result(), result("--set", "technology.prices.mac.int8.energy=1 pJ")
    before, after = account(plain, MAC), account(changed, MAC)
    assert before["quality"] == "published" and "Accelergy" in before["source"]
    assert after["source"] == "--set technology.prices.mac.int8.energy=1 pJ, no source given"
    assert after["quality"] == "estimated"
    assert changed["totals"]["estimated_energy_share"] > plain["totals"]["estimated_energy_share"]


def test_a_price_of_a_refining_file(result, tmp_path):
    after = account(result(*technology(tmp_path, "  prices:\n    mac.int8: {energy: 1 pJ}\n")), MAC)
    assert after["source"] == "lp28_x.yaml:5:24, no source given"
    assert after["quality"] == "estimated"


def test_a_chain_of_files_names_the_one_that_says_it(result, tmp_path):
    technology(tmp_path, "  prices:\n    mac.int8: {energy: 1 pJ, source: bench, quality: measured}\n", "a.yaml")
    (tmp_path / "b.yaml").write_text(
        "schema: technology/1\ninclude: a.yaml\ntechnology:\n  prices: {dma.byte: {energy: 1 pJ}}\n")
    (tmp_path / "c.yaml").write_text("schema: technology/1\ninclude: b.yaml\ntechnology: {title: the last one}\n")
    r = result("--technology", tmp_path / "c.yaml")
    assert (account(r, MAC)["source"], account(r, MAC)["quality"]) == ("bench", "measured")
    assert account(r, "npu.dma.byte")["source"] == "b.yaml:4:31, no source given"


def test_a_source_that_comes_with_the_number_holds_its_quality_too(result, tmp_path):
    arguments = technology(tmp_path, '  prices:\n    mac.int8: {energy: 1 pJ, source: "my own"}\n')
    after = account(result(*arguments), MAC)
    assert after["source"] == "my own"
    assert after["quality"] == "estimated"  # `published` was said of the old number
    both = ("--set", "technology.prices.mac.int8.energy=1 pJ", "--set", "technology.prices.mac.int8.source=bench")
    assert account(result(*both), MAC)["source"] == "bench"
    all_three = (*both, "--set", "technology.prices.mac.int8.quality=measured")
    assert account(result(*all_three), MAC)["quality"] == "measured"


def test_a_quality_alone_does_not_make_a_source(result):
    sets = ("--set", "technology.prices.mac.int8.energy=1 pJ", "--set", "technology.prices.mac.int8.quality=measured")
    assert account(result(*sets), MAC)["quality"] == "estimated"


def test_a_source_alone_is_a_correction(result):
    after = account(result("--set", "technology.prices.mac.int8.source=page 7 of it"), MAC)
    assert (after["source"], after["quality"]) == ("page 7 of it", "published")


def test_one_of_several_numbers(result):
    after = account(result("--set", "technology.prices.sram.read.sizes[0].exponent=0.5"), "sram.read")
    assert after["source"].startswith("--set technology.prices.sram.read.sizes[0].exponent=0.5, no source given; the rest: CACTI 7")
    assert after["quality"] == "estimated"


@pytest.mark.parametrize("override, name", [
    ("technology.devices.logic.leakage[0].power=1 nW", "bus.leakage.ON"),
    ("technology.devices.sram.leakage[0].power=9 pW", "sram.bank_clock_gated"),
    ("power.voltage_domains.VDD1.regulator.efficiency=0.5", "VDD1"),
])
def test_every_kind_of_sourced_number(override, name, result):
    accounts = [a for a in result("--set", override)["accounts"] if a["account"].startswith(name)]
    assert accounts, name
    for one in accounts:
        assert f"--set {override}, no source given" in one["source"]
        assert one["quality"] == "estimated"


def test_parameters_of_the_model_are_named_where_they_scale(result):
    after = account(result("--set", "technology.devices.logic.slope_factor.value=1.5"), "bus.leakage.ON")
    assert after["scale_formula"].endswith("; slope_factor from --set technology.devices.logic.slope_factor.value=1.5, no source given")
    assert after["quality"] == "estimated"


def test_a_current_of_a_memory(result, tmp_path):
    memory = tmp_path / "lpddr4_x.yaml"
    memory.write_text(f"schema: memory/1\ninclude: {ROOT}/configs/memories/lpddr4_3200.yaml\n"
                      "memory:\n  currents:\n    rails:\n      vdd2: {IDD4R: 100 mA}\n")
    r = result("--set", f"soc.dram.device={memory}", "--set", "design.placement=[{tensors: weights, in: dram}]")
    read, standby = account(r, "dram.read.vdd2"), account(r, "dram.precharge_standby.vdd2")
    assert read["source"].startswith("IDD4R from lpddr4_x.yaml:6:21, no source given; the rest: ")
    assert read["quality"] == "estimated"
    assert "lpddr4_x" not in standby["source"]


def test_the_origin_is_the_same_in_every_folder(program, tmp_path):
    texts = []
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        shutil.copy(ROOT / "configs/technologies/lp28.yaml", tmp_path / folder)
        (tmp_path / folder / "x.yaml").write_text(
            "schema: technology/1\ninclude: lp28.yaml\ntechnology: {prices: {mac.int8: {energy: 1 pJ}}}\n")
        texts.append(program.output("run", "edge_npu", *NETWORK, "--technology", tmp_path / folder / "x.yaml", "--json",
                                    "-o", tmp_path / folder / "out"))
    assert texts[0] == texts[1]
