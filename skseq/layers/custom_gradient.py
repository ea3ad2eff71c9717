"""Hand-written gradients that can be released together with the network they belong to."""

from __future__ import annotations

import functools

from ..runtime.backend import tf
from ..runtime.release import note_gradient


def custom_gradient(function):
    """Apply ``tf.custom_gradient`` and record the gradient, so that an engine can release it."""
    with_gradient = tf.custom_gradient(function)

    @functools.wraps(function)
    def call(*tensors):
        outputs = with_gradient(*tensors)
        note_gradient(outputs)
        return outputs

    return call
