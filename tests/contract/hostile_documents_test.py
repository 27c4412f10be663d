"""Does any document end within seconds, with a result that can be or with exit code 2 and what is wrong where?

Each case was once accepted, crashed the program or kept it busy. Files are made here; those that include a shipped one do
so by its path.
"""

import json
import os
import shutil

import pytest

from support.hostile import SMALL, call, refining, refused, shipped
from support.program import ROOT


def test_a_chain_of_includes_has_an_end(program, tmp_path):
    for i in range(2000):
        (tmp_path / f"{i}.yaml").write_text(f"schema: design/1\ninclude: {i + 1}.yaml\ndesign: {{}}\n")
    (tmp_path / "2000.yaml").write_text("schema: design/1\ndesign: {soc: edge_npu}\n")
    error = refused(program, "check", "0.yaml", cwd=tmp_path)
    assert error.startswith("32.yaml:2:10: include: expected at most 32 files that include one another")


@pytest.mark.parametrize("command", [["check"], ["explain"], ["price", "--technology", "lp28"], ["run", "edge_npu", "--net"],
                                     ["memtrace", "lpddr4_3200"], ["import"]])
@pytest.mark.parametrize("what", ["device", "pipe", "folder", "absent"])
def test_only_regular_files_are_read(command, what, program, tmp_path):
    name = {"device": "/dev/zero", "pipe": "pipe.yaml", "folder": "folder.yaml", "absent": "absent.yaml"}[what]
    if what == "pipe":
        os.mkfifo(tmp_path / name)
    elif what == "folder":
        (tmp_path / name).mkdir()
    error = refused(program, *command, name, cwd=tmp_path)
    expected = {"device": "is no regular file but a device", "pipe": "is no regular file but a pipe",
                "folder": "is a directory", "absent": "no such file"}[what]
    if what != "folder" or command[0] not in ("explain", "price"):  # those take a run's folder
        assert expected in error


@pytest.mark.parametrize("target, why", [("/dev/zero", "is no regular file but a device"), ("pipe", "a pipe"),
                                         (".", "is a directory"), ("absent.yaml", "no such file")])
def test_an_include_is_a_regular_file(target, why, program, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "a.yaml").write_text(f"schema: design/1\ninclude: {target}\ndesign: {{soc: edge_npu}}\n")
    error = refused(program, "check", "a.yaml", cwd=tmp_path)
    assert error.startswith("a.yaml:2:10: ")
    assert why in error


def test_a_document_has_at_most_16_MiB(program, tmp_path):
    with open(tmp_path / "large.yaml", "wb") as file:
        file.truncate(16 * 2**20 + 1)
    assert "larger than 16 MiB" in refused(program, "check", "large.yaml", cwd=tmp_path)


def test_cost_grows_with_the_number_of_keys_only(program, tmp_path):
    keys = "".join(f"  k{i:06d}: 1\n" for i in range(200_000))
    (tmp_path / "keys.yaml").write_text(f"schema: design/1\ndesign:\n{keys}")
    error = refused(program, "check", "keys.yaml", cwd=tmp_path)
    assert 'keys.yaml:3:3: design.k000000: unknown key "k000000"' in error
    assert error.rstrip().endswith("more mistakes")


def test_a_long_key_is_refused_and_not_repeated(program, tmp_path):
    (tmp_path / "key.yaml").write_text(
        "schema: design/1\ndesign: {? " + "k" * 1_000_000 + "\n : [" + "1," * 3000 + "1]}\n")
    error = refused(program, "check", "key.yaml", cwd=tmp_path)
    assert error == "key.yaml:2:12: design: expected a key of at most 256 bytes, got one of 1000000\n"


def test_long_values_are_not_repeated(program, tmp_path):
    (tmp_path / "a.yaml").write_text("schema: design/1\ndesign: {soc: edge_npu, objective: " + "v" * 5_000_000 + "}\n")
    assert len(refused(program, "check", "a.yaml", cwd=tmp_path)) < 2000


def test_a_long_override_costs_no_more_than_its_values(program, tmp_path):
    value = "soc.npu.array.dataflows=[" + "a," * 50_000 + "a]"
    assert len(refused(program, "check", "edge_npu", "--set", value, cwd=tmp_path)) < 50_000


