"""Is every mistake in the configuration files located, explained, and harmless?

Each case damages a copy of the shipped files in one place. The program must name file, line and column of the damage,
say what it expected, exit with 2 and leave nothing behind.
"""

import re
import shutil

import pytest

from support.program import ROOT

SOC = "configs/socs/edge_npu.yaml"
POWER = "configs/power/edge_npu.yaml"
TECHNOLOGY = "configs/technologies/lp28.yaml"
MEMORY = "configs/memories/lpddr4_3200.yaml"
DESIGN = "configs/designs/edge_npu.yaml"
NETWORK = "workloads/networks/kws_ds_cnn.yaml"

# name: (file, what is replaced, by what, what the message says besides its place)
# The place is where the replaced text differs; `§` in the replacement marks it.
MISTAKES = {
    "unknown key": (SOC, "rows: 16", "§rowz: 16", 'unknown key "rowz", did you mean "rows"?'),
    "missing required key": (SOC, "    size: 512 KiB\n", "", 'missing key "size"'),
    "word for an integer": (SOC, "rows: 16", "rows: §four", 'expected an integer, got "four"'),
    "octal": (SOC, "rows: 16", "rows: §016", "expected an integer without leading zeros"),
    "out of range": (SOC, "columns: 16", "columns: §0", "expected a value from 1"),
    "bare number for a size": (SOC, "input_buffer: {size: 64 KiB", "input_buffer: {size: §64", "bare number where a unit is due"),
    "wrong unit": (SOC, "size: 512 KiB", "size: §512 MHz", 'expected a size such as "128 KiB"'),
    "yes for true": (SOC, "close_rows: true", "close_rows: §yes", 'expected true or false, got "yes"'),
    "unknown component kind": (SOC, "kind: sram", "kind: §srma", 'unknown component kind "srma", did you mean "sram"?'),
    "unknown dataflow": (SOC, "[spatial]", "[§spacial]", "registered are bit_serial, input_stationary, output_stationary, spatial, weight_stationary"),
    "unknown memory device": (SOC, "device: lpddr4_3200", "device: §lpddr4_3300", 'did you mean "lpddr4_3200"?'),
    "connection to nowhere": (SOC, "{from: cpu, to: bus}", "§{from: cpu, to: buss}", 'unknown component "buss", did you mean "bus"?'),
    "connection from no port": (SOC, "{from: npu.dma, to: bus}", "§{from: npu.dmb, to: bus}", "npu offers npu.dma, npu.irq"),
    "overlapping addresses": (SOC, "base: 0x4000_0000", "base: 0x2000_0000", "overlaps"),
    "host past the bus": (SOC, "{from: cpu, to: bus}\n    sram: {from: bus, to: sram, base: 0x2000_0000}", "§{from: cpu, to: sram, base: 0x2000_0000}", "cpu has no way to npu.control, which hangs on bus: connect {from: cpu, to: bus}"),
    "addresses beyond 63 bits": (SOC, "{from: bus, to: dram, base: 0x8000_0000}", "{from: bus, to: dram, base: §0x7fff_ffff_ffff_ffff}", "on end beyond the last address, 0x7fffffffffffffff: expected a base where it has room, such as 0x80000000"),
    "second NPU": (SOC, "  sram:\n", "  npu2: {kind: npu, sequencer: {issue: 4 cycles}, dma: {burst: 256 B, outstanding: 8}, input_buffer: {size: 64 KiB, banks: 4, word: 8 B}, weight_buffer: {size: 64 KiB, banks: 4, word: 8 B}, output_buffer: {size: 64 KiB, banks: 4, word: 32 B}, array: {rows: 16, columns: 16, overlap_folds: true, dataflows: [weight_stationary]}, vector: {lanes: 16}}\n  sram:\n", 'component npu2 and its 7 parts are in no clock domain: add npu2 and "npu2.*" to the elements of one'),
    "second host": (SOC, "  sram:\n", "  cpu2: §{kind: host_cpu}\n  sram:\n", "one host CPU per SoC is supported, and cpu is it: remove cpu2"),
    "wire named twice": (SOC, "    npu_irq:", "    §cpu: {from: cpu, to: bus}\n    npu_irq:", "duplicate key, first used at"),
    "wire of two names": (SOC, "    npu_irq:", "    again: §{from: cpu, to: bus}\n    npu_irq:", "a wire from cpu to bus is there already, cpu at"),
    "wire before none": (SOC, "{from: cpu, to: bus}", "§{from: cpu, to: bus, before: npu_dmb}", 'expected the name of another wire, got "npu_dmb", did you mean "npu_dma"?'),
    "wire before itself": (SOC, "{from: cpu, to: bus}", "§{from: cpu, to: bus, before: cpu}", 'expected the name of another wire, got "cpu"'),
    "wires before each other": (SOC, "npu_dma: {from: npu.dma, to: bus}\n    cpu: {from: cpu, to: bus}", "npu_dma: §{from: npu.dma, to: bus, before: cpu}\n    cpu: {from: cpu, to: bus, before: npu_dma}", "the order of wires goes round in a circle"),
    "unconnected port": (SOC, "    npu_irq: {from: npu.irq, to: cpu.irq}\n", "", "port npu.irq is not connected"),
    "memory without address": (SOC, "to: dram, base: 0x8000_0000", "to: dram", "base"),
    "component with a blank in its name": (SOC, "  sram:\n", '  §"s ram":\n', 'expected a name of letters, digits, _ and -, got "s ram"'),
    "component with a dot in its name": (SOC, "  sram:\n", "  §s.ram:\n", 'expected a name of letters, digits, _ and -, got "s.ram"'),
    "component without a name": (SOC, "  sram:\n", '  §"":\n', "expected a word as key, got an empty text"),
    "line break in a key": (POWER, "    PD_CPU:\n", '    §"a\\nb":\n', "expected a word as key, got one with control characters"),
    "domain with a comma in its name": (POWER, "    PD_CPU:\n", "    §a,b:\n", 'expected a name of letters, digits, _ and -, got "a,b"'),
    "power domain called like a component": (POWER, "    PD_CPU:\n", "    §cpu:\n", "component cpu of the SoC has this name, too: choose another one"),
    "duplicate key": (SOC, "kind: host_cpu", "kind: host_cpu\n    §kind: host_cpu", "duplicate key"),
    "broken YAML": (SOC, "  connections:\n", "  connections: [\n", "no valid YAML"),
    "tab for indentation": (SOC, "  sram:\n", "§\tsram:\n", "no valid YAML"),
    "wrong schema": (POWER, "schema: power/1", "schema: §soc/1", "expected power/1"),
    "unknown supply": (POWER, "supply: VDD_NPU", "supply: §VDD_NPO", 'there is no voltage domain "VDD_NPO"'),
    "unknown policy": (POWER, "name: clock_gate", "name: §clok_gate", 'got "clok_gate", did you mean "clock_gate"?'),
    "misspelt key of a policy": (POWER, "after: 1 us}", "§aftr: 1 us}", 'unknown key "aftr", did you mean "after"?'),
    "key of another policy": (POWER, "after: 1 us}", "§state: OFF}", 'unknown key "state" of policy clock_gate: it is a key of power_gate_after'),
    "policy without a name": (POWER, "{name: clock_gate, after: 1 us}", "{§after: 1 us}", "which a policy without a name is: it is a key of clock_gate, power_gate_after: choose one by `name`"),
    "wait without a unit": (POWER, "after: 1 us}", "after: §1}", "bare number where a unit is due"),
    "policy to a state that is not there": (POWER, "{name: clock_gate, after: 1 us}", "{name: power_gate_after, after: 1 us, state: §RETENTION}", "which the domain's states do not list: add {state: RETENTION} to the states of PD_NPU"),
    "policy to a state that is not down": (POWER, "{name: clock_gate, after: 1 us}", "{name: power_gate_after, after: 1 us, state: §WAKING}", "which is not down: choose CLK_GATED, RETENTION or OFF"),
    "element that matches nothing": (POWER, "elements: [sram]", "elements: [sram, §srma]", 'no component matches "srma"'),
    "component in no clock domain": (POWER, "elements: [cpu, bus,", "elements: [bus,", "cpu is in no clock domain"),
    "component in two domains": (POWER, "elements: [cpu]", "elements: [§npu.vector]", "is already an element of PD_NPU"),
    "memory that would forget": (POWER, None, None, "memory sram would lose its tensors"),
    "memory that would forget in the end": (POWER, None, None, "memory sram would lose its tensors"),
    "clock above f_max": (POWER, "frequency: 200 MHz", "frequency: 5 GHz", "is above f_max"),
    "voltage out of range": (POWER, "nominal: {voltages: {VDD_NPU: 0.8 V}}", "nominal: {voltages: {VDD_NPU: 8 V}}", "out of range: lp28 allows"),
    "efficiency above one": (POWER, "efficiency: 0.88", "efficiency: §1.88", "expected a value"),
    "unknown sleep policy": (SOC, "self_refresh: {policy: idle", "self_refresh: {policy: §idel", 'did you mean "idle"?'),
    "power-down that begins with a refresh": (SOC, "power_down: {policy: idle", "power_down: {policy: §refresh", "only self-refresh can begin with a refresh"),
    "a third of the array": (SOC, "after: 100 us}", "after: 100 us, array: §0.3}", "expected 1, 0.5, 0.25 or 0.125"),
    "address fields without columns": (SOC, "rounding: exact", "rounding: exact\n      fields: §row bank", "column"),
    "hash of an absent bank": (SOC, "rounding: exact", 'rounding: exact\n      hash: §["bank[7]^row[0]"]', "bank[7]"),
    "single-bank refresh of DDR3": (SOC, "device: lpddr4_3200\n    policies:\n", "device: ddr3_1600\n    policies:\n      refresh: {mode: §per_bank}\n", "has no refresh of single banks (REFpb): set refresh.mode to all_bank"),
    "power-down of a device without": (SOC, "device: lpddr4_3200", "device: lpddr5_6400", "has no power-down (PDE) in its memory document"),
    "deep power-down of a device without": (SOC, "rounding: exact", "rounding: exact\n      deep_power_down: {policy: §idle, after: 1 ms}", "has no deep power-down (DPDE)"),
    "device of another kind": (SOC, "device: lpddr4_3200", "device: §psram_aps6408l", "expected a memory of kind dram, and psram_aps6408l is of kind xspi"),
    "clock beyond the device": (POWER, "frequency: 1600 MHz", "frequency: §1700 MHz", "may be 1.6 GHz at most, not 1.7 GHz: lower it to 1.6 GHz or less"),
    "too hot for the device": (POWER, "temperature: 25 C", "temperature: 110 C", "keeps its contents up to 105 C, not at 110 C"),
    "unknown frequency policy": (POWER, "frequency: 1600 MHz", "frequency: 1600 MHz, scaling: {policy: {name: §utilization}}", 'expected one of fixed, utilisation, got "utilization", did you mean "utilisation"?'),
    "scaling without set-points": (POWER, "elements: [npu,", "scaling: {policy: {name: §utilisation}}, elements: [npu,", "no component on npu_clk has set-points to choose from: use fixed"),
    "scaling of the slowest clock": (POWER, "frequency: 1600 MHz", "frequency: 266 MHz, scaling: {policy: {name: §utilisation}}", "no component on mem_clk has set-points"),
    "scaling of several components": (POWER, None, None, "the set-points of one component cannot drive the 2 on mem_clk"),
    "lowered above raised": (POWER, "frequency: 1600 MHz", "frequency: 1600 MHz, scaling: {policy: {name: utilisation, raise_above: 0.2, lower_below: §0.3}}", "expected raise_above at most"),
    "frequency policy as a word": (POWER, "frequency: 1600 MHz", "frequency: 1600 MHz, scaling: {policy: §utilisation}", "write {name: utilisation}"),
    "key of a frequency policy beside it": (POWER, "frequency: 1600 MHz", "frequency: 1600 MHz, scaling: {policy: {name: utilisation}, §raise_above: 0.2}", '"raise_above" is now a key of the policy: scaling.policy.raise_above'),
    "key of another frequency policy": (POWER, "frequency: 1600 MHz", "frequency: 1600 MHz, scaling: {policy: {§raise_above: 0.2}}", "which a frequency policy without a name is: it is a key of utilisation"),
    "set-points out of order": (MEMORY, "clock: {value: 533 MHz", "clock: §{value: 900 MHz", "the slowest set-point comes last"),
    "set-point beyond the clock": (MEMORY, "clock: {value: 800 MHz", "clock: §{value: 1800 MHz", "expected less than max_clock = 1.600 GHz"),
    "unknown command in a timing row": (MEMORY, "from: [ACT], to: [PRE, PREA]", "from: [ACT], to: [PRE, §PREX]", 'the device has no command PREX, did you mean "PRE'),
    "unknown parameter in a timing row": (MEMORY, "delay: tRAS}", "delay: §tRAZ}", 'unknown parameter tRAZ, did you mean "tRAS"'),
    "delay that is no sum": (MEMORY, "delay: tRAS}", "delay: §tRAS tRP}", ""),
    "heat out of order": (MEMORY, "by_temperature:\n", "by_temperature:\n        - {up_to: 90 C, multiplier: 1, source: \"made up\"}\n", "expected rising temperatures"),
    "number without a source in a device": (MEMORY, "rows: {value: 65536, source:", "rows: §{value: 65536, sauce:", ""),
    "number without a source": (TECHNOLOGY, None, None, "source"),
    "event without a price": (TECHNOLOGY, "mac.int8:", "mac.int9:", "mac.int8"),
    "energy without unit": (TECHNOLOGY, None, None, "bare number where a unit is due"),
    "unsupported operator": (NETWORK, "op: softmax", "op: §softmux", 'did you mean "softmax"?'),
    "unknown input tensor": (NETWORK, None, None, "no tensor"),
    "kernel larger than its input": (NETWORK, None, None, "kernel"),
    "missing network": (DESIGN, "network: kws_ds_cnn", "network: §kws_ds_cnm", 'did you mean "kws_ds_cnn"?'),
    "missing technology": (DESIGN, "technology: lp28", "technology: §lp29", 'did you mean "lp28"?'),
    "unknown operating point": (DESIGN, "operating_point: nominal", "operating_point: §nomnal", 'did you mean "nominal"?'),
    "unknown objective": (DESIGN, "objective: edp", "objective: §speed", "expected one of energy, latency, edp"),
}

