"""What training and prediction ask of a reader."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from ..batches.base import BaseBatcher
from ..batches.batching import Batcher, InputFunction
from ..vocabulary import Vocabulary


class Reader(ABC):
    """Abstract base of readers: how an estimator reads X, decided by the X of its first fit.

    A reader belongs to the fitted state. It turns X into sequences of one kind, and these into the
    inputs of the network, batch by batch.

    Attributes
    ----------
    vocabulary : Vocabulary or None
        What ids stand for; None where X holds numbers, or ids of unknown meaning.
    """

    vocabulary: Vocabulary | None = None

    @abstractmethod
    def input_functions(self, X: Any) -> list[InputFunction]:
        """Return the functions from codes of steps to inputs of the network, one for each input."""

    @abstractmethod
    def arguments(self) -> dict[str, Any]:
        """Return the arguments of the network that the input decides."""

    def learn(self, X: Any, weight: Any) -> None:
        """Measure the training samples of a first fit, of which X were read; by default nothing."""
        return

    def initial_weights(self, X: Any) -> dict[str, Any]:
        """Return initial weights by layer: a list of all, or a dict of some by name."""
        return {}

    def batcher(
        self,
        X: Any,
        *,
        width: int | None = None,
        n_outputs: int | None = None,
        n_steps: int | None = None,
    ) -> BaseBatcher:
        """Return what cuts sequences that were read into batches.

        Parameters
        ----------
        X : Sequences, Slices or Pairs
            Sequences that were read.
        width : int or None
            The number of steps the network insists on.
        n_outputs : int or None
            The number of steps the network has outputs for, whatever its input.
        n_steps : int or None
            Cut sequences into windows of that many steps.
        """
        return Batcher(X, self.input_functions(X), width=width, n_steps=n_steps)