def test_an_override_has_at_most_64_parts(program, tmp_path):
    error = refused(program, "check", "edge_npu", "--set", "soc.npu." + "a." * 5000 + "a=1", cwd=tmp_path)
    assert "expected a path of at most 64 parts, got 5003" in error


@pytest.mark.parametrize("document, arguments", [
    (b'schema: network/1\nnetwork:\n  name: "n\xeft"\n  input: {shape: 8}\n'
     b"  layers: [{name: a, op: fully_connected, channels: 2}]\n", ["check", "edge_npu", "--net"]),
    (b"schema: design/1\n# \xc3\xa9\ndesign: {\xc3\xa9: \xef}\n", ["check"]),
    (b"schema: power/1\npower:\n  scaled_domain: \xed\xa0\x80 a surrogate\n", ["check", "edge_npu", "--power"]),
    (b"Layer, M, N, K\nfirst, 1, 2, 3\n  b\xefd, 1, 2, 3\n", ["nets"]),
])
def test_what_is_no_utf8_is_located(document, arguments, program, tmp_path):
    name = "net.csv" if document.startswith(b"Layer") else "a.yaml"
    (tmp_path / name).write_bytes(document)
    place = {b"schema: n": "3:11", b"schema: d": "3:13", b"schema: p": "3:18", b"Layer, M,": "3:4"}[document[:9]]
    assert refused(program, *arguments, name, cwd=tmp_path) == f"{name}:{place}: no valid UTF-8\n"


def test_a_terminal_gets_no_control_characters(program, tmp_path):
    text = (ROOT / "workloads/networks/ad_autoencoder.yaml").read_text()
    (tmp_path / "odd.yaml").write_text(text.replace("name: ad_autoencoder", 'name: "ad\\e[31m"'))
    code, out, error = call(program, "run", "edge_npu", "--net", "odd.yaml", cwd=tmp_path)
    assert code == 0, error
    assert out.startswith("ad\\x1B[31m on edge_npu")
    assert not any(c < " " and c not in "\n\t" for c in out)


def test_json_holds_what_the_document_says(program, tmp_path):
    text = (ROOT / "workloads/networks/ad_autoencoder.yaml").read_text()
    (tmp_path / "odd.yaml").write_text(text.replace("name: ad_autoencoder", r'name: "a\x7Fd\e[31m\u202E\"\\"'))
    code, out, error = call(program, "run", "edge_npu", "--net", "odd.yaml", "--json", cwd=tmp_path)
    assert code == 0, error
    assert json.loads(out)["design_point"]["network"] == 'a\x7fd\x1b[31m\u202e"\\'


def test_arguments_are_utf8(program, tmp_path):
    assert "argument 2 is no valid UTF-8" in refused(program, "check", b"n\xeft".decode(errors="surrogateescape"),
                                                     cwd=tmp_path)


# ---- what cannot be -----------------------------------------------------------------------------------------------

