"""Do waves, timelines and supply traces say what the result and the record say?"""

import json
import os
import shutil
import subprocess
import time
from collections import Counter, defaultdict

import pytest

from support.program import ROOT
from support.waves import Traced, read_perfetto, read_supply

EXACT = 1e-9
OF_ITS_OWN = {"max78000", "max78002", "ne16_bench"}
DESIGNS = sorted(path.stem for path in (ROOT / "configs" / "designs").glob("*.yaml"))
RUNS = {name: [name] if name in OF_ITS_OWN else [name, "--net", "kws_ds_cnn", "--inferences", "2"] for name in DESIGNS}
RUNS["overlap"] = ["edge_npu", "--net", "resnet8", "--inferences", "3", "--set", "design.barrier=accelerator"]
RUNS["points"] = ["edge_npu", "--net", "kws_ds_cnn", "--set", 'design.operating_points={"dw*": near_threshold}']
POWER_GROUPS = ("power", "power by domain", "power by component", "power by rail")


@pytest.fixture(scope="module", params=sorted(RUNS))
def traced(request, program, tmp_path_factory):
    return Traced(program, tmp_path_factory.mktemp("waves"), RUNS[request.param])


def require_ledger(traced, integral_of, groups):
    near = pytest.approx(traced.energy, rel=EXACT)
    for group in POWER_GROUPS:
        assert sum(integral_of(track) for track in groups[group]) == near, group
    components = traced.of_accounts(lambda a: a["component"])
    for track in groups["power by component"]:
        assert integral_of(track) == pytest.approx(components[track.name], rel=EXACT, abs=EXACT * traced.energy), track.name
    rails = traced.of_accounts(lambda a: None if a["cause"] == "supply_loss" else a["domain"])
    for track in groups["power by rail"]:
        if track.name != "others":
            assert integral_of(track) == pytest.approx(rails[track.name], rel=EXACT, abs=EXACT * traced.energy), track.name


def grouped(tracks):
    groups = defaultdict(list)
    for (group, _), track in tracks.items():
        groups[group].append(track)
    return groups


@pytest.mark.parametrize("step", ["1us", "137ns", "1s"])
def test_power_in_waves_is_the_ledger(traced, step):
    tracks, end = traced.vcd("--step", step)
    assert end == pytest.approx(traced.result["totals"]["latency_s"], rel=1e-12)
    require_ledger(traced, lambda track: track.integral(end), grouped(tracks))


def test_power_in_timelines_is_the_ledger(traced):
    groups = grouped(traced.perfetto())
    require_ledger(traced, lambda track: track.integral(), groups)
    assert {track.unit for group in POWER_GROUPS for track in groups[group]} == {"W"}
    units = {group: groups[group][0].unit for group in ("voltage", "clock", "temperature", "occupancy", "bandwidth") if group in groups}
    assert units.items() <= {"voltage": "V", "clock": "Hz", "temperature": "C", "occupancy": "%", "bandwidth": "B/s"}.items()


def test_states_in_waves_are_those_of_the_record(traced):
    tracks, end = traced.vcd()
    shown = Counter()
    for (group, name), track in tracks.items():
        if group == "power states":
            times = [at for at, _ in track.changes] + [end]
            for (at, state), after in zip(track.changes, times[1:]):
                shown[name, state] += round((after - at) * 1e12)
    told = Counter()
    for epoch in traced.record["epochs"]:
        for domain, state in zip(traced.record["power_domains"], epoch["states"]):
            told[domain, state] += epoch["end_ps"] - epoch["begin_ps"]
    assert +shown - Counter({key: 1 for key in shown if key[1] == "none"}) == told


def test_voltages_and_clocks_are_those_of_the_design_point(traced):
    tracks, _ = traced.vcd()
    point = traced.result["design_point"]
    if len(traced.record["operating_points"]) > 1:
        assert {value for _, value in tracks["voltage", "VDD_NPU"].changes} == {
            p["voltage_V"]["VDD_NPU"] for p in point["operating_points"]
        }
        return
    for name, domain in point["domains"].items():
        assert tracks["voltage", name].changes == [(0.0, domain["voltage_V"])]
    for name, hertz in point["clock_frequency_Hz"].items():
        assert tracks["clock", name].changes == [(0.0, hertz)]


