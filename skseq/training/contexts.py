"""What a language model knows of the text so far, as ``step(state, ids)`` for the decoders.

A context begins with the prompts, then takes one token at a time;
it also scores whole documents.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..batches.slices import Slices
from ..decoding._log_probabilities import log_softmax, without_impossible
from ..readers.language import LanguageReader
from ..targets.next_token import NextToken, log_probs_of
from ..vocabulary import UNKNOWN_ID
from .prediction import batcher_to_run, batcher_to_score, outputs, target_log_probs
from .predictor import Predictor

_ROWS = 256  # prompts read at once


class CarriedContext:
    """All tokens so far, in the states of a network.

    A state of the decoders is the condition of each row, (B,), and the network's ``States``.
    """

    def __init__(self, predictor: Predictor, reader: LanguageReader):
        self._predictor, self._reader = predictor, reader

    def start(self, prompts: list[np.ndarray], conditions: np.ndarray) -> Any:
        """Return the state before each prompt's last token."""
        steps = self._predictor.steps
        lengths = np.array([len(ids) - 1 for ids in prompts])
        order = np.argsort(lengths, kind="stable")
        parts = []
        for rows in np.split(order, range(_ROWS, len(order), _ROWS)):
            states = steps.zeros(len(rows))
            if lengths[rows].any():
                inputs, n_steps = self._padded([prompts[i][:-1] for i in rows], conditions[rows])
                states = steps.advance(inputs, n_steps, states)
            parts.append(states)
        return conditions, type(parts[0]).joined(parts).take_rows(np.argsort(order))

    def step(self, state: Any, ids: np.ndarray) -> tuple[np.ndarray, Any]:
        """Return the log-probabilities (B, n_tokens) of what follows ``ids``, and the new state."""
        conditions, states = state
        inputs = self._inputs(ids, conditions)
        found, states = self._predictor.steps.step(inputs, states)
        return without_impossible(found[:, : self._reader.n_tokens]), (conditions, states)

    def log_probs(self, X: Slices, target: Slices) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield (positions, log-probabilities) of targets, the positions in ``target.codes``."""
        before = np.zeros(len(X), np.int64)
        batcher = batcher_to_score(self._predictor, self._reader, X)
        for batch in target_log_probs(self._predictor, batcher, target):
            starts = target.starts[batch.rows] + before[batch.rows]
            before[batch.rows] += batch.lengths
            is_real = np.arange(batch.outputs.shape[1]) < batch.lengths[:, None]
            positions = Slices(target.codes, starts, starts + batch.lengths)
            yield positions.positions(np.arange(len(starts))), batch.outputs[is_real]

    def _inputs(self, ids: np.ndarray, conditions: np.ndarray) -> tuple[np.ndarray, ...]:
        return (ids,) if self._reader.conditions is None else (ids, conditions)

    def _padded(self, rows: list[np.ndarray], conditions: np.ndarray) -> Any:
        lengths = np.array([len(ids) for ids in rows])
        padded = np.full((len(rows), int(lengths.max())), UNKNOWN_ID, np.int32)
        padded[np.arange(padded.shape[1]) < lengths[:, None]] = np.concatenate(rows)
        beside = np.broadcast_to(conditions[:, None], padded.shape)
        return self._inputs(padded, beside), lengths


class WindowContext:
    """The last ``n_context`` tokens.

    A state of the decoders is the condition of each row, its tokens (B, n_context), beginning on
    the left, and their number.
    """

    def __init__(self, predictor: Predictor, reader: LanguageReader, n_context: int):
        self._predictor, self._reader, self._n_context = predictor, reader, n_context

    def start(self, prompts: list[np.ndarray], conditions: np.ndarray) -> Any:
        """Return the state before each prompt's last token."""
        window = np.full((len(prompts), self._n_context), UNKNOWN_ID, np.int32)
        lengths = np.zeros(len(prompts), np.int32)
        for i, ids in enumerate(prompts):
            kept = ids[:-1][-self._n_context :]
            window[i, : len(kept)] = kept
            lengths[i] = len(kept)
        return conditions, window, lengths

    def step(self, state: Any, ids: np.ndarray) -> tuple[np.ndarray, Any]:
        """Return the log-probabilities (B, n_tokens) of what follows ``ids``, and the new state."""
        conditions, window, lengths = state
        is_full = lengths == self._n_context
        window = np.where(is_full[:, None], np.roll(window, -1, axis=1), window)
        lengths = np.where(is_full, lengths, lengths + 1)
        window[np.arange(len(window)), lengths - 1] = ids
        inputs: tuple[np.ndarray, ...] = (window,)
        if self._reader.conditions is not None:
            inputs = (window, np.repeat(conditions[:, None], self._n_context, axis=1))
        found = self._predictor.run(inputs, lengths)[:, : self._reader.n_tokens]
        return log_softmax(found), (conditions, window, lengths)

    def log_probs(self, X: Slices, target: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield (positions, log-probabilities) of targets, the positions in ``X.codes``."""
        batcher = batcher_to_run(self._predictor, self._reader, X)
        for batch in outputs(self._predictor, batcher):
            yield X.ends[batch.rows], log_probs_of(batch, target)


def context_of(
    predictor: Predictor, reader: LanguageReader, codec: NextToken
) -> CarriedContext | WindowContext:
    """Return what a language model knows of the text so far, by the kind of its network."""
    if codec.n_context is None:
        return CarriedContext(predictor, reader)
    return WindowContext(predictor, reader, codec.n_context)
