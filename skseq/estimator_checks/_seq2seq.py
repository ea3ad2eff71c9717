"""Checks for models from documents to documents."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.model_selection import GridSearchCV

from ..metrics import exact_match_scorer
from ._data import CheckData
from ._helpers import ensure, ensure_same, expected_error, fitted, prepared


def check_score_is_share_of_exact_matches(estimator: Any, data: CheckData) -> None:
    """``score`` counts what ``predict`` gets right."""
    model = fitted(estimator, data, epochs=20)
    expected = float(np.mean(model.predict(data.X) == data.y))
    ensure(np.isclose(model.score(data.X, data.y), expected), "score is no share of matches.")
    ensure(expected > 0.2, f"After 20 epochs only {expected:.0%} of the training pairs are right.")


def check_best_of_k_is_the_prediction(estimator: Any, data: CheckData) -> None:
    """``predict_top_k`` begins with what ``predict`` finds with as many beams, best first."""
    model = fitted(estimator, data)
    best = model.predict(data.X, num_beams=3).tolist()
    rows, scores = model.predict_top_k(data.X, 3, return_scores=True)
    ensure([row[0] for row in rows] == best, "predict_top_k does not begin with the prediction.")
    ensure(all((np.diff(score) <= 0).all() for score in scores), "Scores are not sorted.")


def check_ranks_are_probabilities(estimator: Any, data: CheckData) -> None:
    """What beams are ranked by is what ``score_samples`` says of their texts."""
    model = fitted(estimator, data).set_params(length_penalty=0.0)
    longest = max(map(len, data.y))
    settings = {"max_length": longest, "return_scores": True}
    rows, scores = model.predict_top_k(data.X[:4], 3, **settings)
    X = [data.X[i] for i, row in enumerate(rows) for _ in row]
    texts = [text for row in rows for text in row]
    # As many tokens as are allowed, or fewer characters: only the latter are finished for sure.
    is_short = np.array([len(text) < longest for text in texts])
    found, ranks = model.score_samples(X, texts), np.concatenate(scores)
    ensure_same(found[is_short], ranks[is_short], "Ranks are no log-probabilities", atol=1e-3)


def check_longest_answer_is_said(estimator: Any, data: CheckData) -> None:
    """An answer that ``max_length`` cuts off is flagged, and as long as that."""
    model = fitted(estimator, data)
    texts, finished = model.predict(data.X, max_length=1, return_finished=True)
    ensure(finished.shape == (len(data),), f"finished has the shape {finished.shape}.")
    whole = model.predict(data.X)
    ensure(all(b.startswith(a) for a, b in zip(texts, whole, strict=True)), "Cut texts differ.")
    ensure((finished == (texts == whole)).all(), "What was cut off is not flagged, or more is.")


def check_empty_documents_raise(estimator: Any, data: CheckData) -> None:
    """Empty sources and, in training, empty targets raise an error that says which."""
    X, y = list(data.X), np.array(data.y, object)
    with expected_error(ValueError, r"X\[1\]", "An empty source"):
        prepared(estimator).fit([X[0], "", *X[2:]], y)
    y[2] = ""
    with expected_error(ValueError, r"y\[2\]", "An empty target"):
        prepared(estimator).fit(X, y)
    with expected_error(ValueError, r"X\[0\]", "An empty source after fit"):
        fitted(estimator, data).predict(["", X[0]])


def check_wrong_documents_raise(estimator: Any, data: CheckData) -> None:
    """Documents that are not text raise an error that says which."""
    with expected_error(TypeError, r"X\[1\] is int", "A number as source"):
        prepared(estimator).fit([data.X[0], 3, *data.X[2:]], data.y)
    with expected_error(TypeError, r"y\[0\] is NoneType", "None as target"):
        prepared(estimator).fit(data.X, [None, *data.y[1:]])


def check_unseen_tokens_are_read(estimator: Any, data: CheckData) -> None:
    """Tokens never seen are read as unknown, and longer documents than ever are read too."""
    model = fitted(estimator, data)
    X = [data.X[0] + " §§", " ".join(data.X)]
    ensure(all(isinstance(text, str) for text in model.predict(X)), "Predictions are no texts.")


def check_grid_search_of_pairs(estimator: Any, data: CheckData) -> None:
    """A search by score and by scorer runs over folds whose vocabularies differ."""
    grid = {"epochs": [1, 20]}
    for scoring in (None, exact_match_scorer):
        search = GridSearchCV(prepared(estimator), grid, cv=2, scoring=scoring, error_score="raise")
        search.fit(data.X, data.y)
        ensure(np.isfinite(search.cv_results_["mean_test_score"]).all(), "Scores are not finite.")
