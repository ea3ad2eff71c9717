"""Weights of samples in the loss."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.class_weight import compute_sample_weight


def loss_weights(
    sample_weight: Any, y: Any, class_weight: Any, *, n_samples: int, normalize: bool
) -> np.ndarray:
    """Combine ``sample_weight`` and ``class_weight`` into one float32 weight per sample.

    ``normalize`` scales them to a mean of 1, so that weights set proportions and not the step
    size: a sample of weight 2 counts as two samples, and weights of 1000 train like weights of 1.

    Raises
    ------
    ValueError
        For a wrong shape, negative or infinite weights, or weights that are all zero.
    """
    weight = np.ones(n_samples, np.float64)
    if sample_weight is not None:
        weight = check_sample_weight(sample_weight, n_samples)
    if class_weight is not None:
        if not normalize and isinstance(class_weight, str):
            raise ValueError(
                f"class_weight={class_weight!r} needs all labels at once and cannot be used with "
                "partial_fit; compute the weights with sklearn.utils.class_weight."
                "compute_class_weight and pass them as a dict."
            )
        weight = weight * compute_sample_weight(class_weight, np.asarray(y))
    if not weight.any():
        raise ValueError("All sample weights are zero; at least one sample needs a weight.")
    if normalize:
        weight = weight / weight[weight > 0].mean()  # a weight of zero is no row at all
    return weight.astype(np.float32)


class SampleWeightsMixin:
    """Adds weights of samples to a target codec, one for each sequence."""

    def weights(
        self, sample_weight: Any, y: Any, class_weight: Any, encoded: np.ndarray, normalize: bool
    ) -> np.ndarray:
        """Return the weight (n,) of each sample in the loss."""
        return loss_weights(
            sample_weight, y, class_weight, n_samples=len(encoded), normalize=normalize
        )

    def even_weights(self, X: Any) -> np.ndarray:
        """Return a weight of 1 for each sample, (n,)."""
        return np.ones(len(X), np.float32)


def document_weights(sample_weight: Any, n_tokens: np.ndarray, *, normalize: bool) -> np.ndarray:
    """Return the weight in the loss of each token of documents, (n_samples,) float32.

    ``normalize`` scales them to a mean of 1 over all tokens that are trained on, of which a
    document has ``n_tokens``.

    Raises
    ------
    ValueError
        As :func:`loss_weights`.
    """
    weight = np.ones(len(n_tokens))
    if sample_weight is not None:
        weight = check_sample_weight(sample_weight, len(n_tokens))
        weighs = weight > 0
        if not weighs.any():
            raise ValueError("All sample weights are zero; at least one needs a weight.")
        if normalize:
            weight = weight / np.average(weight[weighs], weights=n_tokens[weighs])
    return weight.astype(np.float32)


def check_sample_weight(sample_weight: Any, n_samples: int) -> np.ndarray:
    """Return weights as a float64 array (n_samples,), after checking them."""
    if np.isscalar(sample_weight):
        sample_weight = np.full(n_samples, float(sample_weight))  # type: ignore[arg-type]
    weight = np.asarray(sample_weight, dtype=np.float64)
    if weight.ndim != 1:
        raise ValueError("Sample weights must be 1D array or scalar")
    if len(weight) != n_samples:
        raise ValueError(
            f"sample_weight.shape == {weight.shape}, expected ({n_samples},): one a sample."
        )
    if not np.isfinite(weight).all() or (weight < 0).any():
        raise ValueError("Sample weights must be finite and not negative.")
    return weight
