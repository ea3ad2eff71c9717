"""What every task is made of: data, folds, peers, and how a fitted model is scored."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ...inputs.rows import rows_of
from ...sequences import Sequences

Part = tuple[Any, Any]  # X and y


class Problem(ABC):
    """One task with its data.

    Attributes
    ----------
    metrics : dict of str to bool
        The names of the scores, and whether greater is better. The first one ranks.
    peers : dict of str to estimator
        The simple peers by name, unfitted.
    n_folds : int
        Number of folds.
    size : str
        How much data there is, in words.
    """

    metrics: dict[str, bool]
    peers: dict[str, Any]
    n_folds: int
    size: str

    @abstractmethod
    def folds(self, is_peer: bool) -> Iterator[tuple[Part, Part]]:
        """Yield X and y to fit on and X and y to score on, of each fold."""

    @abstractmethod
    def measure(self, model: Any, X: Any, y: Any) -> tuple[dict[str, float], float]:
        """Return the scores of a fitted model, and the seconds that it took to predict."""


class SampleProblem(Problem):
    """A task whose folds are subsets of samples.

    Parameters
    ----------
    X, y
        The samples, as they were given.
    splits : list of (train, test)
        Row numbers of each fold.
    peer_y : default=None
        What peers learn and all are scored by, where it differs from ``y``.
    """

    def __init__(self, X: Any, y: Any, splits: list[tuple[np.ndarray, np.ndarray]], peer_y: Any):
        self._X, self._y, self._splits, self._peer_y = X, y, splits, peer_y
        self.n_folds = len(splits)
        self.size = f"{len(peer_y)} samples"

    def folds(self, is_peer: bool) -> Iterator[tuple[Part, Part]]:
        y = self._peer_y if is_peer else self._y
        for train, test in self._splits:
            fit_on = take(self._X, train), take(y, train)
            yield fit_on, (take(self._X, test), take(self._peer_y, test))


def take(X: Any, rows: np.ndarray) -> Any:
    """Return some rows of anything that holds rows, as the same kind where it can be indexed."""
    if hasattr(X, "iloc"):
        return X.iloc[rows]
    if isinstance(X, (np.ndarray, Sequences)):
        return X[rows]
    if isinstance(X, tuple):
        return tuple(X[i] for i in rows)
    found = X if isinstance(X, list) else rows_of(X)
    if found is None:
        raise TypeError(
            f"X or y is {type(X).__name__}, which holds no rows; expected a list, an array, a "
            "column or Sequences."
        )
    return [found[i] for i in rows]


def timed(call: Callable[..., Any], *args: Any) -> tuple[Any, float]:
    """Return what a call returns, and the seconds it took."""
    start = time.perf_counter()
    found = call(*args)
    return found, time.perf_counter() - start
