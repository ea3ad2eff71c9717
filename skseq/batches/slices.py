"""Slices of one flat array as sequences that may overlap.

``Sequences`` own their steps; a window on a text, a piece of a long document or the same document
moved by one step do not. Batches are cut from either in the same way.
"""

from __future__ import annotations

from typing import Any

import numpy as np


class Slices:
    """Sequences ``codes[starts[i]:ends[i]]`` of one array, which is not copied.

    Parameters
    ----------
    codes : ndarray of shape (total_steps,) or (total_steps, n_features)
        The steps.
    starts, ends : ndarray of shape (n_samples,)
        Where each sequence begins, and where it has ended.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq.batches.slices import Slices
    >>> windows = Slices(np.arange(5), starts=np.arange(3), ends=np.arange(3) + 3)
    >>> len(windows), windows.lengths
    (3, array([3, 3, 3]))
    >>> windows.codes[windows.positions(np.array([2, 0]))]
    array([2, 3, 4, 0, 1, 2])
    """

    __slots__ = ("codes", "ends", "starts")

    def __init__(self, codes: np.ndarray, starts: np.ndarray, ends: np.ndarray):
        self.codes, self.starts, self.ends = codes, starts, ends

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, rows: Any) -> Slices:
        return Slices(self.codes, self.starts[rows], self.ends[rows])

    @property
    def lengths(self) -> np.ndarray:
        return self.ends - self.starts

    def positions(self, rows: np.ndarray) -> np.ndarray:
        """Return where the steps of ``rows`` stand in ``codes``, row after row."""
        return positions_of(self.starts[rows], self.ends[rows])

    def shifted(self, n_steps: int) -> Slices:
        """Return the same slices, ``n_steps`` later."""
        return Slices(self.codes, self.starts + n_steps, self.ends + n_steps)

    def within(self, first: int, n_steps: int) -> Slices:
        """Return of each span the steps from ``first`` on, at most ``n_steps`` of them."""
        starts = np.minimum(self.starts + first, self.ends)
        return Slices(self.codes, starts, np.minimum(starts + n_steps, self.ends))


def positions_of(starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Return all numbers from each start to before its end, one after the other."""
    lengths = ends - starts
    before = np.concatenate([[0], np.cumsum(lengths)])
    return np.arange(before[-1]) + np.repeat(starts - before[:-1], lengths)
