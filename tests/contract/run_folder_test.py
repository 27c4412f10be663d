"""Do the files of a run appear together, stay together, and leave alone what is not theirs?"""

import hashlib
import json
import re
import shutil
import subprocess

import pytest
from support.program import Point

SMALL = ("run", "edge_npu", "--net", "ad_autoencoder", "--quiet")
OTHER = ("run", "edge_npu", "--net", "resnet8", "--quiet")
RENAMES = "rename,renameat,renameat2"


@pytest.fixture
def folder(program, tmp_path):
    """A run's folder that a test may spoil."""
    program.output(*SMALL, "-o", tmp_path / "run")
    return tmp_path / "run"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def network_of(program, folder):
    """The network that a folder's readers see: that of the result, of the record, or a refusal."""
    seen = {}
    explained = program.call("explain", folder, "--json")
    seen["explain"] = explained.returncode
    if explained.returncode == 0:
        seen["explain"] = json.loads((folder / "result.json").read_text())["design_point"]["network"]
    priced = program.call("price", folder, "--technology", "lp28", "--json", "--quiet")
    seen["price"] = json.loads(priced.stdout)["design_point"]["network"] if priced.returncode == 0 else priced.returncode
    return seen


def test_the_files_are_listed_with_their_hashes(folder):
    listed = dict(reversed(line.split("  ")) for line in (folder / "files.sha256").read_text().splitlines())
    assert sorted([*listed, "files.sha256", "run.log"]) == names(folder)
    for name, digest in listed.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def killed_at(program, number, *arguments, cwd=None):
    strace = ("strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={RENAMES}")
    inject = ("-e", f"inject={RENAMES}:signal=KILL:when={number}")
    command = [*strace, *inject, str(program.path), *map(str, arguments)]
    return subprocess.run(command, env=program.environment, capture_output=True, cwd=cwd, timeout=120).returncode


@pytest.mark.skipif(not shutil.which("strace"), reason="strace kills the program where it renames")
@pytest.mark.parametrize("inside", [False, True], ids=["beside", "in the working folder"])
def test_a_rerun_killed_at_any_rename_leaves_one_run_or_is_noticed(program, folder, inside):
    for number in range(1, 12):
        target = ("-o", "." if inside else folder)
        code = killed_at(program, number, *OTHER, *target, cwd=folder if inside else None)
        seen = network_of(program, folder)
        assert set(seen.values()) <= {"ad_autoencoder", "resnet8", 2}, seen
        assert len(set(seen.values()) - {2}) <= 1, f"rename {number}: the folder tells of two runs: {seen}"
        if code == 0:
            break
        shutil.rmtree(folder)
        program.output(*SMALL, "-o", folder)
    assert code == 0 and set(seen.values()) == {"resnet8"}
    assert number > (5 if inside else 1), "nothing was killed"


@pytest.mark.skipif(not shutil.which("strace"), reason="strace kills the program where it renames")
def test_leftovers_of_a_killed_run_go_with_the_next_one(program, folder):
    killed_at(program, 1, *OTHER, "-o", folder)
    program.output(*OTHER, "-o", folder)
    assert names(folder.parent) == [folder.name]


def test_a_rerun_replaces_all_files(program, folder):
    before = names(folder)
    program.output(*OTHER, "-o", folder)
    assert names(folder) == before
    assert names(folder.parent) == [folder.name]
    assert set(network_of(program, folder).values()) == {"resnet8"}


def test_through_a_link_and_in_the_working_folder(program, folder):
    (folder.parent / "link").symlink_to(folder)
    program.output(*OTHER, "-o", folder.parent / "link")
    assert (folder.parent / "link").is_symlink()
    assert set(network_of(program, folder).values()) == {"resnet8"}
    program.output(*SMALL, "-o", ".", cwd=folder)
    assert set(network_of(program, folder).values()) == {"ad_autoencoder"}


@pytest.mark.parametrize("file", ["config.yaml", "notes.txt", "result.json", "activity.json", "run.log"])
def test_files_of_others_are_never_touched(program, tmp_path, file):
    target = tmp_path / "mine"
    target.mkdir()
    (target / file).write_text("mine: alone\n")
    done = program.call(*SMALL, "-o", target)
    assert done.returncode == 2 and file in done.stderr and "another folder with -o" in done.stderr, done.stderr
    assert (target / file).read_text() == "mine: alone\n"
    assert names(target) == [file] and names(tmp_path) == ["mine"]
    program.output(*SMALL, "-o", tmp_path / "another")  # as the message says
    shutil.move(target / file, tmp_path / "away")
    program.output(*SMALL, "-o", target)


