"""The engine: builds, compiles and trains a Keras network. scikeras lives here and nowhere else.

An engine is a compiled Keras model without a memory of its own: before training or prediction it
takes a ``NetworkState`` in, afterwards it hands a new one out. So engines of equal specs are shared
between estimators and fits (folds, seeds, learning rates), and only the first of them pays for
tracing.
"""

from __future__ import annotations

import functools
import itertools
import weakref
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from numbers import Real
from typing import Any

import numpy as np

from .._seeding import borrowed_global_state
from ..batches.slices import Slices
from ..runtime.backend import keras
from ..runtime.release import forget_gradients, gradients_noted
from ..runtime.tracing_advice import tracing_advice_withheld
from ..sequences import Sequences
from . import weights
from .building import build_network, check_steps, gives_probabilities
from .dataset import TrainingData, model_inputs
from .keras_predictor import KerasPredictor
from .losses import LOSS_KINDS
from .optimizers import make_optimizer, set_layer_rates
from .state import NetworkSpec, NetworkState
from .stateful import StatefulModel


def _import_scikeras_wrapper():
    """Import scikeras' base class and undo the patches its import leaves on Keras' classes.

    Keras 3 pickles its objects by itself; a user's Keras must work the same with skseq imported.
    """
    owners = (keras.Model, keras.losses.Loss, keras.metrics.Metric, keras.optimizers.Optimizer)
    names = ("__reduce__", "__deepcopy__")
    before = {(o, n): vars(o).get(n) for o in owners for n in names}
    from scikeras.wrappers import BaseWrapper

    for (owner, name), method in before.items():
        if method is not None:
            setattr(owner, name, method)
        elif name in vars(owner):
            delattr(owner, name)
    return BaseWrapper


