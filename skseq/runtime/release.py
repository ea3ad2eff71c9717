"""Lets go of what TensorFlow keeps for ever: gradients of traced functions, and compiled kernels.

Two registries of TensorFlow grow with every network that is built in a process. A gradient written
by hand, and one of a function within a function, is registered under a new name each time it is
traced; the entry holds the graph, and with it everything of the network. And each variable with a
name of its own, as those of optimisers, leaves a kernel in the cache of the eager runtime. Neither
has a public way out; Keras' own ``clear_session`` empties the cache in the same way as here.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .backend import tf

_local = threading.local()


@contextmanager
def gradients_noted(names: set[str]) -> Iterator[None]:
    """Add to ``names`` under which this thread's functions register gradients inside the block."""
    stack = _stack()
    stack.append(names)
    try:
        yield
    finally:
        # Generators that are read in turns end in any order.
        place = max(i for i, found in enumerate(stack) if found is names)
        del stack[place]


def note_gradient(tensors: Any) -> None:
    """Note the registered gradient, if any, of the operation that made ``tensors``."""
    stack = _stack()
    if not stack or tf.executing_eagerly():
        return
    flat = tf.nest.flatten(tensors)
    try:
        name = flat[0].op.get_attr("_gradient_op_type")
    except (
        AttributeError,
        IndexError,
        ValueError,
    ):  # an operation whose gradient is TensorFlow's own
        return
    stack[-1].add(name.decode())


def forget_gradients(names: set[str]) -> None:
    """Drop registered gradients of functions that will not be traced any more."""
    registry = _gradient_registry()
    while names:
        registry.pop(names.pop(), None)


def forget_kernels() -> None:
    """Empty the cache of the eager runtime; kernels that are needed are made again."""
    try:
        from tensorflow.python.eager import context

        context.context().clear_kernel_cache()
    except (ImportError, AttributeError):  # another version: the cache grows, nothing else
        return


def _stack() -> list[set[str]]:
    if not hasattr(_local, "stack"):
        _local.stack = []
    return _local.stack


def _gradient_registry() -> dict[str, Any]:
    try:
        from tensorflow.python.framework import ops

        return ops.gradient_registry._registry
    except (ImportError, AttributeError):  # another version: the registry grows, nothing else
        return {}
