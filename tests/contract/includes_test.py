"""Is a file that includes itself told so, whatever else it lacks?"""

import pytest

from support.program import ROOT
from support.remedies import follow

INCLUDES = {
    "without a section": {"a.yaml": "include: a.yaml\n"},
    "with a section": {"a.yaml": "include: a.yaml\nsoc: {title: x}\n"},
    "in the section": {"a.yaml": "soc:\n  include: a.yaml\n  title: x\n"},
    "by another, without sections": {"a.yaml": "include: b.yaml\n", "b.yaml": "include: a.yaml\n"},
    "by two others": {"a.yaml": "include: b.yaml\n", "b.yaml": "include: ./c.yaml\nsoc: {}\n", "c.yaml": "include: b.yaml\n"},
    "by a way round": {"a.yaml": "include: ../{folder}/a.yaml\n"},
}


@pytest.mark.parametrize("schema", ["soc", "power", "technology", "network"])
@pytest.mark.parametrize("name", INCLUDES)
def test_a_file_that_includes_itself_is_told_so(name, schema, program, tmp_path):
    for file, text in INCLUDES[name].items():
        text = text.replace("{folder}", tmp_path.name).replace("soc:", f"{schema}:")
        (tmp_path / file).write_text(f"schema: {schema}/1\n{text}")
    design = {"soc": ("a.yaml",), "power": ("edge_npu", "--power", "a.yaml"),
              "technology": ("edge_npu", "--technology", "a.yaml"), "network": ("edge_npu", "--net", "a.yaml")}[schema]
    refused = program.call("check", *design, cwd=tmp_path)
    assert refused.returncode == 2 and ".yaml includes itself: " in refused.stderr, refused.stderr


def test_an_include_in_the_section_is_sent_to_the_top(program, tmp_path):
    (tmp_path / "a.yaml").write_text("schema: network/1\nnetwork:\n  include: resnet8.yaml\n  name: mine\n")
    (tmp_path / "resnet8.yaml").write_text((ROOT / "workloads/networks/resnet8.yaml").read_text())
    refused = program.call("nets", "a.yaml", cwd=tmp_path)
    assert refused.returncode == 2 and "a.yaml:3:3: network.include: " in refused.stderr and "beside `schema:`" in refused.stderr
    (tmp_path / "a.yaml").write_text("schema: network/1\ninclude: resnet8.yaml\nnetwork:\n  name: mine\n")
    assert program.call("nets", "a.yaml", cwd=tmp_path).returncode == 0


def test_a_shipped_name_is_not_included_but_its_file_is_named(program, tmp_path):
    mine = tmp_path / "mine.yaml"
    mine.write_text("schema: design/1\ninclude: edge_npu\ndesign: {network: resnet8}\n")
    refused = program.call("check", mine)
    assert refused.returncode == 2 and refused.stderr.count("\n") == 1 and "mine.yaml:2:10: include: " in refused.stderr
    mine.write_text(follow(mine.read_text(), "edge_npu", refused.stderr))
    assert program.call("check", mine).returncode == 0
