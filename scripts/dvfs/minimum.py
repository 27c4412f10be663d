"""Where energy per inference is least."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Minimum:
    index: int  # of the swept point
    at_edge: bool  # the first or last point: then nothing says that it is a minimum
    voltage: float  # refined where it is interior
    energy: float


def least_energy(voltages, energies):
    """The swept minimum, and the vertex of the parabola through it and its neighbours."""
    index = min(range(len(energies)), key=lambda i: energies[i])
    if index in (0, len(energies) - 1):
        return Minimum(index, True, voltages[index], energies[index])
    (x0, x1, x2), (y0, y1, y2) = voltages[index - 1 : index + 2], energies[index - 1 : index + 2]
    left, right = (y1 - y0) / (x1 - x0), (y2 - y1) / (x2 - x1)
    curvature = (right - left) / (x2 - x0)
    if curvature <= 0:  # three equal energies
        return Minimum(index, False, x1, y1)
    slope = left + curvature * (x1 - x0)  # at x1
    offset = -slope / (2 * curvature)
    return Minimum(index, False, x1 + offset, y1 - slope * slope / (4 * curvature))


def count_minima(energies):
    """Interior local minima of a sequence; equal neighbours count as one point."""
    steps = [b - a for a, b in zip(energies, energies[1:]) if b != a]
    return sum(1 for a, b in zip(steps, steps[1:]) if a < 0 < b)
