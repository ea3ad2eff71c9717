"""The training core that all neural estimators share: check → encode → build → fit → forward.

A leaf supplies its network and its arguments, its target codec and its predict verbs;
loops, seeds, batches, weights, callbacks and state are here and below. TensorFlow is imported when
the first network is built, not before.
"""

from __future__ import annotations

import copy
import functools
import math
import time
import warnings
from abc import abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from numbers import Integral, Real
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_consistent_length, check_is_fitted

from .._seeding import draw_seed
from ..batches.batching import Batch, join_rows
from ..batches.slices import Slices
from ..inputs.columns import InputColumns
from ..inputs.parameters import CheckedParameters
from ..inputs.validation import Interval, StrOptions, fit_context
from ..readers.base import Reader
from ..readers.steps import StepReader
from ..runtime.fork import check_not_forked
from ..sequences import Sequences
from . import choices
from .course import (
    Course,
    Size,
    course_of_chunk,
    course_of_epochs,
    open_course,
    planned_course,
    repeated_course,
)
from .holdout import holdout
from .predictor import Predictor
from .specification import joined_arguments
from .state import NetworkSpec, NetworkState

# Fewest samples, and steps with a target of their own, of a validation part that can say when to
# stop; without them training has a fixed length.
_FEWEST_HELD, _FEWEST_HELD_STEPS = 10, 500
# Most samples, and steps of them, with which a network is trained again on all.
_MOST_REFITTED, _MOST_STEPS_REFITTED = 5000, 500_000
# Epochs without improvement, where their number is given.
_PATIENCE = 3