def test_a_configuration_that_somebody_changed_is_theirs(program, folder):
    config = folder / "config.yaml"
    config.write_text(config.read_text() + "# my own\n")
    done = program.call(*SMALL, "-o", folder)
    assert done.returncode == 2 and "config.yaml is not as a run left it" in done.stderr
    assert config.read_text().endswith("# my own\n")


def test_a_file_beside_a_run_is_never_touched(program, folder):
    (folder / "notes.txt").write_text("mine")
    done = program.call(*SMALL, "-o", folder)
    assert done.returncode == 2 and "notes.txt" in done.stderr
    assert (folder / "notes.txt").read_text() == "mine"


def test_folders_of_before_there_were_hashes_are_known(program, folder):
    (folder / "files.sha256").unlink()
    assert program.call("explain", folder).returncode == 0
    program.output(*OTHER, "-o", folder)


def test_a_file_in_the_place_of_the_folder(program, tmp_path):
    (tmp_path / "file").write_text("mine")
    done = program.call(*SMALL, "-o", tmp_path / "file")
    assert done.returncode == 2 and "is no folder" in done.stderr


@pytest.mark.skipif(not shutil.which("strace"), reason="strace makes writing fail")
@pytest.mark.parametrize("error, words", [("ENOSPC", "No space left on device"), ("EIO", "Input/output error")])
def test_a_full_disk_leaves_what_was_there(program, folder, error, words):
    before = {name: (folder / name).read_bytes() for name in names(folder)}
    command = ["strace", "-f", "-qq", "-o", "/dev/null", "-P", f"{folder}.part", "-e", "trace=write"]
    done = None
    for number in (1, 3, 5):
        command = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"inject=write:error={error}:when={number}"]
        done = subprocess.run([*command, str(program.path), *OTHER, "-o", str(folder)], env=program.environment,
                              capture_output=True, text=True, timeout=120)
        assert done.returncode == 2, (number, done.stderr)
        assert f"cannot write {folder}/" in done.stderr and words in done.stderr
        assert {name: (folder / name).read_bytes() for name in names(folder)} == before
        assert names(folder.parent) == [folder.name]


