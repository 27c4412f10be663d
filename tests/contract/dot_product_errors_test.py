"""Does a dot-product engine say what is wrong with it, where, and what to do; and work at a bus as well?"""

import csv
import json

import pytest

from support.program import ROOT

SOC = ROOT / "configs" / "socs" / "nv_small.yaml"

# what is set: what the message says besides its place
SETTINGS = {
    "soc.npu.buffer.word=16 B": "expected 8 B, a byte of each of its `channels`, got 16 B",
    "soc.npu.accumulators=8": 'expected room for a stripe of 2 x kernels = 16 positions, got "8"',
    "soc.npu.data_banks=32": 'expected fewer than the 32 banks of the buffer, got "32"',
    "soc.npu.weight_banks=0": "expected a value from 1 to 255",
    "soc.npu.burst=12 B": 'expected a multiple of 8 B, got "12 B"',
    "soc.npu.output_interval=1000 cycles": "output_latency is not given, and its default is not at least the 1000 cycles",
    "soc.npu.output_latency=8 cycles": "expected at least the 9 cycles of output_interval, which a beat is in the output",
    "soc.npu.kernels=256": "accumulators is not given, and its default is not room for a stripe of 2 x kernels = 512",
    "soc.npu.grouped=block": 'expected one of blocks, dense, got "block", did you mean "blocks"?',
    "soc.memory.latency=0": "expected a value from 1 to 1000000",
    "soc.memory.cycles_per_beat=fast": 'expected an integer, got "fast"',
}


def refused(program, *words):
    done = program.call("check", *words)
    assert done.returncode == 2, done.stdout
    return done.stderr


@pytest.mark.parametrize("setting", SETTINGS)
def test_settings_are_refused_with_their_place(setting, program):
    message = refused(program, "nv_small", "--set", setting)
    assert message.startswith(f"--set {setting.split('=')[0]}=")
    assert SETTINGS[setting] in message


def test_defaults_that_do_not_do_are_told_by_their_names_and_with_what_does(program):
    sets = ["--set", "soc.npu.channels=24", "--set", "soc.npu.buffer.word=24 B"]
    message = refused(program, "nv_small", *sets, "--set", "soc.npu.buffer.size=192 KiB")
    assert message.count("\n") == 2
    assert "burst is not given, and its default is not a multiple of 24 B: --set 'soc.npu.burst=24 B'" in message
    assert "weight_alignment is not given" in message and "--set 'soc.npu.weight_alignment=24 B'" in message


@pytest.mark.parametrize(
    "sets",
    [
        ("soc.npu.output_interval=1000 cycles", "soc.npu.output_latency=1000 cycles"),
        ("soc.npu.array_latency=0 cycles", "soc.npu.output_latency=9 cycles"),
        ("soc.npu.array_latency=0 cycles", "soc.npu.output_latency=1 cycles", "soc.npu.output_interval=1 cycles"),
        ("soc.npu.kernels=128", "soc.npu.accumulators=256"),
    ],
)
def test_however_long_a_result_takes_cycles_add_up(sets, program, tmp_path):
    """The last results may leave before the array would have got its next weights."""
    words = [word for value in sets for word in ("--set", value)]
    program.output("run", "nv_small", *words, "-o", tmp_path / "run", "--quiet")


# The host's: without convolutions.
FEW = ("--set", "soc.cpu.operators={softmax: 10, average_pool: 3}")


def test_a_layer_that_has_no_room_is_the_hosts_with_the_reason(program, tmp_path):
    sets = ("--set", "soc.npu.buffer.size=512 B")
    program.output("run", "nv_small", *sets, "-o", tmp_path / "run", "--quiet")
    layers = json.loads((tmp_path / "run" / "result.json").read_text())["layers"]
    assert layers[0]["on_host"] and layers[0]["mapping"].startswith("host: the inputs of one row of outputs need 480 B of npu")


def test_a_buffer_that_is_too_small_is_named_with_its_layer_and_a_remedy(program):
    message = refused(program, "nv_small", "--set", "soc.npu.buffer.size=512 B", *FEW)
    assert "kws_ds_cnn.yaml:10:7: layer conv0: the inputs of one row of outputs need 480 B of npu.buffer" in message
    assert "available 512 B in banks of 16 B" in message and message.rstrip().endswith("enlarge npu.buffer")


def test_limits_of_banks_are_part_of_the_remedy(program):
    message = refused(program, "nv_small", "--set", "soc.npu.data_banks=1", "--set", "soc.npu.buffer.size=4 KiB", *FEW)
    assert "enlarge npu.buffer, or raise its data_banks and weight_banks" in message


