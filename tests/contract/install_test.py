"""Does `cmake --install` leave a tree that works, wherever it is put?"""

import os
import shutil
import subprocess

import pytest
from support.program import ROOT


@pytest.fixture(scope="module")
def installed(program, tmp_path_factory):
    """The tree below a DESTDIR, moved to where nobody expects it."""
    build = program.path.parent
    if not (build / "cmake_install.cmake").is_file():
        pytest.fail(f"{build} is no build folder: cmake --install needs one")
    stage = tmp_path_factory.mktemp("stage")
    done = subprocess.run(["cmake", "--install", str(build), "--prefix", "/usr"], capture_output=True, text=True,
                          env=dict(os.environ, DESTDIR=str(stage)))
    assert done.returncode == 0, done.stderr
    place = tmp_path_factory.mktemp("opt") / "a place"
    shutil.move(stage / "usr", place)
    return place


def call(installed, *words, cwd):
    environment = {name: value for name, value in os.environ.items() if name != "SUBVOLT_DATA"}
    return subprocess.run([str(installed / "bin" / "subvolt"), *words], cwd=cwd, env=environment, capture_output=True,
                          text=True, timeout=120)


def test_the_tree(installed):
    assert (installed / "bin" / "subvolt").is_file()
    for shipped in ("configs", "workloads"):
        for path in (ROOT / shipped).rglob("*"):
            if path.is_file() and not path.name.startswith("."):
                assert (installed / "share" / "subvolt" / path.relative_to(ROOT)).read_bytes() == path.read_bytes()
    page = (installed / "share" / "man" / "man1" / "subvolt.1").read_text()
    assert page.startswith(".TH SUBVOLT 1")
    for completions in ("bash-completion/completions/subvolt.bash", "zsh/site-functions/_subvolt",
                        "fish/vendor_completions.d/subvolt.fish"):
        assert "edge" not in completions and "subvolt" in (installed / "share" / completions).read_text()


def test_it_works_from_any_folder(installed, tmp_path):
    doctor = call(installed, "doctor", cwd=tmp_path)
    assert doctor.returncode == 0, doctor.stderr
    assert f"data      {installed}/share/subvolt" in doctor.stdout
    run = call(installed, "run", "edge_npu", "--net", "ad_autoencoder", "-o", "out", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    assert "kws_ds_cnn" in call(installed, "list", "networks", cwd=tmp_path).stdout


def test_its_results_are_those_of_the_build(installed, program, tmp_path):
    call(installed, "run", "edge_npu", "--net", "ad_autoencoder", "-o", "out", "--quiet", cwd=tmp_path)
    program.output("run", "edge_npu", "--net", "ad_autoencoder", "-o", tmp_path / "built", "--quiet")
    assert (tmp_path / "out" / "result.json").read_bytes() == (tmp_path / "built" / "result.json").read_bytes()
