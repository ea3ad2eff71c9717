"""Checks of training itself: weights, going on, stopping early, what is recorded."""

from __future__ import annotations

import pickle
from inspect import signature
from typing import Any

import numpy as np
from sklearn.metrics import log_loss

from ._data import CheckData, is_recognizer
from ._helpers import (
    NO_DROPOUT,
    ensure,
    ensure_differ,
    ensure_same,
    fit,
    fitted,
    outputs,
    prepared,
)


# -------------------------------------------------------------------------- weights
def check_weight_two_equals_two_rows(estimator: Any, data: CheckData) -> None:
    """In one full batch, a sample of weight 2 counts as two samples."""
    rows = np.append(np.arange(len(data)), 0)
    weight = np.ones(len(data))
    weight[0] = 2.0
    _compare_weighted(estimator, data, weight, data.take(rows), "Weight 2 is not two rows")


def check_zero_weight_equals_no_row(estimator: Any, data: CheckData) -> None:
    """In one full batch, samples of weight 0 count as none."""
    weight = np.ones(len(data))
    weight[:4] = 0.0
    _compare_weighted(estimator, data, weight, data.take(slice(4, None)), "Weight 0 is not no row")


def _compare_weighted(
    estimator: Any, data: CheckData, weight: np.ndarray, same: CheckData, message: str
) -> None:
    # Mini-batches would hold other samples together; in one batch the weights must be exact.
    settings = {"batch_size": len(data) + 1, "epochs": 3, **NO_DROPOUT}
    weighted = fit(prepared(estimator, **settings), data, sample_weight=weight)
    expected = fitted(estimator, same, **settings)
    if hasattr(expected, "loss_curve_"):
        curves = np.array(weighted.loss_curve_), np.array(expected.loss_curve_)
        ensure_same(*curves, f"{message}: loss_curve_", atol=1e-4)
    ensure_same(outputs(weighted, data.X), outputs(expected, data.X), message, atol=1e-4)


# ------------------------------------------------------------------------- going on
def _first_chunk(model: Any, data: CheckData) -> Any:
    if data.y is None:
        return model.partial_fit(data.X)
    if "classes" not in signature(model.partial_fit).parameters:
        return model.partial_fit(data.X, data.y)
    labels = sorted(set("".join(data.y))) if is_recognizer(model) else data.labels
    return model.partial_fit(data.X, data.y, classes=labels)


def check_partial_fit_goes_on(estimator: Any, data: CheckData) -> None:
    """Each ``partial_fit`` adds an epoch to what was learned before."""
    model = _first_chunk(prepared(estimator), data)
    before = outputs(model, data.X)
    ensure(len(model.loss_curve_) == 1, f"loss_curve_ is {model.loss_curve_} after one call.")
    model.partial_fit(data.X, data.y)
    ensure(len(model.loss_curve_) == 2, f"loss_curve_ is {model.loss_curve_} after two calls.")
    ensure_differ(outputs(model, data.X), before, "The second partial_fit learned nothing.")


def check_partial_fit_resumes_from_pickle(estimator: Any, data: CheckData) -> None:
    """Training that was pickled in between comes to the same end."""
    straight = _first_chunk(prepared(estimator), data)
    resumed = pickle.loads(pickle.dumps(straight))
    for model in (straight, resumed):
        model.partial_fit(data.X, data.y)
    expected = outputs(straight, data.X)
    ensure_same(outputs(resumed, data.X), expected, "Training resumes otherwise from a pickle")


def check_warm_start_goes_on(estimator: Any, data: CheckData) -> None:
    """With ``warm_start``, two fits of two epochs are one fit of four."""
    model = fitted(estimator, data, epochs=2, warm_start=True)
    fit(model, data)
    straight = fitted(estimator, data, epochs=4)
    ensure(len(model.loss_curve_) == 4, f"loss_curve_ has {len(model.loss_curve_)} epochs, not 4.")
    expected = outputs(straight, data.X)
    ensure_same(outputs(model, data.X), expected, "warm_start differs from one fit", atol=1e-5)


# ----------------------------------------------------------------- stopping, records
def check_early_stopping_keeps_best_epoch(estimator: Any, data: CheckData) -> None:
    """The weights kept are those of the epoch with the best validation score."""
    labels = np.unique(data.y)
    wrong = np.where(data.y == labels[0], labels[1], labels[0])  # so that training soon harms
    y_val = np.where(np.arange(len(data)) % 3 == 0, data.y, wrong)
    settings = {"epochs": 30, "early_stopping": True, "n_iter_no_change": 2}
    model = fit(prepared(estimator, **settings), data, X_val=data.X, y_val=y_val)
    scores = np.array(model.validation_scores_)
    ensure(len(scores) < 30, "Training did not stop, though the validation score fell.")
    score = model.score(data.X, y_val)
    ensure(np.isclose(score, scores.max()), f"{score} was kept, the best of {scores} was not.")
    kept = log_loss(y_val, model.predict_proba(data.X), labels=model.classes_)
    best = np.array(model.history_["val_loss"])[np.isclose(scores, scores.max())]
    ensure(np.isclose(best, kept, atol=1e-4).any(), f"The loss kept is {kept}, the best {best}.")


def check_validation_share_is_held_out(estimator: Any, data: CheckData) -> None:
    """Without ``X_val``, early stopping holds samples out and records a score an epoch."""
    model = fitted(estimator, data, epochs=3, early_stopping=True, validation_fraction=0.25)
    n_scores = len(model.validation_scores_)
    ensure(n_scores == model.n_iter_, f"{n_scores} scores for {model.n_iter_} epochs.")


def check_training_is_recorded(estimator: Any, data: CheckData) -> None:
    """``n_iter_``, ``loss_curve_`` and ``history_`` tell of every epoch."""
    model = fitted(estimator, data, epochs=3)
    ensure(model.n_iter_ == 3, f"n_iter_ is {model.n_iter_} after 3 epochs.")
    ensure(len(model.loss_curve_) == 3, f"loss_curve_ is {model.loss_curve_}.")
    ensure(np.isfinite(model.loss_curve_).all(), f"loss_curve_ is {model.loss_curve_}.")
    ensure(model.history_["loss"] == model.loss_curve_, "history_ and loss_curve_ differ.")
    ensure(model.validation_scores_ is None, "validation_scores_ without validation.")
    ensure(model.n_features_in_ >= 1, f"n_features_in_ is {model.n_features_in_}.")
