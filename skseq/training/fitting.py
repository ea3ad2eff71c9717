"""Trains and runs a network on sequences: batches in, history and state out."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .._seeding import generator
from ..batches.batching import Batch, Batcher, InputFunction, plan_prediction
from ..batches.pair_batching import PairBatcher
from ..batches.pairs import Pairs
from ..batches.slices import Slices
from ..runtime.backend import keras
from ..runtime.memory import freed_memory_kept, keep_freed_memory
from ..sequences import Sequences
from .callbacks import Monitor, ProgressBar
from .engine import POOL, Engine
from .state import NetworkSpec, NetworkState
from .step_function import States

# How much is scored at once: rows of a batch, and logits of one window (64 MB).
_SCORED_ROWS = 64
_SCORED_LOGITS = 2**24
Inputs = Sequences | Slices | Pairs
# From what the network gives for the validation samples, their targets and weights: (loss, score).
Evaluate = Callable[[Iterator[Batch], Any, Any], tuple[float, float]]
InputFunctions = Callable[[Any], list[InputFunction]]


@dataclass
class Samples:
    """Sequences with their encoded targets and loss weights, both of sequences or of steps."""

    X: Inputs
    target: np.ndarray | Sequences | Slices
    weight: np.ndarray | Sequences

    def take(self, rows: np.ndarray) -> Samples:
        return Samples(self.X[rows], self.target[rows], self.weight[rows])

    def with_weight(self) -> Samples:
        """Leave out the samples without any weight."""
        if isinstance(self.weight, np.ndarray):
            weighs = self.weight > 0
        else:
            offsets = self.weight.offsets
            until = np.concatenate([[0], np.cumsum(self.weight.codes > 0)])
            weighs = until[offsets[1:]] > until[offsets[:-1]]
        return self if weighs.all() else self.take(np.flatnonzero(weighs))


@dataclass
class FitOptions:
    """How to train: everything of an estimator's parameters that the loop needs.

    ``n_steps`` cuts sequences into windows of that many steps, over which a network with states
    carries them; None reads whole sequences.
    """

    epochs: int
    batch_size: int
    stop_after: int | None
    tol: float
    callbacks: Any
    label: str
    verbose: int
    n_steps: int | None = None


@dataclass
class FitResult:
    """What training gave, filled as it goes so that an interruption loses no finished epoch."""

    state: NetworkState | None = None
    history: dict[str, list[float]] = field(default_factory=dict)
    report: dict[str, float] = field(default_factory=dict)
    diverged: bool = False


def initial_state(spec: NetworkSpec, seed: int, initial_weights: dict[str, Any]) -> NetworkState:
    """Draw the initial weights of a network."""
    with POOL.borrow(spec) as engine:
        return engine.new_state(spec, seed, initial_weights)


def train(
    state: NetworkState,
    samples: Samples,
    validation: Samples | None,
    evaluate: Evaluate,
    plan: FitOptions,
    input_functions: InputFunctions,
    result: FitResult,
) -> None:
    """Train from ``state`` on and fill ``result``.

    ``input_functions`` returns, for sequences, what makes the network's inputs of their codes.
    """
    with POOL.borrow(state.spec) as engine:
        batcher = _batcher(engine, samples.X, input_functions(samples.X), plan.n_steps)
        plan_epoch = functools.partial(_plan_epoch, batcher, plan.batch_size, state.seed)
        first_plan = plan_epoch(state.epoch)
        n_batches = len(first_plan)
        result.report = {"n_batches": n_batches, "padding_waste": batcher.padding_waste(first_plan)}
        per_step = not isinstance(samples.target, np.ndarray)

        def batches(epoch: int) -> Iterator[tuple[Any, ...]]:
            for rows, first in plan_epoch(epoch):
                target = batcher.targets(samples.target, rows, first)
                weight = batcher.weights(samples.weight, rows, first, per_step=per_step)
                yield (*batcher.batch(rows, first), first == 0, target, weight)

        validate = _make_validate(engine, validation, evaluate, input_functions)
        read = functools.partial(engine.read, state)
        monitor = Monitor(read, validate, plan.stop_after, plan.tol)
        bars = [ProgressBar(plan.label, n_batches, plan.epochs)] if plan.verbose else []
        try:
            with freed_memory_kept():
                engine.train(
                    state,
                    batches,
                    samples.target,
                    epochs=plan.epochs,
                    n_batches=n_batches,
                    callbacks=[monitor, *fresh_callbacks(plan.callbacks), *bars],
                )
        finally:
            result.state, result.history = monitor.state, monitor.history
            result.diverged = monitor.diverged
            for bar in bars:
                bar.close()


def _batcher(
    engine: Engine, X: Inputs, input_functions: list[InputFunction], n_steps: int | None
) -> Batcher | PairBatcher:
    if isinstance(X, Pairs):
        return PairBatcher(X, input_functions, engine.n_output_steps)
    return Batcher(X, input_functions, width=engine.width, n_steps=n_steps)


def _plan_epoch(
    batcher: Batcher | PairBatcher, batch_size: int, seed: int, epoch: int
) -> list[tuple[np.ndarray, int]]:
    return batcher.plan_epoch(batch_size, generator(seed, epoch))


def _make_validate(
    engine: Engine, validation: Samples | None, evaluate: Evaluate, input_functions: InputFunctions
) -> Callable[[], tuple[float, float]] | None:
    if validation is None:
        return None
    X, target = validation.X, validation.target
    if isinstance(X, Pairs):
        return lambda: evaluate(
            score_pairs(engine, X, target, input_functions(X)), target, validation.weight
        )
    if engine.is_stateful:
        assert isinstance(X, Slices)
        return lambda: evaluate(
            score_engine(engine, X, target, input_functions(X)), target, validation.weight
        )
    batcher = Batcher(X, input_functions(X), width=engine.width)
    return lambda: evaluate(run_engine(engine, batcher), target, validation.weight)


def run(state: NetworkState, X: Sequences, input_functions: list[InputFunction]) -> Iterator[Batch]:
    """Yield the network's outputs, batch by batch, for all sequences."""
    with POOL.borrow(state.spec) as engine:
        engine.load(state)
        yield from run_engine(engine, Batcher(X, input_functions, width=engine.width))


