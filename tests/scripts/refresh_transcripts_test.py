"""Does refresh_transcripts.py change what commands printed, and nothing else on a page?"""

import pytest

from refresh_transcripts import Shell, example_files, refresh, shorten
from subvolt_results import ScriptError

PAGE = """\
```yaml
# my_soc.yaml
schema: soc/1
```

```yaml
# configs/sweeps/shipped.yaml
schema: sweep/1
```

```sh
$ not run
```

```console
$ first
old
$ silent
$ long
a
...
y
z
```
"""


def test_only_output_below_commands_changes():
    calls = []

    def run(command, bare):
        calls.append((command, bare))
        return {"first": ["new", "lines"], "silent": ["unseen"], "long": list("ABCDEF")}[command]

    fresh = refresh(PAGE, run)
    assert calls == [("first", False), ("silent", True), ("long", False)]
    assert fresh == PAGE.replace("old\n", "new\nlines\n").replace("a\n...\ny\nz\n", "A\n...\nE\nF\n")


def test_example_files_are_those_without_a_folder():
    assert example_files(PAGE) == {"my_soc.yaml": "schema: soc/1\n"}


@pytest.mark.parametrize(
    "printed, shown, expected",
    [
        ("ABCD", ["a", "b"], "ABCD"),
        ("ABCD", ["a", "..."], ["A", "..."]),
        ("ABCD", ["...", "d"], ["...", "D"]),
        ("AB", ["a", "...", "b"], "AB"),
    ],
    ids=["whole", "head", "tail", "nothing left to hide"],
)
def test_a_cut_keeps_its_place(printed, shown, expected):
    assert shorten(list(printed), shown) == list(expected)


@pytest.fixture(name="shell")
def shell_fixture(tmp_path, monkeypatch):
    for name in ("configs", "workloads", "scripts", "tests", ".venv"):
        (tmp_path / "tree" / name).mkdir(parents=True)
    monkeypatch.setattr("refresh_transcripts.ROOT", tmp_path / "tree")
    return Shell(tmp_path / "scratch", "/bin/echo")


def test_commands_find_the_program_and_show_errors_where_there_is_no_output(shell):
    assert shell.run("subvolt run edge_npu  ", False) == ["run edge_npu"]
    assert shell.run("build/release/subvolt list; echo note >&2", False) == ["list"]
    assert shell.run("echo wrong >&2; exit 2", False) == ["wrong"]


@pytest.mark.parametrize("command, bare", [("exit 1", True), ("exit 3", False), ("no_such_program", False)])
def test_faults_are_no_transcripts(shell, command, bare):
    with pytest.raises(ScriptError, match="exit code"):
        shell.run(command, bare)