IMPOSSIBLE = {
    "a stripe of nothing": ("soc.sram.stripe=0 B", "soc.sram.stripe: expected a value >= 1 B"),
    "a burst of nothing": ("soc.npu.dma.burst=0 B", "soc.npu.dma.burst: expected"),
    "an SRAM of 400 TiB": ("soc.sram.size=439804651110400 B", "soc.sram.size: expected"),
    "a buffer of 2 GiB": ("soc.npu.input_buffer.size=2 GiB", "soc.npu.input_buffer.size: expected a value from 1 B to 1 GiB"),
    "a negative wake-up time": ("soc.sram.retention_wake=-1 s", "expected a time from 0 s"),
    "a price that is a bomb": ("technology.prices.mac.int8.energy=1e300 J", "expected an energy from 0 J to 100 mJ"),
    "a price per event like a lamp's": ("technology.prices.mac.int8.energy=1 mJ", "for an event on chip"),
    "a price without end": ("technology.prices.mac.int8.energy=1e300 TJ", "technology.prices.mac.int8.energy"),
    "a negative price": ("technology.prices.mac.int8.energy=-1 pJ", "expected an energy from 0 J"),
    "a gate like an oven": ("technology.devices.logic.leakage[0].power=1 kW", "technology.devices.logic.leakage[0].power: expected"),
    "a supply of a thunderstorm": ("technology.reference_voltage=1e18 V", "expected a voltage from 50 mV to 10 V"),
    "a gate that wakes with a bang": ("technology.wake_energy_per_gate.value=1 J", "expected"),
    "an exponent without end": ("technology.prices.sram.read.sizes[0].exponent=1e9", "expected a value from"),
    "a rail like lightning": ("power.voltage_domains.VDD1.voltage=1e18 V", "expected a voltage from 50 mV to 60 V"),
    "a rail of the mains": ("power.voltage_domains.VDD1.voltage=50 V", "out of range: expected 0.25 V to 5.5 V"),
    "a rail the part is not made for": ("power.voltage_domains.VDD1.voltage=3.3 V", "VDD1 gives 3.3 V to dram, expected 1.35 V to 2.25 V"),
    "a buck that loses nothing": ("power.voltage_domains.VDD1.regulator={kind: buck, source: none}", "a buck needs its efficiency"),
    "an efficiency of 2": ("power.voltage_domains.VDD1.regulator.efficiency=2", "expected a value from 0.01 to 1"),
    "a clock of no hertz": ("power.clock_domains.soc_clk.frequency=0 Hz", "expected a value >= 1 Hz"),
    "a clock of light": ("power.clock_domains.soc_clk.frequency=1e15 Hz", "expected a frequency from 1 Hz to 1 THz"),
    "a window of an age": ("power.trace_window=1e9 s", "expected a time from"),
    "no number": ("soc.sram.cost_per_byte=nan", "expected a number"),
    "no end": ("soc.sram.cost_per_byte=inf", "expected a number"),
    "an infinite voltage": ("power.voltage_domains.VDD1.voltage=inf V", 'expected a voltage such as "0.8 V"'),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_cannot_be_is_refused_at_its_place(name, program, tmp_path):
    override, message = IMPOSSIBLE[name]
    error = refused(program, "check", "edge_npu", "--set", override, cwd=tmp_path)
    assert message in error


def test_a_bank_beyond_what_the_fit_bears_has_no_price(program, tmp_path):
    error = refused(program, "check", "edge_npu", "--set", "soc.sram.size=256 MiB", cwd=tmp_path)
    assert "holds for a capacity_B of at most 16777216, and has 33554432: use more or smaller banks" in error
    code, _, error = call(program, "check", "edge_npu", "--set", "soc.sram.size=256 MiB", "--set", "soc.sram.banks=16",
                          cwd=tmp_path)
    assert code == 0, error


def test_a_missing_efficiency_is_named(program, tmp_path):
    file = refining(tmp_path, "power", "power", "edge_npu",
                    "  voltage_domains:\n    VDD1: {regulator: {efficiency: null}}\n")
    error = refused(program, "run", "edge_npu", "--power", file, cwd=tmp_path)
    assert "power.voltage_domains.VDD1.regulator: a buck needs its efficiency" in error


@pytest.mark.parametrize("point, message", [
    ("0.5V,0.6V", "VDD_NPU is given twice"),
    ("VDD_NPU=0.5V,VDD_NPU=0.6V", "VDD_NPU is given twice"),
    ("0.5V,VDD_NPU=0.6V", "VDD_NPU is given twice"),
    ("0.8V,10MHz,20MHz", "npu_clk is given twice"),
    ("0.8V,near_threshold", '"near_threshold" is a whole operating point: it can only come first'),
    ("0.8V,", "expected a setting between commas"),
    ("VDD1=0V", "out of range: expected 0.25 V to 5.5 V"),
    ("VDD2=1kV", "out of range: expected 0.25 V to 5.5 V"),
    ("VDD2=2V", "VDD2 gives 2 V to dram, expected 0.825 V to 1.375 V"),
    ("VDD1=nanV", "expected a voltage"),
    ("1e300THz", "expected a frequency from 0 Hz to 1 THz"),
    ("VDD1=1e300TV", "expected a voltage from 0 V to 60 V"),
])
def test_an_operating_point_is_one_and_possible(point, message, program, tmp_path):
    assert message in refused(program, "run", "edge_npu", "--opp", point, cwd=tmp_path)


@pytest.mark.parametrize("arguments", [
    ["check", "edge_npu", "--net", ""], ["run", "edge_npu", "--opp", ""], ["run", "edge_npu", "-o", ""], ["run", ""],
    ["check", "edge_npu", "--power", ""], ["run", "edge_npu", "--set", ""], ["list", ""], ["explain", ""],
])
def test_an_empty_value_is_a_slip(arguments, program, tmp_path):
    refused(program, *arguments, cwd=tmp_path)


def test_numbers_that_together_cannot_be_are_refused(program, tmp_path):
    """Each of the prices is possible; 100 nJ for each of 256 MACs per cycle is not."""
    error = refused(program, "run", "edge_npu", *SMALL, "--set", "technology.prices.mac.int8.energy=100 nJ",
                    "--set", "technology.prices.pe.register_byte.energy=100 nJ",
                    "--set", "technology.prices.sram.read.energy=100 nJ", "--set", "technology.prices.dma.byte.energy=100 nJ",
                    "--set", "technology.prices.logic.clock_pin.energy=100 nJ", cwd=tmp_path)
    assert "which nothing draws that could be built" in error


# ---- what is not there --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments, message", [
    (["check", "edge_npu", "--net", "mymodel.onx"], 'no network "mymodel.onx"'),
    (["check", "edge_npu", "--net", "nets/mymodel.onnx"], "no such file"),
    (["check", "edge_npu", "--net", "mymodell.onnx"], 'no such file, did you mean "mymodel.onnx"?'),
    (["check", "edge_npv.yaml"], 'no such file, did you mean "edge_npu"?'),
    (["check", "edge_npu", "--power", "folder.yaml"], "is a directory"),
])
def test_a_missing_file_is_called_missing(arguments, message, program, tmp_path):
    (tmp_path / "mymodel.onnx").write_bytes(b"x")
    (tmp_path / "folder.yaml").mkdir()
    error = refused(program, *arguments, cwd=tmp_path)
    assert message in error
    assert "names no network" not in error



