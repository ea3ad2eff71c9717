"""Numbers with mean 0 and standard deviation 1 in every column, and back."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

# Rows that are copied as float64 at a time.
_BLOCK = 2**16


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
        values = np.asarray(values)
        if weight is None:
            weight = np.ones(len(values))
        # Of the largest number first, so that squares do not overflow.
        largest = np.zeros(values.shape[1])
        for block, _ in _blocks(values, weight):
            largest = np.maximum(largest, np.abs(block).max(axis=0, initial=0.0))
        unit = np.where(largest > 0, largest, 1.0)
        total, mean, squares = (np.zeros(values.shape[1]) for _ in range(3))
        for block, counts in _blocks(values, weight):
            total += counts.sum(axis=0)
            mean += (counts * (block / unit)).sum(axis=0)
        total = np.where(total > 0, total, 1.0)
        mean /= total
        for block, counts in _blocks(values, weight):
            squares += (counts * (block / unit - mean) ** 2).sum(axis=0)
        spread = np.sqrt(squares / total)
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


def _blocks(values: np.ndarray, weight: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield some rows of numbers and the weight of each number; NaN is 0 with a weight of 0."""
    for start in range(0, len(values), _BLOCK):
        block = np.asarray(values[start : start + _BLOCK], np.float64)
        is_known = ~np.isnan(block)
        counts = is_known * np.asarray(weight[start : start + _BLOCK], np.float64)[:, None]
        yield np.where(counts > 0, block, 0.0), counts
