"""Keeps what fits with ``warm_start=True`` learned, for a later fit of the same to train on from.

scikit-learn clones the estimator for every candidate, fold and rung of a
search, so nothing of an earlier rung survives in the estimator; here it does, within one process.
The seed and the number of epochs decide every random choice, so a fit that trains on ends with the
same bits as one from scratch, and a search has the same scores whether it finds something here or
not.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .fingerprint import fingerprint, settings
from .state import NetworkSpec, NetworkState

# The first three do not change what an epoch does; the others are read as the engine reads them.
_LEFT_OUT = ("epochs", "verbose", "warm_start", "optimizer", "learning_rate")


# ----------------------------------------------------------------------- the store
@dataclass(frozen=True)
class Checkpoint:
    """How far a fit came: its state, its history and the report of its first epoch."""

    state: NetworkState
    history: Mapping[str, list[float]] = field(default_factory=dict)
    report: Mapping[str, float] = field(default_factory=dict)

    @property
    def nbytes(self) -> int:
        """Memory held by weights and optimiser variables, in bytes."""
        return sum(array.nbytes for array in (*self.state.weights, *self.state.optimizer))

    def copy(self) -> Checkpoint:
        """Return a copy that shares nothing which can be changed in place."""
        weights, optimizer = (
            [array.copy() for array in arrays]
            for arrays in (self.state.weights, self.state.optimizer)
        )
        history = {name: list(values) for name, values in self.history.items()}
        state = replace(self.state, weights=weights, optimizer=optimizer)
        return Checkpoint(state, history, dict(self.report))


class CheckpointStore:
    """Remembers the last progress of each key; the least recently used goes first.

    The last and not the furthest: where a search is run twice, its second run starts at few epochs
    and finds its own rungs instead of the end of the first run.

    Parameters
    ----------
    max_entries : int
        Most keys kept.
    max_bytes : int
        Most memory for weights and optimiser variables; larger progress is not kept at all.
    """

    def __init__(self, max_entries: int = 256, max_bytes: int = 2**29):
        self._max_entries, self._max_bytes = max_entries, max_bytes
        self._kept: OrderedDict[Hashable, Checkpoint] = OrderedDict()
        self._nbytes = 0
        self._lock = threading.Lock()

    def find(self, key: Hashable, epochs: int) -> Checkpoint | None:
        """Return a copy of what is kept for ``key``, if it has fewer than ``epochs`` epochs.

        Nothing is kept for None.
        """
        with self._lock:
            found = self._kept.get(key)
            if found is None or found.state.epoch >= epochs:
                return None
            self._kept.move_to_end(key)
        return found.copy()  # what is kept never changes, so the lock need not wait for it

    def keep(self, key: Hashable, progress: Checkpoint) -> None:
        """Keep a copy of ``progress`` in place of what there was for ``key``."""
        if progress.nbytes > self._max_bytes:
            return
        progress = progress.copy()
        with self._lock:
            self._drop(key)
            self._kept[key] = progress
            self._nbytes += progress.nbytes
            while len(self._kept) > self._max_entries or self._nbytes > self._max_bytes:
                self._drop(next(iter(self._kept)))

    def clear(self) -> None:
        """Drop everything."""
        with self._lock:
            self._kept.clear()
            self._nbytes = 0

    @property
    def nbytes(self) -> int:
        """Memory held by weights and optimiser variables, in bytes."""
        return self._nbytes

    def __len__(self) -> int:
        return len(self._kept)

    def _drop(self, key: Hashable) -> None:
        progress = self._kept.pop(key, None)
        if progress is not None:
            self._nbytes -= progress.nbytes


STORE = CheckpointStore()


# ------------------------------------------------------------------------- the key
def fit_key(estimator: Any, spec: NetworkSpec, data: list[Any]) -> Hashable | None:
    """Return what decides the course of a fit but for its number of epochs.

    ``data`` holds all that is trained on: inputs, targets and weights, as arrays or ``Sequences``.
    None where that cannot be told, e.g. of a ``RandomState``, which every fit leaves changed.
    """
    params = estimator.get_params(deep=False)
    return fingerprint(
        type(estimator),
        {name: value for name, value in params.items() if name not in _LEFT_OUT},
        (spec.network, spec.arguments, spec.loss, spec.clipnorm),
        (settings(spec.optimizer), settings(spec.learning_rate)),
        data,
    )
