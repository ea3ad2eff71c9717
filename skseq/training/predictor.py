"""What prediction asks of a network: the interface that every inference engine fills.

Arrays go in and come out. Families and decoders know this interface only, never the engine behind.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Literal

import numpy as np

# Steps of one sequence to each other, a pooling to steps, steps of a decoder to those of a source.
AttentionKind = Literal["between_steps", "pooling", "to_source"]


class States(ABC):
    """What a network goes on from after some steps, one row for each sequence of a batch.

    Decoders take the rows of sequences that go on, see :mod:`skseq.decoding`.
    """

    @abstractmethod
    def __len__(self) -> int:
        """Return the number of rows."""

    @abstractmethod
    def take_rows(self, rows: np.ndarray) -> States:
        """Return the states of some rows, in their order, as often as they are named."""

    @classmethod
    @abstractmethod
    def joined(cls, parts: Any) -> States:
        """Return the rows of several states, one after the other."""


class StepFunction(ABC):
    """A network that goes on from states, step by step or many steps at once.

    Attributes
    ----------
    n_outputs : int
        Number of outputs of a step.
    """

    n_outputs: int

    @abstractmethod
    def zeros(self, n_rows: int) -> States:
        """Return the states before any step, of a network without memory."""

    @abstractmethod
    def advance(self, inputs: tuple[np.ndarray, ...], lengths: np.ndarray, states: Any) -> States:
        """Return the states after each row's last step; a row of length 0 keeps its own."""

    @abstractmethod
    def step(self, inputs: tuple[np.ndarray, ...], states: Any) -> tuple[np.ndarray, States]:
        """Return the log-probabilities (B, n_outputs) of what follows one step, and the states.

        ``inputs`` are (B,).
        """

    @abstractmethod
    def score(
        self,
        inputs: tuple[np.ndarray, ...],
        lengths: np.ndarray,
        targets: np.ndarray,
        states: Any,
    ) -> tuple[np.ndarray, States]:
        """Return the log-probability of every target (B, T), and the states after the last step.

        What stands for padded steps (targets of -1) has no meaning.
        """


class Predictor(ABC):
    """A network with the weights of one state.

    Attributes
    ----------
    width : int or None
        The number of steps the network insists on, or None.
    n_output_steps : int or None
        The number of steps the network has outputs for, whatever its input; or None.
    is_stateful : bool
        Whether states go in and come out beside steps, so that :attr:`steps` runs it.
    fast_batch_size : int or None
        The number of rows of a batch that prediction is fastest with, if few are.
    num_heads : int
        How many weights of attention there are, at most, for two steps that look at each other.
    """

    width: int | None
    n_output_steps: int | None
    is_stateful: bool
    fast_batch_size: int | None
    num_heads: int

    @abstractmethod
    def run(self, inputs: tuple[np.ndarray, ...], lengths: np.ndarray) -> np.ndarray:
        """Return the logits of one batch, (B, n_outputs) or (B, T, n_outputs)."""

    @abstractmethod
    def linear_chain(self) -> Any:
        """Return the transitions between the outputs of a network with a CRF layer, or None."""

    @property
    @abstractmethod
    def steps(self) -> StepFunction:
        """The network as a step function."""

    @property
    @abstractmethod
    def decoder(self) -> StepFunction:
        """The decoder of a network from sequence to sequence as a step function."""

    @abstractmethod
    def encode(self, inputs: tuple[np.ndarray, ...], lengths: np.ndarray) -> States:
        """Return what the decoder begins with, for one batch of sources."""

    @abstractmethod
    def attention_heads(self, kind: AttentionKind) -> list[int]:
        """Return the number of heads of each layer of attention of one kind, from the input on."""

    @abstractmethod
    def attention_weights(
        self,
        kind: AttentionKind,
        layer: int,
        inputs: tuple[np.ndarray, ...],
        lengths: np.ndarray,
    ) -> np.ndarray:
        """Return the weights of attention of one batch.

        They are (B, num_heads, T, T) between steps, (B, T) of a pooling, and to a source of S steps
        (B, T, S) or (B, num_heads, T, S).
        """
