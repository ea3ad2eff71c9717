"""The loss of estimators of numbers, or of their quantiles."""

from __future__ import annotations

from typing import Any

from .._tables import LOSSES
from ..inputs.validation import StrOptions
from .quantiles import resolve_loss


class NumberLossMixin:
    """Adds ``loss`` and ``quantiles`` to an estimator."""

    _loss_constraints: dict[str, list[Any] | str] = {
        "loss": [StrOptions({"auto", *LOSSES, "quantile"})],
        "quantiles": "no_validation",  # resolve_loss says more
    }

    loss: str
    quantiles: Any

    def _resolved_loss(self) -> tuple[str, tuple[float, ...] | None]:
        """Return the loss, and the quantiles if it is theirs."""
        return resolve_loss(self.loss, self.quantiles)

    def _loss_arguments(self) -> dict[str, Any]:
        kind, quantiles = self._resolved_loss()
        return {"kind": kind, "quantiles": quantiles or ()}
