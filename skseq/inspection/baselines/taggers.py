"""Simple taggers: the most frequent tag, a CRF and a classifier on windows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator

from .window_features import number_windows, word_windows


class MostFrequentTag(BaseEstimator):
    """Give each token its most frequent tag, and one never seen that of all tokens.

    X is a list of sequences of tokens with a hash, y a list of as many lists of tags.
    """

    def fit(self, X: Sequence[Sequence[Hashable]], y: Sequence[Sequence[Any]]) -> Self:
        """Count the tags of each token."""
        counts: dict[Hashable, Counter] = defaultdict(Counter)
        for tokens, tags in zip(X, y, strict=True):
            for token, tag in zip(tokens, tags, strict=True):
                counts[token][tag] += 1
        self.best_ = {token: tags.most_common(1)[0][0] for token, tags in counts.items()}
        self.other_ = Counter(tag for tags in y for tag in tags).most_common(1)[0][0]
        return self

    def predict(self, X: Sequence[Sequence[Hashable]]) -> list[list[Any]]:
        """Return the tags of each sequence."""
        return [[self.best_.get(token, self.other_) for token in tokens] for tokens in X]


class WindowCRF(BaseEstimator):
    """A linear CRF of the package sklearn-crfsuite on windows of words.

    Parameters
    ----------
    spelling : bool, default=True
        Whether features tell how words are written.
    """

    def __init__(self, spelling: bool = True):
        self.spelling = spelling

    def fit(self, X: Sequence[Sequence[str]], y: Sequence[Sequence[Any]]) -> Self:
        """Train on sequences of tokens and their tags; empty ones are left out."""
        from sklearn_crfsuite import CRF

        options = {"c1": 0.1, "c2": 0.1, "max_iterations": 100}
        # The CRF knows tags as str only.
        self.tags_ = {str(tag): tag for tags in y for tag in tags}
        full = [i for i, tokens in enumerate(X) if len(tokens)]
        self.model_ = CRF(algorithm="lbfgs", all_possible_transitions=True, **options)
        self.model_.fit(
            [word_windows(X[i], self.spelling) for i in full],
            [[str(tag) for tag in y[i]] for i in full],
        )
        return self

    def predict(self, X: Sequence[Sequence[str]]) -> list[list[Any]]:
        """Return the best tags of each sequence."""
        found = self.model_.predict([word_windows(words, self.spelling) for words in X])
        return [[self.tags_[str(tag)] for tag in tags] for tags in found]


class WindowLogistic(BaseEstimator):
    """Logistic regression of each step on the window around it.

    Parameters
    ----------
    numbers : bool, default=False
        Whether X is a list of arrays (n_steps, n_features) rather than of lists of str.
    spelling : bool, default=True
        Whether features tell how words are written.
    """

    def __init__(self, numbers: bool = False, spelling: bool = True):
        self.numbers = numbers
        self.spelling = spelling

    def fit(self, X: Sequence[Any], y: Sequence[Sequence[Any]]) -> Self:
        """Train on all steps at once."""
        from sklearn.dummy import DummyClassifier
        from sklearn.feature_extraction import DictVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        tags = [tag for row in y for tag in row]
        self.tags_ = list(dict.fromkeys(tags))  # tags as they are: an array would make all str
        places = {tag: i for i, tag in enumerate(self.tags_)}
        reading = StandardScaler() if self.numbers else DictVectorizer()
        logistic = LogisticRegression(max_iter=1000) if len(places) > 1 else DummyClassifier()
        self.model_ = make_pipeline(reading, logistic)
        self.model_.fit(self._steps(X), [places[tag] for tag in tags])
        return self

    def predict(self, X: Sequence[Any]) -> list[list[Any]]:
        """Return the tags of each sequence."""
        lengths = [len(row) for row in X]
        if not sum(lengths):
            return [[] for _ in X]
        flat = [self.tags_[place] for place in self.model_.predict(self._steps(X))]
        ends = np.cumsum(lengths)
        return [flat[end - n : end] for n, end in zip(lengths, ends.tolist(), strict=True)]

    def _steps(self, X: Sequence[Any]) -> Any:
        """Return the features of the steps of all sequences, one after the other."""
        if self.numbers:
            return np.concatenate([number_windows(steps) for steps in X])
        return [step for words in X for step in word_windows(words, self.spelling)]
