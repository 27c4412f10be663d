"""Do the generated and the linked parts of the documentation fit the program?"""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from support.program import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
# Sweeps are read by scripts/sweep.py (tests/scripts), not by the program.
SHELVES = [folder for folder in (ROOT / "configs").iterdir() if folder.name != "sweeps"]
DOCUMENTS = sorted(path for shelf in [*SHELVES, ROOT / "workloads" / "networks"] for path in shelf.glob("*.yaml"))


def test_configuration_reference_is_current(program):
    written = (ROOT / "docs" / "configuration.md").read_text()
    assert written == program.output("schema", "--markdown"), "run: subvolt schema --markdown > docs/configuration.md"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)", prose):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


class PlainLoader(yaml.SafeLoader):
    """YAML as Subvolt reads it: true and false are booleans, OFF is a power state, nothing is a date."""


PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.rsplit(":")[-1] in ("int", "float", "null")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
PlainLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(Path(path).relative_to(ROOT)))
def test_shipped_documents_fit_the_json_schema(path, program):
    document = yaml.load(path.read_text(), PlainLoader)
    if "include" in document:
        pytest.skip("refines another document, which is checked itself")
    kind = document["schema"].split("/")[0]
    jsonschema.Draft7Validator(json.loads(program.output("schema", kind))).validate(document)


@pytest.mark.parametrize("kind", ["soc", "power", "technology", "design", "memory", "network"])
def test_json_schema_is_a_valid_schema_and_refuses_unknown_keys(kind, program):
    schema = json.loads(program.output("schema", kind))
    jsonschema.Draft7Validator.check_schema(schema)
    assert not jsonschema.Draft7Validator(schema).is_valid({"schema": f"{kind}/1", kind: {}, "surprise": 1})
