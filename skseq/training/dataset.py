"""Feeds batches to Keras and compiles the forward pass."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from ..batches.slices import Slices
from ..runtime.backend import keras, tf
from ..sequences import Sequences
from .stateful import state_inputs


class BatchSource:
    """Batches of one training, which are forgotten when it has ended.

    TensorFlow keeps every function that a dataset was ever made from, and with it all that the
    function refers to: an engine, and the samples of a fit. It may keep this one, which is empty
    after :meth:`close`.

    Parameters
    ----------
    batches : callable
        Returns an iterator over the batches.
    """

    def __init__(self, batches: Callable[[], Iterator[tuple[Any, ...]]]):
        self._batches: Callable[[], Iterator[tuple[Any, ...]]] | None = batches

    def __call__(self) -> Iterator[tuple[Any, ...]]:
        return iter(()) if self._batches is None else self._batches()

    def close(self) -> None:
        """Forget the batches."""
        self._batches = None


def training_dataset(
    network: keras.Model,
    batches: BatchSource,
    target_like: np.ndarray | Sequences | Slices,
) -> tf.data.Dataset:
    """Wrap the batches of one training as a dataset.

    The signature is given explicitly with open batch and step dimensions: left alone, Keras fixes
    the shape of the first batches and traces anew for every other.
    """
    if isinstance(target_like, (Sequences, Slices)):  # one for each step
        codes = target_like.codes
        target = tf.TensorSpec((None, None, *codes.shape[1:]), tf.as_dtype(codes.dtype))
        weight = tf.TensorSpec((None, None), tf.float32)
    else:
        target = tf.TensorSpec((None, *target_like.shape[1:]), tf.as_dtype(target_like.dtype))
        weight = tf.TensorSpec((None,), tf.float32)
    inputs = _input_specs(network)
    if state_inputs(network):
        inputs = (*inputs, tf.TensorSpec((), tf.bool))  # whether the states begin anew
    signature = (_as_given(inputs), target, weight)
    dataset = tf.data.Dataset.from_generator(batches, output_signature=signature).prefetch(2)
    return dataset.with_options(_without_autotuning())


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
