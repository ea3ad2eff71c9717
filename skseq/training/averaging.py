"""The average of a network's weights over its last updates."""

from __future__ import annotations

import numpy as np

# The average takes in the weights after every tenth update and keeps nine tenths of itself, less
# while it is young: about a hundred updates count.
EVERY = 10
_KEPT = 0.9


class AveragedWeights:
    """An exponential moving average of weights, which is better calibrated than its last member.

    References
    ----------
    Polyak and Juditsky, "Acceleration of Stochastic Approximation by Averaging", SIAM Journal on
    Control and Optimization 30(4), 1992.
    """

    def __init__(self) -> None:
        self._average: list[np.ndarray] | None = None
        self._n_added = 0

    def add(self, weights: list[np.ndarray]) -> None:
        """Take in the weights after some more updates."""
        if self._average is None:
            self.restart(weights)
            return
        kept = min(_KEPT, (1 + self._n_added) / (10 + self._n_added))
        self._n_added += 1
        for mean, new in zip(self._average, weights, strict=True):
            if mean.dtype.kind == "f":
                mean += (1 - kept) * (new - mean)
            else:  # counters, such as those of dropout
                mean[...] = new

    def restart(self, weights: list[np.ndarray]) -> None:
        """Begin with the weights that training goes on from."""
        self._average = [array.copy() for array in weights]

    def get(self) -> list[np.ndarray] | None:
        """Return a copy of the average, None where nothing was taken in."""
        return None if self._average is None else [array.copy() for array in self._average]
