"""Do the generated and the linked parts of the documentation fit the program?"""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from support.plain_yaml import PlainLoader
from support.program import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
KINDS = ["soc", "power", "technology", "design", "memory", "processor", "regulator", "package", "network", "scenario",
         "battery", "harvester", "radio", "sensor", "sweep", "comparison", "chip"]
SCHEMAS = ROOT / "configs" / "schemas"
# Not tests/extension: its documents are about what this program does not have (adding_without_touching_test.py).
FOLDERS = [ROOT / "configs", ROOT / "workloads" / "networks", ROOT / "workloads" / "scenarios"]


def documents():
    """Everything in the tree that begins as a document."""
    for folder in FOLDERS:
        for path in sorted(folder.rglob("*.yaml")):
            if re.search(r"^schema: [a-z]+/1$", path.read_text(), re.MULTILINE):
                yield path


DOCUMENTS = list(documents())


def test_configuration_reference_is_current(program):
    written = (ROOT / "docs" / "configuration.md").read_text()
    assert written == program.output("schema", "--markdown"), "run: subvolt schema --markdown > docs/configuration.md"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)", prose):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.fixture(scope="module")
def validators(program):
    return {kind: jsonschema.Draft7Validator(json.loads(program.output("schema", kind))) for kind in KINDS}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(Path(path).relative_to(ROOT)))
def test_documents_fit_the_json_schema(path, validators):
    document = yaml.load(path.read_text(), PlainLoader)
    errors = [f"{'/'.join(map(str, e.absolute_path))}: {e.message}"
              for e in validators[document["schema"].split("/")[0]].iter_errors(document)]
    assert not errors


def test_any_document_fits_the_schema_of_all(program):
    schema = json.loads(program.output("schema"))
    jsonschema.Draft7Validator.check_schema(schema)
    for path in DOCUMENTS[:5]:
        jsonschema.Draft7Validator(schema).validate(yaml.load(path.read_text(), PlainLoader))


@pytest.mark.parametrize("kind", KINDS)
def test_json_schema_is_a_valid_schema_and_refuses_unknown_keys(kind, validators):
    validator = validators[kind]
    jsonschema.Draft7Validator.check_schema(validator.schema)
    assert not validator.is_valid({"schema": f"{kind}/1", kind: {}, "surprise": 1})


def refinement(kind, section):
    return {"schema": f"{kind}/1", "include": "base.yaml", kind: section}


@pytest.mark.parametrize("kind, section, fits", [
    ("soc", {"npu": {"array": {"rows": 32}}}, True),
    ("soc", {"dram": None, "npu": {"array": {"dataflows": None}}}, True),
    ("soc", {"npu": {"array": {"rowz": 32}}}, False),
    ("technology", {"prices": {"mac.int8": {"energy": "1 pJ"}}}, True),
    ("technology", {"prices": {"mac.int8": {"energy": 1}}}, False),
    ("technology", {"prices": {"mac.int8": {"energy": "1 pV"}}}, False),
    ("power", {"voltage_domains": {"VDD1": {"regulator": {"efficiency": None}}}}, True),
    ("power", {"clock_domains": {"npu_clk": {"elements": [None]}}}, False),
    ("processor", {"kernels": {"conv2d": {"operation": 2}}}, True),
    ("memory", {"currents": {"rails": {"vdd2": {"IDD4R": "100 mA"}}}}, True),
])
def test_a_refining_document_says_only_what_differs(kind, section, fits, validators):
    validator = validators[kind]
    assert validator.is_valid(refinement(kind, section)) == fits
    alone = refinement(kind, section)
    del alone["include"]
    assert not validator.is_valid(alone)


# Editors with the YAML language server follow the first line of a file, from a fresh clone on.


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "sweep"])
def test_schema_files_are_current(kind, program):
    assert (SCHEMAS / f"{kind}.json").read_text() == program.output("schema", kind), (
        "run: subvolt schema --write configs/schemas")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(Path(path).relative_to(ROOT)))
def test_shipped_documents_name_their_schema(path):
    found = re.match(r"# yaml-language-server: \$schema=(\S+)\n", path.read_text())
    assert found, "expected it as the first line"
    kind = re.search(r"^schema: ([a-z]+)/1$", path.read_text(), re.MULTILINE)[1]
    assert (path.parent / found[1]).resolve() == SCHEMAS / f"{kind}.json"


def test_schemas_can_be_written_for_documents_elsewhere(program, tmp_path):
    program.output("schema", "--write", tmp_path / "schemas")
    assert sorted(path.stem for path in (tmp_path / "schemas").iterdir()) == sorted(KINDS)
    assert (tmp_path / "schemas" / "soc.json").read_text() == program.output("schema", "soc")
    assert json.loads((tmp_path / "schemas" / "sweep.json").read_text()) == json.loads((SCHEMAS / "sweep.json").read_text())


def test_the_guide_for_contributors_is_short_and_quotes_no_code():
    """What is quoted compiles nowhere: examples are the files of tests/extension/tree, which are built and run."""
    text = (ROOT / "CONTRIBUTING.md").read_text()
    assert len(text.encode()) < 12 * 1024
    assert "```cpp" not in text
    for path in re.findall(r"`((?:sim|models|tests|configs|workloads)/[\w./]+)`", text):
        places = [ROOT / path, ROOT / "tests" / "extension" / "tree" / path]
        assert any(place.exists() for place in places), path
