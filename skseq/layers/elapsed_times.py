"""Elapsed times: splitting them from the features, and reversing them."""

from __future__ import annotations

from ..runtime.backend import keras, tf
from .reverse import reverse_within

ops = keras.ops


def reverse_elapsed(elapsed, lengths):
    """Return the elapsed times (B, T) of each sequence read backwards.

    The time between the steps t and t + 1 belongs to step t + 1, and read backwards to step t. So
    after the reversal all times move one step later; that of the first step read is 0.
    """
    return tf.pad(reverse_within(elapsed, lengths)[:, :-1], [[0, 0], [1, 0]])


@keras.saving.register_keras_serializable(package="skseq")
class ReverseElapsed(keras.layers.Layer):
    """Compute the elapsed times of the sequences that ``ReverseSequence`` returns.

    Takes the times since the previous step (B, T) of right-padded sequences and lengths (B,);
    returns the times until the next step (B, T), in the order of the reversed sequences and with a
    zero first.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq.layers import ReverseElapsed
    >>> np.asarray(ReverseElapsed()(np.array([[0.0, 2.0, 5.0]], "float32"), np.array([3])))
    array([[0., 5., 2.]], dtype=float32)
    """

    def call(self, elapsed, lengths):
        return reverse_elapsed(elapsed, lengths)

    def compute_output_shape(self, elapsed_shape, lengths_shape):
        return elapsed_shape


@keras.saving.register_keras_serializable(package="skseq")
class SplitElapsed(keras.layers.Layer):
    """Split the column of elapsed times from the other features.

    Takes steps (B, T, F) and returns the other features (B, T, F - 1) and the times (B, T). The
    first time is set to 0, as nothing is known about what came before the sequence.

    Parameters
    ----------
    column : int
        Index of the feature that holds the times; -1 is the last.

    Raises
    ------
    ValueError
        If there is no such column, or it is the only one.
    """

    def __init__(self, column, **kwargs) -> None:
        super().__init__(**kwargs)
        self.column = column

    def build(self, steps_shape):
        n_features = steps_shape[-1]
        if not -n_features <= self.column < n_features:
            raise ValueError(
                f"The column of elapsed times must be one of the {n_features} features, from "
                f"{-n_features} to {n_features - 1}, got {self.column}."
            )
        if n_features < 2:
            raise ValueError(
                "The only feature is the elapsed time; the steps need at least one other feature."
            )

    def call(self, steps):
        column = self.column % steps.shape[-1]
        others = ops.concatenate([steps[:, :, :column], steps[:, :, column + 1 :]], axis=-1)
        return others, ops.pad(steps[:, 1:, column], [[0, 0], [1, 0]])

    def compute_output_shape(self, steps_shape):
        return (*steps_shape[:-1], steps_shape[-1] - 1), tuple(steps_shape[:-1])

    def get_config(self):
        return {**super().get_config(), "column": self.column}
