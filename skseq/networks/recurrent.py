"""The recurrent many-to-one network."""

from __future__ import annotations

from .._tables import CELLS, POOLINGS, names_of
from ..layers import ReverseElapsed, ReverseSequence, SplitElapsed, TokenEmbedding, WordDropout
from ..runtime.backend import keras
from .by_name import cell_layer, pooling_layer

_MERGES = {
    "concat": keras.layers.Concatenate,
    "sum": keras.layers.Add,
    "mul": keras.layers.Multiply,
    "ave": keras.layers.Average,
}


def recurrent_network(
    *,
    n_outputs: int,
    n_tokens: int | None = None,
    n_features: int | None = None,
    embedding_dim: int | None = None,
    cell: str = "lstm",
    units: int = 64,
    layers: int = 1,
    bidirectional: bool = False,
    merge_mode: str = "concat",
    pooling: str = "last",
    dropout: float = 0.0,
    recurrent_dropout: float = 0.0,
    word_dropout: float = 0.0,
    time_feature: int | None = None,
) -> keras.Model:
    """Embedding or features → stacked recurrent layers → pooling → dense logits.

    Padding is on the right and no step is masked. The outputs of recurrent layers on padding are
    never used: layers and pooling stop at the length, and the backward direction reverses each
    sequence within its length.

    The cell ``"time_lstm"`` needs ``time_feature``, the index of the feature that is the time since
    the previous step. Every layer receives it as elapsed time, and none as a feature.
    """
    steps, lengths, x, elapsed = timed_step_inputs(
        n_tokens, n_features, embedding_dim, word_dropout, cell, time_feature
    )
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
        only_last=POOLINGS[pooling].is_last_state,
        elapsed=elapsed,
    )
    if not POOLINGS[pooling].is_last_state:
        x = pooling_layer(pooling)(x, lengths)
    logits = output_layer(x, n_outputs, dropout)
    return keras.Model([steps, lengths], logits, name="recurrent")


def state_shapes(cell: str, units: int) -> list[tuple[int]]:
    """Return the shapes of a layer's states, without the batch axis."""
    return [(units,)] * cell_layer(cell).n_states


def step_inputs(
    n_tokens: int | None, n_features: int | None, embedding_dim: int | None, word_dropout: float
):
    """Return the inputs for steps and lengths, and the steps as vectors (B, T, F)."""
    return _step_inputs(n_tokens, n_features, embedding_dim, word_dropout, None)[:3]


def timed_step_inputs(
    n_tokens: int | None,
    n_features: int | None,
    embedding_dim: int | None,
    word_dropout: float,
    cell: str,
    time_feature: int | None,
):
    """Return the same as ``step_inputs``, and the elapsed times (B, T), None for most cells."""
    reads_time = CELLS[cell].reads_time
    if time_feature is not None and not reads_time:
        timed = " or ".join(f"cell={name!r}" for name in sorted(names_of(CELLS, reads_time=True)))
        raise ValueError(
            f"time_feature is for {timed} only, got time_feature={time_feature} with "
            f"cell={cell!r}; other cells read the time as a feature among others."
        )
    if reads_time and (time_feature is None or n_tokens is not None):
        given = "token ids" if n_tokens is not None else "time_feature=None"
        raise ValueError(
            f"cell={cell!r} needs steps of numbers, and time_feature, the number of the feature "
            f"that is the time since the previous step; got {given}."
        )
    return _step_inputs(n_tokens, n_features, embedding_dim, word_dropout, time_feature)


def _step_inputs(n_tokens, n_features, embedding_dim, word_dropout, time_feature):
    lengths = keras.Input((), dtype="int32", name="lengths")
    if n_tokens is None:
        steps = keras.Input((None, n_features), dtype="float32", name="steps")
    else:
        steps = keras.Input((None,), dtype="int32", name="steps")
    x, elapsed = steps, None
    if time_feature is not None:
        # Before word dropout: a step that is dropped keeps its elapsed time.
        x, elapsed = SplitElapsed(time_feature, name="elapsed")(steps)
    if word_dropout:
        x = WordDropout(word_dropout, name="word_dropout")(x)
    if n_tokens is not None:
        x = TokenEmbedding(n_tokens, embedding_dim, name="embedding")(x)
    return steps, lengths, x, elapsed


def recurrent_layers(
    x, lengths, *, layers: int, cell: str, only_last: bool = False, prefix: str = "", **settings
):
    """Apply stacked recurrent layers, with the ``settings`` of ``recurrent_layer``.

    Returns all steps of the top layer (B, T, F) or, with ``only_last``, its last state (B, F).
    """
    for i in range(layers):
        is_last = only_last and i == layers - 1
        name = f"{prefix}{cell}_{i}"
        x = recurrent_layer(x, lengths, cell=cell, only_last=is_last, name=name, **settings)
    return x


def output_layer(x, n_outputs: int, dropout: float):
    """Apply dropout and the dense output layer of a network."""
    if dropout:
        x = keras.layers.Dropout(dropout, name="output_dropout")(x)
    return keras.layers.Dense(n_outputs, name="output")(x)


def recurrent_layer(
    x,
    lengths,
    *,
    cell: str,
    units: int,
    bidirectional: bool,
    merge_mode: str,
    dropout: float,
    recurrent_dropout: float,
    only_last: bool,
    name: str,
    states=None,
    return_state=False,
    elapsed=None,
):
    """Apply one recurrent layer, in one direction or both.

    Returns all steps (B, T, F) or, with ``only_last``, each direction's state after its last real
    step, (B, F). ``states`` are the initial states of a layer in one direction. With these, or with
    ``return_state``, the final states are returned too, as a list; those of the two directions are
    concatenated. Without ``lengths`` all steps are real. Time-aware LSTMs read ``elapsed`` (B, T).
    """
    return_state = return_state or states is not None
    if dropout:
        # One mask for all steps of a sequence (arXiv 1512.05287).
        x = keras.layers.SpatialDropout1D(dropout, name=f"{name}_dropout")(x)

    def one_direction(inputs, elapsed, suffix):
        layer = cell_layer(cell)(
            units,
            return_sequences=not only_last,
            return_state=return_state,
            recurrent_dropout=recurrent_dropout,
            n_beside=2 if bidirectional else 1,
            name=name + suffix,
        )
        timed = {} if elapsed is None else {"elapsed": elapsed}
        found = layer(inputs, lengths, initial_state=states, **timed)
        return (found[0], list(found[1:])) if return_state else (found, [])

    x_forward, final = one_direction(x, elapsed, "_forward" if bidirectional else "")
    if not bidirectional:
        return (x_forward, final) if return_state else x_forward
    x = ReverseSequence(name=f"{name}_reversed")(x, lengths)
    if elapsed is not None:
        elapsed = ReverseElapsed(name=f"{name}_elapsed_reversed")(elapsed, lengths)
    x, backward = one_direction(x, elapsed, "_backward")
    if not only_last:
        x = ReverseSequence(name=f"{name}_restored")(x, lengths)
    x = _MERGES[merge_mode](name=f"{name}_{merge_mode}")([x_forward, x])
    final = [keras.layers.Concatenate()([a, b]) for a, b in zip(final, backward, strict=True)]
    return (x, final) if return_state else x
