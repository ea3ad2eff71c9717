"""Texts of any form, and the weights of their terms."""

from __future__ import annotations

import itertools
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from ...inputs.documents import check_documents
from ...inputs.rows import kind_of
from ...inputs.sequence_like import as_sequences
from ...sequences import Sequences

# Below this number of documents a term that occurs in one of them is kept.
_MANY_DOCUMENTS = 100
# Words of one letter and punctuation count too, other than by scikit-learn's pattern.
_WORDS = r"(?u)\b\w+\b|[^\w\s]"
_LONGEST_OF_WORDS, LONGEST_OF_CHARACTERS = 2, 4


class TermWeights(TransformerMixin, BaseEstimator):
    """Turn texts, lists of tokens or ids into a sparse matrix of the weights of their terms.

    Terms are single words and pairs of words, or runs of up to four characters where no text has
    a blank, such as DNA. Terms in a single document are left out where there are 100 or more
    documents.

    Parameters
    ----------
    binary : bool, default=False
        Whether a weight is 1 for a term that occurs, rather than its TF-IDF with a logarithmic
        term frequency.
    """

    def __init__(self, binary: bool = False):
        self.binary = binary

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn the terms."""
        self.fit_transform(X)
        return self

    def fit_transform(self, X: Any, y: Any = None, **fit_params: Any) -> Any:
        """Learn the terms and return their weights (n_samples, n_terms)."""
        texts = texts_of(X)
        min_df = 2 if len(texts) >= _MANY_DOCUMENTS else 1
        for options in ({"min_df": min_df}, {"min_df": 1}, {"min_df": 1, **_CHARACTERS}):
            self.vectorizer_ = _vectorizer(texts, self.binary, options)
            try:
                return self.vectorizer_.fit_transform(texts)
            except ValueError:  # no term is left
                if isinstance(texts[0], list) and options == {"min_df": 1}:
                    break
        raise ValueError(
            "The samples of a fold hold no text that terms could be made of; leave empty samples "
            "out, or pass a smaller cv."
        )

    def transform(self, X: Any) -> Any:
        """Return the weights (n_samples, n_terms) of the known terms."""
        return self.vectorizer_.transform(texts_of(X))


_CHARACTERS: dict[str, Any] = {"analyzer": "char", "ngram_range": (1, LONGEST_OF_CHARACTERS)}


def _vectorizer(texts: list[Any], binary: bool, options: dict[str, Any]) -> Any:
    """Return the vectorizer that suits texts, or lists of tokens."""
    if isinstance(texts[0], list):
        reading: dict[str, Any] = {"analyzer": pairs_of_tokens}
    elif any(any(map(str.isspace, text)) for text in texts):
        reading = {"token_pattern": _WORDS, "ngram_range": (1, _LONGEST_OF_WORDS)}
    else:  # letters of a genome mean something in their case
        reading = {"lowercase": False, **_CHARACTERS}
    if binary:
        return CountVectorizer(binary=True, **{**reading, **options})
    return TfidfVectorizer(sublinear_tf=True, **{**reading, **options})


def pairs_of_tokens(tokens: list[str]) -> list[tuple[str, ...]]:
    """Return tokens and pairs of neighbouring tokens, which scikit-learn would join by blanks."""
    return [*((token,) for token in tokens), *itertools.pairwise(tokens)]


def is_text(X: Any) -> bool:
    """Whether X holds texts, lists of tokens or ids rather than numbers."""
    kind = kind_of(X)
    if kind in ("texts", "tokens"):
        return True
    if kind in ("array", None):
        return False
    return as_sequences(X).is_ids


def texts_of(X: Any) -> list[Any]:
    """Return texts as str, everything else as lists of tokens, which are str.

    Ids become their tokens where X knows its vocabulary, else their digits.
    """
    if kind_of(X) not in ("texts", "tokens"):
        return tokens_of(as_sequences(X))
    documents = check_documents(X)
    if all(isinstance(document, str) for document in documents):
        return [str(document) for document in documents]
    return [
        document.split() if isinstance(document, str) else [str(token) for token in document]
        for document in documents
    ]


def tokens_of(X: Sequences) -> list[list[str]]:
    """Return the tokens of ids, or their digits if there is no vocabulary."""
    if X.vocabulary is None:
        names = np.arange(X.codes.max(initial=0) + 1).astype(str)
    else:
        names = np.array([*X.vocabulary.tokens, *X.unseen_tokens], dtype=object)
    flat = names[X.codes].tolist()
    bounds = X.offsets.tolist()
    return [flat[a:b] for a, b in itertools.pairwise(bounds)]
