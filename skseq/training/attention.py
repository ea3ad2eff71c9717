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
from .predictor import AttentionKind


class Attention:
    """The layers of attention of one network, each compiled when it is first asked for.

    Parameters
    ----------
    network : keras.Model
        Its layers are looked through for those of ``skseq.layers`` that attend.

    Attributes
    ----------
    layers : dict of lists of keras.layers.Layer
        By kind: ``"between_steps"`` for layers by which steps look at steps, ``"pooling"`` for
        those by which the network as a whole looks at steps, ``"to_source"`` for those by which
        the steps of a decoder look at those of a source; each from the input on.
    """

    def __init__(self, network: keras.Model):
        self._network = network
        self.layers: dict[AttentionKind, list[Any]] = {
            kind: [layer for layer in _all_layers(network) if isinstance(layer, classes)]
            for kind, classes in _CLASSES.items()
        }
        self._compiled: dict[str, Callable[..., np.ndarray]] = {}

    def weights(
        self,
        kind: AttentionKind,
        number: int,
        inputs: tuple[np.ndarray, ...],
        lengths: np.ndarray,
    ) -> np.ndarray:
        """Return the weights of one batch, see ``Predictor.attention_weights``."""
        layer = self.layers[kind][number]
        if layer.name not in self._compiled:
            if kind == "pooling":
                weights = _PoolingWeights(layer)(*layer.input)
            elif kind == "to_source":
                weights = _of_decoder(self._network, layer)
            else:
                weights = layer.output[-1]
            model = keras.Model(self._network.inputs, weights)
            self._compiled[layer.name] = dataset.compile_forward(model)
        return self._compiled[layer.name](inputs, lengths)


_CLASSES: dict[AttentionKind, tuple[type, ...]] = {
    "between_steps": (SelfAttention, TransformerBlock),
    "pooling": (AttentionPooling,),
    "to_source": (StepAttention, DecoderBlock),
}


def most_heads(network: keras.Model) -> int:
    """Return how many numbers there are for two steps that look at each other, at most."""
    classes: Any = (*_CLASSES["between_steps"], *_CLASSES["to_source"])
    return max(
        (
            layer.num_heads * getattr(layer, "score_width", 1)
            for layer in _all_layers(network)
            if isinstance(layer, classes)
        ),
        default=0,
    )


def _all_layers(network: keras.Model) -> list[Any]:
    """Return the layers of a network, then those of the networks in it."""
    inner = [layer for layer in network.layers if isinstance(layer, keras.Model)]
    return [*network.layers, *(layer for part in inner for layer in part.layers)]


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