def test_slices_are_the_spans(traced):
    """As many, as long to the nanosecond, and on whose behalf."""
    import csv
    import io

    tracks = traced.perfetto()
    slices = defaultdict(list)
    for (group, name), track in tracks.items():
        slices[group] += [(round(b * 1e9), round(e * 1e9), what, notes.get("layer", "")) for b, e, what, notes in track.slices]
    rows = list(csv.DictReader(io.StringIO(traced.program.output("spans", traced.folder / "run"))))
    groups = {"power_domain": "power states", "engine": "commands", "port": "transfers", "memory_bank": "memory banks"}
    for kind, group in groups.items():
        spans = [
            (int(row["begin_ps"]) // 1000, int(row["end_ps"]) // 1000, row["what"], row["layer"])
            for row in rows
            if row["kind"] == kind
        ]
        assert sorted(slices[group]) == sorted(spans), group
    assert len(slices["jobs"]) == len(traced.result["jobs"])
    assert len(slices["layers"]) == len(traced.record["tasks"]) // 4


def test_transfers_are_the_bytes(traced):
    tracks, end = traced.vcd()
    carried = {name: track.integral(end) for (group, name), track in tracks.items() if group == "bandwidth"}
    for component in traced.result["components"]:
        events = component.get("events", {})
        if component["name"].rsplit(".", 1)[-1] == "dma":
            port = sum(value for name, value in carried.items() if name[: -len("?port")] == component["name"])
            assert port == pytest.approx(events["read_B"] + events["write_B"], rel=EXACT)


def test_supplies_draw_what_the_ledger_says(traced):
    def drawn(*options):
        rows = read_supply(traced.trace("supply.csv", "--csv", *options).read_text())
        return sum(a["current_A"] * a["voltage_V"] * (b["time_s"] - a["time_s"]) for a, b in zip(rows, rows[1:]))

    assert drawn("--input", "3 V", "--step", "700ns") == pytest.approx(traced.energy, rel=EXACT)
    rails = traced.of_accounts(lambda a: None if a["cause"] == "supply_loss" else a["domain"])
    for rail in traced.result["design_point"]["domains"]:
        assert drawn("--rail", rail) == pytest.approx(rails[rail], rel=EXACT, abs=EXACT * traced.energy), rail


HOSTILE = ['<script>alert(1)</script>', 'say "cheese"', "two  blanks", "größe→面", "back\\slash $end", "{curly}", "#12", "%41"]


def with_names(folder, names):
    text = "schema: network/1\nnetwork:\n  name: hostile\n  input: {shape: 8x8x8}\n  layers:\n"
    for name in names:
        text += f"    - {{name: {json.dumps(name)}, op: conv2d, kernel: 1, channels: 8}}\n"
    (folder / "hostile.yaml").write_text(text)
    return ["edge_npu", "--net", folder / "hostile.yaml"]


def test_names_stay_themselves(program, tmp_path):
    traced = Traced(program, tmp_path, with_names(tmp_path, HOSTILE))
    tracks, end = traced.vcd()
    shown = [value for _, value in tracks["layers", "npu"].changes]
    assert [name for name in shown if name != "none"] == [layer["name"] for layer in traced.result["layers"]] == HOSTILE
    assert [s[2] for s in traced.perfetto()["layers", "npu"].slices] == HOSTILE
    length = traced.result["totals"]["latency_s"]
    peaks = json.loads(program.output("peaks", tmp_path / "run", "--json", "--windows", f"{0.95e6 * length!r}us"))
    assert peaks["windows"][0]["layers"][1:-1] == HOSTILE[1:-1]


def test_ten_thousand_layers(program, tmp_path):
    traced = Traced(program, tmp_path, with_names(tmp_path, [f"layer {i}" for i in range(10_000)]))
    tracks, end = traced.vcd()
    shown = [value for _, value in tracks["layers", "npu"].changes if value != "none"]
    assert shown == [f"layer {i}" for i in range(10_000)]
    assert tracks["power", "total"].integral(end) == pytest.approx(traced.energy, rel=EXACT)


def test_waves_of_a_large_network_stay_small(program, tmp_path):
    traced = Traced(program, tmp_path, ["edge_npu", "--net", "mobilenet_v1_1.0_224"])
    assert traced.trace("waves.vcd", "--vcd", "--step", "1us").stat().st_size <= 20e6


@pytest.fixture(scope="module")
def small(program, tmp_path_factory):
    return Traced(program, tmp_path_factory.mktemp("small"), ["edge_npu", "--net", "ad_autoencoder", "--inferences", "20"])


def test_mistakes_are_told(small, program, tmp_path):
    program.output("run", "edge_npu", "--net", "ad_autoencoder", "--quiet", "-o", tmp_path / "plain run")
    failed = program.call("peaks", tmp_path / "plain run")
    assert failed.returncode == 2 and "trace was not kept" in failed.stderr
    command = failed.stderr.split("with --trace: subvolt ")[1]
    subprocess.run(f"{program.path} {command}", shell=True, check=True, capture_output=True, env=program.environment)
    assert "hottest windows" in program.output("peaks", tmp_path / "plain run" / "result.json")
    run = small.folder / "run"
    for words, message in {
        (run, "-o", "x"): "expected one of --vcd, --fst, --perfetto and --csv",
        (run, "--vcd", "--csv", "-o", "x"): "expected one of",
        (run, "--vcd", "--step", "0s", "-o", "x"): "--step: expected whole picoseconds",
        (run, "--perfetto", "--step", "1ps", "-o", "x"): "--step: expected whole nanoseconds",
        (run, "--vcd", "--rail", "VDD_NPU", "-o", "x"): "are for --csv",
        (run, "--vcd", "-o", "x.gtkw"): "call the dump otherwise, such as x.vcd",
        (run, "--csv", "--rail", "VDD_NPX", "-o", "x"): 'did you mean "VDD_NPU"?',
        (run, "--csv", "-o", "x"): "such as --input 3.7V, or choose with --rail one of",
        (run, "--csv", "--rail", "VDD_NPU", "--step", "1ps", "-o", "x"): "choose a longer one, such as --step",
        (tmp_path / "nowhere", "--vcd", "-o", "x"): "nowhere",
    }.items():
        failed = program.call("trace", *words, cwd=tmp_path)
        assert failed.returncode == 2 and message in failed.stderr, failed.stderr
        assert not list(tmp_path.glob("x*"))


def test_a_result_of_another_run_is_refused(small, program, tmp_path):
    shutil.copytree(small.folder / "run", tmp_path / "run")
    (tmp_path / "run" / "files.sha256").unlink()
    program.output("run", "edge_npu", "--net", "ad_autoencoder", "--quiet", "-o", tmp_path / "other")
    shutil.copy(tmp_path / "other" / "result.json", tmp_path / "run" / "result.json")
    failed = program.call("trace", tmp_path / "run", "--vcd", "-o", tmp_path / "x.vcd")
    assert failed.returncode == 2 and "they are not of one run" in failed.stderr, failed.stderr


def test_a_save_file_that_somebody_changed_stays(small):
    small.trace("kept.vcd", "--vcd")
    save = small.folder / "kept.gtkw"
    assert '[dumpfile] "kept.vcd"' in save.read_text()
    save.write_text("[*] mine\n")
    small.trace("kept.vcd", "--vcd")
    assert save.read_text() == "[*] mine\n"


def test_fst_says_what_vcd_says(small, program, tmp_path):
    if shutil.which("vcd2fst"):
        file = small.trace("waves.fst", "--fst")
        back = subprocess.run(["fst2vcd", str(file)], capture_output=True, text=True, check=True).stdout
        assert "PD_NPU" in back and file.stat().st_size < small.trace("waves.vcd", "--vcd").stat().st_size
    there = dict(program.environment)
    there["PATH"] = str(tmp_path)
    words = [str(program.path), "trace", str(small.folder / "run"), "--fst", "-o", str(tmp_path / "x.fst")]
    failed = subprocess.run(words, capture_output=True, text=True, env=there)
    assert failed.returncode == 2 and "apt install gtkwave" in failed.stderr, failed.stderr
    assert not list(tmp_path.iterdir())


def test_perfetto_reads_it(small):
    """With its own protocol buffers, and its trace processor where that can be had."""
    protos = pytest.importorskip("perfetto.protos.perfetto.trace.perfetto_trace_pb2")
    file = small.trace("timeline.pftrace", "--perfetto")
    trace = protos.Trace()
    trace.ParseFromString(file.read_bytes())
    begins = sum(p.track_event.type == protos.TrackEvent.TYPE_SLICE_BEGIN for p in trace.packet)
    ours = read_perfetto(file.read_bytes())
    assert begins == sum(len(track.slices) for track in ours.values()) > 0
    unknown = pytest.importorskip("google.protobuf.unknown_fields").UnknownFieldSet
    assert not any(len(unknown(part)) for p in trace.packet for part in (p, p.track_event, p.track_descriptor))
    from perfetto.trace_processor import TraceProcessor

    try:
        processor = TraceProcessor(trace=str(file))
    except Exception as e:  # it is fetched when first used
        pytest.skip(f"no trace processor: {e}")
    assert next(iter(processor.query("select count(*) as n from slice"))).n == begins
    samples = sum(len(track.changes) for track in ours.values())
    assert next(iter(processor.query("select count(*) as n from counter"))).n == samples


TCL = """
set out [open names.txt w]
foreach name [gtkwave::getDisplayedSignals] { puts $out $name }
gtkwave::setMarker 20000000
puts $out "[gtkwave::getTraceValueAtMarkerFromName power_states.PD_NPU]"
close $out
"""


def test_gtkwave_draws_it(small, tmp_path):
    """In its groups, coloured; the picture lies beside where SUBVOLT_PICTURES says so."""
    if not all(map(shutil.which, ("gtkwave", "Xvfb", "import"))):
        pytest.skip("needs gtkwave, xvfb and imagemagick")
    small.trace("waves.vcd", "--vcd")
    display = f":{90 + os.getpid() % 100}"
    (tmp_path / "names.tcl").write_text(TCL)
    there = dict(os.environ, DISPLAY=display)
    screen = subprocess.Popen(["Xvfb", display, "-screen", "0", "1400x900x24"], stderr=subprocess.DEVNULL)
    try:
        time.sleep(2)
        words = ["gtkwave", "--nomenu", "-S", tmp_path / "names.tcl", small.folder / "waves.vcd", small.folder / "waves.gtkw"]
        viewer = subprocess.Popen(words, env=there, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(60):
                time.sleep(1)
                if (tmp_path / "names.txt").exists() and (tmp_path / "names.txt").stat().st_size:
                    break
            time.sleep(3)
            picture = tmp_path / "waves.png"
            subprocess.run(["import", "-window", "root", picture], env=there, check=True, timeout=60)
        finally:
            viewer.kill()
            viewer.wait()
    finally:
        screen.kill()
        screen.wait()
    names = (tmp_path / "names.txt").read_text()
    for name in ("jobs.jobs", "layers.npu", "power_states.PD_NPU", "commands.npu.sequencer.compute", "power.total"):
        assert name in names, names
    colours = subprocess.run(["convert", picture, "-unique-colors", "txt:-"], capture_output=True, text=True, check=True).stdout
    for colour in ("#00FF00", "#FFFF00"):
        assert colour in colours
    if folder := os.environ.get("SUBVOLT_PICTURES"):
        shutil.copy(picture, folder)
