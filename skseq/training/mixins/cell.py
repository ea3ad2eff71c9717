"""Estimators whose cell is a parameter, time-aware cells among them."""

from __future__ import annotations

from typing import Any

from ..._tables import CELLS
from ...inputs.validation import ANY_INTEGER, StrOptions


class CellMixin:
    """Adds ``cell`` and ``time_feature`` to a recurrent estimator."""

    _cell_constraints: dict[str, list[Any] | str] = {
        "cell": [StrOptions(set(CELLS))],
        "time_feature": [ANY_INTEGER, None],
    }

    cell: str
    time_feature: int | None
    network: Any

    @property
    def _cell(self) -> str:
        return self.cell

    def _network(self) -> tuple[Any, dict[str, Any]]:
        network, arguments = super()._network()  # type: ignore[misc]
        if self.network is None:
            arguments = {**arguments, "time_feature": self.time_feature}
        return network, arguments

    def _reading(self) -> dict[str, Any]:
        reading = super()._reading()  # type: ignore[misc]
        if self.time_feature is None or not CELLS[self.cell].reads_time:  # the network raises
            return reading
        return {**reading, "time_feature": self.time_feature}
