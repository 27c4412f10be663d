"""Published against simulated of every chip that ships a document: tables, and one plot."""

import json
import re
from pathlib import Path

import plotting
from markdown import percent, table
from subvolt_results import ROOT, engineering, run_program

PICTURE = ROOT / "docs" / "images" / "chips.png"
USES = {"fit": "fitted", "check": "predicted"}


def validation(program, folder):
    """The JSON of `subvolt validate`, made once."""
    place = folder / "validate.json"
    if not place.is_file():
        place.write_text(run_program(program, "validate", "--json", "--quiet"), encoding="utf-8")
    return json.loads(place.read_text(encoding="utf-8"))


def value(number, unit):
    return engineering(number, unit, 4) if unit in ("s", "J", "W", "Hz", "V") else f"{number:.4g} {unit}".strip()


def errors(measurement):
    told = []
    for use, figures in measurement["errors"].items():
        rows = figures["rows"]
        told.append(f"{USES[use]} {rows} row{'' if rows == 1 else 's'}: "
                    f"{100 * figures['mean']:.2f} % mean, {100 * figures['worst']:.2f} % worst")  # fmt: skip
    return "; ".join(told)


def where(row):
    sets = [text.partition("=") for text in row.get("set", ())]
    return ", ".join([row["operating_point"], *(f"{key.rpartition('.')[2]} {value}" for key, _, value in sets)])


def summary(chips):
    lines = []
    for chip in chips:
        for m in chip["measurements"]:
            for use, figures in m["errors"].items():
                lines.append([f"`{chip['chip']}`", m["title"], USES[use], str(figures["rows"]),
                              f"{100 * figures['mean']:.2f} %", f"{100 * figures['worst']:.2f} %"])  # fmt: skip
    return table(["chip", "quantity", "use", "rows", "mean error", "worst"], lines)


def number_of(rows, fits):
    """Of the list below the table."""
    if rows not in fits:
        fits.append(rows)
    return f"rows {fits.index(rows) + 1}"


def constants(chip):
    if not chip["constants"]:
        return ""
    lines, fits = [], []
    for c in chip["constants"]:
        below = f"{c['bottom_up']}, × {c['bottom_up_ratio']:.2g}" if "bottom_up" in c else ""
        if c.get("far_from_bottom_up"):
            below += ", **more than three times off**"
        fitted = c["quality"] == "fitted"
        lines.append([f"`{c['name']}`", c["value"], f"± {100 * c['uncertainty']:.1f} %" if fitted else c["quality"], below,
                      f"{100 * c['mean_error']:.1f} / {100 * c['worst_error']:.1f} %" if fitted else "",
                      f"{100 * c['leave_one_out_mean_error']:.1f} / {100 * c['leave_one_out_worst_error']:.1f} %"
                      if fitted else "", number_of(c["rows"], fits) if fitted else ""])  # fmt: skip
    head = ["constant", "value", "standard error", "bottom-up", "rows: mean / worst", "each left out", "fitted to"]
    return table(head, lines) + "\n\n" + "\n".join(f"{n}. {rows}" for n, rows in enumerate(fits, 1)) + "\n"


def measurement(m):
    lines = [[row.get("of", row["network"]), where(row), value(row["published"], m["unit"]), value(row["simulated"], m["unit"]),
              percent(row["error"], 1), USES[row["use"]]] for row in m["rows"]]  # fmt: skip
    fitted = f" Fitted: {m['fitted']}." if "fitted" in m else ""
    text = f"**{m['title'][0].upper()}{m['title'][1:]}.** {m['source']}.{fitted} {errors(m)[0].upper()}{errors(m)[1:]}.\n\n"
    return text + table(["of" if "of" in m["rows"][0] else "network", "at", "published", "here", "error", "use"], lines)


def one(chip):
    spread = f" Boards of one kind differ by ± {100 * chip['board_spread']:.1f} %." if "board_spread" in chip else ""
    parts = [f"### {chip['title']}\n\nDesign `{chip['design']}`.{spread}", constants(chip).strip()]
    return "\n\n".join(part for part in (*parts, *map(measurement, chip["measurements"])) if part)


def draw(chips):
    """Simulated over published, row by row: what was fitted, what is predicted, and how far boards differ."""
    rows = [(chip["chip"], m["title"], row["use"], row["published"], row["error"])
            for chip in chips for m in chip["measurements"] for row in m["rows"]]  # fmt: skip
    mark = plotting.stamp(rows, __file__)
    if plotting.is_current(PICTURE, mark):
        return
    plt = plotting.pyplot()
    groups = [(chip, m) for chip in chips for m in chip["measurements"]]
    with plt.rc_context(plotting.STYLE):
        figure, axes = plt.subplots(figsize=(7.2, 0.6 + 0.34 * len(groups)), constrained_layout=True)
        axes.axvline(0, color=plotting.INK, linewidth=0.8)
        for index, (chip, m) in enumerate(groups):
            if "board_spread" in chip:
                spread = 100 * chip["board_spread"]
                axes.barh(index, 2 * spread, left=-spread, height=0.8, color="#EEEEEE")
            for use, colour in (("fit", plotting.BLUE), ("check", plotting.ORANGE)):
                errors_ = [100 * row["error"] for row in m["rows"] if row["use"] == use]
                axes.plot(errors_, [index] * len(errors_), "o", color=colour, markersize=4.5, alpha=0.7,
                          label=USES[use] if not any(line.get_label() == USES[use] for line in axes.lines) else None)  # fmt: skip
        axes.set_yticks(range(len(groups)), [f"{m['title']} ({chip['chip']})" for chip, m in groups], fontsize=7.5)
        axes.invert_yaxis()
        axes.grid(axis="x")
        axes.set_xlabel("simulated over published, less 1 (%)\ngrey: boards of one kind", fontsize=8)
        axes.legend(loc="lower right", fontsize=8)
        plotting.save(figure, PICTURE, mark)


def text(program, folder, options):
    chips = validation(program, folder)["chips"]
    if not options.check:
        draw(chips)
    picture = f"![Errors of all rows](images/{Path(PICTURE).name})"
    return re.sub(r"\n{3,}", "\n\n", "\n\n".join([summary(chips), picture, *map(one, chips)]))
