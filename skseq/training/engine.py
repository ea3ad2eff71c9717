"""The engine: build, compile, train and run a Keras network. scikeras lives here and nowhere else.

An engine is a compiled Keras model without a memory of its own: before training or prediction it
takes a ``NetworkState`` in, afterwards it hands a new one out. So engines of equal specs are shared
between estimators and fits (folds, seeds, learning rates), and only the first of them pays for
tracing.
"""

from __future__ import annotations

import functools
import itertools
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from numbers import Real
from typing import Any

import numpy as np

from .._seeding import borrowed_global_state
from ..batches.batching import MOST_WEIGHTS
from ..batches.slices import Slices
from ..layers import (
    CRF,
    LSTM,
    CRFLoss,
    CTCLoss,
    NumberLoss,
    SampledCrossentropy,
    StepCrossentropy,
    n_cores,
)
from ..runtime.backend import keras
from ..runtime.tracing_advice import tracing_advice_withheld
from ..sequences import Sequences
from . import dataset
from .adam import FusedAdam
from .attention import Attention
from .building import build_network, check_steps, gives_probabilities
from .layer_rates import LayerRates, with_layer_rates
from .state import NetworkSpec, NetworkState
from .stateful import StatefulModel, state_inputs
from .step_function import EncodeFunction, StepFunction
from .warm_up import WarmUp


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


_LOSSES = {
    "sigmoid": keras.losses.BinaryCrossentropy,
    "softmax": keras.losses.SparseCategoricalCrossentropy,
    "step_softmax": StepCrossentropy,  # an output for each step
}
_OF_NUMBERS = ("numbers", "step_numbers")
_PER_STEP = ("step_softmax", "step_numbers", "crf")
# Matrix products round the last few rows of a batch in another way than the others; with whole
# blocks of rows for every core, a sequence has bit for bit the same output alone or in company.
_BLOCK_OF_ROWS = 16


