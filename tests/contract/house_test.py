"""Do the rooms depend on each other only in the directions that docs/architecture.md allows?"""

import re

import pytest

from support.program import ROOT

# Room: what it may include besides itself and the standard library.
ALLOWED = {
    "sim/units": set(),
    "sim/config": {"sim/units"},
    "sim/network": {"sim/units", "sim/config"},
    "sim/scenario": {"sim/units", "sim/config"},
    "sim/rewrite": {"sim/units", "sim/config", "sim/network"},
    "sim/power": {"sim/units", "sim/config"},
    "sim/mapping": {"sim/units", "sim/config", "sim/network", "sim/power"},
    "sim/kernel": {"sim/units", "sim/config", "sim/power"},
    "models/hw": {"sim/units", "sim/config", "sim/kernel", "sim/mapping", "sim/power"},
    "models/mem": {"sim/units", "sim/config", "sim/kernel", "sim/mapping", "sim/power"},
    "sim/soc": {"sim/units", "sim/config", "sim/network", "sim/mapping", "sim/power", "sim/kernel"},
    "sim/run": {"sim/units", "sim/config", "sim/network", "sim/mapping", "sim/power", "sim/kernel", "sim/rewrite", "sim/scenario", "sim/soc"},
    "sim/report": {"sim/units", "sim/config", "sim/network", "sim/power", "sim/kernel", "sim/scenario", "sim/soc", "sim/run"},
    "sim/cli": {"sim/units", "sim/config", "sim/network", "sim/mapping", "sim/power", "sim/kernel", "sim/rewrite", "sim/scenario", "sim/run", "sim/report"},
}
# Of other rooms, only these headers: models see activity and commands, never prices or plans.
ONLY = {
    ("sim/kernel", "sim/power"): {"activity_record.h", "folded.h", "slept.h", "power_state.h", "policy_kinds.h", "spans.h"},
    ("sim/mapping", "sim/power"): {"activity_record.h"},
    ("models/hw", "sim/power"): {"activity_record.h", "power_state.h"},
    ("models/mem", "sim/power"): {"activity_record.h", "power_state.h"},
    ("models/hw", "sim/mapping"): {
        "command.h", "burst_cutter.h", "capabilities.h", "path.h", "tile.h", "array_style.h", "vector_timing.h", "accelerator.h",
        "tiled_npu.h", "footprint.h", "dot_product_machine.h", "dot_product_planner.h", "dot_product_run.h",
        "dot_product_start.h", "near_memory_machine.h", "near_memory_planner.h", "row_stationary_machine.h",
        "row_stationary_pass.h", "row_stationary_planner.h", "block_engine_machine.h", "block_engine_planner.h", "block_program.h",
        "subtile_job.h", "subtile_machine.h", "subtile_planner.h",
        "row_stationary_pass.h", "row_stationary_planner.h", "subtile_job.h", "subtile_machine.h", "subtile_planner.h",
        "kernel_cost.h", "operator_table.h", "processor.h", "vector_dsp_machine.h", "vector_dsp_planner.h",
        "vector_dsp_tile.h",
    },
    ("models/mem", "sim/mapping"): {"command.h", "capabilities.h"},
}
SYSTEMC = {"sim/kernel", "models/hw", "models/mem", "sim/soc", "sim/run", "sim/report", "sim/cli"}
INCLUDE = re.compile(r'^\s*#include\s+["<]([^">]+)[">]', re.MULTILINE)


def sources(room):
    return [path for path in (ROOT / room).rglob("*") if path.suffix in (".h", ".cpp")]


@pytest.mark.parametrize("room", ALLOWED)
def test_room_includes_only_what_it_may(room):
    faults = []
    for path in sources(room):
        for header in INCLUDE.findall(path.read_text()):
            where = f"{path.relative_to(ROOT)}: {header}"
            parts = header.split("/")
            if parts[0] in ("sim", "models"):
                other = "/".join(parts[:2])
                if other != room and other not in ALLOWED[room]:
                    faults.append(where)
                if other != room and parts[-1] not in ONLY.get((room, other), {parts[-1]}):
                    faults.append(where)
            if header in ("systemc", "tlm") or header.startswith("tlm_utils"):
                if room not in SYSTEMC:
                    faults.append(where)
            if header.startswith("yaml-cpp") and room != "sim/config":
                faults.append(where)
    assert not faults, "\n".join(faults)


def test_every_folder_of_code_is_a_room():
    folders = {f"{top}/{path.name}" for top in ("sim", "models") for path in (ROOT / top).iterdir() if path.is_dir()}
    assert folders == set(ALLOWED)


def test_targets_repeat_the_graph():
    """A target links only what its room may include, and what a room may include its target is linked with."""
    text = (ROOT / "CMakeLists.txt").read_text()
    calls = re.findall(r"^subvolt_room\((\w+) ([^\s)]+)([^)]*)\)", text, re.MULTILINE)
    room_of = {name: folder for name, folder, _ in calls}
    assert set(room_of.values()) == set(ALLOWED)
    reach = {}
    for name, folder, dependencies in calls:  # CMake wants them in order: a room after those that it names
        direct = {word for word in dependencies.split() if word in room_of}
        reach[folder] = {room_of[d] for d in direct} | {far for d in direct for far in reach[room_of[d]]}
        assert {room_of[d] for d in direct} <= ALLOWED[folder], folder
        assert ALLOWED[folder] <= reach[folder], folder