def run_engine(engine: Engine, batcher: Batcher) -> Iterator[Batch]:
    """Run an engine with the weights it holds over all rows of a batcher."""
    plan = plan_prediction(
        batcher.lengths,
        fast_batch_size=engine.fast_batch_size,
        num_heads=engine.attention.num_heads,
    )
    chain = engine.linear_chain()
    with freed_memory_kept() if len(plan) > 1 else nullcontext():
        for rows in plan:
            outputs = engine.forward(*batcher.batch(rows))
            keep_freed_memory()
            yield Batch(rows, batcher.lengths[rows], outputs, chain)


def score_engine(
    engine: Engine, X: Slices, target: Slices, input_functions: list[InputFunction]
) -> Iterator[Batch]:
    """Yield what an engine with states makes of the target of every step, window by window.

    A window's outputs are log-probabilities (B, T); ``lengths`` counts its steps, and the windows
    of a sequence come in their order, so that summing needs no more than the rows.
    """
    step_function = engine.step_function
    n_steps = int(np.clip(_SCORED_LOGITS // (_SCORED_ROWS * step_function.n_outputs), 8, 512))
    batcher = Batcher(X, input_functions, n_steps=n_steps)
    states: Any = None
    for rows, first in batcher.plan_epoch(_SCORED_ROWS, np.random.default_rng(0)):
        before = (
            step_function.zeros(len(rows)) if first == 0 else states.take_rows(range(len(rows)))
        )
        inputs, lengths = batcher.batch(rows, first)
        targets = batcher.targets(target, rows, first)
        found, states = step_function.score(inputs, lengths, targets, before)
        yield Batch(rows, lengths, found)


def score_pairs(
    engine: Engine, X: Pairs, target: Slices, input_functions: list[InputFunction]
) -> Iterator[Batch]:
    """Yield what an engine makes of the target of every step of pairs.

    A batch's outputs are log-probabilities (B, T), and ``lengths`` counts its steps.
    """
    step_function = engine.step_function
    batcher = PairBatcher(X, input_functions, engine.n_output_steps)
    num_heads = engine.attention.num_heads
    for rows in batcher.plan_scoring(
        _SCORED_LOGITS // step_function.n_outputs, num_heads=num_heads
    ):
        targets = batcher.targets(target, rows)
        found, _ = step_function.score(*batcher.batch(rows), targets, States([]))
        yield Batch(rows, batcher.lengths[rows], found)


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
