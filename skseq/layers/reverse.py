"""Reversal of sequences within their lengths."""

from __future__ import annotations

from ..runtime.backend import keras, tf
from .custom_gradient import custom_gradient


def reverse_within(steps, lengths):
    """Reverse each sequence of right-padded steps (B, T, …) within its length.

    Gathers whole steps, which is several times faster than ``tf.reverse_sequence``, which moves
    single numbers. Reversal is its own inverse, so the gradient is the same gather operation.
    """
    n_rows, n_steps = tf.shape(steps)[0], tf.shape(steps)[1]
    positions = tf.range(n_steps)[None, :]  # (1, T)
    lengths = tf.cast(lengths, tf.int32)[:, None]
    source = tf.where(positions < lengths, lengths - 1 - positions, positions)
    source = tf.reshape(source + tf.range(n_rows)[:, None] * n_steps, (-1,))

    @custom_gradient
    def reverse(values):
        flat = tf.reshape(values, tf.concat([[-1], tf.shape(values)[2:]], 0))
        found = tf.reshape(tf.gather(flat, source), tf.shape(values))
        return tf.ensure_shape(found, values.shape), reverse

    return reverse(steps)


@keras.saving.register_keras_serializable(package="skseq")
class ReverseSequence(keras.layers.Layer):
    """Reverse each sequence of a right-padded batch within its own length.

    A recurrent layer applied to the result reads the sequence backwards. Padding still comes after
    the last real step, so the layer needs no mask.

    Takes steps (B, T, F) and lengths (B,); returns (B, T, F) with the padding unchanged.
    """

    def call(self, steps, lengths):
        return reverse_within(steps, lengths)

    def compute_output_shape(self, steps_shape, lengths_shape):
        return steps_shape
