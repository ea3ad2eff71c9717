"""Makes the optimiser that a specification describes."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np

from ..runtime.backend import keras
from ..runtime.release import note_gradient
from .adam import FusedAdam
from .layer_rates import LayerRates, with_layer_rates
from .state import NetworkSpec
from .warm_up import WarmUp


def make_optimizer(spec: NetworkSpec) -> keras.optimizers.Optimizer:
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
    kind: Any = FusedAdam if type(optimizer) is keras.optimizers.Adam else type(optimizer)
    if any(rate for _, rate in spec.layer_rates):
        kind = with_layer_rates(kind)
    made = kind.from_config(config)
    _note_sums(made)
    return made


def _note_sums(optimizer: Any) -> None:
    """See that what an optimiser's all-reduce registers goes with the engine.

    Keras sums gradients over replicas, of which there is one here, by an operation with a gradient
    written by hand; its entry in TensorFlow's registry holds the whole training step.
    """
    add_up = getattr(optimizer, "_all_reduce_sum_gradients", None)
    if add_up is None:  # another version of Keras
        return

    def noted(grads_and_vars: Any) -> Any:
        summed = add_up(grads_and_vars)
        note_gradient([gradient for gradient, _ in summed if gradient is not None])
        return summed

    optimizer._all_reduce_sum_gradients = noted


def set_layer_rates(optimizer: Any, spec: NetworkSpec, network: Any, variables: list[Any]) -> None:
    """Give the layers that ``spec`` names their own learning rates, relative to the usual one."""
    if not isinstance(optimizer, LayerRates):
        return
    usual = float(np.asarray(optimizer.learning_rate))  # type: ignore[attr-defined]
    numbers = {id(v): i for i, v in enumerate(variables)}
    for name, rate in spec.layer_rates:
        for variable in network.get_layer(name).trainable_variables:
            optimizer.factors[numbers[id(variable)]] = rate / usual


def _number(learning_rate: Any) -> float:
    if isinstance(learning_rate, Real):
        return float(learning_rate)
    raise ValueError(
        f"warmup_steps goes with a number as learning_rate, got {learning_rate!r:.100}; leave one "
        "of them out."
    )
