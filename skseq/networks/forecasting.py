"""The network of forecasters: from a window of a series to the values after it."""

from __future__ import annotations

from ..layers import FromAnchor, LastStep, OwnHistory, SinceLast
from ..runtime.backend import keras
from .recurrent import output_layer, recurrent_layers, step_inputs


def forecasting_network(
    *,
    n_outputs: int,
    n_features: int,
    columns: tuple[int, ...] | None = None,
    n_numbers: int | None = None,
    n_quantiles: int = 1,
    relative: bool = True,
    n_linear: int | None = None,
    cell: str = "lstm",
    units: int = 64,
    layers: int = 1,
    bidirectional: bool = False,
    merge_mode: str = "concat",
    dropout: float = 0.0,
    recurrent_dropout: float = 0.0,
) -> keras.Model:
    """Features → stacked recurrent layers → dense, with ``columns`` relative to the last step.

    Outputs are (B, n_outputs): for each step of the horizon, for each column, its quantiles.
    ``columns`` are the indices of the features that are forecast, None if the forecast values are
    not among the features. With ``relative`` the network reads the first ``n_numbers`` features
    relative to their last values and adds its outputs to the last values of ``columns`` (Zeng et
    al., "Are Transformers Effective for Time Series Forecasting?", AAAI 2023). With ``n_linear``
    the outputs of a linear layer on the last ``n_linear`` values of each column are added to those
    of the recurrent layers (Lai et al., "Modeling Long- and Short-Term Temporal Patterns with Deep
    Neural Networks", SIGIR 2018).
    """
    steps, lengths, x = step_inputs(None, n_features, None, 0.0)
    relative = relative and columns is not None
    if relative:
        x = SinceLast(n_numbers, name="changes")(x, lengths)
    seen = x
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
        only_last=True,
    )
    outputs = output_layer(x, n_outputs, dropout)
    if columns is not None and n_linear is not None:
        own = _linear(seen, lengths, columns, n_linear, n_outputs, n_quantiles)
        outputs = keras.layers.Add(name="sum")([outputs, own])
    if relative:
        anchors = LastStep(columns, name="anchors")(steps, lengths)
        outputs = FromAnchor(n_quantiles, name="from_anchors")(outputs, anchors)
    return keras.Model([steps, lengths], outputs, name="forecasting")


def _linear(x, lengths, columns, n_steps: int, n_outputs: int, n_quantiles: int):
    """Return the outputs of one linear layer, applied to each column separately, (B, n_outputs)."""
    history = OwnHistory(columns, n_steps, name="history")(x, lengths)
    n_own = n_outputs // len(columns)
    own = keras.layers.Dense(n_own, use_bias=False, kernel_initializer="zeros", name="linear")(
        history
    )
    own = keras.layers.Reshape((len(columns), n_own // n_quantiles, n_quantiles))(own)
    own = keras.layers.Permute((2, 1, 3), name="in_time")(own)
    return keras.layers.Reshape((n_outputs,), name="linear_outputs")(own)
