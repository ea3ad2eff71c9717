"""``Vocabulary``: tokens and their ids.

All transformers, estimators and decoders use it to turn tokens into ids and ids into tokens.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

PAD_ID, UNKNOWN_ID, START_ID, END_ID = 0, 1, 2, 3
PAD, UNKNOWN, START, END = "<pad>", "<unk>", "<s>", "<e>"
SPECIAL_TOKENS = (PAD, UNKNOWN, START, END)


class Vocabulary(Mapping):
    """Immutable two-way mapping between tokens and ids.

    Ids 0 to 3 are always ``<pad>``, ``<unk>``, ``<s>`` (start) and ``<e>`` (end); the given tokens
    have the ids from 4 on, in their order. As a mapping it goes from token to id. ``len`` counts
    the special tokens too, so it is the number of rows of an embedding.

    Parameters
    ----------
    tokens : iterable of str
        The tokens without duplicates, by convention the most frequent first. Special tokens are
        skipped, as they have their ids already.

    Raises
    ------
    ValueError
        If a token occurs twice.

    Examples
    --------
    >>> from skseq import Vocabulary
    >>> vocabulary = Vocabulary(["good", "bad"])
    >>> vocabulary["bad"], len(vocabulary)
    (5, 6)
    >>> vocabulary.to_ids(["good", "ugly"])
    array([4, 1], dtype=int32)
    >>> vocabulary.to_tokens([4, 1])
    ['good', '<unk>']
    """

    __slots__ = ("_ids", "_tokens")

    def __init__(self, tokens: Iterable[str]):
        ordinary = [token for token in tokens if token not in SPECIAL_TOKENS]
        self._tokens: tuple[str, ...] = (*SPECIAL_TOKENS, *ordinary)
        self._ids = {token: i for i, token in enumerate(self._tokens)}
        if len(self._ids) != len(self._tokens):
            twice, _ = Counter(self._tokens).most_common(1)[0]
            raise ValueError(f"Vocabulary got the token {twice!r} twice; each may occur once.")

    def __getitem__(self, token: str) -> int:
        return self._ids[token]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tokens)

    def __len__(self) -> int:
        return len(self._tokens)

    def __contains__(self, token: object) -> bool:
        return token in self._ids

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vocabulary) and self._tokens == other._tokens

    def __hash__(self) -> int:
        return hash(self._tokens)

    def __repr__(self) -> str:
        first = ", ".join(map(repr, self._tokens[4:8]))
        more = ", …" if len(self) > 8 else ""
        return f"Vocabulary({len(self)} tokens: {first}{more})"

    def __reduce__(self):
        # One joined string would be smaller, but tokens may hold any character.
        return Vocabulary, (list(self._tokens[4:]),)

    @property
    def tokens(self) -> tuple[str, ...]:
        """All tokens in the order of their ids, the four special ones first."""
        return self._tokens

    def to_ids(self, tokens: Sequence[str]) -> np.ndarray:
        """Return the ids of ``tokens`` as int32, 1 (``<unk>``) for unknown ones."""
        get = self._ids.get
        return np.fromiter((get(t, UNKNOWN_ID) for t in tokens), np.int32, len(tokens))

    def to_tokens(self, ids: Iterable[int]) -> list[str]:
        """Return the tokens of ``ids``; padding (0) is left out."""
        n = len(self._tokens)
        found = []
        for i in ids:
            if not 0 <= i < n:
                raise ValueError(
                    f"id {i} is outside this vocabulary of {n} tokens (0 to {n - 1}); "
                    "were the ids made by another Tokenizer?"
                )
            if i != PAD_ID:
                found.append(self._tokens[i])
        return found