def test_no_folder_is_a_heap():
    """A room with more files than one sees at a glance is sorted into folders by subject."""
    flat = {}
    for top in ("sim", "models"):
        for folder in (ROOT / top).rglob("*"):
            if folder.is_dir():
                flat[str(folder.relative_to(ROOT))] = sum(1 for path in folder.iterdir() if path.suffix in (".h", ".cpp"))
    assert not {folder: files for folder, files in flat.items() if files > 40}


def test_no_file_is_too_long():
    lengths = {
        str(path.relative_to(ROOT)): path.read_text().count("\n")
        for top in ("sim", "models", "tests", "benchmarks", "scripts")
        for path in (ROOT / top).rglob("*")
        if path.suffix in (".h", ".cpp", ".py")
    }
    assert not {name: lines for name, lines in lengths.items() if lines >= 400}


def test_the_argument_library_is_seen_by_those_who_build_the_command_line():
    """Its header costs each file that reads it four seconds of compilation: subcommands declare Arguments."""
    users = {str(path.relative_to(ROOT)) for path in sources("sim") if "CLI/CLI.hpp" in INCLUDE.findall(path.read_text())}
    builders = ("arguments.cpp", "program.cpp", "command_words.h", "help_format.h", "usage_error.h")
    assert users == {f"sim/cli/{name}" for name in builders}


def test_tests_use_folders_of_their_own():
    """A fixed folder below the system's temporary one is shared by tests that run side by side."""
    fixed = re.compile(r"temp_directory_path|testing::TempDir|[\"'(]/tmp/\w")
    users = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "tests").rglob("*")
        if path.suffix in (".h", ".cpp", ".py") and fixed.search(path.read_text())
    }
    assert users <= {"tests/support/temporary_folder.cpp", "tests/contract/house_test.py"}


DECLARED = re.compile(r"^namespace ([\w:]+) \{|^(?:struct|class|enum class) (\w+)(?: final)?(?: :[^;]*)? ?\{", re.MULTILINE)


def test_a_type_is_defined_in_one_header():
    """Two types of one name in one namespace are one to the linker, and whose code runs is chance."""
    places = {}
    for header in sorted([*(ROOT / "sim").rglob("*.h"), *(ROOT / "models").rglob("*.h")]):
        namespace = ""
        for entered, declared in DECLARED.findall(header.read_text()):
            namespace = entered or namespace
            if declared:
                places.setdefault((namespace, declared), []).append(str(header.relative_to(ROOT)))
    assert {name: headers for name, headers in places.items() if len(headers) > 1} == {}
    assert ("subvolt::mapping", "AddressRange") in places and len(places) > 300


# bits of a type, or of a format, times or divided by something
BITS_AS_FACTOR = re.compile(r"\bbits\((?:[^()]|\([^()]*\))*\)\s*(?:[*/]|\+ 7)|[*/]\s*(?:\w+(?:::|\.|->))*bits\(|\bbits_of\b\s*[*/]")


def test_formats_alone_turn_elements_into_bytes():
    """A byte that is an element here and four bits there is a wrong price that nobody sees."""
    found = {}
    for room in ("network", "rewrite", "mapping", "soc", "run"):
        for source in sorted([*(ROOT / "sim" / room).rglob("*.h"), *(ROOT / "sim" / room).rglob("*.cpp")]):
            code = re.sub(r"//.*", "", source.read_text())
            hits = BITS_AS_FACTOR.findall(code)
            if hits:
                found[str(source.relative_to(ROOT))] = hits
    assert set(found) == {"sim/network/format.h"}, found


NUMBER_OF_A_UNIT = re.compile(r"\bint64_t(?:>+)?&? (?:\w+, )*(\w*_(?:ps|hz)_?)\b")
# Where times and frequencies meet as numbers, and a rate that is neither.
PLAIN_NUMBERS = {
    ("sim/units/edges.h", "wide_ps"): "edges are worked out from both units at once",
    ("sim/units/edges.h", "period_ps_"): "likewise",
    ("sim/power/record/activity_record.h", "most_per_ps"): "events in a picosecond, not picoseconds",
}


def test_times_and_frequencies_have_a_type():
    """A name says a unit to the reader only; Picoseconds and Hertz say it to the compiler too."""
    found = set()
    for room in ("sim", "models"):
        for header in sorted((ROOT / room).rglob("*.h")):
            code = re.sub(r"//.*", "", header.read_text())
            found |= {(str(header.relative_to(ROOT)), name) for name in NUMBER_OF_A_UNIT.findall(code)}
    assert found == set(PLAIN_NUMBERS)
    assert NUMBER_OF_A_UNIT.findall("void go(std::int64_t begin_ps); std::vector<std::int64_t> set_points_hz_;") == [
        "begin_ps", "set_points_hz_"]
