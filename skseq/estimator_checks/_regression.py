"""Checks for regressors: numbers, their unit and their quantiles."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.compose import TransformedTargetRegressor
from sklearn.model_selection import GridSearchCV

from ._data import CheckData
from ._helpers import ensure, ensure_same, expected_error, fit, fitted, prepared


def check_learns_eight_numbers(estimator: Any, data: CheckData) -> None:
    """Eight samples can be learned by heart."""
    eight = data.take(slice(8))
    score = fitted(estimator, eight, epochs=60).score(eight.X, eight.y)
    ensure(score > 0.9, f"R² on eight samples after 60 epochs is {score:.3f}, not above 0.9.")


def check_unit_of_y_does_not_matter(estimator: Any, data: CheckData) -> None:
    """Predictions follow y into another unit, however large its numbers are."""
    expected = fitted(estimator, data).predict(data.X)
    found = fitted(estimator, CheckData(data.X, data.y * 1e6 - 4e7)).predict(data.X)
    ensure_same((found + 4e7) / 1e6, expected, "Another unit of y gives another model", 1e-4)


def check_columns_of_y_are_kept(estimator: Any, data: CheckData) -> None:
    """Several numbers a sample come back as several, one as one, a column as a column."""
    for y in (data.y, data.y[:, None], np.stack([data.y, -data.y], axis=1)):
        found = fitted(estimator, CheckData(data.X, y)).predict(data.X)
        ensure(found.shape == y.shape, f"y has the shape {y.shape}, predictions {found.shape}.")


def check_constant_y_is_predicted(estimator: Any, data: CheckData) -> None:
    """A y that never changes is nothing to stumble over."""
    y = np.full(len(data), 1234.5)
    found = fitted(estimator, CheckData(data.X, y), epochs=40).predict(data.X)
    ensure(np.abs(found - y).max() < 1.0, f"y is 1234.5 throughout, predictions {found[:3]}.")


def check_wrong_numbers_raise(estimator: Any, data: CheckData) -> None:
    """NaN, infinity and text as targets raise errors that say so."""
    for value, words in ((np.nan, "NaN"), (np.inf, "infinity|inf")):
        y = data.y.copy()
        y[0] = value
        with expected_error(ValueError, words, f"A target of {value}"):
            fit(prepared(estimator), CheckData(data.X, y))
    with expected_error(ValueError, "numeric|numbers|convert", "Text as targets"):
        fit(prepared(estimator), CheckData(data.X, np.array(["a", "b"] * (len(data) // 2))))


def check_quantiles_are_in_order(estimator: Any, data: CheckData) -> None:
    """Quantiles of one sample rise with their level, and the median is what ``predict`` returns."""
    if "quantiles" not in estimator.get_params(deep=False):
        return
    model = prepared(estimator).set_params(quantiles=(0.1, 0.5, 0.9))
    fit(model, data)
    found = model.predict(data.X, quantiles=(0.1, 0.3, 0.5, 0.9))
    ensure(found.shape == (len(data), 4), f"Four quantiles have the shape {found.shape}.")
    ensure((np.diff(found, axis=1) >= 0).all(), "Quantiles cross.")
    ensure_same(model.predict(data.X), found[:, 2], "predict is not the median")
    with expected_error(ValueError, "0.99", "A quantile beyond those trained"):
        model.predict(data.X, quantiles=0.99)


def check_works_behind_a_function_of_y(estimator: Any, data: CheckData) -> None:
    """It can be wrapped by ``TransformedTargetRegressor`` and searched over."""
    y = np.exp(data.y)
    wrapped = TransformedTargetRegressor(prepared(estimator), func=np.log, inverse_func=np.exp)
    search = GridSearchCV(wrapped, {"regressor__epochs": [1, 2]}, cv=2, error_score="raise")
    X = data.X if not isinstance(data.X, list) else _objects(data.X)
    ensure(search.fit(X, y).predict(X).shape == y.shape, "A search predicts another shape.")


def _objects(rows: list[Any]) -> np.ndarray:
    found = np.empty(len(rows), object)
    found[:] = rows
    return found
