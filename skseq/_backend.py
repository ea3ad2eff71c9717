"""Imports Keras and TensorFlow without their start-up notes. Floor 2.

Every module that needs them takes them from here, so that the first import, wherever it happens,
is the quiet one.
"""

from __future__ import annotations

from ._quiet import quiet_native_stderr
from ._seeding import borrowed_global_state

with quiet_native_stderr(), borrowed_global_state(0):  # the import draws random numbers
    import keras
    import tensorflow as tf

    tf.config.list_logical_devices()  # starts the runtime, which writes notes of its own

__all__ = ["keras", "tf"]