def test_folders_of_runs_that_differ_differ(program, tmp_path):
    """Two networks, designs, intents of one name from different files; options that change the result."""
    for place in ("a", "b"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "net.yaml").write_text(
            "schema: network/1\nnetwork:\n  name: net\n  input: {shape: 8x8x8, type: int8}\n  layers:\n"
            f"    - {{name: c0, op: conv2d, kernel: 3x3, channels: {8 if place == 'a' else 16}}}\n")
        (tmp_path / place / "design.yaml").write_text(
            "schema: design/1\ndesign:\n  soc: edge_npu\n  power: edge_npu\n  technology: lp28\n  network: net.yaml\n"
            f"  objective: {'energy' if place == 'a' else 'latency'}\n")
    runs = [("edge_npu", "--net", "a/net.yaml"), ("edge_npu", "--net", "b/net.yaml"), ("a/design.yaml",),
            ("b/design.yaml",), ("edge_npu", "--net", "a/net.yaml", "--no-fuse"),
            ("edge_npu", "--net", "a/net.yaml", "--objective", "latency"),
            ("edge_npu", "--net", "a/net.yaml", "--set", "soc.npu.array.rows=8")]
    folders = []
    for run in runs:
        done = program.call("run", *run, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        folders.append(re.search(r"results in (\S+)", done.stderr)[1])
    assert len(set(folders)) == len(runs), folders
    assert sorted(folders) == sorted(f"results/{name}" for name in names(tmp_path / "results"))


def test_shipped_names_make_the_folder_that_the_guide_says(program, tmp_path):
    done = program.call("run", "edge_npu", "--net", "kws_ds_cnn", cwd=tmp_path)
    assert "results in results/edge_npu_kws_ds_cnn_lp28_nominal" in done.stderr


DAMAGES = {
    "negative total": (r'"energy_J": [0-9.e-]+,\n    "average', '"energy_J": -5.0,\n    "average', "/totals/energy_J"),
    "utilisation": (r'"utilization": [0-9.e-]+,\n    "edp', '"utilization": 7,\n    "edp', "/totals/utilization"),
    "count": (r'"count": (\d+)', r'"count": 1\1', "count x unit energy x scale"),
    "unit energy": (r'"unit_energy_J": [0-9.e-]+', '"unit_energy_J": 1e-3', "count x unit energy x scale"),
    "infinite": (r'"average_power_W": [0-9.e-]+', '"average_power_W": null', "/totals/average_power_W"),
    "too large for a number": (r'"latency_s": [0-9.e-]+', '"latency_s": 1e999', "too large"),
    "peak": (r'"peak_power_W": [0-9.e-]+', '"peak_power_W": 1e-9', "below the average"),
    "MACs": (r'"macs": \d+', '"macs": 12', "/totals/"),
    "layer": (r'"array_cycles": \d+', '"array_cycles": 999999999', "/array_cycles"),
    "accelerator": (r'"accelerator_cycles": \d+', '"accelerator_cycles": 999999999', "/accelerator_cycles"),
    "text for a number": (r'"cycles": \d+,\n    "macs"', '"cycles": "many",\n    "macs"', "/totals/cycles: expected an integer"),
    "a list gone": (r'"accounts": \[', '"accountz": [', "/: expected a member \"accounts\""),
    "cut": (r'"components"[\s\S]*', "", "no valid JSON"),
    "deep": (r'"seed": 0', '"seed": ' + "[" * 100000 + "]" * 100000, "nested deeper"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_no_impossible_result_is_explained(program, runs, tmp_path, damage):
    old, new, message = DAMAGES[damage]
    text = (runs(Point(net="ad_autoencoder")).folder / "result.json").read_text()
    broken, times = re.subn(old, lambda m: m.expand(new) if "\\1" in new else new, text, count=1)
    assert times == 1
    file = tmp_path / "result.json"
    file.write_text(broken)
    for command in (["explain", file], ["explain", file, "npu.array.mac_int8"], ["diff", file, file]):
        done = program.call(*command)
        assert done.returncode == 2 and done.stdout == "", (command, done.stdout[:200])
        assert done.stderr.startswith(str(file)) and message in done.stderr, done.stderr


def test_a_result_that_was_edited_in_its_folder_is_noticed_whatever_it_says(program, folder):
    file = folder / "result.json"
    file.write_text(file.read_text().replace("CACTI", "my own mind"))
    for command in (["explain", folder], ["explain", file], ["diff", folder, folder]):
        done = program.call(*command)
        assert done.returncode == 2 and "not the file that the run wrote" in done.stderr
    shutil.rmtree(folder)  # as the message says
    program.output(*SMALL, "-o", folder)
    assert program.call("explain", folder).returncode == 0


RECORDS = {
    "clock cycles of a component gone": (r'("clock_cycles":\[)\d+,', r"\1", "clock cycle counts for"),
    "an event of nobody": (r'("events":\[)\d+', r"\g<1>9999", "there is no event 9999"),
    "a gap": (r'("begin_ps":)0(,"end_ps":\d+,"task":)', r"\g<1>5\2", "epoch 0: begins at 5 ps"),
    "more clock edges than time": (r'("clock_cycles":\[)\d+', r"\g<1>99999999999", "clock edges in a time"),
    "counts beyond 64 bits": (r'("events":\[\d+,)\d+', r"\g<1>9000000000000000000", "more than 2^61"),
    "a negative time": (r'("end_ps":)\d+', r"\g<1>-9000000000000000000", "expected 0 to 2^61"),
    "no member": (r'"total_ps"', '"total_pz"', "total_p"),
    "cut": (r'"epochs"[\s\S]*', "", "no valid JSON"),
}


@pytest.mark.parametrize("damage", RECORDS)
def test_no_impossible_record_is_priced(program, runs, tmp_path, damage):
    old, new, message = RECORDS[damage]
    text = (runs(Point(net="ad_autoencoder")).folder / "activity.json").read_text()
    broken, times = re.subn(old, new, text, count=1)
    assert times == 1
    (tmp_path / "activity.json").write_text(broken)
    done = program.call("price", tmp_path, "--technology", "lp28", "-o", tmp_path / "out")
    assert done.returncode == 2 and done.stdout == "", done.stderr
    assert done.stderr.startswith(str(tmp_path / "activity.json")) and message in done.stderr, done.stderr
    assert names(tmp_path) == ["activity.json"]
