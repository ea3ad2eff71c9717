"""The encoder-decoder Transformer, from sequence to sequence."""

from __future__ import annotations

from ..layers import (
    DecoderBlock,
    LearnedPositions,
    SinusoidalPositions,
    TokenEmbedding,
    TokenOutput,
    TransformerBlock,
)
from ..runtime.backend import keras
from .sequence_to_sequence import encoder_decoder


def transformer_seq2seq_network(
    *,
    n_source: int,
    n_outputs: int,
    units: int = 128,
    layers: int = 2,
    num_heads: int = 4,
    feed_forward_dim: int = 256,
    positions: str = "sinusoidal",
    n_positions: int = 512,
    dropout: float = 0.1,
    scheduled_sampling: float = 0.0,
) -> keras.Model:
    """Encoder blocks → decoder blocks, which attend to them and to earlier steps → logits.

    See :func:`encoder_decoder` for inputs and outputs. The states of the decoder are the keys and
    values (B, P, units) of the P steps it has read so far; they grow by one with every step.
    """

    def embedded(ids, n_tokens, name, before=None):
        start = keras.initializers.RandomNormal(stddev=units**-0.5)
        x = TokenEmbedding(n_tokens, units, embeddings_initializer=start, name=f"{name}_embedding")(
            ids
        )
        x = keras.layers.Rescaling(units**0.5, name=f"{name}_scale")(x)  # the scale of positions
        if positions == "sinusoidal":
            x = SinusoidalPositions(name=f"{name}_positions")(x, before)
        else:
            x = LearnedPositions(n_positions, name=f"{name}_positions")(x, before)
        return keras.layers.Dropout(dropout, name=f"{name}_dropout")(x) if dropout else x

    def encoder() -> keras.Model:
        source = keras.Input((None,), dtype="int32", name="source")
        lengths = keras.Input((), dtype="int32", name="source_lengths")
        x = embedded(source, n_source, "source")
        for i in range(layers):
            block = TransformerBlock(num_heads, feed_forward_dim, dropout, name=f"encoder_{i}")
            x, _ = block(x, lengths)
        x = keras.layers.LayerNormalization(epsilon=1e-6, name="encoder_normalization")(x)
        memory = [
            keras.layers.Dense(units, name=f"{kind}_{i}")(x)
            for i in range(layers)
            for kind in ("keys", "values")
        ]
        nothing = x[:, :0]
        return keras.Model(
            [source, lengths], [*memory, lengths, *[nothing] * (2 * layers)], name="encoder"
        )

    def decoder(memory, states) -> keras.Model:
        steps = keras.Input((None,), dtype="int32", name="steps")
        lengths = keras.Input((), dtype="int32", name="lengths")
        *read, source_lengths = memory
        x = embedded(steps, n_outputs, "target", states[0])
        after: list = []
        for i in range(layers):
            block = DecoderBlock(num_heads, feed_forward_dim, dropout, name=f"decoder_{i}")
            x, keys, values, _ = block(
                x, read[2 * i], read[2 * i + 1], source_lengths, states[2 * i], states[2 * i + 1]
            )
            after += [keys, values]
        x = keras.layers.LayerNormalization(epsilon=1e-6, name="decoder_normalization")(x)
        logits = TokenOutput(n_outputs, name="output")(x)
        return keras.Model([steps, lengths, *memory, *states], [logits, *after], name="decoder")

    return encoder_decoder(encoder(), decoder, 2 * layers + 1, scheduled_sampling)
