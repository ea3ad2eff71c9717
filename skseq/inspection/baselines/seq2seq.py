"""Peers of models from sequence to sequence."""

from __future__ import annotations

from collections import Counter
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.feature_extraction.text import TfidfVectorizer

from ...inputs.documents import check_documents
from ...metrics import chrf, exact_match
from .folds import splits_of
from .problem import SampleProblem, timed
from .terms import LONGEST_OF_CHARACTERS

_BLOCK = 512  # sources that are compared at once


class Seq2SeqProblem(SampleProblem):
    """A document for each document."""

    def __init__(self, X: Any, y: Any, cv: Any, seed: int):
        check_documents(X)
        targets = _as_one_kind(check_documents(y, name="y"))
        splits = splits_of(cv, len(targets), X, targets, kind="shuffled", seed=seed)
        super().__init__(X, y, splits, targets)
        self.metrics = {"exact_match": True, "chrf": True}
        self.peers = {
            "most frequent target": MostFrequentTarget(),
            "source copied": SourceCopied(),
            "target of the most similar source": MostSimilarSource(),
        }

    def measure(self, model: Any, X: Any, y: Any) -> tuple[dict[str, float], float]:
        found, seconds = timed(model.predict, X)
        true, found = list(y), list(found)
        if isinstance(true[0], str) != isinstance(found[0], str):
            true, found = [_joined(text) for text in true], [_joined(text) for text in found]
        return {"exact_match": exact_match(true, found), "chrf": chrf(true, found)}, seconds


class MostFrequentTarget(BaseEstimator):
    """Predict the most frequent target of all, the first one if several are."""

    def fit(self, X: Any, y: Any) -> Self:
        """Count targets."""
        (self.target_, _), *_ = Counter(map(_hashable, y)).most_common(1)
        return self

    def predict(self, X: Any) -> list[Any]:
        """Return the same target for each source."""
        target = self.target_ if isinstance(self.target_, str) else list(self.target_)
        return [target for _ in check_documents(X)]


class SourceCopied(BaseEstimator):
    """Predict the source itself, as text or tokens like the targets."""

    def fit(self, X: Any, y: Any) -> Self:
        """Look whether targets are texts."""
        self.is_text_ = isinstance(y[0], str)
        return self

    def predict(self, X: Any) -> list[Any]:
        """Return each source."""
        if self.is_text_:
            return [_joined(document) for document in check_documents(X)]
        return [d.split() if isinstance(d, str) else list(d) for d in check_documents(X)]


class MostSimilarSource(BaseEstimator):
    """Predict the target of the most similar source: the cosine of TF-IDF of 1 to 4 characters."""

    def fit(self, X: Any, y: Any) -> Self:
        """Remember all sources and targets."""
        sources = [_joined(document) for document in check_documents(X)]
        self.targets_ = list(y)
        self.vectorizer_ = TfidfVectorizer(
            analyzer="char", ngram_range=(1, LONGEST_OF_CHARACTERS), lowercase=False
        )
        try:
            self.known_ = self.vectorizer_.fit_transform(sources)
        except ValueError as error:  # no character at all
            raise ValueError(
                "All sources of a fold are empty; pass documents with characters."
            ) from error
        return self

    def predict(self, X: Any) -> list[Any]:
        """Return the target of the nearest source, the first one if several are."""
        rows = self.vectorizer_.transform([_joined(document) for document in check_documents(X)])
        found: list[Any] = []
        for start in range(0, rows.shape[0], _BLOCK):
            likeness = np.asarray((rows[start : start + _BLOCK] @ self.known_.T).todense())
            found += [self.targets_[i] for i in likeness.argmax(axis=1).tolist()]
        return found


def _as_one_kind(documents: list[Any]) -> list[Any]:
    """Return documents as str if one is, else as lists."""
    if any(isinstance(document, str) for document in documents):
        return [_joined(document) for document in documents]
    return [list(document) for document in documents]


def _joined(document: Any) -> str:
    """Return a document as text; tokens are joined by blanks."""
    return str(document) if isinstance(document, str) else " ".join(document)


def _hashable(document: Any) -> Any:
    return document if isinstance(document, str) else tuple(document)
