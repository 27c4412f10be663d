"""Do pictures of sweeps show every point, however many there are?"""

from pathlib import Path

import pytest

from points.point import Point
from sweeps import plan as plans
from sweeps import plot
from sweeps.duty import Duty
from sweeps.many_points import front
from sweeps.summary import PARTS, Summary


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of matplotlib about pyparsing
@pytest.mark.parametrize("count", [1, 9, 40, 300])
def test_a_picture_shows_any_number_of_points(tmp_path, count, monkeypatch):
    plan, summaries = many(count)
    drawn = []
    monkeypatch.setattr(plot.plotting, "save", lambda figure, path, mark: drawn.append(figure))
    plot.sweep(tmp_path / "x.png", plan, summaries, [])
    energies = drawn[0].axes[0] if count <= plot.MOST_BARS else drawn[0].axes[2]
    bars = [c for c in energies.containers if c.get_label() == "NPU"]
    assert len(bars[0].patches) == count
    if count > plot.MOST_BARS:  # the cloud: a sign for each, besides the line through the best and the legend
        signs = [line for line in drawn[0].axes[0].lines if len(line.get_xdata()) == 1]
        assert len(signs) == count


def test_the_best_points_are_those_that_none_beats():
    _, summaries = many(50)
    numbers = front(summaries)
    for s in summaries:
        beaten = any(
            o.energy_J <= s.energy_J and o.totals["latency_s"] <= s.totals["latency_s"] and o is not s
            for o in summaries
        )
        assert (s.name in numbers) == (not beaten)


def many(count):
    points = [Point(f"p{i}", "design") for i in range(count)]
    values = {p.name: [str(i % 5), str(i // 5)] for i, p in enumerate(points)}
    plan = plans.Plan(Path("x.yaml"), "many", [plans.Axis("a"), plans.Axis("b")], points, values, [1, 10])
    summaries = []
    for i, p in enumerate(points):
        latency, energy = 1e-3 * (1 + i % 7), 1e-6 * (1 + (i * 37) % 11)
        parts = dict(zip(PARTS, [energy, *[0.0] * 5]))
        duties = [Duty(rate, True, 0.1, 1e-6, energy * rate) for rate in (1, 10)]
        totals = {"latency_s": latency, "energy_J": energy}
        summaries.append(Summary(p.name, values[p.name], (), "", {}, totals, 1, energy, {}, parts, {}, duties))
    return plan, summaries
