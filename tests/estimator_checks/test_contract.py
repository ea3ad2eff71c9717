"""The contract suite over all estimators, and proof that it can fail."""

from __future__ import annotations

import os

import numpy as np
import pytest
from instances import (
    DEEP_CLASSIFIERS,
    FORECASTERS,
    INSTANCES,
    SPEECH,
    TAGGERS,
    expected_failures,
    is_sibling,
)
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_consistent_length, check_is_fitted

from skseq.estimator_checks import check_estimator, parametrize_with_checks, yield_checks
from skseq.inputs.sequence_like import as_sequences

ALL = [*INSTANCES, *TAGGERS, *FORECASTERS, *SPEECH]


@parametrize_with_checks(
    [estimator for estimator in ALL if not is_sibling(estimator)],
    expected_failed_checks=expected_failures,
)
def test_estimator_keeps_contract(estimator, check):
    check(estimator)


@pytest.mark.slow
@parametrize_with_checks(
    [estimator for estimator in ALL if is_sibling(estimator)],
    expected_failed_checks=expected_failures,
)
def test_estimator_with_another_cell_keeps_contract(estimator, check):
    check(estimator)


@pytest.mark.parametrize(
    "name",
    [
        "check_padding_is_invisible_in_predict",
        "check_padding_is_invisible_in_fit",
        "check_neighbours_do_not_matter",
        "check_short_sequences_are_scored",
        "check_neighbours_do_not_matter_of_features",
        "check_batch_size_invariance",
        "check_partial_fit_resumes_from_pickle",
        "check_warm_start_goes_on",
    ],
)
@pytest.mark.parametrize(
    "estimator", DEEP_CLASSIFIERS, ids=["self_attention", "attention", "mean_max"]
)
def test_deep_classifier_keeps_contract(estimator, name):
    run_check(estimator, name)


def run_check(estimator, name):
    checks = {check.__name__: check for check in yield_checks(estimator)}
    checks[name](estimator)


# ------------------------------------------------------------- the suite can fail
class TokenCounter(ClassifierMixin, BaseEstimator):
    """Naive Bayes over token counts: keeps the contract without any network."""

    def __init__(self, alpha=1):
        self.alpha = alpha

    def fit(self, X, y, sample_weight=None):
        sequences = as_sequences(X)
        check_consistent_length(sequences, y)
        self.classes_, labels = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError("y holds only one class.")
        weight = np.ones(len(labels)) if sample_weight is None else np.asarray(sample_weight)
        self.n_tokens_ = int(sequences.values.max()) + 1
        self.counts_ = np.zeros((len(self.classes_), self.n_tokens_))
        for ids, label, w in zip(sequences, labels, weight, strict=True):
            np.add.at(self.counts_[label], ids, w)
        self.log_p_ = np.log(self.counts_ + self.alpha)
        self.log_p_ -= np.log(np.exp(self.log_p_).sum(axis=1, keepdims=True))
        return self

    def predict_proba(self, X):
        check_is_fitted(self)
        sequences = as_sequences(X)
        largest = int(sequences.values.max(initial=0))
        if largest >= self.n_tokens_:
            raise ValueError(f"The id {largest} was not seen in fit.")
        scores = np.array([self.log_p_[:, ids].sum(axis=1) for ids in sequences])
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        return odds / odds.sum(axis=1, keepdims=True)

    def predict(self, X):
        probabilities = self.predict_proba(X)
        return self.classes_[probabilities.argmax(axis=1)]


class ParameterWriter(TokenCounter):
    def fit(self, X, y, sample_weight=None):
        self.alpha = float(self.alpha)
        return super().fit(X, y, sample_weight)


class GlobalSeeder(TokenCounter):
    def fit(self, X, y, sample_weight=None):
        np.random.seed(0)
        return super().fit(X, y, sample_weight)


class PaddingReader(TokenCounter):
    def predict_proba(self, X):
        width = np.asarray(as_sequences(X)).shape[1]
        return super().predict_proba(X) * (1 - 1 / width) + 1 / width / len(self.classes_)


