"""Does the size of a memory on chip have consequences, and does the card say which?"""

import json
import shlex

import pytest


def run(program, tmp_path, *words):
    output = program.output("run", "edge_npu", "--net", "kws_ds_cnn", *words, "-o", tmp_path / "out", "--quiet")
    return output, json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))


def access(result, component):
    return next(a for a in result["design_point"]["sram_access"] if a["component"] == component)


def test_a_large_sram_takes_cycles_and_the_card_says_so(program, tmp_path):
    small_card, small = run(program, tmp_path / "small")
    card, large = run(program, tmp_path / "large", "--set", "soc.sram.size=64 MiB")
    assert "\nSRAM " not in small_card
    assert "SRAM          sram: " in card and "access to a bank of 8 MiB, 4 cycles" in card
    assert access(small, "sram")["cycles"] == 1 and access(large, "sram")["cycles"] == 4
    assert access(large, "sram")["access_s"] > 4 * access(small, "sram")["access_s"]
    assert large["totals"]["latency_s"] > small["totals"]["latency_s"]
    assert large["totals"]["energy_J"] > small["totals"]["energy_J"]
    # More banks are smaller banks.
    _, banked = run(program, tmp_path / "banked", "--set", "soc.sram.size=64 MiB", "--set", "soc.sram.banks=128")
    assert access(banked, "sram")["cycles"] == 1


def test_a_large_buffer_slows_a_clock_that_is_free_and_the_card_says_so(program, tmp_path):
    _, small = run(program, tmp_path / "small", "--opp", "0.8V")
    card, large = run(program, tmp_path / "large", "--opp", "0.8V", "--set", "soc.npu.weight_buffer.size=2 MiB")
    clock = [result["design_point"]["clock_frequency_Hz"]["npu_clk"] for result in (small, large)]
    assert clock[1] < clock[0]
    limiting = access(large, "npu.weight_buffer")
    assert limiting["limits_clock"] and clock[1] == int(limiting["fastest_clock_Hz"])
    assert not any(a["limits_clock"] for a in small["design_point"]["sram_access"])
    assert "access to a bank of 256 KiB, limits npu_clk" in card


@pytest.mark.parametrize("key, value", [("npu.weight_buffer.size", "4 MiB"), ("sram.latency", "1 cycles")])
def test_a_clock_that_is_too_fast_is_refused_and_the_remedy_works(program, tmp_path, key, value):
    words = ["run", "edge_npu", "--net", "kws_ds_cnn", "--opp", "0.8V,500MHz", "--set", f"soc.{key}={value}",
             "--set", "soc.sram.size=64 MiB", "-o", tmp_path / "out", "--quiet"]
    done = program.call(*words)
    assert done.returncode == 2 and not (tmp_path / "out").exists()
    assert "is above f_max = " in done.stderr and "for an access to a bank of " in done.stderr, done.stderr
    remedy = shlex.split(done.stderr.split("--set ")[1].splitlines()[0])[0].replace("=N", "=256")
    assert remedy.startswith("soc.npu.weight_buffer.banks=" if "npu" in key else "soc.sram.latency=")
    words[words.index(f"soc.{key}={value}")] = remedy
    assert program.call(*words).returncode == 0


def test_pricing_a_record_again_tells_the_same(program, tmp_path):
    _, result = run(program, tmp_path, "--set", "soc.sram.size=64 MiB")
    priced = program.output("price", tmp_path / "out", "--technology", "lp28", "--json")
    assert json.loads(priced)["design_point"]["sram_access"] == result["design_point"]["sram_access"]
