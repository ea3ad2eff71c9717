"""Trains and runs a network on sequences: batches in, history and state out.

Floor 2: joins batches, engine and callbacks; knows nothing of estimators.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ._batching import Batcher, plan_prediction, plan_training
from ._callbacks import Monitor, ProgressBar
from ._engine import POOL, Engine
from ._seeding import generator
from ._state import NetworkSpec, NetworkState
from .sequences import Sequences


@dataclass
class Samples:
    """Sequences with their encoded targets and loss weights."""

    X: Sequences
    target: np.ndarray
    weight: np.ndarray

    def take(self, rows: np.ndarray) -> Samples:
        return Samples(self.X[rows], self.target[rows], self.weight[rows])


@dataclass
class Plan:
    """How to train: everything of an estimator's parameters that the loop needs."""

    epochs: int
    batch_size: int
    stop_after: int | None
    tol: float
    callbacks: Any
    label: str
    verbose: int


@dataclass
class Result:
    """What training gave, filled as it goes so that an interruption loses no finished epoch."""

    state: NetworkState | None = None
    history: dict[str, list[float]] = field(default_factory=dict)
    report: dict[str, float] = field(default_factory=dict)
    diverged: bool = False


def initial_state(
    spec: NetworkSpec, seed: int, presets: dict[str, list[np.ndarray]]
) -> NetworkState:
    """Draw the initial weights of a network."""
    with POOL.borrow(spec) as engine:
        return engine.new_state(spec, seed, presets)


def train(
    state: NetworkState,
    samples: Samples,
    validation: Samples | None,
    judge: Callable[[np.ndarray, np.ndarray, np.ndarray], tuple[float, float]],
    plan: Plan,
    *,
    looks_up: bool,
    result: Result,
) -> None:
    """Train from ``state`` on and fill ``result``.

    ``judge`` turns outputs, targets and weights of the validation samples into (loss, score).
    """
    with POOL.borrow(state.spec) as engine:
        batcher = Batcher(samples.X, vectors=looks_up, width=engine.width)
        validate = None
        if validation is not None:
            held = Batcher(validation.X, vectors=looks_up, width=engine.width)

            def validate() -> tuple[float, float]:
                return judge(run_engine(engine, held), validation.target, validation.weight)

        monitor = Monitor(
            lambda epoch: engine.read(state, epoch), validate, plan.stop_after, plan.tol
        )
        callbacks = [monitor, *fresh_callbacks(plan.callbacks)]
        plan_epoch = functools.partial(_plan_epoch, batcher.lengths, plan.batch_size, state.seed)
        first = plan_epoch(state.epoch)
        result.report = {
            "n_batches": len(first),
            "padding_waste": batcher.padding_waste(first),
        }
        if plan.verbose:
            callbacks.append(ProgressBar(plan.label, len(first), plan.epochs))

        def batches(epoch: int) -> Iterator[tuple[Any, ...]]:
            for rows in plan_epoch(epoch):
                yield (*batcher.batch(rows), samples.target[rows], samples.weight[rows])

        try:
            engine.train(
                state,
                batches,
                samples.target,
                epochs=plan.epochs,
                n_batches=len(first),
                callbacks=callbacks,
            )
        finally:  # an interrupt or a failing callback keeps the epochs that were finished
            result.state, result.history = monitor.state, monitor.history
            result.diverged = monitor.diverged
            for callback in callbacks:
                if isinstance(callback, ProgressBar):
                    callback.close()


def _plan_epoch(lengths: np.ndarray, batch_size: int, seed: int, epoch: int) -> list[np.ndarray]:
    return plan_training(lengths, batch_size, generator(seed, epoch))


def run(state: NetworkState, X: Sequences, *, looks_up: bool) -> np.ndarray:
    """Return the network's outputs (n_samples, n_outputs) for all sequences, in their order."""
    with POOL.borrow(state.spec) as engine:
        engine.load(state)
        return run_engine(engine, Batcher(X, vectors=looks_up, width=engine.width))


def run_engine(engine: Engine, batcher: Batcher) -> np.ndarray:
    """Run an engine with the weights it holds over all rows of a batcher."""
    outputs: np.ndarray | None = None
    for rows in plan_prediction(batcher.lengths):
        batch = engine.forward(*batcher.batch(rows))
        if outputs is None:
            outputs = np.empty((len(batcher.lengths), *batch.shape[1:]), batch.dtype)
        outputs[rows] = batch
    assert outputs is not None  # as_sequences refuses empty collections
    return outputs


def fresh_callbacks(callbacks: Any) -> list[Any]:
    """Make this fit's own callbacks: classes and factories are called, objects are copied."""
    made = []
    for callback in callbacks or ():
        is_object = hasattr(callback, "on_epoch_end") and not isinstance(callback, type)
        made.append(copy.deepcopy(callback) if is_object else callback())
    return made
