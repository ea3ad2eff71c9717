"""The time elapsed before each step: taken from the features, reversed."""

from __future__ import annotations

from ..runtime.backend import keras, tf
from .reverse import reverse_within

ops = keras.ops


def reverse_elapsed(elapsed, lengths):
    """Return the elapsed times (B, T) that belong to each sequence read backwards.

    Between the steps t + 1 and t lies the time that had elapsed at step t + 1, so after reversal
    all times come one step later; before the first step read nothing has elapsed.
    """
    return tf.pad(reverse_within(elapsed, lengths)[:, :-1], [[0, 0], [1, 0]])


@keras.saving.register_keras_serializable(package="skseq")
class ReverseElapsed(keras.layers.Layer):
    """Turn elapsed times into those of the sequences that ``ReverseSequence`` gives.

    Takes the times since the step before (B, T) of right-padded sequences and lengths (B,);
    returns the times since the step after (B, T), in the order of the reversed sequences and with a
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
    """Take the column of elapsed times out of the features.

    Takes steps (B, T, F) and returns the other features (B, T, F - 1) and the times (B, T). The
    first time is 0 whatever it was: nothing is known of before.

    Parameters
    ----------
    column : int
        The feature that holds the times; -1 is the last.

    Raises
    ------
    ValueError
        If there is no such column, or no other.
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
