"""Features are standardised by the samples that are trained on, so that units do not matter."""

from __future__ import annotations

import numpy as np
import pytest

from skseq import (
    GRURegressor,
    GRUTagger,
    LSTMClassifier,
    RNNClassifier,
    SelfAttentionClassifier,
    load,
    save,
)
from skseq.inputs.standardization import Standardization

SMALL = {"units": 8, "epochs": 2, "random_state": 0}
UNIT, ORIGIN = np.float32([2.0**10, 2.0**-10]), np.float32([4096.0, 0.0])


@pytest.fixture(scope="module")
def curves():
    """Ragged arrays of two features, a class and a number of each."""
    rng = np.random.default_rng(0)
    X = [rng.normal(size=(n, 2)).astype(np.float32) for n in rng.integers(3, 9, size=40)]
    # Few binary digits, so that another unit and origin lose none of them.
    X = [np.round(x * 64) / 64 for x in X]
    return X, np.arange(40) % 2, np.array([x.sum() for x in X])


def in_other_units(X):
    return [x * UNIT + ORIGIN for x in X]


@pytest.mark.parametrize("kind", [LSTMClassifier, SelfAttentionClassifier, GRURegressor, GRUTagger])
def test_units_do_not_matter(curves, kind):
    X, classes, numbers = curves
    y = {GRURegressor: numbers, GRUTagger: [[c] * len(x) for c, x in zip(classes, X, strict=True)]}
    outputs = []
    for given in (X, in_other_units(X)):
        model = kind(**SMALL).fit(given, y.get(kind, classes))
        predict = model.predict if kind is GRURegressor else model.predict_proba
        outputs.append(np.concatenate([np.ravel(p) for p in predict(given)]))
    np.testing.assert_allclose(*outputs, rtol=1e-3, atol=1e-4)


def test_numbers_are_left_alone_if_wanted(curves):
    X, y, _ = curves
    plain, other = (
        LSTMClassifier(standardize=False, **SMALL).fit(given, y).predict_proba(given)
        for given in (X, in_other_units(X))
    )
    assert np.abs(plain - other).max() > 1e-3


def test_what_is_measured_is_that_of_the_training_samples(curves):
    X, y, _ = curves
    model = LSTMClassifier(early_stopping=True, validation_fraction=0.5, **SMALL)
    model.fit([*X[:20], *in_other_units(X[20:])], y, np.repeat([1.0, 0.0], 20))
    seen = model.reader_.standardization
    assert np.abs(seen.mean).max() < 1.0 and seen.scale.max() < 2.0  # nothing of weight zero


def test_a_weight_of_two_is_two_rows(curves):
    X, y, _ = curves
    weight = np.where(np.arange(40) < 10, 2.0, 1.0)
    weighted = LSTMClassifier(**SMALL).fit(X, y, weight).reader_.standardization
    repeated = LSTMClassifier(**SMALL).fit([*X, *X[:10]], [*y, *y[:10]]).reader_.standardization
    np.testing.assert_allclose(weighted.mean, repeated.mean)
    np.testing.assert_allclose(weighted.scale, repeated.scale)


def test_it_is_saved_and_kept_by_partial_fit(curves, tmp_path):
    X, y, _ = curves
    X = in_other_units(X)
    model = LSTMClassifier(**SMALL).fit(X, y)
    mean = model.reader_.standardization.mean.copy()
    save(model, tmp_path / "model.skseq")
    expected = model.predict_proba(X)
    np.testing.assert_array_equal(load(tmp_path / "model.skseq").predict_proba(X), expected)
    model.partial_fit([x + 1.0 for x in X], y)
    np.testing.assert_array_equal(model.reader_.standardization.mean, mean)


def test_a_time_feature_keeps_its_unit(curves):
    X, y, _ = curves
    X = [np.abs(x) * [1000.0, 10.0] for x in X]
    model = RNNClassifier("time_lstm", time_feature=1, **SMALL).fit(X, y)
    function = model.reader_.input_functions(model._read(X))[0]
    found = function(np.array([[500.0, 7.0]], np.float32))
    assert abs(found[0, 0]) < 5.0 and found[0, 1] == 7.0


def test_ids_and_vectors_cannot_be_standardised():
    with pytest.raises(ValueError, match="standardize=True needs an X of numbers, but X holds tok"):
        LSTMClassifier(standardize=True, **SMALL).fit([[4, 5], [6]] * 4, [0, 1] * 4)
    with pytest.raises(ValueError, match="'standardize' parameter of LSTMClassifier must be"):
        LSTMClassifier(standardize="yes", **SMALL).fit([[4, 5], [6]] * 4, [0, 1] * 4)


@pytest.mark.parametrize("n_rows", [1, 7, 2**16, 2**16 + 3])
def test_many_rows_are_measured_in_blocks(n_rows):
    rng = np.random.default_rng(n_rows)
    values = rng.normal([5000.0, 0.0, -3.0], [0.1, 1e-6, 100.0], size=(n_rows, 3))
    values[rng.random(values.shape) < 0.1] = np.nan
    weight = rng.integers(0, 3, size=n_rows).astype(float)
    rule = Standardization(values, weight)
    for column in range(3):
        known = ~np.isnan(values[:, column]) & (weight > 0)
        if not known.any():
            assert rule.mean[column] == 0.0 and rule.scale[column] == 1.0
            continue
        mean = np.average(values[known, column], weights=weight[known])
        variance = np.average((values[known, column] - mean) ** 2, weights=weight[known])
        np.testing.assert_allclose(rule.mean[column], mean, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(
            rule.scale[column], np.sqrt(variance) if known.sum() > 1 else 1.0, rtol=1e-5
        )


def test_weights_are_those_of_samples_even_if_there_are_as_many_steps():
    X = [np.array([[1.0], [3.0]]), np.zeros((0, 1))] * 10
    model = LSTMClassifier(**SMALL).fit(X, [0, 1] * 10, sample_weight=[1.0, 5.0] * 10)
    np.testing.assert_allclose(model.reader_.standardization.mean, [2.0])
