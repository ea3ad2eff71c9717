"""Read CSV files of dated series."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from skseq.datasets._table import REMEDY

Unit = Literal["M", "D", "h"]


class End(NamedTuple):
    """Length and last value of a series, by which a file that was cut off is recognised.

    Attributes
    ----------
    n_timesteps : int
        Number of time steps.
    last : float
        The last number of the last time step.
    """

    n_timesteps: int
    last: float


def read_series(
    path: Path, header: Sequence[str], unit: Unit, end: End
) -> tuple[np.ndarray, np.ndarray]:
    """Read a CSV file of dates, the first column, and numbers, all the others.

    Parameters
    ----------
    path : pathlib.Path
        A UTF-8 file with a header line; a byte order mark and blank lines are skipped.
    header : sequence of str
        Names that the columns must have.
    unit : {"M", "D", "h"}
        Unit of the dates: months, days or hours.
    end : End
        Length and last value of the whole file.

    Returns
    -------
    dates : ndarray of datetime64, shape (n_timesteps,)
        Strictly increasing.
    values : ndarray of float64, shape (n_timesteps, n_columns - 1)
        Finite.

    Raises
    ------
    ValueError
        If the file is not such a table, naming the file and the line, or ends otherwise.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skseq.datasets._series_table import End, read_series
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "series.csv"
    ...     _ = path.write_text('"Month","Sunspots"\\n"1749-01",58.0\\n"1749-02",62.6\\n')
    ...     dates, values = read_series(path, ("Month", "Sunspots"), "M", End(2, 62.6))
    >>> dates.astype(str).tolist(), values.tolist()
    (['1749-01', '1749-02'], [[58.0], [62.6]])
    """
    dates: list[np.datetime64] = []
    values: list[list[float]] = []
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file)
            found = next(rows, [])
            if found != list(header):
                raise ValueError(
                    f"{path} has the columns {found}; expected {list(header)}. {REMEDY}"
                )
            for row in filter(None, rows):
                try:
                    date, numbers = _parse(row, len(header), unit)
                    if dates and not date > dates[-1]:
                        raise ValueError(f"{date} comes after {dates[-1]}")
                except ValueError as error:
                    raise ValueError(
                        f"{path}, line {rows.line_num}: got {row!r:.80} ({error}); expected a "
                        f"later date than the line before, and {len(header) - 1} finite numbers. "
                        f"{REMEDY}"
                    ) from error
                dates.append(date)
                values.append(numbers)
    except (csv.Error, UnicodeDecodeError) as error:
        raise ValueError(
            f"{path} is damaged ({type(error).__name__}: {error}); expected CSV in UTF-8. {REMEDY}"
        ) from error
    last = values[-1][-1] if values else math.nan
    # Copies may have their numbers rounded.
    if len(dates) != end.n_timesteps or not math.isclose(last, end.last, rel_tol=1e-6):
        raise ValueError(
            f"{path} has {len(dates)} time steps and ends with {last}; expected {end.n_timesteps} "
            f"and {end.last}: it was cut off, or is another series. {REMEDY}"
        )
    return np.array(dates), np.array(values)


def _parse(row: list[str], n_fields: int, unit: Unit) -> tuple[np.datetime64, list[float]]:
    if len(row) != n_fields:
        raise ValueError(f"{len(row)} fields in place of {n_fields}")
    date, numbers = np.datetime64(row[0], unit), [float(field) for field in row[1:]]
    if np.isnat(date) or not np.isfinite(numbers).all():
        raise ValueError("a value is missing")
    return date, numbers
