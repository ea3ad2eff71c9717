"""Which targets belong to real steps, where X is padded ids."""

from __future__ import annotations

from numbers import Integral
from typing import Any

import numpy as np

from ..inputs.rows import kind_of, rows_of


def of_real_steps(X: Any, values: Any, embedding_dim: int | str | None) -> Any:
    """Leave out labels, numbers or weights of zeros among ids, which are padding, if there are any.

    Rows of another length than their sequence are left for the checks to refuse, and ``values``
    that are not one for each step are left as they are.
    """
    if values is None or np.isscalar(values) or embedding_dim is None:
        return values
    rows = _id_rows(X, are_certain=isinstance(embedding_dim, Integral))
    if not rows:
        return values
    values = rows_of(values)
    if values is None or len(values) != len(rows):
        return values
    return [
        [value for value, i in zip(row, ids, strict=True) if i != 0]
        if _n_steps(row) == _n_steps(ids) and 0 in ids
        else row
        for row, ids in zip(values, rows, strict=True)
    ]


def _id_rows(X: Any, *, are_certain: bool) -> list[Any]:
    """Return the rows of ids that stand in an array or in lists, nothing of anything else.

    Where they ``are_certain`` to be ids, an array may hold them as floats.
    """
    kind = kind_of(X)
    if kind == "table":
        ids = np.asarray(X)
        return ids.tolist() if ids.dtype.kind in ("iuf" if are_certain else "iu") else []
    return (rows_of(X) or []) if kind == "ids" else []


def _n_steps(row: Any) -> int | None:
    """Return how many steps a row has something for, None where it is no list, such as a text."""
    is_row = isinstance(row, (list, tuple)) or getattr(row, "ndim", 0) > 0
    return len(row) if is_row else None
