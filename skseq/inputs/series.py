"""A series: numbers in time order, of which windows are slices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.utils.validation import check_array

from ..batches.slices import Slices
from .validation import date_columns


@dataclass(frozen=True)
class Series:
    """A series as the network reads it.

    Attributes
    ----------
    codes : ndarray of shape (n_timesteps, n_inputs), float32
        Standardised values, with what is missing filled by the value before; where values may be
        missing, followed by a column for each that says which were.
    values : ndarray of shape (n_timesteps, n_features), float64
        The values in the user's unit, NaN where missing.
    """

    codes: np.ndarray
    values: np.ndarray

    def __len__(self) -> int:
        return len(self.codes)

    def windows(self, window: int, first: int = 0, stop: int | None = None) -> Slices:
        """Return the windows that end with the rows from ``first`` to before ``stop``.

        They hold ``window`` rows, or as many as there are.
        """
        ends = np.arange(first, len(self) if stop is None else stop) + 1
        return Slices(self.codes, np.maximum(ends - window, 0), ends)


def horizon_view(values: np.ndarray, horizon: int) -> np.ndarray:
    """Return of each row the ``horizon`` rows from it on, side by side, without copying.

    Of shape (n_rows − horizon + 1, horizon × n_columns), first in time first.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq.inputs.series import horizon_view
    >>> horizon_view(np.array([[1, 10], [2, 20], [3, 30]]), horizon=2)
    array([[ 1, 10,  2, 20],
           [ 2, 20,  3, 30]])
    """
    flat = np.ascontiguousarray(values).reshape(-1)
    width = values.shape[1]
    return np.lib.stride_tricks.sliding_window_view(flat, horizon * width)[::width]


def filled_forward(values: np.ndarray, first: float | np.ndarray = 0.0) -> np.ndarray:
    """Return values with NaN replaced by the value before it, or by ``first`` if there is none.

    Never by the value after, which a forecast must not know.
    """
    rows = np.where(np.isnan(values), -1, np.arange(len(values))[:, None])
    last = np.maximum.accumulate(rows, axis=0)
    found = np.take_along_axis(values, np.maximum(last, 0), axis=0)
    return np.where(last >= 0, found, first)


def check_series(X: Any, name: str, *, allow_nan: bool) -> np.ndarray:
    """Return the numbers of a table as float64, (n_timesteps, n_columns).

    Raises
    ------
    ValueError
        For text, infinity, and for NaN unless it is allowed.
    """
    finite = "allow-nan" if allow_nan else True
    try:
        values = check_array(X, dtype="numeric", ensure_all_finite=finite, input_name=name)
        values = values.astype(np.float64)
    except ValueError as error:
        if "contains NaN" in str(error):
            raise ValueError(
                f"Input {name} contains NaN. Fill the gaps, or set missing='mask', which tells the "
                "network where they are."
            ) from error
        if any(said in str(error) for said in _OF_TEXT):
            raise ValueError(
                f"{name} holds text, but a series is made of numbers ({error}). Make numbers of "
                "it, or leave such columns out; time_column names one of time stamps."
            ) from error
        raise
    if np.nanmax(np.abs(values), initial=0.0) > _LARGEST:
        raise ValueError(
            f"{name} holds numbers beyond {_LARGEST:g}, whose squares are infinite; divide them by "
            "a power of ten first."
        )
    return values


_LARGEST = 1e150  # the squares of larger numbers, of which scores are made, overflow
_OF_TEXT = ("convert string", "could not convert", "bytes/strings")  # errors of text


def unmasked(X: Any) -> Any:
    """Return a masked array of numbers with NaN where it is masked."""
    if isinstance(X, np.ma.MaskedArray) and X.dtype.kind in "biuf":
        return np.ma.filled(X.astype(np.float64), np.nan)
    return X


def as_table(X: Any, name: str) -> Any:
    """Return a series of one column or of several as a table, with names where it has names.

    Raises
    ------
    ValueError
        For what has not one or two dimensions, and for dates.
    """
    X = unmasked(X)
    try:
        n_axes = X.ndim if hasattr(X, "ndim") else np.asarray(X).ndim
    except ValueError:  # what NumPy says of rows of different lengths
        n_axes = -1
    if n_axes == 1 and not hasattr(X, "columns"):
        flat = np.asarray(X)
        if flat.dtype == object and len(flat) and isinstance(flat[0], _NESTED):
            n_axes = -1
        else:
            X, n_axes = X.to_frame(0) if hasattr(X, "iloc") else flat.reshape(-1, 1), 2
    if n_axes != 2:
        found = "rows of different lengths" if n_axes == -1 else f"{n_axes} dimensions"
        raise ValueError(
            f"{name} has {found}, expected one series of shape (n_timesteps,) or (n_timesteps, "
            "n_columns). To learn from many series, cut them into windows and use an "
            "LSTMRegressor."
        )
    _refuse_dates(X, name)
    return X


_NESTED = (list, tuple, np.ndarray)


def _refuse_dates(X: Any, name: str) -> None:
    """Raise an error for columns of dates, which would silently become large numbers."""
    dates = date_columns(X)
    if dates:
        raise ValueError(
            f"{name} holds dates in column {dates[0]!r}, but a series is made of numbers. Set "
            "time_column to its name or number if these are its time stamps, or leave it out."
        )
