"""Are bit cells below their minimum voltage refused, wherever they hang and however the voltage came about?"""

import re

import pytest
from support.program import ROOT

LOWER = ("power.voltage_domains.VDD_RAM.voltage=0.55 V", "power.voltage_domains.VDD_RAM.minimum=0.55 V",
         "power.voltage_domains.VDD_RAM.process=sram", "power.power_domains.PD_SRAM.supply=VDD_RAM",
         "power.clock_domains.soc_clk.frequency=50 MHz")


def run(program, tmp_path, *words, sets=()):
    for value in sets:
        words += ("--set", value)
    done = program.call("run", *words, "-o", tmp_path / "out", "--quiet")
    return done.returncode, done.stderr, (tmp_path / "out").exists()


def intent(tmp_path, text):
    file = tmp_path / "low.yaml"
    file.write_text(f"schema: power/1\ninclude: {ROOT / 'configs/power/edge_npu.yaml'}\npower:\n{text}")
    return file


@pytest.mark.parametrize("text, place, says", [
    ("  operating_points:\n    low: {voltages: {VDD_SRAM: 0.59 V}}\n", "low.yaml:5:32: power.operating_points.low",
     "VDD_SRAM: 0.59 V is out of range: lp28 allows 0.6 V"),
    ("  voltage_domains:\n    VDD_SRAM: {voltage: 0.5 V, tracks: \"\"}\n", "low.yaml:5:25: power.voltage_domains",
     "VDD_SRAM: 0.5 V is out of range: lp28 allows 0.6 V"),
    ("  power_domains:\n    PD_NPU_BUF: {supply: VDD_NPU}\n", "low.yaml:5:26: power.power_domains.PD_NPU_BUF.supply",
     "the bit cells of npu.input_buffer get 0.5 V from VDD_NPU, below the 0.6 V that lp28 needs"),
    ("  power_domains:\n    PD_SRAM: {supply: VDD_NPU}\n", "low.yaml:5:23: power.power_domains.PD_SRAM.supply",
     "the bit cells of sram get 0.5 V from VDD_NPU"),
    ("  power_domains:\n    PD_SRAM: {rails: {array: VDD_NPU}}\n", "low.yaml:5:30: power.power_domains.PD_SRAM.rails",
     "the bit cells of sram get 0.5 V from VDD_NPU"),
    ("  power_domains:\n    PD_SRAM: {supply: VDD_AON, rails: {array: VDD_SRAM}}\n",
     "low.yaml:5:47: power.power_domains.PD_SRAM.rails", "the array rail VDD_SRAM, 0.6 V, is below the supply VDD_AON"),
], ids=["point", "rail", "buffers on logic", "sram on logic", "array on logic", "array below logic"])
def test_it_is_refused_where_it_is_written(program, tmp_path, text, place, says):
    opp = "low" if "low:" in text else "0.5V"
    code, stderr, written = run(program, tmp_path, "edge_npu", "--power", intent(tmp_path, text), "--opp", opp)
    assert code == 2 and not written
    assert any(place in line and says in line for line in stderr.splitlines()), stderr


def test_the_minimum_itself_works(program, tmp_path):
    assert run(program, tmp_path, "edge_npu", "--opp", "VDD_SRAM=0.6V,VDD_NPU=0.5V")[0] == 0


def test_a_code_lowers_it_for_memories_that_have_one(program, tmp_path):
    code, stderr, _ = run(program, tmp_path, "edge_npu", sets=LOWER)
    assert code == 2 and "the bit cells of sram get 0.55 V from VDD_RAM, below the 0.6 V" in stderr
    assert run(program, tmp_path, "edge_npu", sets=(*LOWER, "soc.sram.ecc=secded"))[0] == 0
    lower = tuple(s.replace("0.55 V", "0.535 V") for s in LOWER)
    code, stderr, _ = run(program, tmp_path, "edge_npu", sets=(*lower, "soc.sram.ecc=secded"))
    assert code == 2 and re.search(r"VDD_RAM: 0\.535 V is out of range: lp28 allows 0\.536 V", stderr)


def test_pricing_a_record_anew_refuses_it_too(program, tmp_path):
    assert run(program, tmp_path, "edge_npu", "--opp", "0.5V")[0] == 0
    file = intent(tmp_path, "  power_domains:\n    PD_SRAM: {supply: VDD_NPU}\n")
    done = program.call("price", tmp_path / "out", "--technology", "lp28", "--opp", "0.5V", "--power", file, "-o",
                        tmp_path / "again", "--quiet")
    assert done.returncode == 2 and "the bit cells of sram get 0.5 V" in done.stderr


@pytest.mark.parametrize("key, says", [("cell=hpp", 'did you mean "sram.bit_leakage.hp"?'),
                                       ("ports=3rw", "expected one of 1rw, 1r1w, 2rw"),
                                       ("stripe=12 B", "a multiple of a word of 8 B"),
                                       ("retention_after=-1 us", "expected a time from 0 s")])
def test_mistakes_in_its_configuration_are_explained(program, tmp_path, key, says):
    code, stderr, written = run(program, tmp_path, "edge_npu", sets=(f"soc.sram.{key}",))
    assert code == 2 and says in stderr and not written
