"""The Transformer block of a decoder, which remembers what it has read. Floor 2: Keras only."""

from __future__ import annotations

from .._backend import keras
from ._heads import attend
from ._step_attention import is_within

ops = keras.ops


@keras.saving.register_keras_serializable(package="skseq")
class DecoderBlock(keras.layers.Layer):
    """Attention to the steps before, attention to a source, and a feed-forward network.

    Each has a residual and is normalised before. Takes steps (B, T, F), the keys (B, S, F) and
    values (B, S, F) of the source, its lengths (B,), and the keys and values (B, P, F) of the P
    steps that came before these; returns the steps (B, T, F), the keys and values (B, P + T, F)
    to go on with, and the weights of the attention to the source (B, num_heads, T, S). So a
    sequence may be read as a whole, with P = 0, or step by step, with the same result.

    Parameters
    ----------
    num_heads : int
        Heads of both attentions, each of width F / num_heads.
    feed_forward_dim : int
        Width of the hidden layer of the feed-forward network.
    dropout : float, default=0.0
        Share dropped of what each of the three adds.

    References
    ----------
    Vaswani et al., "Attention Is All You Need", NeurIPS 2017; normalised before instead of after
    as in Xiong et al., "On Layer Normalization in the Transformer Architecture", ICML 2020.
    """

    def __init__(self, num_heads, feed_forward_dim, dropout=0.0, **kwargs):
        super().__init__(**kwargs)
        self.num_heads, self.feed_forward_dim, self.dropout = num_heads, feed_forward_dim, dropout

    def build(self, steps_shape, *shapes):
        width = steps_shape[-1]
        self.norms = [keras.layers.LayerNormalization(epsilon=1e-6) for _ in range(3)]
        self.projections = [
            keras.layers.Dense(width, name=name)
            for name in ("query", "key", "value", "seen_before", "source_query", "seen_of_source")
        ]
        self.hidden = keras.layers.Dense(self.feed_forward_dim, activation="relu", name="hidden")
        self.back = keras.layers.Dense(width, name="back")
        self.drop = keras.layers.Dropout(self.dropout)
        for layer in (*self.norms, *self.projections, self.hidden):
            layer.build(steps_shape)
        self.back.build((*steps_shape[:-1], self.feed_forward_dim))

    def call(self, steps, keys, values, lengths, keys_before, values_before, training=False):
        query, key, value, seen_before, source_query, seen_of_source = self.projections

        def drop(x):
            return self.drop(x, training=training)

        x = self.norms[0](steps)
        own_keys = ops.concatenate([keys_before, key(x)], axis=1)
        own_values = ops.concatenate([values_before, value(x)], axis=1)
        no_later = _no_later(steps, own_keys)
        x, _ = attend(query(x), own_keys, own_values, no_later, self.num_heads)
        steps = steps + drop(seen_before(x))
        x = source_query(self.norms[1](steps))
        is_real = is_within(keys, lengths)[:, None]
        x, weights = attend(x, keys, values, is_real, self.num_heads)
        steps = steps + drop(seen_of_source(x))
        x = self.back(self.hidden(self.norms[2](steps)))
        return steps + drop(x), own_keys, own_values, weights

    def compute_output_spec(
        self, steps, keys, values, lengths, keys_before, values_before, training=False
    ):
        n_rows, n_steps, width = steps.shape
        kind = self.compute_dtype
        memory = keras.KerasTensor((n_rows, None, width), dtype=kind)
        weights = (n_rows, self.num_heads, n_steps, keys.shape[1])
        return (
            keras.KerasTensor(steps.shape, dtype=kind),
            memory,
            keras.KerasTensor((n_rows, None, width), dtype=kind),
            keras.KerasTensor(weights, dtype=kind),
        )

    def get_config(self):
        own = {
            "num_heads": self.num_heads,
            "feed_forward_dim": self.feed_forward_dim,
            "dropout": self.dropout,
        }
        return {**super().get_config(), **own}


def _no_later(steps, keys):
    """Return 1 where a key is of the step itself or one before, (1, 1, T, P + T)."""
    n_steps, n_keys = ops.shape(steps)[1], ops.shape(keys)[1]
    own = ops.arange(n_steps)[:, None] + (n_keys - n_steps)
    return ops.cast(ops.arange(n_keys)[None, :] <= own, "float32")[None, None]
