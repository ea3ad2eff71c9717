"""Shares engines between fits and predictions of equal specifications."""

from __future__ import annotations

import gc
import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from numbers import Real

from ..runtime.release import forget_kernels
from .engine import Engine
from .fingerprint import fingerprint, settings
from .state import NetworkSpec

# After this number of dropped engines their memory is freed. That takes a fifth of a second, and
# what other engines run has to be compiled again.
_DROPS = 8


class EnginePool:
    """Keeps a bounded number of idle engines for the next fit or prediction of the same spec.

    An engine is taken out while it is in use, so two threads never share one.

    Parameters
    ----------
    size : int
        Number of idle engines kept; the least recently used is dropped.
    max_bytes : int
        Memory that the weights of idle engines may take; one is kept whatever its size.
    """

    def __init__(self, size: int = 8, max_bytes: int = 2**28):
        self._idle: OrderedDict[int, tuple[Hashable, Engine]] = OrderedDict()
        self._size, self._max_bytes = size, max_bytes
        self._count = 0
        self._n_dropped = 0
        self._lock = threading.Lock()

    @contextmanager
    def borrow(self, spec: NetworkSpec, seed: int = 0) -> Iterator[Engine]:
        """Hand out an engine for ``spec`` and take it back afterwards, unless the work failed.

        ``seed`` is that of the initial weights which the caller will ask for, if any.
        """
        key = spec_key(spec)
        engine = self._take(key) if key is not None else None
        if engine is None:
            engine = Engine(spec, seed)
        with engine.tracing():
            yield engine
        if key is not None:
            self._give_back(key, engine)

    def __len__(self) -> int:
        return len(self._idle)

    def clear(self) -> None:
        """Drop all idle engines."""
        with self._lock:
            self._idle.clear()

    def _take(self, key: Hashable) -> Engine | None:
        with self._lock:
            for number in reversed(self._idle):
                if self._idle[number][0] == key:
                    return self._idle.pop(number)[1]
        return None

    def _give_back(self, key: Hashable, engine: Engine) -> None:
        with self._lock:
            self._count += 1
            self._idle[self._count] = (key, engine)
            while self._is_too_much():
                self._idle.popitem(last=False)
                self._n_dropped += 1
            is_due = self._n_dropped >= _DROPS
            if is_due:
                self._n_dropped = 0
        if is_due:
            gc.collect()  # networks refer to themselves
            forget_kernels()

    def _is_too_much(self) -> bool:
        n_bytes = sum(engine.n_bytes for _, engine in self._idle.values())
        return len(self._idle) > self._size or (len(self._idle) > 1 and n_bytes > self._max_bytes)


def spec_key(spec: NetworkSpec) -> Hashable | None:
    """Return a hashable stand-in for what decides the compiled model, or None if there is none.

    A learning rate that is a number is a variable of the optimiser, so it does not count, unless
    rates of layers, which are relative to it, or a schedule have it compiled in.
    """
    rate = spec.learning_rate
    if rate is not None and isinstance(rate, Real) and not (spec.layer_rates or spec.warmup_steps):
        rate = "a number"
    return fingerprint(
        spec.network,
        dict(sorted(spec.arguments.items())),
        (spec.loss, spec.loss_arguments),
        settings(spec.optimizer),
        settings(rate),
        (spec.layer_rates, spec.warmup_steps, spec.clipnorm),
        pickles=True,
    )


POOL = EnginePool()
