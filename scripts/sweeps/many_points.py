"""Pictures that hold any number of points: none is left out, the best are numbered.

Best: no other point has both less latency and less energy (the Pareto front).
"""

import textwrap

import plotting
from plotting import BLUE, GREEN, INK, ORANGE, PINK, RED, SKY
from sweeps.summary import PARTS

PART_COLOURS = dict(zip(PARTS, (SKY, GREEN, ORANGE, RED, "#BBBBBB", PINK)))
COLOURS = (BLUE, RED, GREEN, PINK, ORANGE, SKY, "#000000", plotting.GREY)
MARKERS = "os^DvPX*"
_NUMBERED = len(COLOURS)  # so that each has a colour of its own among the rates
_WIDE = 3  # largest over least value from which an axis is logarithmic


def front(summaries):
    """{name: number} of the best points by rising latency; evenly spaced ones of them where they are many."""
    best, least = [], None
    for s in sorted(summaries, key=lambda s: (s.totals["latency_s"], s.energy_J)):
        if least is None or s.energy_J < least:
            best.append(s.name)
            least = s.energy_J
    if len(best) > _NUMBERED:
        best = [best[round(i * (len(best) - 1) / (_NUMBERED - 1))] for i in range(_NUMBERED)]
    return {name: i + 1 for i, name in enumerate(best)}


def draw(plt, plan, summaries):
    with_rates = len(summaries[0].duties) > 1
    heights = (4.2, 2.6, 3.0) if with_rates else (4.2, 2.6)
    figure = plt.figure(figsize=(8.4, sum(heights)), layout="constrained")
    grid = figure.add_gridspec(len(heights), 2, width_ratios=(2.1, 1), height_ratios=heights)
    numbers = front(summaries)
    cloud = figure.add_subplot(grid[0, 0])
    _cloud(cloud, plan, summaries, numbers)
    _key(figure.add_subplot(grid[0, 1]), cloud, summaries, numbers)
    _energies(figure.add_subplot(grid[1, :]), summaries)
    if with_rates:
        rates(figure.add_subplot(grid[2, :]), summaries, numbers)
    figure.align_ylabels()
    return figure


def _values(summaries, axis):
    """Distinct values of an axis in the order of the file; those of the first axes tell points apart best."""
    return list(dict.fromkeys(s.values[axis] for s in summaries))


def _told_apart(plan, summaries):
    """Indices of the axes that colours and signs stand for: those with few values."""
    few = [i for i in range(len(plan.axes)) if 1 < len(_values(summaries, i)) <= len(COLOURS)]
    return (few + [None, None])[:2]


def _scale(axes, name, values, unit):
    from matplotlib.ticker import EngFormatter, LogLocator, NullFormatter

    axis = getattr(axes, f"{name}axis")
    if min(values) > 0 and max(values) / min(values) >= _WIDE:
        getattr(axes, f"set_{name}scale")("log")
        axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.set_minor_formatter(NullFormatter())
    axis.set_major_formatter(EngFormatter(unit=unit))


def _cloud(axes, plan, summaries, numbers):
    by_colour, by_sign = _told_apart(plan, summaries)
    colours = _values(summaries, by_colour) if by_colour is not None else [None]
    signs = _values(summaries, by_sign) if by_sign is not None else [None]
    for s in summaries:
        colour = COLOURS[colours.index(s.values[by_colour])] if by_colour is not None else "#555555"
        sign = MARKERS[signs.index(s.values[by_sign])] if by_sign is not None else "o"
        axes.plot(s.totals["latency_s"], s.energy_J, sign, color=colour, markersize=4.5, alpha=0.75, markeredgewidth=0)
    best = sorted((s for s in summaries if s.name in numbers), key=lambda s: numbers[s.name])
    if len(best) > 1:
        line = [s.totals["latency_s"] for s in best], [s.energy_J for s in best]
        axes.plot(*line, color=INK, linewidth=0.9, zorder=1)
    for s in best:
        axes.annotate(
            str(numbers[s.name]),
            (s.totals["latency_s"], s.energy_J),
            xytext=(-5, -6),
            textcoords="offset points",
            ha="right",
            va="top",
            fontsize=8.5,
            fontweight="bold",
        )
    _scale(axes, "x", [s.totals["latency_s"] for s in summaries], "s")
    _scale(axes, "y", [s.energy_J for s in summaries], "J")
    axes.margins(0.1)
    axes.grid()
    axes.set_xlabel("latency" if all(s.batch == 1 for s in summaries) else "latency of a run")
    axes.set_ylabel("energy per inference")
    axes.set_title(f"{len(summaries)} points; the best of latency and energy numbered", fontsize=9.5, loc="left")
    if by_colour is not None:
        for value, colour in zip(colours, COLOURS):
            axes.plot([], [], "o", color=colour, label=_label(plan, by_colour, value))
    if by_sign is not None:
        for value, sign in zip(signs, MARKERS):
            axes.plot([], [], sign, color="#555555", label=_label(plan, by_sign, value))


