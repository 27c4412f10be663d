"""The plots of a sweep. Colours: Okabe and Ito's set, told apart by colour-blind readers, too."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.ticker import EngFormatter, LogLocator, MaxNLocator, NullFormatter  # noqa: E402

from dvfs.frames import VARIANTS, best_of  # noqa: E402
from subvolt_results import engineering  # noqa: E402

_SPLIT = (
    ("dynamic_J", "dynamic, on chip", "#56B4E9"),
    ("leakage_J", "leakage, on chip", "#E69F00"),
    ("dram_J", "DRAM", "#999999"),
    ("supply_loss_J", "regulator loss", "#CC79A7"),
)
_VARIANT_STYLES = {
    "idle": ("#D55E00", "o", "-"),
    "clock-gated": ("#0072B2", "s", "-"),
    "power-gated": ("#009E73", "^", "-"),
}
_LINE = "#222222"
_MARK = "#D55E00"
_STYLE = {
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "legend.frameon": False,
    "figure.dpi": 150,
}


def _save(figure, path):
    """Without date or versions in the file: the same table gives the same file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part.png")
    figure.savefig(part, metadata={"Software": None})
    part.replace(path)
    plt.close(figure)


def _title(figure, title, *more):
    """A bold line, and thin ones below it, at the left."""
    figure.suptitle(title[0], x=0.015, ha="left", fontsize=12, fontweight="bold")
    height = figure.get_figheight()
    for i, text in enumerate([title[1], *more]):
        figure.text(0.015, 1 - (0.36 + 0.2 * i) / height, text, ha="left", va="top", fontsize=9.5, color="#555555")
    above = 0.1 + 0.2 * len([title[1], *more])
    figure.get_layout_engine().set(rect=(0, 0, 1, 1 - above / height), w_pad=0.1, h_pad=0.06)


def sweep(path, table, minimum, title, scaled_domain):
    """Three panels over voltage: energy with its split and the minimum, latency, average power."""
    with plt.rc_context(_STYLE):
        figure, (energy, latency, power) = plt.subplots(
            3, 1, sharex=True, figsize=(7.2, 8.4), height_ratios=(2.2, 1, 1), layout="constrained"
        )
        volts = table["voltage_V"]
        energy.stackplot(
            volts,
            *(table[c] for c, _, _ in _SPLIT),
            colors=[k for _, _, k in _SPLIT],
            labels=[name for _, name, _ in _SPLIT],
            linewidth=0,
        )
        energy.plot(volts, table["energy_J"], color=_LINE, marker="o", markersize=3, linewidth=1.2, label="total")
        _mark_minimum(energy, table, minimum)
        energy.set_ylabel("energy per inference")
        energy.set_ylim(0, 1.25 * table["energy_J"].max())
        energy.yaxis.set_major_formatter(EngFormatter(unit="J"))
        handles, labels = energy.get_legend_handles_labels()
        energy.legend(handles[::-1], labels[::-1], ncols=3, loc="upper center", fontsize=9)
        for axes, column, label, unit in (
            (latency, "latency_s", "latency", "s"),
            (power, "average_power_W", "average power", "W"),
        ):
            axes.plot(volts, table[column], color=_LINE, marker="o", markersize=3, linewidth=1.2)
            row = table.iloc[minimum.index]
            axes.plot(row["voltage_V"], row[column], marker="*", markersize=12, color=_MARK, linestyle="none")
            axes.set_yscale("log")
            axes.set_ylabel(label)
            axes.yaxis.set_major_formatter(EngFormatter(unit=unit))
            axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axes.yaxis.set_minor_formatter(NullFormatter())
        figure.align_ylabels()
        power.set_xlabel(f"{scaled_domain} (V)")
        power.xaxis.set_major_locator(MaxNLocator(10, steps=[1, 2, 2.5, 5, 10]))
        _title(figure, title)
        _save(figure, path)


def _mark_minimum(axes, table, minimum):
    row = table.iloc[minimum.index]
    axes.plot(row["voltage_V"], row["energy_J"], marker="*", markersize=14, color=_MARK, linestyle="none", zorder=5)
    where = "least, at the end of the range" if minimum.at_edge else "minimum"
    energy = engineering(row["energy_J"], "J").replace("u", "\N{MICRO SIGN}")  # as the axis says it
    text = f"{where}: {energy} at {row['voltage_V']:g} V"
    # Above the curve, on the side with more room.
    first, last = table["voltage_V"].min(), table["voltage_V"].max()
    right = row["voltage_V"] <= (first + last) / 2
    reach = 0.5 * (last - first) * (1 if right else -1)
    beside = table["voltage_V"].between(*sorted((row["voltage_V"], row["voltage_V"] + reach)))
    height = table["energy_J"][beside].max() + 0.1 * table["energy_J"].max()
    axes.annotate(
        text,
        (row["voltage_V"], row["energy_J"]),
        xytext=(row["voltage_V"] + 0.06 * reach, height),
        ha="left" if right else "right",
        fontsize=9.5,
        fontweight="bold",
        arrowprops={"arrowstyle": "-", "color": _MARK, "shrinkB": 6},
        bbox={"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": _MARK, "alpha": 0.95},
    )


def frames(path, all_frames, points, rate, title, scaled_domain):
    """Energy per frame over voltage, a line per variant, its best point marked; what misses the rate is shaded."""
    with plt.rc_context(_STYLE):
        figure, axes = plt.subplots(figsize=(7.2, 4.8), layout="constrained")
        for variant in VARIANTS:
            colour, marker, line = _VARIANT_STYLES[variant]
            rows = [f for f in all_frames if f.variant == variant]
            axes.plot(
                [float(f.point.voltage) for f in rows],
                [f.energy_J for f in rows],
                color=colour,
                marker=marker,
                markersize=4,
                linestyle=line,
                label=f"{variant} until the next frame",
            )
            best = best_of(rows)
            axes.plot(
                float(best.point.voltage),
                best.energy_J,
                marker="*",
                markersize=13,
                color=colour,
                markeredgecolor="white",
                linestyle="none",
                zorder=5,
            )
        meeting = [f.point for f in all_frames if f.variant == VARIANTS[0]]
        axes.plot(
            [float(p.voltage) for p in meeting],
            [p.energy_J for p in meeting],
            color=_LINE,
            linestyle=":",
            label="active part",
        )
        low, high = float(points[0].voltage), float(points[-1].voltage)
        margin = 0.03 * (high - low) or 0.02
        axes.set_xlim(low - margin, high + margin)
        first = float(meeting[0].voltage)
        if first > low:
            axes.axvspan(low - margin, first, color="#EEEEEE", zorder=0)
            axes.text(
                (low - margin + first) / 2,
                0.04,
                f"misses {rate} frames/s",
                ha="center",
                va="bottom",
                rotation=0 if first - low > 0.25 * (high - low) else 90,
                color="#555555",
                transform=axes.get_xaxis_transform(),
            )
        highest = max(f.energy_J for f in all_frames)
        lowest = min(p.energy_J for p in meeting)
        axes.set_yscale("log")
        axes.set_ylim(lowest / 1.6, highest * (highest / lowest) ** 0.25 * 1.3)  # room for the legend
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_minor_formatter(NullFormatter())
        axes.set_xlabel(f"{scaled_domain} (V)")
        axes.set_ylabel(f"energy per frame at {rate} frames/s")
        axes.yaxis.set_major_formatter(EngFormatter(unit="J"))
        axes.legend(ncols=2, loc="upper center", fontsize=9)
        _title(figure, title, "stars: least energy of each way to spend the time left over")
        _save(figure, path)
