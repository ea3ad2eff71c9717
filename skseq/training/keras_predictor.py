"""Prediction by the Keras network that was trained, in TensorFlow."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ..batches.batching import MOST_WEIGHTS
from ..layers import CRF, LSTM, n_cores
from ..runtime.backend import keras
from . import dataset
from .attention import Attention, most_heads
from .predictor import AttentionKind, Predictor
from .stateful import state_inputs
from .step_function import KerasEncoder, KerasStates, KerasStepFunction

# Matrix products round the last few rows of a batch in another way than the others; with whole
# blocks of rows for every core, a sequence has bit for bit the same output alone or in company.
_BLOCK_OF_ROWS = 16


class KerasPredictor(Predictor):
    """A Keras network with the weights that it holds at the moment; verbs compile on first use.

    Parameters
    ----------
    network : keras.Model
        A network of :mod:`skseq.networks`, or a user's own.
    probabilities : {"softmax", "sigmoid"} or None
        Which probabilities the network gives in place of logits, None where it gives logits.
    """

    def __init__(self, network: keras.Model, probabilities: str | None = None):
        self._network, self._probabilities = network, probabilities
        self.width = network.inputs[0].shape[1]
        self.n_output_steps = network.outputs[0].shape[1] if network.outputs[0].ndim > 2 else None
        self.is_stateful = bool(state_inputs(network))
        # TensorFlow spreads the products of more rows over threads, which LSTMs do better alone.
        is_lstm = any(isinstance(layer, LSTM) for layer in network.layers)
        self.fast_batch_size = 32 * n_cores() if is_lstm else None
        self.num_heads = most_heads(network)

    def run(self, inputs: tuple[np.ndarray, ...], lengths: np.ndarray) -> np.ndarray:
        n_rows = len(lengths)
        spare = -n_rows % (_BLOCK_OF_ROWS * n_cores())
        n_weights = (n_rows + spare) * self.num_heads * inputs[0].shape[1] ** 2
        if spare and n_weights <= MOST_WEIGHTS:
            inputs = tuple(np.pad(x, [(0, spare), *[(0, 0)] * (x.ndim - 1)]) for x in inputs)
            lengths = np.pad(lengths, (0, spare), constant_values=1)
        outputs = self._forward(inputs, lengths)[:n_rows]
        if self._probabilities is None:
            return outputs
        p = np.clip(outputs.astype(np.float64), 1e-12, 1.0 - 1e-12)
        return np.log(p) - np.log1p(-p) if self._probabilities == "sigmoid" else np.log(p)

    def linear_chain(self) -> Any:
        crf = next((layer for layer in self._network.layers if isinstance(layer, CRF)), None)
        return None if crf is None else crf.linear_chain()

    @functools.cached_property
    def steps(self) -> KerasStepFunction:
        return KerasStepFunction(self._network)

    @functools.cached_property
    def decoder(self) -> KerasStepFunction:
        return KerasStepFunction(self._network.get_layer("decoder"))

    def encode(self, inputs: tuple[np.ndarray, ...], lengths: np.ndarray) -> KerasStates:
        return self._encoder(inputs, lengths)

    def attention_heads(self, kind: AttentionKind) -> list[int]:
        return [getattr(layer, "num_heads", 1) for layer in self._attention.layers[kind]]

    def attention_weights(
        self,
        kind: AttentionKind,
        layer: int,
        inputs: tuple[np.ndarray, ...],
        lengths: np.ndarray,
    ) -> np.ndarray:
        return self._attention.weights(kind, layer, inputs, lengths)

    @functools.cached_property
    def _forward(self) -> Callable[..., np.ndarray]:
        return dataset.compile_forward(self._network)

    @functools.cached_property
    def _encoder(self) -> KerasEncoder:
        return KerasEncoder(self._network.get_layer("encoder"))

    @functools.cached_property
    def _attention(self) -> Attention:
        return Attention(self._network)
