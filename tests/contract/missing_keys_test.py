"""Is what a document lacks asked for at its place, with words that, written there, are accepted?"""

import re
import shlex

import pytest

from support.hostile import SMALL, call, refining, refused, shipped


@pytest.mark.parametrize("price", ["nvm.standby: {power: 0 W}", "nvm.standby: {power: 0.0 mW}"])
def test_a_part_with_supply_draws_something(price, program, tmp_path):
    memory = refining(tmp_path, "memory", "memories", "emram_28nm_fdsoi_4352k", f"  prices:\n    {price}\n")
    error = refused(program, "run", "edge_npu_onchip", *SMALL, "--set", f"soc.mram.device={memory}", cwd=tmp_path)
    assert "mram.standby wants price nvm.standby, which in" in error
    assert "is zero: whatever has supply draws something" in error


def test_a_price_that_a_device_lacks_is_asked_for_where_it_would_stand(program, tmp_path):
    arguments = ["run", "edge_npu_hyperram", *SMALL, "--set", "soc.hyperram.device=psram_aps6408l",
                 "--set", "power.clock_domains.mem_clk.frequency=50MHz"]
    error = refused(program, *arguments, cwd=tmp_path)
    prices = {}
    for line in error.splitlines():
        found = re.fullmatch(r"configs/memories/psram_aps6408l\.yaml:\d+:5: hyperram\.\w+ wants price (\S+), which "
                             r"configs/memories/psram_aps6408l\.yaml does not have: write (\S+) into memory\.prices, "
                             r"with `source` and `energy`, or `power` where a count is a picosecond, of: (.+)\.", line)
        assert found and found[1] == found[2], line
        prices[found[1]] = "power: 10 mW" if found[3].startswith("Picoseconds") else "energy: 10 pJ"
    assert {"xspi.active": "power: 10 mW", "xspi.read_byte": "energy: 10 pJ"}.items() <= prices.items()
    # Followed, they run it.
    lines = [f"    {key}: {{{what}, source: test}}\n" for key, what in prices.items()]
    memory = refining(tmp_path, "memory", "memories", "psram_aps6408l", "  prices:\n" + "".join(lines))
    arguments[arguments.index("soc.hyperram.device=psram_aps6408l")] = f"soc.hyperram.device={memory}"
    code, _, error = call(program, *arguments, cwd=tmp_path)
    assert code == 0, error


# Before anything is simulated, and once for all events of the rail.
def test_a_rail_that_a_device_draws_from_is_asked_for_in_the_power_intent(program, tmp_path):
    arguments = ["run", "edge_npu", *SMALL, "--set", "soc.dram.device=ddr3_1600",
                 "--set", "power.clock_domains.mem_clk.frequency=800MHz"]
    error = refused(program, *arguments, cwd=tmp_path)
    found = re.fullmatch(r"configs/power/edge_npu\.yaml:\d+:\d+: power\.power_domains\.PD_DRAM\.rails: dram\.\w+: price "
                         r"\S+ of configs/memories/ddr3_1600\.yaml draws from rail vdd, which the rails of power domain "
                         r"PD_DRAM do not connect: (--set .+)\n", error)
    assert found, error
    code, _, error = call(program, *arguments, *shlex.split(found[1]), cwd=tmp_path)
    assert code == 0, error


# The included file is right by itself: it says the keys of its own kind.
def test_a_kind_that_is_changed_later_is_to_blame_for_the_keys_it_does_not_have(program, tmp_path):
    mine = tmp_path / "mine.yaml"
    mine.write_text(f"schema: soc/1\ninclude: {shipped('socs', 'edge_npu')}\nsoc:\n  npu:\n    kind: dot_product\n")
    rest = ["--power", "edge_npu", "--technology", "lp28", *SMALL]
    error = refused(program, "check", mine, *rest, cwd=tmp_path)
    found = re.fullmatch(r"mine\.yaml:5:11: soc\.npu\.kind: kind dot_product has no ([\w, ]+), which the document has of "
                         r"another kind \(\S+/edge_npu\.yaml:10:5\): remove them with `(.+)` beside `kind`, and give "
                         r"buffer\n", error.replace(str(tmp_path) + "/", ""))
    assert found, error
    assert found[2] == ", ".join(f"{key}: null" for key in found[1].split(", "))
    # Followed, what is left to say is about what the new kind has.
    lines = "".join(f"    {removal}\n" for removal in found[2].split(", "))
    mine.write_text(mine.read_text() + lines)
    error = refused(program, "check", mine, *rest, cwd=tmp_path).replace(str(tmp_path) + "/", "")
    assert error.startswith('mine.yaml:5:11: soc.npu: missing key "buffer"') and "unknown key" not in error
    error = refused(program, "check", "edge_npu", *SMALL, "--set", "soc.npu.kind=dot_product", cwd=tmp_path)
    assert error.startswith("--set soc.npu.kind=dot_product: soc.npu.kind: kind dot_product has no sequencer, dma, ")
    assert " --set soc.npu.sequencer=null --set soc.npu.dma=null" in error


# ---- what two readers of the tool found ---------------------------------------------------------------------------
