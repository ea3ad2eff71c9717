"""What a callback may do with the weights of the network at work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .state import NetworkState


@dataclass(frozen=True)
class WeightAccess:
    """Reads and replaces weights and optimiser variables in the middle of training.

    Attributes
    ----------
    read : callable
        Given the number of updates done, returns the present state.
    read_weights : callable
        Returns copies of the network's weights alone.
    restore : callable
        Puts a state into the network and the optimiser.
    """

    read: Callable[[int], NetworkState]
    read_weights: Callable[[], list[np.ndarray]]
    restore: Callable[[NetworkState], None]
