"""The last values of single columns, the latest first."""

from __future__ import annotations

from ..runtime.backend import keras, tf


@keras.saving.register_keras_serializable(package="skseq")
class OwnHistory(keras.layers.Layer):
    """Extract the last values of C features: (B, T, F) and lengths (B,) to (B, C, n_steps).

    The latest value is first, so the position of a value does not depend on the length of the
    sequence; values before the first step are zeros.

    Parameters
    ----------
    columns : sequence of int
        Indices of the features.
    n_steps : int
        Number of values of each feature.
    """

    def __init__(self, columns, n_steps, **kwargs) -> None:
        super().__init__(**kwargs)
        self.columns, self.n_steps = tuple(int(column) for column in columns), n_steps

    def call(self, steps, lengths):
        places = tf.maximum(lengths, 1)[:, None] - 1 - tf.range(self.n_steps)
        found = tf.gather(steps, tf.maximum(places, 0), batch_dims=1)
        found = tf.gather(found, self.columns, axis=2)
        found = tf.where((places >= 0)[:, :, None], found, 0.0)
        found = tf.ensure_shape(found, (None, self.n_steps, len(self.columns)))
        return tf.transpose(found, (0, 2, 1))

    def compute_output_shape(self, steps_shape, lengths_shape=None):
        return (steps_shape[0], len(self.columns), self.n_steps)

    def get_config(self):
        return {**super().get_config(), "columns": list(self.columns), "n_steps": self.n_steps}
