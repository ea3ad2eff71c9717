"""Cuts pairs of sequences into padded batches."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..sequences import Sequences
from .base import BaseBatcher, Plan
from .batching import MOST_WEIGHTS, Batcher, InputFunction, plan_training, rounded_width
from .pairs import Pairs
from .slices import Slices


class PairBatcher(BaseBatcher):
    """Makes padded batches of pairs, as :class:`~skseq.batches.batching.Batcher` does of sequences.

    Pairs whose targets are of similar length come together, and among these such whose sources are.
    A batch is (source, source lengths, given steps) and their lengths, or, where nothing is given,
    (source,) and the source lengths; then every batch has outputs for ``n_outputs`` steps.
    """

    def __init__(
        self, pairs: Pairs, input_functions: list[InputFunction], n_outputs: int | None = None
    ):
        self._source = Batcher(pairs.source, input_functions)
        self._given = Batcher(pairs.given, input_functions, width=n_outputs)
        self._is_given = pairs.is_given
        self.lengths = self._given.lengths

    def plan_epoch(self, batch_size: int, rng: np.random.Generator) -> Plan:
        """Return the rows of each batch of an epoch; all begin with step 0."""
        source, given = self._source.lengths, self._given.lengths
        order = given * (int(source.max(initial=0)) + 1) + source
        return [(rows, 0) for rows in plan_training(order, batch_size, rng)]

    def plan_scoring(self, max_outputs: int, *, num_heads: int = 1, max_rows: int = 256) -> Plan:
        """Return the batches in which the log-probabilities of targets are computed.

        A batch has at most ``max_outputs`` steps of targets, and the weights of ``num_heads`` with
        which steps may look at each other are bounded.
        """
        order = np.lexsort((self._source.lengths, self._given.lengths))
        batches: Plan = []
        begin = 0
        while begin < len(order):
            rows = order[begin : begin + max_rows]
            n_rows = np.arange(1, len(rows) + 1)
            n_outputs = self._widest(self._given, rows)
            longest = np.maximum(n_outputs, self._widest(self._source, rows))
            fits = (n_rows * n_outputs <= max_outputs) & (
                n_rows * num_heads * longest**2 <= MOST_WEIGHTS
            )
            n_kept = len(rows) if fits.all() else max(1, int(np.argmin(fits)))
            batches.append((rows[:n_kept], 0))
            begin += n_kept
        return batches

    @staticmethod
    def _widest(side: Batcher, rows: np.ndarray) -> np.ndarray:
        """Return how wide a batch of the first row is, of the first two, and so on."""
        if side.width is not None:
            return np.full(len(rows), side.width)
        longest = np.maximum.accumulate(np.maximum(side.lengths[rows], 1))
        return np.array([rounded_width(int(length)) for length in longest])

    def batch(self, rows: np.ndarray, first: int = 0) -> tuple[tuple[np.ndarray, ...], np.ndarray]:
        """Return the inputs of the network but the last, and the last, which are lengths (B,)."""
        source, source_lengths = self._source.batch(rows)
        if not self._is_given:
            return source, source_lengths
        given, lengths = self._given.batch(rows)
        return (*source, source_lengths, *given), lengths

    def targets(self, target: Any, rows: np.ndarray, first: int = 0) -> np.ndarray:
        """Return the targets (B, T) of ``rows``, with -1 on padding."""
        return self._given.targets(target, rows)

    def weights(
        self,
        weight: np.ndarray | Sequences | Slices,
        rows: np.ndarray,
        first: int = 0,
        *,
        per_step: bool = False,
    ) -> np.ndarray:
        """Return the loss weights of ``rows``, as ``Batcher.weights`` does."""
        return self._given.weights(weight, rows, per_step=per_step)

    def target_lengths(self, rows: np.ndarray, first: int = 0) -> np.ndarray:
        """Return the number of steps of each row's target, (B,)."""
        return self.lengths[rows]

    def padding_waste(self, plan: Plan) -> float:
        """Return the share of computed steps, of sources and targets, that are padding."""
        sides = [self._source, *([self._given] if self._is_given else [])]
        real = sum(int(side.lengths[rows].sum()) for rows, _ in plan for side in sides)
        computed = sum(len(rows) * side.width_of(rows) for rows, _ in plan for side in sides)
        return 1.0 - real / max(1, computed)
