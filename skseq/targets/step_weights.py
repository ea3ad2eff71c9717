"""Weights of single steps in the loss."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..sequences import Sequences
from .weights import check_sample_weight


class StepWeightsMixin:
    """Adds even weights to a target codec that has a target for each step."""

    def even_weights(self, X: Sequences) -> Sequences:
        """Return a weight of 1 for each step."""
        return Sequences(np.ones(X.offsets[-1], np.float32), X.offsets)


def step_weights(
    sample_weight: Any,
    class_weight: Any,
    encoded: Sequences,
    *,
    classes: np.ndarray,
    normalize: bool,
) -> Sequences:
    """Combine ``sample_weight`` and ``class_weight`` into one float32 weight for each step.

    Parameters
    ----------
    sample_weight : None, number, array-like of shape (n_samples,), or list of one list a sequence
        A weight for each sequence, or for each of its steps.
    class_weight : None, "balanced" or dict
        A weight for each label; ``"balanced"`` weighs inversely to frequency among all steps.
    encoded : Sequences
        The number of each step's label.
    classes : ndarray
        The labels by number.
    normalize : bool
        Scale to a mean of 1 over the steps with any weight.

    Raises
    ------
    ValueError
        For wrong lengths, negative or infinite weights, weights that are all zero, a weight for an
        unknown label, and ``"balanced"`` where not all labels are there (``normalize=False``).
    """
    weight = np.ones(len(encoded.codes))
    if sample_weight is not None:
        weight = _given(sample_weight, encoded)
    if class_weight is not None:
        weight = weight * _by_class(class_weight, encoded, classes, normalize)[encoded.codes]
    if len(weight) and not weight.any():
        raise ValueError("All sample weights are zero; at least one step needs a weight.")
    if normalize and len(weight):
        weight = weight / weight[weight > 0].mean()
    return Sequences(weight.astype(np.float32), encoded.offsets)


def _given(sample_weight: Any, encoded: Sequences) -> np.ndarray:
    rows = None if np.isscalar(sample_weight) else list(sample_weight)
    if not rows or all(np.isscalar(row) or np.ndim(row) == 0 for row in rows):
        return np.repeat(check_sample_weight(sample_weight, len(encoded)), encoded.lengths)
    if len(rows) != len(encoded):
        raise ValueError(
            f"sample_weight has {len(rows)} rows, expected {len(encoded)}: one a sequence."
        )
    for i, (row, length) in enumerate(zip(rows, encoded.lengths.tolist(), strict=True)):
        if np.shape(row) != (length,):
            raise ValueError(
                f"sample_weight[{i}] has the shape {np.shape(row)}, expected ({length},): one "
                "weight for each step, or one for the whole sequence."
            )
    flat = np.concatenate([np.asarray(row, np.float64) for row in rows])
    return check_sample_weight(flat, len(flat))


def _by_class(
    class_weight: Any, encoded: Sequences, classes: np.ndarray, normalize: bool
) -> np.ndarray:
    if isinstance(class_weight, str):
        if not normalize:
            raise ValueError(
                f"class_weight={class_weight!r} needs all labels at once and cannot be used with "
                "partial_fit; pass a dict of weights."
            )
        counts = np.bincount(encoded.codes, minlength=len(classes))
        return counts.sum() / (np.count_nonzero(counts) * np.maximum(counts, 1))
    numbers = {label: i for i, label in enumerate(classes.tolist())}
    unknown = [label for label in class_weight if label not in numbers]
    if unknown:
        raise ValueError(
            f"class_weight names the labels {unknown}, which y does not hold; known are "
            f"{classes.tolist()}."
        )
    weights = np.ones(len(classes))
    for label, value in class_weight.items():
        weights[numbers[label]] = value
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise ValueError(f"class_weight must be finite and not negative, got {class_weight}.")
    return weights
