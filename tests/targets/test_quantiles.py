"""Which quantiles there are, and those between them."""

from __future__ import annotations

import numpy as np
import pytest

from skseq.targets.quantiles import (
    DEFAULT_QUANTILES,
    between_quantiles,
    check_quantiles,
    resolve_loss,
)

TRAINED = (0.1, 0.25, 0.5, 0.9)


@pytest.fixture
def values():
    return np.sort(np.random.default_rng(0).normal(size=(5, 3, 4)), axis=-1)


# ------------------------------------------------------------------ interpolation
def test_between_quantiles_equals_numpy(values):
    wanted = [0.1, 0.2, 0.25, 0.33, 0.5, 0.77, 0.9]
    found = between_quantiles(values, TRAINED, wanted)
    assert found.shape == (5, 3, 7)
    for row, expected in zip(values.reshape(-1, 4), found.reshape(-1, 7), strict=True):
        np.testing.assert_allclose(expected, np.interp(wanted, TRAINED, row))


def test_quantiles_come_in_the_order_asked_for(values):
    np.testing.assert_array_equal(
        between_quantiles(values, TRAINED, [0.9, 0.1]), values[..., [3, 0]]
    )


def test_a_single_number_has_no_axis_and_a_list_of_one_has(values):
    np.testing.assert_array_equal(between_quantiles(values, TRAINED, 0.25), values[..., 1])
    assert between_quantiles(values, TRAINED, [0.25]).shape == (5, 3, 1)
    assert between_quantiles(values, TRAINED, np.float32(0.25)).shape == (5, 3)


def test_quantiles_that_cross_are_put_in_order(values):
    mixed = np.random.default_rng(1).permuted(values, axis=-1)
    before = mixed.copy()
    np.testing.assert_array_equal(between_quantiles(mixed, TRAINED, TRAINED), values)
    np.testing.assert_array_equal(mixed, before)


def test_a_single_trained_quantile_is_repeated():
    found = between_quantiles(np.array([[2.0], [3.0]]), (0.5,), [0.5, 0.5])
    np.testing.assert_array_equal(found, [[2.0, 2.0], [3.0, 3.0]])


def test_rounding_is_not_beyond_the_trained(values):
    trained = (0.1, 0.3)
    assert 0.1 + 0.2 > 0.3
    found = between_quantiles(values[..., :2], trained, [0.1 + 0.2])
    np.testing.assert_array_equal(found[..., 0], values[..., 1])


@pytest.mark.parametrize("wanted", [0.05, [0.5, 0.95]])
def test_quantiles_beyond_the_trained_raise(values, wanted):
    message = "trained for 0.1 to 0.9; name it in the estimator's quantiles and fit again"
    with pytest.raises(ValueError, match=message):
        between_quantiles(values, TRAINED, wanted)


# ------------------------------------------------------------------ what to train
def test_quantiles_to_train_are_sorted_each_once_with_the_median():
    assert check_quantiles([0.9, 0.1, 0.9]) == (0.1, 0.5, 0.9)
    assert check_quantiles(0.2) == (0.2, 0.5)
    assert check_quantiles(np.array([0.5], np.float64)) == (0.5,)


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        0,
        1.0,
        [0.5, 1.5],
        [np.nan],
        "0.5",
        ["0.5"],
        [[0.1, 0.9]],
        [[0.1], [0.2, 0.3]],
        True,
        [None],
    ],
    ids=repr,
)
def test_what_is_no_quantile_raises(wrong):
    message = r"must be numbers between 0 and 1, such as \(0.1, 0.5, 0.9\)"
    with pytest.raises(ValueError, match=message):
        check_quantiles(wrong)


def test_loss_and_quantiles_decide_each_other():
    assert resolve_loss("auto", None) == ("squared_error", None)
    assert resolve_loss("auto", None, single="huber") == ("huber", None)
    assert resolve_loss("auto", [0.9]) == ("quantile", (0.5, 0.9))
    assert resolve_loss("quantile", None) == ("quantile", DEFAULT_QUANTILES)
    with pytest.raises(ValueError, match=r"goes with loss='quantile'.*got loss='huber'; leave one"):
        resolve_loss("huber", [0.1])
