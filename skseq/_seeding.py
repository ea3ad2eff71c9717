"""Random numbers: ``random_state`` decides everything, the caller's generators stay untouched."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

_lock = threading.RLock()
# The functions of the module ``random`` are the methods of one generator, among a few others.
_DRAWING = [
    name
    for name in random.__all__
    if getattr(getattr(random, name), "__self__", None) is random.random.__self__  # type: ignore[attr-defined]
]


def draw_seed(random_state: int | np.random.RandomState | None) -> int:
    """Turn a scikit-learn ``random_state`` into one integer seed.

    None draws fresh entropy and leaves ``np.random``'s global state alone; a RandomState instance
    is advanced by one draw, as scikit-learn does.
    """
    if random_state is None:
        return int(np.random.SeedSequence().generate_state(1)[0] >> 1)
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(2**31 - 1))
    if isinstance(random_state, (int, np.integer)) and 0 <= random_state < 2**32:
        return int(random_state)
    raise ValueError(
        "random_state must be None, an integer from 0 to 2**32 - 1 or a numpy RandomState, "
        f"got {random_state!r}."
    )


def generator(seed: int, *path: int) -> np.random.Generator:
    """Return an independent generator for one purpose, e.g. the shuffling of one epoch."""
    return np.random.default_rng([seed, *path])


@contextmanager
def borrowed_global_state(seed: int) -> Iterator[None]:
    """Seed Python's and NumPy's global generators for a while and put them back afterwards.

    Keras draws the seeds of initialisers and dropout from Python's ``random``; this is how they
    become reproducible without taking the generator away from the caller.
    """
    with _lock, _python_random(seed):  # two fits in two threads must not draw each other's numbers
        numpy_state = np.random.get_state()  # noqa: NPY002
        np.random.seed(seed % 2**32)  # noqa: NPY002
        try:
            yield
        finally:
            np.random.set_state(numpy_state)  # noqa: NPY002


@contextmanager
def _python_random(seed: int) -> Iterator[None]:
    """Seed ``random`` for this thread; all others go on with the caller's numbers meanwhile.

    The lock keeps other fits away, but not a thread that is none of ours: Dask's event loop draws
    delays from ``random``, and one number taken in between would change the whole model.
    """
    usual = {name: getattr(random, name) for name in _DRAWING}
    mine, others = random.Random(seed), random.Random()
    others.setstate(random.getstate())
    thread = threading.get_ident()

    def shared(name: str) -> Callable[..., Any]:
        def draw(*args: Any, **kwargs: Any) -> Any:
            generator = mine if threading.get_ident() == thread else others
            return getattr(generator, name)(*args, **kwargs)

        return draw

    random.seed(seed)  # for whoever has imported a function by its name
    for name in _DRAWING:
        setattr(random, name, shared(name))
    try:
        yield
    finally:
        for name, function in usual.items():
            setattr(random, name, function)
        random.setstate(others.getstate())
