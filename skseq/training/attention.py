"""Runs a network for the weights of its attention instead of its outputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..layers import (
    AttentionPooling,
    DecoderBlock,
    SelfAttention,
    StepAttention,
    TransformerBlock,
)
from ..runtime.backend import keras
from . import dataset


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
    to_source : list of keras.layers.Layer
        Layers by which the steps of a decoder look at those of a source.
    """

    def __init__(self, network: keras.Model):
        self._network = network
        self.between_steps = _of_kind(network, (SelfAttention, TransformerBlock))
        self.pooling = _of_kind(network, AttentionPooling)
        self.to_source = []
        for part in network.layers:
            if isinstance(part, keras.Model):
                self.between_steps += _of_kind(part, (SelfAttention, TransformerBlock))
                self.to_source += _of_kind(part, (StepAttention, DecoderBlock))
        # How many numbers there are for two steps that look at each other, at most.
        layers = [*self.between_steps, *self.to_source]
        self.num_heads = max(
            (layer.num_heads * getattr(layer, "score_width", 1) for layer in layers), default=0
        )
        self._compiled: dict[str, Callable[..., np.ndarray]] = {}

    def weights(
        self, layer: Any, inputs: tuple[np.ndarray, ...], lengths: np.ndarray
    ) -> np.ndarray:
        """Return the weights of one batch.

        They are (B, num_heads, T, T), of a pooling (B, T), and of steps to a source of S steps
        (B, T, S) or (B, num_heads, T, S).
        """
        if layer.name not in self._compiled:
            if layer in self.pooling:
                weights = _PoolingWeights(layer)(*layer.input)
            elif layer in self.to_source:
                weights = _of_decoder(self._network, layer)
            else:
                weights = layer.output[-1]
            model = keras.Model(self._network.inputs, weights)
            self._compiled[layer.name] = dataset.compile_forward(model)
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


def _of_decoder(network: keras.Model, layer: Any) -> Any:
    """Return what a layer of a decoder gives when it reads what the network is trained on."""
    decoder = network.get_layer("decoder")
    *source, steps, lengths = network.inputs
    looking = keras.Model(decoder.inputs, layer.output[-1])
    return looking([steps, lengths, *network.get_layer("encoder")(source)])


def _of_kind(network: keras.Model, kinds: Any) -> list[Any]:
    return [layer for layer in network.layers if isinstance(layer, kinds)]
