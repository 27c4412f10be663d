"""Is all that a run with --trace keeps of when things happened true to what it counted and what that cost?"""

import csv
import gzip
import io
import json
from collections import Counter, defaultdict

import pytest

from support.program import ROOT

# A network of each chip, and more than one job; where chips have rules of their own, those of the design.
OF_ITS_OWN = {"max78000", "max78002", "ne16_bench"}
DESIGNS = sorted(path.stem for path in (ROOT / "configs" / "designs").glob("*.yaml"))
RUNS = {name: [name] if name in OF_ITS_OWN else [name, "--net", "kws_ds_cnn", "--inferences", "2"] for name in DESIGNS}
RUNS["overlap"] = ["edge_npu", "--net", "resnet8", "--inferences", "3", "--set", "design.barrier=accelerator"]
RUNS["pipeline"] = ["dual_npu", "--net", "resnet8", "--inferences", "4", "--set", "design.assignment=pipeline"]
RUNS["points"] = ["edge_npu", "--net", "kws_ds_cnn", "--set", 'design.operating_points={"dw*": near_threshold}']
# Weights that the NPU does not multiply: the host's accesses go ahead of time.
RUNS["host"] = ["edge_npu", "--net", "kws_ds_cnn", "--set", "network.layers[0].weight_type=int4"]


class Traced:
    def __init__(self, program, folder, arguments):
        self.folder = folder
        program.output("run", *arguments, "--trace", "--quiet", "-o", folder)
        self.result = json.loads((folder / "result.json").read_text())
        self.record = json.loads((folder / "activity.json").read_text())
        with gzip.open(folder / "power_by_cause.csv.gz", "rt", newline="") as file:
            self.causes = list(csv.DictReader(file))
        self.total_ps = self.record["total_ps"]
        rows = csv.DictReader(io.StringIO(program.output("spans", folder)))
        self.spans = [dict(row, begin=int(row["begin_ps"]), end=int(row["end_ps"])) for row in rows]

    def of(self, kind):
        return [span for span in self.spans if span["kind"] == kind]

    def tasks(self):
        numbers = self.record["tasks"]
        return [numbers[i : i + 4] for i in range(0, len(numbers), 4)]


@pytest.fixture(scope="module", params=sorted(RUNS))
def traced(request, program, tmp_path_factory):
    return Traced(program, tmp_path_factory.mktemp("traced") / "out", RUNS[request.param])


