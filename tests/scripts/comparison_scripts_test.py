"""Do check_work.py and plot_comparison.py do what they say, and refuse what they cannot use?"""

import json
import subprocess

import pytest
from conftest import Scripts

PNG = b"\x89PNG"


@pytest.fixture(name="real")
def real_fixture(program, tmp_path):
    return Scripts(tmp_path, program)


def test_work_of_a_network_is_as_planned(real):
    done = real("check_work.py", "ad_autoencoder", "--quiet")
    assert (done.returncode, done.stdout_text) == (0, "1 of 1 networks as planned on every kind\n")


def test_an_unknown_network_is_refused(real):
    done = real("check_work.py", "resnet9")
    assert done.returncode == 2 and 'did you mean "resnet8"?' in done.stderr_text


def test_a_comparison_is_drawn(real):
    words = ["compare", "edge_npu", "nv_small", "--net", "ad_autoencoder", "--net", "kws_ds_cnn", "-o", "out", "--quiet"]
    subprocess.run([str(real.program), *words], cwd=real.folder, check=True, capture_output=True)
    done = real("plot_comparison.py", "out", "-o", "pictures")
    assert done.returncode == 0, done.stderr_text
    pictures = sorted((real.folder / "pictures").iterdir())
    assert [p.name for p in pictures] == ["ad_autoencoder.png", "kws_ds_cnn.png"]
    assert all(p.read_bytes().startswith(PNG) for p in pictures)
    before = [p.stat().st_mtime_ns for p in pictures]
    assert real("plot_comparison.py", "out/compare.json", "-o", "pictures", "--quiet").returncode == 0
    assert [p.stat().st_mtime_ns for p in pictures] == before, "drawn again though nothing changed"


def test_what_is_no_comparison_is_refused(real):
    for name, text in {"none": None, "text": "hello", "list": "[]", "old": json.dumps({"schema_version": "2.0"})}.items():
        if text is not None:
            (real.folder / name).write_text(text)
        done = real("plot_comparison.py", name)
        assert done.returncode == 2 and done.stderr_text.startswith(("cannot read none", f"{name}: "))
        assert not (real.folder / "compare.png").exists()
