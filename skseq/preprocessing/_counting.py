"""From documents to ids in one pass, and from ids to a vocabulary by frequency.

The tokens of a document are dropped after its turn. What stays is one int32 per token and one
string per distinct token. All ids of a process are in one buffer, which NumPy processes in pieces,
so nothing else grows with the number of tokens. Only the parts of several processes exist twice
while they are joined.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from joblib import effective_n_jobs
from sklearn.utils.parallel import Parallel, delayed

from ..vocabulary import END_ID, PAD_ID, SPECIAL_TOKENS, START_ID, UNKNOWN_ID, Vocabulary
from ._splitting import Splitter

_DROPPED = PAD_ID  # the code of a stop word until it is removed; false, and of no other token
_PIECE = 2**16  # codes that NumPy processes at a time; as indices it copies them to int64


class Encoded(NamedTuple):
    """Codes of all documents, flat: ids, or ``len(vocabulary) + k`` for ``unseen[k]``."""

    codes: np.ndarray  # (total_tokens,) int32
    offsets: np.ndarray  # (n_documents + 1,) int64
    unseen: list[str]


class _TokenCodes(dict):
    """Mapping of tokens to codes; a new token gets its id, or the next free code.

    Only the first occurrence of a token calls ``__missing__``. All others are one dictionary
    access, which ``map`` does without running any Python code.
    """

    def __init__(self, vocabulary: Mapping[str, int], stop_words: frozenset[str]):
        self.known = vocabulary
        self.stop_words = stop_words
        self.unseen: list[str] = []

    def __missing__(self, token: Any) -> int:
        if not isinstance(token, str):
            raise TypeError(
                f"A token must be a str, got {type(token).__name__} ({token!r:.40}); "
                "the tokenizer must return a list of str."
            )
        token = str(token)  # not numpy's str_, which pickles large
        self[token] = code = self._code_of(token)
        return code

    def _code_of(self, token: str) -> int:
        if token in self.stop_words:
            return _DROPPED
        if token in SPECIAL_TOKENS:  # text that holds "<pad>" must not get a special id
            return UNKNOWN_ID
        code = self.known.get(token)
        if code is None:
            code = len(self.known) + len(self.unseen)
            self.unseen.append(token)
        return code


def encode(
    documents: list[Any],
    splitter: Splitter,
    vocabulary: Vocabulary,
    add_start_end: bool = False,
    n_jobs: int | None = None,
) -> Encoded:
    """Return the codes of all documents; the result does not depend on ``n_jobs``."""
    n_chunks = min(effective_n_jobs(n_jobs), len(documents))
    if n_chunks == 1:
        return _encode_chunk(documents, splitter, vocabulary, add_start_end)
    edges = np.linspace(0, len(documents), n_chunks + 1).astype(int)
    parts = Parallel(n_jobs=n_jobs)(
        delayed(_encode_chunk)(documents[start:end], splitter, vocabulary, add_start_end)
        for start, end in pairwise(edges)
    )
    return _merge(parts, len(vocabulary))


def _encode_chunk(
    documents: list[Any], splitter: Splitter, vocabulary: Vocabulary, add_start_end: bool
) -> Encoded:
    tokens_of = splitter.build()
    token_codes = _TokenCodes(vocabulary, splitter.stop_words)
    code_of = token_codes.__getitem__
    before, after = ([START_ID], [END_ID]) if add_start_end else ([], [])
    # Space for a token per character, or per item of a list. Pages never written to need no memory,
    # whereas a buffer that grows is copied at times, and then exists twice.
    codes = np.empty(sum(map(len, documents)) + 2 * len(documents), np.int32)
    offsets = np.zeros(len(documents) + 1, np.int64)
    n_codes = 0
    for i, document in enumerate(documents, 1):
        row: Iterator[int] = map(code_of, tokens_of(document))
        if splitter.stop_words:
            row = filter(None, row)
        encoded = array("i", [*before, *row, *after])
        offsets[i] = end = n_codes + len(encoded)
        if end > len(codes):  # a tokenizer of the user may return more tokens than characters
            codes.resize(2 * end, refcheck=False)
        codes[n_codes:end] = encoded
        n_codes = end
    codes.resize(n_codes, refcheck=False)
    return Encoded(codes, offsets, token_codes.unseen)


def _merge(parts: list[Encoded], n_tokens: int) -> Encoded:
    """Join chunks; the unseen tokens are in the order of one pass over all documents."""
    places: dict[str, int] = {}
    codes = np.concatenate([part.codes for part in parts])
    offsets = [np.zeros(1, np.int64)]
    for part in parts:
        unseen = [places.setdefault(token, len(places)) for token in part.unseen]
        table = np.concatenate([np.arange(n_tokens), n_tokens + np.array(unseen, np.int64)])
        start = offsets[-1][-1]
        recode(codes[start : start + len(part.codes)], table)
        offsets.append(part.offsets[1:] + start)
    return Encoded(codes, np.concatenate(offsets), list(places))


def select_tokens(
    encoded: Encoded, min_count: int, max_tokens: int | None
) -> tuple[list[str], np.ndarray, list[str]]:
    """Choose the vocabulary of a corpus that was encoded with an empty vocabulary.

    Returns
    -------
    kept : list of str
        The tokens of the vocabulary, most frequent first, ties in alphabetical order.
    table : ndarray of shape (4 + n_distinct,)
        The code that replaces each code of ``encoded``.
    unseen : list of str
        The tokens that are too rare, in order of their first appearance.
    """
    n_special = len(SPECIAL_TOKENS)
    tokens = encoded.unseen
    counts = np.zeros(n_special + len(tokens), np.int64)
    for piece in _pieces(encoded.codes):
        np.add.at(counts, piece, 1)
    counts = counts[n_special:]
    order = np.array(sorted(range(len(tokens)), key=tokens.__getitem__), np.int64)
    order = order[np.argsort(-counts[order], kind="stable")]
    order = order[: np.count_nonzero(counts >= min_count)]
    if max_tokens is not None:
        order = order[: max_tokens - n_special]
    rare = np.ones(len(tokens), bool)
    rare[order] = False
    table = np.arange(n_special + len(tokens), dtype=np.int32)
    table[n_special + order] = n_special + np.arange(len(order))
    table[n_special:][rare] = n_special + len(order) + np.arange(np.count_nonzero(rare))
    return [tokens[i] for i in order], table, [tokens[i] for i in np.flatnonzero(rare)]


def recode(codes: np.ndarray, table: np.ndarray) -> None:
    """Replace each code ``c`` by ``table[c]``, in place."""
    for piece in _pieces(codes):
        piece[:] = table[piece]


def _pieces(codes: np.ndarray) -> Iterator[np.ndarray]:
    return (codes[start : start + _PIECE] for start in range(0, len(codes), _PIECE))
