"""Reversal of sequences within their lengths. Floor 2: Keras and TensorFlow."""

from __future__ import annotations

from .._backend import keras, tf


@keras.saving.register_keras_serializable(package="skseq")
class ReverseSequence(keras.layers.Layer):
    """Reverse each sequence of a right-padded batch within its own length.

    A recurrent layer run over the result reads the sequence backwards and never meets padding
    before the last real step, so it needs no mask.

    Takes steps (B, T, F) and lengths (B,); returns (B, T, F) with the padding where it was.
    """

    def call(self, steps, lengths):
        return tf.reverse_sequence(steps, lengths, seq_axis=1, batch_axis=0)

    def compute_output_shape(self, steps_shape, lengths_shape):
        return steps_shape
