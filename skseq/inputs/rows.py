"""Rows of the containers that users hand in, and what they are made of.

Documents, labels and sequences come in lists, arrays, frames and columns; all are read here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import numpy as np

from ..sequences import Sequences

# "table": 2-D numbers. "array": numbers of another dimension. The others are of rows: texts, lists
# of tokens, of integers, of other numbers. "empty": rows without content. None: no container.
Kind = Literal["sequences", "table", "array", "texts", "tokens", "ids", "numbers", "empty", None]


def rows_of(X: Any, *, only_column: bool = False) -> list[Any] | None:
    """Return the rows of a list, column, frame or array; None where X is no container of rows.

    A frame or a table of pyarrow with one column, and an array with one column of lists, are that
    column; with ``only_column`` any array with one column is. Text, dicts, sets, sparse matrices
    and ``Sequences`` have no rows.
    """
    if isinstance(X, (str, bytes, dict, set, Sequences)) or is_sparse(X):
        return None
    if getattr(X, "ndim", 1) == 0 or not hasattr(X, "__iter__"):
        return None
    if hasattr(X, "iloc"):
        X = _frame_to_rows(X)
    elif hasattr(X, "column") and getattr(X, "num_columns", 0) == 1:
        X = X.column(0)
    if hasattr(X, "to_pylist"):  # pyarrow
        return X.to_pylist()
    is_column = isinstance(X, np.ndarray) and X.ndim == 2 and X.shape[1] == 1 and len(X) > 0
    if is_column and (only_column or is_nested(X[0, 0])):
        X = X[:, 0]
    return list(X) if isinstance(X, Iterable) else None


def _frame_to_rows(X: Any) -> Any:
    if X.ndim == 1:
        return X
    return X.iloc[:, 0] if X.shape[1] == 1 else X.to_numpy()


def kind_of(X: Any) -> Kind:
    """Return what X is made of, by its first row with any content.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq.inputs.rows import kind_of
    >>> kind_of([["a", "film"]]), kind_of(["a film"]), kind_of([[], [4, 5]]), kind_of([[0.5]])
    ('tokens', 'texts', 'ids', 'numbers')
    >>> kind_of(np.ones((2, 3))), kind_of(np.ones((2, 3, 4)))
    ('table', 'array')
    """
    if isinstance(X, Sequences):
        return "sequences"
    if _is_table(X):
        return "table"
    if isinstance(X, np.ndarray) and X.dtype.kind not in "OUS":
        return "array"
    rows = rows_of(X, only_column=True)
    if rows is None:
        return None
    for row in rows:
        if isinstance(row, str):
            return "texts"
        if not is_token_list(row):
            return "numbers"
        if len(row):
            if any(isinstance(cell, str) for cell in row):
                return "tokens"
            return "ids" if isinstance(row[0], (int, np.integer)) else "numbers"
    return "empty"


def _is_table(X: Any) -> bool:
    """Whether X is a 2-D array or frame of numbers rather than a column of texts or lists."""
    shape = getattr(X, "shape", None)
    if shape is None or len(shape) != 2 or not hasattr(X, "__array__"):
        return False
    if shape[0] == 0 or shape[1] == 0:
        return True
    first = X.iloc[0, 0] if hasattr(X, "iloc") else X[0, 0]
    return not isinstance(first, str) and not is_nested(first)


def is_nested(cell: Any) -> bool:
    """Whether a cell of a container is itself a list, tuple or array."""
    return isinstance(cell, (list, tuple, np.ndarray))


def is_sparse(X: Any) -> bool:
    """Whether ``X`` is a SciPy sparse matrix or array."""
    return hasattr(X, "tocsr") and hasattr(X, "nnz")


def is_token_list(document: Any) -> bool:
    """Whether a document is a list, tuple or 1-D array, that is, tokenised already."""
    return isinstance(document, (list, tuple)) or (
        isinstance(document, np.ndarray) and document.ndim == 1
    )
