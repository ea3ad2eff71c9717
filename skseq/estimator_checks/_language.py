"""Checks for language models: scores that add up, texts that repeat."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.model_selection import GridSearchCV

from ._data import CheckData
from ._helpers import ensure, ensure_same, expected_error, fit, fitted, prepared


def check_scores_are_sums_of_surprisal(estimator: Any, data: CheckData) -> None:
    """``score_samples``, ``score`` and ``perplexity`` follow from the surprisal of each token."""
    model = fitted(estimator, data)
    surprisal = model.surprisal(data.X)
    totals = [-row.sum() for row in surprisal]
    ensure_same(model.score_samples(data.X), totals, "score_samples is no sum", atol=1e-4)
    mean = -np.concatenate(surprisal).mean()
    ensure(np.isclose(model.score(data.X), mean, atol=1e-5), "score is no mean over tokens.")
    perplexity = model.perplexity(data.X)
    ensure(np.isclose(perplexity, np.exp(-mean), rtol=1e-4), "perplexity is not exp(-score).")


def check_scores_are_probabilities_of_next_tokens(estimator: Any, data: CheckData) -> None:
    """The surprisal of a last token is that of ``predict_proba`` after all before it."""
    model = fitted(estimator, data)
    values, tokens = model.surprisal([data.X[0]], return_tokens=True)
    p = model.predict_proba([""])
    ensure(np.allclose(p.sum(axis=1), 1, atol=1e-5), "predict_proba does not sum to 1.")
    first = -np.log(p[0, model.vocabulary_[tokens[0][0]]])
    ensure(np.isclose(values[0][0], first, atol=1e-4), "Scores and probabilities disagree.")


def check_documents_score_alike_in_company(estimator: Any, data: CheckData) -> None:
    """A document scores the same alone and among others."""
    model = fitted(estimator, data)
    together = model.score_samples(data.X)
    alone = [model.score_samples([document])[0] for document in data.X[:4]]
    ensure_same(alone, together[:4], "A document alone scores otherwise", atol=1e-4)


def check_equal_weights_change_nothing(estimator: Any, data: CheckData) -> None:
    """Weights set proportions: all alike, they train like none."""
    model = fit(prepared(estimator), data, sample_weight=np.full(len(data), 3.0))
    expected = fitted(estimator, data).score_samples(data.X)
    ensure_same(model.score_samples(data.X), expected, "Equal weights matter", atol=1e-4)


def check_generation_repeats_with_its_seed(estimator: Any, data: CheckData) -> None:
    """The same ``random_state`` draws the same texts; a stream is what ``generate`` returns."""
    model = fitted(estimator, data)
    settings = {"max_new_tokens": 8, "random_state": 0}
    first, second = (model.generate("", n_samples=3, **settings) for _ in range(2))
    ensure(first == second, "The same random_state generates other texts.")
    ensure(len(first) == 3, f"n_samples=3 gives {len(first)} texts.")
    pieces, text = list(model.stream("", **settings)), model.generate("", **settings)
    streamed = "".join(pieces) if isinstance(text, str) else pieces
    ensure(streamed == text, "stream and generate differ.")


def check_unseen_tokens_are_scored_but_no_prompts(estimator: Any, data: CheckData) -> None:
    """A token never seen makes a document unlikely; as a prompt it is an error."""
    model = fitted(estimator, data)
    scores = model.score_samples([data.X[0], data.X[0] + " §§"])
    ensure(np.isfinite(scores).all(), f"Documents with unseen tokens score {scores}.")
    ensure(scores[1] < scores[0], "Unseen tokens make a document no less likely.")
    with expected_error(ValueError, "not seen in fit", "a prompt with unseen tokens"):
        model.generate("§§")


def check_grid_search_of_documents(estimator: Any, data: CheckData) -> None:
    """A search by the default score runs over folds whose vocabularies differ."""
    search = GridSearchCV(prepared(estimator), {"epochs": [1, 6]}, cv=2, error_score="raise")
    search.fit(data.X)
    ensure(search.best_params_ == {"epochs": 6}, f"The best is {search.best_params_}.")
