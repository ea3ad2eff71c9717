"""Feeds batches to Keras and compiles the forward pass."""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..batches.slices import Slices
from ..runtime.backend import keras, tf
from ..sequences import Sequences
from .stateful import state_inputs


class _Source:
    """What a dataset reads, and all that it refers to: the batches of the training at work.

    TensorFlow keeps every function that a dataset was ever made from, and with it all that the
    function refers to. It may keep this one, which is empty between trainings.
    """

    batches: Callable[[], Iterator[tuple[Any, ...]]] | None = None

    def __call__(self) -> Iterator[tuple[Any, ...]]:
        return iter(()) if self.batches is None else self.batches()


class TrainingData:
    """The batches that a network is trained on, as a dataset that serves every training.

    To make a dataset takes longer than to train a small network for an epoch.

    Parameters
    ----------
    network : keras.Model
        The network that takes the batches.
    """

    def __init__(self, network: keras.Model):
        self._inputs = _input_specs(network)
        if state_inputs(network):  # whether the states are reset
            self._inputs = (*self._inputs, tf.TensorSpec((), tf.bool))
        self._datasets: dict[Hashable, tf.data.Dataset] = {}
        self._source = _Source()

    @contextmanager
    def of(
        self,
        batches: Callable[[], Iterator[tuple[Any, ...]]],
        target_like: np.ndarray | Sequences | Slices,
    ) -> Iterator[tf.data.Dataset]:
        """Return the dataset of what ``batches()`` iterates over, to be used inside the block."""
        is_per_step = not isinstance(target_like, np.ndarray)
        codes = target_like if isinstance(target_like, np.ndarray) else target_like.codes
        kind = (is_per_step, codes.shape[1:], codes.dtype.str)
        if kind not in self._datasets:
            self._datasets[kind] = self._make_dataset(*kind)
        self._source.batches = batches
        try:
            yield self._datasets[kind]
        finally:
            self._source.batches = None

    def _make_dataset(self, is_per_step: bool, shape: tuple[int, ...], dtype: str) -> Any:
        # The signature is given explicitly with open batch and step dimensions: left alone, Keras
        # fixes the shape of the first batches and traces again for every other.
        rows = (None, None) if is_per_step else (None,)
        target = tf.TensorSpec((*rows, *shape), tf.as_dtype(np.dtype(dtype)))
        signature = (_as_given(self._inputs), target, tf.TensorSpec(rows, tf.float32))
        dataset = tf.data.Dataset.from_generator(self._source, output_signature=signature)
        return dataset.prefetch(2).with_options(_without_autotuning())


def _without_autotuning() -> tf.data.Options:
    """Keep tf.data from tuning itself.

    Its tuning thread sleeps for 10 ms, then twice as long each time, and the end of training waits
    for it to wake: up to half of the time a fit takes. There is nothing to tune in one stream.
    """
    options = tf.data.Options()
    options.autotune.enabled = False
    return options


def compile_forward(model: keras.Model) -> Callable[..., np.ndarray]:
    """Return a function from one batch of inputs to the model's output as an array."""
    specs = _input_specs(model)

    # Keras' layers need no autograph, which takes longer than the trace. TensorFlow counts traces
    # by a function's code and warns of many; a partial has none, so every model counts by itself.
    forward = tf.function(
        functools.partial(_run, model), input_signature=[list(specs)], autograph=False
    )

    def run(inputs: tuple[np.ndarray, ...], lengths: np.ndarray) -> np.ndarray:
        given = zip((*inputs, lengths), specs, strict=False)  # a model may take no lengths
        return forward([tf.convert_to_tensor(x, dtype=spec.dtype) for x, spec in given]).numpy()

    return run


def _run(model: keras.Model, inputs: list[Any]) -> Any:
    return model(_as_given(inputs), training=False)


def model_inputs(model: keras.Model, inputs: tuple[np.ndarray, ...], lengths: np.ndarray) -> Any:
    """Return what this model takes, states aside: all inputs and lengths, or the steps alone."""
    return _as_given((*inputs, lengths)[: len(_input_specs(model))])


def _input_specs(model: keras.Model) -> tuple[tf.TensorSpec, ...]:
    given = model.inputs[: len(model.inputs) - len(state_inputs(model))]
    return tuple(tf.TensorSpec(i.shape, tf.as_dtype(i.dtype)) for i in given)


def _as_given(inputs: Iterable[Any]) -> Any:
    inputs = tuple(inputs)
    return inputs if len(inputs) > 1 else inputs[0]
