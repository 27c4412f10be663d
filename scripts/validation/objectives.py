"""Do objectives keep their word? Cycles rise from latency over edp to energy, energy falls."""

from markdown import table
from subvolt_results import EXIT_USAGE, ProgramError
from validation import kinds, layers

DESIGN = "edge_npu"
OBJECTIVES = ("latency", "edp", "energy")
FIGURES = {"cycles": 1, "energy_J": -1}  # which way they go


def broken(program, folder, net):
    """By how much each figure goes the other way, at worst, from one objective to the next; None: not for the design."""
    totals = []
    for objective in OBJECTIVES:
        place = folder / f"{net}_{objective}"
        try:
            layers.of_run(program, place, DESIGN, "--net", net, "--objective", objective)
        except ProgramError as error:
            if error.exit_code != EXIT_USAGE:
                raise
            return None
        totals.append(layers.totals(place))
    return {
        figure: max(0.0, *((a[figure] / b[figure]) ** way - 1 for a, b in zip(totals, totals[1:])))
        for figure, way in FIGURES.items()
    }


def text(program, folder, options):
    nets = options.networks or kinds.networks()
    every = dict(zip(nets, layers.at_a_time(lambda net: broken(program, folder, net), nets)))
    found = {net: by for net, by in every.items() if by is not None}
    lines = []
    for figure, words in (("cycles", "cycles rise"), ("energy_J", "energy falls")):
        of = {net: by[figure] for net, by in found.items()}
        worst = max(of, key=of.get)
        kept = sum(by == 0 for by in of.values())
        lines.append([words, f"{kept} of {len(of)}", f"{100 * of[worst]:.2f} % ({worst})" if of[worst] else "none"])
    return table(["from latency over edp to energy", "networks", "worst step the other way"], lines)
