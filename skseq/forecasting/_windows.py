"""Training of forecasters: windows of a series, and the values that follow them."""

from __future__ import annotations

from numbers import Integral
from typing import Any

import numpy as np
from sklearn.utils.validation import check_consistent_length

from ..inputs.series import Series, as_table, check_series, horizon_view
from ..inputs.standardization import Standardization
from ..inputs.time_stamps import check_same_times
from ..inputs.validation import ANY_INTEGER, Interval, StrOptions
from ..readers.series import SeriesReader
from ..targets.horizon import HorizonTarget
from ..targets.number_loss import NumberLossMixin
from ..targets.weights import check_sample_weight
from ..training.estimator import SequenceEstimator
from ..training.state import refuse_changes


class WindowTraining(NumberLossMixin, SequenceEstimator):
    """Abstract base of estimators that are trained on the windows of one series."""

    _parameter_constraints: dict[str, list[Any] | str] = {
        **SequenceEstimator._parameter_constraints,
        **NumberLossMixin._loss_constraints,
        "window": [Interval(Integral, 1, None, closed="left")],
        "horizon": [Interval(Integral, 1, None, closed="left")],
        "strategy": [StrOptions({"direct", "recursive"})],
        "target": [ANY_INTEGER, str, list, tuple, None],
        "relative": ["boolean"],
        "linear": ["boolean"],
        "time_column": [ANY_INTEGER, str, None],
        "missing": [StrOptions({"error", "mask"})],
    }

    def _read_to_fit(self, X: Any, y: Any, reset: bool) -> tuple[SeriesReader, Series]:
        self._check_settings(y)
        check_same_times(X, y)
        if reset:
            reader, series = SeriesReader.from_first(
                self._columns(reset),
                X,
                target=self.target,
                time_column=self.time_column,
                missing=self.missing,
            )
        else:
            reader, series = self.reader_, self.reader_.read(self._columns(reset), X)
        self._check_length(series, "X")
        return reader, series

    def _check_settings(self, y: Any) -> None:
        if y is not None and self.target is not None:
            raise ValueError(
                "y was given beside target; pass the series to forecast as y, or as a column of X "
                "that target names."
            )
        if self.strategy == "recursive":
            if y is not None:
                raise ValueError(
                    "strategy='recursive' feeds forecasts back as input, but y is no column of X; "
                    "put it into X and name it by target, or use strategy='direct'."
                )
            if self._resolved_loss()[1] is not None:
                raise ValueError(
                    "strategy='recursive' feeds single numbers back, so it has no quantiles; use "
                    "strategy='direct'."
                )

    def _check_length(self, series: Series, name: str) -> None:
        needed = self.window + self.horizon
        if len(series) < needed:
            raise ValueError(
                f"{name} has n_samples={len(series)} time steps, but window={self.window} and "
                f"horizon={self.horizon} need at least {needed}; pass a longer series, or choose "
                "a smaller window or horizon."
            )

    @property
    def _n_ahead(self) -> int:
        """Number of steps that the network forecasts at once."""
        return 1 if self.strategy == "recursive" else self.horizon

    def _make_codec(
        self, y: Any, classes: Any, reader: SeriesReader, sample_weight: Any
    ) -> HorizonTarget:
        kind, quantiles = self._resolved_loss()
        if y is None:
            # Recursion needs forecasts of every column.
            is_direct = self.strategy == "direct"
            columns = reader.columns if is_direct else np.arange(reader.n_features)
            scaling = reader.scaling.take(columns)
            return HorizonTarget(kind, quantiles, scaling, self._n_ahead, columns)
        y = self._outside_targets(y, "y")
        return HorizonTarget(kind, quantiles, Standardization(y), self._n_ahead)

    def _samples(
        self,
        reader: SeriesReader,
        codec: HorizonTarget,
        X: Series,
        y: Any,
        sample_weight: Any,
        *,
        normalize: bool,
        name: str = "y",
    ) -> Any:
        from ..training.samples import Samples

        values = self._targets_in_time(codec, X, y, name)
        n_ahead = self._n_ahead
        first, stop = self.window - 1, len(X) - n_ahead
        standard = codec.of_one_step.apply(values)
        encoded = horizon_view(standard.astype(np.float32)[first + 1 :], n_ahead)
        weight = np.ones(len(encoded), np.float32)
        if sample_weight is not None:
            given = check_sample_weight(sample_weight, len(X))[first:stop]
            if not given.any():
                raise ValueError(
                    "The sample weights of all rows that end a window are zero; at least one is "
                    "needed."
                )
            weight = (given / given[given > 0].mean() if normalize else given).astype(np.float32)
        known = ~np.isnan(standard)
        if not known[first + 1 :].any():
            raise ValueError(
                f"{'X' if y is None else name} is missing, NaN, wherever a window would forecast "
                "it; there is nothing to learn from."
            )
        if not known.all():
            weight = weight * horizon_view(known[first + 1 :], n_ahead).any(axis=1)
        return Samples(X.windows(self.window, first, stop), encoded, weight)

    def _targets_in_time(self, codec: HorizonTarget, X: Series, y: Any, name: str) -> np.ndarray:
        """Return the values to forecast of each row, (n_timesteps, n_columns)."""
        if codec.columns is not None:
            if y is not None:
                raise ValueError(
                    f"{name} was given, but fit saw none and forecast columns of X; leave it out."
                )
            return X.values[:, codec.columns]
        if y is None:
            raise ValueError(
                f"{name} is None, but fit was given a series to forecast as y; pass that of the "
                "same time steps."
            )
        y = self._outside_targets(y, name)
        check_consistent_length(X.values, y)
        n_columns = len(codec.scaling.mean) // self._n_ahead
        if y.shape[1] != n_columns:
            raise ValueError(
                f"{name} has the shape {y.shape}, but fit saw {n_columns} column(s) of it; pass "
                "as many."
            )
        return y

    def _outside_targets(self, y: Any, name: str) -> np.ndarray:
        """Return y as float64 (n_timesteps, n_targets)."""
        return check_series(as_table(y, name), name, allow_nan=self.missing == "mask")

    def _known_codec(self, classes: Any) -> HorizonTarget:
        """Return the codec of the previous fit, after checking that the settings are the same."""
        old, reader = self.codec_, self.reader_
        is_same = {
            **self._is_same_network(),
            "loss or quantiles": (old.kind, old.quantiles) == self._resolved_loss(),
            **reader.is_same(self.target, self.time_column, self.missing),
        }
        refuse_changes([name for name, same in is_same.items() if not same])
        return old

    def _is_same_network(self) -> dict[str, bool]:
        """Return whether the settings that shape the network are the same as in fit."""
        columns, reader = self.codec_.columns, self.reader_
        is_direct = self.strategy == "direct"
        expected = reader.columns if is_direct else np.arange(reader.n_features)
        is_outside = columns is None and is_direct  # y was given
        return {
            "window": self.window == len(self.last_window_),
            "horizon or strategy": self.codec_.shape[0] == self._n_ahead
            and (is_outside or np.array_equal(columns, expected)),
        }

    def _read_validation(self, X: Any, y: Any, reader: SeriesReader, codec: Any) -> Any:
        check_same_times(X, y, "X_val", "y_val")
        series = reader.read(self._columns(), X, "X_val")
        self._check_length(series, "X_val")
        return self._samples(reader, codec, series, y, None, normalize=True, name="y_val")

    def _hold_out(self, samples: Any, codec: Any, seed: int) -> tuple[Any, Any]:
        """Hold out the windows at the end, and leave out windows with targets among them."""
        n_windows = len(samples.X)
        n_held = int(np.ceil(n_windows * self.validation_fraction))
        n_train = n_windows - n_held - (self._n_ahead - 1)
        if n_train < 1:
            raise ValueError(
                f"validation_fraction={self.validation_fraction} of {n_windows} windows leaves "
                "none to train on that ends before them; pass a longer series, a smaller fraction, "
                "or X_val."
            )
        held = samples.take(slice(n_windows - n_held, None))
        if not held.weight.any():
            raise ValueError(
                f"validation_fraction={self.validation_fraction} sets {n_held} windows at the end "
                "aside, but all they forecast is missing or has no weight; choose a larger "
                "fraction, or pass X_val."
            )
        return samples.take(slice(n_train)), held