class Talker(TokenCounter):
    def fit(self, X, y, sample_weight=None):
        os.write(2, b"fitting\n")
        return super().fit(X, y, sample_weight)


class ColumnSwapper(TokenCounter):
    def predict_proba(self, X):
        return super().predict_proba(X)[:, ::-1]

    def predict(self, X):
        return self.classes_[super().predict_proba(X).argmax(axis=1)]


class Rememberer(TokenCounter):
    def fit(self, X, y, sample_weight=None):
        before = getattr(self, "log_p_", 0.0)
        super().fit(X, y, sample_weight)
        self.log_p_ = self.log_p_ + before
        return self


class InputSorter(TokenCounter):
    def fit(self, X, y, sample_weight=None):
        if isinstance(X, list):
            X[0].sort(reverse=True)
        return super().fit(X, y, sample_weight)


class WeightIgnorer(TokenCounter):
    def fit(self, X, y, sample_weight=None):
        return super().fit(X, y)


def test_healthy_estimator_passes_every_check():
    results = check_estimator(TokenCounter())
    assert {result["status"] for result in results} == {"passed"}
    assert len(results) > 25


@pytest.mark.parametrize(
    ("broken", "name", "message"),
    [
        (ParameterWriter(), "check_fit_keeps_params", "alpha"),
        (GlobalSeeder(), "check_global_random_state_untouched", "global random generator"),
        (PaddingReader(), "check_padding_is_invisible_in_predict", "Zeros on the left"),
        (PaddingReader(), "check_neighbours_do_not_matter", "longer neighbour"),
        (Talker(), "check_silent", "fitting"),
        (ColumnSwapper(), "check_probabilities_follow_classes", "most probable"),
        (Rememberer(), "check_refit_forgets_first_fit", "Refit differs"),
        (InputSorter(), "check_inputs_not_modified", "changed its input"),
        (WeightIgnorer(), "check_weight_two_equals_two_rows", "not two rows"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, TokenCounter) else None,
)
def test_broken_estimator_is_caught(broken, name, message):
    with pytest.raises(AssertionError, match=message):
        run_check(broken, name)


# ------------------------------------------------------------------ how it reports
class TalkingWriter(ParameterWriter, Talker):
    """Fails two checks."""


@pytest.fixture(scope="module")
def results():
    """What is reported of an estimator that fails one check as expected and one besides."""
    reasons = {"check_fit_keeps_params": "known", "check_fit_returns_self": "wrongly thought"}
    found = check_estimator(TalkingWriter(), on_fail=None, expected_failed_checks=reasons)
    return {result["check_name"]: result for result in found}


def test_check_estimator_reports_status_of_each_check(results):
    expected = {
        "check_fit_keeps_params": "xfail",
        "check_fit_returns_self": "xpass",
        "check_silent": "failed",
        "check_clone_is_equal": "passed",
    }
    assert {name: results[name]["status"] for name in expected} == expected


def test_check_estimator_reports_exception_and_reason(results):
    found = results["check_fit_keeps_params"]
    assert found["expected_to_fail_reason"] == "known"
    assert "alpha" in str(found["exception"])
    assert results["check_clone_is_equal"]["exception"] is None


def test_check_estimator_raises_at_first_failure():
    with pytest.raises(AssertionError, match="alpha"):
        check_estimator(ParameterWriter())


def test_check_estimator_with_expected_failure_goes_on():
    reasons = {"check_fit_keeps_params": "known"}
    with pytest.raises(AssertionError, match="printed"):
        check_estimator(TalkingWriter(), expected_failed_checks=reasons)


def test_check_estimator_with_own_samples_uses_them():
    X = [[i % 2 + 1, 3] for i in range(24)]
    y = np.array([0, 1] * 12)
    results = check_estimator(TokenCounter(), X=X, y=y)
    assert {result["status"] for result in results} == {"passed"}


def test_check_estimator_with_class_asks_for_instance():
    with pytest.raises(TypeError, match=r"TokenCounter\(\)"):
        check_estimator(TokenCounter)
