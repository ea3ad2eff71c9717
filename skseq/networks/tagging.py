"""Many-to-many networks: an output for each step.

Inputs are steps, then casing features (B, T, n_casing) and characters (B, T, W) if there are any,
then lengths.
"""

from __future__ import annotations

from ..inputs.word_features import MAX_CHARACTERS
from ..layers import CRF, CharacterCNN, CharacterLSTM
from ..runtime.backend import keras
from .attention import transformer_layers
from .recurrent import output_layer, recurrent_layers, step_inputs, timed_step_inputs

_CHARACTERS = {"cnn": CharacterCNN, "lstm": CharacterLSTM}


def tagging_network(
    *,
    n_outputs: int,
    n_tokens: int | None = None,
    n_features: int | None = None,
    embedding_dim: int | None = None,
    n_casing: int | None = None,
    n_characters: int | None = None,
    char_features: str | None = None,
    char_units: int = 30,
    cell: str = "lstm",
    units: int = 64,
    layers: int = 1,
    bidirectional: bool = True,
    merge_mode: str = "concat",
    dropout: float = 0.0,
    recurrent_dropout: float = 0.0,
    word_dropout: float = 0.0,
    crf: bool = False,
    forbidden: tuple | None = None,
    time_feature: int | None = None,
) -> keras.Model:
    """Embedding or features, casing, characters → stacked recurrent layers → dense logits → CRF.

    ``time_feature`` is as in ``recurrent_network``.
    """
    steps, lengths, x, elapsed = timed_step_inputs(
        n_tokens, n_features, embedding_dim, word_dropout, cell, time_feature
    )
    spelling, x = _beside_spelling(x, n_casing, n_characters, char_features, char_units)
    x = recurrent_layers(
        x,
        lengths,
        layers=layers,
        cell=cell,
        units=units,
        bidirectional=bidirectional,
        merge_mode=merge_mode,
        dropout=dropout,
        recurrent_dropout=recurrent_dropout,
        elapsed=elapsed,
    )
    logits = _step_logits(x, n_outputs, dropout, crf, forbidden)
    return keras.Model([steps, *spelling, lengths], logits, name="tagging")


def transformer_tagging_network(
    *,
    n_outputs: int,
    n_tokens: int | None = None,
    n_features: int | None = None,
    embedding_dim: int | None = None,
    n_casing: int | None = None,
    n_characters: int | None = None,
    char_features: str | None = None,
    char_units: int = 30,
    units: int = 64,
    layers: int = 1,
    num_heads: int = 4,
    feed_forward_dim: int = 128,
    positions: str | None = "sinusoidal",
    n_positions: int = 512,
    dropout: float = 0.0,
    word_dropout: float = 0.0,
    crf: bool = False,
    forbidden: tuple | None = None,
) -> keras.Model:
    """Embedding or features, casing, characters → Transformer blocks → dense logits → CRF."""
    steps, lengths, x = step_inputs(n_tokens, n_features, embedding_dim, word_dropout)
    spelling, x = _beside_spelling(x, n_casing, n_characters, char_features, char_units)
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
    logits = _step_logits(x, n_outputs, dropout, crf, forbidden)
    return keras.Model([steps, *spelling, lengths], logits, name="transformer_tagging")


def _beside_spelling(
    x,
    n_casing: int | None,
    n_characters: int | None,
    char_features: str | None,
    char_units: int,
):
    """Return the inputs for casing and characters, if any, and ``x`` with them concatenated."""
    inputs, parts = [], [x]
    if n_casing is not None:
        casing = keras.Input((None, n_casing), name="casing")
        inputs.append(casing)
        parts.append(casing)
    if n_characters is not None:
        characters = keras.Input((None, MAX_CHARACTERS), dtype="int32", name="characters")
        inputs.append(characters)
        assert char_features is not None  # characters are read only with it
        encoder = _CHARACTERS[char_features](n_characters, char_units, name="characters_encoder")
        parts.append(encoder(characters))
    if len(parts) > 1:
        x = keras.layers.Concatenate(name="words")(parts)
    return inputs, x


def _step_logits(x, n_outputs: int, dropout: float, crf: bool, forbidden: tuple | None):
    """Return logits of each step; a CRF returns them unchanged, its loss adds the transitions."""
    logits = output_layer(x, n_outputs, dropout)
    return CRF(forbidden=forbidden, name="crf")(logits) if crf else logits
