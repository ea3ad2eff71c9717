"""Peers of forecasters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.validation import check_consistent_length

from ...inputs.columns import InputColumns
from ...inputs.series import as_table, check_series, filled_forward, horizon_view
from ...readers.series import SeriesReader
from ...targets.naive import find_season, naive_forecasts
from .folds import splits_of
from .problem import Part, Problem, timed
from .tasks import last_step

_WINDOW, _HORIZON = 24, 1
# Rows before a test part that all may look at: the longest season that is found.
_BEFORE = 400


class ForecastingProblem(Problem):
    """A series, and the values after each of its rows.

    Parameters
    ----------
    X, y
        The series, and the one to forecast, or None.
    cv : int, splitter or iterable
        Of the rows.
    seed : int
        Not used, as series are not shuffled.
    estimators : list of estimators
        The user's. Window, horizon, season, columns and what to do with NaN are those of the first
        that has them.
    """

    def __init__(self, X: Any, y: Any, cv: Any, seed: int, estimators: list[Any]):
        self._X, self._y = X, y
        if y is None and any(len(getattr(model, "steps", ())) > 1 for model in estimators):
            raise ValueError(
                "A pipeline forecasts what its steps have made of X, which does not compare with "
                "X. Pass the forecaster alone, which standardises by itself, or the series to "
                "forecast as y."
            )
        models = [last_step(estimator) for estimator in estimators]
        horizons = sorted({int(model.horizon) for model in models if hasattr(model, "horizon")})
        if len(horizons) > 1:
            raise ValueError(
                f"The estimators have horizons {horizons}, whose scores do not compare; "
                "set the same horizon, or make a report for each."
            )
        self._horizon = horizons[0] if horizons else _HORIZON
        missing = _first(models, "missing", "error")
        reader, series = SeriesReader.from_first(
            InputColumns(BaseEstimator(), reset=True),
            X,
            target=_first(models, "target", None),
            time_column=_first(models, "time_column", None),
            missing=missing,
        )
        self._inputs = series.values
        if y is None:
            self._truth = series.values[:, reader.columns]
        else:
            self._truth = check_series(as_table(y, "y"), "y", allow_nan=missing == "mask")
            check_consistent_length(self._inputs, self._truth)
        n_rows = len(self._inputs)
        self._splits = splits_of(cv, n_rows, X, None, kind="time", seed=seed, what="time steps")
        self.n_folds, self.size = len(self._splits), f"{n_rows} time steps"
        windows = [int(model.window) for model in models if hasattr(model, "window")]
        shortest = min(len(train) for train, _ in self._splits)
        window = windows[0] if windows else max(1, min(_WINDOW, (shortest - self._horizon) // 2))
        self._before = max(_BEFORE, *windows, window)
        self._check_folds(max([*windows, window]))
        self.metrics = {"mae": False, "r2": True}
        season = _first(models, "season", "auto")
        self.peers = {
            "last value": NaiveForecaster(self._horizon, season=1),
            "seasonal naive": NaiveForecaster(self._horizon, season=season),
            "ridge on windows": RidgeForecaster(window, self._horizon),
        }

    def _check_folds(self, window: int) -> None:
        """Raise an error for parts that are no stretch in time, or too short."""
        for i, (train, test) in enumerate(self._splits):
            if (np.diff(train) != 1).any() or (np.diff(test) != 1).any() or train[-1] >= test[0]:
                raise ValueError(
                    f"Fold {i} of cv is not one stretch to fit on and a later one to score on, "
                    "without gaps inside, as forecasts need; pass a TimeSeriesSplit, or a number."
                )
            if len(train) <= window + self._horizon or len(test) < self._horizon:
                raise ValueError(
                    f"Fold {i} has {len(train)} time steps to fit on and {len(test)} to score on, "
                    f"but window={window} and horizon={self._horizon} need more than "
                    f"{window + self._horizon} and at least {self._horizon}; pass a longer series, "
                    "a smaller cv, or an estimator with a smaller window or horizon."
                )

    def folds(self, is_peer: bool) -> Iterator[tuple[Part, Part]]:
        for train, test in self._splits:
            first, stop = test[0], test[-1] + 1
            # Forecasts of the first rows to score are made from the rows before them, which are
            # known by then; no model needs to have been fitted on them.
            before = max(0, first - self._before)
            known, scored = slice(train[0], train[-1] + 1), slice(before, stop)
            truth = self._truth[first - 1 : stop]
            if is_peer:
                both = self._inputs[scored], self._truth[scored]
                yield (self._inputs[known], self._truth[known]), (both, truth)
                continue
            y = None if self._y is None else _rows(self._y, known)
            yield (_rows(self._X, known), y), (_rows(self._X, scored), truth)

    def measure(self, model: Any, X: Any, y: Any) -> tuple[dict[str, float], float]:
        found, seconds = timed(model.predict, X)
        ahead = horizon_view(y[1:], self._horizon)
        found = np.asarray(found, dtype=np.float64)
        # The last forecasts reach beyond the series, and the first are of what was fitted on.
        first = len(found) - len(y)
        found = found[first : first + len(ahead)].reshape(len(ahead), -1)
        if found.shape != ahead.shape:
            raise ValueError(
                f"predict gives {found.shape[1]} values for a time step; expected "
                f"{ahead.shape[1]}: horizon={self._horizon} steps of {y.shape[1]} column(s)."
            )
        return _scores(ahead, found), seconds


def _scores(truth: np.ndarray, found: np.ndarray) -> dict[str, float]:
    """Return the mean absolute error and R² of forecasts; NaN in ``truth`` is left out.

    R² is the mean over the steps of the horizon and the columns that change.
    """
    known = ~np.isnan(truth)
    error = np.where(known, truth - found, 0.0)
    n_known = known.sum(axis=0)
    if not n_known.any():
        return {"mae": np.nan, "r2": np.nan}
    middle = np.where(known, truth, 0.0).sum(axis=0) / np.maximum(n_known, 1)
    spread = (np.where(known, truth - middle, 0.0) ** 2).sum(axis=0)
    some = spread > 0
    r2 = 1 - (error**2).sum(axis=0)[some] / spread[some]
    return {
        "mae": float(np.abs(error).sum() / n_known.sum()),
        "r2": float(r2.mean()) if some.any() else np.nan,
    }


class NaiveForecaster(BaseEstimator):
    """Forecast the last known value of the same place in the season.

    Parameters
    ----------
    horizon : int
        How far to look ahead.
    season : int or "auto", default="auto"
        How many steps a season has; 1 gives the last value, "auto" looks for a season in the first
        column to forecast.
    """

    def __init__(self, horizon: int, season: int | str = "auto"):
        self.horizon = horizon
        self.season = season

    def fit(self, X: np.ndarray, y: np.ndarray) -> Self:
        """Look for the season of the values to forecast, (n_timesteps, n_targets)."""
        is_auto = isinstance(self.season, str)
        self.season_ = find_season(y[:, 0]) if is_auto else int(self.season)
        self.mean_ = _column_means(y)
        return self

    def predict(self, X: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        """Return forecasts (n_timesteps, horizon, n_targets) of inputs and values to forecast."""
        _, values = X
        return naive_forecasts(filled_forward(values, self.mean_), self.horizon, self.season_)


class RidgeForecaster(BaseEstimator):
    """Forecast each step of the horizon by ridge regression on the window.

    Parameters
    ----------
    window : int
        How many rows are read.
    horizon : int
        How far to look ahead.
    """

    def __init__(self, window: int, horizon: int):
        self.window = window
        self.horizon = horizon

    def fit(self, X: np.ndarray, y: np.ndarray) -> Self:
        """Train on all windows of a series that are followed by a whole horizon."""
        self.mean_ = _column_means(X)
        first, stop = self.window - 1, len(X) - self.horizon
        ahead = horizon_view(y[first + 1 :], self.horizon)
        known = ~np.isnan(ahead).any(axis=1)
        if not known.any():
            raise ValueError(
                "Of a fold, no window is followed by a horizon without NaN; fill the gaps."
            )
        self.model_ = make_pipeline(StandardScaler(), Ridge())
        self.model_.fit(self._windows(X)[first:stop][known], ahead[known])
        return self

    def predict(self, X: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        """Return forecasts (n_timesteps, horizon × n_targets) of inputs and values to forecast."""
        inputs, _ = X
        return self.model_.predict(self._windows(inputs)).reshape(len(inputs), -1)

    def _windows(self, X: np.ndarray) -> np.ndarray:
        """Return the window that ends with each row, (n_timesteps, window × n_features)."""
        filled = filled_forward(X, self.mean_)
        # Before the series its first row is repeated.
        longer = np.concatenate([np.repeat(filled[:1], self.window - 1, axis=0), filled])
        return horizon_view(longer, self.window)


def _column_means(values: np.ndarray) -> np.ndarray:
    """Return the mean of what is known of each column, 0 where nothing is."""
    known = ~np.isnan(values)
    return np.where(known, values, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)


def _first(models: list[Any], name: str, default: Any) -> Any:
    """Return a parameter of the first model that has it."""
    return next((getattr(model, name) for model in models if hasattr(model, name)), default)


def _rows(X: Any, rows: slice) -> Any:
    return X.iloc[rows] if hasattr(X, "iloc") else X[rows]
