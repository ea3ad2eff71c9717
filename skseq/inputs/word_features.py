"""What the spelling of words tells: their letters and their shape, as inputs of a network.

Everything is a function of the distinct token, so it is
computed once for each and looked up for the steps of a batch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np

from ..sequences import Sequences
from ..vocabulary import SPECIAL_TOKENS, UNKNOWN_ID, Vocabulary

MAX_CHARACTERS = 20
# Characters of one single word are as good as unknown ones: what an unknown one means is learned.
_MIN_WORDS = 2
N_CASING = 10
# Tokens of this mean length are words.
_WORD_LENGTH = 2.5


def has_spelling(vocabulary: Vocabulary | None) -> bool:
    """Whether tokens are words, and not single characters or the like."""
    if vocabulary is None:
        return False
    lengths = [len(token) for token in _ordinary(vocabulary)]
    return bool(lengths) and sum(lengths) >= _WORD_LENGTH * len(lengths)


def has_capitals(vocabulary: Vocabulary | None) -> bool:
    """Whether any token has a capital, that is, whether they were not made lower case."""
    tokens = () if vocabulary is None else _ordinary(vocabulary)
    return any(token != token.lower() for token in tokens)


class WordFeatures:
    """Character ids and shapes of tokens.

    Parameters
    ----------
    vocabulary : Vocabulary
        The tokens of the training data, spelled as in the text.
    characters : bool
        Whether to give the characters of each token.
    casing : bool
        Whether to give the casing features of each token: capitals, digits, hyphens and the like.
    """

    def __init__(self, vocabulary: Vocabulary, *, characters: bool, casing: bool):
        self.casing = casing
        self.characters: Vocabulary | None = None
        if characters:
            counts = Counter(c for token in _ordinary(vocabulary) for c in set(token))
            frequent = sorted(c for c, n in counts.items() if n >= _MIN_WORDS)
            self.characters = Vocabulary(frequent)

    def __setstate__(self, state: dict[str, Any]) -> None:
        if "shapes" in state:  # its name in files of version 0.1
            state = {**state, "casing": state.pop("shapes")}
        self.__dict__.update(state)

    def arguments(self) -> dict[str, int]:
        """Return what the network needs to know about these inputs."""
        found = {"n_casing": N_CASING} if self.casing else {}
        if self.characters is not None:
            found["n_characters"] = len(self.characters)
        return found

    def tables(self, X: Sequences) -> list[np.ndarray]:
        """Return, for each input, its value for every code of ``X``: shapes, then characters."""
        assert X.vocabulary is not None
        tokens = (*X.vocabulary.tokens, *X.unseen_tokens)
        tables = [casing_features(tokens)] if self.casing else []
        if self.characters is not None:
            tables.append(self._character_ids(tokens))
        for table in tables:
            table[: len(SPECIAL_TOKENS)] = 0
        return tables

    def _character_ids(self, tokens: tuple[str, ...]) -> np.ndarray:
        """Return ids (n_tokens, MAX_CHARACTERS); of longer tokens both ends count."""
        assert self.characters is not None
        half = MAX_CHARACTERS // 2
        ids = np.zeros((len(tokens), MAX_CHARACTERS), np.int32)
        known = {c: i for i, c in enumerate(self.characters)}
        for row, token in zip(ids, tokens, strict=True):
            if len(token) > MAX_CHARACTERS:
                token = token[:half] + token[-half:]
            row[: len(token)] = [known.get(c, UNKNOWN_ID) for c in token]
        return ids


def casing_features(tokens: Iterable[str]) -> np.ndarray:
    """Return the shape of each token as float32 zeros and ones (n_tokens, N_CASING)."""
    rows = [
        (
            token.islower(),
            token.isupper(),
            token[:1].isupper(),
            any(c.isupper() for c in token[1:]),
            token.isdigit(),
            any(c.isdigit() for c in token),
            token.isalpha(),
            "-" in token,
            "." in token or "'" in token,
            not any(c.isalnum() for c in token),
        )
        for token in tokens
    ]
    return np.array(rows, np.float32).reshape(-1, N_CASING)


def lower_case_rows(vocabulary: Vocabulary) -> dict[str, int]:
    """Return a row of an embedding for each token in lower case, the first ones special."""
    rows: dict[str, int] = {}
    for token in _ordinary(vocabulary):
        rows.setdefault(token.lower(), len(rows) + len(SPECIAL_TOKENS))
    return rows


def rows_of_codes(X: Sequences, rows: dict[str, int]) -> np.ndarray:
    """Return the row of :func:`lower_case_rows` for every code of ``X``, 1 for unknown tokens."""
    assert X.vocabulary is not None
    tokens = (*_ordinary(X.vocabulary), *X.unseen_tokens)
    found = [rows.get(token.lower(), UNKNOWN_ID) for token in tokens]
    return np.array([*range(len(SPECIAL_TOKENS)), *found], np.int32)


def _ordinary(vocabulary: Vocabulary) -> tuple[str, ...]:
    return vocabulary.tokens[len(SPECIAL_TOKENS) :]
