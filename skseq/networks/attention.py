"""Many-to-one networks with attention and without recurrence."""

from __future__ import annotations

from ..layers import (
    LearnedPositions,
    SelfAttention,
    SinusoidalPositions,
    TransformerBlock,
)
from ..runtime.backend import keras
from .by_name import pooling_layer
from .recurrent import output_layer, step_inputs


def self_attention_network(
    *,
    n_outputs: int,
    n_tokens: int | None = None,
    n_features: int | None = None,
    embedding_dim: int | None = None,
    units: int = 64,
    num_heads: int = 1,
    scaled: bool = True,
    positions: str | None = None,
    n_positions: int = 512,
    dropout: float = 0.0,
    word_dropout: float = 0.0,
) -> keras.Model:
    """Embedding or features → positions → self-attention → mean of steps → dense logits.

    Each step and its attention output are concatenated before the mean. With positions the steps
    are projected to ``units`` first, as few features leave no room for them.
    """
    steps, lengths, x = step_inputs(n_tokens, n_features, embedding_dim, word_dropout)
    if positions is not None:
        x = with_positions(x, units, positions, n_positions)
    seen, _ = SelfAttention(units, num_heads, scaled, name="attention")(x, lengths)
    x = keras.layers.Concatenate(name="steps_and_seen")([x, seen])
    x = pooling_layer("mean")(x, lengths)
    logits = output_layer(x, n_outputs, dropout)
    return keras.Model([steps, lengths], logits, name="self_attention")


def transformer_network(
    *,
    n_outputs: int,
    n_tokens: int | None = None,
    n_features: int | None = None,
    embedding_dim: int | None = None,
    units: int = 64,
    layers: int = 1,
    num_heads: int = 4,
    feed_forward_dim: int = 128,
    positions: str | None = "sinusoidal",
    n_positions: int = 512,
    pooling: str = "mean",
    dropout: float = 0.0,
    word_dropout: float = 0.0,
) -> keras.Model:
    """Embedding or features → positions → Transformer blocks → pooling → dense logits."""
    steps, lengths, x = step_inputs(n_tokens, n_features, embedding_dim, word_dropout)
    x = transformer_layers(
        x,
        lengths,
        units=units,
        layers=layers,
        num_heads=num_heads,
        feed_forward_dim=feed_forward_dim,
        positions=positions,
        n_positions=n_positions,
        dropout=dropout,
    )
    x = pooling_layer(pooling)(x, lengths)
    logits = output_layer(x, n_outputs, dropout)
    return keras.Model([steps, lengths], logits, name="transformer")


def with_positions(x, width: int, positions: str | None, n_positions: int):
    """Project steps (B, T, F) to a width and add the encoding of their positions."""
    if x.shape[-1] != width:
        x = keras.layers.Dense(width, name="projection")(x)
    if positions == "sinusoidal":
        return SinusoidalPositions(name="positions")(x)
    if positions == "learned":
        return LearnedPositions(n_positions, name="positions")(x)
    return x


def transformer_layers(
    x,
    lengths,
    *,
    units: int,
    layers: int,
    num_heads: int,
    feed_forward_dim: int,
    positions: str | None,
    n_positions: int,
    dropout: float,
):
    """Project steps to the width of the blocks, add positions, apply the blocks and normalise.

    Takes steps (B, T, F) and lengths (B,), returns steps (B, T, units).
    """
    x = with_positions(x, units, positions, n_positions)
    if dropout:
        x = keras.layers.Dropout(dropout, name="input_dropout")(x)
    for i in range(layers):
        x, _ = TransformerBlock(num_heads, feed_forward_dim, dropout, name=f"block_{i}")(x, lengths)
    return keras.layers.LayerNormalization(epsilon=1e-6, name="normalization")(x)