def _label(plan, axis, value):
    key = plan.axes[axis].key
    return textwrap.shorten(f"{key.split('.')[-1]} {value}" if key != "points" else value, 32, placeholder="...")


def _key(axes, cloud, summaries, numbers):
    """Right of the cloud: what numbers, colours and signs stand for."""
    axes.axis("off")
    lines = []
    for name, number in numbers.items():
        lines += textwrap.wrap(f"{number}  {name}", 34, subsequent_indent="    ", max_lines=2, placeholder="...")
    axes.text(0.0, 1.0, "\n".join(lines), va="top", fontsize=8, transform=axes.transAxes, linespacing=1.25)
    if cloud.get_legend_handles_labels()[0]:
        handles, labels = cloud.get_legend_handles_labels()
        axes.legend(handles, labels, loc="lower left", bbox_to_anchor=(-0.06, -0.04), ncols=2, fontsize=8, borderpad=0)


def _energies(axes, summaries):
    """A thin bar for each point, in the order of the file; lines part the values of the first axis."""
    from matplotlib.ticker import EngFormatter

    places = range(1, len(summaries) + 1)
    below = [0.0] * len(summaries)
    for part, colour in PART_COLOURS.items():
        heights = [s.parts[part] for s in summaries]
        if any(heights):
            axes.bar(places, heights, bottom=below, width=1.0, color=colour, label=part, linewidth=0)
        below = [a + b for a, b in zip(below, heights)]
    axes.set_xlim(0.5, len(summaries) + 0.5)
    axes.set_ylim(0, 1.12 * max(below))
    axes.yaxis.set_major_formatter(EngFormatter(unit="J"))
    axes.set_ylabel("energy per inference")
    axes.set_xlabel("points in the order of the file")
    axes.grid(axis="y")
    axes.legend(ncols=6, loc="lower left", bbox_to_anchor=(-0.02, 1.0), fontsize=8.5, columnspacing=1.2)
    starts = [i for i in range(len(summaries)) if i == 0 or summaries[i].values[0] != summaries[i - 1].values[0]]
    if 1 < len(starts) <= 10:
        for start, end in zip(starts, [*starts[1:], len(summaries)]):
            if start:
                axes.axvline(start + 0.5, color=INK, linewidth=0.6)
            text = textwrap.shorten(summaries[start].values[0], max(6, 100 // len(starts)), placeholder="...")
            axes.text((start + end + 1) / 2, 1.1 * max(below), text, ha="center", va="top", fontsize=8.5)


def rates(axes, summaries, numbers):
    """Average power over the rate, a line per point. Of many, the numbered ones have colours and the others are grey."""
    from matplotlib.ticker import EngFormatter, LogLocator, NullFormatter

    def line(s):
        met = sorted((d.rate, d.power_W) for d in s.duties if d.met)
        return zip(*met) if met else ([], [])

    coloured = [s for s in summaries if s.name in numbers] if numbers else summaries
    coloured = sorted(coloured, key=lambda s: numbers.get(s.name, 0))[: len(COLOURS)]
    names = {s.name for s in coloured}
    for s in summaries:
        if s.name not in names:
            axes.plot(*line(s), color="#BBBBBB", linewidth=0.7, zorder=1)
    for s, colour, marker in zip(coloured, COLOURS, MARKERS):
        label = f"{numbers[s.name]}" if numbers else s.name
        axes.plot(*line(s), color=colour, marker=marker, markersize=5, label=label)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.grid(which="major")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(EngFormatter(unit="W"))
    axes.yaxis.set_minor_formatter(NullFormatter())
    known = sorted({d.rate for s in summaries for d in s.duties})
    axes.set_xticks(known, [f"{rate:g}" for rate in known])
    axes.minorticks_off()
    axes.set_xlabel("inferences per second, idle in between")
    axes.set_ylabel("average power")
    axes.legend(fontsize=8.5)
