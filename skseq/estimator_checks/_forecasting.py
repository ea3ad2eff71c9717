"""Checks for forecasters: nothing of the future, a row for each time step, the end continued."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit

from ._data import CheckData
from ._helpers import ensure, ensure_same, expected_error, fit, fitted, prepared


def check_future_is_not_known(estimator: Any, data: CheckData) -> None:
    """What is forecast from a row does not depend on the rows after it."""
    model = fitted(estimator, data)
    changed = np.array(data.X)
    changed[len(data) // 2 :] = 100.0
    expected = model.predict(data.X)[: len(data) // 2]
    ensure_same(model.predict(changed)[: len(data) // 2], expected, "The future is known", 1e-5)


def check_one_forecast_per_row(estimator: Any, data: CheckData) -> None:
    """Each row has its forecasts, those of the last row are ``forecast()``."""
    model = fitted(estimator, data)
    horizon = model.get_params()["horizon"]
    for n_rows in (1, 2, len(data)):
        shape = model.predict(data.X[:n_rows]).shape
        ensure(shape == (n_rows, horizon), f"Forecasts of {n_rows} rows have the shape {shape}.")
    ahead = model.predict(data.X)[-1]
    ensure_same(model.forecast(), ahead, "forecast is not the last row of predict", atol=1e-5)
    ensure(model.forecast(3 * horizon).shape == (3 * horizon,), "forecast(steps) is not so long.")


def check_unit_of_series_does_not_matter(estimator: Any, data: CheckData) -> None:
    """Forecasts follow the series into another unit."""
    expected = fitted(estimator, data).predict(data.X)
    X = data.X * 1e3 + 5e3
    found = fitted(estimator, CheckData(X)).predict(X)
    ensure_same((found - 5e3) / 1e3, expected, "Another unit gives another model", atol=1e-3)


def check_short_series_raises(estimator: Any, data: CheckData) -> None:
    """A series without a single window raises an error that says what it needs."""
    params = estimator.get_params()
    with expected_error(ValueError, "window", "A series that is too short"):
        fit(prepared(estimator), CheckData(data.X[: params["window"] + params["horizon"] - 1]))
    with expected_error(ValueError, "horizon", "A horizon of 0"):
        fit(prepared(estimator).set_params(horizon=0), data)


def check_wrong_series_raise(estimator: Any, data: CheckData) -> None:
    """NaN, text, and several series raise errors that say so."""
    X = np.array(data.X)
    X[3] = np.nan
    with expected_error(ValueError, "NaN", "NaN in a series"):
        fit(prepared(estimator), CheckData(X))
    with expected_error(ValueError, "3|dimensions", "Several series"):
        fit(prepared(estimator), CheckData(np.zeros((2, 30, 1))))
    with expected_error((ValueError, TypeError), "", "Text"):
        fit(prepared(estimator), CheckData("a series"))


def check_naive_scores_are_there(estimator: Any, data: CheckData) -> None:
    """Baselines are scored as the forecasts are."""
    model = fitted(estimator, data)
    ensure({"last_value", "seasonal"} <= set(model.naive_score_), f"{model.naive_score_}")
    ensure(model.naive_scores(data.X) == model.naive_score_, "naive_scores differs.")


def check_search_in_order_of_time(estimator: Any, data: CheckData) -> None:
    """It can be searched over folds that keep the order of time."""
    folds = TimeSeriesSplit(2, gap=1)
    grid = {"epochs": [1, 2]}
    search = GridSearchCV(prepared(estimator), grid, cv=folds, error_score="raise").fit(data.X)
    ensure(np.isfinite(search.cv_results_["mean_test_score"]).all(), "Scores are not finite.")
    ensure(len(search.predict(data.X)) == len(data), "The search predicts otherwise.")
