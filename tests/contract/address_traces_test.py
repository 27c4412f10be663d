"""Do address traces of other simulators replay as the same requests in our own coordinates do?"""

import json

import pytest
from support.program import ROOT

TRACES = ROOT / "tests" / "models" / "traces"
FORMATS = {
    "loads_and_stores.trace": "Ramulator loads and stores",
    "reads_and_writes.trace": "Ramulator",
    "transactions.trc": "DRAMsim3",
    "players.stl": "DRAMSys",
    "vectors.trace": "Ramulator address vectors",
    "coordinates.csv": "coordinates",
}


def replayed(program, device, trace, *options):
    return json.loads(program.output("memtrace", device, trace, "--json", "--quiet", *options))


@pytest.mark.parametrize("device", ["lpddr4_3200", "ddr4_2400"])
@pytest.mark.parametrize("name", FORMATS)
def test_each_format_is_known_by_its_lines(program, device, name):
    result = replayed(program, device, TRACES / name)
    assert result["trace_format"] == FORMATS[name]
    # Eight of the player's requests are of 64 B, two bursts of LPDDR4.
    assert result["requests"] == 48 if (name, device) == ("players.stl", "lpddr4_3200") else 40


@pytest.mark.parametrize("device", ["hyperram_s27ks0641", "emram_28nm_fdsoi"])
def test_memories_without_rows_take_addresses_as_they_are(program, tmp_path, device):
    trace = tmp_path / "small.trace"
    trace.write_text("LD 0x1000\nST 0x1020\n", encoding="utf-8")
    assert replayed(program, device, trace)["requests"] == 2
    done = program.call("memtrace", device, trace, "--map", "row bank column")
    assert done.returncode == 2 and "no rows and banks" in done.stderr
    trace.write_text("LD 0x1000\nST 0x10000000\n", encoding="utf-8")
    done = program.call("memtrace", device, trace)
    assert done.returncode == 2 and f"{trace}:2:1: address 0x10000000 is beyond the memory's" in done.stderr


@pytest.mark.parametrize("fields", ["row bank column", "row column bank", "bank row column"])
def test_a_map_is_the_same_as_the_controllers_fields(program, fields):
    trace = TRACES / "reads_and_writes.trace"
    by_map = replayed(program, "lpddr4_3200", trace, "--map", fields)
    by_fields = replayed(program, "lpddr4_3200", trace, "--set", f"fields={fields}")
    assert by_map["map"] == fields
    for key in ("total_cycles", "commands", "row_hits", "latency_cycles", "energy_J"):
        assert by_map[key] == by_fields[key], key


def test_coordinates_and_addresses_of_the_same_places(program, tmp_path):
    """lpddr4_3200: 32 B bursts, 64 of a row, 8 banks; address = ((row x 8 + bank) x 64 + burst) x 32."""
    places = [(i * 5 % 8, i * 37 % 1000, i * 11 % 64) for i in range(100)]
    ours, theirs = tmp_path / "ours.csv", tmp_path / "theirs.stl"
    ours.write_text("arrival_cycle,op,bank,row,burst\n"
                    + "".join(f"{i * 20},R,{b},{r},{c}\n" for i, (b, r, c) in enumerate(places)), encoding="utf-8")
    theirs.write_text("".join(f"{i * 20}: read {((r * 8 + b) * 64 + c) * 32:#x}\n"
                              for i, (b, r, c) in enumerate(places)), encoding="utf-8")
    one, other = (replayed(program, "lpddr4_3200", trace) for trace in (ours, theirs))
    for key in ("total_cycles", "commands", "row_hits", "row_misses", "row_conflicts", "latency_cycles", "energy_J"):
        assert one[key] == other[key], key


def test_what_is_no_regular_file_is_refused(program, tmp_path):
    done = program.call("memtrace", "lpddr4_3200", "/dev/zero")
    assert done.returncode == 2 and "/dev/zero" in done.stderr
