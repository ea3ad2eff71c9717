"""Runs a network with states piece by piece: to score, to read a prompt, to take one step.

Each verb is compiled once for all batch sizes and
lengths, and states go in and out, so nothing is read twice.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ..runtime.backend import keras, tf
from .predictor import States, StepFunction
from .stateful import state_inputs


class KerasStates(States):
    """What a network goes on from, one tensor (B, …) each, as rows that decoders choose from."""

    def __init__(self, tensors: list[Any]):
        self._tensors = tensors

    def __len__(self) -> int:
        return int(self._tensors[0].shape[0]) if self._tensors else 0

    def __iter__(self) -> Iterator[Any]:
        return iter(self._tensors)

    @classmethod
    def joined(cls, parts: Sequence[KerasStates]) -> KerasStates:
        """Return the rows of several states, one after the other."""
        return cls([tf.concat(tensors, 0) for tensors in zip(*parts, strict=True)])

    def take_rows(self, rows: np.ndarray) -> KerasStates:
        """Return the states of some rows, in their order, as often as they are named."""
        if np.array_equal(rows, np.arange(len(self))):
            return self
        return KerasStates([tf.gather(tensor, rows) for tensor in self._tensors])


class KerasStepFunction(StepFunction):
    """The verbs of a network: ``(*inputs, lengths, *memory, *states)`` → ``(logits, *states)``.

    What verbs take and return as :class:`KerasStates` is the memory and the states.

    Parameters
    ----------
    network : keras.Model
        Its inputs are steps and the inputs beside them, then lengths (B,), then memory, which
        stays as it is, as inputs named ``memory_…``, then states named ``state_…``. Logits are
        (B, T, n_outputs). There may be neither memory nor states.
    """

    def __init__(self, network: keras.Model):
        self.network = network
        is_kept = [i.name.startswith(("memory_", "state_")) for i in network.inputs]
        specs = [tf.TensorSpec(i.shape, tf.as_dtype(i.dtype)) for i in network.inputs]
        self._inputs = [spec for spec, kept in zip(specs, is_kept, strict=True) if not kept]
        self._states = [spec for spec, kept in zip(specs, is_kept, strict=True) if kept]
        self._n_memory = len(self._states) - len(state_inputs(network))
        self.n_outputs: int = network.outputs[0].shape[-1]

    def zeros(self, n_rows: int) -> KerasStates:
        """Return the states before any step, of a network without memory."""
        return KerasStates([tf.zeros((n_rows, *spec.shape[1:])) for spec in self._states])

    def score(
        self,
        inputs: tuple[np.ndarray, ...],
        lengths: np.ndarray,
        targets: np.ndarray,
        states: KerasStates,
    ) -> tuple[np.ndarray, KerasStates]:
        """Return the log-probability (B, T) of each target, and the states after the last step."""
        given = _tensors((*inputs, lengths), self._inputs)
        targets = tf.convert_to_tensor(targets, tf.int32)
        found, *after = self._score(*given, targets, *states)
        return found.numpy(), self._after(states, after)

    def advance(
        self, inputs: tuple[np.ndarray, ...], lengths: np.ndarray, states: KerasStates
    ) -> KerasStates:
        """Return the states after each row's last step; a row of length 0 keeps its own."""
        given = _tensors((*inputs, np.maximum(lengths, 1)), self._inputs)
        return KerasStates(self._advance(*given, tf.convert_to_tensor(lengths > 0), *states))

    def step(
        self, inputs: tuple[np.ndarray, ...], states: KerasStates
    ) -> tuple[np.ndarray, KerasStates]:
        """Return the log-probabilities (B, n_outputs) of what follows one step, and the states.

        ``inputs`` are (B,).
        """
        found, *after = self._step(*_tensors(inputs, self._inputs[:-1]), *states)
        return found.numpy(), self._after(states, after)

    def _after(self, before: KerasStates, states: list[Any]) -> KerasStates:
        return KerasStates([*list(before)[: self._n_memory], *states])

    # ------------------------------------------------------------- compiled verbs
    @functools.cached_property
    def _score(self) -> Callable[..., Any]:
        return self._compiled(_score, *self._inputs, tf.TensorSpec((None, None), tf.int32))

    @functools.cached_property
    def _advance(self) -> Callable[..., Any]:
        return self._compiled(_advance, *self._inputs, tf.TensorSpec((None,), tf.bool))

    @functools.cached_property
    def _step(self) -> Callable[..., Any]:
        return self._compiled(_step, *(tf.TensorSpec((None,), i.dtype) for i in self._inputs[:-1]))

    def _compiled(self, verb: Callable[..., Any], *signature: tf.TensorSpec) -> Callable[..., Any]:
        # Called with flat tensors, a concrete function takes half the time of a tf.function, which
        # looks at what it is given first; that is most of a small step.
        call = functools.partial(verb, self.network, len(self._states))
        function = tf.function(call, autograph=False)
        return function.get_concrete_function(*signature, *self._states)


class KerasEncoder:
    """Reads sources, so that a decoder can begin.

    Parameters
    ----------
    network : keras.Model
        From sources and their lengths to the memory and the states of a decoder.
    """

    def __init__(self, network: keras.Model):
        self._inputs = [tf.TensorSpec(i.shape, tf.as_dtype(i.dtype)) for i in network.inputs]
        call = tf.function(functools.partial(_encode, network), autograph=False)
        self._call = call.get_concrete_function(*self._inputs)

    def __call__(self, inputs: tuple[np.ndarray, ...], lengths: np.ndarray) -> KerasStates:
        """Return what a decoder begins with, for one batch of sources."""
        return KerasStates(list(self._call(*_tensors((*inputs, lengths), self._inputs))))


def _encode(network, *args):
    # Keras gives a single output by itself, not in a list.
    return [tf.identity(o) for o in tf.nest.flatten(network(list(args), training=False))]


def _score(network, n_states, *args):
    *inputs, targets = args[: len(args) - n_states]
    outputs = network([*inputs, *args[len(args) - n_states :]], training=False)
    logits, *states = outputs if n_states else [outputs]
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(
        labels=tf.maximum(targets, 0), logits=logits
    )
    return -losses, *states


def _advance(network, n_states, *args):
    *inputs, is_real = args[:-n_states]
    before = args[-n_states:]
    _, *after = network([*inputs, *before], training=False)
    return [tf.where(is_real[:, None], a, b) for a, b in zip(after, before, strict=True)]


def _step(network, n_states, *args):
    inputs = [i[:, None] for i in args[:-n_states]]
    ones = tf.ones_like(args[0])
    logits, *states = network([*inputs, ones, *args[-n_states:]], training=False)
    return tf.nn.log_softmax(logits[:, 0]), *states


def _tensors(arrays: tuple[np.ndarray, ...], specs: list[tf.TensorSpec]) -> list[Any]:
    return [tf.convert_to_tensor(a, spec.dtype) for a, spec in zip(arrays, specs, strict=True)]
