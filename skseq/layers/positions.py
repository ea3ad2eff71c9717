"""Positional encodings: sinusoidal and learned positions."""

from __future__ import annotations

from ..runtime.backend import keras

ops = keras.ops


@keras.saving.register_keras_serializable(package="skseq")
class SinusoidalPositions(keras.layers.Layer):
    """Add a sinusoidal positional encoding to each step.

    Takes and returns (B, T, F). Entry 2i of step t is sin(t / 10000^(2i/F)), entry 2i + 1 the
    cosine, times a learned scale; sequences may have any length. If the steps ``before``,
    (B, P, …), are given, the first position is P.

    Parameters
    ----------
    scale : float, default=1.0
        Initial value of the scale. A small scale suits vectors that are small at first, such as
        embeddings to be trained; a scale of 1 would dominate them.

    References
    ----------
    Vaswani et al., "Attention Is All You Need", NeurIPS 2017, section 3.5; the scale as in Li et
    al., "Neural Speech Synthesis with Transformer Network", AAAI 2019.
    """

    def __init__(self, scale=1.0, **kwargs) -> None:
        super().__init__(**kwargs)
        self.scale = scale

    def build(self, steps_shape, before_shape=None):
        start = keras.initializers.Constant(self.scale)
        self.alpha = self.add_weight(shape=(), initializer=start, name="alpha")

    def call(self, steps, before=None):
        width = steps.shape[-1]
        position = ops.cast(_positions(steps, before), "float32")[:, None]
        pair = ops.cast(ops.arange(width) // 2, "float32")[None, :]
        angle = position / ops.power(10000.0, 2.0 * pair / width)
        is_even = ops.cast(ops.arange(width) % 2 == 0, "float32")[None, :]
        waves = is_even * ops.sin(angle) + (1.0 - is_even) * ops.cos(angle)
        return steps + self.alpha * waves

    def compute_output_spec(self, steps, before=None):
        return keras.KerasTensor(steps.shape, dtype=self.compute_dtype)

    def get_config(self):
        return {**super().get_config(), "scale": self.scale}


@keras.saving.register_keras_serializable(package="skseq")
class LearnedPositions(keras.layers.Layer):
    """Add a learned vector of its position to each step.

    Takes and returns (B, T, F). If the steps ``before``, (B, P, …), are given, the first position
    is P.

    Parameters
    ----------
    n_positions : int
        Number of positions that have a vector; all later steps share the last one.
    """

    def __init__(self, n_positions, **kwargs) -> None:
        super().__init__(**kwargs)
        self.n_positions = n_positions

    def build(self, steps_shape, before_shape=None):
        shape = (self.n_positions, steps_shape[-1])
        self.table = self.add_weight(shape=shape, initializer="uniform", name="table")

    def call(self, steps, before=None):
        positions = ops.minimum(_positions(steps, before), self.n_positions - 1)
        return steps + ops.take(self.table, positions, axis=0)[None]

    def compute_output_spec(self, steps, before=None):
        return keras.KerasTensor(steps.shape, dtype=self.compute_dtype)

    def get_config(self):
        return {**super().get_config(), "n_positions": self.n_positions}


def _positions(steps, before):
    """Return the position of each step, (T,)."""
    first = 0 if before is None else ops.shape(before)[1]
    return ops.arange(ops.shape(steps)[1]) + first
