"""Does electricity stay out of time? One frequency gives one activity record under every technology, and pricing a
record again gives what running it would have given."""

import pytest
from support.program import DESIGNS, NETWORKS, Point

# At 1.1 V every technology runs, of both intents: fd22 ends there, and at 1 MHz so does sky130, whose transistors are slow.
CLOCKS = "1.1V,npu_clk=100MHz,soc_clk=100MHz"
SLOW_CLOCKS = "1.1V,npu_clk=1MHz,soc_clk=1MHz"
SLOW = ("sky130",)
INTENTS = tuple(DESIGNS)  # the power intents have the designs' names


@pytest.fixture(scope="session")
def technologies(program):
    names = [line.split()[0] for line in program.output("list", "technologies").splitlines()]
    assert set(DESIGNS.values()) <= set(names)
    names.remove("colonnade")  # lp65 with the prices of a macro that is not here
    return names


@pytest.mark.parametrize("opp", [CLOCKS, "1.1V,npu_clk=37.5MHz,soc_clk=80MHz,mem_clk=800MHz", SLOW_CLOCKS])
@pytest.mark.parametrize("intent", INTENTS)
@pytest.mark.parametrize("net", NETWORKS)
def test_the_same_frequency_gives_the_same_activity_in_every_technology(runs, technologies, net, intent, opp):
    names = [name for name in technologies if opp == SLOW_CLOCKS or name not in SLOW]
    made = runs.all([Point(net=net, opp=opp, map_at=opp, power=intent, technology=name) for name in names])
    records = {run.bytes_of("activity.json") for run in made}
    assert len(records) == 1
    energies = {run.totals["energy_J"] for run in made}
    assert len(energies) == len(names), "the technology has to matter somewhere"


def without_command(result):
    """A result but for how it was asked for."""
    provenance = {key: value for key, value in result["provenance"].items() if key != "command"}
    return {**result, "provenance": provenance}


@pytest.mark.parametrize("net", NETWORKS)
@pytest.mark.parametrize(
    "design,opp", [("edge_npu", "nominal"), ("edge_npu_lp65", "near_threshold"), ("edge_npu", "0.43V")]
)
def test_pricing_a_record_again_gives_the_run(runs, net, design, opp):
    run = runs(design=design, net=net, opp=opp)
    priced = runs.priced(run, DESIGNS[design], opp, design)
    assert priced.bytes_of("activity.json") == run.bytes_of("activity.json")
    for name in ("layers.csv", "trace.csv"):
        assert priced.bytes_of(name) == run.bytes_of(name), name
    for part in ("design_point", "totals", "layers", "components", "accounts"):
        assert priced.result[part] == run.result[part], part
    assert without_command(priced.result) == without_command(run.result)


@pytest.mark.parametrize("intent", INTENTS)
def test_pricing_for_another_technology_gives_its_run(runs, technologies, intent):
    """The record of one technology, priced in another, is the other's run at the same frequencies."""
    opp = SLOW_CLOCKS
    made = runs.all([Point(opp=opp, map_at=opp, power=intent, technology=name) for name in technologies])
    for source in made:
        for target, name in zip(made, technologies):
            priced = runs.priced(source, name, opp, intent)
            assert without_command(priced.result) == without_command(target.result), (source.point.technology, name)
