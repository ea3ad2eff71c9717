"""Checks for taggers: one label for each step, lists in and lists out."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from ..preprocessing import Tokenizer
from ._data import CheckData, documents_data, tagged, unseen_label
from ._helpers import ensure, ensure_same, expected_error, fit, fitted, outputs, prepared


# -------------------------------------------------------------------- what comes out
def check_one_label_per_step(estimator: Any, data: CheckData) -> None:
    """Every sequence gets as many labels of ``y`` as it has steps, and as many probabilities."""
    model = fitted(estimator, data, epochs=4)
    labels = data.labels.tolist()
    ensure(model.classes_.tolist() == labels, f"classes_ is {model.classes_}, y has {labels}.")
    predicted = model.predict(data.X)
    _ensure_lengths(predicted, data.X)
    strange = {label for row in predicted for label in row} - set(labels)
    ensure(not strange, f"predict gives the labels {strange}, which y does not hold.")
    if not hasattr(model, "predict_proba"):
        return
    for i, (p, row) in enumerate(zip(model.predict_proba(data.X), predicted, strict=True)):
        ensure(p.shape == (len(row), len(labels)), f"predict_proba: {i}: shape {p.shape}.")
        right = (p >= 0).all() and np.allclose(p.sum(axis=1), 1)
        ensure(right, f"predict_proba: {i}: the probabilities of a step must sum to 1.")


def _ensure_lengths(predicted: Any, X: Any) -> None:
    ensure(isinstance(predicted, list), f"predict returns {type(predicted).__name__}, not a list.")
    lengths, expected = [len(row) for row in predicted], [len(sequence) for sequence in X]
    ensure(lengths == expected, f"Sequences of {expected} steps get {lengths} labels.")
    kinds = {type(row).__name__ for row in predicted}
    ensure(kinds == {"list"}, f"predict returns rows of {kinds}, not lists.")


def check_label_types_are_kept(estimator: Any, data: CheckData) -> None:
    """Texts come back as texts and numbers as numbers, and what labels are called is all one."""
    numbers = {label: 10 * i - 10 for i, label in enumerate(data.labels.tolist())}
    y = [[numbers[label] for label in row] for row in data.y]
    # Numbers belong to no scheme.
    changes = {"constraints": None, "score_metric": "token_accuracy"}
    named, numbered = (
        fitted(estimator, CheckData(data.X, labels), **changes) for labels in (data.y, y)
    )
    for model, expected in ((named, data.y), (numbered, y)):
        kind = type(expected[0][0])
        kinds = {type(label) for row in model.predict(data.X) for label in row}
        ensure(kinds == {kind}, f"Labels of {kind} come back as {kinds}.")
    expected = [[numbers[label] for label in row] for row in named.predict(data.X)]
    ensure_same(numbered.predict(data.X), expected, "The names of labels matter")


def check_empty_sequence_has_no_labels(estimator: Any, data: CheckData) -> None:
    """A sequence without steps gets an empty list, alone and among others."""
    model = fitted(estimator, data)
    first = np.asarray(data.X[0])
    for X in ([first[:0]], [first[:0], first, first[:0]]):
        _ensure_lengths(model.predict(X), X)


def check_short_sequences_are_labelled(estimator: Any, data: CheckData) -> None:
    """Sequences of one step or none can be trained on and do not change what others get."""
    first, labels = np.asarray(data.X[0]), list(data.y[0])
    short = [first[:1], first[:0], first]
    y = [labels[:1], labels[:0], labels, *data.y[3:]]
    model = fitted(estimator, CheckData([*short, *data.X[3:]], y))
    _ensure_lengths(model.predict(short), short)
    expected = outputs(model, short)
    for i in range(3):
        alone = outputs(model, short[i : i + 1])
        ensure_same(alone, expected[i : i + 1], "A short sequence alone", atol=1e-5)


def check_unseen_tokens_are_labelled(estimator: Any, data: CheckData) -> None:
    """Behind a Tokenizer, words never seen get a label each, and texts without words none."""
    model = fit(make_pipeline(Tokenizer(), prepared(estimator)), tagged(documents_data()))
    texts = ["an opera", "a good opera", "", documents_data().X[0]]
    _ensure_lengths(model.predict(texts), [text.split() for text in texts])


def check_equal_lengths_are_labelled_as_an_array(estimator: Any, data: CheckData) -> None:
    """Sequences of equal length give the same as (n_samples, n_steps, n_features) numbers."""
    X, y = np.stack([sequence[:2] for sequence in data.X]), [row[:2] for row in data.y]
    model = fitted(estimator, CheckData(list(X), y))
    expected = outputs(model, list(X))
    for labels in (y, np.array(y)):
        same = fitted(estimator, CheckData(X, labels))
        ensure_same(outputs(same, X), expected, "A 3-D array gives other outputs")


# ------------------------------------------------------------------------ wrong labels
def check_other_number_of_labels_raises(estimator: Any, data: CheckData) -> None:
    """A row with a label too few or too many raises an error with its place and both numbers."""
    n_steps = len(data.X[1])
    for row in (data.y[1][:-1], [*data.y[1], data.y[1][-1]]):
        y = [data.y[0], row, *data.y[2:]]
        pattern = rf"\[1\].*\b{n_steps}\b.*\b{len(row)}\b"
        with expected_error(ValueError, pattern, f"{len(row)} labels for {n_steps} steps"):
            fit(prepared(estimator), CheckData(data.X, y))


def check_flat_labels_raise(estimator: Any, data: CheckData) -> None:
    """One label for each sequence instead of a list raises an error that says what is needed."""
    y = list(range(len(data)))
    with expected_error(ValueError, "list of label", "A flat list of labels"):
        fit(prepared(estimator), CheckData(data.X, y))


def check_unseen_label_of_step_in_validation_raises(estimator: Any, data: CheckData) -> None:
    """A label that only ``y_val`` has raises an error that names it."""
    unseen = unseen_label(data.labels)
    y_val = [[unseen, *data.y[0][1:]], *data.y[1:]]
    with expected_error(ValueError, str(unseen), "A label unseen in y"):
        fit(prepared(estimator), data, X_val=data.X, y_val=y_val)


# ---------------------------------------------------------------------------- training
def check_balanced_helps_the_rare_label(estimator: Any, data: CheckData) -> None:
    """Where X says nothing, ``class_weight="balanced"`` makes the rare label more probable."""
    n_rare, n_steps = len(data) // 6, len(data.X[0])
    labels = data.labels.tolist()[:2]
    y = [[labels[i >= n_rare]] * n_steps for i in range(len(data))]
    alike = CheckData([data.X[0]] * len(data), y)
    rare = {
        class_weight: np.concatenate(
            fitted(estimator, alike, epochs=10, class_weight=class_weight).predict_proba(alike.X)
        )[:, 0]
        for class_weight in (None, "balanced")
    }
    plain, balanced = rare[None].mean(), rare["balanced"].mean()
    ensure(
        balanced > plain + 0.1,
        f"The rare label has probability {plain:.3f}, with class_weight='balanced' {balanced:.3f}.",
    )


def check_zero_weight_step_is_not_learned_from(estimator: Any, data: CheckData) -> None:
    """Whatever the label of a last step without weight is, the same is learned."""
    weight = [np.ones(len(row)) for row in data.y]
    for row in weight[:4]:
        row[-1] = 0.0
    other = [[*row[:-1], data.labels.tolist()[0]] for row in data.y[:4]] + data.y[4:]
    ensure(other != data.y, "The first label must not be the last of the first sequences.")
    one, same = (
        fit(prepared(estimator), CheckData(data.X, y), sample_weight=weight)
        for y in (data.y, other)
    )
    expected = outputs(one, data.X)
    ensure_same(outputs(same, data.X), expected, "The label of a step of weight 0 matters")


def check_early_stopping_keeps_best_epoch_of_labels(estimator: Any, data: CheckData) -> None:
    """The weights kept are those of the epoch with the best validation score."""
    labels, counts = np.unique(np.concatenate(data.y), return_counts=True)
    most = labels.tolist()[counts.argmax()]  # so that training soon harms
    y_val = [row if i % 3 == 0 else [most] * len(row) for i, row in enumerate(data.y)]
    settings = {"epochs": 30, "early_stopping": True, "n_iter_no_change": 2}
    model = fit(prepared(estimator, **settings), data, X_val=data.X, y_val=y_val)
    scores = np.array(model.validation_scores_)
    ensure(len(scores) < 30, "Training did not stop, though the validation score fell.")
    score = model.score(data.X, y_val)
    ensure(np.isclose(score, scores.max()), f"{score} was kept, the best of {scores} was not.")


def check_grid_search_of_labels(estimator: Any, data: CheckData) -> None:
    """Behind a Tokenizer in a Pipeline it can be searched over."""
    documents = tagged(documents_data())
    pipeline = make_pipeline(Tokenizer(), prepared(estimator))
    step = pipeline.steps[-1][0]
    grid: dict[str, list[Any]] = {"tokenizer__lowercase": [True]}
    if "epochs" in estimator.get_params(deep=False):
        grid[f"{step}__epochs"] = [1, 2]
    search = GridSearchCV(pipeline, grid, cv=2, error_score="raise")
    search.fit(documents.X, documents.y)
    ensure(0 <= search.best_score_ <= 1, f"best_score_ is {search.best_score_}.")
    _ensure_lengths(search.predict(documents.X), [text.split() for text in documents.X])
