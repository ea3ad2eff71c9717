"""Rows of the state of a model, whatever its type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def take_rows(state: Any, rows: Any) -> Any:
    """Return the state of some rows of a batch.

    Parameters
    ----------
    state : None, array, object, or a tuple, list or dict of these, nested at will
        The first axis of every array is the batch. The rows of an object with a method
        ``take_rows(rows)`` are those that the method returns.
    rows : ndarray of int, shape (n,)
        Which rows to take, in this order; a row may be taken several times.

    Returns
    -------
    state
        The same nest with n rows. It shares no memory with the one given.

    Raises
    ------
    TypeError
        If an item of the nest has no rows, such as a number.

    See Also
    --------
    repeat_rows : All rows, each several times.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq.decoding import take_rows
    >>> state = {"hidden": np.array([[0.1], [0.2], [0.3]]), "unused": None}
    >>> take_rows(state, np.array([2, 0, 0]))
    {'hidden': array([[0.3],
           [0.1],
           [0.1]]), 'unused': None}
    """

    def taken(leaf: Any) -> Any:
        return leaf.take_rows(rows) if hasattr(leaf, "take_rows") else leaf[rows]

    return _map(taken, state)


def repeat_rows(state: Any, n: int) -> Any:
    """Return the state with every row ``n`` times, one after the other.

    Parameters
    ----------
    state : None, array, object, or a tuple, list or dict of these, nested at will
        As for ``take_rows``; an object with a method ``take_rows`` must also have a length, its
        number of rows.
    n : int
        At least 1.

    Returns
    -------
    state
        The same nest with ``n`` times as many rows.

    Raises
    ------
    TypeError
        If an item of the nest has no rows, such as a number.

    See Also
    --------
    take_rows : Some rows, in any order.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq.decoding import repeat_rows
    >>> repeat_rows([np.array([1, 2])], 2)
    [array([1, 1, 2, 2])]
    """

    def repeated(leaf: Any) -> Any:
        return take_rows(leaf, np.repeat(np.arange(len(leaf)), n))

    return _map(repeated, state)


def _map(function: Callable[[Any], Any], state: Any) -> Any:
    """Apply a function to every item of a nest that has rows."""
    if state is None:
        return None
    if hasattr(state, "take_rows"):
        return function(state)
    if isinstance(state, dict):
        return {key: _map(function, value) for key, value in state.items()}
    if isinstance(state, (tuple, list)):
        parts = [_map(function, part) for part in state]
        return type(state)(*parts) if hasattr(state, "_fields") else type(state)(parts)
    if not getattr(state, "shape", ()):
        raise TypeError(
            f"A state holds {state!r}, which has no rows; expected arrays whose first axis is the "
            "batch, objects with a method take_rows, None, or tuples, lists and dicts of these."
        )
    return function(state)
