"""Does any damage to a sweep file end as a list of points or as mistakes that are placed, quickly?

Mutations of bytes, characters, lines and values of a file that uses every key; the seed is fixed, so a failure can be
repeated.
"""

import random
import re
import time

import pytest

from subvolt_results import ScriptError
from sweeps import plan as plans

FILE = """\
schema: sweep/1
sweep:
  title: every key
  common: {network: net, opp: nominal, set: [soc.bus.width=8 B]}
  points:
    - {name: a, design: one, power: p, technology: t, objective: latency}
    - {name: "b: two", design: two, set: {soc.bus.queue: 8, soc.cpu.operators: {add: 30}}}
  axes:
    soc.sram.size: [64 KiB, 128 KiB]
    soc.npu.array.dataflows: [[output_stationary], [weight_stationary]]
    width:
      - {name: narrow, set: [soc.dma.width=8 B]}
  rates: [0.1, 1, 30]
"""
VALUES = (
    "", "~", "[]", "{}", "-1", "0", "1e400", "nan", "yes", "'", '"', "*a", "&a", "!!binary x", "!x y", "<<", "[[[", "? x",
    "\t", "\x00", "\u2028", "é", "2026-01-01", "1:30", "a=b=c", "=", "../x", "/dev/zero", "x" * 3000, "[" * 200, "%YAML 9",
    "---", "...", "# x", ": ", "- ", "|", ">", "{a: {a: {a: 1}}}", "0x10", "010", "1_000", "{? [1]: 2}",
)  # fmt: skip


def mutated(random_, text):
    for _ in range(random_.randint(1, 3)):
        at, end = sorted(random_.randrange(len(text) + 1) for _ in range(2))
        what = random_.randrange(5)
        if what == 0:
            text = text[:at] + text[min(end, at + 8) :]
        elif what == 1:
            text = text[:at] + random_.choice(VALUES) + text[at:]
        elif what == 2:
            text = text[:at] + text[at:end] + text[at:]
        elif what == 3:
            lines = text.splitlines(True)
            random_.shuffle(lines) if random_.random() < 0.2 else lines.pop(random_.randrange(len(lines)))
            text = "".join(lines) or FILE
        else:
            words = list(re.finditer(r"[^\s\[\]{},:]+", text)) or [re.match("", text)]
            word = random_.choice(words)
            text = text[: word.start()] + random_.choice(VALUES) + text[word.end() :]
    return text


@pytest.mark.parametrize("seed", range(4))
def test_no_damage_is_fatal(tmp_path, seed):
    random_ = random.Random(seed)
    file = tmp_path / "my.yaml"
    refused = 0
    for _ in range(400):
        data = mutated(random_, FILE).encode("utf-8", "surrogatepass")
        if random_.random() < 0.1:
            at = random_.randrange(len(data))
            data = data[:at] + bytes([random_.randrange(256)]) + data[at + 1 :]
        file.write_bytes(data)
        begin = time.process_time()
        try:
            plan = plans.read(file)
            assert plan.points and all(p.design for p in plan.points)
        except ScriptError as error:
            refused += 1
            assert error.exit_code == 2
            lines = str(error).splitlines()
            assert all(re.match(rf"{re.escape(str(file))}(:\d+:\d+)?: \S", line) for line in lines), (data, lines)
        assert time.process_time() - begin < 2
    assert 100 < refused < 400
