"""The picture of a sweep: energy by part, latency, and average power over the rate of inferences. Colours: Okabe and
Ito's set, told apart by colour-blind readers, too."""

import textwrap

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.ticker import EngFormatter, LogLocator  # noqa: E402

from subvolt_results import engineering  # noqa: E402
from sweeps.summary import PARTS  # noqa: E402

_COLOURS = dict(zip(PARTS, ("#56B4E9", "#009E73", "#E69F00", "#D55E00", "#BBBBBB", "#CC79A7")))
_LINES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999")
_MARKERS = "os^DvPX*"
_STYLE = {
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "figure.dpi": 150,
}
MOST_BARS = 40


def sweep(path, title, summaries):
    """Bars of the first MOST_BARS points; the rates where there are some."""
    shown = summaries[:MOST_BARS]
    rates = len(shown[0].duties) > 1 and len(shown) <= len(_MARKERS)
    height = 1.9 + 0.42 * len(shown)
    with plt.rc_context(_STYLE):
        figure = plt.figure(figsize=(8.4, height + (3.0 if rates else 0.0)), layout="constrained")
        heights = (height, 3.0) if rates else (height,)
        grid = figure.add_gridspec(len(heights), 2, width_ratios=(2.1, 1), height_ratios=heights)
        energy = figure.add_subplot(grid[0, 0])
        latency = figure.add_subplot(grid[0, 1])
        _energy(energy, shown)
        _latency(latency, shown)
        if rates:
            _rates(figure.add_subplot(grid[1, :]), shown)
        figure.suptitle(title, x=0.015, ha="left", fontsize=12, fontweight="bold")
        _save(figure, path)


def _bars(axes, summaries, labels):
    axes.set_yticks(range(len(summaries)), labels)
    axes.set_ylim(len(summaries) - 0.45, -0.55)
    axes.grid(axis="x")
    axes.tick_params(axis="y", length=0)


def _energy(axes, summaries):
    left = [0.0] * len(summaries)
    for part in PARTS:
        widths = [s.parts[part] for s in summaries]
        if any(widths):
            axes.barh(range(len(widths)), widths, left=left, height=0.62, color=_COLOURS[part], label=part)
        left = [a + b for a, b in zip(left, widths)]
    _bars(axes, summaries, [textwrap.fill(s.name, 24) for s in summaries])
    _values(axes, [s.totals["energy_J"] for s in summaries], "J")
    axes.set_xlabel("energy per inference")
    axes.legend(ncols=3, loc="lower left", bbox_to_anchor=(-0.02, 1.0), fontsize=8.5, columnspacing=1.2)


def _latency(axes, summaries):
    values = [s.totals["latency_s"] for s in summaries]
    axes.barh(range(len(values)), values, height=0.62, color="#555555")
    _bars(axes, summaries, [])
    axes.set_yticks([])
    _values(axes, values, "s")
    axes.set_xlabel("latency")


def _values(axes, values, unit):
    """Each bar's value behind its end."""
    most = max(values)
    for i, value in enumerate(values):
        text = engineering(value, unit).replace(" u", " \N{MICRO SIGN}")
        axes.text(value + 0.015 * most, i, text, va="center", fontsize=8.5)
    axes.set_xlim(0, 1.28 * most)
    axes.xaxis.set_major_formatter(EngFormatter(unit=unit))


def _rates(axes, summaries):
    for s, colour, marker in zip(summaries, _LINES, _MARKERS):
        met = sorted((d.rate, d.power_W) for d in s.duties if d.met)
        axes.plot(*zip(*met) if met else ([], []), color=colour, marker=marker, markersize=5, label=s.name)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.grid(which="major")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(EngFormatter(unit="W"))
    rates = sorted({d.rate for s in summaries for d in s.duties})
    axes.set_xticks(rates, [f"{rate:g}" for rate in rates])
    axes.minorticks_off()
    axes.set_xlabel("inferences per second, idle in between")
    axes.set_ylabel("average power")
    axes.legend(fontsize=8.5)


def _save(figure, path):
    """Without date or versions in the file: the same points give the same file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part.png")
    figure.savefig(part, metadata={"Software": None})
    part.replace(path)
    plt.close(figure)
