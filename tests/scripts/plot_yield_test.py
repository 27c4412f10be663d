"""Does plot_yield.py draw what `subvolt yield` wrote, and refuse what it cannot use?"""

import subprocess

import pytest
from conftest import Scripts


@pytest.fixture(name="real")
def real_fixture(program, tmp_path):
    return Scripts(tmp_path, program)


def test_a_yield_is_drawn(real):
    words = ["yield", "edge_npu", "--net", "kws_ds_cnn", "--samples", "300", "-o", "out", "--quiet"]
    subprocess.run([str(real.program), *words], cwd=real.folder, check=True, capture_output=True)
    done = real("plot_yield.py", "out")
    assert done.returncode == 0, done.stderr_text
    picture = real.folder / "out.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    before = picture.stat().st_mtime_ns
    assert real("plot_yield.py", "out", "--quiet").returncode == 0
    assert picture.stat().st_mtime_ns == before, "drawn again though nothing changed"


def test_what_is_no_yield_is_refused(real):
    (real.folder / "other").mkdir()
    (real.folder / "other" / "yield.json").write_text("{}")
    (real.folder / "other" / "chips.csv").write_text("a,b\n1,2\n")
    assert real("plot_yield.py", "other").returncode == 2
    assert "cannot read" in real("plot_yield.py", "nothing").stderr_text
