"""Checks for recognisers: a string for each sequence, however its steps divide into symbols."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.model_selection import GridSearchCV

from ._data import CheckData
from ._helpers import ensure, ensure_same, expected_error, fit, fitted, prepared


def check_learns_eight_transcripts(estimator: Any, data: CheckData) -> None:
    """Eight transcripts can be learned by heart."""
    eight = data.take(slice(8))
    score = fitted(estimator, eight, epochs=80).score(eight.X, eight.y)
    ensure(score == 1.0, f"1 − the error rate on eight samples after 80 epochs is {score}.")


def check_symbols_of_steps_are_probabilities(estimator: Any, data: CheckData) -> None:
    """Each step has a probability for each symbol and for the blank."""
    model = fitted(estimator, data)
    found = model.predict_log_proba(data.X)
    for x, log_probs in zip(data.X, found, strict=True):
        shape = (len(x), len(model.symbols_) + 1)
        ensure(log_probs.shape == shape, f"Steps have the shape {log_probs.shape}, not {shape}.")
        ensure(np.allclose(np.exp(log_probs).sum(axis=1), 1), "Probabilities must sum to 1.")


def check_ranks_are_log_likelihoods(estimator: Any, data: CheckData) -> None:
    """With many beams, what transcripts are ranked by is what ``score_samples`` says of them."""
    model = fitted(estimator, data, epochs=10)
    few = data.take(slice(4))
    rows, ranks = model.predict_top_k(few.X, 30, return_scores=True)
    best = [row[0] for row in rows]
    found = model.score_samples(few.X, best)
    ensure_same(np.array([rank[0] for rank in ranks]), found, "Ranks differ", atol=1e-3)
    ensure(all((np.diff(rank) <= 0).all() for rank in ranks), "Ranks are not sorted.")


def check_wrong_transcripts_raise(estimator: Any, data: CheckData) -> None:
    """Transcripts too long, of another kind or with unknown symbols raise errors that say so."""
    y = list(data.y)
    with expected_error(ValueError, r"y\[1\].*steps", "A transcript longer than its sequence"):
        fit(prepared(estimator), CheckData(data.X, [y[0], "ab" * 50, *y[2:]]))
    with expected_error(TypeError, r"y\[1\]", "A number as transcript"):
        fit(prepared(estimator), CheckData(data.X, [y[0], 3, *y[2:]]))
    with expected_error(ValueError, "symbol", "Empty transcripts only"):
        fit(prepared(estimator), CheckData(data.X, [""] * len(y)))
    model = fitted(estimator, data)
    with expected_error(ValueError, "é", "An unknown symbol"):
        model.score_samples(data.X, ["é", *y[1:]])


def check_nothing_is_a_transcript(estimator: Any, data: CheckData) -> None:
    """Empty transcripts can be learned, and nothing is recognised in an empty sequence."""
    y = ["", *list(data.y)[1:]]
    model = fitted(estimator, CheckData(data.X, y))
    ensure(np.isfinite(model.loss_curve_).all(), f"loss_curve_ is {model.loss_curve_}.")
    ensure(model.predict([np.zeros((0, 2)), data.X[0]])[0] == "", "Nothing has a transcript.")


def check_search_of_transcripts(estimator: Any, data: CheckData) -> None:
    """It can be searched over."""
    search = GridSearchCV(prepared(estimator), {"epochs": [1, 2]}, cv=2, error_score="raise")
    search.fit(data.X, list(data.y))
    ensure(np.isfinite(search.cv_results_["mean_test_score"]).all(), "Scores are not finite.")