@pytest.mark.parametrize("set_point, seconds", [("soc_clk=13Hz", "192 ks"), ("npu_clk=1Hz", None)])
def test_a_run_ends_in_countable_time_or_says_which_clock(set_point, seconds, program, tmp_path):
    shutil.copy(ROOT / "tests" / "models" / "mnist-8.onnx", tmp_path)
    arguments = ["run", "edge_npu_onchip", "--net", "mnist-8.onnx", "--opp", set_point]
    if seconds:
        error = refused(program, *arguments, cwd=tmp_path)
        assert f"{set_point[:7]}: at 13 Hz the run lasts longer than the {seconds} that can be counted: raise it" in error
    else:  # the host's work has nothing to do with the array's clock
        code, out, error = call(program, *arguments, cwd=tmp_path)
        assert code == 0, error
        assert "host CPU" in out


def test_a_trace_has_an_end(program, tmp_path):
    arguments = ["run", "edge_npu", "--net", "mobilenet_v1_1.0_224", "--trace", "--set"]
    error = refused(program, *arguments, "power.trace_window=5ns", cwd=tmp_path)
    assert error.startswith("--set power.trace_window=5ns: power.trace_window: the power trace of this run has more than")
    remedy = error.split("--set '")[1].split("'")[0]
    code, _, error = call(program, *arguments, remedy, cwd=tmp_path)
    assert code == 0, error
    # Without it, windows are summed up as they come.
    arguments.remove("--trace")
    code, _, error = call(program, *arguments, "power.trace_window=5ns", cwd=tmp_path)
    assert code == 0, error


@pytest.mark.parametrize("seed", ["-1", "18446744073709551615", "9223372036854775808", "1.5"])
def test_a_seed_is_one_that_reads_back(seed, program, tmp_path):
    assert "--seed" in refused(program, "run", "edge_npu", f"--seed={seed}", cwd=tmp_path)


@pytest.mark.parametrize("tolerance", ["nan", "-1", "inf"])
def test_a_tolerance_is_a_number(tolerance, program, tmp_path):
    assert "--tol" in refused(program, "diff", ".", ".", f"--tol={tolerance}", cwd=tmp_path)


