"""The many-to-many network: an output for each step. Floor 2: Keras and ``skseq.layers``."""

from __future__ import annotations

from .._backend import keras
from .._word_features import MAX_CHARACTERS
from ..layers import CRF, CharacterCNN, CharacterLSTM
from ._recurrent import recurrent_layer, step_inputs

_CHARACTERS = {"cnn": CharacterCNN, "lstm": CharacterLSTM}


def tagging_network(
    *,
    n_outputs: int,
    n_tokens: int | None = None,
    n_features: int | None = None,
    embedding_dim: int | None = None,
    n_shapes: int | None = None,
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
) -> keras.Model:
    """Embedding or features, with spelling → stacked recurrent layers → dense logits → CRF.

    Inputs are steps, then shapes (B, T, n_shapes) and characters (B, T, W) where there are any,
    then lengths. The CRF layer hands the logits on; its transitions meet them in loss and decoding.
    """
    steps, lengths, x = step_inputs(n_tokens, n_features, embedding_dim, word_dropout)
    inputs, parts = [steps], [x]
    if n_shapes is not None:
        shapes = keras.Input((None, n_shapes), name="shapes")
        inputs.append(shapes)
        parts.append(shapes)
    if n_characters is not None:
        characters = keras.Input((None, MAX_CHARACTERS), dtype="int32", name="characters")
        inputs.append(characters)
        encoder = _CHARACTERS[char_features](n_characters, char_units, name="characters_encoder")
        parts.append(encoder(characters))
    if len(parts) > 1:
        x = keras.layers.Concatenate(name="words")(parts)
    for i in range(layers):
        x = recurrent_layer(
            x,
            lengths,
            cell=cell,
            units=units,
            bidirectional=bidirectional,
            merge_mode=merge_mode,
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
            only_last=False,
            name=f"{cell}_{i}",
        )
    if dropout:
        x = keras.layers.Dropout(dropout, name="output_dropout")(x)
    logits = keras.layers.Dense(n_outputs, name="output")(x)
    if crf:
        logits = CRF(forbidden=forbidden, name="crf")(logits)
    return keras.Model([*inputs, lengths], logits, name="tagging")