# Faults that show elsewhere than at the damage: the message is located where somebody has to choose.
SHOWN_IN = {
    "event without a price": TECHNOLOGY,
    "second NPU": POWER,
    "too hot for the device": SOC,
}

# Damages that need a look at the line they change.
PATTERNS = {
    "number without a source": (r"(mac\.int8:[^}]*?)source: (\"[^\"]*\"|[^,}\n]*)", r'\1source: §" "'),
    "memory that would forget": (
        r"(elements: \[sram\]\n +states:\n).*?policy: [^\n]*",
        r"\1        - {state: OFF}\n      policy: §{name: power_gate_after, after: 20 us, state: OFF}",
    ),
    # Without leaf gates the clock stops first and the supply goes later.
    "memory that would forget in the end": (
        r"(elements: \[sram\]\n +states:\n)(.*?)policy: [^\n]*",
        r"\1        - {state: OFF}\n\2gate_idle_units: false\n"
        r"      policy: §{name: power_gate_after, after: 20 us, state: OFF}",
    ),
    "scaling of several components": (
        r"(power_manager), dram\.controller\](.*?)frequency: 1600 MHz, elements: \[dram\]",
        r"\1]\2frequency: 1600 MHz, scaling: {policy: {name: §utilisation}}, elements: [dram, dram.controller]",
    ),
    "energy without unit": (r"(mac\.int8:\s*\{?\s*energy: )([0-9.]+) [fp]J", r"\1§\2"),
    "unknown input tensor": (r"(\{name: dw1,)", r"\1 input: §dw9,"),
    "kernel larger than its input": (r"(name: conv0,[^\n]*kernel: )\S+,", r"\1§99x99, padding: valid,"),
}


