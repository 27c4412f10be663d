"""YAML for Python as Subvolt reads it."""

import re

import yaml


class PlainLoader(yaml.SafeLoader):
    """true and false are booleans, OFF is a power state, nothing is a date."""


PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.rsplit(":")[-1] in ("int", "float", "null")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
PlainLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))
