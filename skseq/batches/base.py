"""What training and prediction ask of a batcher."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

# Rows of a batch and the first step that it holds of them.
Plan = list[tuple[np.ndarray, int]]


class BaseBatcher(ABC):
    """Abstract base of what cuts a collection into padded batches.

    Attributes
    ----------
    lengths : ndarray of shape (n_samples,)
        The number of steps of each sequence; of pairs, those of the target.
    """

    lengths: np.ndarray

    @abstractmethod
    def plan_epoch(self, batch_size: int, rng: np.random.Generator) -> Plan:
        """Return the batches of one epoch of training, in random order."""

    @abstractmethod
    def plan_scoring(self, max_outputs: int, *, num_heads: int = 0) -> Plan:
        """Return the batches in which the log-probabilities of targets are computed.

        A batch has about ``max_outputs`` target steps at most, and the weights of ``num_heads``
        with which steps may look at each other are bounded.
        """

    @abstractmethod
    def batch(self, rows: np.ndarray, first: int = 0) -> tuple[tuple[np.ndarray, ...], np.ndarray]:
        """Return the inputs of the network, right-padded, and the lengths of ``rows``."""

    @abstractmethod
    def targets(self, target: Any, rows: np.ndarray, first: int = 0) -> np.ndarray:
        """Return the targets of ``rows``; those of single steps (B, T), with -1 on padding."""

    @abstractmethod
    def weights(
        self, weight: Any, rows: np.ndarray, first: int = 0, *, per_step: bool = False
    ) -> np.ndarray:
        """Return the loss weights of ``rows``: (B,), or (B, T) with zeros on padding."""

    @abstractmethod
    def target_lengths(self, rows: np.ndarray, first: int = 0) -> np.ndarray:
        """Return how many steps of each row's target a batch holds, (B,)."""

    @abstractmethod
    def padding_waste(self, plan: Plan) -> float:
        """Return the share of computed steps that are padding."""
