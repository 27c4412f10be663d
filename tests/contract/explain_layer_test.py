"""Does `subvolt explain --layer` say of any layer where its time goes, and of what is no layer what there is?"""

import json
import re

import pytest
from support.program import Point

POINTS = [Point(net="mobilenet_v1_1.0_224"), Point(design="nv_small"), Point(sets=("soc.npu.vector.operators=[requantize]",))]


@pytest.fixture(params=POINTS, ids=str)
def run(runs, request):
    return runs(request.param)


def explained(program, run, layer):
    return program.output("explain", run.folder, "--layer", layer)


def table(text):
    """{NAME: cycles} of the table of cycles."""
    lines = text.split("by what they go to\n")[1].splitlines()
    rows = (re.fullmatch(r"  (\S.*?) +([\d,]+) +[\d.]+ %( +#+)?", line) for line in lines)
    found = {}
    for row in rows:
        if not row:
            break
        found[row[1]] = int(row[2].replace(",", ""))
    return found


def test_every_layer_is_explained_in_80_columns(program, run):
    layers = run.result["layers"]
    step = max(1, len(layers) // 6)
    for index in {*range(0, len(layers), step), len(layers) - 1}:
        layer = layers[index]
        text = explained(program, run, layer["name"])
        assert text == explained(program, run, index), "an index is as good as a name"
        assert max(map(len, text.splitlines())) <= 80, text
        assert text.startswith(layer["name"] + ", " + layer["op"])
        assert "energy" in text
        if "lost_cycles" not in layer:
            assert "by what they go to" not in text
            continue
        rows = table(text)
        assert rows.pop("all") == layer["accelerator_cycles"] == sum(rows.values())
        full = {"full array": layer["ideal_cycles"]} if layer["macs"] else {}
        assert rows == {**full, **{cause: cycles for cause, cycles in layer["lost_cycles"].items() if cycles}}


def test_json_is_the_layer_and_its_largest_loss(program, run):
    for index in (0, len(run.result["layers"]) - 1):
        told = json.loads(program.output("explain", run.folder, "--layer", index, "--json"))
        largest = told.pop("largest_loss", None)
        assert told.pop("index") == index
        layer = run.result["layers"][index]
        assert told == layer
        if sum(layer.get("lost_cycles", {}).values()) == 0:
            assert largest is None
            continue
        assert largest["cycles"] == layer["lost_cycles"][largest["cause"]] == max(layer["lost_cycles"].values())
        assert largest["share"] == pytest.approx(largest["cycles"] / layer["accelerator_cycles"])


@pytest.mark.parametrize(
    "words, says",
    [
        (["--layer", "pww1"], 'did you mean "pw1"?'),
        (["--layer", "13"], "an index from 0 to 12"),
        (["--layer", "99999999999999999999"], "an index from 0 to 12"),
        (["--layer", "-1"], "-1"),
        (["--layer", ""], "expected a value"),
        (["npu", "--layer", "pw1"], "either an account or a layer"),
    ],
)
def test_what_is_no_layer_is_told(program, runs, words, says):
    done = program.call("explain", runs(Point()).folder, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr


def changed(result, folder, change):
    folder.mkdir()
    change(result)
    (folder / "result.json").write_text(json.dumps(result))
    return folder


def test_of_an_older_result_what_it_has_is_told(program, runs, tmp_path):
    def age(result):
        result["schema_version"] = "1.5"
        for layer in result["layers"]:
            for key in ("lost_cycles", "ideal_cycles", "roofline"):
                layer.pop(key, None)
        for accelerator in result["accelerators"]:
            del accelerator["losses"]

    folder = changed(json.loads(json.dumps(runs(Point()).result)), tmp_path / "old", age)
    text = program.output("explain", folder, "--layer", "pw1")
    assert "run it again" in text and "by what they go to" not in text
    assert program.call("diff", folder, runs(Point()).folder).returncode == 0


@pytest.mark.parametrize("cause", ["loads", "edges"])
def test_cycles_that_do_not_add_up_are_refused(program, runs, tmp_path, cause):
    def forge(result):
        result["layers"][2]["lost_cycles"][cause] += 1

    folder = changed(json.loads(json.dumps(runs(Point()).result)), tmp_path / "forged", forge)
    done = program.call("explain", folder, "--layer", "2")
    assert done.returncode == 2 and "/layers/2: ideal and lost cycles" in done.stderr


def test_layers_of_several_networks_are_named_with_their_stream(program, tmp_path):
    program.output("run", "edge_npu", "--scenario", "keyword_and_vision", "-o", tmp_path / "out", "--quiet")
    text = program.output("explain", tmp_path / "out", "--layer", "keyword/conv0")
    assert text.startswith("keyword/conv0, conv2d on npu") and "of kws_ds_cnn on edge_npu" in text
    assert re.search(r"in \d+ jobs, of which all below is", text.replace("\n" + 14 * " ", " "))


def advice(program, runs, layer, *sets, design="edge_npu"):
    run = runs(Point(design=design, sets=sets))
    loss = json.loads(program.output("explain", run.folder, "--layer", layer, "--json"))["largest_loss"]
    return loss["cause"], loss.get("advice", "")


def test_remedies_follow_from_the_facts(program, runs):
    cause, text = advice(program, runs, "pw1", "soc.bus.width=4 B")
    assert cause == "loads" and "bus.re" in text and "a faster one helps" in text
    assert "Larger buffers do not: it moves each byte once." in text
    cause, text = advice(program, runs, "dw1", "soc.npu.array.dataflows=[weight_stationary]")
    assert cause == "edges" and re.search(r"[\d.]+ of its 256 multipliers work on average", text)
    cause, text = advice(program, runs, "pw1", "soc.npu.output_interval=40 cycles", design="nv_small")
    assert cause == "output" and "output_interval" in text


# The rate of a way is no remedy where it does not decide: the loader paces copies of weights, not the bus.
def test_of_loads_paced_by_the_loader_its_clock_is_the_remedy(program, runs):
    cycles = {}
    for clock in ("50 MHz", "100 MHz"):
        run = runs(Point("max78002", net="mnist", opp="pll_200", sets=(f"soc.npu.load_clock={clock}",)))
        told = json.loads(program.output("explain", run.folder, "--layer", "l1", "--json"))
        loss = told["largest_loss"]
        assert loss["cause"] == "weight_load" and "`load_clock`" in loss["advice"]
        assert "larger buffers" not in loss["advice"] and "bursts_under_way" not in loss["advice"]
        cycles[clock] = loss["cycles"]
    assert cycles["100 MHz"] < 0.8 * cycles["50 MHz"], "what it advises helps"


def test_a_faster_way_helps_only_as_far_as_its_bytes_take_longer_than_the_work(program, runs):
    run = runs(Point(net="resnet8"))
    layer = next(l for l in run.result["layers"] if l["name"] == "s2_shortcut")
    saved = layer["roofline"]["transfer_cycles"] - layer["ideal_cycles"]
    assert 0 < saved < 0.5 * layer["lost_cycles"]["loads"]
    cause, text = advice(program, lambda _: run, "s2_shortcut")
    assert cause == "loads" and f"a faster one saves {saved:,} at most" in text and "helps" not in text


def test_the_card_says_where_the_cycles_go(program, tmp_path):
    card = program.output("run", "edge_npu", "-o", tmp_path / "out", "--quiet")
    line = re.search(r"^cycles +(.*(?:\n {14}.*)*)$", card, re.MULTILINE)[1]
    shares = [float(share) for share in re.findall(r"([\d.]+) %", line)]
    assert "full array" in line and "host" in line
    assert shares == sorted(shares, reverse=True) and 90 < sum(shares) <= 100.3
