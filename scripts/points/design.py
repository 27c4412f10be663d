"""The config.yaml that every run leaves, as text by key."""

import yaml

from subvolt_results import ScriptError

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def load_configuration(text, name="config.yaml"):
    """The document that a run left. Everything stays text in it: OFF is a state, not a truth value."""
    try:
        document = yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise ScriptError(f"{name}{place}: no valid YAML: {error.problem}; run the point again") from error
    except yaml.YAMLError as error:
        raise ScriptError(f"{name}: no valid YAML: {error}; run the point again") from error
    if not isinstance(document, dict):
        raise ScriptError(f"{name}:1:1: expected the sections of a configuration; run the point again")
    return document