class Engine(_import_scikeras_wrapper()):  # type: ignore[misc]
    """One compiled network, driven through scikeras' build, compile, fit and history steps.

    Parameters
    ----------
    spec : NetworkSpec
        What to build and how to compile it.
    """

    def __init__(self, spec: NetworkSpec):
        super().__init__(
            functools.partial(build_network, spec.network, dict(spec.arguments)),
            optimizer=_optimizer(spec),
            verbose=0,
            compile__jit_compile=False,  # XLA compiles anew for every batch width
        )
        self.spec = spec
        self._random_state = None
        with borrowed_global_state(0):  # these weights are never used, see new_state
            self.network_ = self._build_keras_model()
        self.is_stateful = bool(state_inputs(self.network_))
        self.model_ = StatefulModel(self.network_) if self.is_stateful else self.network_
        for name, rate in spec.layer_rates:
            self.network_.get_layer(name).trainable = rate > 0
        if spec.loss in _PER_STEP and callable(spec.network):
            check_steps(self.network_, spec.network)
        self._gives_probabilities = spec.loss not in _OF_NUMBERS and gives_probabilities(
            self.network_
        )
        self.loss = self._make_loss()
        self._ensure_compiled_model()
        self.model_.optimizer.build(self.model_.trainable_variables)
        self._set_layer_rates()
        self._fresh_optimizer = _read(self.model_.optimizer.variables)
        self._forward: Callable[..., np.ndarray] | None = None
        self._loaded: NetworkState | None = None

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        # scikeras routes its options by get_params, which looks at this class' own signature.
        names = ("optimizer", "loss", "metrics", "batch_size", "epochs", "verbose")
        routed = {k: v for k, v in vars(self).items() if "__" in k and not k.startswith("_")}
        return {**{name: vars(self)[name] for name in names}, **routed}

    def _make_loss(self) -> keras.losses.Loss:
        if self.spec.loss == "crf":
            return CRFLoss(self._crf)
        if self.spec.loss == "sampled_softmax":
            return SampledCrossentropy(self.network_.get_layer("output"))
        arguments = dict(self.spec.loss_arguments)
        if self.spec.loss == "ctc":
            return CTCLoss()
        if self.spec.loss in _OF_NUMBERS:
            return NumberLoss(**arguments)
        return _LOSSES[self.spec.loss](from_logits=not self._gives_probabilities, **arguments)

    def _set_layer_rates(self) -> None:
        optimizer = self.model_.optimizer
        if not isinstance(optimizer, LayerRates):
            return
        usual = float(np.asarray(optimizer.learning_rate))
        numbers = {id(v): i for i, v in enumerate(self.model_.trainable_variables)}
        for name, rate in self.spec.layer_rates:
            for variable in self.network_.get_layer(name).trainable_variables:
                optimizer.factors[numbers[id(variable)]] = rate / usual

    # ----------------------------------------------------------------- state
    def new_state(
        self, spec: NetworkSpec, seed: int, initial_weights: dict[str, Any]
    ) -> NetworkState:
        """Draw initial weights for ``spec``, which may differ from the engine's in learning rate.

        ``initial_weights`` replaces the weights of the layers it names: a list holds all weights
        of a layer, a dict some of them by name.
        """
        with borrowed_global_state(seed):
            model = self._build_keras_model()
        for name, weights in initial_weights.items():
            _preset(_layer(model, name), weights)
        return NetworkState(spec, seed, _read(model.variables), list(self._fresh_optimizer))

    def load(self, state: NetworkState) -> None:
        """Put a state's weights and optimiser variables into the model."""
        if self._loaded is state:
            return
        _assign(self.network_.variables, state.weights)
        _assign(self.model_.optimizer.variables, state.optimizer or self._fresh_optimizer)
        if isinstance(state.spec.learning_rate, Real) and not state.spec.warmup_steps:
            self.model_.optimizer.learning_rate = float(state.spec.learning_rate)
        self._loaded = state

    def read(self, like: NetworkState, epoch: int) -> NetworkState:
        """Copy weights and optimiser variables, as ``epoch`` epochs left them, into a state."""
        return NetworkState(
            like.spec,
            like.seed,
            _read(self.network_.variables),
            _read(self.model_.optimizer.variables),
            epoch,
        )

    # ---------------------------------------------------------------- verbs
    def train(
        self,
        state: NetworkState,
        batches_of_epoch: Callable[[int], Iterator[tuple[Any, ...]]],
        target_like: np.ndarray | Sequences | Slices,
        *,
        epochs: int,
        n_batches: int,
        callbacks: list[Any],
    ) -> None:
        """Train from ``state`` on; callbacks and :meth:`read` see what comes of it.

        ``batches_of_epoch`` gives ``n_batches`` tuples (inputs, lengths, is_first, target, weight),
        where ``is_first`` says that a network with states shall begin anew.
        """
        self.load(state)
        self._loaded = None

        def batches():
            # One stream over all epochs, so that the next epoch's first batches are ready in time.
            for epoch in itertools.count(state.epoch):
                for inputs, lengths, is_first, y, weight in batches_of_epoch(epoch):
                    given = dataset.model_inputs(self.network_, inputs, lengths)
                    yield ((*given, is_first) if self.is_stateful else given), y, weight

        self._fit_callbacks = callbacks
        with tracing_advice_withheld():
            self._fit_keras_model(
                X=dataset.training_dataset(self.network_, batches, target_like),
                y=None,
                sample_weight=None,
                warm_start=False,
                epochs=epochs,  # scikeras counts them from initial_epoch on
                initial_epoch=state.epoch,
                steps_per_epoch=n_batches,
                shuffle=False,
            )

    def forward(self, inputs: tuple[np.ndarray, ...], lengths: np.ndarray) -> np.ndarray:
        """Return the logits of one batch."""
        if self._forward is None:
            self._forward = dataset.compile_forward(self.network_)
        n_rows = len(lengths)
        spare = -n_rows % (_BLOCK_OF_ROWS * n_cores())
        n_weights = (n_rows + spare) * self.attention.num_heads * inputs[0].shape[1] ** 2
        if spare and n_weights <= MOST_WEIGHTS:
            inputs = tuple(np.pad(x, [(0, spare), *[(0, 0)] * (x.ndim - 1)]) for x in inputs)
            lengths = np.pad(lengths, (0, spare), constant_values=1)
        outputs = self._forward(inputs, lengths)[:n_rows]
        if not self._gives_probabilities:
            return outputs
        p = np.clip(outputs.astype(np.float64), 1e-12, 1.0 - 1e-12)
        return np.log(p) - np.log1p(-p) if self.spec.loss == "sigmoid" else np.log(p)

    @functools.cached_property
    def step_function(self) -> StepFunction:
        """What scores with the network, and runs one with states piece by piece."""
        return StepFunction(self.network_)

    @functools.cached_property
    def encoder(self) -> EncodeFunction:
        """What reads the sources of a network with an encoder and a decoder."""
        return EncodeFunction(self.network_.get_layer("encoder"))

    @functools.cached_property
    def decoder(self) -> StepFunction:
        """What goes on, step by step, from what the encoder has read."""
        return StepFunction(self.network_.get_layer("decoder"))

    @functools.cached_property
    def attention(self) -> Attention:
        """What gives the weights of a network's layers of attention."""
        return Attention(self.network_)

    def linear_chain(self) -> Any:
        """Return the transitions between the outputs of a network with a CRF layer, or None."""
        return None if self._crf is None else self._crf.linear_chain()

    @property
    def _crf(self) -> Any:
        return next((layer for layer in self.network_.layers if isinstance(layer, CRF)), None)

    @property
    def width(self) -> int | None:
        """The number of steps the network insists on, or None."""
        return self.network_.inputs[0].shape[1]

    @property
    def n_output_steps(self) -> int | None:
        """The number of steps the network has outputs for, whatever its input; or None."""
        return self.network_.outputs[0].shape[1]

    @property
    def fast_batch_size(self) -> int | None:
        """The number of rows of a batch that prediction is fastest with, if few are.

        LSTMs are ahead with 32 rows a core: TensorFlow spreads the products of more over threads.
        """
        is_lstm = any(isinstance(layer, LSTM) for layer in self.network_.layers)
        return 32 * n_cores() if is_lstm else None


