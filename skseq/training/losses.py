"""The losses that codecs name, as Keras losses of one network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..layers import (
    CRF,
    CRFLoss,
    CTCLoss,
    LabelCrossentropy,
    NumberLoss,
    SampledCrossentropy,
    StepCrossentropy,
)
from ..runtime.backend import keras


@dataclass(frozen=True)
class LossKind:
    """How to make one loss, and what it expects of a network.

    Attributes
    ----------
    make : callable
        From the network and the settings of the loss to a ``keras.losses.Loss``.
    probabilities : {"softmax", "sigmoid"} or None
        Which probabilities a network may give in place of logits; None where there are none, as of
        losses of numbers, which take what a network gives as it is.
    is_per_step : bool
        Whether each step has a target, so that a network must give one output for each.
    """

    make: Callable[[keras.Model, dict[str, Any]], keras.losses.Loss]
    probabilities: str | None = None
    is_per_step: bool = False


def _of_settings(loss: type) -> Callable[[keras.Model, dict[str, Any]], keras.losses.Loss]:
    return lambda network, settings: loss(**settings)


LOSS_KINDS: dict[str, LossKind] = {
    "sigmoid": LossKind(_of_settings(keras.losses.BinaryCrossentropy), "sigmoid"),
    "weighted_sigmoid": LossKind(_of_settings(LabelCrossentropy), "sigmoid"),
    "softmax": LossKind(_of_settings(keras.losses.SparseCategoricalCrossentropy), "softmax"),
    "step_softmax": LossKind(_of_settings(StepCrossentropy), "softmax", is_per_step=True),
    "sampled_softmax": LossKind(
        lambda network, settings: SampledCrossentropy(network.get_layer("output"))
    ),
    "crf": LossKind(lambda network, settings: CRFLoss(_crf(network)), is_per_step=True),
    "ctc": LossKind(lambda network, settings: CTCLoss()),
    "numbers": LossKind(_of_settings(NumberLoss)),
    "step_numbers": LossKind(_of_settings(NumberLoss), is_per_step=True),
}


def _crf(network: keras.Model) -> CRF:
    return next(layer for layer in network.layers if isinstance(layer, CRF))
