"""The target codec of language models: at every step, the token that comes next."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ..batches.batching import Batch
from ..batches.slices import Slices
from ..decoding._log_probabilities import log_softmax
from ..sequences import Sequences
from .base import TargetCodec


class NextToken(TargetCodec):
    """Predicts each token of a document, and its end, from those before.

    Parameters
    ----------
    n_context : int or None
        None: from all before, by a state that is carried along. A number: from at most this number
        before, each such window being a sample of its own.
    n_rows : int
        Samples of a batch: documents so long that fewer would fill it are cut into pieces, each of
        which begins without a state.
    shortest : int
        No piece is shorter than that for this reason.
    is_sampled : bool
        Whether the network is trained on a sample of the tokens that might have come.
    """

    def __init__(
        self, n_context: int | None, *, n_rows: int, shortest: int, is_sampled: bool = False
    ):
        self.n_context, self.n_rows, self.shortest = n_context, n_rows, shortest
        self.is_sampled = is_sampled

    @property
    def scores_targets(self) -> bool:
        """Whether the network scores the targets itself: of every step, not of whole windows."""
        return self.n_context is None

    @property
    def loss(self) -> str:
        if self.n_context is not None:
            return "softmax"
        return "sampled_softmax" if self.is_sampled else "step_softmax"

    def arguments(self) -> dict[str, bool]:
        """Return what the network needs to know about its output."""
        return {"is_stateful": self.n_context is None}

    def samples(
        self, X: Sequences, codes: np.ndarray, weight: np.ndarray
    ) -> tuple[Slices, np.ndarray | Slices, np.ndarray]:
        """Return inputs, targets and weights.

        Parameters
        ----------
        X : Sequences
            Ids of documents, from ``<s>`` to ``<e>``.
        codes : ndarray of shape (total_steps,)
            What the network shall read of each step.
        weight : ndarray of shape (n_samples,)
            Weight of each document.
        """
        inputs, target = self.whole(X, codes)
        if isinstance(target, np.ndarray):
            return inputs, target, np.repeat(weight, X.lengths - 1)
        longest = max(self.shortest, -(-int(inputs.lengths.sum()) // self.n_rows))
        pieces, weight = _pieces(inputs.starts, inputs.ends, weight, longest)
        inputs = Slices(codes, *pieces)
        return inputs, Slices(target.codes, *pieces).shifted(1), weight

    def whole(self, X: Sequences, codes: np.ndarray) -> tuple[Slices, np.ndarray | Slices]:
        """Return inputs and targets of documents that are not cut into pieces."""
        starts, ends = X.offsets[:-1], X.offsets[1:] - 1  # nothing follows <e>
        ids = X.values
        if self.n_context is not None:
            inputs = _windows(codes, starts, ends, self.n_context)
            return inputs, ids[inputs.ends]
        return Slices(codes, starts, ends), Slices(ids, starts + 1, ends + 1)

    def loss_and_score(
        self, batches: Iterable[Batch], encoded: np.ndarray | Slices, weight: np.ndarray
    ) -> tuple[float, float]:
        """Return the weighted mean loss per token (nats), and the score, its negative."""
        return token_loss_and_score(batches, encoded, weight)


def token_loss_and_score(
    batches: Iterable[Batch], encoded: np.ndarray | Slices, weight: np.ndarray
) -> tuple[float, float]:
    """Return the weighted mean loss per target token (nats), and the score, its negative.

    Where ``encoded`` is an array, rows have one target each.
    """
    total = weights = 0.0
    for batch in batches:
        n_steps = batch.lengths if isinstance(encoded, Slices) else 1
        total += float((weight[batch.rows] * log_probs_of(batch, encoded)).sum())
        weights += float((weight[batch.rows] * n_steps).sum())
    loss = -total / max(weights, np.finfo(float).tiny)
    return loss, -loss


def log_probs_of(batch: Batch, encoded: np.ndarray | Slices) -> np.ndarray:
    """Return the log-probability (B,) of the targets of each row of a batch."""
    if isinstance(encoded, Slices):  # the network has scored its targets by itself
        is_real = np.arange(batch.outputs.shape[1]) < batch.lengths[:, None]
        return np.where(is_real, batch.outputs.astype(np.float64), 0.0).sum(axis=1)
    return log_softmax(batch.outputs)[np.arange(len(batch.rows)), encoded[batch.rows]]


def _windows(codes: np.ndarray, starts: np.ndarray, ends: np.ndarray, n_context: int) -> Slices:
    """Return for each step of the documents the window that ends with it."""
    lengths = ends - starts
    first = np.repeat(starts, lengths)
    before = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    stops = np.arange(lengths.sum()) - np.repeat(before, lengths) + first + 1
    return Slices(codes, np.maximum(first, stops - n_context), stops)


def _pieces(
    starts: np.ndarray, ends: np.ndarray, weight: np.ndarray, longest: int
) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray]:
    """Cut documents into pieces of equal length, none longer than ``longest``."""
    lengths = ends - starts
    n_pieces = np.maximum(1, -(-lengths // longest))
    number = np.arange(n_pieces.sum()) - np.repeat(np.cumsum(n_pieces) - n_pieces, n_pieces)
    size = np.repeat(-(-lengths // n_pieces), n_pieces)
    begin = np.repeat(starts, n_pieces) + number * size
    stop = np.minimum(begin + size, np.repeat(ends, n_pieces))
    is_real = begin < stop
    return (begin[is_real], stop[is_real]), np.repeat(weight, n_pieces)[is_real]
