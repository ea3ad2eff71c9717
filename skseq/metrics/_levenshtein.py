"""Levenshtein distances of many pairs of sequences at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

# Limit of a batch: 8 MB of distances, and a few other arrays of that size.
_MAX_CELLS = 2**21


def levenshtein(first: Sequence[Any], second: Sequence[Any]) -> np.ndarray:
    """Return the smallest number of edits between the sequences of each pair.

    An edit inserts, deletes or replaces one character of a str or one token of a list.

    Parameters
    ----------
    first, second : sequence of n_pairs str or lists of hashable tokens
        Both of one length.

    Returns
    -------
    ndarray of int64, shape (n_pairs,)

    References
    ----------
    V. I. Levenshtein, "Binary codes capable of correcting deletions, insertions, and reversals",
    Soviet Physics Doklady 10(8), 1966, 707-710.

    Examples
    --------
    >>> from skseq.metrics._levenshtein import levenshtein
    >>> levenshtein(["kitten", ""], ["sitting", "ab"])
    array([3, 2])
    """
    distances = np.zeros(len(first), dtype=np.int64)
    # The distance is symmetric: the loop is over the shorter sequence of each pair.
    pairs = [(i, *sorted(pair, key=len)) for i, pair in enumerate(zip(first, second, strict=True))]
    for batch in _batches([pair for pair in pairs if pair[1] != pair[2]]):
        places, short, long = zip(*batch, strict=True)
        distances[list(places)] = _batch_distances(*_encode(short, long))
    return distances


def _batches(pairs: list[tuple[int, Any, Any]]) -> Iterator[list[tuple[int, Any, Any]]]:
    """Group pairs of similar lengths, so that little is padded and a batch fits in memory."""
    pairs = sorted(pairs, key=lambda pair: len(pair[2]))
    start = 0
    for stop in range(1, len(pairs) + 1):
        full = stop < len(pairs) and (stop + 1 - start) * (len(pairs[stop][2]) + 1) > _MAX_CELLS
        if full or stop == len(pairs):
            # Those with few steps come first: _batch_distances removes them from the top.
            yield sorted(pairs[start:stop], key=lambda pair: len(pair[1]))
            start = stop


def _encode(
    short: Sequence[Any], long: Sequence[Any]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return padded codes and lengths of both sides; equal symbols have equal codes."""
    codes: dict[Any, int] = {}

    def to_codes(text: Any) -> np.ndarray:
        if isinstance(text, str):  # "surrogatepass": half a surrogate pair is a character too
            return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<i4")
        return np.array([codes.setdefault(token, len(codes)) for token in text], dtype=np.int32)

    def pad(texts: Sequence[Any]) -> tuple[np.ndarray, np.ndarray]:
        lengths = np.array([len(text) for text in texts])
        padded = np.zeros((len(texts), lengths.max()), dtype=np.int32)
        for row, text in zip(padded, texts, strict=True):
            row[: len(text)] = to_codes(text)
        return padded, lengths

    return *pad(short), *pad(long)


def _batch_distances(
    short: np.ndarray, n_short: np.ndarray, long: np.ndarray, n_long: np.ndarray
) -> np.ndarray:
    """Fill the tables of all pairs row by row, one row for each symbol of the shorter sequence.

    With d[i, j] the distance of the first i symbols of ``short`` and the first j of ``long``, a
    row is kept as e[j] = d[i, j] - j. An insertion, d[i, j] <= d[i, j - 1] + 1, is then
    e[j] <= e[j - 1]: the row is a running minimum and needs no loop over j. Padding is to the right
    of and below the needed cell, and has no effect on it.
    """
    distances = np.empty(len(short), dtype=np.int64)
    e = np.zeros((len(long), long.shape[1] + 1), dtype=np.int32)
    done = 0
    for i in range(short.shape[1] + 1):
        if i:
            replaced = e[:, :-1] - (short[done:, i - 1 : i] == long[done:])
            e += 1  # a deletion
            np.minimum(e[:, 1:], replaced, out=e[:, 1:])
            np.minimum.accumulate(e, axis=1, out=e)
        n_done = int(np.searchsorted(n_short, i, side="right")) - done
        if n_done:
            ends = n_long[done : done + n_done]
            distances[done : done + n_done] = e[np.arange(n_done), ends] + ends
            e, done = e[n_done:], done + n_done
    return distances
