"""Stop sequences: tokens that end a row, also when tokens arrive one by one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ._checks import check_id, check_id_list

Stops = list[tuple[int, ...]]  # the longest first


class StopMatcher:
    """State of the search for stop sequences in rows of tokens that arrive one by one.

    A token is released when it cannot be part of a stop sequence any more, so that streamed output
    never shows the beginning of one. A row that ends with a stop sequence is finished, and has
    released all tokens before it. If it ends with several, the longest counts.

    Parameters
    ----------
    stop : list of sequences of int
        Each has at least one token id; the list may be empty.
    n_rows : int
        The number of rows, B.

    Raises
    ------
    TypeError
        If ``stop`` is not a list of sequences of integers.
    ValueError
        If a sequence is empty or has a negative id.

    Examples
    --------
    >>> from skseq.decoding import StopMatcher
    >>> matcher = StopMatcher([[7, 7]], n_rows=2)
    >>> matcher.push([1, 7])
    ([[1], []], array([False, False]))
    >>> matcher.push([7, 7])
    ([[], []], array([False,  True]))
    >>> matcher.push([2, 3])
    ([[7, 2], []], array([False,  True]))
    """

    def __init__(self, stop: Any, n_rows: int):
        self._stops = check_stops(stop)
        self._beginnings = {s[:n] for s in self._stops for n in range(1, len(s))}
        self._members = {token for s in self._stops for token in s}
        self._held: list[list[int]] = [[] for _ in range(n_rows)]
        self._finished = np.zeros(n_rows, bool)

    def push(self, tokens: Iterable[int]) -> tuple[list[list[int]], np.ndarray]:
        """Take the next token of every row.

        Parameters
        ----------
        tokens : iterable of int, length B
            Those of finished rows are ignored.

        Returns
        -------
        released : list of B lists of int
            The tokens that are now known to be output, oldest first.
        finished : ndarray of bool, shape (B,)
            Which rows have ended, now or before.
        """
        tokens = tokens.tolist() if isinstance(tokens, np.ndarray) else list(tokens)
        if not self._stops:
            return [[token] for token in tokens], self._finished.copy()
        released: list[list[int]] = []
        done = self._finished.tolist()
        for row, token in enumerate(tokens):
            if done[row]:
                released.append([])
                continue
            held = [*self._held[row], token]
            n_kept = 0
            if token in self._members:
                n_kept = stop_length(held, self._stops)
                self._finished[row] = n_kept > 0
                n_kept = n_kept or self._beginning(held)
            n_released = len(held) - n_kept
            released.append(held[:n_released])
            self._held[row] = held[n_released:]
        return released, self._finished.copy()

    def flush(self) -> list[list[int]]:
        """Return the tokens held back in rows that did not end, after the last token.

        Returns
        -------
        list of B lists of int
        """
        rest = [[] if d else h for h, d in zip(self._held, self._finished, strict=True)]
        self._held = [[] for _ in rest]
        return rest

    def _beginning(self, tokens: list[int]) -> int:
        """Return how many of the last tokens begin a stop sequence, as many as possible."""
        for n in range(min(len(tokens), len(self._stops[0]) - 1), 0, -1):
            if tuple(tokens[-n:]) in self._beginnings:
                return n
        return 0


def check_stops(stop: Any, end_id: int | None = None) -> Stops:
    """Return all sequences that end a row, the longest first; ``end_id`` is one of length 1."""
    if isinstance(stop, (str, bytes)) or not isinstance(stop, Iterable):
        raise TypeError(f"stop is {stop!r}; expected a list of sequences of token ids.")
    stops = {() if end_id is None else (check_id(end_id, "end_id"),)} - {()}
    for sequence in stop:
        if isinstance(sequence, (str, bytes)) or np.ndim(sequence) != 1:
            raise TypeError(
                f"stop holds {sequence!r}; expected sequences of token ids, as in [[4, 2], [7]]."
            )
        ids = tuple(check_id_list(sequence, "A sequence in stop").tolist())
        if not ids:
            raise ValueError("stop holds an empty sequence; expected at least one token id.")
        stops.add(ids)
    return sorted(stops, key=lambda ids: (-len(ids), ids))


def stop_length(tokens: list[int], stops: Stops) -> int:
    """Return the length of the longest stop sequence that tokens end with; 0 for none."""
    last = tokens[-1]
    for sequence in stops:
        if sequence[-1] == last and tuple(tokens[-len(sequence) :]) == sequence:
            return len(sequence)
    return 0
