"""Attention over the real steps of right-padded batches, and positions. Floor 2: Keras only."""

from __future__ import annotations

from .._backend import keras
from ._heads import LOWEST, attend
from ._pooling import real_steps

ops = keras.ops


@keras.saving.register_keras_serializable(package="skseq")
class SelfAttention(keras.layers.Layer):
    """Let every step look at all real steps, by dot products of projected queries and keys.

    Takes steps (B, T, F) and lengths (B,); returns (B, T, F * num_heads), each step's mean over the
    steps themselves, weighted by a softmax of its query's products with their keys, one for each
    head side by side; and the weights (B, num_heads, T, T), whose rows of real steps sum to 1 over
    the real steps.

    Parameters
    ----------
    units : int
        Width of queries and keys of each head.
    num_heads : int, default=1
        How many weightings each step makes.
    scaled : bool, default=True
        Whether products are divided by the square root of ``units``, without which the softmax of
        wide queries saturates.

    References
    ----------
    Luong et al., "Effective Approaches to Attention-based Neural Machine Translation", EMNLP 2015;
    Vaswani et al., "Attention Is All You Need", NeurIPS 2017 (the scale and the heads).
    """

    def __init__(self, units, num_heads=1, scaled=True, **kwargs):
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
        is_real = ops.transpose(real_steps(steps, lengths), (0, 2, 1))[:, None]  # (B, 1, 1, T)
        weights = ops.softmax(scores + (1.0 - is_real) * LOWEST, axis=-1)
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


@keras.saving.register_keras_serializable(package="skseq")
class SinusoidalPositions(keras.layers.Layer):
    """Add to each step a vector that says where it stands, the same for all sequences.

    Takes and returns (B, T, F). Entry 2i of step t is sin(t / 10000^(2i/F)), entry 2i + 1 the
    cosine, times a learned scale; no length is the longest. Steps go on counting after those
    ``before``, (B, P, …), where these are given.

    Parameters
    ----------
    scale : float, default=1.0
        The scale at first. Vectors that are small at first, as trained embeddings are, are not
        heard beside sines of full size.

    References
    ----------
    Vaswani et al., "Attention Is All You Need", NeurIPS 2017, section 3.5; the scale as in Li et
    al., "Neural Speech Synthesis with Transformer Network", AAAI 2019.
    """

    def __init__(self, scale=1.0, **kwargs):
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
    """Add to each step a learned vector of its position.

    Takes and returns (B, T, F). Steps go on counting after those ``before``, (B, P, …), where these
    are given.

    Parameters
    ----------
    n_positions : int
        How many positions have a vector; all steps behind share the last.
    """

    def __init__(self, n_positions, **kwargs):
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
    """Return where each of the steps stands, (T,)."""
    first = 0 if before is None else ops.shape(before)[1]
    return ops.arange(ops.shape(steps)[1]) + first


@keras.saving.register_keras_serializable(package="skseq")
class TransformerBlock(keras.layers.Layer):
    """Multi-head attention and a feed-forward network, each with a residual and normalised before.

    Takes steps (B, T, F) and lengths (B,); returns steps (B, T, F) and attention weights
    (B, num_heads, T, T). Steps attend to real steps only.

    Parameters
    ----------
    num_heads : int
        Heads of the attention, each of width F / num_heads, at least 1.
    feed_forward_dim : int
        Width of the hidden layer of the feed-forward network.
    dropout : float, default=0.0
        Share dropped of what each of the two adds.

    References
    ----------
    Vaswani et al., "Attention Is All You Need", NeurIPS 2017; normalised before instead of after
    as in Xiong et al., "On Layer Normalization in the Transformer Architecture", ICML 2020.
    """

    def __init__(self, num_heads, feed_forward_dim, dropout=0.0, **kwargs):
        super().__init__(**kwargs)
        self.num_heads, self.feed_forward_dim, self.dropout = num_heads, feed_forward_dim, dropout

    def build(self, steps_shape, lengths_shape):
        width = steps_shape[-1]
        inner = self.num_heads * max(1, width // self.num_heads)
        self.query, self.key, self.value = (
            keras.layers.Dense(inner, name=name) for name in ("query", "key", "value")
        )
        self.seen = keras.layers.Dense(width, name="seen")
        self.norms = [keras.layers.LayerNormalization(epsilon=1e-6) for _ in range(2)]
        self.hidden = keras.layers.Dense(self.feed_forward_dim, activation="relu", name="hidden")
        self.back = keras.layers.Dense(width, name="back")
        self.drop = keras.layers.Dropout(self.dropout)
        for layer in (self.query, self.key, self.value, *self.norms, self.hidden):
            layer.build(steps_shape)
        self.seen.build((*steps_shape[:-1], inner))
        self.back.build((*steps_shape[:-1], self.feed_forward_dim))

    def call(self, steps, lengths, training=False):
        is_real = ops.transpose(real_steps(steps, lengths), (0, 2, 1))[:, None]  # (B, 1, 1, T)
        x = self.norms[0](steps)
        x, weights = attend(self.query(x), self.key(x), self.value(x), is_real, self.num_heads)
        steps = steps + self.drop(self.seen(x), training=training)
        x = self.back(self.hidden(self.norms[1](steps)))
        return steps + self.drop(x, training=training), weights

    def compute_output_spec(self, steps, lengths, training=False):
        n_rows, n_steps, _ = steps.shape
        weights = keras.KerasTensor((n_rows, self.num_heads, n_steps, n_steps), self.compute_dtype)
        return keras.KerasTensor(steps.shape, dtype=self.compute_dtype), weights

    def get_config(self):
        own = {
            "num_heads": self.num_heads,
            "feed_forward_dim": self.feed_forward_dim,
            "dropout": self.dropout,
        }
        return {**super().get_config(), **own}
