"""Is a request trace refused where its clocks go back in time, with the clock that is expected?"""

import pytest

# A trace whose last clock is before the one above, the place of it, and what it is there.
BACK = {
    "columns": ("arrival_cycle,op,bank,row,burst\n0,R,0,0,0\n200,R,1,0,0\n{},R,2,0,0\n", "4:1", 100),
    "to 0": ("arrival_cycle,op,bank,row,burst\n7,R,0,0,0\n# so\n\n{},R,2,0,0\n", "5:1", 0),
    "transactions": ("0x40 READ 30\n0x80 WRITE 30\n0xc0 READ {}\n", "3:11", 29),
    "players": ("31:\tread\t0x40\n31:\t(128) read\t0x80\n  {}: write 0x100\n", "3:3", 30),
}


@pytest.mark.parametrize("device", ["lpddr4_3200", "hyperram_s27ks0641"])
@pytest.mark.parametrize("name", BACK)
def test_a_clock_before_the_one_above(name, device, program, tmp_path):
    text, place, clock = BACK[name]
    file = tmp_path / "trace.txt"
    file.write_text(text.format(clock))
    refused = program.call("memtrace", device, file)
    assert refused.returncode == 2 and not refused.stdout
    assert refused.stderr.startswith(f"{file}:{place}: clock {clock} is before"), refused.stderr
    file.write_text(text.format(refused.stderr.split("expected ")[1].split()[0]))
    assert program.call("memtrace", device, file).returncode == 0


def test_what_has_passed_without_going_back_is_taken_as_soon_as_possible(program, tmp_path):
    file = tmp_path / "trace.csv"
    file.write_text("arrival_cycle,op,bank,row,burst\n" + "5,R,0,0,0\n" * 20 + "6,R,0,0,1\n")
    assert program.call("memtrace", "lpddr4_3200", file).returncode == 0
