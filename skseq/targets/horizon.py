"""The target codec of forecasters: the values after each window."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..batches.batching import Batch, join_rows
from ..inputs.standardization import Standardization
from .numbers import Numbers
from .quantiles import between_quantiles


class HorizonTarget(Numbers):
    """The next values of some columns.

    Parameters
    ----------
    kind, quantiles
        As of ``NumberTarget``.
    scaling : Standardization
        Of the columns.
    horizon : int
        How many steps are forecast at once.
    columns : ndarray of shape (n_columns,) or None, default=None
        Which columns of X these are; None if they are none.

    Attributes
    ----------
    of_one_step : Standardization
        Of the columns; ``scaling`` is of all outputs.
    shape : tuple of int
        (horizon,), or (horizon, n_columns) of several columns.
    """

    loss = "numbers"

    def __init__(
        self,
        kind: str,
        quantiles: tuple[float, ...] | None,
        scaling: Standardization,
        horizon: int,
        columns: np.ndarray | None = None,
    ):
        super().__init__(kind, quantiles)
        self.columns = columns
        self.of_one_step = scaling
        self.scaling = scaling.repeated(horizon)
        n_columns = len(scaling.mean)
        self.shape = (horizon,) if n_columns == 1 else (horizon, n_columns)

    def arguments(self) -> dict[str, Any]:
        """Return what the network needs to know about its output."""
        found = {**super().arguments(), "n_quantiles": len(self.quantiles or (0.5,))}
        if self.columns is not None:
            found["columns"] = tuple(self.columns.tolist())
        return found

    def of_all_columns(self, outputs: np.ndarray) -> np.ndarray:
        """Return the standardised numbers of outputs, (n, horizon, n_features), columns as in X.

        Of quantiles these are the medians. All columns must be forecast.
        """
        assert self.columns is not None
        if self.quantiles is not None:
            parted = outputs.reshape(len(outputs), -1, len(self.quantiles))
            outputs = between_quantiles(parted, self.quantiles, 0.5)
        parted = outputs.reshape(len(outputs), -1, len(self.columns))
        return parted[:, :, np.argsort(self.columns)]

    def loss_and_score(
        self, batches: Iterable[Batch], encoded: np.ndarray, weight: np.ndarray
    ) -> tuple[float, float]:
        """Return the weighted mean loss of outputs against encoded targets, and R²."""
        return self._evaluated(join_rows(batches, len(encoded)), encoded, weight)
