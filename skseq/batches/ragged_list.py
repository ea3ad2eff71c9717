"""A list of rows of different lengths that NumPy takes for an array."""

from __future__ import annotations

from typing import Any

import numpy as np

_ARRAY = np.empty(0)


class RaggedList(list):
    """A list of lists or arrays that ``np.concatenate`` joins row by row.

    A plain list of rows of different lengths is refused by NumPy, and with it by scikit-learn's
    ``cross_val_predict``. As an array this one is one-dimensional, an object a row, or, where all
    rows are of the same length, what NumPy makes of a plain list. Several are joined as lists
    first, as in one fold of a cross-validation lengths may be the same by chance.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq.batches.ragged_list import RaggedList
    >>> np.concatenate([RaggedList([["a", "b"], []]), RaggedList([["c", "d"]])]).shape
    (3,)
    """

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if func is np.concatenate and len(args) == 1 and not kwargs:
            return np.asarray(RaggedList(row for part in args[0] for row in part))
        return _ARRAY.__array_function__(func, (), args, kwargs)  # as of any other list

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        if copy is False:
            raise ValueError("np.asarray(RaggedList) always makes a new array.")
        if len({len(row) for row in self}) == 1:
            return np.array(list(self), dtype)
        rows = np.empty(len(self), object)
        for i, row in enumerate(self):
            rows[i] = row
        return rows
