"""Are results the same bytes from every compiler, build type, working folder and spelling of a path?"""

import json
import os
import shutil

import pytest
from support.program import ROOT, Point

FILES = ("result.json", "activity.json", "layers.csv", "trace.csv")

POWER_GATING = "{name: power_gate_after, after: 12 us, state: RETENTION}"
POINTS = [
    Point(),
    Point(opp="near_threshold"),
    Point(opp="0.41V"),
    Point(design="edge_npu_lp65", net="resnet8"),
    Point(design="edge_npu_lp65", net="vww_mobilenet_v1_0.25_96", opp="near_threshold"),
    Point(net="ad_autoencoder", sets=(f"power.power_domains.PD_SRAM.policy={POWER_GATING}",)),
    Point(net="resnet8", objective="latency", sets=("soc.npu.array.rows=8", "soc.bus.width=8B")),
    Point(net="mobilenet_v1_1.0_224"),
    Point(design="edge_npu_lp65", net="mobilenet_v2_1.0_224", opp="near_threshold"),
]


def assert_same_build_of_sources(one, other):
    a, b = (json.loads((folder / "result.json").read_text())["provenance"]["git"] for folder in (one, other))
    assert a == b, f"the two programs were built from different sources ({a}, {b}): build both again"


def assert_same_files(one, other, names=FILES):
    for name in names:
        a, b = (one / name).read_bytes(), (other / name).read_bytes()
        if a != b:
            lines = [(x, y) for x, y in zip(a.split(b"\n"), b.split(b"\n")) if x != y]
            pytest.fail(f"{name} differs in {len(lines)} lines, the first: {lines[0] if lines else 'one is longer'}")
        assert a


@pytest.mark.parametrize("point", POINTS, ids=str)
def test_another_compiler_and_build_type(point, runs, program, other_program, tmp_path):
    assert program.path != other_program.path
    run = runs(point)
    other_program.output("run", *point.arguments(), "-o", tmp_path / "other", "--quiet")
    assert_same_build_of_sources(run.folder, tmp_path / "other")
    assert_same_files(run.folder, tmp_path / "other")


def test_the_two_programs_are_of_different_compilers_and_build_types(program, other_program):
    texts = [p.output("doctor").splitlines() for p in (program, other_program)]
    compilers = [next(line for line in lines if line.startswith("compiler")) for lines in texts]
    assert {line.split()[1] for line in compilers} == {"gcc", "clang"}
    assert sorted("debug" in line for line in compilers) == [False, True]


def test_the_same_point_twice(runs, program, tmp_path):
    run = runs(Point())
    program.output("run", *Point().arguments(), "-o", tmp_path / "again", "--quiet")
    assert_same_files(run.folder, tmp_path / "again", (*FILES, "config.yaml"))


def test_json_on_stdout_is_the_file(runs, program, tmp_path):
    text = program.output("run", *Point().arguments(), "-o", tmp_path / "out", "--quiet", "--json")
    assert text.encode() == runs(Point()).bytes_of("result.json")


def spelled(folder, absolute):
    """Options that name every file of a design point by its path."""
    where = (lambda path: str(ROOT / path)) if absolute else (lambda path: os.path.relpath(ROOT / path, folder))
    return [
        where("configs/designs/edge_npu.yaml"),
        *("--net", where("workloads/networks/kws_ds_cnn.yaml")),
        *("--power", where("configs/power/edge_npu.yaml")),
        *("--technology", where("configs/technologies/lp28.yaml")),
        *("--opp", "nominal"),
    ]


def test_working_folder_and_spelling_of_paths(program, tmp_path):
    folders = [tmp_path / "a", tmp_path / "b" / "deeper"]
    outputs = []
    for folder in folders:
        folder.mkdir(parents=True)
        for absolute in (False, True):
            output = folder / ("out" if absolute else "elsewhere/out")
            given = output if absolute else output.relative_to(folder)
            program.output("run", *spelled(folder, absolute), "-o", given, "--quiet", cwd=folder)
            outputs.append(output)
    output = tmp_path / "from_root"
    program.output("run", *spelled(ROOT, False), "-o", output, "--quiet", cwd=ROOT)
    for other in outputs:
        assert_same_files(output, other)


def test_shipped_names_in_any_working_folder(runs, program, tmp_path):
    program.output("run", *Point().arguments(), "-o", "here", "--quiet", cwd=tmp_path)
    assert_same_files(runs(Point()).folder, tmp_path / "here", (*FILES, "config.yaml"))


def test_copies_of_the_files_in_another_folder(program, tmp_path):
    """Files of one's own, beside each other in a folder that may be anywhere."""
    outputs = []
    for name in ("first", "second/place"):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        for kind, file in (("socs", "edge_npu"), ("power", "edge_npu"), ("technologies", "lp28")):
            shutil.copy(ROOT / "configs" / kind / f"{file}.yaml", folder / f"my_{kind}.yaml")
        shutil.copy(ROOT / "workloads/networks/kws_ds_cnn.yaml", folder / "my_network.yaml")
        (folder / "mine.yaml").write_text(
            "schema: design/1\ndesign:\n  soc: my_socs.yaml\n  power: my_power.yaml\n"
            "  technology: my_technologies.yaml\n  network: my_network.yaml\n  operating_point: near_threshold\n"
        )
        program.output("run", folder / "mine.yaml", "-o", folder / "out", "--quiet", cwd=tmp_path)
        outputs.append(folder / "out")
    assert_same_files(*outputs)
