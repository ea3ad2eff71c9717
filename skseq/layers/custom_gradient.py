"""Gradients written by hand that can be let go of with the network they belong to."""

from __future__ import annotations

import functools

from ..runtime.backend import tf
from ..runtime.release import note_gradient


def custom_gradient(function):
    """Do what ``tf.custom_gradient`` does; an engine notes the gradient, to drop it in the end."""
    with_gradient = tf.custom_gradient(function)

    @functools.wraps(function)
    def call(*tensors):
        outputs = with_gradient(*tensors)
        note_gradient(outputs)
        return outputs

    return call
