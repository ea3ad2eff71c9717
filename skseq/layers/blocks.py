"""The encoder and decoder blocks of Transformers."""

from __future__ import annotations

from ..runtime.backend import keras
from .heads import attend, is_within

ops = keras.ops


class _Block(keras.layers.Layer):
    """Base of encoder and decoder blocks: the settings and the feed-forward network."""

    def __init__(self, num_heads, feed_forward_dim, dropout=0.0, **kwargs) -> None:
        super().__init__(**kwargs)
        self.num_heads, self.feed_forward_dim, self.dropout = num_heads, feed_forward_dim, dropout

    def _build_feed_forward(self, steps_shape, n_norms):
        self.norms = [keras.layers.LayerNormalization(epsilon=1e-6) for _ in range(n_norms)]
        self.hidden = keras.layers.Dense(self.feed_forward_dim, activation="relu", name="hidden")
        self.back = keras.layers.Dense(steps_shape[-1], name="back")
        self.drop = keras.layers.Dropout(self.dropout)
        for layer in (*self.norms, self.hidden):
            layer.build(steps_shape)
        self.back.build((*steps_shape[:-1], self.feed_forward_dim))

    def _feed_forward(self, steps, training):
        x = self.back(self.hidden(self.norms[-1](steps)))
        return steps + self.drop(x, training=training)

    def get_config(self):
        own = {
            "num_heads": self.num_heads,
            "feed_forward_dim": self.feed_forward_dim,
            "dropout": self.dropout,
        }
        return {**super().get_config(), **own}


@keras.saving.register_keras_serializable(package="skseq")
class TransformerBlock(_Block):
    """Transformer encoder block: multi-head self-attention and a feed-forward network.

    Both sublayers have layer normalisation of their inputs and a residual connection. Takes steps
    (B, T, F) and lengths (B,); returns steps (B, T, F) and attention weights (B, num_heads, T, T).
    Steps attend to real steps only.

    Parameters
    ----------
    num_heads : int
        Heads of the attention, each of width F / num_heads, at least 1.
    feed_forward_dim : int
        Width of the hidden layer of the feed-forward network.
    dropout : float, default=0.0
        Share of the outputs of both sublayers that is dropped in training.

    References
    ----------
    Vaswani et al., "Attention Is All You Need", NeurIPS 2017; layer normalisation before each
    sublayer as in Xiong et al., "On Layer Normalization in the Transformer Architecture", ICML
    2020.
    """

    def build(self, steps_shape, lengths_shape):
        width = steps_shape[-1]
        inner = self.num_heads * max(1, width // self.num_heads)
        self.query, self.key, self.value = (
            keras.layers.Dense(inner, name=name) for name in ("query", "key", "value")
        )
        self.seen = keras.layers.Dense(width, name="seen")
        for layer in (self.query, self.key, self.value):
            layer.build(steps_shape)
        self.seen.build((*steps_shape[:-1], inner))
        self._build_feed_forward(steps_shape, n_norms=2)

    def call(self, steps, lengths, training=False):
        is_real = is_within(steps, lengths)[:, None]
        x = self.norms[0](steps)
        x, weights = attend(self.query(x), self.key(x), self.value(x), is_real, self.num_heads)
        steps = steps + self.drop(self.seen(x), training=training)
        return self._feed_forward(steps, training), weights

    def compute_output_spec(self, steps, lengths, training=False):
        n_rows, n_steps, _ = steps.shape
        weights = keras.KerasTensor((n_rows, self.num_heads, n_steps, n_steps), self.compute_dtype)
        return keras.KerasTensor(steps.shape, dtype=self.compute_dtype), weights


@keras.saving.register_keras_serializable(package="skseq")
class DecoderBlock(_Block):
    """Transformer decoder block: causal self-attention, cross-attention, feed-forward network.

    The three sublayers have layer normalisation of their inputs and a residual connection. Takes
    steps (B, T, F), the keys (B, S, F) and values (B, S, F) of the source, its lengths (B,), and
    the keys and values (B, P, F) of the P earlier steps. Returns the steps (B, T, F), the keys and
    values (B, P + T, F) for the next call, and the weights of the attention to the source
    (B, num_heads, T, S). So a sequence may be processed as a whole, with P = 0, or step by step,
    with the same result.

    Parameters
    ----------
    num_heads : int
        Heads of both attentions, each of width F / num_heads.
    feed_forward_dim : int
        Width of the hidden layer of the feed-forward network.
    dropout : float, default=0.0
        Share of the outputs of the three sublayers that is dropped in training.

    References
    ----------
    Vaswani et al., "Attention Is All You Need", NeurIPS 2017; layer normalisation before each
    sublayer as in Xiong et al., "On Layer Normalization in the Transformer Architecture", ICML
    2020.
    """

    def build(self, steps_shape, *shapes):
        self.projections = [
            keras.layers.Dense(steps_shape[-1], name=name)
            for name in ("query", "key", "value", "seen_before", "source_query", "seen_of_source")
        ]
        for layer in self.projections:
            layer.build(steps_shape)
        self._build_feed_forward(steps_shape, n_norms=3)

    def call(self, steps, keys, values, lengths, keys_before, values_before, training=False):
        query, key, value, seen_before, source_query, seen_of_source = self.projections
        x = self.norms[0](steps)
        own_keys = ops.concatenate([keys_before, key(x)], axis=1)
        own_values = ops.concatenate([values_before, value(x)], axis=1)
        no_later = _no_later(steps, own_keys)
        x, _ = attend(query(x), own_keys, own_values, no_later, self.num_heads)
        steps = steps + self.drop(seen_before(x), training=training)
        x = source_query(self.norms[1](steps))
        is_real = is_within(keys, lengths)[:, None]
        x, weights = attend(x, keys, values, is_real, self.num_heads)
        steps = steps + self.drop(seen_of_source(x), training=training)
        return self._feed_forward(steps, training), own_keys, own_values, weights

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


def _no_later(steps, keys):
    """Return the causal mask: 1 for keys of a step itself or earlier ones, (1, 1, T, P + T)."""
    n_steps, n_keys = ops.shape(steps)[1], ops.shape(keys)[1]
    own = ops.arange(n_steps)[:, None] + (n_keys - n_steps)
    return ops.cast(ops.arange(n_keys)[None, :] <= own, "float32")[None, None]
