"""Vectors given by the user, or learned from the training documents with gensim."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from ..sequences import Sequences
from ..vocabulary import SPECIAL_TOKENS
from ._vectors import VectorSource, open_vectors

# One worker, because gensim's result depends on the order in which its threads finish. FastText's
# own 2,000,000 n-gram buckets would take 800 MB.
_DEFAULTS: dict[str, dict[str, Any]] = {
    "word2vec": {"vector_size": 100, "min_count": 1, "epochs": 5, "workers": 1},
    "fasttext": {
        "vector_size": 100,
        "min_count": 1,
        "epochs": 5,
        "workers": 1,
        "bucket": 100_000,
    },
}


class _Sentences:
    """The documents as lists of tokens, which gensim reads several times."""

    def __init__(self, sequences: Sequences):
        assert sequences.vocabulary is not None
        self.sequences = sequences
        tokens = (*sequences.vocabulary.tokens, *sequences.unseen_tokens)
        self.tokens = np.array(tokens, dtype=object)

    def __iter__(self) -> Iterator[list[str]]:
        codes, offsets = self.sequences.codes, self.sequences.offsets
        for start, end in pairwise(offsets):
            document = codes[start:end]
            yield self.tokens[document[document >= len(SPECIAL_TOKENS)]].tolist()


def open_or_learn(
    vectors: Any,
    sequences: Sequences,
    train_params: dict[str, Any] | None,
    seed: int,
    whole: bool,
) -> VectorSource:
    """Return the source of the given vectors, or of newly learned ones."""
    if isinstance(vectors, str) and vectors in _DEFAULTS:
        return open_vectors(_learn(vectors, sequences, train_params or {}, seed))
    if train_params is not None:
        raise ValueError(
            "train_params are for vectors='word2vec' or 'fasttext'; these vectors are given. "
            "Leave train_params out."
        )
    return open_vectors(vectors, whole=whole)


def _learn(learner: str, sequences: Sequences, train_params: dict[str, Any], seed: int) -> Any:
    """Return gensim's KeyedVectors, learned from the tokens of ``sequences``."""
    try:
        from gensim.models import FastText, Word2Vec
    except ImportError as error:
        raise ImportError(
            f"vectors={learner!r} needs gensim; install it: pip install gensim."
        ) from error
    model_class = Word2Vec if learner == "word2vec" else FastText
    parameters = {**_DEFAULTS[learner], "seed": seed % 2**31, **train_params}
    return model_class(sentences=_Sentences(sequences), **parameters).wv
