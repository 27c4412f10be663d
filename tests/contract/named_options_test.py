"""Does a message that names an option with its value name one that can be copied and helps? And is what an override broke
told of the override, not of the file that it changed?"""

import pytest

from support import remedies

CHECK = ("check", "edge_npu", "--net", "kws_ds_cnn")


def words(sets, opp=""):
    return [*(["--opp", opp] if opp else []), *[word for value in sets for word in ("--set", value)]]


# Values that put two things at one address, and the one of them that is to blame.
OVERLAPS = {
    "a base": (["soc.connections.dram.base=0x2000_0000"], 0, "overlaps that of sram"),
    "the base of the earlier wire": (["soc.connections.sram.base=0x8000_0000"], 0, "overlaps that of sram"),
    "a whole wire": (["soc.connections.dram={from: bus, to: dram, base: 0x4000_0000}"], 0, "overlaps that of npu.control"),
    "beyond the last address": (["soc.connections.dram.base=0x7fff_ffff_ffff_0000"], 0, "beyond the last address"),
    "a size": (["soc.sram.size=1 GiB"], 0, "overlaps that of sram"),
    "the size of a range": (["soc.connections.npu_control.size=2 GiB"], 0, "overlaps that of npu.control"),
    "one of two values": (["soc.sram.banks=4", "soc.connections.dram.base=0x2000_0040"], 1, "overlaps that of sram"),
}


@pytest.mark.parametrize("name", OVERLAPS)
def test_an_override_that_meets_another_range_is_blamed_and_moved(name, program):
    sets, blamed, cause = OVERLAPS[name]
    refused = program.call(*CHECK, *words(sets))
    assert refused.returncode == 2 and cause in refused.stderr, refused.stderr
    assert refused.stderr.startswith(f"--set {sets[blamed]}: soc."), refused.stderr
    moves = remedies.options(refused.stderr.split(": ", 2)[2])
    if moves:
        done = program.call(*CHECK, *words(sets), *moves[0])
        # A range that fits: what is left is that memory so large, and slow, not its place.
        assert "address range" not in done.stderr and "last address" not in done.stderr, done.stderr
        return
    base = sets[blamed][sets[blamed].index("0x") :].rstrip("}")
    sets[blamed] = remedies.follow(sets[blamed], base, refused.stderr)
    done = program.call(*CHECK, *words(sets))
    assert done.returncode == 0, f"{sets}: {done.stderr}"


TOO_FAST = ["0.5V,600MHz", "0.8V,5GHz", "near_threshold,npu_clk=300MHz", "VDD_AON=0.4V", "soc_clk=1GHz", "0.45V,npu_clk=151MHz",
            "VDD_NPU=0.6V,VDD_SRAM=0.6V,400MHz"]


@pytest.mark.parametrize("opp", TOO_FAST)
def test_a_clock_that_is_too_fast_is_told_the_limit_and_the_voltage(opp, program):
    refused = program.call(*CHECK, "--opp", opp)
    assert refused.returncode == 2 and "is above f_max = " in refused.stderr, refused.stderr
    ways = remedies.options(refused.stderr)
    assert len(ways) == 2 or ("no voltage of" in refused.stderr and len(ways) == 1), refused.stderr
    for way in ways:
        done = program.call(*CHECK, *way)
        assert done.returncode == 0, f"{refused.stderr}{way}: {done.stderr}"
    if len(ways) == 2:  # one step less is not enough
        voltage, option = refused.stderr.split(" from ")[1].split(" on, "), ways[1][1]
        value, unit = voltage[0].split()
        scale = {"V": 1000, "mV": 1}[unit]
        less = f"{round(float(value) * scale) - 1}mV"
        assert program.call(*CHECK, "--opp", option.replace(voltage[0].replace(" ", ""), less)).returncode == 2


@pytest.mark.parametrize("wrong, near", [("mull", '"mul"'), ("cov2d", '"conv2d"'), ("mul.fp31", '"mul.fp32"'), ("mul.xyzzyxyzzy", "one of mul,"),
                                         ("xyzzyxyzzy", "")])
def test_an_operator_that_the_host_lacks_is_told_the_near_one_in_a_line(wrong, near, program):
    sets = [f"soc.cpu.operators={{{wrong}: 2}}"]
    refused = program.call(*CHECK, *words(sets))
    assert refused.returncode == 2 and len(refused.stderr) < 420, refused.stderr
    message = refused.stderr.split('runs no operator "')[1]
    assert "`subvolt list operators`" in message and message.find(near) < message.find("`subvolt list"), message
    assert "conv2d" in program.output("list", "operators")
    if near:
        sets = [remedies.follow(sets[0], wrong, refused.stderr)]
        assert "runs no operator" not in program.call(*CHECK, *words(sets)).stderr


def test_a_pipeline_of_one_accelerator_is_refused(program):
    for command in (CHECK, ("run", *CHECK[1:], "--json")):
        refused = program.call(*command, *words(["design.assignment=pipeline"]))
        assert refused.returncode == 2 and not refused.stdout
        assert "--set design.assignment=pipeline: design.assignment: " in refused.stderr and "expected best" in refused.stderr
    assert program.call(*CHECK, *words(["design.assignment=best"])).returncode == 0
    assert program.call("check", "dual_npu", *words(["design.assignment=pipeline"])).returncode == 0
