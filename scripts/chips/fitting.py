"""Least squares of relative errors, with standard errors and each row left out in turn."""

import numpy as np
from subvolt_results import ScriptError


def _solve(rows, constants):
    """Constants in the order given, nan for those that no row has; the table by which they are scaled, its scale."""
    table = np.array([[row.counts.get(constant, 0.0) / row.published for constant in constants] for row in rows])
    used = table.max(axis=0) > 0
    scale = np.where(used, table.max(axis=0), 1.0)
    solved, _, rank, _ = np.linalg.lstsq(table[:, used] / scale[used], np.ones(len(rows)), rcond=None)
    values = np.full(len(constants), np.nan)
    values[used] = solved / scale[used]
    return values, table[:, used] / scale[used], used, rank, scale[used]


def predicted(row, constants, values):
    """nan where the row needs a constant that is not known."""
    return sum(row.counts[c] * v for c, v in zip(constants, values) if row.counts.get(c, 0.0) > 0)


class Fitted:
    """values, relative standard errors; by row: error, error where the row is left out."""

    def __init__(self, rows, constants):
        self.rows, self.constants = rows, constants
        self.values, table, used, rank, scale = _solve(rows, constants)
        if rank < used.sum():
            raise ScriptError("the rows do not tell the constants apart: fewer constants, or other rows")
        for constant, value in zip(constants, self.values):
            if value < 0:
                raise ScriptError(f"{constant.name} comes out as {value:.3g}, below zero: no price is; leave the term out")
        self.errors = np.array([predicted(row, constants, self.values) / row.published - 1 for row in rows])
        freedom = max(1, len(rows) - int(used.sum()))
        spread = np.sqrt((self.errors**2).sum() / freedom)
        covariance = np.linalg.inv(table.T @ table)
        self.uncertainty = np.full(len(constants), np.nan)
        self.uncertainty[used] = spread * np.sqrt(np.diag(covariance)) / (self.values[used] * scale)
        self.left_out = []
        for out in range(len(rows)):
            values = _solve(rows[:out] + rows[out + 1 :], constants)[0]
            self.left_out.append(predicted(rows[out], constants, values) / rows[out].published - 1)
        self.left_out = np.array(self.left_out)

    def figures(self, chosen):
        """Of the rows for which `chosen` holds: how many, mean and worst error, both with each left out."""
        which = [index for index, row in enumerate(self.rows) if chosen(row)]
        errors, left_out = np.abs(self.errors[which]), np.abs(self.left_out[which])
        left_out = left_out[~np.isnan(left_out)]  # rows that alone tell a constant
        return len(which), errors.mean(), errors.max(), left_out.mean(), left_out.max()
