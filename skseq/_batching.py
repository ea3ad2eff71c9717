"""Cuts a collection of sequences into padded batches of similar length.

Floor 1: NumPy only. Every batch is right-padded to the length of its longest sequence (rounded up
to few distinct widths), whatever side the user pads on, so that hardly any padding is computed.
"""

from __future__ import annotations

import numpy as np

from .sequences import Sequences, gather_steps
from .vocabulary import UNKNOWN_ID

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
    lengths: np.ndarray, max_tokens: int = 2**15, max_rows: int = 256
) -> list[np.ndarray]:
    """Return the rows of each batch for prediction: sorted by length, bounded in padded steps."""
    order = np.argsort(lengths, kind="stable")
    batches = []
    end = len(order)
    while end > 0:  # longest first, so that the width of a batch is known when it is cut
        width = rounded_width(int(lengths[order[end - 1]]))
        n_rows = min(max_rows, max(1, max_tokens // width))
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

    ``vectors=True`` looks the attached embedding up, batch by batch, so that frozen vectors are
    never materialised for the whole collection. ``width`` fixes the number of steps for networks
    that cannot do without.
    """

    def __init__(self, X: Sequences, *, vectors: bool = False, width: int | None = None):
        self._offsets = X.offsets
        self._embedding = X.embedding if vectors else None
        self._values = X.codes if vectors else X.values
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

    def batch(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return right-padded steps (B, T) or (B, T, F) and lengths (B,) of ``rows``.

        An empty sequence counts as one step, ``<unk>`` or zeros, so that it gets a score.
        """
        positions, _ = gather_steps(self._offsets, rows)
        values = self._values[positions]
        if self._embedding is not None:
            values = self._embedding.vectors(values)
        lengths = self.lengths[rows]
        width = self.width_of(rows)
        out = np.zeros((len(rows), width, *values.shape[1:]), values.dtype)  # (B, T[, F])
        out[np.arange(width) < lengths[:, None]] = values
        empty = lengths == 0
        if empty.any() and out.ndim == 2:
            out[empty, 0] = UNKNOWN_ID
        return out, np.maximum(lengths, 1).astype(np.int32)

    def padding_waste(self, batches: list[np.ndarray]) -> float:
        """Return the share of computed steps that are padding."""
        computed = sum(len(rows) * self.width_of(rows) for rows in batches)
        real = sum(int(self.lengths[rows].sum()) for rows in batches)
        return 1.0 - real / max(1, computed)
