"""Time stamps of a series: found, taken off, and checked to be in order."""

from __future__ import annotations

import datetime
import re
import warnings
from typing import Any

import numpy as np


def split_time(X: Any, column: int | str, name: str = "X") -> tuple[Any, int]:
    """Return X without its column of time stamps, and that column's place, after checking it.

    Parameters
    ----------
    X : DataFrame or array-like of shape (n_timesteps, n_columns)
        A series.
    column : int or str
        Name or number of the column.
    name : str
        How to call X in an error.

    Raises
    ------
    ValueError
        If there is no such column, or time stamps are missing, repeated or not in order.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq.inputs.time_stamps import split_time
    >>> split_time(np.array([[10.0, 0.5], [11.0, 0.7]]), column=0)
    (array([[0.5],
           [0.7]]), 0)
    """
    if not hasattr(X, "__array__"):
        X = _as_objects(X)  # dates keep their type beside numbers
    if np.ndim(X) != 2:
        raise ValueError(
            f"time_column={column!r} needs {name} to be a table with a row for each time step, got "
            f"{np.ndim(X)} dimension(s)."
        )
    n_columns = X.shape[1]
    if hasattr(X, "iloc"):
        names = list(X.columns)
        if column not in names and not isinstance(column, (int, np.integer)):
            raise ValueError(f"time_column={column!r} is none of the columns of {name}: {names}.")
        place = _place(names.index(column) if column in names else column, n_columns, column, name)
        stamps = _without_pandas(X.iloc[:, place], X.iloc[:, place].dtype)
        rest = X.iloc[:, [i for i in range(n_columns) if i != place]]
    else:
        if isinstance(column, str):
            raise ValueError(
                f"time_column={column!r} is a name, but {name} is an array without names; give the "
                "number of the column, or a DataFrame."
            )
        place = _place(column, n_columns, column, name)
        stamps, rest = X[:, place], np.delete(X, place, axis=1)
    if not rest.shape[1]:
        raise ValueError(f"{name} holds time stamps only; a series needs a column of values too.")
    check_times(stamps, f"{name}, column {column!r},")
    return rest, place


def check_same_times(X: Any, y: Any, X_name: str = "X", y_name: str = "y") -> None:
    """Check that rows of X and y belong together, where both have an index of dates.

    Raises
    ------
    ValueError
        If a time stamp differs, or those of one do not rise.
    """
    others = time_index_of(y, y_name)
    times = None if others is None else time_index_of(X, X_name)
    if times is None or others is None or len(times) != len(others):  # which others report
        return
    if times.dtype.kind == others.dtype.kind and (times != others).any():
        row = int(np.argmax(times != others))
        raise ValueError(
            f"{y_name} has other time stamps than {X_name}: {others[row]} instead of {times[row]} "
            f"in row {row}. Bring them together first, e.g. with y.reindex(X.index)."
        )


def time_index_of(X: Any, name: str = "X") -> np.ndarray | None:
    """Return the dates of the index of a Series or DataFrame, after checking that they rise.

    None where there is no index, or one of something else.

    Raises
    ------
    ValueError
        If it does not, and for an index of several levels, which is one of several series.
    """
    if not hasattr(X, "iloc"):
        return None
    if X.index.nlevels > 1:
        raise ValueError(
            f"{name} has an index of {X.index.nlevels} levels, expected one series with a row for "
            "each time step. Select one series, or make a column of each, e.g. with unstack()."
        )
    stamps = _without_pandas(X.index, X.index.dtype)
    if not _are_times(stamps):
        return None
    what = f"The index of {name}"
    check_times(stamps, what)
    return _as_times(stamps, what)


def check_times(stamps: Any, what: str) -> None:
    """Check that time stamps are there, and that each is later than the one before.

    Parameters
    ----------
    stamps : ndarray of shape (n_timesteps,)
        Dates, numbers, or text that NumPy reads as dates (ISO 8601).
    what : str
        How to call them in an error.

    Raises
    ------
    ValueError
        If one is missing, equal to the one before, or earlier.
    """
    times = _as_times(stamps, what)
    missing = np.isnat(times) if times.dtype.kind in "mM" else np.isnan(times)
    if missing.any():
        raise ValueError(
            f"{what} has no time stamp at row {int(np.argmax(missing))}; fill it in or drop it."
        )
    steps = np.diff(times)
    zero = np.zeros((), steps.dtype)
    if (steps > zero).all():
        return
    if (steps < zero).any():
        row = int(np.argmax(steps < zero)) + 1
        raise ValueError(
            f"{what} is not in order of time: row {row} ({stamps[row]}) comes after row {row - 1} "
            f"({stamps[row - 1]}). Sort the rows by time first."
        )
    row = int(np.argmax(steps == zero)) + 1
    raise ValueError(
        f"{what} has the time {stamps[row]} twice, in rows {row - 1} and {row}. Drop one of them, "
        "or join them."
    )


def _are_times(stamps: np.ndarray) -> bool:
    """Whether an index holds dates or times, as NumPy's, as Python's or as ISO text."""
    if stamps.dtype.kind in "mM":
        return True
    first = stamps[0] if len(stamps) and stamps.dtype.kind in "OU" else None
    if isinstance(first, str):
        return _ISO_DATE.match(first) is not None
    return isinstance(first, datetime.date)


_ISO_DATE = re.compile(r"\d{4}-\d{2}(-|$)")


def _as_times(stamps: Any, what: str) -> np.ndarray:
    stamps = np.asarray(stamps)
    if stamps.dtype.kind in "mM":
        return stamps
    if stamps.dtype.kind in "iuf":
        return stamps.astype(np.float64)
    given = stamps.tolist()
    try:
        if all(isinstance(stamp, (int, float)) for stamp in given):
            return stamps.astype(np.float64)
        if any(hasattr(stamp, "to_timestamp") for stamp in given):  # periods
            stamps = np.array([getattr(s, "to_timestamp", lambda s=s: s)() for s in given], object)
        elif all(isinstance(stamp, (str, float, type(None))) for stamp in given):
            stamps = np.array([s if isinstance(s, str) and s else "NaT" for s in given])
        with warnings.catch_warnings():
            # NumPy says that it turns times with a zone into UTC, which is what is wanted.
            warnings.simplefilter("ignore")
            return stamps.astype("datetime64[us]")  # nanoseconds end in 1677 and 2262
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{what} holds what is neither a date nor a number, such as {given[0]!r}; convert it "
            "with pandas.to_datetime."
        ) from error


def _without_pandas(column: Any, dtype: Any) -> np.ndarray:
    """Return the dates of a Series or an Index in UTC, periods by their start, others as given."""
    dates = getattr(column, "dt", column)
    if hasattr(dtype, "freq"):  # periods
        column = dates.to_timestamp()
    elif hasattr(dtype, "tz"):
        column = dates.tz_convert(None)
    return column.to_numpy()


def _as_objects(X: Any) -> np.ndarray:
    try:
        return np.array(X, object)
    except ValueError:  # rows of different lengths
        return np.empty(0, object)


def _place(place: Any, n_columns: int, column: Any, name: str) -> int:
    if not -n_columns <= place < n_columns:
        raise ValueError(
            f"time_column={column!r} is not there: {name} has {n_columns} columns, counted from 0."
        )
    return int(place) % n_columns
