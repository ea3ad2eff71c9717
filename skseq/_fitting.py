"""Trains and runs a network on sequences: batches in, history and state out.

Floor 2: joins batches, engine and callbacks; knows nothing of estimators.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ._backend import keras
from ._batching import Batcher, plan_prediction, plan_training
from ._callbacks import Monitor, ProgressBar
from ._engine import POOL, Engine
from ._memory import freed_memory_kept, keep_freed_memory
from ._seeding import generator
from ._state import NetworkSpec, NetworkState
from .sequences import Sequences

Judge = Callable[[np.ndarray, np.ndarray, np.ndarray], tuple[float, float]]


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
    judge: Judge,
    plan: Plan,
    looks_up: bool,
    result: Result,
) -> None:
    """Train from ``state`` on and fill ``result``.

    ``judge`` turns outputs, targets and weights of the validation samples into (loss, score);
    ``looks_up`` says whether frozen vectors are looked up while batches are made.
    """
    with POOL.borrow(state.spec) as engine:
        batcher = Batcher(samples.X, vectors=looks_up, width=engine.width)
        rows_of_epoch = functools.partial(
            _rows_of_epoch, batcher.lengths, plan.batch_size, state.seed
        )
        first = rows_of_epoch(state.epoch)
        result.report = {"n_batches": len(first), "padding_waste": batcher.padding_waste(first)}

        def batches(epoch: int) -> Iterator[tuple[Any, ...]]:
            for rows in rows_of_epoch(epoch):
                yield (*batcher.batch(rows), samples.target[rows], samples.weight[rows])

        validate = _make_validate(engine, validation, judge, looks_up)
        read = functools.partial(engine.read, state)
        monitor = Monitor(read, validate, plan.stop_after, plan.tol)
        bars = [ProgressBar(plan.label, len(first), plan.epochs)] if plan.verbose else []
        try:
            with freed_memory_kept():
                engine.train(
                    state,
                    batches,
                    samples.target,
                    epochs=plan.epochs,
                    n_batches=len(first),
                    callbacks=[monitor, *fresh_callbacks(plan.callbacks), *bars],
                )
        finally:
            result.state, result.history = monitor.state, monitor.history
            result.diverged = monitor.diverged
            for bar in bars:
                bar.close()


def _rows_of_epoch(lengths: np.ndarray, batch_size: int, seed: int, epoch: int) -> list[np.ndarray]:
    return plan_training(lengths, batch_size, generator(seed, epoch))


def _make_validate(
    engine: Engine, validation: Samples | None, judge: Judge, looks_up: bool
) -> Callable[[], tuple[float, float]] | None:
    if validation is None:
        return None
    batcher = Batcher(validation.X, vectors=looks_up, width=engine.width)
    return lambda: judge(run_engine(engine, batcher), validation.target, validation.weight)


def run(state: NetworkState, X: Sequences, *, looks_up: bool) -> np.ndarray:
    """Return the network's outputs (n_samples, n_outputs) for all sequences, in their order."""
    with POOL.borrow(state.spec) as engine:
        engine.load(state)
        return run_engine(engine, Batcher(X, vectors=looks_up, width=engine.width))


def run_engine(engine: Engine, batcher: Batcher) -> np.ndarray:
    """Run an engine with the weights it holds over all rows of a batcher."""
    outputs: np.ndarray | None = None
    plan = plan_prediction(batcher.lengths, max_rows=engine.max_rows)
    with freed_memory_kept() if len(plan) > 1 else nullcontext():
        for rows in plan:
            batch = engine.forward(*batcher.batch(rows))
            keep_freed_memory()
            if outputs is None:
                outputs = np.empty((len(batcher.lengths), *batch.shape[1:]), batch.dtype)
            outputs[rows] = batch
    assert outputs is not None  # as_sequences refuses empty collections
    return outputs


def fresh_callbacks(callbacks: Any) -> list[Any]:
    """Make this fit's own callbacks: classes and factories are called, objects are copied."""
    made = []
    for callback in callbacks or ():
        if isinstance(callback, keras.callbacks.Callback):
            made.append(copy.deepcopy(callback))
        else:
            made.append(callback() if callable(callback) else callback)
        if not isinstance(made[-1], keras.callbacks.Callback):
            raise TypeError(
                f"callbacks holds {callback!r}; expected Keras callbacks: classes, objects, or "
                "functions that return one."
            )
    return made
