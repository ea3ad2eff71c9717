"""Read and write gzip-compressed CSV tables.

Every error of a damaged table is a ValueError that names the file.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

REMEDY = "Delete the file and fetch again, or replace it."
_BROKEN = (EOFError, gzip.BadGzipFile, zlib.error, csv.Error, UnicodeDecodeError)


def read_table(path: Path, columns: Sequence[str]) -> list[tuple[str, ...]]:
    """Read the named columns of a gzip-compressed CSV file.

    Parameters
    ----------
    path : pathlib.Path
        A UTF-8 file with a header line.
    columns : sequence of str
        Names of the columns to return, in the order to return them.

    Returns
    -------
    list of tuple of str
        One tuple per row, of one field per column.

    Raises
    ------
    ValueError
        If the file is not such a table or lacks a column, naming the file.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skseq.datasets._table import read_table, write_table
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "table.csv.gz"
    ...     write_table(path, ("text", "stars"), [("so-so", "3"), ("great", "5")])
    ...     read_table(path, ("stars",))
    [('3',), ('5',)]
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            header = next(rows, [])
            absent = [name for name in columns if name not in header]
            if absent:
                raise ValueError(
                    f"{path} has the columns {header}; expected also {absent}. {REMEDY}"
                )
            places = [header.index(name) for name in columns]
            return [_fields(row, places, header, path, rows.line_num) for row in rows]
    except _BROKEN as error:
        raise ValueError(
            f"{path} is damaged ({type(error).__name__}: {error}); expected gzip-compressed "
            f"CSV in UTF-8. {REMEDY}"
        ) from error


def _fields(
    row: list[str], places: list[int], header: list[str], path: Path, line: int
) -> tuple[str, ...]:
    if len(row) != len(header):
        raise ValueError(
            f"{path}, line {line}: got {len(row)} fields; expected {len(header)}. {REMEDY}"
        )
    return tuple(row[place] for place in places)


def to_integers(values: Iterable[str], path: Path, column: str) -> list[int]:
    """Convert a column to integers; an error names file and column."""
    try:
        return [int(value) for value in values]
    except ValueError as error:
        raise ValueError(
            f"{path}, column {column!r}: {error}; expected whole numbers. {REMEDY}"
        ) from error


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a gzip-compressed CSV file in the form that `read_table` reads."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    write_gzip(path, buffer.getvalue().encode("utf-8"))


def write_gzip(path: Path, content: bytes) -> None:
    """Write compressed bytes, without a time stamp so that equal content gives equal files."""
    path.write_bytes(gzip.compress(content, mtime=0))
