"""Imports Keras and TensorFlow without their start-up notes.

Every module that needs them takes them from here, so that the first import, wherever it happens,
is the quiet one.
"""

from __future__ import annotations

import contextlib
import gc
import os
from collections.abc import Iterator

from .._seeding import borrowed_global_state
from .quiet import quiet_native_stderr


def _limit_threads(tf) -> None:
    """Keep TensorFlow to ``OMP_NUM_THREADS``, which joblib sets in its workers.

    TensorFlow ignores it, so that without this every worker of a search starts as many threads as
    there are cores. Two threads between operations stay, or a waiting input could block the rest.
    """
    limit = os.environ.get("OMP_NUM_THREADS", "")
    if limit.isdigit() and int(limit) > 0:
        with contextlib.suppress(RuntimeError):  # the caller has started TensorFlow already
            tf.config.threading.set_intra_op_parallelism_threads(int(limit))
            tf.config.threading.set_inter_op_parallelism_threads(max(2, int(limit)))


@contextlib.contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Spare the import, which makes millions of objects that stay, a tenth of its time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


# The import draws random numbers.
with quiet_native_stderr(), borrowed_global_state(0), _no_garbage_collection():
    import keras
    import tensorflow as tf

    _limit_threads(tf)
    tf.config.list_logical_devices()  # starts the runtime, which writes notes of its own

__all__ = ["keras", "tf"]