# -------------------------------------------------------------------- settings
def _optimizer(spec: NetworkSpec) -> keras.optimizers.Optimizer:
    """Return a fresh optimiser: by name, of a class, or configured as a given instance is."""
    try:
        optimizer = keras.optimizers.get(spec.optimizer)
    except (ValueError, TypeError) as error:
        raise ValueError(
            f"optimizer={spec.optimizer!r} is not known to Keras; use a name such as 'adam', "
            "'rmsprop' or 'sgd', or a keras.optimizers instance."
        ) from error
    config = optimizer.get_config()
    rate = float(spec.learning_rate) if isinstance(spec.learning_rate, Real) else spec.learning_rate
    changes = {"learning_rate": rate, "clipnorm": spec.clipnorm}
    config.update({name: value for name, value in changes.items() if value is not None})
    if spec.warmup_steps:
        config["learning_rate"] = WarmUp(_number(config["learning_rate"]), spec.warmup_steps)
    kind = FusedAdam if type(optimizer) is keras.optimizers.Adam else type(optimizer)
    if any(rate for _, rate in spec.layer_rates):
        kind = with_layer_rates(kind)
    return kind.from_config(config)


def _number(learning_rate: Any) -> float:
    if isinstance(learning_rate, Real):
        return float(learning_rate)
    raise ValueError(
        f"warmup_steps goes with a number as learning_rate, got {learning_rate!r:.100}; leave one "
        "of them out."
    )


def _layer(model: keras.Model, name: str) -> Any:
    """Return the layer of this name, of the model or of a model in it."""
    inner = [layer for layer in model.layers if isinstance(layer, keras.Model)]
    for layer in (*model.layers, *(found for part in inner for found in part.layers)):
        if layer.name == name:
            return layer
    raise ValueError(f"The network has no layer {name!r}.")


def _preset(layer: Any, weights: list[np.ndarray] | dict[str, np.ndarray]) -> None:
    if not isinstance(weights, dict):
        layer.set_weights(weights)
        return
    for weight in layer.weights:
        if weight.name in weights:
            weight.assign(weights[weight.name])


def _read(variables: list[Any]) -> list[np.ndarray]:
    # np.asarray may look into TensorFlow's own memory, which the next step overwrites.
    return [np.asarray(variable).copy() for variable in variables]


def _assign(variables: list[Any], arrays: list[np.ndarray]) -> None:
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)


# ---------------------------------------------------------------------- sharing
class EnginePool:
    """Keeps a bounded number of idle engines for the next fit or prediction of the same spec.

    An engine is taken out while it is in use, so two threads never share one.

    Parameters
    ----------
    size : int
        Number of idle engines kept; the least recently used is dropped.
    """

    def __init__(self, size: int = 8):
        self._idle: OrderedDict[int, tuple[Any, Engine]] = OrderedDict()
        self._size = size
        self._count = 0
        self._lock = threading.Lock()

    @contextmanager
    def borrow(self, spec: NetworkSpec) -> Iterator[Engine]:
        """Hand out an engine for ``spec`` and take it back afterwards, unless the work failed."""
        key = _key(spec)
        engine = self._take(key) if key is not None else None
        if engine is None:
            engine = Engine(spec)
        yield engine
        if key is not None:
            self._give_back(key, engine)

    def __len__(self) -> int:
        return len(self._idle)

    def clear(self) -> None:
        """Drop all idle engines."""
        with self._lock:
            self._idle.clear()

    def _take(self, key: Any) -> Engine | None:
        with self._lock:
            for number in reversed(self._idle):
                if self._idle[number][0] == key:
                    return self._idle.pop(number)[1]
        return None

    def _give_back(self, key: Any, engine: Engine) -> None:
        with self._lock:
            self._count += 1
            self._idle[self._count] = (key, engine)
            while len(self._idle) > self._size:
                self._idle.popitem(last=False)


def _key(spec: NetworkSpec) -> Any:
    """Return a hashable stand-in for what decides the compiled model, or None if there is none."""
    optimizer = spec.optimizer
    if isinstance(optimizer, keras.optimizers.Optimizer):
        optimizer = (type(optimizer), repr(sorted(optimizer.get_config().items())))
    rate = spec.learning_rate
    if rate is not None and not isinstance(rate, Real):
        config = getattr(rate, "get_config", None)  # a schedule, or a plain function
        rate = (type(rate), repr(sorted(config().items()))) if config else rate
    else:
        rate = rate is None
    arguments = tuple(sorted((k, repr(v)) for k, v in spec.arguments.items()))
    if spec.layer_rates:  # what they are to the others is part of the compiled step
        rate = (spec.layer_rates, spec.learning_rate if rate is True or rate is False else rate)
    if spec.warmup_steps:  # the number is part of a schedule
        rate = (spec.warmup_steps, spec.learning_rate)
    loss = (spec.loss, spec.loss_arguments)
    key = (spec.network, arguments, loss, optimizer, rate, spec.clipnorm)
    try:
        hash(key)
    except TypeError:
        return None
    return key


POOL = EnginePool()
