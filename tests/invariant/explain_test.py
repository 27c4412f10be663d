"""Does `subvolt explain` account for every joule of the shipped runs: count x unit energy x scale, and a source?"""

import math
import re

import pytest
from support.program import DESIGNS, NETWORKS, POINTS, Point, relative

PREFIXES = {"k": 3, "": 0, "m": -3, "u": -6, "n": -9, "p": -12, "f": -15, "a": -18, "z": -21, "y": -24}
PRINTED = 1e-5  # six significant digits
QUALITIES = ("measured", "published", "estimated")

SHIPPED = [Point(design=design, net=net, opp=opp) for design in DESIGNS for net in NETWORKS for opp in POINTS]


def joules(text):
    number, unit = text.split()
    assert unit.endswith("J")
    return float(f"{number}e{PREFIXES[unit[:-1]]}")


def blocks(text):
    """{ACCOUNT: {LABEL: text}} of what explain prints about accounts."""
    found = {}
    for block in text.split("\n\n"):
        lines = block.splitlines()
        if len(lines) < 2:
            continue
        fields, label = {}, None
        for line in lines[1:]:
            if line[:14].strip():
                label = line[:14].strip()
                fields[label] = line[14:]
            elif line.strip():
                fields[label] += " " + line.strip()
            else:
                break
        found[lines[0].split()[0]] = fields
    return found


@pytest.fixture(scope="module", params=SHIPPED, ids=str)
def run(request, runs):
    return runs(request.param)


@pytest.fixture(scope="module")
def explained(run, program):
    """Every account's explanation, asked for component by component."""
    found = {}
    for component in dict.fromkeys(a["component"] for a in run.result["accounts"]):
        found.update(blocks(program.output("explain", run.folder, component)))
    return found


def test_the_list_has_every_account_with_its_share(run, program):
    lines = program.output("explain", run.folder).splitlines()[1:]
    listed = {line.split()[0]: line.split() for line in lines if line.split()[-1] in QUALITIES}
    assert listed.keys() == run.accounts.keys()
    for name, words in listed.items():
        assert relative(joules(" ".join(words[1:3])), run.accounts[name]["energy_J"]) <= 1e-3, name
        assert words[-1] == run.accounts[name]["quality"]


def test_every_account_is_explained(run, explained):
    assert explained.keys() == run.accounts.keys()


def test_count_times_unit_energy_times_scale_is_the_energy(run, explained):
    for name, fields in explained.items():
        account = run.accounts[name]
        product = account["count"] * account["unit_energy_J"] * account["scale"]
        assert relative(product, account["energy_J"]) <= 1e-14, name
        match = re.fullmatch(r"([\d,]+) (\S+) x (\S+ \S+) x (\S+) = (\S+ \S+)", fields["energy"])
        assert match, (name, fields["energy"])
        count, unit, scale = int(match[1].replace(",", "")), joules(match[3]), float(match[4])
        assert count == account["count"], name
        assert match[2] == account["count_unit"], name
        assert relative(joules(match[5]), account["energy_J"]) <= PRINTED, name
        assert relative(count * unit * scale, joules(match[5])) <= 3 * PRINTED, (name, fields["energy"])


def test_every_account_names_source_formula_and_quality(run, explained):
    for name, fields in explained.items():
        account = run.accounts[name]
        match = re.fullmatch(r"(.+) \[(\w+)\]", fields["source"])
        assert match and match[2] in QUALITIES, (name, fields["source"])
        assert match[1] == " ".join(account["source"].split()), name
        assert len(match[1]) > 10 and re.search(r"[A-Za-z]{3}", match[1]), name
        for word in ("unknown", "todo", "tbd", "unsourced", "n/a"):
            assert word not in match[1].lower().split(), name
        assert fields["unit energy"] and fields["scale"], name
        assert fields["cause"] == f"{account['cause']}, supplied by {account['domain']}", name
        if match[2] == "estimated":
            assert "estimate" in match[1], (name, "an estimate has to give its reasoning")


def test_explained_energies_add_up_to_the_total(run, explained):
    total = math.fsum(joules(fields["energy"].split(" = ")[1]) for fields in explained.values())
    assert relative(total, run.totals["energy_J"]) <= PRINTED


def test_one_account_by_its_name(runs, program):
    run = runs(Point())
    for name in run.accounts:
        assert list(blocks(program.output("explain", run.folder, name))) == [name]


def test_an_account_that_does_not_exist_is_an_error(runs, program):
    done = program.call("explain", runs(Point()).folder, "npu.aray.mac_int8")
    assert done.returncode == 2 and done.stdout == ""
    assert "npu.aray.mac_int8" in done.stderr and "npu.array.mac_int8" in done.stderr
