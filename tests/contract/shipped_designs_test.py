"""Can every shipped design hold and map every shipped network, on a SoC whose memories all have prices?"""

import pytest

from support.program import NETWORKS, ROOT, TOO_LARGE

DESIGNS = sorted(path.stem for path in (ROOT / "configs" / "designs").glob("*.yaml"))
SOCS = sorted(path.stem for path in (ROOT / "configs" / "socs").glob("*.yaml"))


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("design", DESIGNS)
def test_every_design_maps_every_network(design, network, program):
    if (design, network) in TOO_LARGE:
        done = program.call("check", design, "--net", network)
        assert done.returncode == 2 and ("in flash" in done.stderr or "in mram" in done.stderr)
    else:
        assert "no objections" in program.output("check", design, "--net", network)


@pytest.mark.parametrize("design", DESIGNS)
def test_every_design_runs(design, program, tmp_path):
    program.output("run", design, "--net", "kws_ds_cnn", "-o", tmp_path / "run", "--quiet")


@pytest.mark.parametrize("soc", SOCS)
def test_every_soc_has_a_power_intent_and_a_design_of_its_name(soc):
    for shelf in ("power", "designs"):
        assert (ROOT / "configs" / shelf / f"{soc}.yaml").is_file()
