"""Pooling over the real steps of right-padded batches."""

from __future__ import annotations

from ..decoding._log_probabilities import IMPOSSIBLE
from ..runtime.backend import keras

ops = keras.ops

_POOLINGS = ("last", "mean", "max", "mean_max")


def real_steps(steps, lengths):
    """Return a float mask (B, T, 1) that is 1 on real steps and 0 on padding."""
    positions = ops.arange(ops.shape(steps)[1], dtype="int32")
    mask = positions[None, :] < ops.cast(lengths, "int32")[:, None]
    return ops.cast(mask, steps.dtype)[:, :, None]


@keras.saving.register_keras_serializable(package="skseq")
class SequencePooling(keras.layers.Layer):
    """Reduce the real steps of each sequence to one vector.

    Takes steps (B, T, F) and lengths (B,), each at least 1; returns (B, F), or (B, 2F) for
    ``"mean_max"``.

    Parameters
    ----------
    pooling : {"last", "mean", "max", "mean_max"}
        The last real step, the mean or maximum over the real steps, or both concatenated.
    """

    def __init__(self, pooling="last", **kwargs) -> None:
        super().__init__(**kwargs)
        if pooling not in _POOLINGS:
            raise ValueError(f"pooling must be one of {_POOLINGS}, got {pooling!r}.")
        self.pooling = pooling

    def call(self, steps, lengths):
        if self.pooling == "last":
            rows = ops.arange(ops.shape(steps)[0], dtype="int32")
            last = ops.cast(lengths, "int32") - 1
            flat = ops.reshape(steps, (-1, steps.shape[-1]))
            return ops.take(flat, rows * ops.shape(steps)[1] + last, axis=0)
        mask = real_steps(steps, lengths)
        parts = []
        if "mean" in self.pooling:
            count = ops.maximum(ops.sum(mask, axis=1), 1.0)
            parts.append(ops.sum(steps * mask, axis=1) / count)
        if "max" in self.pooling:
            parts.append(ops.max(steps + (1.0 - mask) * IMPOSSIBLE, axis=1))
        return parts[0] if len(parts) == 1 else ops.concatenate(parts, axis=-1)

    def compute_output_shape(self, steps_shape, lengths_shape):
        width = steps_shape[-1] * (2 if self.pooling == "mean_max" else 1)
        return steps_shape[0], width

    def get_config(self):
        return {**super().get_config(), "pooling": self.pooling}


@keras.saving.register_keras_serializable(package="skseq")
class AttentionPooling(keras.layers.Layer):
    """Sum the real steps of each sequence, weighted by learned attention.

    A step's weight is the softmax, over the real steps, of ``v · tanh(W h + b)``: additive
    attention with a learned query. Takes steps (B, T, F) and lengths (B,); returns (B, F).

    References
    ----------
    Yang et al., "Hierarchical Attention Networks for Document Classification", NAACL 2016.
    """

    def build(self, steps_shape, lengths_shape):
        width = steps_shape[-1]
        self.projection = keras.layers.Dense(width, activation="tanh", name="projection")
        self.projection.build(steps_shape)
        self.query = keras.layers.Dense(1, use_bias=False, name="query")
        self.query.build(steps_shape)

    def call(self, steps, lengths):
        return ops.sum(self.weigh(steps, lengths)[:, :, None] * steps, axis=1)

    def weigh(self, steps, lengths):
        """Return the weight of each step, (B, T): 0 on padding, sum 1 over the real steps."""
        scores = self.query(self.projection(steps))  # (B, T, 1)
        scores = scores + (1.0 - real_steps(steps, lengths)) * IMPOSSIBLE
        return ops.softmax(scores, axis=1)[:, :, 0]

    def compute_output_shape(self, steps_shape, lengths_shape):
        return steps_shape[0], steps_shape[-1]
