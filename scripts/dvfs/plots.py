"""The plots of a voltage study, from the JSON of `subvolt dvfs`. Colours: Okabe and Ito's set, told apart by
colour-blind readers, too."""

import plotting
from plotting import BLUE, GREEN, GREY, INK, ORANGE, PINK, RED, SKY, micro
from subvolt_results import engineering

_DEVICES = (GREY, "#BBBBBB", "#777777", "#DDDDDD")
_STYLES = {"as_written": (RED, "o", "-"), "clock_gated": (BLUE, "s", "-"), "power_gated": (GREEN, "^", "--")}
_LABELS = {"as_written": "policies as written", "clock_gated": "all clock-gated", "power_gated": "all power-gated"}


def draw(study, folder):
    """Names of the pictures in `folder`; none where there is no voltage to draw over."""
    if not study["scaled_domain"]:
        return []
    title = (
        f"{study['network']} on {study['soc']}, {study['technology']}",
        f"{study['scaled_domain']} swept, {study['scaled_clock']} as fast as studied",
    )
    points = _fastest(p for p in study["points"] if p["works"])
    if not points:
        return []
    sweep(folder / "sweep.png", points, title, study["scaled_domain"])
    drawn = ["sweep.png"]
    frames = [f for f in study["frames"] or [] if "why_not" not in f and any(p["met"] for p in f["points"])]
    if frames:
        period(folder / "fps.png", frames, study["period_s"] / study["inferences"], title, study["scaled_domain"])
        drawn.append("fps.png")
    return drawn


def _fastest(points):
    """One point per voltage: that with the fastest clock."""
    by_voltage = {}
    for point in points:
        known = by_voltage.get(point["voltage_V"])
        if known is None or point["frequency_Hz"] > known["frequency_Hz"]:
            by_voltage[point["voltage_V"]] = point
    return [by_voltage[v] for v in sorted(by_voltage)]


def _split(points):
    """(name, colour, joules by point) of the parts of the energy; memory devices under their own names."""
    devices = list(dict.fromkeys(name for p in points for name in p["memories_J"]))
    return [
        ("dynamic, on chip", SKY, [p["dynamic_J"] for p in points]),
        ("leakage, on chip", ORANGE, [p["leakage_J"] for p in points]),
        *(
            (d, _DEVICES[i % len(_DEVICES)], [p["memories_J"].get(d, 0.0) for p in points])
            for i, d in enumerate(devices)
        ),
        ("regulator loss", PINK, [p["supply_loss_J"] for p in points]),
    ]


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


def sweep(path, points, title, scaled_domain):
    """Three panels over voltage: energy with its split and the minimum, latency, average power."""
    mark = plotting.stamp([points, title, scaled_domain], __file__)
    if plotting.is_current(path, mark):
        return
    plt = plotting.pyplot()
    from matplotlib.ticker import EngFormatter, MaxNLocator

    with plt.rc_context({**plotting.STYLE, "axes.grid": True}):
        figure, (energy, latency, power) = plt.subplots(
            3, 1, sharex=True, figsize=(7.2, 8.4), height_ratios=(2.2, 1, 1), layout="constrained"
        )
        volts = [p["voltage_V"] for p in points]
        total = [p["energy_J"] for p in points]
        least = min(range(len(total)), key=total.__getitem__)
        parts = _split(points)
        energy.stackplot(
            volts,
            *(joules for _, _, joules in parts),
            colors=[colour for _, colour, _ in parts],
            labels=[name for name, _, _ in parts],
            linewidth=0,
        )
        energy.plot(volts, total, color=INK, marker="o", markersize=3, linewidth=1.2, label="total")
        energy.set_ylabel("energy per inference")
        energy.set_ylim(0, 1.25 * max(total))
        energy.yaxis.set_major_formatter(EngFormatter(unit="J"))
        _mark_minimum(energy, volts, total, least)
        handles, labels = energy.get_legend_handles_labels()
        energy.legend(handles[::-1], labels[::-1], ncols=3, loc="upper center", fontsize=9)
        for axes, key, label, unit in (
            (latency, "latency_s", "latency", "s"),
            (power, "average_power_W", "average power", "W"),
        ):
            axes.plot(volts, [p[key] for p in points], color=INK, marker="o", markersize=3, linewidth=1.2)
            axes.plot(volts[least], points[least][key], marker="*", markersize=12, color=RED, linestyle="none")
            axes.set_ylabel(label)
            _log_axis(axes, unit)
        figure.align_ylabels()
        power.set_xlabel(f"{scaled_domain} (V)")
        power.xaxis.set_major_locator(MaxNLocator(10, steps=[1, 2, 2.5, 5, 10]))
        _title(figure, title)
        plotting.save(figure, path, mark)


