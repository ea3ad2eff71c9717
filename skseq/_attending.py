"""Runs a network for the weights of its attention instead of its outputs. Floor 2."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import _feed
from ._backend import keras
from .layers import AttentionPooling, SelfAttention, TransformerBlock


class Attention:
    """The layers of attention of one network, each compiled when it is first asked for.

    Parameters
    ----------
    network : keras.Model
        Its layers are looked through for those of ``skseq.layers`` that attend.

    Attributes
    ----------
    between_steps : list of keras.layers.Layer
        Layers by which steps look at steps, from the input on.
    pooling : list of keras.layers.Layer
        Layers by which the network as a whole looks at steps.
    """

    def __init__(self, network: keras.Model):
        self._network = network
        self.between_steps = _of_kind(network, (SelfAttention, TransformerBlock))
        self.pooling = _of_kind(network, AttentionPooling)
        self._compiled: dict[str, Callable[..., np.ndarray]] = {}

    def weights(
        self, layer: Any, inputs: tuple[np.ndarray, ...], lengths: np.ndarray
    ) -> np.ndarray:
        """Return the weights of one batch: (B, num_heads, T, T), or (B, T) of a pooling."""
        if layer.name not in self._compiled:
            if layer in self.pooling:
                weights = _PoolingWeights(layer)(*layer.input)
            else:
                weights = layer.output[-1]
            model = keras.Model(self._network.inputs, weights)
            self._compiled[layer.name] = _feed.compile_forward(model)
        return self._compiled[layer.name](inputs, lengths)


class _PoolingWeights(keras.layers.Layer):
    """Stands where a pooling stands and gives its weights (B, T).

    The pooling itself cannot: Keras wants a layer to have as many outputs wherever it is called.
    """

    def __init__(self, pooling: AttentionPooling):
        super().__init__()
        self.pooling = pooling

    def call(self, steps, lengths):
        return self.pooling.weigh(steps, lengths)

    def compute_output_shape(self, steps_shape, lengths_shape):
        return steps_shape[:2]


def _of_kind(network: keras.Model, kinds: Any) -> list[Any]:
    return [layer for layer in network.layers if isinstance(layer, kinds)]
