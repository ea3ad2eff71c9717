"""Cuts a collection of sequences into padded batches of similar length, and joins what comes back.

Floor 1: NumPy only. Every batch is right-padded to the length of its longest sequence (rounded up
to few distinct widths), whatever side the user pads on, so that hardly any padding is computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np

from .sequences import Sequences, gather_steps
from .vocabulary import UNKNOWN_ID

# From the codes of some steps to what the network gets for each of them.
LookUp = Callable[[np.ndarray], np.ndarray]

# Batches are sorted by length within windows of this many batches: long enough to leave little
# padding, short enough that an epoch still visits the samples in a different mixture each time.
_WINDOW = 50


def plan_training(
    lengths: np.ndarray, batch_size: int, rng: np.random.Generator
) -> list[np.ndarray]:
    """Return the rows of each batch of one epoch, similar lengths together, in random order."""
    order = rng.permutation(len(lengths))
    batches: list[np.ndarray] = []
    for start in range(0, len(order), _WINDOW * batch_size):
        window = order[start : start + _WINDOW * batch_size]
        window = window[np.argsort(lengths[window], kind="stable")]
        batches += [window[i : i + batch_size] for i in range(0, len(window), batch_size)]
    return [batches[i] for i in rng.permutation(len(batches))]


def plan_prediction(
    lengths: np.ndarray,
    max_tokens: int = 2**15,
    max_rows: int = 256,
    *,
    few_rows: int | None = None,
    few_tokens: int = 2**13,
) -> list[np.ndarray]:
    """Return the rows of each batch for prediction: sorted by length, bounded in padded steps.

    A network that is faster with ``few_rows`` gets no more, but where sequences are so short that
    this is less than ``few_tokens``, and starting a batch takes longer than the batch.
    """
    order = np.argsort(lengths, kind="stable")
    batches = []
    end = len(order)
    while end > 0:  # longest first, so that the width of a batch is known when it is cut
        width = rounded_width(int(lengths[order[end - 1]]))
        n_rows = min(max_rows, max(1, max_tokens // width))
        if few_rows is not None:
            n_rows = min(n_rows, max(few_rows, few_tokens // width))
        batches.append(order[max(0, end - n_rows) : end])
        end -= n_rows
    return batches


def rounded_width(length: int) -> int:
    """Round a length up so that few distinct widths occur; at most an eighth is added."""
    length = max(1, length)
    step = max(1, 2 ** (length.bit_length() - 4))
    return -(-length // step) * step


class Batcher:
    """Makes padded batches of a collection's rows.

    Each of ``look_ups`` turns the codes of a batch's steps into one input of the network, so that
    frozen vectors or the letters of words are never materialised for the whole collection.
    ``width`` fixes the number of steps for networks that cannot do without.
    """

    def __init__(self, X: Sequences, look_ups: list[LookUp], *, width: int | None = None):
        self.offsets = X.offsets
        self._codes, self._look_ups = X.codes, look_ups
        self.lengths = X.lengths
        self.width = width
        longest = int(self.lengths.max(initial=1))
        if width is not None and longest > width:
            raise ValueError(
                f"The network takes {width} steps, but a sequence has {longest}; "
                f"put a Padder(maxlen={width}) before the estimator."
            )
        self._longest = max(1, longest)

    def width_of(self, rows: np.ndarray) -> int:
        """Return the padded width of a batch of these rows."""
        if self.width is not None:
            return self.width
        return min(rounded_width(int(self.lengths[rows].max())), self._longest)

    def batch(self, rows: np.ndarray) -> tuple[tuple[np.ndarray, ...], np.ndarray]:
        """Return the inputs, each right-padded (B, T[, …]), and the lengths (B,) of ``rows``.

        An empty sequence counts as one step, ``<unk>`` or zeros, so that it gets a score.
        """
        positions, _ = gather_steps(self.offsets, rows)
        codes = self._codes[positions]
        lengths, width = self.lengths[rows], self.width_of(rows)
        inputs = tuple(right_padded(look_up(codes), lengths, width) for look_up in self._look_ups)
        empty = lengths == 0
        if empty.any() and inputs[0].ndim == 2:
            inputs[0][empty, 0] = UNKNOWN_ID
        return inputs, np.maximum(lengths, 1).astype(np.int32)

    def targets(self, target: np.ndarray | Sequences, rows: np.ndarray) -> np.ndarray:
        """Return the targets of ``rows``; those of single steps (B, T), with -1 on padding."""
        if isinstance(target, np.ndarray):
            return target[rows]
        positions, _ = gather_steps(target.offsets, rows)
        return right_padded(target.codes[positions], self.lengths[rows], self.width_of(rows), -1)

    def weights(self, weight: np.ndarray | Sequences, rows: np.ndarray) -> np.ndarray:
        """Return the loss weights of ``rows``: (B,), or (B, T) with zeros on padding.

        The latter are scaled so that Keras' mean over all steps is the mean over the real ones.
        """
        if isinstance(weight, np.ndarray):
            return weight[rows]
        positions, _ = gather_steps(weight.offsets, rows)
        padded = right_padded(weight.codes[positions], self.lengths[rows], self.width_of(rows))
        return padded * np.float32(padded.size / max(1, len(positions)))

    def padding_waste(self, batches: list[np.ndarray]) -> float:
        """Return the share of computed steps that are padding."""
        computed = sum(len(rows) * self.width_of(rows) for rows in batches)
        real = sum(int(self.lengths[rows].sum()) for rows in batches)
        return 1.0 - real / max(1, computed)


def right_padded(values: np.ndarray, lengths: np.ndarray, width: int, fill: int = 0) -> np.ndarray:
    """Return flat values of sequences (total_steps, …) as one array (B, width, …)."""
    out = np.full((len(lengths), width, *values.shape[1:]), fill, values.dtype)
    out[np.arange(width) < lengths[:, None]] = values
    return out


class Batch(NamedTuple):
    """What a network gave for some rows of a collection."""

    rows: np.ndarray  # (B,)
    lengths: np.ndarray  # (B,) number of steps, 0 where the sequence is empty
    outputs: np.ndarray  # (B, n_outputs), or (B, T, n_outputs) for a network of outputs per step
    chain: Any = None  # the LinearChain of a network with a CRF layer


def join_rows(batches: Iterable[Batch], n_samples: int) -> np.ndarray:
    """Return the outputs (n_samples, n_outputs) of all batches in the order of the samples."""
    joined: np.ndarray | None = None
    for batch in batches:
        if joined is None:
            joined = np.empty((n_samples, *batch.outputs.shape[1:]), batch.outputs.dtype)
        joined[batch.rows] = batch.outputs
    assert joined is not None  # as_sequences refuses empty collections
    return joined


def join_steps(
    batches: Iterable[Batch], offsets: np.ndarray, read: Callable[[Batch], np.ndarray]
) -> np.ndarray:
    """Return what ``read`` makes of every batch, (B, T, …), flat: (total_steps, …)."""
    joined: np.ndarray | None = None
    for batch in batches:
        values = read(batch)
        if joined is None:
            joined = np.empty((offsets[-1], *values.shape[2:]), values.dtype)
        positions, _ = gather_steps(offsets, batch.rows)
        joined[positions] = values[np.arange(values.shape[1]) < batch.lengths[:, None]]
    assert joined is not None
    return joined
