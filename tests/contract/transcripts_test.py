"""Do the commands that README.md and the user's guide show still print what stands below them?"""

import os
import subprocess
import sys

import pytest

from support.program import ROOT

PAGES = ["README.md", *sorted(f"docs/guide/{page.name}" for page in (ROOT / "docs" / "guide").glob("*.md"))]
SCRIPT = ROOT / "scripts" / "refresh_transcripts.py"


@pytest.mark.parametrize("page", PAGES)
def test_transcripts_are_current(page, program):
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--check", page],
        env=dict(os.environ, SUBVOLT_PROGRAM=str(program.path)),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, f"run: scripts/refresh_transcripts.py\n{done.stdout}{done.stderr}"
