"""Multi-head attention of queries to keys."""

from __future__ import annotations

from ..decoding._log_probabilities import IMPOSSIBLE
from ..runtime.backend import keras
from .pooling import real_steps

ops = keras.ops


def attend(queries, keys, values, is_seen, num_heads):
    """Return the attention outputs (B, T, W) and the weights (B, num_heads, T, S).

    Queries (B, T, D) and keys (B, S, D) are split into heads of width D / num_heads, values
    (B, S, W) likewise; products are divided by the square root of a head's width. ``is_seen``, a
    mask that is 1 for the keys to attend to and 0 elsewhere, broadcasts to (B, num_heads, T, S).

    References
    ----------
    Vaswani et al., "Attention Is All You Need", NeurIPS 2017, section 3.2.
    """
    scale = (queries.shape[-1] // num_heads) ** -0.5
    queries, keys, values = (_split(x, num_heads) for x in (queries * scale, keys, values))
    scores = ops.matmul(queries, ops.transpose(keys, (0, 1, 3, 2)))
    weights = ops.softmax(scores + (1.0 - is_seen) * IMPOSSIBLE, axis=-1)
    return _join(ops.matmul(weights, values)), weights


def is_within(steps, lengths):
    """Return 1 for real steps of (B, S, …) and 0 for padding, (B, 1, S)."""
    return ops.transpose(real_steps(steps, lengths), (0, 2, 1))


def _split(x, num_heads):
    shape = ops.shape(x)
    x = ops.reshape(x, (shape[0], shape[1], num_heads, x.shape[-1] // num_heads))
    return ops.transpose(x, (0, 2, 1, 3))


def _join(x):
    width = x.shape[1] * x.shape[3]
    x = ops.transpose(x, (0, 2, 1, 3))
    shape = ops.shape(x)
    return ops.reshape(x, (shape[0], shape[1], width))
