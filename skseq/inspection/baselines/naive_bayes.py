"""NB-SVM: a linear classifier on terms that are weighted as naive Bayes would weigh them."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression


class NaiveBayesLinear(ClassifierMixin, BaseEstimator):
    """Logistic regression on binary counts times log-count ratios, each class against the rest.

    The linear classifier of [1]_ is a support vector machine; logistic regression on the same
    numbers is as good and has probabilities.

    Parameters
    ----------
    alpha : float, default=1.0
        What is added to each count.
    C : float, default=1.0
        Inverse strength of the regularisation.

    References
    ----------
    .. [1] Wang and Manning, "Baselines and Bigrams: Simple, Good Sentiment and Topic
       Classification", ACL 2012.
    """

    def __init__(self, alpha: float = 1.0, C: float = 1.0):
        self.alpha = alpha
        self.C = C

    def fit(self, X: Any, y: Any) -> Self:
        """Fit one classifier for each class, or one for two classes."""
        self.classes_ = np.unique(y)
        positive = self.classes_[1:] if len(self.classes_) == 2 else self.classes_
        self.parts_ = []
        for label in positive:
            is_label = np.asarray(y) == label
            ratio = self._ratio(X[is_label], X[~is_label])
            model = LogisticRegression(C=self.C, max_iter=1000).fit(X.multiply(ratio), is_label)
            self.parts_.append((ratio, model))
        return self

    def _ratio(self, inside: Any, outside: Any) -> np.ndarray:
        """Return the log-count ratio of each term, (n_terms,)."""
        shares = []
        for part in (inside, outside):
            counts = self.alpha + np.asarray(part.sum(axis=0), dtype=np.float64).ravel()
            shares.append(np.log(counts / counts.sum()))
        return shares[0] - shares[1]

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return probabilities (n_samples, n_classes); of several classes made to sum to 1."""
        each = [model.predict_proba(X.multiply(ratio))[:, 1] for ratio, model in self.parts_]
        if len(each) == 1:
            return np.column_stack([1 - each[0], each[0]])
        found = np.column_stack(each)
        return found / found.sum(axis=1, keepdims=True)

    def predict(self, X: Any) -> np.ndarray:
        """Return the most probable class of each sample."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]
