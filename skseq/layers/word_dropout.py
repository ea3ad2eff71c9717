"""Dropout of whole steps."""

from __future__ import annotations

from ..runtime.backend import keras

ops = keras.ops


@keras.saving.register_keras_serializable(package="skseq")
class WordDropout(keras.layers.Layer):
    """Replace random steps in training: ids by ``replacement``, features by zeros.

    The network learns not to rely on single words, and how to treat unknown words. Values are not
    scaled up, because a replaced id is an input like any other. Takes and returns (B, T) ids or
    (B, T, F) features.

    Parameters
    ----------
    rate : float
        Share of steps replaced, in [0, 1).
    replacement : int, default=1
        The id that replaces them, by default that of ``<unk>``.
    seed : int or None, default=None
        Seed of the random choice of steps.

    References
    ----------
    Iyyer et al., "Deep Unordered Composition Rivals Syntactic Methods for Text Classification",
    ACL 2015.
    """

    def __init__(self, rate, replacement=1, seed=None, **kwargs) -> None:
        super().__init__(**kwargs)
        self.rate = rate
        self.replacement = replacement
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def call(self, steps, training=False):
        if not training or not self.rate:
            return steps
        shape = ops.shape(steps)[:2]
        kept = keras.random.uniform(shape, seed=self.seed_generator) >= self.rate
        if len(steps.shape) == 2:
            return ops.where(kept, steps, ops.cast(self.replacement, steps.dtype))
        return steps * ops.cast(kept, steps.dtype)[:, :, None]

    def compute_output_shape(self, steps_shape):
        return steps_shape

    def get_config(self):
        own = {"rate": self.rate, "replacement": self.replacement, "seed": self.seed}
        return {**super().get_config(), **own}
