"""One vector for each sequence: mean or maximum over its steps."""

from __future__ import annotations

import numpy as np

from ..sequences import Sequences
from ._embedding import Embedding

_CHUNK = 1 << 20  # numbers of looked-up vectors at a time (4 MB, the size of a cache)

_REDUCERS = {"mean": np.add, "max": np.maximum}


def pool(sequences: Sequences, embedding: Embedding, pooling: str) -> np.ndarray:
    """Return float32 of shape (n_samples, n_features); an empty sequence gives zeros."""
    pooled = np.zeros((len(sequences), embedding.n_features), np.float32)
    offsets, lengths = sequences.offsets, sequences.lengths
    rows = np.flatnonzero(lengths)  # those with steps; their codes are contiguous
    steps_at_a_time = max(1, _CHUNK // embedding.n_features)
    chunk_of_row = offsets[rows] // steps_at_a_time
    for chunk in np.split(rows, np.flatnonzero(np.diff(chunk_of_row)) + 1):
        if not len(chunk):
            continue
        start, end = offsets[chunk[0]], offsets[chunk[-1] + 1]
        vectors = embedding.vectors(sequences.codes[start:end])
        pooled[chunk] = _REDUCERS[pooling].reduceat(vectors, offsets[chunk] - start, axis=0)
    if pooling == "mean":
        pooled /= np.maximum(lengths, 1)[:, None].astype(np.float32)
    return pooled