def test_power_by_cause_is_the_ledger(traced):
    """Of each component and cause the energy, and in each row the power of all."""
    energy = defaultdict(float)
    for row in traced.causes:
        seconds = float(row["end_s"]) - float(row["begin_s"])
        for column, power in row.items():
            if column not in ("begin_s", "end_s"):
                energy[column.removesuffix("_W")] += float(power) * seconds
    ledger = defaultdict(float)
    for account in traced.result["accounts"]:
        ledger[f"{account['component']}.{account['cause']}"] += account["energy_J"]
    assert sum(energy.values()) == pytest.approx(traced.result["totals"]["energy_J"], rel=1e-9)
    for column in ledger | energy:
        assert energy[column] == pytest.approx(ledger[column], rel=1e-9, abs=1e-9 * traced.result["totals"]["energy_J"]), column
    with (traced.folder / "trace.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["begin_s"] for row in rows] == [row["begin_s"] for row in traced.causes]
    for row, causes in zip(rows, traced.causes):
        of_all = sum(float(power) for column, power in causes.items() if column.endswith("_W"))
        assert of_all == pytest.approx(float(row["power_W"]), rel=1e-9)


def test_each_power_domain_is_in_one_state_at_all_times(traced):
    resided = Counter()
    until = {}
    for span in traced.of("power_domain"):
        assert span["begin"] == until.get(span["owner"], 0) and span["end"] > span["begin"]
        until[span["owner"]] = span["end"]
        resided[span["owner"], span["what"]] += span["end"] - span["begin"]
    assert until == dict.fromkeys(traced.record["power_domains"], traced.total_ps)
    told = Counter()
    for epoch in traced.record["epochs"]:
        for domain, state in zip(traced.record["power_domains"], epoch["states"]):
            told[domain, state] += epoch["end_ps"] - epoch["begin_ps"]
    assert resided == told


def edges_before(ps, hz):
    return -(-ps * hz // 10**12)


def test_parts_work_for_the_cycles_that_their_clocks_deliver(traced):
    """Those whose clock stops whenever they idle; at one operating point, for whose edges are known here."""
    if len(traced.record["operating_points"]) > 1:
        pytest.skip("clocks change")
    hertz = {name: rates[0] for name, rates in traced.record["clock_domains"].items()}
    worked = Counter()
    clock = {component["name"]: hertz[component["clock_domain"]] for component in traced.record["components"]}
    for span in traced.of("component"):
        hz = clock[span["owner"]]
        on_and_off = span["what"] == "accesses"
        worked[span["owner"]] += int(span["number"]) if on_and_off else edges_before(span["end"], hz) - edges_before(span["begin"], hz)
    delivered = Counter()
    for epoch in traced.record["epochs"]:
        for component, cycles in zip(traced.record["components"], epoch["clock_cycles"]):
            delivered[component["name"]] += cycles
    always = {name for name, cycles in delivered.items() if worked[name] < cycles}
    assert all(worked[name] == delivered[name] for name in delivered if name not in always)
    # The clock of what is not gated by itself stops with its domain only.
    domains = {component["name"]: component["power_domain"] for component in traced.record["components"]}
    for name in always:
        d = traced.record["power_domains"].index(domains[name])
        on = sum(
            edges_before(e["end_ps"], clock[name]) - edges_before(e["begin_ps"], clock[name])
            for e in traced.record["epochs"]
            if e["states"][d] == "ON"
        )
        assert delivered[name] == on, name


def test_accesses_ahead_of_time_are_told(program, tmp_path):
    run = Traced(program, tmp_path / "out", RUNS["host"])
    assert {span["owner"] for span in run.spans if span["what"] == "accesses"} == {"bus", "sram"}


def test_commands_are_all_of_their_layers(traced):
    """The array computes in the cycles that the layer says; each command is of a task that is at work or waits its turn."""
    engines = traced.of("engine")
    if not engines:
        return
    jobs = traced.result["jobs"]
    cycles = Counter()
    hertz = {name: rates[0] for name, rates in traced.record["clock_domains"].items()}
    clock = {component["name"]: hertz[component["clock_domain"]] for component in traced.record["components"]}
    for span in engines:
        assert span["layer"] and int(span["job"]) < len(jobs) and span["stream"] == jobs[int(span["job"])]["stream"]
        if span["what"] == "compute":
            cycles[span["layer"]] += (span["end"] - span["begin"]) * clock[span["owner"].rsplit(".", 1)[0]] / 1e12
    if len(traced.record["operating_points"]) > 1:
        return
    for layer in traced.result["layers"]:
        if layer.get("mapping", "").startswith("host") or not cycles[layer["name"]]:
            continue
        assert cycles[layer["name"]] == pytest.approx(layer["busy_cycles"]["compute"], abs=0.5), layer["name"]


def test_transactions_are_what_was_counted(traced):
    events = {c["name"]: c.get("events", {}) for c in traced.result["components"]}
    carried = Counter()
    for span in traced.of("port"):
        carried[span["owner"][: -len("?port")], span["what"]] += int(span["number"])  # npu.dma.port, npu.dma_port
    for name, counts in events.items():
        if name.rsplit(".", 1)[-1] != "dma":
            continue
        assert carried[name, "read"] == counts["read_B"] and carried[name, "write"] == counts["write_B"], name


def test_rows_are_opened_as_often_as_activated(traced):
    events = {c["name"]: c.get("events", {}) for c in traced.result["components"]}
    opened = Counter(span["owner"].rsplit(".", 1)[0] for span in traced.of("memory_bank"))
    for name, counts in events.items():
        if "activate" in counts:
            assert opened[name] == counts["activate"], name


def test_to_look_changes_nothing(traced, program, tmp_path):
    program.output("run", traced.folder / "config.yaml", "--quiet", "-o", tmp_path / "plain")
    assert (tmp_path / "plain" / "result.json").read_bytes() == (traced.folder / "result.json").read_bytes()
    assert not (tmp_path / "plain" / "spans.json.gz").exists()


def test_one_part_may_be_asked_for(program, tmp_path):
    run = Traced(program, tmp_path / "out", ["edge_npu", "--net", "ad_autoencoder"])
    of_npu = list(csv.DictReader(io.StringIO(program.output("spans", run.folder, "npu"))))
    assert {row["owner"].split(".")[0] for row in of_npu} == {"npu"}
    assert len(of_npu) == sum(span["owner"].split(".")[0] == "npu" for span in run.spans)
    failed = program.call("spans", run.folder, "npu.sequenzer")
    assert failed.returncode == 2 and 'did you mean "npu.sequencer"?' in failed.stderr
    program.output("run", "edge_npu", "--net", "ad_autoencoder", "--quiet", "-o", tmp_path / "plain")
    failed = program.call("spans", tmp_path / "plain")
    assert failed.returncode == 2 and "run the design point again with --trace" in failed.stderr, failed.stderr


@pytest.mark.parametrize(
    "damage, message",
    [
        (lambda packed: packed[:-40], "expected a gzip file, and it is none, or damaged"),
        (lambda packed: b"{}", "expected a gzip file, and it is none, or damaged"),
        (lambda packed: gzip.compress(b"{}"), 'expected a member "schema_version"'),
        (lambda packed: changed(packed, lambda s: s["tracks"][0]["spans"].__setitem__(2, 99)), "/tracks/0/spans/2: expected the index of one"),
        (lambda packed: changed(packed, lambda s: s["tracks"][0]["spans"].__setitem__(3, 10**6)), "of another run"),
        (lambda packed: changed(packed, lambda s: s["tracks"][0]["spans"].__setitem__(1, -1)), "/tracks/0/spans/1: expected a length"),
        (lambda packed: changed(packed, lambda s: s["tracks"][0]["spans"].pop()), "/tracks/0/spans: expected 5 numbers for each span"),
        (lambda packed: changed(packed, lambda s: s.update(schema_version="2.0")), "/schema_version: expected version 1"),
    ],
)
def test_damaged_spans_are_refused_with_their_place(damage, message, program, tmp_path):
    run = Traced(program, tmp_path / "out", ["edge_npu", "--net", "ad_autoencoder"])
    (run.folder / "files.sha256").unlink()
    file = run.folder / "spans.json.gz"
    file.write_bytes(damage(file.read_bytes()))
    failed = program.call("spans", run.folder)
    assert failed.returncode == 2 and message in failed.stderr, failed.stderr
    assert failed.stdout == ""


def changed(packed, change):
    spans = json.loads(gzip.decompress(packed))
    change(spans)
    return gzip.compress(json.dumps(spans).encode())


LONG = """schema: scenario/1
scenario:
  duration: 10 s
  streams: {keyword: {network: kws_ds_cnn, every: 100 ms}}
"""


def test_ten_seconds_stay_small(program, tmp_path):
    (tmp_path / "long.yaml").write_text(LONG)
    folder = tmp_path / "out"
    program.output("run", "edge_npu", "--scenario", tmp_path / "long.yaml", "--trace", "--quiet", "-o", folder)
    assert sum((folder / name).stat().st_size for name in ("spans.json.gz", "power_by_cause.csv.gz")) < 3e6
