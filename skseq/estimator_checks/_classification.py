"""Checks for classifiers: labels, probabilities, class weights."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from ..preprocessing import Tokenizer
from ._data import CheckData, documents_data, ids_data, unseen_label
from ._helpers import ensure, ensure_same, expected_error, fit, fitted, prepared


def check_probabilities_follow_classes(estimator: Any, data: CheckData) -> None:
    """Rows sum to 1; the largest column, in the order of ``classes_``, is the predicted label."""
    model = fitted(estimator, data, epochs=4)
    _ensure_probabilities(model, data)
    if hasattr(model, "predict_log_proba"):
        logs = np.exp(model.predict_log_proba(data.X))
        ensure_same(logs, model.predict_proba(data.X), "predict_log_proba is no logarithm")


def check_three_classes(estimator: Any, data: CheckData) -> None:
    """More than two classes work like two, and numbers and strings may be labels."""
    three = ids_data(n_classes=3)
    model = fitted(estimator, three)
    _ensure_probabilities(model, three)
    numbers = np.searchsorted(np.unique(three.y), three.y) * 10 - 10
    other = fitted(estimator, CheckData(three.X, numbers))
    ensure(other.classes_.tolist() == [-10, 0, 10], f"classes_ is {other.classes_}.")
    expected = model.predict_proba(three.X)
    ensure_same(other.predict_proba(three.X), expected, "The names of labels matter")


def _ensure_probabilities(model: Any, data: CheckData) -> None:
    labels = np.unique(data.y)
    ensure(np.array_equal(model.classes_, labels), f"classes_ is {model.classes_}, y has {labels}.")
    p = model.predict_proba(data.X)
    ensure(p.shape == (len(data), len(labels)), f"predict_proba has shape {p.shape}.")
    ensure((p >= 0).all() and np.allclose(p.sum(axis=1), 1), "Probabilities must sum to 1.")
    predicted = model.predict(data.X)
    ensure(predicted.dtype == labels.dtype, f"Labels come back as {predicted.dtype}.")
    ensure(np.array_equal(labels[p.argmax(axis=1)], predicted), "predict is not the most probable.")


def check_overfits_eight_samples(estimator: Any, data: CheckData) -> None:
    """Eight samples can be learned by heart."""
    eight = data.take(slice(8))
    accuracy = fitted(estimator, eight, epochs=60).score(eight.X, eight.y)
    ensure(accuracy == 1.0, f"The accuracy on eight samples after 60 epochs is {accuracy}, not 1.")


def check_one_class_raises(estimator: Any, data: CheckData) -> None:
    """A y with one class only raises an error that says so."""
    y = np.full(len(data), data.y[0])
    with expected_error(ValueError, "class", "One class only"):
        fit(prepared(estimator), CheckData(data.X, y))


def check_y_of_other_length_raises(estimator: Any, data: CheckData) -> None:
    """A y shorter than X raises an error that says so."""
    with expected_error(ValueError, "inconsistent|length|number of samples", "A shorter y"):
        fit(prepared(estimator), CheckData(data.X, data.y[:-1]))


def check_unseen_label_in_validation_raises(estimator: Any, data: CheckData) -> None:
    """A label that only ``y_val`` has raises an error that names it."""
    y_val = data.y.astype(object)
    y_val[0] = unseen_label(data.y)
    y_val = np.array(y_val.tolist())
    with expected_error(ValueError, str(y_val[0]), "A label unseen in y"):
        fit(prepared(estimator), data, X_val=data.X, y_val=y_val)


def check_balanced_helps_the_rare_class(estimator: Any, data: CheckData) -> None:
    """Where X says nothing, ``class_weight="balanced"`` makes the rare class more probable."""
    n_rare = len(data) // 6
    labels = np.unique(data.y)
    y = np.where(np.arange(len(data)) < n_rare, labels[0], labels[1])
    alike = CheckData([data.X[0]] * len(data), y)
    rare = {
        class_weight: fitted(estimator, alike, epochs=10, class_weight=class_weight).predict_proba(
            alike.X
        )[:, 0]
        for class_weight in (None, "balanced")
    }
    plain, balanced = rare[None].mean(), rare["balanced"].mean()
    ensure(
        balanced > plain + 0.1,
        f"The rare class has probability {plain:.3f}, with class_weight='balanced' {balanced:.3f}.",
    )


def check_multilabel_indicator(estimator: Any, data: CheckData) -> None:
    """An indicator matrix gives one probability per column and an indicator matrix back."""
    Y = np.array([[token in sequence for token in (4, 5, 8)] for sequence in data.X], dtype=int)
    model = fitted(estimator, CheckData(data.X, Y), epochs=4)
    p, predicted = model.predict_proba(data.X), model.predict(data.X)
    ensure(
        p.shape == Y.shape and predicted.shape == Y.shape,
        "Multilabel outputs have one column a label.",
    )
    ensure(((p >= 0) & (p <= 1)).all(), "Probabilities must lie between 0 and 1.")
    ensure(np.array_equal(predicted, p >= 0.5), "predict is not the probable labels.")


def check_grid_search(estimator: Any, data: CheckData) -> None:
    """Behind a Tokenizer in a Pipeline it can be searched over."""
    documents = documents_data()
    pipeline = make_pipeline(Tokenizer(), prepared(estimator))
    step = pipeline.steps[-1][0]
    grid: dict[str, list[Any]] = {"tokenizer__lowercase": [True]}
    if "epochs" in estimator.get_params(deep=False):
        grid[f"{step}__epochs"] = [1, 2]
    search = GridSearchCV(pipeline, grid, cv=2, error_score="raise")
    search.fit(documents.X, documents.y)
    ensure(0 <= search.best_score_ <= 1, f"best_score_ is {search.best_score_}.")
    ensure(len(search.predict(documents.X)) == len(documents), "The search predicts otherwise.")
