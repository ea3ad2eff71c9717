"""Self-attention over the steps of a sequence."""

from __future__ import annotations

from ..decoding._log_probabilities import IMPOSSIBLE
from ..runtime.backend import keras
from .heads import is_within

ops = keras.ops


@keras.saving.register_keras_serializable(package="skseq")
class SelfAttention(keras.layers.Layer):
    """Self-attention of every step to all real steps, by dot products of queries and keys.

    Takes steps (B, T, F) and lengths (B,). Returns the attention outputs (B, T, F * num_heads) and
    the weights (B, num_heads, T, T), whose rows of real steps sum to 1 over the real steps. The
    weights are a softmax of the dot products of each step's projected query with the projected keys
    of all real steps. The output of a head is the weighted mean of the steps themselves, not of
    projected values; the outputs of the heads are concatenated.

    Parameters
    ----------
    units : int
        Width of queries and keys of each head.
    num_heads : int, default=1
        Number of heads, each with attention weights of its own.
    scaled : bool, default=True
        Whether products are divided by the square root of ``units``. Without this, the softmax
        saturates if queries are wide.

    References
    ----------
    Luong et al., "Effective Approaches to Attention-based Neural Machine Translation", EMNLP 2015;
    Vaswani et al., "Attention Is All You Need", NeurIPS 2017 (the scale and the heads).
    """

    def __init__(self, units, num_heads=1, scaled=True, **kwargs) -> None:
        super().__init__(**kwargs)
        self.units, self.num_heads, self.scaled = units, num_heads, scaled

    def build(self, steps_shape, lengths_shape):
        shape = (steps_shape[-1], self.num_heads * self.units)
        self.query = self.add_weight(shape=shape, initializer="glorot_uniform", name="query")
        self.key = self.add_weight(shape=shape, initializer="glorot_uniform", name="key")

    def call(self, steps, lengths):
        query, key = (self._heads(ops.matmul(steps, kernel)) for kernel in (self.query, self.key))
        scores = ops.matmul(query, ops.transpose(key, (0, 1, 3, 2)))
        if self.scaled:
            scores = scores / self.units**0.5
        is_real = is_within(steps, lengths)[:, None]  # (B, 1, 1, T)
        weights = ops.softmax(scores + (1.0 - is_real) * IMPOSSIBLE, axis=-1)
        seen = ops.transpose(ops.matmul(weights, steps[:, None]), (0, 2, 1, 3))
        shape = ops.shape(steps)
        seen = ops.reshape(seen, (shape[0], shape[1], self.num_heads * steps.shape[-1]))
        return seen, weights

    def _heads(self, projected):
        shape = ops.shape(projected)
        split = ops.reshape(projected, (shape[0], shape[1], self.num_heads, self.units))
        return ops.transpose(split, (0, 2, 1, 3))

    def compute_output_spec(self, steps, lengths):
        n_rows, n_steps, width = steps.shape
        kind = self.compute_dtype
        return (
            keras.KerasTensor((n_rows, n_steps, self.num_heads * width), dtype=kind),
            keras.KerasTensor((n_rows, self.num_heads, n_steps, n_steps), dtype=kind),
        )

    def get_config(self):
        own = {"units": self.units, "num_heads": self.num_heads, "scaled": self.scaled}
        return {**super().get_config(), **own}