def test_a_device_without_timing_does_no_wonders(program, tmp_path):
    (tmp_path / "two.csv").write_text("arrival_cycle,op,bank,row,burst\n0,R,0,0,0\n0,R,0,0,1\n")
    error = refused(program, "memtrace", "ddr4_2400", "two.csv", "--set", "memory.device.timing=[]", cwd=tmp_path)
    assert "lets two RD follow each other sooner than a burst is over: add the row" in error


def test_time_beyond_a_record_is_beyond_a_trace(program, tmp_path):
    trace = tmp_path / "late.csv"
    trace.write_text("arrival_cycle,op,bank,row,burst\n0,R,0,0,0\n5000000000000000,R,0,0,0\n")
    error = refused(program, "memtrace", "ddr4_2400", "late.csv", cwd=tmp_path)
    latest = error.strip().rsplit(" ", 1)[1]
    trace.write_text(f"arrival_cycle,op,bank,row,burst\n0,R,0,0,0\n{latest},R,0,0,0\n")
    code, _, error = call(program, "memtrace", "ddr4_2400", "late.csv", cwd=tmp_path)
    assert code == 0, error


def test_what_an_including_file_takes_away_is_missing_there(program, tmp_path):
    file = refining(tmp_path, "power", "power", "edge_npu",
                    "  voltage_domains:\n    VDD1: {regulator: {efficiency: null}}\n")
    error = refused(program, "run", "edge_npu", "--power", file, cwd=tmp_path)
    assert error.startswith(f"{file}:5:24: power.voltage_domains.VDD1.regulator: a buck needs its efficiency")


@pytest.mark.parametrize("document, value, place", [
    ("technology", "technology.prices.mac.int8.power=1 mW", "expected exactly one of energy, power"),
    ("technology", "technology.reference_voltage=2 V", "is above all that the technology allows, 1.3 V"),
    ("power", "power.temperature=1000 C", "expected a temperature from -40 C to 125 C"),
    ("power", "power.trace_window=1e9 s", "expected a time from 1 ns to 1 ks"),
    ("soc", "soc.npu.input_buffer.size=409600 GiB", "expected a size from 1 B to 1 GiB"),
])
def test_the_value_said_last_is_blamed_with_its_own_range(document, value, place, program, tmp_path):
    error = refused(program, "run", "edge_npu", "--set", value, cwd=tmp_path)
    assert error.startswith(f"--set {value}: ") and place in error


def test_links_that_lead_nowhere(program, tmp_path):
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    (tmp_path / "gone.yaml").symlink_to("absent.yaml")
    assert "a loop of links" in refused(program, "check", "loop.yaml", cwd=tmp_path)
    assert "a link to a file that does not exist" in refused(program, "check", "gone.yaml", cwd=tmp_path)


def test_a_component_in_no_domain_is_told_so_before_its_clock_is_judged(program, tmp_path):
    error = refused(program, "run", "edge_npu_mcu", "--power", "edge_npu", "--net", "ad_autoencoder", cwd=tmp_path)
    assert "hyperram is in no clock domain: add it to the elements of one" in error
    assert "none:" not in error


def test_a_supply_is_not_called_like_a_component(program, tmp_path):
    """In a result both would have been one."""
    text = shipped("power", "edge_npu").read_text().replace("VDD_AON", "bus")
    (tmp_path / "power.yaml").write_text(text)
    error = refused(program, "check", "edge_npu", *SMALL, "--power", "power.yaml", cwd=tmp_path)
    assert error.startswith("power.yaml:13:5: power.voltage_domains.bus: component bus of the SoC has this name, too")


@pytest.mark.parametrize("delay", ["35 s", "1 ks"])
def test_a_slow_memory_is_waited_for(delay, program, tmp_path):
    """Each access in its time; all together took longer than patience with one."""
    text = shipped("memories", "hyperram2_s27ks0642").read_text()
    (tmp_path / "slow.yaml").write_text(text.replace("recovery: {time: 35 ns", f"recovery: {{time: {delay}"))
    trace = ROOT / "tests/models/traces/coordinates.csv"
    code, out, error = call(program, "memtrace", "slow.yaml", trace, "--json", cwd=tmp_path)
    assert code == 0, error
    replay = json.loads(out)
    assert replay["requests"] == 40
    assert replay["total_s"] >= 39 * {"35 s": 35, "1 ks": 1000}[delay]
