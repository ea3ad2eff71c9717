"""Calls the function that builds a network, ours or a user's, and checks what it returns."""

from __future__ import annotations

import inspect
from typing import Any

from ..networks import NETWORKS
from ..runtime.backend import keras

_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
# What a user's network may ask for by naming it among its arguments.
_OFFERED = ("meta", "n_tokens", "n_features", "n_outputs", "embedding_dim")


def build_network(network: Any, arguments: dict[str, Any]) -> keras.Model:
    """Call one of our networks by name, or a user's function with what it asks for."""
    if isinstance(network, str):
        return NETWORKS[network](**arguments)  # type: ignore[operator]
    own = dict(arguments)
    offered = {name: own.pop(name, None) for name in _OFFERED if name != "meta"}
    parameters = inspect.signature(network).parameters
    for name, value in {**offered, "meta": offered}.items():
        if name in parameters:
            own.setdefault(name, value)
    missing = [
        p.name
        for p in parameters.values()
        if p.default is p.empty and p.kind in _NAMED and p.name not in own
    ]
    if missing:
        raise ValueError(
            f"The network function {_name(network)} needs {missing}, which were not given. "
            f"skseq offers {list(_OFFERED)} by name; set others as network__{missing[0]}=…"
        )
    model = network(**own)
    _check_user_model(model, network, offered["n_outputs"])
    return model


def _check_user_model(model: Any, network: Any, n_outputs: int | None) -> None:
    if not isinstance(model, keras.Model):
        raise TypeError(
            f"The network function {_name(network)} must return a keras.Model, "
            f"got {type(model).__name__}."
        )
    if not model.built:
        raise ValueError(
            f"The model of {_name(network)} has no input shape; start it with keras.Input((None,))."
        )
    if model.compiled:
        raise ValueError(
            f"The network function {_name(network)} returned a compiled model; return it "
            "uncompiled and set optimizer=, learning_rate= and clipnorm= on the estimator."
        )
    if model.output_shape[-1] != n_outputs:
        raise ValueError(
            f"The network function {_name(network)} gives {model.output_shape[-1]} outputs, this "
            f"target needs {n_outputs}; end it with Dense(n_outputs), taking n_outputs as argument."
        )


def check_steps(model: keras.Model, network: Any) -> None:
    """Check that a model gives one output for each of its steps, by its shapes."""
    width = model.inputs[0].shape[1] or 7
    shapes = [(1, width, *i.shape[2:]) if len(i.shape) > 1 else (1,) for i in model.inputs]
    found = model.compute_output_shape(shapes if len(shapes) > 1 else shapes[0])
    if len(found) != 3 or found[1] != width:
        raise ValueError(
            f"The network {_name(network)} gives outputs of shape {tuple(found)} for {width} "
            f"steps, expected (1, {width}, n_outputs): one for each step. Recurrent layers need "
            "return_sequences=True, convolutions padding='same'."
        )


def _name(function: Any) -> str:
    return getattr(function, "__name__", repr(function))


def gives_probabilities(model: keras.Model) -> bool:
    last = model.layers[-1]
    if isinstance(last, keras.layers.Softmax):
        return True
    activation = getattr(last, "activation", None)
    return activation in (keras.activations.sigmoid, keras.activations.softmax)
