"""The plots of a sweep. Colours: Okabe and Ito's set, told apart by colour-blind readers, too."""

import plotting
from dvfs.frames import VARIANTS, best_of
from dvfs.table import device_columns
from plotting import BLUE, GREEN, GREY, INK, ORANGE, PINK, RED, SKY, micro
from subvolt_results import engineering

_ON_CHIP = (("dynamic_J", "dynamic, on chip", SKY), ("leakage_J", "leakage, on chip", ORANGE))
_DEVICES = (GREY, "#BBBBBB", "#777777", "#DDDDDD")
_VARIANT_STYLES = {
    "as written": (RED, "o", "-"),
    "clock-gated": (BLUE, "s", "-"),
    "power-gated": (GREEN, "^", "--"),
}


def _split(rows):
    """(column, name, colour) of the parts of the energy; memory devices under their own names."""
    devices = [(f"memory_{d}_J", d, _DEVICES[i % len(_DEVICES)]) for i, d in enumerate(device_columns(rows))]
    return (*_ON_CHIP, *devices, ("supply_loss_J", "regulator loss", PINK))


def _log_axis(axes, unit):
    from matplotlib.ticker import EngFormatter, LogLocator, NullFormatter

    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(EngFormatter(unit=unit))
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_minor_formatter(NullFormatter())


def _title(figure, title, *more):
    """A bold line, and thin ones below it, at the left."""
    figure.suptitle(title[0], x=0.015, ha="left", fontsize=12, fontweight="bold")
    height = figure.get_figheight()
    for i, text in enumerate([title[1], *more]):
        figure.text(0.015, 1 - (0.36 + 0.2 * i) / height, text, ha="left", va="top", fontsize=9.5, color="#555555")
    above = 0.1 + 0.2 * len([title[1], *more])
    figure.get_layout_engine().set(rect=(0, 0, 1, 1 - above / height), w_pad=0.1, h_pad=0.06)


def sweep(path, rows, minimum, title, scaled_domain):
    """Three panels over voltage: energy with its split and the minimum, latency, average power."""
    mark = plotting.stamp([rows, title, scaled_domain], __file__)
    if plotting.is_current(path, mark):
        return
    plt = plotting.pyplot()
    from matplotlib.ticker import EngFormatter, MaxNLocator

    with plt.rc_context({**plotting.STYLE, "axes.grid": True}):
        figure, (energy, latency, power) = plt.subplots(
            3, 1, sharex=True, figsize=(7.2, 8.4), height_ratios=(2.2, 1, 1), layout="constrained"
        )
        volts = [row["voltage_V"] for row in rows]
        total = [row["energy_J"] for row in rows]
        parts = _split(rows)
        energy.stackplot(
            volts,
            *([row[c] for row in rows] for c, _, _ in parts),
            colors=[k for _, _, k in parts],
            labels=[name for _, name, _ in parts],
            linewidth=0,
        )
        energy.plot(volts, total, color=INK, marker="o", markersize=3, linewidth=1.2, label="total")
        energy.set_ylabel("energy per inference")
        energy.set_ylim(0, 1.25 * max(total))
        energy.yaxis.set_major_formatter(EngFormatter(unit="J"))
        _mark_minimum(energy, volts, total, minimum)
        handles, labels = energy.get_legend_handles_labels()
        energy.legend(handles[::-1], labels[::-1], ncols=3, loc="upper center", fontsize=9)
        for axes, column, label, unit in (
            (latency, "latency_s", "latency", "s"),
            (power, "average_power_W", "average power", "W"),
        ):
            axes.plot(volts, [row[column] for row in rows], color=INK, marker="o", markersize=3, linewidth=1.2)
            axes.plot(
                volts[minimum.index], rows[minimum.index][column], marker="*", markersize=12, color=RED, linestyle="none"
            )
            axes.set_ylabel(label)
            _log_axis(axes, unit)
        figure.align_ylabels()
        power.set_xlabel(f"{scaled_domain} (V)")
        power.xaxis.set_major_locator(MaxNLocator(10, steps=[1, 2, 2.5, 5, 10]))
        _title(figure, title)
        plotting.save(figure, path, mark)


def _mark_minimum(axes, volts, total, minimum):
    voltage, least = volts[minimum.index], total[minimum.index]
    axes.plot(voltage, least, marker="*", markersize=14, color=RED, linestyle="none", zorder=5)
    where = "least, at the end of the range" if minimum.at_edge else "minimum"
    text = f"{where}: {micro(engineering(least, 'J'))} at {voltage:g} V"
    # Above the curve, on the side with more room.
    right = voltage <= (volts[0] + volts[-1]) / 2
    reach = 0.5 * (volts[-1] - volts[0]) * (1 if right else -1)
    near, far = sorted((voltage, voltage + reach))
    height = max(e for v, e in zip(volts, total) if near <= v <= far) + 0.1 * max(total)
    axes.annotate(
        text,
        (voltage, least),
        xytext=(voltage + 0.06 * reach, height),
        ha="left" if right else "right",
        fontsize=9.5,
        fontweight="bold",
        arrowprops={"arrowstyle": "-", "color": RED, "shrinkB": 6},
        bbox={"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": RED, "alpha": 0.95},
    )


def frames(path, all_frames, points, rate, title, scaled_domain):
    """Energy per frame over voltage, a line per variant, its best point marked; what misses the rate is shaded."""
    shown = [(float(f.point.voltage), f.variant, f.energy_J, f.active_J) for f in all_frames]
    low, high = float(points[0].voltage), float(points[-1].voltage)
    mark = plotting.stamp([shown, low, high, rate, title, scaled_domain], __file__)
    if plotting.is_current(path, mark):
        return
    plt = plotting.pyplot()
    with plt.rc_context({**plotting.STYLE, "axes.grid": True}):
        figure, axes = plt.subplots(figsize=(7.2, 4.8), layout="constrained")
        for variant in VARIANTS:
            colour, marker, line = _VARIANT_STYLES[variant]
            rows = [f for f in all_frames if f.variant == variant]
            if not rows:  # the program refuses it
                continue
            axes.plot(
                [float(f.point.voltage) for f in rows],
                [f.energy_J for f in rows],
                color=colour,
                marker=marker,
                markersize=4,
                linestyle=line,
                label=f"policies {variant}" if variant == VARIANTS[0] else f"all {variant}",
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
        meeting = [f for f in all_frames if f.variant == all_frames[0].variant]
        axes.plot(
            [float(f.point.voltage) for f in meeting],
            [f.active_J for f in meeting],
            color=INK,
            linestyle=":",
            label="active part",
        )
        margin = 0.03 * (high - low) or 0.02
        axes.set_xlim(low - margin, high + margin)
        first = float(meeting[0].point.voltage)
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
        lowest = min(f.active_J for f in meeting)
        _log_axis(axes, "J")
        axes.set_ylim(lowest / 1.6, highest * (highest / lowest) ** 0.25 * 1.3)  # room for the legend
        axes.set_xlabel(f"{scaled_domain} (V)")
        axes.set_ylabel(f"energy per frame at {rate} frames/s")
        axes.legend(ncols=2, loc="upper center", fontsize=9)
        _title(figure, title, "stars: least energy of each way to spend the time left over")
        plotting.save(figure, path, mark)
