"""Runs a network with states piece by piece: to score, to read a prompt, to take one step.

Floor 2: TensorFlow-only, like ``_feed``. Each verb is compiled once for all batch sizes and
lengths, and states go in and out, so nothing is read twice.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ._backend import keras, tf
from ._carrying import state_inputs

States = Sequence[Any]  # one array or tensor (B, units) each


class Stepper:
    """The verbs of one network from ``(*inputs, lengths, *states)`` to ``(logits, *states)``.

    Parameters
    ----------
    network : keras.Model
        Its inputs are steps and whatever stands beside them, each (B, T), then lengths (B,), then
        states named ``state_0``, ``state_1`` and so on. Logits are (B, T, n_outputs).
    """

    def __init__(self, network: keras.Model):
        self.network = network
        states = state_inputs(network)
        self._n_states = len(states)
        self._widths = [state.shape[1] for state in states]
        given = network.inputs[: -self._n_states]
        self._inputs = [tf.TensorSpec(i.shape, tf.as_dtype(i.dtype)) for i in given]
        self._states = [tf.TensorSpec((None, width), tf.float32) for width in self._widths]
        self.n_outputs: int = network.outputs[0].shape[-1]

    def zeros(self, n_rows: int) -> list[np.ndarray]:
        """Return the states before any step."""
        return [np.zeros((n_rows, width), np.float32) for width in self._widths]

    def score(
        self,
        inputs: tuple[np.ndarray, ...],
        lengths: np.ndarray,
        targets: np.ndarray,
        states: States,
    ) -> tuple[np.ndarray, States]:
        """Return the log-probability (B, T) of each target, and the states after the last step."""
        inputs = _as_specified((*inputs, lengths), self._inputs)
        found, *states = self._score(inputs, targets, list(states))
        return found.numpy(), states

    def advance(
        self, inputs: tuple[np.ndarray, ...], lengths: np.ndarray, states: States
    ) -> States:
        """Return the states after each row's last step; a row of length 0 keeps its own."""
        inputs = _as_specified((*inputs, np.maximum(lengths, 1)), self._inputs)
        return self._advance(inputs, lengths > 0, list(states))

    def step(
        self, inputs: tuple[np.ndarray, ...], states: States
    ) -> tuple[np.ndarray, list[np.ndarray]]:
        """Return the log-probabilities (B, n_outputs) of what follows one step, and the states.

        ``inputs`` are (B,).
        """
        found, *states = self._step(_as_specified(inputs, self._inputs[:-1]), list(states))
        return found.numpy(), [state.numpy() for state in states]

    # ------------------------------------------------------------- compiled verbs
    # A partial has no code of its own, by which TensorFlow would count the traces of all networks.
    @functools.cached_property
    def _score(self) -> Callable[..., Any]:
        targets = tf.TensorSpec((None, None), tf.int32)
        return self._compiled(_score, self._inputs, targets, self._states)

    @functools.cached_property
    def _advance(self) -> Callable[..., Any]:
        is_real = tf.TensorSpec((None,), tf.bool)
        return self._compiled(_advance, self._inputs, is_real, self._states)

    @functools.cached_property
    def _step(self) -> Callable[..., Any]:
        single = [tf.TensorSpec((None,), spec.dtype) for spec in self._inputs[:-1]]
        return self._compiled(_step, single, self._states)

    def _compiled(self, verb: Callable[..., Any], *signature: Any) -> Callable[..., Any]:
        call = functools.partial(verb, self.network)
        return tf.function(call, input_signature=signature, autograph=False)


def _score(network, inputs, targets, states):
    logits, *states = network([*inputs, *states], training=False)
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(
        labels=tf.maximum(targets, 0), logits=logits
    )
    return -losses, *states


def _advance(network, inputs, is_real, states):
    _, *after = network([*inputs, *states], training=False)
    return [tf.where(is_real[:, None], a, b) for a, b in zip(after, states, strict=True)]


def _step(network, inputs, states):
    ones = tf.ones_like(inputs[0])
    inputs = [i[:, None] for i in inputs]
    logits, *states = network([*inputs, ones, *states], training=False)
    return tf.nn.log_softmax(logits[:, 0]), *states


def _as_specified(arrays: tuple[np.ndarray, ...], specs: list[tf.TensorSpec]) -> list[Any]:
    return [tf.convert_to_tensor(a, spec.dtype) for a, spec in zip(arrays, specs, strict=True)]
