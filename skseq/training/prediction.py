"""Runs a network over sequences, batch by batch: outputs, or log-probabilities of targets.

Who predicts borrows a predictor for a state here, and so does not know which engine answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import numpy as np

from ..batches.base import BaseBatcher
from ..batches.batching import SCORED_ROWS, Batch, plan_prediction
from ..batches.slices import Slices
from ..readers.base import Reader
from ..runtime.fork import check_not_forked
from ..runtime.memory import freed_memory_kept, keep_freed_memory
from .pool import POOL
from .predictor import Predictor
from .state import NetworkState

# How many logits are computed at once where targets are scored, 64 MB.
_SCORED_LOGITS = 2**24


@contextmanager
def borrowed_predictor(state: NetworkState) -> Iterator[Predictor]:
    """Lend a predictor with the weights of a state; nothing else uses it inside the block."""
    check_not_forked()
    with POOL.borrow(state.spec) as engine:
        engine.load(state)
        yield engine.predictor


def layer_weights(state: NetworkState) -> dict[str, list[np.ndarray]]:
    """Return the weights of a state by the names of their layers, without layers that have none."""
    check_not_forked()
    with POOL.borrow(state.spec) as engine:
        engine.load(state)
        return {
            layer.name: layer.get_weights() for layer in engine.network_.layers if layer.weights
        }


def batcher_to_run(predictor: Predictor, reader: Reader, X: Any) -> BaseBatcher:
    """Return what cuts sequences into batches for :func:`outputs`."""
    return reader.batcher(X, width=predictor.width, n_outputs=predictor.n_output_steps)


def batcher_to_score(predictor: Predictor, reader: Reader, X: Any) -> BaseBatcher:
    """Return what cuts sequences into batches for :func:`target_log_probs`."""
    n_steps = None
    if predictor.is_stateful:
        n_outputs = predictor.steps.n_outputs
        n_steps = int(np.clip(_SCORED_LOGITS // (SCORED_ROWS * n_outputs), 8, 512))
    return reader.batcher(X, n_outputs=predictor.n_output_steps, n_steps=n_steps)


def run(state: NetworkState, reader: Reader, X: Any) -> Iterator[Batch]:
    """Yield the network's outputs, batch by batch, for all sequences that ``reader`` has read."""
    with borrowed_predictor(state) as predictor:
        yield from outputs(predictor, batcher_to_run(predictor, reader, X))


def outputs(predictor: Predictor, batcher: BaseBatcher) -> Iterator[Batch]:
    """Yield the network's outputs for all rows of a batcher, batch by batch."""
    plan = plan_prediction(
        batcher.lengths,
        fast_batch_size=predictor.fast_batch_size,
        num_heads=predictor.num_heads,
    )
    linear_chain = predictor.linear_chain()
    with freed_memory_kept() if len(plan) > 1 else nullcontext():
        for rows in plan:
            found = predictor.run(*batcher.batch(rows))
            keep_freed_memory()
            yield Batch(rows, batcher.lengths[rows], found, linear_chain)


def target_log_probs(predictor: Predictor, batcher: BaseBatcher, target: Slices) -> Iterator[Batch]:
    """Yield the log-probability of the target of every step, which the network computes.

    Outputs of every step over a vocabulary would be large. A batch's outputs are log-probabilities
    (B, T) and ``lengths`` counts its steps. Of a network with states it is a window; the windows of
    a sequence come in their order, so that summing needs no more than the rows.
    """
    steps = predictor.steps
    plan = batcher.plan_scoring(_SCORED_LOGITS // steps.n_outputs, num_heads=predictor.num_heads)
    states: Any = None
    for rows, first in plan:
        before = steps.zeros(len(rows)) if first == 0 else states.take_rows(np.arange(len(rows)))
        targets = batcher.targets(target, rows, first)
        found, states = steps.score(*batcher.batch(rows, first), targets, before)
        yield Batch(rows, batcher.target_lengths(rows, first), found)
