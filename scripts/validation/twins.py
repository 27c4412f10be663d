"""Closed forms and recurrences against clock-by-clock machines, as the test suites hold them."""

import json
import subprocess
from pathlib import Path

from markdown import count, table
from subvolt_results import ScriptError

# Suite and tests; a test writes down how many tiles or layers were equal (RecordProperty "equal").
SUITES = {
    "subvolt_contract_tests": "*ArrayStyles.ClosedFormEqualsReferenceOnRandomLayers/*"
    ":*ArrayStyles.ClosedFormEqualsReferenceAsInScaleSim/*",
    "subvolt_unit_tests": "DotProductRun.KeepsTheTimesOfItsTwinOn4000Layers"
    ":SubtileJob.KeepsTheTimesOfItsTwinOn4000Layers"
    ":VectorDspTile.KeepsTheTimesOfItsTwinOn4000Tiles"
    ":RowStationaryPass.EqualsTheClockByClockMachineOnRandomLayers"
    ":BlockEngineTimes.KeepTheTimesOfTheirTwinOn4000Layers"
    ":NearMemoryClocks.EqualTheTwinAndTheTwinConvolves",
}


def outcomes(program, folder):
    for suite, tests in SUITES.items():
        binary = Path(program).parent / "tests" / suite
        report = folder / f"{suite}.json"
        if not binary.is_file():
            raise ScriptError(f"there is no {binary}: build the tests")
        done = subprocess.run(
            [binary, f"--gtest_filter={tests}", f"--gtest_output=json:{report}"], capture_output=True, text=True
        )
        if done.returncode != 0:
            raise ScriptError(f"{suite} failed:\n{done.stdout[-2000:]}")
        for group in json.loads(report.read_text(encoding="utf-8"))["testsuites"]:
            yield from group["testsuite"]


# Accelerators, by test suite: tests that are no style's.
KINDS = {
    **{"BlockEngineTimes": "block_engine", "DotProductRun": "dot_product", "NearMemoryClocks": "near_memory"},
    **{"RowStationaryPass": "row_stationary", "SubtileJob": "subtile", "VectorDspTile": "vector_dsp"},
}


def kind_of(test):
    return test["name"].rpartition("/")[2] if "/" in test["name"] else KINDS[test["classname"]]


def text(program, folder, _):
    tiles = {}
    for test in outcomes(program, folder):
        if "equal" not in test:
            continue  # skipped: it has no such key
        tile = tiles.setdefault(kind_of(test), {})
        tile["scale_sim" if "ScaleSim" in test["name"] else "plain"] = int(test["equal"])
    what = {
        "block_engine": "cycles, products; outputs a plain convolution's, pool's, sum's or product's",
        "dot_product": "input, starts of groups, first and last result; outputs a plain convolution's",
        "near_memory": "read and write clocks, words of weights and data; outputs a plain convolution's",
        "subtile": "cycles of each phase, accesses, bytes; outputs a plain convolution's",
        "vector_dsp": "cycles, work of all cores, instructions, words; outputs a plain convolution's",
        "row_stationary": "cycles of each pass, multiplying and in all; outputs a plain convolution's",
    }
    lines = [
        [f"`{kind}`", count(n["plain"]), count(n["scale_sim"]) if "scale_sim" in n else "–",
         what.get(kind, "cycles, all counts; outputs a plain product's")]
        for kind, n in sorted(tiles.items())
    ]  # fmt: skip
    return table(["kind", "random tiles or layers", "as in SCALE-Sim", "equal in"], lines)