def _mark_minimum(axes, volts, total, index):
    voltage, least = volts[index], total[index]
    axes.plot(voltage, least, marker="*", markersize=14, color=RED, linestyle="none", zorder=5)
    where = "least, at the end of the range" if index in (0, len(total) - 1) else "minimum"
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


def period(path, frames, length_s, title, scaled_domain):
    """Energy of an inference and the time behind it over voltage, a line per what the SoC does in that time, its best
    point marked; what misses the rate is shaded. `length_s`: seconds per inference."""
    mark = plotting.stamp([frames, length_s, title, scaled_domain], __file__)
    if plotting.is_current(path, mark):
        return
    plt = plotting.pyplot()
    with plt.rc_context({**plotting.STYLE, "axes.grid": True}):
        figure, axes = plt.subplots(figsize=(7.2, 4.8), layout="constrained")
        shown = []
        for one in frames:
            colour, marker, line = _STYLES[one["idle"]]
            met = _fastest(p for p in one["points"] if p["met"])
            volts, energy = [p["voltage_V"] for p in met], [p["energy_J"] for p in met]
            shown += energy
            label = _LABELS[one["idle"]]
            axes.plot(volts, energy, color=colour, marker=marker, markersize=4, linestyle=line, label=label)
            best = min(range(len(energy)), key=energy.__getitem__)
            style = {"marker": "*", "markersize": 13, "markeredgecolor": "white", "linestyle": "none", "zorder": 5}
            axes.plot(volts[best], energy[best], color=colour, **style)
        first = _fastest(p for p in frames[0]["points"] if p["met"])
        active = [p["energy_J"] - p["idle_energy_J"] for p in first]
        axes.plot([p["voltage_V"] for p in first], active, color=INK, linestyle=":", label="active part")
        every = [p["voltage_V"] for p in frames[0]["points"]]
        low, high = min(every), max(every)
        margin = 0.03 * (high - low) or 0.02
        axes.set_xlim(low - margin, high + margin)
        if first[0]["voltage_V"] > low:
            narrow = first[0]["voltage_V"] - low <= 0.25 * (high - low)
            axes.axvspan(low - margin, first[0]["voltage_V"], color="#EEEEEE", zorder=0)
            axes.text(
                (low - margin + first[0]["voltage_V"]) / 2,
                0.04,
                "too slow",
                ha="center",
                va="bottom",
                rotation=90 if narrow else 0,
                color="#555555",
                transform=axes.get_xaxis_transform(),
            )
        lowest, highest = min(active), max(shown)
        _log_axis(axes, "J")
        axes.set_ylim(lowest / 1.6, highest * (highest / lowest) ** 0.25 * 1.3)  # room for the legend
        axes.set_xlabel(f"{scaled_domain} (V)")
        axes.set_ylabel(f"energy per inference, one every {micro(engineering(length_s, 's'))}")
        axes.legend(ncols=2, loc="upper center", fontsize=9)
        _title(figure, title, "stars: least energy of each way to spend the time left over")
        plotting.save(figure, path, mark)
