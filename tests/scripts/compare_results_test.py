"""Is the comparison table right, and does it fit a terminal?"""

import json

import pytest

import compare_results
from energy_split import chip_and_devices, split


def result(network="mobilenet_v1_1.0_224", technology="lp28"):
    components = [
        ("npu", "npu", {"leakage": 1e-6}),
        ("npu.array", "mac_array", {"switching": 40e-6, "leakage": 2e-6}),
        ("npu.weight_buffer", "npu_buffer", {"switching": 5e-6, "retention": 1e-6}),
        ("sram", "sram", {"leakage": 4e-6}),
        ("cpu", "host_cpu", {"switching": 7e-6}),
        ("bus", "bus", {"transition": 3e-6}),
        ("dram", "dram", {"switching": 10e-6, "io": 6e-6, "background": 8e-6, "refresh": 2e-6}),
        ("VDD", "supply", {"supply_loss": 11e-6}),
    ]
    arrays = ("npu.weight_buffer", "sram")
    return {
        "schema_version": "1.0",
        "design_point": {
            "soc": "edge_npu",
            "technology": technology,
            "network": network,
            "operating_point": "near_threshold",
            "domains": {"VDD_NPU": {"voltage_V": 0.5, "frequency_Hz": 151_000_000}},
        },
        "totals": {
            "latency_s": 0.1,
            "energy_J": 100e-6,
            "average_power_W": 1e-3,
            "peak_power_W": 2e-3,
            "tops_per_W": 0.5,
            "utilization": 0.4,
            "estimated_energy_share": 0.3,
        },
        "components": [{"name": n, "kind": k, "energy_J": e} for n, k, e in components],
        "accounts": [{"account": f"{n}.bit_leakage.ON", "component": n} for n in arrays],
    }


def test_parts_add_up_to_the_total():
    energy = split(result())
    assert (energy.npu, energy.other, energy.regulators) == pytest.approx((49e-6, 10e-6, 11e-6))
    assert energy.memories == pytest.approx({"sram": 4e-6, "dram": 26e-6})
    assert energy.on_chip == {"sram": True, "dram": False}
    assert energy.total == sum(energy.causes.values()) == pytest.approx(100e-6)
    chip = chip_and_devices(result())
    assert (chip.dynamic, chip.leakage, chip.regulators) == pytest.approx((55e-6, 8e-6, 11e-6))
    assert chip.devices == pytest.approx({"dram": 26e-6})


def test_an_idle_memory_spends_nothing_on_access():
    """Not -2e-22 J, as the difference of two sums once had it."""
    idle = result()
    device = next(c for c in idle["components"] if c["name"] == "dram")
    device["energy_J"] = {"background": 8.6e-7, "refresh": 5.6e-7}
    idle["components"].append({"name": "dram.controller", "kind": "dram_controller", "energy_J": {"leakage": 1.1e-9}})
    energy = split(idle)
    assert energy.memory_access == {"sram": 0.0, "dram": 0.0}
    assert energy.memory_standby == pytest.approx({"sram": 4e-6, "dram": 1.4211e-6})


def test_memories_have_their_own_names():
    flash = result()
    device = next(c for c in flash["components"] if c["name"] == "dram")
    device.update(name="flash", kind="xspi")
    text = compare_results.table([result(), flash])
    rows = {line[:19].strip(): line[19:].split() for line in text.splitlines()}
    assert rows["dram"] == ["26.0", "uJ", "26%", "-"] and rows["flash"] == ["-", "26.0", "uJ", "26%"]
    assert "DRAM" not in compare_results.table([flash])


def test_energies_are_of_one_inference():
    batch = result()
    batch["design_point"]["batch"] = 4
    rows = {line[:19].strip(): line[19:].split() for line in compare_results.table([batch]).splitlines()}
    assert rows["energy/inference"] == ["25.00", "uJ"] and rows["inferences per run"] == ["4"]
    assert rows["NPU"] == ["12.2", "uJ", "49%"]


@pytest.mark.parametrize("count", [1, 2, 4, 5, 9])
def test_the_table_fits_80_columns(count):
    text = compare_results.table([result()] * count)
    assert max(map(len, text.splitlines())) <= 80
    assert text.count("151 MHz") == count


def test_long_names_are_broken_and_not_cut():
    text = compare_results.table([result("a_network_with_quite_a_long_name_of_many_words")] * 4)
    pieces = "".join(line[19:34].strip() for line in text.split("SoC")[0].splitlines())
    assert pieces == "a_network_with_quite_a_long_name_of_many_words"


def test_rows_tell_energy_and_share():
    lines = compare_results.table([result()]).splitlines()
    rows = {line[:19].strip(): line[19:].split() for line in lines}
    assert rows["energy/inference"] == ["100.0", "uJ"]
    assert rows["NPU"] == ["49.0", "uJ", "49%"]
    assert rows["of it leakage"] == ["8.00", "uJ", "8%"]


def test_the_script_reads_folders_and_names_what_it_cannot_read(tmp_path, capsys):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "result.json").write_text(json.dumps(result()))
    assert compare_results.main([str(tmp_path / "a"), str(tmp_path / "b" / "result.json")]) == 0
    assert capsys.readouterr().out.count("near_threshold") == 2
    assert compare_results.main([str(tmp_path / "c")]) == 2
    assert "cannot read" in capsys.readouterr().err
    (tmp_path / "b" / "result.json").write_text('{"schema_version": "2.0"}')
    assert compare_results.main([str(tmp_path / "b")]) == 2
    assert "schema_version" in capsys.readouterr().err
