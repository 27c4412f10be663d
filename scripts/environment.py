"""Finds the Python that has the packages, so that scripts may be called by name."""

import importlib.util
import os
import sys
from pathlib import Path

PACKAGES = ("jsonschema", "matplotlib", "tqdm", "yaml")


def ensure_packages():
    """Returns when the packages are there. Otherwise starts the script again under the project's .venv, or says what
    is missing and ends with 2."""
    missing = [p for p in PACKAGES if importlib.util.find_spec(p) is None]
    if not missing:
        return
    prepared = Path(__file__).resolve().parents[1] / ".venv"
    if Path(sys.prefix).resolve() != prepared.resolve() and os.access(prepared / "bin" / "python", os.X_OK):
        os.execv(prepared / "bin" / "python", [str(prepared / "bin" / "python"), *sys.argv])
    print(f"{sys.executable} lacks {', '.join(missing)}: run scripts/setup.sh", file=sys.stderr)
    sys.exit(2)