class SequenceEstimator(BaseEstimator, metaclass=CheckedParameters):
    """Abstract base of all estimators that train a Keras network on sequences."""

    _parameter_constraints: dict[str, list[Any] | str] = {
        "learning_rate": [
            StrOptions({"auto"}),
            Interval(Real, 0, None, closed="neither"),
            callable,
            None,
        ],
        "clipnorm": [Interval(Real, 0, None, closed="neither"), None],
        "epochs": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
        "max_time": [Interval(Real, 0, None, closed="neither"), None],
        "batch_size": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
        "early_stopping": ["boolean", StrOptions({"auto"})],
        "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
        "n_iter_no_change": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
        "tol": [Interval(Real, 0, None, closed="left")],
        "callbacks": [list, tuple, None],
        "verbose": ["verbose"],
        "warm_start": ["boolean"],
        "random_state": ["random_state"],
    }

    # Names of parameters that are fitted models, which clones share.
    _shared_parameters: tuple[str, ...] = ()

    # A subclass may do without the parameter.
    max_time: float | None = None

    # Whether training goes on for the last errors, with ``epochs="auto"``.
    _trains_to_the_last = False
    # Relative to the learning rates of recurrent networks; less where a network bears less.
    _rate_factor = 1.0

    reader_: Any
    history_: dict[str, list[float]]
    n_iter_: int
    network_state_: NetworkState
    """Weights, optimiser variables and progress, as plain arrays."""

    # ------------------------------------------------------------- for leaves
    @abstractmethod
    def _make_codec(self, y: Any, classes: Any, reader: Any, sample_weight: Any) -> Any:
        """Return the codec for ``y``; what it learns of y may depend on the weights."""

    @abstractmethod
    def _network(self) -> tuple[str | Callable[..., Any], dict[str, Any]]:
        """Return the network (a name in ``networks.NETWORKS`` or a function) and its arguments."""

    def _reading(self) -> dict[str, Any]:
        """Return what ``StepReader.from_first`` shall do; by default it reads numbers only."""
        return {}

    def _n_steps(self) -> int | None:
        """Return the length of the windows to train on; by default sequences are read whole."""
        return None

    def _check_y(self, y: Any, name: str) -> Any:
        """Return targets in the form that the codec takes; y goes through it once."""
        return y

    def _initial_weights(self, reader: Any, codec: Any, X: Any) -> dict[str, Any]:
        """Return initial weights by layer; by default those that input and codec bring."""
        return {**reader.initial_weights(X), **codec.initial_weights()}

    def _warmup_steps(self) -> int | None:
        """Return over how many batches the learning rate rises, None without warm-up."""
        return None

    def _loss_arguments(self) -> dict[str, Any]:
        """Return the settings of the loss."""
        return {}

    def _learning_rates(self) -> dict[str, float]:
        """Return the learning rates of layers that have their own; 0 freezes a layer."""
        return {}

    # ------------------------------------------------------------------ verbs
    @fit_context(prefer_skip_nested_validation=True)
    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        X_val: Any = None,
        y_val: Any = None,
    ) -> Self:
        """Train on sequences.

        Parameters
        ----------
        X : Sequences or sequence-like of n_samples sequences
            Token ids (``Sequences``, lists of lists, a padded integer array where 0 is padding) or
            numbers (2-D: one feature a step; 3-D, or a list of (n_steps, n_features) arrays).
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Weight of each sample in the loss; None weighs all alike.
        X_val, y_val : same kinds as X and y, default=None
            Validation data. With ``early_stopping`` they replace the share split off from X.

        Returns
        -------
        self : estimator
        """
        reset = not (self.warm_start and hasattr(self, "network_state_"))
        self._fit(X, y, sample_weight, (X_val, y_val), epochs=self.epochs, reset=reset)
        return self

    @fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self:
        """Train for one more epoch on these samples, starting from the current weights.

        Parameters
        ----------
        X, y, sample_weight
            As in :meth:`fit`.
        classes : array-like, default=None
            All labels there will ever be; needed in the first call where y does not hold them all.

        Returns
        -------
        self : estimator
        """
        reset = not hasattr(self, "network_state_")
        options = {"epochs": 1, "reset": reset, "classes": classes, "is_chunk": True}
        self._fit(X, y, sample_weight, (None, None), **options)
        return self

    # ---------------------------------------------------------------- fitting
    def _fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any,
        validation: tuple[Any, Any],
        *,
        epochs: int | str,
        reset: bool,
        classes: Any = None,
        is_chunk: bool = False,
    ) -> None:
        """Train for ``epochs``; a chunk is one piece of a stream, never the whole."""
        check_not_forked()
        deadline = None if self.max_time is None else time.monotonic() + self.max_time
        from .fit_loop import FitResult, initial_state, train

        reader, X = self._read_to_fit(X, y, reset)
        y = self._check_y(y, "y")
        if reset:
            codec = self._make_codec(y, classes, reader, sample_weight)
        else:
            codec = self._known_codec(classes)
        every = self._samples(reader, codec, X, y, sample_weight, normalize=not is_chunk)
        _check_pair(*validation, needs_y=y is not None)
        held = None
        if validation[0] is not None:
            held = self._read_validation(*validation, reader, codec)
        seed = draw_seed(self.random_state) if reset else self.network_state_.seed
        samples, holds_out = every, False
        stops_early = not is_chunk and self._stops_early(epochs, every, codec, held)
        if held is None and stops_early:
            samples, held = self._hold_out(every, codec, seed)
            holds_out = True
        samples = self._with_weight(samples)
        if reset:
            reader.learn(samples.X, samples.weight)
        chosen = self._choose(reader, codec, samples)
        if not reset:  # what a network was built with stays
            before = self.__dict__.get("chosen_", {})  # files of version 0.1 have none
            chosen |= {name: value for name, value in before.items() if name in chosen}
        plain = self._with(chosen)
        spec = plain._spec(reader, codec)
        if reset:
            start = initial_state(spec, seed, plain._initial_weights(reader, codec, X))
        else:
            start = self.network_state_.with_spec(spec)
        options = plain._options(epochs, stops_early, is_chunk, deadline, chosen)
        run = functools.partial(train, start, reader=reader, codec=codec)
        result = FitResult()
        try:
            run(samples, held, options=options, result=result)
            if holds_out and reset and result.path and self._refits(epochs, every):
                found = result.path, len(every.X) / len(samples.X), plain._peak(chosen)
                again = FitResult()
                run(
                    self._with_weight(every),
                    None,
                    options=_options_of_refit(options, *found),
                    result=again,
                )
                is_whole = deadline is None or time.monotonic() < deadline
                if is_whole and again.state is not None and not again.diverged:
                    result.state = again.state
        finally:  # an interrupt keeps the rounds that were finished
            if result.state is not None:
                self._keep(result, reader, codec, None if reset else self, chosen)
        self._check_converged(result)

    # -------------------------------------------------------------- choosing
    def _usual(self, reader: Any, codec: Any, samples: Any) -> dict[str, Any]:
        """Return what "auto" stands for, by parameter; families add theirs."""
        size = self.batch_size
        if size == "auto":
            size = self._usual_batch_size(len(samples.X))
        rate = choices.learning_rate(self.optimizer, size, self._rate_factor)
        return {"batch_size": size, "learning_rate": rate, "dropout": 0.0}

    def _usual_batch_size(self, n_samples: int) -> int:
        return choices.batch_size(n_samples)

    def _choose(self, reader: Any, codec: Any, samples: Any) -> dict[str, Any]:
        """Return the values of the parameters that are "auto", by the training samples."""
        usual = self._usual(reader, codec, samples)
        return {name: value for name, value in usual.items() if _is_auto(getattr(self, name, None))}

    def _with(self, chosen: dict[str, Any]) -> Any:
        """Return a copy whose "auto" parameters have the values that were chosen."""
        plain = copy.copy(self)
        for name, value in chosen.items():
            setattr(plain, name, value)
        return plain

    def _stops_early(self, epochs: int | str, samples: Any, codec: Any, held: Any) -> bool:
        """Whether validation decides when to stop."""
        if self.early_stopping != "auto":
            return self.early_stopping
        if epochs != "auto":
            return False
        return held is not None or self._can_hold_out(samples, codec)

    def _can_hold_out(self, samples: Any, codec: Any) -> bool:
        """Whether there are samples enough to set some aside that can say when to stop."""
        n_held = math.ceil(len(samples.X) * self.validation_fraction)
        if isinstance(samples.target, np.ndarray):
            n_classes = 0 if codec.classes is None else len(codec.classes)
            return n_held >= max(_FEWEST_HELD, n_classes)
        n_steps = samples.target.lengths.sum() * self.validation_fraction
        return n_held >= _FEWEST_HELD or (n_held >= 2 and n_steps >= _FEWEST_HELD_STEPS)

    def _refits(self, epochs: int | str, samples: Any) -> bool:
        """Whether to train again on all samples, for the length that validation has found.

        What was held out is worth most where there is little; with callbacks a second training
        would surprise.
        """
        is_auto = epochs == "auto" and self.early_stopping == "auto"
        is_small = len(samples.X) <= _MOST_REFITTED and samples.n_steps <= _MOST_STEPS_REFITTED
        return is_auto and is_small and not self.callbacks

    def _samples(
        self,
        reader: Any,
        codec: Any,
        X: Any,
        y: Any,
        sample_weight: Any,
        *,
        normalize: bool,
    ) -> Any:
        """Return what to train on: sequences, encoded targets and weights."""
        from .samples import Samples

        check_consistent_length(X, y)
        class_weight = getattr(self, "class_weight", None)
        encoded = codec.encode(y, "y", X)
        weight = codec.weights(sample_weight, y, class_weight, encoded, normalize=normalize)
        return Samples(X, encoded, weight)

    def _with_weight(self, samples: Any) -> Any:
        samples = samples.with_weight()
        if not len(samples.X):
            raise ValueError(
                "Nothing is left to train on: every sequence has a weight of zero, no step to "
                "learn from, or was set aside for validation. Pass more samples, or X_val and "
                "y_val."
            )
        return samples

    def _hold_out(self, samples: Any, codec: Any, seed: int) -> tuple[Any, Any]:
        rows, held_rows = holdout(
            samples.target, self.validation_fraction, seed, stratify=codec.classes is not None
        )
        return samples.take(rows), samples.take(held_rows)

    def _options(
        self,
        epochs: Any,
        stops_early: bool,
        is_chunk: bool,
        deadline: float | None,
        chosen: dict[str, Any],
    ) -> Any:
        from .fit_loop import FitOptions

        return FitOptions(
            course=self._course(epochs, stops_early, is_chunk, self._peak(chosen)),
            batch_size=self.batch_size,
            tol=self.tol,
            callbacks=self.callbacks,
            label=type(self).__name__,
            verbose=int(self.verbose),
            n_steps=self._n_steps(),
            by_loss=epochs == "auto",
            deadline=deadline,
            chosen=chosen,
        )

    def _peak(self, chosen: dict[str, Any]) -> float | None:
        """Return the highest learning rate, None where the optimiser has its own way."""
        return chosen.get("learning_rate") if self._warmup_steps() is None else None

    def _course(
        self, epochs: Any, stops_early: bool, is_chunk: bool, peak: float | None
    ) -> Callable[[Size], Course]:
        """Return what plans training for a size of the training samples."""
        patience = None if self.n_iter_no_change == "auto" else self.n_iter_no_change
        if is_chunk:
            return functools.partial(course_of_chunk, peak=peak)
        if epochs != "auto":
            patience = (patience or _PATIENCE) if stops_early else None
            return functools.partial(course_of_epochs, epochs=epochs, patience=patience, peak=peak)
        if stops_early:
            return functools.partial(
                open_course, patience=patience, peak=peak, to_the_last=self._trains_to_the_last
            )
        return functools.partial(planned_course, peak=peak)

    def _keep(
        self,
        result: Any,
        reader: Reader,
        codec: Any,
        before: SequenceEstimator | None,
        chosen: dict[str, Any],
    ) -> None:
        """Store what a fit learned, and what went before where it went on from there."""
        old_history, n_before = ({}, 0) if before is None else (before.history_, before.n_iter_)
        for name in self.__dict__.get("chosen_", ()):
            self.__dict__.pop(f"{name}_", None)
        self.network_state_, self.reader_, self.codec_ = result.state, reader, codec
        self.__dict__.pop("_engine", None)
        since = result.history
        self.history_ = {
            name: [*old_history.get(name, ()), *since.get(name, ())]
            for name in since or old_history
        }
        self.loss_curve_ = list(self.history_.get("loss", ()))
        self.n_iter_ = n_before + result.n_epochs
        self.epochs_ = result.state.epoch
        self.validation_scores_ = list(self.history_.get("val_score", ())) or None
        self.fit_report_ = dict(result.report)
        self.chosen_ = chosen
        for name, value in chosen.items():
            setattr(self, f"{name}_", value)
        if codec.classes is not None:
            self.classes_ = codec.classes
        if reader.vocabulary is not None:
            self.vocabulary_ = reader.vocabulary
        elif hasattr(self, "vocabulary_"):
            del self.vocabulary_

    def _check_converged(self, result: Any) -> None:
        if not result.diverged:
            return
        advice = "lower learning_rate, set clipnorm, or scale the input"
        if result.state is None:
            raise ValueError(f"The loss became NaN or infinite in the first epoch; {advice}.")
        warnings.warn(
            f"Training stopped because the loss became NaN or infinite; the weights of epoch "
            f"{self.n_iter_} are kept. To go further, {advice}.",
            ConvergenceWarning,
            stacklevel=4,
        )

    def _spec(self, reader: Reader, codec: Any) -> NetworkSpec:
        network, arguments = self._network()
        return NetworkSpec(
            network=network,
            arguments=joined_arguments(
                network,
                input=reader.arguments(),
                hyperparameters=arguments,
                target=codec.arguments(),
            ),
            loss=codec.loss,
            loss_arguments=tuple(sorted(self._loss_arguments().items())),
            optimizer=self.optimizer,
            learning_rate=self.learning_rate,
            clipnorm=self.clipnorm,
            layer_rates=tuple(sorted(self._learning_rates().items())),
            warmup_steps=self._warmup_steps(),
        )

    # ---------------------------------------------------------------- reading
    def _columns(self, reset: bool = False) -> InputColumns:
        """Return the record of the columns of X, to set or to check."""
        return InputColumns(self, reset=reset)

    def _read_to_fit(self, X: Any, y: Any, reset: bool) -> tuple[Any, Any]:
        if not reset:
            return self.reader_, self.reader_.read(self._columns(), X)
        return StepReader.from_first(self._columns(reset=True), X, **self._reading())

    def _read_validation(self, X: Any, y: Any, reader: Any, codec: Any) -> Any:
        from .samples import Samples

        X = reader.read(self._columns(), X, "X_val")
        y = self._check_y(y, "y_val")
        check_consistent_length(X, y)
        return Samples(X, codec.encode(y, "y_val", X), codec.even_weights(X))

    def _as_classes(self, classes: Any) -> np.ndarray:
        """Return given labels in the order of ``classes_``."""
        return np.unique(classes)

    def _known_codec(self, classes: Any) -> Any:
        given = None if classes is None else self._as_classes(classes)
        if given is not None and not np.array_equal(given, self.classes_):
            raise ValueError(
                f"classes={given.tolist()} is not the same as in the first call: "
                f"{self.classes_.tolist()}."
            )
        return self.codec_

    # ---------------------------------------------------------------- running
    def _check_is_fitted(self) -> None:
        check_is_fitted(self, "network_state_")

    def _read(self, X: Any) -> Sequences:
        """Return X as fit read it."""
        self._check_is_fitted()
        return self.reader_.read(self._columns(), X)

    def _run(self, X: Sequences | Slices) -> Iterator[Batch]:
        """Yield the network's outputs for sequences that were read, batch by batch."""
        check_not_forked()
        from .prediction import run

        return run(self.network_state_, self.reader_, X)

    def _borrowed_predictor(self) -> AbstractContextManager[Predictor]:
        """Hand out what predicts with this estimator's weights."""
        from .prediction import borrowed_predictor

        return borrowed_predictor(self.network_state_)

    def _forward(self, X: Any) -> np.ndarray:
        """Return the network's outputs for X, one row a sample."""
        X = self._read(X)
        return join_rows(self._run(X), len(X))

    @property
    def engine_(self) -> Any:
        """The engine with this estimator's weights; ``engine_.model_`` is the Keras model."""
        if "network_state_" not in self.__dict__:
            raise AttributeError(f"{type(self).__name__} has no engine_ before fit.")
        if "_engine" not in self.__dict__:
            from .engine import Engine

            self._engine = Engine(self.network_state_.spec)
            self._engine.load(self.network_state_)
        return self._engine

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        return {name: value for name, value in state.items() if name != "_engine"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        if "target_" in state:  # its name in files of version 0.1
            state = {**state, "codec_": state["target_"]}
            del state["target_"]
        # Parameters that an earlier version did not have.
        known = type(self).__signature__.parameters.values()
        added = {p.name: p.default for p in known if p.default is not p.empty}
        super().__setstate__({**added, **state})

    def __sklearn_clone__(self) -> SequenceEstimator:
        # What fitted models among the parameters have learned is shared, not cloned away.
        without = copy.copy(self)
        for name in self._shared_parameters:
            setattr(without, name, None)
        cloned = super(SequenceEstimator, without).__sklearn_clone__()
        for name in self._shared_parameters:
            setattr(cloned, name, getattr(self, name))
        return cloned


def _options_of_refit(options: Any, path: tuple[int, ...], share: float, peak: Any) -> Any:
    """Return how to train on all samples as long as it took to find the best weights."""
    course = functools.partial(repeated_course, path=path, share=share, peak=peak)
    return replace(options, course=course, label=f"{options.label}, all samples", chosen={})


def _is_auto(value: Any) -> bool:
    return isinstance(value, str) and value == "auto"


def _check_pair(X_val: Any, y_val: Any, *, needs_y: bool) -> None:
    if X_val is None and y_val is not None:
        raise ValueError("y_val was given without X_val; pass both or neither.")
    if X_val is not None and y_val is None and needs_y:
        raise ValueError("X_val was given without y_val; pass both or neither.")
