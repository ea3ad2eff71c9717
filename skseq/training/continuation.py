"""Keeps what fits with ``warm_start=True`` learned, for a later fit of the same to train on from.

scikit-learn clones the estimator for every candidate, fold and rung of a
search, so nothing of an earlier rung survives in the estimator; here it does, within one process.
The seed and the number of epochs decide every random choice, so a fit that trains on ends with the
same bits as one from scratch, and a search has the same scores whether it finds something here or
not.
"""

from __future__ import annotations

import functools
import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from types import BuiltinFunctionType, FunctionType
from typing import Any

import numpy as np

from ..batches.pairs import Pairs
from ..batches.slices import Slices
from ..sequences import Sequences
from .state import NetworkSpec, NetworkState

_PLAIN = (bool, int, float, complex, str, bytes, np.generic, type(None))
_BY_IDENTITY = (type, FunctionType, BuiltinFunctionType)
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
class _Unkeyable(Exception):
    """A value of which nobody can say whether another one is the same."""


def fit_key(estimator: Any, spec: NetworkSpec, data: list[Any]) -> Hashable | None:
    """Return what decides the course of a fit but for its number of epochs.

    ``data`` holds all that is trained on: inputs, targets and weights, as arrays or ``Sequences``.
    None where that cannot be told, e.g. of a ``RandomState``, which every fit leaves changed.
    """
    params = estimator.get_params(deep=False)
    key = _Key()
    try:
        key.add(type(estimator))
        key.add({name: value for name, value in params.items() if name not in _LEFT_OUT})
        key.add((spec.network, dict(spec.arguments), spec.loss, spec.clipnorm))
        key.add((_settings(spec.optimizer), _settings(spec.learning_rate)))
        key.add(data)
    except _Unkeyable:
        return None
    return key.value()


def _settings(value: Any) -> Any:
    """Return an optimiser's or schedule's type and settings, the parts that the engine copies."""
    if isinstance(value, type) or not hasattr(value, "get_config"):
        return value
    return type(value), value.get_config()


class _Key:
    """Digests values by their content, and holds on to those that only identity can tell apart."""

    def __init__(self) -> None:
        self._digest = blake2b(digest_size=32)
        self._objects: list[Hashable] = []

    def value(self) -> Hashable:
        return self._digest.digest(), tuple(self._objects)

    def add(self, value: Any) -> None:
        """Take in one value; each begins with its kind and size, so that none runs into the next.

        Raises
        ------
        _Unkeyable
            If the value is of a kind whose content is not known.
        """
        if isinstance(value, _PLAIN):
            self._mark(f"{type(value).__name__} {value!r}")
        elif isinstance(value, _BY_IDENTITY):
            self._mark("object")
            self._objects.append(value)
        elif isinstance(value, np.ndarray):
            self._add_array(value)
        elif isinstance(value, Slices):
            self._add_all("slices", [value.codes, value.starts, value.ends])
        elif isinstance(value, Pairs):
            self._add_all("pairs", [value.source, value.given, value.is_given])
        elif isinstance(value, Sequences):
            self._add_all("sequences", [value.codes, value.offsets])
        elif isinstance(value, (tuple, list)):
            self._add_all(type(value).__name__, value)
        elif isinstance(value, dict):
            self._add_all("dict", [part for item in value.items() for part in item])
        elif isinstance(value, functools.partial):
            self._add_all("partial", [value.func, value.args, value.keywords])
        else:
            raise _Unkeyable

    def _mark(self, text: str) -> None:
        encoded = text.encode("utf-8", "surrogatepass")
        self._digest.update(len(encoded).to_bytes(8, "little") + encoded)

    def _add_all(self, kind: str, values: Any) -> None:
        self._mark(f"{kind} {len(values)}")
        for value in values:
            self.add(value)

    def _add_array(self, array: np.ndarray) -> None:
        if array.dtype.hasobject:
            raise _Unkeyable
        self._mark(f"array {array.dtype.str} {array.shape}")
        self._digest.update(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
