"""The k largest values of each row."""

from __future__ import annotations

from typing import Any

import numpy as np


def is_among_best(values: np.ndarray, k: Any, falling: np.ndarray | None = None) -> np.ndarray:
    """Return a mask of the ``k`` largest values of each row; among equals the first count.

    ``values`` (B, V); ``k`` an integer, from 1 to V; or, where ``falling`` is given, the values in
    falling order, one for each row (B,).
    """
    if falling is None:
        place = values.shape[1] - k
        least = np.partition(values, place, axis=1)[:, place, None]
    else:
        least = np.take_along_axis(falling, k[:, None] - 1, axis=1)
        k = k[:, None]
    among = values >= least
    if (among.sum(1, keepdims=True) > k).any():  # some equal the least, and not all can stay
        equal = values == least
        above = among & ~equal
        among = above | (equal & (np.cumsum(equal, axis=1) + above.sum(1, keepdims=True) <= k))
    return among
