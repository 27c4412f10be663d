"""The picture of a sweep, of any number of points: energy by part, latency, and average power over the rate of
inferences. Few points are bars with names; many are a cloud of latency and energy with its best points numbered, and
all their energies side by side in the order of the file."""

import textwrap

import plotting
from plotting import INK, RED
from subvolt_results import engineering
from sweeps import many_points
from sweeps.summary import PARTS

MOST_BARS = 32


def sweep(path, plan, summaries, failures):
    """Draws it where it is not there yet."""
    left_out = f"{len(failures)} of {len(plan.points)} points did not run: sweep.csv says why" if failures else ""
    shown = {
        "title": plan.title,
        "left out": left_out,
        "axes": [axis.key for axis in plan.axes],
        "points": [
            (s.name, s.values, s.energy_J, s.totals["latency_s"], s.parts, [(d.rate, d.power_W, d.met) for d in s.duties])
            for s in summaries
        ],
    }
    mark = plotting.stamp(shown, many_points.__file__) + plotting.stamp([], __file__)
    if plotting.is_current(path, mark):
        return
    plt = plotting.pyplot()
    with plt.rc_context(plotting.STYLE):
        draw = _bars if len(summaries) <= MOST_BARS else many_points.draw
        figure = draw(plt, plan, summaries)
        figure.suptitle(textwrap.fill(plan.title, 90), x=0.015, ha="left", fontsize=12, fontweight="bold")
        if left_out:
            figure.text(0.985, 0.995, left_out, ha="right", va="top", fontsize=8.5, color=RED)
        plotting.save(figure, path, mark)


def _bars(plt, _, summaries):
    rates = len(summaries[0].duties) > 1
    names = len(summaries) <= len(many_points.MARKERS)  # in a legend of the rates
    height = 1.9 + 0.42 * len(summaries)
    below = 3.0 if rates else 0.0
    figure = plt.figure(figsize=(8.4, height + below), layout="constrained")
    heights = (height, below) if rates else (height,)
    grid = figure.add_gridspec(len(heights), 2, width_ratios=(2.1, 1), height_ratios=heights)
    energy = figure.add_subplot(grid[0, 0])
    _energy(energy, summaries)
    _latency(figure.add_subplot(grid[0, 1]), summaries)
    if rates:
        axes = figure.add_subplot(grid[1, :])
        many_points.rates(axes, summaries, {} if names else many_points.front(summaries))
    return figure


def _side(axes, summaries, labels):
    axes.set_yticks(range(len(summaries)), labels)
    axes.set_ylim(len(summaries) - 0.45, -0.55)
    axes.grid(axis="x")
    axes.tick_params(axis="y", length=0)


def _energy(axes, summaries):
    left = [0.0] * len(summaries)
    for part in PARTS:
        widths = [s.parts[part] for s in summaries]
        if any(widths):
            axes.barh(range(len(widths)), widths, left=left, height=0.62, color=many_points.PART_COLOURS[part], label=part)
        left = [a + b for a, b in zip(left, widths)]
    _side(axes, summaries, [textwrap.shorten(textwrap.fill(s.name, 24), 72, placeholder="...") for s in summaries])
    _values(axes, [s.energy_J for s in summaries], "J")
    axes.set_xlabel("energy per inference")
    axes.legend(ncols=3, loc="lower left", bbox_to_anchor=(-0.02, 1.0), fontsize=8.5, columnspacing=1.2)


def _latency(axes, summaries):
    values = [s.totals["latency_s"] for s in summaries]
    axes.barh(range(len(values)), values, height=0.62, color="#555555")
    _side(axes, summaries, [])
    axes.set_yticks([])
    _values(axes, values, "s")
    axes.set_xlabel("latency" if all(s.batch == 1 for s in summaries) else "latency of a run")


def _values(axes, values, unit):
    """Each bar's value behind its end."""
    from matplotlib.ticker import EngFormatter

    most = max(values)
    for i, value in enumerate(values):
        text = plotting.micro(engineering(value, unit))
        axes.text(value + 0.015 * most, i, text, va="center", fontsize=8.5, color=INK)
    axes.set_xlim(0, 1.28 * most)
    axes.xaxis.set_major_formatter(EngFormatter(unit=unit))