def changed(folder, *replacements):
    text = SOC.read_text()
    for old, new in replacements:
        assert text.count(old) == 1
        text = text.replace(old, new)
    (folder / "soc.yaml").write_text(text)
    design = folder / "changed.yaml"
    design.write_text(
        "schema: design/1\ndesign: {soc: soc.yaml, power: nv_small, technology: lp28, network: kws_ds_cnn, "
        "operating_point: nominal}\n"
    )
    return design


WIRES = {
    "npu_dma: {from: npu.dma, to: memory, base: 0x9000_0000}": "memory hangs on npu.dma as well, there with 536,870,912 B from 0x90000000: a memory has one address, give both the same",
    "npu_dma: {from: npu.dma, to: memory}": "memory hangs on npu.dma and needs an address: `base:` of at least 0",
    "npu_dma: {from: npu.dma, to: memory, base: 0x8000_0000, size: 1 KiB}": "a memory has one address, give both the same",
}


@pytest.mark.parametrize("wire", WIRES)
def test_a_memory_has_one_address_on_all_ways(wire, program, tmp_path):
    design = changed(tmp_path, ("npu_dma: {from: npu.dma, to: memory, base: 0x8000_0000}", wire))
    message = refused(program, design)
    assert "soc.yaml:" in message and WIRES[wire] in message


def test_a_second_memory_behind_the_bus_is_out_of_the_ports_reach(program, tmp_path):
    design = changed(
        tmp_path,
        ("  cpu:\n    kind", "  sram: {kind: sram, size: 64 KiB}\n  cpu:\n    kind"),
        ("    cpu: {from", "    sram: {from: bus, to: sram, base: 0x2000_0000}\n    cpu: {from"),
    )
    power = tmp_path / "power.yaml"
    power.write_text(
        f"schema: power/1\ninclude: {ROOT}/configs/power/nv_small.yaml\npower:\n  clock_domains:\n"
        "    soc_clk: {elements: [cpu, bus, power_manager, sram]}\n  power_domains:\n"
        "    PD_AON: {elements: [bus, power_manager, memory, sram]}\n"
    )
    message = refused(program, design, "--power", power)
    assert "npu.dma has no way to sram, which hangs on bus: connect {from: npu.dma, to: bus}" in message


def test_a_host_without_a_way_to_the_ports_memory_is_told(program, tmp_path):
    design = changed(tmp_path, ("    memory: {from: bus, to: memory, base: 0x8000_0000}\n", ""))
    message = refused(program, design)
    assert "cpu has no way to memory, which hangs on npu: connect {from: bus, to: memory, base: 0x80000000}" in message


def test_it_works_behind_a_bus(program, tmp_path):
    design = changed(tmp_path, ("npu_dma: {from: npu.dma, to: memory, base: 0x8000_0000}", "npu_dma: {from: npu.dma, to: bus}"))
    cycles = {}
    for name, which in {"port": "nv_small", "bus": design}.items():
        program.output("run", which, "-o", tmp_path / name, "--quiet")
        with (tmp_path / name / "layers.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        cycles[name] = sum(int(row["accelerator_cycles"] or 0) for row in rows)
        traffic = [(row["npu.dma.read_B"], row["npu.dma.write_B"], row["macs"]) for row in rows]
        assert traffic == cycles.setdefault("traffic", traffic)
    assert cycles["bus"] > cycles["port"]


def test_what_it_does_not_run_goes_to_the_host_with_the_reason(program, tmp_path):
    program.output("run", "nv_small", "-o", tmp_path / "run", "--quiet")
    with (tmp_path / "run" / "layers.csv").open(newline="") as file:
        by_name = {row["name"]: row for row in csv.DictReader(file)}
    assert by_name["softmax"]["mapping"] == "host: npu runs convolutions and fully connected layers only"
    assert by_name["dw0"]["mapping"] == "dot product, 8 hardware layers of 25 rows, 8 channels"


def test_grouped_convolutions_may_be_dense(program, tmp_path):
    for grouped in ("blocks", "dense"):
        program.output("run", "nv_small", "--set", f"soc.npu.grouped={grouped}", "-o", tmp_path / grouped, "--quiet")
    rows = {}
    for grouped in ("blocks", "dense"):
        with (tmp_path / grouped / "layers.csv").open(newline="") as file:
            rows[grouped] = {row["name"]: row for row in csv.DictReader(file)}
    blocks, dense = rows["blocks"]["dw0"], rows["dense"]["dw0"]
    assert int(dense["array_cycles"]) == 8 * int(blocks["array_cycles"])
    assert dense["macs"] == blocks["macs"]
    assert rows["dense"]["pw0"]["accelerator_cycles"] == rows["blocks"]["pw0"]["accelerator_cycles"]
