"""Recurrent networks from sequence to sequence."""

from __future__ import annotations

from typing import Any

from ..layers import OneHot, ScheduledSampling, StepAttention, TokenEmbedding, TokenOutput
from ..runtime.backend import keras
from ..vocabulary import SPECIAL_TOKENS
from .recurrent import output_layer, recurrent_layer, recurrent_layers, state_shapes


def recurrent_seq2seq_network(
    *,
    n_source: int,
    n_outputs: int,
    source_embedding_dim: int,
    target_embedding_dim: int,
    cell: str = "lstm",
    units: int = 128,
    layers: int = 1,
    bidirectional: bool = False,
    attention: str | None = None,
    dropout: float = 0.0,
    recurrent_dropout: float = 0.0,
    one_hot: bool = False,
    scheduled_sampling: float = 0.0,
) -> keras.Model:
    """Recurrent encoder → its final states → recurrent decoder, with attention → logits.

    See :func:`encoder_decoder` for inputs and outputs. The attention comes after the recurrent
    layers of the decoder, and a dense layer combines each step with its attention output (Luong et
    al., EMNLP 2015). So training computes the attention of all steps at once.
    """
    settings: dict[str, Any] = {
        "cell": cell,
        "units": units,
        "recurrent_dropout": recurrent_dropout,
        "dropout": dropout,
        "merge_mode": "concat",
        "only_last": False,
    }

    def encoder() -> keras.Model:
        source = keras.Input((None,), dtype="int32", name="source")
        lengths = keras.Input((), dtype="int32", name="source_lengths")
        x = _vectors(source, n_source, source_embedding_dim, one_hot, "source")
        states: list = []
        for i in range(layers):
            x, last = recurrent_layer(
                x,
                lengths,
                bidirectional=bidirectional,
                return_state=True,
                name=f"encoder_{cell}_{i}",
                **settings,
            )
            if bidirectional:  # twice as wide as a state of the decoder
                last = [
                    keras.layers.Dense(units, activation="tanh", name=f"bridge_{i}_{j}")(state)
                    for j, state in enumerate(last)
                ]
            states += last
        memory = [] if attention is None else [_keys(x, attention, units), x, lengths]
        return keras.Model([source, lengths], [*memory, *states], name="encoder")

    def decoder(memory, states) -> keras.Model:
        steps = keras.Input((None,), dtype="int32", name="steps")
        lengths = keras.Input((), dtype="int32", name="lengths")
        x = _vectors(steps, n_outputs, target_embedding_dim, one_hot, "target")
        n_states, after = len(state_shapes(cell, units)), []
        for i in range(layers):
            x, last = recurrent_layer(
                x,
                lengths,
                bidirectional=False,
                states=states[i * n_states : (i + 1) * n_states],
                name=f"{cell}_{i}",
                **settings,
            )
            after += last
        if memory:
            score = "additive" if attention == "additive" else "product"
            seen, _ = StepAttention(score, name="attention")(x, *memory)
            x = keras.layers.Concatenate(name="steps_and_seen")([x, seen])
            x = keras.layers.Dense(units, activation="tanh", name="attentional")(x)
        if dropout:
            x = keras.layers.Dropout(dropout, name="output_dropout")(x)
        logits = TokenOutput(n_outputs, name="output")(x)
        return keras.Model([steps, lengths, *memory, *states], [logits, *after], name="decoder")

    n_memory = 0 if attention is None else 3
    return encoder_decoder(encoder(), decoder, n_memory, scheduled_sampling)


def repeat_seq2seq_network(
    *,
    n_source: int,
    n_outputs: int,
    n_steps: int,
    source_embedding_dim: int,
    cell: str = "lstm",
    units: int = 128,
    layers: int = 1,
    bidirectional: bool = False,
    dropout: float = 0.0,
    recurrent_dropout: float = 0.0,
    one_hot: bool = False,
) -> keras.Model:
    """Recurrent encoder → its last output, repeated for each step → recurrent decoder → logits.

    Takes sources (B, S) and their lengths (B,); the logits are (B, n_steps, n_outputs). The target
    is not an input, so all its steps are predicted at once.

    References
    ----------
    Sutskever et al., "Sequence to Sequence Learning with Neural Networks", NeurIPS 2014, without
    the feedback; the network of Keras' addition example.
    """
    settings: dict[str, Any] = {
        "cell": cell,
        "units": units,
        "recurrent_dropout": recurrent_dropout,
        "dropout": dropout,
        "merge_mode": "concat",
    }
    source = keras.Input((None,), dtype="int32", name="source")
    lengths = keras.Input((), dtype="int32", name="source_lengths")
    x = _vectors(source, n_source, source_embedding_dim, one_hot, "source", is_plain=True)
    x = recurrent_layers(
        x,
        lengths,
        layers=layers,
        bidirectional=bidirectional,
        only_last=True,
        prefix="encoder_",
        **settings,
    )
    x = keras.layers.RepeatVector(n_steps, name="repeat")(x)
    x = recurrent_layers(x, None, layers=layers, bidirectional=False, **settings)
    logits = output_layer(x, n_outputs, dropout)
    return keras.Model([source, lengths], logits, name="repeat_seq2seq")


def encoder_decoder(encoder, make_decoder, n_memory: int, scheduled_sampling: float) -> keras.Model:
    """Join an encoder and a decoder, two Keras models with these names, into one for training.

    The encoder takes sources (B, S) and their lengths (B,). It returns ``n_memory`` tensors that
    the decoder attends to, and the initial states of the decoder. The decoder takes steps (B, T),
    their lengths (B,), the memory, as inputs named ``memory_…``, and states, named ``state_…``. It
    returns logits (B, T, n_outputs) and the new states. The joint model takes sources, their
    lengths, steps and their lengths, and returns the logits. ``make_decoder`` is called with the
    inputs for memory and states.
    """
    given = [
        keras.Input(tensor.shape[1:], dtype=tensor.dtype, name=f"{kind}_{i}")
        for i, (tensor, kind) in enumerate(
            (tensor, "memory" if i < n_memory else "state")
            for i, tensor in enumerate(encoder.outputs)
        )
    ]
    decoder = make_decoder(given[:n_memory], given[n_memory:])
    steps = keras.Input((None,), dtype="int32", name="steps")
    lengths = keras.Input((), dtype="int32", name="lengths")
    read = encoder(encoder.inputs)
    logits = decoder([steps, lengths, *read])[0]
    if scheduled_sampling:
        layer = ScheduledSampling(scheduled_sampling, name="scheduled_sampling")
        logits = decoder([layer(steps, logits), lengths, *read])[0]
    return keras.Model([*encoder.inputs, steps, lengths], logits, name="seq2seq")


def _vectors(ids, n_tokens, embedding_dim, one_hot, name, is_plain=False):
    """Return ids (B, T) as vectors; with ``is_plain`` one-hot vectors omit the special tokens."""
    if one_hot:
        return OneHot(n_tokens, len(SPECIAL_TOKENS) if is_plain else 0, name=f"{name}_one_hot")(ids)
    return TokenEmbedding(n_tokens, embedding_dim, name=f"{name}_embedding")(ids)


def _keys(steps, attention, units):
    """Return the attention keys of the steps of the source, (B, S, units)."""
    if attention == "dot" and steps.shape[-1] == units:
        return steps
    return keras.layers.Dense(units, use_bias=False, name="keys")(steps)
