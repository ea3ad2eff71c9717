"""What training and prediction ask of a target codec."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

import numpy as np

from ..batches.batching import Batch


class TargetCodec(ABC):
    """Abstract base of codecs: what y means, as numbers for the network and back.

    A codec belongs to the fitted state and is made from the y of the first fit.

    Attributes
    ----------
    loss : str
        Name of the loss, see ``training.losses.LOSS_KINDS``.
    scores_targets : bool
        Whether :meth:`loss_and_score` reads the log-probabilities of targets, which the network
        computes by itself, in place of outputs.
    classes : ndarray or None
        The user's labels in sorted order, where targets are labels.
    """

    classes: np.ndarray | None = None

    @property
    @abstractmethod
    def loss(self) -> str:
        """Name of the loss."""

    @property
    def scores_targets(self) -> bool:
        """Whether the network scores targets by itself."""
        return False

    @abstractmethod
    def arguments(self) -> dict[str, Any]:
        """Return the arguments of the network that the target decides."""

    @abstractmethod
    def loss_and_score(
        self, batches: Iterable[Batch], encoded: Any, weight: Any
    ) -> tuple[float, float]:
        """Return the weighted mean loss of batches against encoded targets, and the score."""

    def initial_weights(self) -> dict[str, Any]:
        """Return initial weights by layer: a list of all, or a dict of some by name."""
        return {}


class SampleCodec(TargetCodec):
    """Abstract base of codecs with one target for each sample, or one for each of its steps.

    ``is_per_step`` says which.

    What users hand in as y is checked once, by a function of the codec's module; the codec takes
    what that returns.
    """

    is_per_step = False

    @abstractmethod
    def encode(self, y: Any, name: str = "y", X: Any = None) -> Any:
        """Return checked targets as numbers, for as many sequences as X has.

        Raises
        ------
        ValueError
            For targets unlike those the codec was made from.
        """

    @abstractmethod
    def weights(
        self, sample_weight: Any, y: Any, class_weight: Any, encoded: Any, normalize: bool
    ) -> Any:
        """Return the weight in the loss of each sample, or of each step."""

    @abstractmethod
    def even_weights(self, X: Any) -> Any:
        """Return a weight of 1 for each sample, or for each step."""
