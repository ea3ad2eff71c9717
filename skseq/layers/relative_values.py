"""Numbers relative to the last step of a window."""

from __future__ import annotations

from ..runtime.backend import keras, tf

ops = keras.ops


@keras.saving.register_keras_serializable(package="skseq")
class LastStep(keras.layers.Layer):
    """Select features of the last real step: (B, T, F) and lengths (B,) to (B, n_columns).

    Parameters
    ----------
    columns : sequence of int
        Indices of the features.
    """

    def __init__(self, columns, **kwargs) -> None:
        super().__init__(**kwargs)
        self.columns = tuple(int(column) for column in columns)

    def call(self, steps, lengths):
        last = tf.gather(steps, tf.maximum(lengths, 1) - 1, batch_dims=1)
        return tf.gather(last, self.columns, axis=1)

    def compute_output_shape(self, steps_shape, lengths_shape=None):
        return (steps_shape[0], len(self.columns))

    def get_config(self):
        return {**super().get_config(), "columns": list(self.columns)}


@keras.saving.register_keras_serializable(package="skseq")
class SinceLast(keras.layers.Layer):
    """Subtract the last real values from features: (B, T, F) and lengths (B,) to (B, T, F).

    Parameters
    ----------
    n_numbers : int or None, default=None
        Number of leading features to change; the others are left unchanged. None changes all.
    """

    def __init__(self, n_numbers=None, **kwargs) -> None:
        super().__init__(**kwargs)
        self.n_numbers = n_numbers

    def call(self, steps, lengths):
        last = tf.gather(steps, tf.maximum(lengths, 1) - 1, batch_dims=1)[:, None]
        n_numbers = self.n_numbers
        if n_numbers is None or n_numbers == steps.shape[-1]:
            return steps - last
        changes = steps[:, :, :n_numbers] - last[:, :, :n_numbers]
        return ops.concatenate([changes, steps[:, :, n_numbers:]], axis=-1)

    def compute_output_shape(self, steps_shape, lengths_shape=None):
        return steps_shape

    def get_config(self):
        return {**super().get_config(), "n_numbers": self.n_numbers}


@keras.saving.register_keras_serializable(package="skseq")
class FromAnchor(keras.layers.Layer):
    """Add anchors (B, n_columns) to changes (B, horizon × n_columns × n_quantiles).

    Parameters
    ----------
    n_quantiles : int, default=1
        Number of changes for each column of each step of the horizon.
    """

    def __init__(self, n_quantiles=1, **kwargs) -> None:
        super().__init__(**kwargs)
        self.n_quantiles = n_quantiles

    def call(self, changes, anchors):
        n_outputs, n_columns = changes.shape[-1], anchors.shape[-1]
        horizon = n_outputs // (n_columns * self.n_quantiles)
        parted = ops.reshape(changes, (-1, horizon, n_columns, self.n_quantiles))
        return ops.reshape(parted + anchors[:, None, :, None], (-1, n_outputs))

    def compute_output_shape(self, changes_shape, anchors_shape=None):
        return changes_shape

    def get_config(self):
        return {**super().get_config(), "n_quantiles": self.n_quantiles}
