"""The table of vectors of a vocabulary: one row per id, also for tokens without a vector."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .._seeding import generator
from ..vocabulary import PAD_ID, SPECIAL_TOKENS
from ._vectors import VectorSource


def build_table(
    source: VectorSource, tokens: Sequence[str], oov: str, normalize: bool, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the table (4 + n_tokens, n_features) and whether each token had a vector.

    ``tokens`` are those after the special tokens; row 0 stays zeros.
    """
    rows, is_found = source.rows(tokens)
    if not np.isfinite(rows).all():
        bad = tokens[int(np.argmin(np.isfinite(rows).all(axis=1)))]
        raise ValueError(f"The vector of {bad!r} contains NaN or infinity.")
    n_special = len(SPECIAL_TOKENS)
    table = np.zeros((n_special + len(tokens), rows.shape[1]), np.float32)
    table[n_special:] = rows
    has_vector = np.concatenate([np.zeros(n_special, bool), is_found])
    if normalize:
        normalise_rows(table)
    _fill_missing(table, has_vector, oov, seed)
    if oov == "subword":
        missing = np.flatnonzero(~is_found)
        table[n_special + missing] = source.subword_rows([tokens[i] for i in missing.tolist()])
    if normalize:
        normalise_rows(table)
    table[PAD_ID] = 0
    return table, is_found


def extra_rows(
    source: VectorSource, tokens: list[str], oov: str, normalize: bool, unknown: np.ndarray
) -> np.ndarray:
    """Return the vectors of tokens outside the vocabulary, ``unknown`` for those without one."""
    rows, has_vector = source.rows(tokens)
    missing = np.flatnonzero(~has_vector)
    if oov == "subword" and len(missing):
        rows[missing] = source.subword_rows([tokens[i] for i in missing])
        has_vector[:] = True
    if normalize:
        normalise_rows(rows)
    rows[~has_vector] = unknown
    return rows


def _fill_missing(table: np.ndarray, has_vector: np.ndarray, oov: str, seed: int) -> None:
    if oov == "zeros" or not has_vector.any():
        return
    known = table[has_vector]
    if oov == "random":
        shape = (np.count_nonzero(~has_vector), table.shape[1])
        table[~has_vector] = generator(seed).normal(0.0, known.std(), shape)
    else:  # with "subword" this stays for the special tokens only
        table[~has_vector] = known.mean(axis=0)


def normalise_rows(rows: np.ndarray) -> None:
    """Scale each row to length 1, in place; zeros stay zeros."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    np.divide(rows, norms, out=rows, where=norms > 0)
