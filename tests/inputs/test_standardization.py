"""Numbers brought to mean 0 and standard deviation 1, and back."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler

from skseq.inputs.standardization import Standardization


@pytest.fixture
def values():
    rng = np.random.default_rng(0)
    return rng.normal([5.0, -300.0, 0.0], [0.1, 20.0, 1.0], size=(40, 3))


def test_equals_scikit_learn(values):
    expected = StandardScaler().fit(values)
    rule = Standardization(values)
    np.testing.assert_allclose(rule.apply(values), expected.transform(values), rtol=1e-9)
    np.testing.assert_allclose(rule.undo(rule.apply(values)), values, rtol=1e-12)


def test_weights_equal_scikit_learn_and_repetition(values):
    weight = np.arange(40) % 4
    rule = Standardization(values, weight)
    expected = StandardScaler().fit(values, sample_weight=weight)
    repeated = Standardization(np.repeat(values, weight, axis=0))
    np.testing.assert_allclose(rule.mean, expected.mean_)
    np.testing.assert_allclose(rule.scale, expected.scale_)
    np.testing.assert_allclose(rule.mean, repeated.mean)
    np.testing.assert_allclose(rule.scale, repeated.scale)


def test_a_row_without_weight_is_not_looked_at(values):
    weight = np.ones(40)
    weight[3] = 0
    spoilt = values.copy()
    spoilt[3] = 1e300
    rule, other = Standardization(spoilt, weight), Standardization(np.delete(values, 3, axis=0))
    np.testing.assert_allclose(rule.scale, other.scale)


@pytest.mark.parametrize("constant", [0.0, 7.0, -1e-300, 1e300, 1 / 3])
def test_a_constant_column_is_only_moved(constant):
    rule = Standardization(np.full((7, 1), constant))
    assert rule.scale == 1.0
    np.testing.assert_allclose(rule.apply(np.full((7, 1), constant)), 0.0, atol=abs(constant) / 1e9)
    np.testing.assert_allclose(rule.undo(np.zeros((1, 1))), constant)


def test_what_rounding_has_made_is_no_spread():
    values = 1e9 + np.array([[0.0], [1e-7], [-1e-7]])  # one unit in the last place
    assert Standardization(values).scale == 1.0


@pytest.mark.parametrize("unit", [1e300, 1e150, 1e-150, 1e-300])
def test_any_unit_gives_the_same_numbers(values, unit):
    expected = Standardization(values).apply(values)
    rule = Standardization(values * unit)
    np.testing.assert_allclose(rule.apply(values * unit), expected, rtol=1e-6)
    np.testing.assert_allclose(rule.undo(expected), values * unit, rtol=1e-9)


def test_the_smallest_number_there_is_does_not_divide_by_zero():
    rule = Standardization(np.array([[0.0], [5e-324]]))
    assert np.isfinite(rule.apply(np.array([[0.0], [5e-324]]))).all()


def test_nan_is_left_out(values):
    known = values[:, 0].copy()
    values[5:15, 0] = np.nan
    rule = Standardization(values)
    kept = np.delete(known, slice(5, 15))
    np.testing.assert_allclose(rule.mean[0], kept.mean())
    np.testing.assert_allclose(rule.scale[0], kept.std())
    assert np.isnan(rule.apply(values)[5:15, 0]).all()


def test_a_column_of_nan_and_no_rows_at_all_change_nothing():
    for values in (np.full((4, 1), np.nan), np.zeros((0, 1))):
        rule = Standardization(values)
        assert (rule.mean.item(), rule.scale.item()) == (0.0, 1.0)


def test_columns_are_taken_and_repeated(values):
    rule = Standardization(values)
    taken = rule.take(np.array([2, 0])).repeated(2)
    np.testing.assert_array_equal(taken.mean, rule.mean[[2, 0, 2, 0]])
    np.testing.assert_array_equal(taken.scale, rule.scale[[2, 0, 2, 0]])
