"""The network of recognisers: logits of the symbols, and of the blank, for each step."""

from __future__ import annotations

from ..layers import BlankPadding
from ..runtime.backend import keras
from .recurrent import output_layer, recurrent_layers, step_inputs


def ctc_network(
    *,
    n_outputs: int,
    n_tokens: int | None = None,
    n_features: int | None = None,
    embedding_dim: int | None = None,
    cell: str = "lstm",
    units: int = 64,
    layers: int = 1,
    bidirectional: bool = True,
    merge_mode: str = "concat",
    dropout: float = 0.0,
    recurrent_dropout: float = 0.0,
    word_dropout: float = 0.0,
) -> keras.Model:
    """Features → stacked recurrent layers → dense logits of each step, the blank first."""
    steps, lengths, x = step_inputs(n_tokens, n_features, embedding_dim, word_dropout)
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
    )
    logits = output_layer(x, n_outputs, dropout)
    logits = BlankPadding(name="blank_padding")(logits, lengths)
    return keras.Model([steps, lengths], logits, name="ctc")
