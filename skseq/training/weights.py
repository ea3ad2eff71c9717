"""Weights of a Keras network as plain arrays, in the order of its variables, and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..runtime.backend import keras


def read(variables: list[Any]) -> list[np.ndarray]:
    """Return copies of variables."""
    # np.asarray may look into TensorFlow's own memory, which the next step overwrites.
    return [np.asarray(variable).copy() for variable in variables]


def read_fresh(variables: list[Any]) -> list[np.ndarray]:
    """Return copies of variables that are mostly zeros, whose memory stays untouched."""
    arrays = (np.asarray(variable) for variable in variables)
    return [array.copy() if array.any() else np.zeros(array.shape, array.dtype) for array in arrays]


def assign(variables: list[Any], arrays: list[np.ndarray]) -> None:
    """Put arrays into variables."""
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)


def replace(
    arrays: list[np.ndarray],
    network: keras.Model,
    name: str,
    given: list[np.ndarray] | dict[str, np.ndarray],
) -> None:
    """Replace those of a network's ``arrays`` that belong to the layer of this name.

    ``given`` is a list of all weights of the layer, or a dict of some of them by name.

    Raises
    ------
    ValueError
        If there is no such layer, or an array does not fit.
    """
    variables = layer_of(network, name).weights
    if isinstance(given, dict):
        pairs = [(v, given[v.name]) for v in variables if v.name in given]
    else:
        pairs = list(zip(variables, given, strict=True))
    places = {id(v): i for i, v in enumerate(network.variables)}
    for variable, array in pairs:
        if tuple(np.shape(array)) != tuple(variable.shape):
            raise ValueError(
                f"The weight {variable.name!r} of the layer {name!r} has the shape "
                f"{tuple(variable.shape)}, got {np.shape(array)}."
            )
        place = places[id(variable)]
        arrays[place] = np.array(array, dtype=arrays[place].dtype)


def layer_of(network: keras.Model, name: str) -> Any:
    """Return the layer of this name, of the network or of a network in it.

    Raises
    ------
    ValueError
        If there is none.
    """
    inner = [layer for layer in network.layers if isinstance(layer, keras.Model)]
    for layer in (*network.layers, *(found for part in inner for found in part.layers)):
        if layer.name == name:
            return layer
    raise ValueError(f"The network has no layer {name!r}.")
