"""The network of language models: logits of the next token at every step."""

from __future__ import annotations

from typing import Any

from ..layers import OneHot, TokenEmbedding, TokenOutput
from ..runtime.backend import keras
from .recurrent import recurrent_layer, state_shapes


def language_network(
    *,
    n_outputs: int,
    n_tokens: int,
    embedding_dim: int,
    n_conditions: int | None = None,
    condition_dim: int = 16,
    cell: str = "lstm",
    units: int = 128,
    layers: int = 1,
    dropout: float = 0.0,
    recurrent_dropout: float = 0.0,
    one_hot: bool = False,
    tie_weights: bool = False,
    n_sampled: int | None = None,
    is_stateful: bool = True,
) -> keras.Model:
    """Embedding or one-hot ids, with a condition → stacked recurrent layers → logits over tokens.

    Inputs are steps (B, T), then conditions (B, T) if there are any, then lengths (B,). With
    ``is_stateful`` the states of all layers are further inputs. The outputs are then logits of
    every step (B, T, n_outputs), followed by the new states. Otherwise the output is logits of the
    last step only, (B, n_outputs). With ``n_sampled`` the network returns the features below the
    logits in training, see ``TokenOutput``.
    """
    steps = keras.Input((None,), dtype="int32", name="steps")
    lengths = keras.Input((), dtype="int32", name="lengths")
    inputs = [steps]
    embedding = None
    if one_hot:
        x = OneHot(n_tokens, name="one_hot")(steps)
    else:
        embedding = TokenEmbedding(n_tokens, embedding_dim, name="embedding")
        x = embedding(steps)
    if n_conditions is not None:
        conditions = keras.Input((None,), dtype="int32", name="conditions")
        inputs.append(conditions)
        beside = TokenEmbedding(n_conditions, condition_dim, name="condition_embedding")(conditions)
        x = keras.layers.Concatenate(name="conditioned")([x, beside])
    inputs.append(lengths)
    states: list = []
    for i in range(layers):
        settings: dict[str, Any] = {
            "cell": cell,
            "units": units,
            "bidirectional": False,
            "merge_mode": "concat",
            "dropout": dropout,
            "recurrent_dropout": recurrent_dropout,
            "name": f"{cell}_{i}",
        }
        if is_stateful:
            before = [
                keras.Input(shape, name=f"state_{len(inputs) + j}")
                for j, shape in enumerate(state_shapes(cell, units))
            ]
            inputs += before
            x, after = recurrent_layer(x, lengths, only_last=False, states=before, **settings)
            states += after
        else:
            x = recurrent_layer(x, lengths, only_last=i == layers - 1, **settings)
    if dropout:
        x = keras.layers.Dropout(dropout, name="output_dropout")(x)
    if tie_weights and units != embedding_dim:
        x = keras.layers.Dense(embedding_dim, name="output_projection")(x)
    tied = embedding if tie_weights else None
    logits = TokenOutput(n_outputs, tied, n_sampled, name="output")(x)
    return keras.Model(inputs, [logits, *states] if is_stateful else logits, name="language")
