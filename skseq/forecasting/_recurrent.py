"""The base of recurrent forecasters; subclasses choose the cell."""

from __future__ import annotations

from abc import abstractmethod
from numbers import Integral, Real
from typing import Any

from ..inputs.validation import Interval, StrOptions
from ._base import SequenceForecaster


class RecurrentForecaster(SequenceForecaster):
    """Abstract base of recurrent forecasters; subclasses set the cell."""

    _parameter_constraints: dict[str, list[Any] | str] = {
        **SequenceForecaster._parameter_constraints,
        "units": [Interval(Integral, 1, None, closed="left")],
        "layers": [Interval(Integral, 1, None, closed="left")],
        "bidirectional": ["boolean", StrOptions({"auto"})],
        "merge_mode": [StrOptions({"concat", "sum", "mul", "ave"})],
        "dropout": [StrOptions({"auto"}), Interval(Real, 0, 1, closed="left")],
        "recurrent_dropout": [Interval(Real, 0, 1, closed="left")],
    }

    def __init__(
        self,
        window=24,
        horizon=1,
        *,
        strategy="direct",
        target=None,
        relative=True,
        linear=True,
        season="auto",
        time_column=None,
        missing="error",
        units=64,
        layers=1,
        bidirectional="auto",
        merge_mode="concat",
        dropout="auto",
        recurrent_dropout=0.0,
        loss="auto",
        quantiles=None,
        score_metric="r2",
        optimizer="adam",
        learning_rate="auto",
        clipnorm=1.0,
        epochs="auto",
        max_time=None,
        batch_size="auto",
        early_stopping="auto",
        validation_fraction=0.1,
        n_iter_no_change="auto",
        tol=1e-4,
        callbacks=None,
        verbose=0,
        warm_start=False,
        random_state=None,
    ) -> None:
        self.window = window
        self.horizon = horizon
        self.strategy = strategy
        self.target = target
        self.relative = relative
        self.linear = linear
        self.season = season
        self.time_column = time_column
        self.missing = missing
        self.units = units
        self.layers = layers
        self.bidirectional = bidirectional
        self.merge_mode = merge_mode
        self.dropout = dropout
        self.recurrent_dropout = recurrent_dropout
        self.loss = loss
        self.quantiles = quantiles
        self.score_metric = score_metric
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.clipnorm = clipnorm
        self.epochs = epochs
        self.max_time = max_time
        self.batch_size = batch_size
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.tol = tol
        self.callbacks = callbacks
        self.verbose = verbose
        self.warm_start = warm_start
        self.random_state = random_state

    @property
    @abstractmethod
    def _cell(self) -> str:
        """Name of the recurrent cell."""

    def _usual(self, reader: Any, codec: Any, samples: Any) -> dict[str, Any]:
        # A window ends where the forecast begins, so that its end is read last.
        return {**super()._usual(reader, codec, samples), "bidirectional": False}

    def _network(self) -> tuple[Any, dict[str, Any]]:
        return "forecasting", {
            "cell": self._cell,
            "units": self.units,
            "layers": self.layers,
            "bidirectional": self.bidirectional,
            "merge_mode": self.merge_mode,
            "dropout": self.dropout,
            "recurrent_dropout": self.recurrent_dropout,
            "relative": self.relative,
            "n_linear": self.window if self.linear else None,
        }
