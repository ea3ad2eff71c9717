"""The base of forecasters: from windows of a series to the next values."""

from __future__ import annotations

import warnings
from numbers import Integral
from typing import Any, Self

import numpy as np
from sklearn.exceptions import UndefinedMetricWarning

from ..batches.batching import join_rows
from ..batches.slices import Slices
from ..inputs.parameters import checked_arguments
from ..inputs.series import Series, filled_forward, horizon_view
from ..inputs.time_stamps import check_same_times
from ..inputs.validation import Interval, StrOptions, check_count
from ..targets.naive import find_season, naive_forecasts
from ..targets.weights import check_sample_weight
from ._recursion import Recursion
from ._scoring import METRICS, score_forecasts
from ._windows import WindowTraining


class SequenceForecaster(WindowTraining):
    """Abstract base of forecasters; subclasses define the network."""

    family = "forecaster"

    _parameter_constraints: dict[str, list[Any] | str] = {
        **WindowTraining._parameter_constraints,
        "season": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
        "score_metric": [StrOptions(set(METRICS))],
    }

    # ------------------------------------------------------------------ verbs
    def fit(
        self,
        X: Any,
        y: Any = None,
        sample_weight: Any = None,
        X_val: Any = None,
        y_val: Any = None,
    ) -> Self:
        """Train on a series.

        Parameters
        ----------
        X : array-like of shape (n_timesteps,) or (n_timesteps, n_features)
            A series with a row for each time step, in time order and evenly spaced. A DataFrame may
            have a column of time stamps, see ``time_column``.
        y : array-like of shape (n_timesteps,) or (n_timesteps, n_targets), default=None
            A series to forecast from X, of the same time steps; None forecasts X itself, or the
            columns that ``target`` names. Past values of y are not used as input, unless they are a
            column of X.
        sample_weight : array-like of shape (n_timesteps,), default=None
            Weight in the loss of the forecasts made at each time step.
        X_val, y_val : same kinds as X and y, default=None
            Another series to validate on. With ``early_stopping`` it replaces the end of X.

        Returns
        -------
        self : estimator

        Raises
        ------
        ValueError
            For a series shorter than ``window + horizon``, NaN without ``missing="mask"``, and
            time stamps that do not increase.
        """
        super().fit(X, y, sample_weight, X_val, y_val)
        return self

    # Targets are numbers, so there are no ``classes`` as in the base.
    def partial_fit(  # type: ignore[override]
        self, X: Any, y: Any = None, sample_weight: Any = None
    ) -> Self:
        """Train for one more epoch on a series, from the current weights.

        The first call determines how numbers are standardised; :meth:`forecast` continues the
        series of the last call.

        Parameters
        ----------
        X, y, sample_weight
            As in :meth:`fit`.

        Returns
        -------
        self : estimator
        """
        super().partial_fit(X, y, sample_weight=sample_weight)
        return self

    def _fit(self, X: Any, y: Any, *args: Any, **options: Any) -> None:
        before = self.__dict__.get("network_state_")
        try:
            super()._fit(X, y, *args, **options)
        finally:  # after an interrupt the finished epochs are kept and can forecast
            if self.__dict__.get("network_state_") is not before:
                self._keep_end(X, y)

    def _keep_end(self, X: Any, y: Any) -> None:
        """Store the end of the series and the scores of the baselines."""
        series = self.reader_.read(self._columns(), X)
        self.last_window_ = series.codes[-self.window :].copy()
        truth = self._targets_in_time(self.codec_, series, y, "y")
        first = truth[:, self._scored_columns()][:, 0]
        self.season_ = find_season(first) if self.season == "auto" else int(self.season)
        with warnings.catch_warnings():
            # In the shortest series a single row can be scored, for which R² is NaN.
            warnings.simplefilter("ignore", UndefinedMetricWarning)
            self.naive_score_ = self._naive_scores(truth)

    @checked_arguments
    def predict(self, X: Any, quantiles: Any = None) -> np.ndarray:
        """Return, for each time step, the forecasts of the steps after it.

        Parameters
        ----------
        X : array-like of shape (n_timesteps,) or (n_timesteps, n_features)
            A series, as in :meth:`fit`. For the first rows the window is shorter, as fewer rows
            precede them.
        quantiles : float or sequence of float, default=None
            Which quantiles to return, after a fit with ``loss="quantile"``. None returns the
            median.

        Returns
        -------
        ndarray of shape (n_timesteps, horizon) or (n_timesteps, horizon, n_targets)
            Row t holds the forecasts of t + 1 … t + horizon, computed from the rows up to t only.
            Several ``quantiles`` add a last axis.
        """
        self._check_is_fitted()
        return self._predict(self.reader_.read(self._columns(), X), quantiles)

    def _check_is_fitted(self) -> None:
        super()._check_is_fitted()
        self._validate_params()
        changed = [name for name, same in self._is_same_network().items() if not same]
        if changed:
            raise ValueError(
                f"{', '.join(changed)} changed after fit, but the network was trained for the "
                "earlier value; fit again, or set it back. Only the horizon of "
                "strategy='recursive' may change."
            )

    def _predict(self, series: Series, quantiles: Any = None) -> np.ndarray:
        if self.strategy == "recursive":
            self.codec_.refuse_quantiles(quantiles)
            found = self._recursion().run(series.windows(self.window), self.horizon)
            return self._of_targets(found)
        outputs = join_rows(self._run(series.windows(self.window)), len(series))
        return self.codec_.decode(outputs, quantiles)

    @checked_arguments
    def forecast(
        self, steps: int | None = None, X: Any = None, quantiles: Any = None
    ) -> np.ndarray:
        """Return the forecasts of the time steps after the end of a series.

        Parameters
        ----------
        steps : int, default=None
            Number of time steps; None is ``horizon``. For more than ``horizon`` steps forecasts
            (the medians if there are quantiles) are fed back as input, so every column must be
            forecast.
        X : array-like of shape (n_timesteps,) or (n_timesteps, n_features), default=None
            The series to continue; None is the one of :meth:`fit`.
        quantiles : float or sequence of float, default=None
            As in :meth:`predict`; for up to ``horizon`` steps.

        Returns
        -------
        ndarray of shape (steps,) or (steps, n_targets)
            Several ``quantiles`` add a last axis.

        Raises
        ------
        ValueError
            For more steps than ``horizon`` if some columns of X are not forecast, or with
            ``quantiles``.
        """
        self._check_is_fitted()
        if steps is not None and np.ndim(steps):
            raise ValueError(
                f"steps is {type(steps).__name__}, expected the number of time steps to forecast; "
                "pass a series to continue as forecast(X=…)."
            )
        steps = self.horizon if steps is None else check_count(steps, "steps")
        codes = self.last_window_
        if X is not None:
            codes = self.reader_.read(self._columns(), X).codes[-self.window :]
        window = Series(codes, codes).windows(self.window, len(codes) - 1)
        if self.strategy == "direct" and steps <= self.horizon:
            outputs = join_rows(self._run(window), 1)
            return self.codec_.decode(outputs, quantiles)[0, :steps]
        if quantiles is not None:
            raise ValueError(
                f"quantiles go up to horizon={self.horizon} steps of strategy='direct', got "
                f"steps={steps} with strategy={self.strategy!r}."
            )
        columns = self.codec_.columns
        if columns is None or len(columns) < self.reader_.n_features:
            raise ValueError(
                f"steps={steps} is beyond horizon={self.horizon}, and only some columns are "
                "forecast, so that the others are not known from there on; fit with a longer "
                "horizon, strategy='recursive', or without target and y."
            )
        return self._of_targets(self._recursion().run(window, steps))[0]

    def _recursion(self) -> Recursion:
        def run(slices: Slices) -> np.ndarray:
            return self.codec_.of_all_columns(join_rows(self._run(slices), len(slices)))

        return Recursion(run, self.reader_, self.window, self._n_ahead)

    def _of_targets(self, found: np.ndarray) -> np.ndarray:
        """Return the columns to forecast, from forecasts of all columns (n, steps, n_features)."""
        found = found[:, :, self.reader_.columns]
        return found[:, :, 0] if found.shape[2] == 1 else found

    # ---------------------------------------------------------------- scoring
    def score(self, X: Any, y: Any = None, sample_weight: Any = None) -> float:
        """Return the score of the forecasts of a series, see ``score_metric``.

        Parameters
        ----------
        X, y
            As in :meth:`fit`.
        sample_weight : array-like of shape (n_timesteps,), default=None
            Weight of the forecasts made at each time step.

        Returns
        -------
        float
            Higher is better. Only rows with a full window and a full horizon are scored; in a
            series too short for a full window, all rows with a full horizon. Missing values are
            left out.

        Raises
        ------
        ValueError
            For a series that is not longer than ``horizon``.
        """
        series, truth = self._read_to_score(X, y)
        truth = truth[:, self._scored_columns()]
        return self._score(truth, self._predict(series), sample_weight)

    def naive_scores(self, X: Any, y: Any = None) -> dict[str, float]:
        """Return the :meth:`score` of two baselines, which learn nothing.

        Parameters
        ----------
        X, y
            As in :meth:`fit`.

        Returns
        -------
        dict of str to float
            ``"last_value"`` forecasts the last value, ``"seasonal"`` the value ``season_`` steps
            earlier, which is the last value if there is no season.
        """
        return self._naive_scores(self._read_to_score(X, y)[1])

    def _read_to_score(self, X: Any, y: Any) -> tuple[Series, np.ndarray]:
        """Return a series, and the true values of the forecasts of each row."""
        self._check_is_fitted()
        check_same_times(X, y)
        series = self.reader_.read(self._columns(), X)
        return series, self._targets_in_time(self.codec_, series, y, "y")

    def _scored_columns(self) -> Any:
        """Return which of the columns that the network forecasts are scored."""
        return self.reader_.columns if self.strategy == "recursive" else slice(None)

    def _naive_scores(self, truth: np.ndarray) -> dict[str, float]:
        truth = truth[:, self._scored_columns()]
        known = filled_forward(truth, self.codec_.of_one_step.mean[self._scored_columns()])
        seasons = {"last_value": 1, "seasonal": self.season_}
        return {
            name: self._score(truth, naive_forecasts(known, self.horizon, season))
            for name, season in seasons.items()
        }

    def _score(self, truth: np.ndarray, forecasts: np.ndarray, sample_weight: Any = None) -> float:
        n_rows = len(truth)
        stop = n_rows - self.horizon
        if stop < 1:
            raise ValueError(
                f"X has {n_rows} time steps, but horizon={self.horizon}: no row has all it "
                "forecasts in X; pass a longer series."
            )
        first = self.window - 1 if stop >= self.window else 0
        if sample_weight is not None:
            sample_weight = check_sample_weight(sample_weight, n_rows)[first:stop]
            if not sample_weight.any():
                raise ValueError(
                    f"The sample weights of the rows that count, {first} to {stop - 1}, are all "
                    "zero; at least one is needed."
                )
        ahead = horizon_view(truth[first + 1 :], self.horizon)
        found = forecasts[first:stop].reshape(len(ahead), -1)
        return score_forecasts(ahead, found, self.score_metric, sample_weight)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = False
        tags.target_tags.multi_output = True
        tags.input_tags.allow_nan = self.missing == "mask"
        return tags
