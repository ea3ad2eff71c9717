"""What a network is trained on, or validated with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..batches.pairs import Pairs
from ..batches.slices import Slices
from ..sequences import Sequences

Inputs = Sequences | Slices | Pairs


@dataclass
class Samples:
    """Sequences with their encoded targets and loss weights, both of sequences or of steps."""

    X: Inputs
    target: np.ndarray | Sequences | Slices
    weight: np.ndarray | Sequences

    @property
    def n_steps(self) -> int:
        """Number of steps of all samples; of pairs, on both sides."""
        sides = (self.X.source, self.X.given) if isinstance(self.X, Pairs) else (self.X,)
        return sum(int(side.lengths.sum()) for side in sides)

    def take(self, rows: np.ndarray | slice) -> Samples:
        """Return the samples of some rows."""
        return Samples(self.X[rows], self.target[rows], self.weight[rows])

    def with_weight(self) -> Samples:
        """Return the samples that have any weight."""
        if isinstance(self.weight, np.ndarray):
            has_weight = self.weight > 0
        else:
            offsets = self.weight.offsets
            until = np.concatenate([[0], np.cumsum(self.weight.values > 0)])
            has_weight = until[offsets[1:]] > until[offsets[:-1]]
        return self if has_weight.all() else self.take(np.flatnonzero(has_weight))
