"""What users choose by name: recurrent cells, poolings, and losses of numbers.

A new one is its file and one line here. Names, constraints and networks come from these tables;
texts of parameters are checked against them. Layers are named, not imported, so that reading a
table starts no TensorFlow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Cell:
    """A recurrent layer of ``skseq.layers``.

    Attributes
    ----------
    layer : str
        ``"module:Class"``. Any Keras layer for which ``RightPadded`` is mixed in; without a fast
        step of its own it runs in Keras' loop.
    steps_alone : bool
        Whether language models and decoders use it, which run it step by step from its states.
    reads_time : bool
        Whether it needs the time since the previous step, see ``time_feature``.
    """

    layer: str
    steps_alone: bool = False
    reads_time: bool = False


CELLS: dict[str, Cell] = {
    "lstm": Cell("recurrent:LSTM", steps_alone=True),
    "gru": Cell("recurrent:GRU", steps_alone=True),
    "simple": Cell("recurrent:SimpleRNN", steps_alone=True),
    "peephole_lstm": Cell("peephole_lstm:PeepholeLSTM"),
    "time_lstm": Cell("time_lstm:TimeLSTM", reads_time=True),
}


@dataclass(frozen=True)
class Pooling:
    """A layer of ``skseq.layers`` from steps (B, T, F) and lengths (B,) to one vector a sequence.

    Attributes
    ----------
    layer : str
        ``"module:Class"``.
    arguments : dict
        Of the layer.
    is_last_state : bool
        Whether a recurrent layer gives the same by itself, as its state after the last step.
    learns : bool
        Whether it has weights; networks of attention, which learn to attend anyway, leave such out.
    """

    layer: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    is_last_state: bool = False
    learns: bool = False


POOLINGS: dict[str, Pooling] = {
    "last": Pooling("pooling:SequencePooling", {"pooling": "last"}, is_last_state=True),
    "mean": Pooling("pooling:SequencePooling", {"pooling": "mean"}),
    "max": Pooling("pooling:SequencePooling", {"pooling": "max"}),
    "mean_max": Pooling("pooling:SequencePooling", {"pooling": "mean_max"}),
    "attention": Pooling("pooling:AttentionPooling", learns=True),
}


def _huber(error: Any, xp: Any) -> Any:
    size = xp.abs(error)
    return xp.where(size <= 1.0, 0.5 * error * error, size - 0.5)


# From errors to losses, in terms of ``xp``: NumPy, or keras.ops.
LOSSES: dict[str, Callable[[Any, Any], Any]] = {
    "squared_error": lambda error, xp: xp.square(error),
    "absolute_error": lambda error, xp: xp.abs(error),
    "huber": _huber,
}


def names_of(table: Mapping[str, Any], **properties: bool) -> set[str]:
    """Return the names in a table of what has all these properties.

    Examples
    --------
    >>> from skseq._tables import CELLS, names_of
    >>> sorted(names_of(CELLS, steps_alone=True))
    ['gru', 'lstm', 'simple']
    """
    return {
        name
        for name, entry in table.items()
        if all(getattr(entry, key) == value for key, value in properties.items())
    }
