"""How a forecaster reads a series: as numbers in time order, of which windows are slices.

What ``fit`` decides here is kept and enforced by ``predict``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.utils.validation import check_array, validate_data

from ..batches.batching import InputFunction, identity
from ..batches.slices import Slices
from .standardization import Standardization
from .time_stamps import split_time, time_index_of
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


class SeriesReader:
    """Turns what users hand in as ``X`` into a :class:`Series`.

    Parameters
    ----------
    target : int, str, list of them, or None
        The columns to forecast; None is all.
    time_column : int, str or None
        The column of time stamps.
    missing : {"error", "mask"}
        What to do with NaN.

    Attributes
    ----------
    scaling : Standardization
        Of all columns.
    columns : ndarray of shape (n_targets,)
        Numbers of the columns to forecast.
    n_features : int
        Number of columns, without that of time stamps.
    """

    vocabulary = None
    scaling: Standardization
    columns: np.ndarray
    n_features: int

    def __init__(self, target: Any, time_column: Any, missing: str):
        self._target, self._time_column, self._missing = target, time_column, missing
        self._time_place: int | None = None  # of the column of time stamps

    @classmethod
    def from_first(
        cls, estimator: Any, X: Any, *, target: Any, time_column: Any, missing: str
    ) -> tuple[SeriesReader, Series]:
        """Decide from the X of a first fit how series are read, and read it."""
        self = cls(target, time_column, missing)
        values = self._values(estimator, X, "X", reset=True)
        self.n_features = values.shape[1]
        names = getattr(estimator, "feature_names_in_", None)
        self.columns = _column_numbers(target, self.n_features, names, self._time_place)
        self.scaling = Standardization(values)
        return self, self._series(values)

    def read(self, estimator: Any, X: Any, name: str = "X") -> Series:
        """Read X the way the first fit did."""
        return self._series(self._values(estimator, X, name, reset=False))

    def input_functions(self, X: Slices) -> list[InputFunction]:
        """Return what makes the network's input of the codes of windows."""
        return [identity]

    def arguments(self) -> dict[str, Any]:
        """Return what the network needs to know about its input."""
        return {"n_features": self.n_inputs, "n_numbers": self.n_features}

    def fingerprint_parts(self, X: Slices) -> list[Any]:
        """Return what, besides the network, decides how the values of X reach it."""
        return [X.codes, X.starts, X.ends]

    def initial_weights(self, X: Any) -> dict[str, Any]:
        """Return initial weights by layer: none."""
        return {}

    def is_same(self, target: Any, time_column: Any, missing: str) -> dict[str, bool]:
        """Return of each setting whether it is as it was when series were first read."""
        return {
            "target": np.array_equal(self._target, target),
            "time_column": self._time_column == time_column,
            "missing": self._missing == missing,
        }

    @property
    def n_inputs(self) -> int:
        """Number of columns that the network reads."""
        return self.n_features * (2 if self._missing == "mask" else 1)

    def codes_of(self, standard: np.ndarray) -> np.ndarray:
        """Return rows for the network from standardised values of all columns, none missing."""
        if self._missing == "mask":
            standard = np.concatenate([standard, np.zeros_like(standard)], axis=-1)
        return standard.astype(np.float32)

    # --------------------------------------------------------------- private
    def _values(self, estimator: Any, X: Any, name: str, *, reset: bool) -> np.ndarray:
        """Return the columns of numbers, (n_timesteps, n_features), in order of time."""
        if X is None:
            raise ValueError(f"{name} is None; pass a series in order of time.")
        X = _unmasked(X)
        time_index_of(X, name)
        if self._time_column is not None:
            X, place = split_time(X, self._time_column, name)
            self._time_place = place if reset else self._time_place
        is_flat = getattr(X, "ndim", None) == 1
        X = as_table(X, name)
        if not reset and is_flat and self.n_features > 1:
            raise ValueError(
                f"{name} has 1 dimension, which is a series of one column, but fit saw "
                f"{self.n_features} columns. Reshape your data to (n_timesteps, {self.n_features})."
            )
        # Names and their number are checked against those of X, whatever the series is called.
        try:
            validate_data(estimator, X, reset=reset, skip_check_array=True)
        except ValueError as error:
            raise ValueError(str(error).replace("X has", f"{name} has", 1)) from error
        return check_series(X, name, allow_nan=self._missing == "mask")

    def _series(self, values: np.ndarray) -> Series:
        standard = self.scaling.apply(values)
        if self._missing != "mask":
            return Series(standard.astype(np.float32), values)
        is_missing = np.isnan(standard)
        codes = np.concatenate([filled_forward(standard), is_missing], axis=1)
        return Series(codes.astype(np.float32), values)


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


def _unmasked(X: Any) -> Any:
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
    X = _unmasked(X)
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


def _column_numbers(
    target: Any, n_features: int, names: Sequence[str] | None, time_place: int | None
) -> np.ndarray:
    """Return the places of the columns to forecast among the features.

    Numbers in ``target`` count the columns of X as it was given, that of time stamps too.
    """
    if target is None:
        return np.arange(n_features)
    wanted = list(target) if isinstance(target, (list, tuple, np.ndarray)) else [target]
    known = [] if names is None else list(names)
    # Of each column of X, its place among the features; None for time stamps.
    places: list[int | None] = list(range(n_features))
    if time_place is not None:
        places.insert(time_place, None)
    numbers = []
    for column in wanted:
        if isinstance(column, str):
            if column not in known:
                raise ValueError(
                    f"target={column!r} is none of the columns of X: "
                    f"{known or f'{n_features} without names'}."
                )
            place: int | None = known.index(column)
        elif isinstance(column, (int, np.integer)) and not isinstance(column, bool):
            if not -len(places) <= column < len(places):
                raise ValueError(
                    f"target={column} is not there: X has {len(places)} columns, counted from 0."
                )
            place = places[int(column)]
        else:
            raise ValueError(f"target={target!r} must be a name or number of a column, or a list.")
        if place is None:
            raise ValueError(
                f"target={column} is the column of time stamps; name one of values to forecast."
            )
        numbers.append(place)
    if not numbers or len(set(numbers)) < len(numbers):
        raise ValueError(f"target={target!r} must name at least one column, and each once.")
    return np.array(numbers)
