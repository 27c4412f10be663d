"""Are clocks that a memory cannot run on refused where they are set, with a clock that it can run on?"""

import pytest
from support.program import ROOT

# Design, memory's clock, one that is too fast or too slow, and how the error begins to say what would do.
CLOCKS = [
    ("edge_npu_hyperram", "1 MHz", "raise it to "),
    ("edge_npu_hyperram", "10 kHz", "raise it to "),
    ("edge_npu_hyperram", "250 MHz", "lower it to 166 MHz or less"),
    ("edge_npu_mcu", "300 MHz", "lower it to "),
    ("edge_npu_onchip", "500 MHz", "lower it to "),
    ("edge_npu", "1700 MHz", "lower it to 1.6 GHz or less"),
    ("edge_npu", "100 kHz", "raise it to "),
]


def call(program, tmp_path, design, *words):
    return program.call("run", design, "--net", "kws_ds_cnn", *words, "-o", tmp_path / "out", "--quiet")


@pytest.mark.parametrize("design, clock, says", CLOCKS)
def test_it_is_refused_where_it_is_set_and_the_remedy_works(program, tmp_path, design, clock, says):
    name = "flash_clk" if design == "edge_npu_mcu" else "mem_clk"
    intent = tmp_path / "intent.yaml"
    text = (f"schema: power/1\ninclude: {ROOT / 'configs' / 'power' / (design + '.yaml')}\npower:\n  clock_domains:\n"
            f"    {name}: {{frequency: CLOCK}}\n")
    column = text.splitlines()[4].index("CLOCK") + 1
    intent.write_text(text.replace("CLOCK", clock), encoding="utf-8")
    done = call(program, tmp_path, design, "--power", intent)
    assert done.returncode == 2 and not (tmp_path / "out").exists()
    assert f"{intent}:5:{column}: power.clock_domains.{name}.frequency: " in done.stderr, done.stderr
    assert says in done.stderr
    remedy = done.stderr.split("lower it to " if "lower it" in says else "raise it to ")[1]
    value = " ".join(remedy.split()[:2])
    intent.write_text(text.replace("CLOCK", value), encoding="utf-8")
    assert call(program, tmp_path, design, "--power", intent).returncode == 0


def test_on_the_command_line_the_point_is_named(program, tmp_path):
    done = call(program, tmp_path, "edge_npu_hyperram", "--opp", "mem_clk=1MHz")
    assert done.returncode == 2
    assert 'operating point "mem_clk=1MHz": mem_clk: hyperram, ' in done.stderr


@pytest.mark.parametrize("device, clock", [("hyperram_s27ks0641", "1MHz"), ("nor_kh25l8005", "1GHz"),
                                           ("emram_28nm_fdsoi", "10GHz"), ("ddr3_1600", "1kHz")])
def test_memtrace_names_its_option(program, tmp_path, device, clock):
    trace = tmp_path / "one.csv"
    trace.write_text("arrival_cycle,op,bank,row,burst\n0,R,0,0,0\n", encoding="utf-8")
    done = program.call("memtrace", device, trace, "--clock", clock)
    assert done.returncode == 2
    assert "--clock: " in done.stderr and (" or less" in done.stderr or " or more" in done.stderr)
