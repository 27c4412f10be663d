"""Fixtures of the tests that run the program from outside."""

import signal
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from support.program import Runs, find_program  # noqa: E402

# Who runs the tests in the background has them start with interrupts ignored, and what they start inherits that; tests
# of interruptions want it as in a terminal.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def program():
    """$SUBVOLT_PROGRAM, or the release build."""
    return find_program("SUBVOLT_PROGRAM", "release")


@pytest.fixture(scope="session")
def other_program():
    """The same program from another compiler and build type: $SUBVOLT_OTHER_PROGRAM, or the clang Debug build."""
    return find_program("SUBVOLT_OTHER_PROGRAM", "clang-debug")


@pytest.fixture(scope="session")
def runs(program, tmp_path_factory):
    """Design points by name, each simulated once per session."""
    return Runs(program, tmp_path_factory.mktemp("runs"))
