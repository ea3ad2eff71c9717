"""Sequences of any hashable symbols as ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np

from ..sequences import Sequences
from ..vocabulary import END_ID, SPECIAL_TOKENS, START_ID, Vocabulary

_ROWS = (list, np.ndarray)


def as_symbol_rows(X: Any, name: str = "X") -> list[list[Any]]:
    """Return sequences of symbols as lists, a single sequence as a list of one.

    A sequence is a list, an array or a str, whose letters are the symbols. Anything else is a
    symbol, tuples too, so that a flat list of them is one sequence.

    Raises
    ------
    TypeError
        If ``X`` is no collection, mixes symbols with sequences, or holds a symbol without a hash.
    """
    if isinstance(X, str):
        return [list(X)]
    if getattr(X, "ndim", 1) == 2 and hasattr(X, "iloc"):
        X = X.iloc[:, 0] if X.shape[1] == 1 else None
    if isinstance(X, (dict, set, bytes)) or not isinstance(X, Iterable):
        raise TypeError(
            f"{name} is {type(X).__name__}; expected a list of sequences, each a list of symbols."
        )
    rows = list(X)
    are_rows = [isinstance(row, (*_ROWS, str)) for row in rows]
    if any(are_rows) and not all(are_rows):
        i = are_rows.index(not are_rows[0])
        raise TypeError(
            f"{name}[{i}] is {type(rows[i]).__name__} and {name}[0] {type(rows[0]).__name__}; "
            "expected sequences (lists, arrays, str) only, or symbols only for one sequence."
        )
    if not any(are_rows):
        rows = [rows]
    found = [row.tolist() if isinstance(row, np.ndarray) else list(row) for row in rows]
    for i, row in enumerate(found):
        for j, symbol in enumerate(row):
            if not isinstance(symbol, Hashable):
                raise TypeError(
                    f"{name}[{i}][{j}] is {type(symbol).__name__}, which has no hash; use a tuple."
                )
            row[j] = symbol.item() if isinstance(symbol, np.generic) else symbol
    return found


class SymbolDocuments:
    """Learns a vocabulary of symbols and turns sequences into ids between start and end, and back.

    Parameters
    ----------
    max_tokens : int or None
        Greatest size of the vocabulary, the 4 special tokens included; the most frequent stay.
    min_count : int
        Symbols that occur fewer times are left out.

    Attributes
    ----------
    vocabulary_ : Vocabulary
        The most frequent symbols first, ties in the order they came.
    """

    vocabulary_: Vocabulary

    def __init__(self, max_tokens: int | None, min_count: int):
        self._max_tokens, self._min_count = max_tokens, min_count

    def fit_transform(self, X: Any) -> Sequences:
        """Learn the vocabulary and return the ids."""
        rows = as_symbol_rows(X)
        counts = Counter(symbol for row in rows for symbol in row)
        reserved = [symbol for symbol in SPECIAL_TOKENS if symbol in counts]
        if reserved:
            raise ValueError(f"X holds the symbols {reserved}, which are reserved; rename them.")
        most = None if self._max_tokens is None else self._max_tokens - len(SPECIAL_TOKENS)
        kept = [s for s, count in counts.most_common(most) if count >= self._min_count]
        if not kept:
            raise ValueError(
                f"The vocabulary is empty: of {len(counts)} distinct symbols none remains. Pass "
                "sequences with symbols, or lower min_count."
            )
        self.vocabulary_ = Vocabulary(kept)
        return self._encode(rows)

    def transform(self, X: Any, name: str = "X") -> Sequences:
        """Return the ids; symbols outside the vocabulary stay apart as unseen tokens."""
        return self._encode(as_symbol_rows(X, name))

    def documents(self, X: Any, name: str = "X") -> list[list[Any]]:
        """Return one sequence or several as a list."""
        return as_symbol_rows(X, name)

    def is_single(self, X: Any) -> bool:
        """Whether X is one sequence rather than a collection."""
        if isinstance(X, str) or not isinstance(X, Iterable):
            return isinstance(X, str)
        return not any(isinstance(row, (*_ROWS, str)) for row in X)

    def pieces(self, symbols: Iterable[Any], prompt: Any, before: Any) -> Iterable[Any]:
        """Yield what each symbol adds: itself."""
        return symbols

    def join(self, prompt: Any, pieces: Iterable[Any]) -> list[Any]:
        """Return a prompt with what follows it."""
        return [*prompt, *pieces]

    def _encode(self, rows: list[list[Any]]) -> Sequences:
        known = self.vocabulary_
        unseen = dict.fromkeys(s for row in rows for s in row if s not in known)
        unseen |= dict.fromkeys(s for row in rows for s in row if s in SPECIAL_TOKENS)
        codes = {s: len(known) + i for i, s in enumerate(unseen)}
        ids = [[START_ID, *(codes.get(s, known.get(s)) for s in row), END_ID] for row in rows]
        return Sequences.from_lists(ids, vocabulary=known, unseen_tokens=tuple(unseen))
