"""How a forecaster reads a series, decided by the X of its first fit."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..batches.batching import InputFunction, identity
from ..batches.slices import Slices
from ..inputs.columns import InputColumns
from ..inputs.series import Series, as_table, check_series, filled_forward, unmasked
from ..inputs.standardization import Standardization
from ..inputs.time_stamps import split_time, time_index_of
from .base import Reader


class SeriesReader(Reader):
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

    scaling: Standardization
    columns: np.ndarray
    n_features: int

    def __init__(self, target: Any, time_column: Any, missing: str):
        self._target, self._time_column, self._missing = target, time_column, missing
        self._time_place: int | None = None  # of the column of time stamps

    @classmethod
    def from_first(
        cls, columns: InputColumns, X: Any, *, target: Any, time_column: Any, missing: str
    ) -> tuple[SeriesReader, Series]:
        """Decide from the X of a first fit how series are read, and read it."""
        self = cls(target, time_column, missing)
        values = self._values(columns, X, "X")
        self.n_features = values.shape[1]
        self.columns = _column_numbers(target, self.n_features, columns.names, self._time_place)
        self.scaling = Standardization(values)
        return self, self._series(values)

    def read(self, columns: InputColumns, X: Any, name: str = "X") -> Series:
        """Read X the way the first fit did."""
        return self._series(self._values(columns, X, name))

    def input_functions(self, X: Slices) -> list[InputFunction]:
        """Return what makes the network's input of the codes of windows."""
        return [identity]

    def arguments(self) -> dict[str, Any]:
        """Return what the network needs to know about its input."""
        return {"n_features": self.n_inputs, "n_numbers": self.n_features}

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
    def _values(self, columns: InputColumns, X: Any, name: str) -> np.ndarray:
        """Return the columns of numbers, (n_timesteps, n_features), in order of time."""
        if X is None:
            raise ValueError(f"{name} is None; pass a series in order of time.")
        X = unmasked(X)
        time_index_of(X, name)
        if self._time_column is not None:
            X, place = split_time(X, self._time_column, name)
            self._time_place = place if columns.reset else self._time_place
        is_flat = getattr(X, "ndim", None) == 1
        X = as_table(X, name)
        if not columns.reset and is_flat and self.n_features > 1:
            raise ValueError(
                f"{name} has 1 dimension, which is a series of one column, but fit saw "
                f"{self.n_features} columns. Reshape your data to (n_timesteps, {self.n_features})."
            )
        # Names and their number are checked against those of X, whatever the series is called.
        try:
            columns.check_names(X)
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


def _column_numbers(
    target: Any, n_features: int, names: np.ndarray | None, time_place: int | None
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
