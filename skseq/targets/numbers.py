"""Target codecs of numbers: of whole sequences, or of each of their steps.

The network sees numbers with mean 0 and standard deviation 1
whatever the user's unit is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from .._tables import LOSSES
from ..batches.batching import Batch, join_rows, join_steps
from ..inputs.standardization import Standardization
from ..sequences import Sequences
from .base import SampleCodec, TargetCodec
from .label_rows import check_step_counts
from .quantiles import between_quantiles
from .step_weights import StepWeightsMixin, step_weights
from .weights import SampleWeightsMixin


class Numbers(TargetCodec):
    """What codecs of numbers share: standardised columns, each with its quantiles, and losses."""

    shape: tuple[int, ...]  # of one target, () or (n_outputs,)
    scaling: Standardization

    def __init__(self, kind: str, quantiles: tuple[float, ...] | None):
        self.kind, self.quantiles = kind, quantiles

    def arguments(self) -> dict[str, Any]:
        """Return what the network needs to know about its output."""
        return {"n_outputs": len(self.scaling.mean) * len(self.quantiles or (0.5,))}

    def decode(self, outputs: np.ndarray, quantiles: Any = None) -> np.ndarray:
        """Turn outputs (n, n_outputs × n_quantiles) into numbers (n, *shape) in the user's unit.

        With ``quantiles``, one or several of them instead of the median, (n, *shape, n_quantiles)
        for several.

        Raises
        ------
        ValueError
            If there are no quantiles, or not these.
        """
        if self.quantiles is None:
            self.refuse_quantiles(quantiles)
            return self.scaling.undo(outputs).reshape(-1, *self.shape)
        standard = outputs.reshape(len(outputs), len(self.scaling.mean), len(self.quantiles))
        wanted = 0.5 if quantiles is None else quantiles
        found = between_quantiles(standard.astype(np.float64), self.quantiles, wanted)
        many = found.ndim == 3
        # The axis of columns last, as scaling has it.
        numbers = self.scaling.undo(np.moveaxis(found, 1, -1))
        numbers = np.moveaxis(numbers, -1, 1)
        return numbers.reshape(len(outputs), *self.shape, *([found.shape[-1]] if many else []))

    def refuse_quantiles(self, quantiles: Any) -> None:
        """Raise an error if quantiles are asked for."""
        if quantiles is not None:
            raise ValueError(
                f"quantiles={quantiles!r} needs an estimator that was fitted with loss='quantile', "
                f"this one has loss={self.kind!r}; set quantiles in the estimator and fit again."
            )

    def _evaluated(
        self, outputs: np.ndarray, encoded: np.ndarray, weight: np.ndarray
    ) -> tuple[float, float]:
        """Return the weighted mean loss, and R² against the spread of the training targets.

        Targets that are NaN are left out.
        """
        outputs = outputs.astype(np.float64)
        if self.quantiles is None:
            median, losses = outputs, LOSSES[self.kind](encoded - outputs, np)
        else:
            levels = np.asarray(self.quantiles)
            outputs = outputs.reshape(*encoded.shape, len(levels))
            error = encoded[..., None] - outputs
            losses = np.maximum(levels * error, (levels - 1.0) * error).mean(axis=-1)
            median = between_quantiles(outputs, self.quantiles, 0.5)
        counts = np.where(np.isnan(encoded), 0.0, weight[:, None])
        if not counts.any():
            return np.nan, np.nan
        loss = np.average(np.nan_to_num(losses), weights=counts)
        squares = np.average(np.nan_to_num((encoded - median) ** 2), weights=counts)
        return float(loss), float(1.0 - squares)


class NumberTarget(SampleWeightsMixin, Numbers, SampleCodec):
    """One number, or several, for each sequence.

    Parameters
    ----------
    y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        The first targets, which decide the scaling, as ``number_rows.check_numbers`` returns them.
    kind : {"squared_error", "absolute_error", "huber", "quantile"}
        What is minimised.
    quantiles : tuple of float or None
        Those of ``kind="quantile"``, ascending and with the median.
    sample_weight : array-like of shape (n_samples,) or None
        How much each target counts in the scaling.

    Attributes
    ----------
    shape : tuple of int
        Of one target: () or (n_outputs,).
    scaling : Standardization
        Of the columns of y.
    """

    loss = "numbers"

    def __init__(
        self,
        y: np.ndarray,
        kind: str,
        quantiles: tuple[float, ...] | None = None,
        sample_weight: Any = None,
    ):
        super().__init__(kind, quantiles)
        self.shape = y.shape[1:]
        weight = self.weights(sample_weight, y, None, y, normalize=True)
        self.scaling = Standardization(y.reshape(len(y), -1), weight)

    def encode(self, y: Any, name: str = "y", X: Any = None) -> np.ndarray:
        """Return standardised float32 targets (n, n_outputs).

        Raises
        ------
        ValueError
            For targets that are not finite numbers, or not as many as in fit.
        """
        if y.shape[1:] != self.shape:
            raise ValueError(
                f"{name} has the shape {y.shape}, but fit saw {_count_of(self.shape)} a sample; "
                f"pass {name} of the shape {_text_of('n_samples', self.shape)}."
            )
        return self.scaling.apply(y.reshape(len(y), -1)).astype(np.float32)

    def loss_and_score(
        self, batches: Iterable[Batch], encoded: np.ndarray, weight: np.ndarray
    ) -> tuple[float, float]:
        """Return the weighted mean loss of outputs against encoded targets, and R²."""
        return self._evaluated(join_rows(batches, len(encoded)), encoded, weight)


class StepNumbers(StepWeightsMixin, Numbers, SampleCodec):
    """A number, or several, for each step of a sequence.

    Parameters
    ----------
    y : list of n_samples arrays of shape (n_steps,) or (n_steps, n_outputs)
        The first targets, which decide the scaling, as ``number_rows.as_number_rows`` returns them.
    kind, quantiles
        As of :class:`NumberTarget`.
    sample_weight : array-like of shape (n_samples,), list of one list a sequence, or None
        How much each sequence, or step, counts in the scaling.
    """

    loss = "step_numbers"
    is_per_step = True

    def __init__(
        self,
        y: list[np.ndarray],
        kind: str,
        quantiles: tuple[float, ...] | None = None,
        sample_weight: Any = None,
    ):
        super().__init__(kind, quantiles)
        filled = [row for row in y if len(row)]
        if not filled:
            raise ValueError("y holds no number at all; at least one sequence needs steps.")
        self.shape = filled[0].shape[1:]
        flat = self.flat(y, "y")
        steps = Sequences(np.zeros(len(flat), np.float32), _offsets(y))
        weight = self.weights(sample_weight, y, None, steps, normalize=True)
        self.scaling = Standardization(flat, weight.codes.reshape(-1))

    def weights(
        self, sample_weight: Any, y: Any, class_weight: Any, encoded: Sequences, normalize: bool
    ) -> Sequences:
        """Return the weight of each step in the loss."""
        nothing = np.zeros(0)
        return step_weights(sample_weight, None, encoded, classes=nothing, normalize=normalize)

    def encode(self, y: Any, name: str = "y", X: Sequences | None = None) -> Sequences:
        """Return the standardised numbers of each step.

        Raises
        ------
        ValueError
            For numbers that are not finite, or not as many as steps, or as in fit.
        """
        if X is not None:
            check_step_counts(y, name, X.lengths, what="number")
        values = self.scaling.apply(self.flat(y, name)).astype(np.float32)
        return Sequences(values, _offsets(y))

    def loss_and_score(
        self, batches: Iterable[Batch], encoded: Sequences, weight: Sequences
    ) -> tuple[float, float]:
        """Return the weighted mean loss of a step, and R²."""
        outputs = join_steps(batches, encoded.offsets, _outputs)
        return self._evaluated(outputs, encoded.codes, weight.codes.reshape(-1))

    def numbers(self, batches: Iterable[Batch], offsets: np.ndarray, quantiles: Any) -> np.ndarray:
        """Return the numbers of all steps, (total_steps, *shape[, n_quantiles])."""
        return self.decode(join_steps(batches, offsets, _outputs), quantiles)

    def flat(self, rows: list[np.ndarray], name: str) -> np.ndarray:
        """Return rows one after the other, (total_steps, n_outputs).

        Raises
        ------
        ValueError
            For rows of another number of outputs than in fit.
        """
        for i, row in enumerate(rows):
            if len(row) and row.shape[1:] != self.shape:
                raise ValueError(
                    f"{name}[{i}] has the shape {row.shape}, but the first row of y in fit held "
                    f"{_count_of(self.shape)} a step; every row needs the shape "
                    f"{_text_of('n_steps', self.shape)}."
                )
        width = self.shape[0] if self.shape else 1
        return np.concatenate([row.reshape(-1, width) for row in rows])


def _count_of(shape: tuple[int, ...]) -> str:
    return f"{shape[0]} number{'s' if shape[0] > 1 else ' in a list'}" if shape else "one number"


def _text_of(first: str, shape: tuple[int, ...]) -> str:
    return f"({first}, {shape[0]})" if shape else f"({first},)"


def _offsets(rows: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)


def _outputs(batch: Batch) -> np.ndarray:
    return batch.outputs