class Engine(_import_scikeras_wrapper()):  # type: ignore[misc]
    """One compiled network, driven through scikeras' build, compile, fit and history steps.

    Parameters
    ----------
    spec : NetworkSpec
        What to build and how to compile it.
    seed : int, default=0
        Of the first initial weights that will be asked for; others are drawn when they are.

    Attributes
    ----------
    network_ : keras.Model
        The network; ``predictor`` runs it.
    model_ : keras.Model
        What is trained: the network, or, of one with states, the model that carries them.
    """

    def __init__(self, spec: NetworkSpec, seed: int = 0):
        super().__init__(
            functools.partial(build_network, spec.network, dict(spec.arguments)),
            optimizer=make_optimizer(spec),
            verbose=0,
            compile__jit_compile=False,  # XLA compiles again for every batch width
        )
        self.spec = spec
        self._random_state = None
        # Whatever is traced for this engine is let go of with it, see ``runtime.release``.
        self._gradients: set[str] = set()
        weakref.finalize(self, forget_gradients, self._gradients).atexit = False
        with self.tracing(), borrowed_global_state(seed):
            self.network_ = self._build_keras_model()
        self._initial = (seed, weights.read(self.network_.variables))
        loss = LOSS_KINDS[spec.loss]
        if loss.is_per_step and callable(spec.network):
            check_steps(self.network_, spec.network)
        gives = loss.probabilities if gives_probabilities(self.network_) else None
        self.predictor = KerasPredictor(self.network_, gives)
        self.model_ = StatefulModel(self.network_) if self.is_stateful else self.network_
        for name, rate in spec.layer_rates:
            self.network_.get_layer(name).trainable = rate > 0
        settings = dict(spec.loss_arguments)
        if loss.probabilities is not None:
            settings["from_logits"] = gives is None
        self.loss = loss.make(self.network_, settings)
        self._ensure_compiled_model()
        variables = self.model_.trainable_variables
        self.model_.optimizer.build(variables)
        set_layer_rates(self.model_.optimizer, spec, self.network_, variables)
        self._fresh_optimizer = weights.read_fresh(self.model_.optimizer.variables)
        self._data = TrainingData(self.network_)
        self._loaded: NetworkState | None = None

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        # scikeras routes its options by get_params, which looks at this class' own signature.
        names = ("optimizer", "loss", "metrics", "batch_size", "epochs", "verbose")
        routed = {k: v for k, v in vars(self).items() if "__" in k and not k.startswith("_")}
        return {**{name: vars(self)[name] for name in names}, **routed}

    @property
    def is_stateful(self) -> bool:
        """Whether the network carries states from batch to batch."""
        return self.predictor.is_stateful

    @property
    def n_bytes(self) -> int:
        """Memory of weights and optimiser variables, which are kept as they were drawn besides."""
        kept = [*self._initial[1], *self._fresh_optimizer]
        return 2 * sum(array.nbytes for array in kept)

    def tracing(self) -> AbstractContextManager[None]:
        """Note what this thread traces inside the block as this engine's own."""
        return gradients_noted(self._gradients)

    # ----------------------------------------------------------------- state
    def initial_state(
        self, spec: NetworkSpec, seed: int, initial_weights: dict[str, Any]
    ) -> NetworkState:
        """Draw initial weights for ``spec``, which may differ from the engine's in learning rate.

        ``initial_weights`` replaces the weights of the layers it names: a list holds all weights
        of a layer, a dict some of them by name.
        """
        if self._initial[0] != seed:
            with borrowed_global_state(seed):  # Keras draws weights only where it builds a model
                self._initial = (seed, weights.read(self._build_keras_model().variables))
        drawn = [array.copy() for array in self._initial[1]]
        for name, given in initial_weights.items():
            weights.replace(drawn, self.network_, name, given)
        return NetworkState(spec, seed, drawn, list(self._fresh_optimizer))

    def load(self, state: NetworkState) -> None:
        """Put a state's weights and optimiser variables into the model."""
        if self._loaded is state:
            return
        weights.assign(self.network_.variables, state.weights)
        weights.assign(self.model_.optimizer.variables, state.optimizer or self._fresh_optimizer)
        if isinstance(state.spec.learning_rate, Real) and not state.spec.warmup_steps:
            self.model_.optimizer.learning_rate = float(state.spec.learning_rate)
        self._loaded = state

    def restore(self, state: NetworkState) -> None:
        """Put a state into the model in the middle of training, whose next step changes it."""
        self._loaded = None
        self.load(state)
        self._loaded = None

    def read_weights(self) -> list[np.ndarray]:
        """Return copies of the network's weights."""
        return weights.read(self.network_.variables)

    def read(self, like: NetworkState, epoch: int) -> NetworkState:
        """Copy weights and optimiser variables, as ``epoch`` epochs left them, into a state."""
        return NetworkState(
            like.spec,
            like.seed,
            self.read_weights(),
            weights.read(self.model_.optimizer.variables),
            epoch,
        )

    # -------------------------------------------------------------- training
    def train(
        self,
        state: NetworkState,
        batches_of_epoch: Callable[[int], Iterator[tuple[Any, ...]]],
        target_like: np.ndarray | Sequences | Slices,
        *,
        n_rounds: int,
        n_updates: int,
        callbacks: list[Any],
    ) -> None:
        """Train from ``state`` on; callbacks and :meth:`read` see what comes of it.

        ``batches_of_epoch`` gives tuples (inputs, lengths, is_first, target, weight), where
        ``is_first`` says that the states of a network are reset. A round of ``n_updates`` batches
        is what Keras calls an epoch; it may end within ours.
        """
        self.load(state)
        self._loaded = None

        def batches():
            # One stream over all epochs, so that the next epoch's first batches are ready in time.
            for epoch in itertools.count(state.epoch):
                for inputs, lengths, is_first, y, weight in batches_of_epoch(epoch):
                    given = model_inputs(self.network_, inputs, lengths)
                    yield ((*given, is_first) if self.is_stateful else given), y, weight

        self._fit_callbacks = callbacks
        try:
            with tracing_advice_withheld(), self._data.of(batches, target_like) as dataset:
                self._fit_keras_model(
                    X=dataset,
                    y=None,
                    sample_weight=None,
                    warm_start=False,
                    epochs=n_rounds,  # scikeras counts them from initial_epoch on
                    initial_epoch=state.epoch,
                    steps_per_epoch=n_updates,
                    shuffle=False,
                )
        finally:
            self._fit_callbacks = []

    def linear_chain(self) -> Any:
        """Return the transitions between the outputs of a network with a CRF layer, or None."""
        return self.predictor.linear_chain()
