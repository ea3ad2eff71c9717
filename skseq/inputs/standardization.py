"""Numbers with mean 0 and standard deviation 1 in every column, and back."""

from __future__ import annotations

import numpy as np


class Standardization:
    """The mean and the standard deviation of columns.

    Networks begin with weights that suit such numbers, whatever unit the user's are in. A column
    that never changes is only moved.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_columns)
        What to measure; NaN is left out.
    weight : ndarray of shape (n_rows,), default=None
        How much each row counts; None counts all alike.

    Attributes
    ----------
    mean, scale : ndarray of shape (n_columns,)
        In the unit of the values.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq.inputs.standardization import Standardization
    >>> rule = Standardization(np.array([[10.0, 3.0], [30.0, 3.0]]))
    >>> rule.apply(np.array([[40.0, 4.0]]))
    array([[2., 1.]])
    >>> rule.undo(np.array([[2.0, 1.0]]))
    array([[40.,  4.]])
    """

    def __init__(self, values: np.ndarray, weight: np.ndarray | None = None):
        values = np.asarray(values, np.float64)
        if weight is None:
            weight = np.ones(len(values))
        counts = np.where(np.isnan(values), 0.0, np.asarray(weight, np.float64)[:, None])
        known = counts > 0
        total = counts.sum(axis=0)
        total = np.where(total > 0, total, 1.0)
        # Of the largest number first, so that squares do not overflow.
        largest = np.abs(np.where(known, values, 0.0)).max(axis=0, initial=0.0)
        unit = np.where(largest > 0, largest, 1.0)
        parts = np.where(known, values / unit, 0.0)
        mean = (counts * parts).sum(axis=0) / total
        spread = np.sqrt((counts * (parts - mean) ** 2).sum(axis=0) / total)
        # What rounding alone has made is no spread.
        is_constant = spread <= 10 * np.finfo(np.float64).eps
        self.mean = mean * unit
        scale = spread * unit
        # Of the smallest numbers there are, the spread may be rounded to 0.
        self.scale = np.where(is_constant | (scale == 0), 1.0, scale)

    def take(self, columns: np.ndarray) -> Standardization:
        """Return that of some columns."""
        return self._with(self.mean[columns], self.scale[columns])

    def repeated(self, times: int) -> Standardization:
        """Return that of the same columns, ``times`` side by side."""
        return self._with(np.tile(self.mean, times), np.tile(self.scale, times))

    def _with(self, mean: np.ndarray, scale: np.ndarray) -> Standardization:
        other = object.__new__(Standardization)
        other.mean, other.scale = mean, scale
        return other

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Return standardised values, of shape (…, n_columns)."""
        return (values - self.mean) / self.scale

    def undo(self, values: np.ndarray) -> np.ndarray:
        """Return standardised values in their own unit, as float64."""
        return np.asarray(values, np.float64) * self.scale + self.mean
