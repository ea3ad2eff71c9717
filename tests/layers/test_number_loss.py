"""The loss of numbers against NumPy, scikit-learn and Keras."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import mean_absolute_error, mean_pinball_loss, mean_squared_error

from skseq.layers import NumberLoss
from skseq.runtime.backend import keras, tf

QUANTILES = (0.1, 0.5, 0.8)
KINDS = ["squared_error", "absolute_error", "huber", "quantile"]


def make(kind, **options):
    quantiles = QUANTILES if kind == "quantile" else ()
    return NumberLoss(kind, quantiles, **{"reduction": "none", **options})


def numbers(kind, *shape):
    """Return true and predicted numbers with errors of 0, below 1 and far above."""
    rng = np.random.default_rng(0)
    n_predicted = shape[-1] * (len(QUANTILES) if kind == "quantile" else 1)
    y_true = rng.normal(scale=3, size=shape).astype(np.float32)
    y_pred = rng.normal(scale=3, size=(*shape[:-1], n_predicted)).astype(np.float32)
    y_pred[0] = np.repeat(y_true[0], n_predicted // shape[-1], axis=-1)
    return y_true, y_pred


def by_hand(kind, true, predicted):
    """Return the loss of one number."""
    error = true - predicted[0]
    if kind == "squared_error":
        return error**2
    if kind == "absolute_error":
        return abs(error)
    if kind == "huber":
        return 0.5 * error**2 if abs(error) <= 1 else abs(error) - 0.5
    parts = zip(QUANTILES, true - predicted, strict=True)
    return np.mean([q * e if e >= 0 else (q - 1) * e for q, e in parts])


@pytest.mark.parametrize("kind", KINDS)
def test_equals_a_loop_with_missing_numbers(kind):
    y_true, y_pred = numbers(kind, 6, 4, 3)
    y_true[np.random.default_rng(1).random(y_true.shape) < 0.3] = np.nan
    y_true[2, 1] = np.nan  # nothing known
    found = np.asarray(make(kind)(y_true, y_pred))
    assert found.shape == (6, 4)
    split = y_pred.reshape(6, 4, 3, -1)
    for place in np.ndindex(6, 4):
        known = [k for k in range(3) if not np.isnan(y_true[place][k])]
        losses = [by_hand(kind, y_true[place][k], split[place][k]) for k in known]
        np.testing.assert_allclose(found[place], np.mean(losses or [0.0]), rtol=1e-5, atol=1e-6)
    assert found[2, 1] == 0


@pytest.mark.parametrize(
    ("kind", "metric"),
    [("squared_error", mean_squared_error), ("absolute_error", mean_absolute_error)],
)
def test_errors_equal_scikit_learn(kind, metric):
    y_true, y_pred = numbers(kind, 20, 2)
    found = float(make(kind, reduction="sum_over_batch_size")(y_true, y_pred))
    np.testing.assert_allclose(found, metric(y_true, y_pred), rtol=1e-5)


def test_huber_equals_keras():
    y_true, y_pred = numbers("huber", 20, 2)
    expected = keras.losses.Huber(delta=1.0, reduction="none")(y_true, y_pred)
    np.testing.assert_allclose(make("huber")(y_true, y_pred), expected, rtol=1e-5)


def test_quantiles_equal_scikit_learn():
    y_true, y_pred = numbers("quantile", 20, 2)
    split = y_pred.reshape(20, 2, 3)
    expected = [mean_pinball_loss(y_true, split[..., i], alpha=q) for i, q in enumerate(QUANTILES)]
    found = float(make("quantile", reduction="sum_over_batch_size")(y_true, y_pred))
    np.testing.assert_allclose(found, np.mean(expected), rtol=1e-5)


def test_pinball_loss_of_the_median_is_half_the_absolute_error():
    y_true, y_pred = numbers("absolute_error", 20, 2)
    median = NumberLoss("quantile", (0.5,), reduction="none")(y_true, y_pred)
    np.testing.assert_allclose(median, make("absolute_error")(y_true, y_pred) / 2, rtol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_are_finite_and_zero_where_nothing_is_known(kind):
    y_true, y_pred = numbers(kind, 6, 2)
    y_true[3] = np.nan
    y_true[4, 0] = np.nan
    y_pred = tf.constant(y_pred)
    with tf.GradientTape() as tape:
        tape.watch(y_pred)
        loss = tf.reduce_sum(make(kind)(y_true, y_pred))
    gradient = tape.gradient(loss, y_pred).numpy().reshape(6, 2, -1)
    assert np.isfinite(gradient).all()
    assert not gradient[3].any()
    assert not gradient[4, 0].any()
    assert gradient[4, 1].all()
    assert gradient[5].all()


def test_sample_weights_weigh_steps():
    y_true, y_pred = numbers("squared_error", 4, 3, 1)
    weight = np.random.default_rng(2).random((4, 3)).astype(np.float32)
    plain = make("squared_error")(y_true, y_pred)
    weighed = make("squared_error")(y_true, y_pred, sample_weight=weight)
    np.testing.assert_allclose(weighed, plain * weight, rtol=1e-6)


def test_is_restored_from_its_configuration():
    loss = keras.losses.deserialize(keras.losses.serialize(make("quantile")))
    y_true, y_pred = numbers("quantile", 4, 2)
    np.testing.assert_array_equal(loss(y_true, y_pred), make("quantile")(y_true, y_pred))


def test_wrong_settings_and_shapes_are_explained():
    with pytest.raises(ValueError, match=r"kind='mse' must be one of .*squared_error"):
        NumberLoss("mse")
    with pytest.raises(ValueError, match="do not go with kind='huber'"):
        NumberLoss("huber", (0.5,))
    with pytest.raises(ValueError, match="kind='quantile' needs at least one"):
        NumberLoss("quantile")
    with pytest.raises(ValueError, match=r"shape \(2, 3, 1\) do not go with .* shape \(2, 1\)"):
        make("huber")(np.zeros((2, 1)), np.zeros((2, 3, 1)))
