"""Random numbers: ``random_state`` decides everything and the caller's generators stay untouched.

Floor 0: NumPy and the standard library only.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

_lock = threading.RLock()


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
    with _lock:  # two fits in two threads must not draw from each other's numbers
        python_state = random.getstate()
        numpy_state = np.random.get_state()  # noqa: NPY002
        random.seed(seed)
        np.random.seed(seed % 2**32)  # noqa: NPY002
        try:
            yield
        finally:
            random.setstate(python_state)
            np.random.set_state(numpy_state)  # noqa: NPY002
