"""Cuts a collection of sequences into padded batches of similar length, and joins what comes back.

Every batch is right-padded to the length of its longest sequence (rounded up
to few distinct widths), whatever side the user pads on, so that hardly any padding is computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np

from ..sequences import Sequences, gather_steps
from ..vocabulary import UNKNOWN_ID
from .base import BaseBatcher, Plan
from .slices import Slices, positions_of

# From the codes of some steps to what the network gets for each of them.
InputFunction = Callable[[np.ndarray], np.ndarray]


def identity(codes: np.ndarray) -> np.ndarray:
    """Look nothing up: what the network gets is the codes."""
    return codes


# Batches are sorted by length within windows of this many batches: long enough to leave little
# padding, short enough that an epoch still visits the samples in a different mixture each time.
_WINDOW = 50
# Rows of a batch whose targets are scored, with states that are carried from window to window.
SCORED_ROWS = 64
# Weights of attention in one batch of prediction, 64 MB; what they are made of takes several times
# that.
MOST_WEIGHTS = 2**24


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


def plan_windows(
    lengths: np.ndarray, batch_size: int, n_steps: int, rng: np.random.Generator
) -> list[tuple[np.ndarray, int]]:
    """Return the rows of each batch of one epoch and their first step, in windows of ``n_steps``.

    A group of up to ``batch_size`` sequences is read from beginning to end, window after window, so
    that a network may carry its state from one batch to the next. In a group the longest comes
    first: those that have ended leave the end of the batch, and every other keeps its place. The
    number of batches does not depend on ``rng``.
    """
    n_windows = -(-np.maximum(lengths, 1) // n_steps)
    order = rng.permutation(len(lengths))
    order = order[np.argsort(-n_windows[order], kind="stable")]
    changes = np.flatnonzero(np.diff(n_windows[order])) + 1
    mixed: list[np.ndarray] = []
    for alike in np.split(order, changes):
        for start in range(0, len(alike), _WINDOW * batch_size):
            window = alike[start : start + _WINDOW * batch_size]
            mixed.append(window[np.argsort(-lengths[window], kind="stable")])
    order = np.concatenate(mixed)
    groups = [order[i : i + batch_size] for i in range(0, len(order), batch_size)]
    plan: list[tuple[np.ndarray, int]] = []
    for number in rng.permutation(len(groups)):
        group = groups[number][np.argsort(-lengths[groups[number]], kind="stable")]
        for turn in range(int(n_windows[group[0]])):
            n_left = int((n_windows[group] > turn).sum())
            plan.append((group[:n_left], turn * n_steps))
    return plan


def plan_prediction(
    lengths: np.ndarray,
    max_tokens: int = 2**15,
    max_rows: int = 256,
    *,
    fast_batch_size: int | None = None,
    fast_batch_tokens: int = 2**13,
    num_heads: int = 0,
) -> list[np.ndarray]:
    """Return the rows of each batch for prediction: sorted by length, bounded in padded steps.

    A network that is faster with ``fast_batch_size`` rows gets no more, unless sequences are so
    short that these hold less than ``fast_batch_tokens`` steps: then starting a batch takes longer
    than the batch. Where steps look at each other, by ``num_heads`` at once, their weights are
    bounded too.
    """
    order = np.argsort(lengths, kind="stable")
    batches = []
    end = len(order)
    while end > 0:  # longest first, so that the width of a batch is known when it is cut
        width = rounded_width(int(lengths[order[end - 1]]))
        n_rows = min(max_rows, max(1, max_tokens // width))
        if fast_batch_size is not None:
            n_rows = min(n_rows, max(fast_batch_size, fast_batch_tokens // width))
        if num_heads:
            n_rows = min(n_rows, max(1, MOST_WEIGHTS // (num_heads * width**2)))
        batches.append(order[max(0, end - n_rows) : end])
        end -= n_rows
    return batches


def rounded_width(length: int) -> int:
    """Round a length up so that few distinct widths occur; at most an eighth is added."""
    length = max(1, length)
    step = max(1, 2 ** (length.bit_length() - 4))
    return -(-length // step) * step


class Batcher(BaseBatcher):
    """Makes padded batches of a collection's rows.

    Each of ``input_functions`` turns the codes of a batch's steps into one input of the network,
    so that frozen vectors or the letters of words are never materialised for the whole collection.
    ``width`` fixes the number of steps for networks that cannot do without. With ``n_steps`` a
    batch holds a window of that many steps, from the step on that it is asked for.
    """

    def __init__(
        self,
        X: Sequences | Slices,
        input_functions: list[InputFunction],
        *,
        width: int | None = None,
        n_steps: int | None = None,
    ):
        self._slices, self._input_functions = as_slices(X), input_functions
        self.lengths = self._slices.lengths
        self.width, self.n_steps = width, n_steps
        longest = int(self.lengths.max(initial=1))
        if width is not None and longest > width:
            raise ValueError(
                f"The network takes {width} steps, but a sequence has {longest}; "
                f"put a Padder(maxlen={width}) before the estimator."
            )
        self._longest = max(1, longest if n_steps is None else min(longest, n_steps))
        if n_steps is not None:
            n_windows = -(-np.maximum(self.lengths, 1) // n_steps)
            self._steps_per_row = float(self.lengths.sum() / n_windows.sum())

    def plan_epoch(self, batch_size: int, rng: np.random.Generator) -> Plan:
        """Return the rows of each batch of an epoch and the first step that it holds of them."""
        if self.n_steps is not None:
            return plan_windows(self.lengths, batch_size, self.n_steps, rng)
        return [(rows, 0) for rows in plan_training(self.lengths, batch_size, rng)]

    def plan_scoring(self, max_outputs: int, *, num_heads: int = 0) -> Plan:
        """Return the batches in which the log-probabilities of targets are computed.

        The windows of a row come in the order of their steps. ``n_steps``, which the batcher was
        made with, bounds their size: a batch has up to ``SCORED_ROWS`` rows.
        """
        return self.plan_epoch(SCORED_ROWS, np.random.default_rng(0))

    def target_lengths(self, rows: np.ndarray, first: int = 0) -> np.ndarray:
        """Return how many steps of each row a batch holds, (B,)."""
        return self._cut(self._slices, rows, first).lengths

    def width_of(self, rows: np.ndarray, first: int = 0) -> int:
        """Return the padded width of a batch of these rows."""
        if self.width is not None:
            return self.width
        longest = int(self.lengths[rows].max()) - first
        return min(rounded_width(longest), self._longest)

    def batch(self, rows: np.ndarray, first: int = 0) -> tuple[tuple[np.ndarray, ...], np.ndarray]:
        """Return the inputs, each right-padded (B, T[, …]), and the lengths (B,) of ``rows``.

        An empty sequence counts as one step, ``<unk>`` or zeros, so that it gets a score.
        """
        slices = self._cut(self._slices, rows, first)
        codes = slices.codes[positions_of(slices.starts, slices.ends)]
        lengths, width = slices.lengths, self.width_of(rows, first)
        inputs = tuple(
            right_padded(input_function(codes), lengths, width)
            for input_function in self._input_functions
        )
        empty = lengths == 0
        if empty.any() and inputs[0].ndim == 2:
            inputs[0][empty, 0] = UNKNOWN_ID
        return inputs, np.maximum(lengths, 1).astype(np.int32)

    def targets(
        self, target: np.ndarray | Sequences | Slices, rows: np.ndarray, first: int = 0
    ) -> np.ndarray:
        """Return the targets of ``rows``; those of single steps (B, T), with -1 on padding."""
        if isinstance(target, np.ndarray):
            return target[rows]
        return self._padded(target, rows, first, -1)

    def weights(
        self,
        weight: np.ndarray | Sequences | Slices,
        rows: np.ndarray,
        first: int = 0,
        *,
        per_step: bool = False,
    ) -> np.ndarray:
        """Return the loss weights of ``rows``: (B,), or (B, T) with zeros on padding.

        The latter are scaled so that Keras' mean over all steps is the mean over the real ones; of
        windows it is their sum over what a row of a batch has on average, since the mean of a last
        window with a step or two would weigh these like a whole one. With ``per_step`` the weight
        of a sequence goes to each of its steps.
        """
        if isinstance(weight, np.ndarray):
            if not per_step:
                return weight[rows]
            lengths = self._cut(self._slices, rows, first).lengths
            columns = np.arange(self.width_of(rows, first))
            padded = np.where(columns < lengths[:, None], weight[rows, None], np.float32(0))
        else:
            padded = self._padded(weight, rows, first, 0)
            lengths = self._cut(as_slices(weight), rows, first).lengths
        n_real = lengths.sum() if self.n_steps is None else len(rows) * self._steps_per_row
        return padded * np.float32(padded.size / max(1.0, float(n_real)))

    def _padded(
        self, values: Sequences | Slices, rows: np.ndarray, first: int, fill: int
    ) -> np.ndarray:
        slices = self._cut(as_slices(values), rows, first)
        flat = slices.codes[positions_of(slices.starts, slices.ends)]
        return right_padded(flat, slices.lengths, self.width_of(rows, first), fill)

    def _cut(self, slices: Slices, rows: np.ndarray, first: int) -> Slices:
        return slices[rows] if self.n_steps is None else slices[rows].within(first, self.n_steps)

    def padding_waste(self, plan: Plan) -> float:
        """Return the share of computed steps that are padding."""
        computed = real = 0
        for rows, first in plan:
            computed += len(rows) * self.width_of(rows, first)
            real += int(self._cut(self._slices, rows, first).lengths.sum())
        return 1.0 - real / max(1, computed)


def as_slices(X: Sequences | Slices) -> Slices:
    """Return sequences as slices of their codes."""
    return X if isinstance(X, Slices) else Slices(X.codes, X.offsets[:-1], X.offsets[1:])


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
    linear_chain: Any = None  # the LinearChain of a network with a CRF layer


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
