"""Peers of classifiers."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.multiclass import type_of_target

from .folds import splits_of
from .naive_bayes import NaiveBayesLinear
from .problem import SampleProblem, timed
from .summaries import Summaries
from .terms import TermWeights, is_text

_C = 10.0  # TF-IDF rows have length 1, for which less regularisation is usual


class ClassificationProblem(SampleProblem):
    """One class a sample, or the indicator matrix of several."""

    def __init__(self, X: Any, y: Any, cv: Any, seed: int):
        y = np.asarray(y)
        kind = type_of_target(y)
        if kind not in ("binary", "multiclass", "multilabel-indicator"):
            raise ValueError(
                f"y is {kind} for scikit-learn, but task='classification' needs a class for each "
                "sample, or an indicator matrix of labels; pass another task=, or such a y."
            )
        self._is_multilabel = kind == "multilabel-indicator"
        if not self._is_multilabel:
            y = y.ravel()
            if len(np.unique(y)) < 2:
                only = y[:1].tolist()[0]
                raise ValueError(f"y holds only {only!r}; at least two classes are needed.")
        folds = "shuffled" if self._is_multilabel else "stratified"
        splits = splits_of(cv, len(y), X, y, kind=folds, seed=seed)
        for i, (train, _) in enumerate(splits):
            if not self._is_multilabel and len(np.unique(y[train])) < 2:
                only = y[train].tolist()[0]
                raise ValueError(
                    f"Fold {i} has only {only!r} to fit on; pass samples of at least two classes "
                    "for each fold, or another cv."
                )
        super().__init__(X, y, splits, y)
        if self._is_multilabel:
            self.metrics = {"micro_f1": True, "subset_accuracy": True}
            self.peers = _multilabel_peers(X, seed)
        else:
            self.metrics = {"accuracy": True, "log_loss": False}
            self.peers = _peers(X, seed)

    def measure(self, model: Any, X: Any, y: Any) -> tuple[dict[str, float], float]:
        found, seconds = timed(model.predict, X)
        if self._is_multilabel:
            f1 = f1_score(y, found, average="micro", zero_division=0)
            scores = {"micro_f1": f1, "subset_accuracy": accuracy_score(y, found)}
        else:
            scores = {"accuracy": accuracy_score(y, found), "log_loss": _log_loss(model, X, y)}
        return {name: float(score) for name, score in scores.items()}, seconds


def _log_loss(model: Any, X: Any, y: np.ndarray) -> float:
    """Return the mean log-loss in nats, NaN without probabilities; an unseen class costs most."""
    if not hasattr(model, "predict_proba"):
        return np.nan
    proba = np.asarray(model.predict_proba(X), dtype=np.float64)
    places = {label: i for i, label in enumerate(np.asarray(model.classes_).tolist())}
    columns = np.array([places.get(label, -1) for label in y.tolist()])
    own = np.where(columns >= 0, proba[np.arange(len(y)), columns], 0.0)
    return float(-np.log(np.clip(own, np.finfo(np.float64).eps, 1.0)).mean())


def _peers(X: Any, seed: int) -> dict[str, Any]:
    """Return the peers of classes."""
    constant = DummyClassifier(strategy="prior")
    if is_text(X):
        return {
            "most frequent class": constant,
            "TF-IDF + logistic regression": make_pipeline(
                TermWeights(), LogisticRegression(C=_C, max_iter=1000)
            ),
            "NB-SVM": make_pipeline(TermWeights(binary=True), NaiveBayesLinear()),
        }
    return {
        "most frequent class": constant,
        "forest on summaries": make_pipeline(
            Summaries(), RandomForestClassifier(random_state=seed)
        ),
    }


def _multilabel_peers(X: Any, seed: int) -> dict[str, Any]:
    """Return the peers of indicator matrices."""
    constant = DummyClassifier(strategy="prior")
    if is_text(X):
        one_vs_rest = OneVsRestClassifier(LogisticRegression(C=_C, max_iter=1000))
        return {
            "most frequent labels": constant,
            "TF-IDF + logistic regression": make_pipeline(TermWeights(), one_vs_rest),
        }
    one_vs_rest = OneVsRestClassifier(LogisticRegression(max_iter=1000))
    return {
        "most frequent labels": constant,
        "logistic regression on summaries": make_pipeline(
            Summaries(), StandardScaler(), one_vs_rest
        ),
        "forest on summaries": make_pipeline(
            Summaries(), RandomForestClassifier(random_state=seed)
        ),
    }