def damage(text, name):
    """The damaged text and the (line, column) of the damage, if it is known."""
    _, old, new, _ = MISTAKES[name]
    if old is None:
        damaged, times = re.subn(PATTERNS[name][0], PATTERNS[name][1], text, count=1, flags=re.DOTALL)
    else:
        damaged, times = text.replace(old, new, 1), text.count(old)
    assert times >= 1, f"{name}: the shipped file no longer has what is damaged"
    at = damaged.find("§")
    if at < 0:
        return damaged, None
    line = damaged.count("\n", 0, at) + 1
    column = at - (damaged.rfind("\n", 0, at) + 1) + 1
    return damaged.replace("§", "", 1), (line, column)


@pytest.fixture
def library(tmp_path):
    """A copy of the shipped data that the program takes for its own."""
    for folder in ("configs", "workloads"):
        shutil.copytree(ROOT / folder, tmp_path / "data" / folder)
    return tmp_path / "data"


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_is_located_explained_and_harmless(name, library, program, tmp_path):
    file, _, _, message = MISTAKES[name]
    text, place = damage((library / file).read_text(), name)
    (library / file).write_text(text)

    out = tmp_path / "out"
    done = program.call("run", "edge_npu", "-o", out, cwd=tmp_path, data=library)

    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert not out.exists()
    shown_in = SHOWN_IN.get(name, file)
    located = re.search(rf"^{re.escape(shown_in)}:(\d+):(\d+): .*{re.escape(message)}", done.stderr, re.MULTILINE)
    assert located, done.stderr
    if place:
        assert (int(located[1]), int(located[2])) == place, done.stderr


def test_shipped_files_are_free_of_mistakes(library, program, tmp_path):
    done = program.call("check", "edge_npu", cwd=tmp_path, data=library)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["run"], "DESIGN is required"),
        (["rum", "edge_npu"], ""),
        (["run", "edge_npo"], 'did you mean "edge_npu"?'),
        (["run", "edge_npu", "--net", "absent.yaml"], "no network"),
        (["run", "edge_npu", "--opp", "0.5V,9GHz"], "is above f_max"),
        (["run", "edge_npu", "--set", "soc.npu.array.rows"], "expected path=value"),
        (["run", "edge_npu", "--set", "sock.npu.array.rows=1"], 'did you mean "soc"?'),
        (["run", "edge_npu", "--objective", "speed"], "expected one of energy, latency, edp"),
        (["explain", "absent.json"], "cannot read absent.json"),
        (["diff", "absent.json", "absent.json"], "cannot read absent.json"),
        (["price", "absent.json", "--technology", "lp28"], "cannot read absent.json"),
        (["list", "everything"], ""),
    ],
)
def test_bad_usage_exits_with_two(arguments, message, program, tmp_path):
    done = program.call(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr
    assert list(tmp_path.iterdir()) == []
