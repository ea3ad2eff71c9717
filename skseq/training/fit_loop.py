"""Trains a network on samples: batches in, history and state out.

It joins batches, engine and callbacks, and knows nothing of estimators.
"""

from __future__ import annotations

import copy
import functools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .._seeding import generator
from ..batches.base import BaseBatcher
from ..readers.base import Reader
from ..runtime.backend import keras
from ..runtime.memory import freed_memory_kept
from ..targets.base import TargetCodec
from .callbacks import Monitor, ProgressBar
from .course import Course, Size
from .pool import POOL
from .prediction import batcher_to_run, batcher_to_score, outputs, target_log_probs
from .predictor import Predictor
from .samples import Samples
from .state import NetworkSpec, NetworkState
from .weight_access import WeightAccess


@dataclass(frozen=True)
class FitOptions:
    """How to train: everything of an estimator's parameters that the loop needs.

    ``course`` is a function from the size of an epoch to the course of training.
    ``n_steps`` cuts sequences into windows of that many steps, over which a network with states
    carries them; None reads whole sequences. With ``by_loss`` the validation loss says which
    weights are best, and not the score. ``chosen`` holds what parameters of "auto" became, which
    is told with ``verbose``. ``deadline`` is the time to stop at, by
    ``time.monotonic``; None never stops.
    """

    course: Callable[[Size], Course]
    batch_size: int
    tol: float
    callbacks: Any
    label: str
    verbose: int
    n_steps: int | None = None
    by_loss: bool = False
    deadline: float | None = None
    chosen: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class FitResult:
    """What training gave, filled as it goes so that an interruption loses no finished round.

    ``n_epochs`` counts the passes over the samples that were made, the last of them begun only, and
    ``path`` the updates at each learning rate that led to the weights that are kept.
    """

    state: NetworkState | None = None
    history: dict[str, list[float]] = field(default_factory=dict)
    report: dict[str, float] = field(default_factory=dict)
    n_epochs: int = 0
    path: tuple[int, ...] = ()
    diverged: bool = False


def initial_state(spec: NetworkSpec, seed: int, initial_weights: dict[str, Any]) -> NetworkState:
    """Return a state with freshly drawn weights, those of some layers replaced."""
    with POOL.borrow(spec, seed) as engine:
        return engine.initial_state(spec, seed, initial_weights)


def train(
    state: NetworkState,
    samples: Samples,
    validation: Samples | None,
    *,
    reader: Reader,
    codec: TargetCodec,
    options: FitOptions,
    result: FitResult,
) -> None:
    """Train from ``state`` on and fill ``result``."""
    with POOL.borrow(state.spec) as engine:
        predictor = engine.predictor
        batcher = reader.batcher(
            samples.X,
            width=predictor.width,
            n_outputs=predictor.n_output_steps,
            n_steps=options.n_steps,
        )
        plan_epoch = functools.partial(_plan_epoch, batcher, options.batch_size, state.seed)
        first_plan = plan_epoch(state.epoch)
        n_batches = len(first_plan)
        result.report = {"n_batches": n_batches, "padding_waste": batcher.padding_waste(first_plan)}
        per_step = not isinstance(samples.target, np.ndarray)

        def batches(epoch: int) -> Iterator[tuple[Any, ...]]:
            for rows, first in plan_epoch(epoch):
                target = batcher.targets(samples.target, rows, first)
                weight = batcher.weights(samples.weight, rows, first, per_step=per_step)
                yield (*batcher.batch(rows, first), first == 0, target, weight)

        evaluate = _make_evaluate(predictor, validation, reader, codec)
        n_done = state.epoch * n_batches
        n_steps = int(np.sum(batcher.lengths))
        course = options.course(Size(n_batches, n_steps, n_done))

        def read(n_updates: int) -> NetworkState:
            return engine.read(state, state.epoch + math.ceil(n_updates / n_batches))

        monitor = Monitor(
            course,
            WeightAccess(read, engine.read_weights, engine.restore),
            evaluate,
            options.tol,
            by_loss=options.by_loss,
            deadline=options.deadline,
        )
        bars = []
        if options.verbose:
            bars.append(
                ProgressBar(
                    options.label, course.n_updates, course.n_rounds, n_batches, options.chosen
                )
            )
        try:
            with freed_memory_kept():
                engine.train(
                    state,
                    batches,
                    samples.target,
                    n_rounds=course.n_rounds,
                    n_updates=course.n_updates,
                    callbacks=[monitor, *fresh_callbacks(options.callbacks), *bars],
                )
        finally:
            result.state, result.history = monitor.state, monitor.history
            result.path, result.diverged = monitor.path, monitor.diverged
            n_rounds = len(monitor.history.get("loss", ()))
            result.n_epochs = math.ceil(n_rounds * course.n_updates / n_batches)
            for bar in bars:
                bar.close()


def _plan_epoch(
    batcher: BaseBatcher, batch_size: int, seed: int, epoch: int
) -> list[tuple[np.ndarray, int]]:
    return batcher.plan_epoch(batch_size, generator(seed, epoch))


def _make_evaluate(
    predictor: Predictor, validation: Samples | None, reader: Reader, codec: TargetCodec
) -> Callable[[], tuple[float, float]] | None:
    """Return what gives (loss, score) of the validation samples, None where there are none."""
    if validation is None:
        return None

    target: Any = validation.target
    weight = validation.weight
    if codec.scores_targets:
        batcher = batcher_to_score(predictor, reader, validation.X)
    else:
        batcher = batcher_to_run(predictor, reader, validation.X)

    def evaluate() -> tuple[float, float]:
        if codec.scores_targets:
            batches = target_log_probs(predictor, batcher, target)
        else:
            batches = outputs(predictor, batcher)
        return codec.loss_and_score(batches, target, weight)

    return evaluate


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
