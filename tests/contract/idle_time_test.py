"""Does time in which nothing happens cost neither time nor memory, and is time that cannot be counted refused?"""

import json
import resource
import time

import pytest

HEADER = "arrival_cycle,op,bank,row,burst\n"


def trace(tmp_path, gap):
    path = tmp_path / "gap.csv"
    path.write_text(f"{HEADER}0,R,0,0,0\n{gap},R,0,0,1\n", encoding="utf-8")
    return path


def cpu_seconds(call):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = call()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, result


@pytest.mark.parametrize("settings", [(), ("--set", "power_down.policy=idle"), ("--set", "refresh.mode=per_bank"),
                                      ("--clock", "777777777 Hz")])
def test_a_long_pause_of_a_memory(program, tmp_path, settings):
    # 10^12 clocks, 625 s at 1.6 GHz: 160 million refreshes.
    seconds, output = cpu_seconds(lambda: program.output("memtrace", "lpddr4_3200", trace(tmp_path, 10**12),
                                                         "--json", "--quiet", *settings))
    assert seconds < 1
    result = json.loads(output)
    assert result["total_cycles"] > 10**12
    assert sum(result["residency_s"].values()) == pytest.approx(result["total_s"], rel=1e-12)
    refreshes = result["commands"].get("REFab") or result["commands"]["REFpb"] / 8
    assert refreshes == pytest.approx(result["total_s"] / 3.9e-6, rel=2e-3)


@pytest.mark.parametrize("device", ["ddr3_1600", "hyperram_s27ks0641", "nor_kh25l8005", "emram_28nm_fdsoi",
                                    "psram_aps6408l"])
@pytest.mark.parametrize("gap", [10**14, 2**62])
def test_pauses_of_every_kind_of_memory(program, tmp_path, device, gap):
    path = trace(tmp_path, gap)
    seconds, done = cpu_seconds(lambda: program.call("memtrace", device, path, "--json", "--quiet"))
    assert seconds < 1
    if gap < 2**60:
        assert done.returncode == 0, done.stderr
    else:
        assert done.returncode == 2
        assert f"{path}:3:1: clock {gap} is beyond the time that can be counted" in done.stderr


def test_looking_at_an_idle_clock_costs_nothing(program, tmp_path):
    """A frequency policy looks every 20 us; 10^9 looks change nothing."""
    scaling = "power.clock_domains.mem_clk.scaling={policy: {name: utilisation}, window: 20 us}"
    seconds, done = cpu_seconds(lambda: program.call("run", "edge_npu", "--net", "kws_ds_cnn", "--opp", "0.8V,10Hz",
                                                     "--set", scaling, "-o", tmp_path / "out", "--quiet"))
    assert done.returncode == 0, done.stderr
    assert seconds < 10


@pytest.mark.parametrize("opp", ["0.8V,1Hz", "0.8V,1kHz", "0.8V,soc_clk=1Hz"])
def test_slow_clocks(program, tmp_path, opp):
    seconds, done = cpu_seconds(lambda: program.call("run", "edge_npu", "--net", "kws_ds_cnn", "--opp", opp, "-o",
                                                     tmp_path / "out", "--quiet"))
    assert done.returncode == 0, done.stderr
    assert seconds < 10  # an hour and 400 GB when each refresh and each window of the trace is played
    result = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
    states = next(c for c in result["components"] if c["name"] == "dram")
    assert states["events"]["self_refresh"] > 0


def test_a_run_longer_than_time_can_be_counted_names_the_clock(program, tmp_path):
    done = program.call("run", "edge_npu", "--net", "mobilenet_v1_1.0_224", "--opp",
                        "0.8V,npu_clk=1Hz,soc_clk=1Hz", "-o", tmp_path / "out", "--quiet")
    assert done.returncode == 2 and not (tmp_path / "out").exists()
    assert "npu_clk: at 1 Hz the run lasts longer than the " in done.stderr
    assert " that can be counted: raise it" in done.stderr
