"""Target codecs: what ``y`` means, as numbers for the network and back as the user's labels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.utils import column_or_1d
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_array

from ..batches.batching import Batch, join_rows
from .base import SampleCodec
from .weights import SampleWeightsMixin


class ClassTarget(SampleWeightsMixin, SampleCodec):
    """Labels of whole sequences: binary, multiclass or multilabel (an indicator matrix).

    Parameters
    ----------
    y : ndarray
        The labels of the first samples, as :func:`check_labels` returns them.
    classes : array-like or None, default=None
        All labels there will ever be; None goes by ``y``.

    Attributes
    ----------
    kind : {"binary", "multiclass", "multilabel"}
    classes : ndarray of shape (n_classes,)
        The user's labels in sorted order; column numbers for multilabel.
    n_outputs : int
        Width of the network's output: 1 for binary.
    loss : str
        Name of the loss, see ``training.losses.LOSS_KINDS``.
    """

    classes: np.ndarray

    def __init__(self, y: np.ndarray, classes: Any = None):
        if y.ndim == 2:
            self.kind, self.classes = "multilabel", np.arange(y.shape[1])
        else:
            self.classes = np.unique(y if classes is None else np.asarray(classes))
            if len(self.classes) < 2:
                raise ValueError(
                    "Classifier can't train when only one class is present: y holds only "
                    f"{self.classes.tolist()}; at least two classes are needed."
                )
            self.kind = "binary" if len(self.classes) == 2 else "multiclass"

    @property
    def n_outputs(self) -> int:
        return 1 if self.kind == "binary" else len(self.classes)

    @property
    def loss(self) -> str:
        return "softmax" if self.kind == "multiclass" else "sigmoid"

    def arguments(self) -> dict[str, Any]:
        """Return what the network needs to know about its output."""
        return {"n_outputs": self.n_outputs}

    def encode(self, y: np.ndarray, name: str = "y", X: Any = None) -> np.ndarray:
        """Return float32 (n, n_outputs), or int32 class numbers (n,) for multiclass.

        Raises
        ------
        ValueError
            If ``y`` has labels that were not seen when the codec was made, or another shape.
        """
        if (y.ndim == 2) != (self.kind == "multilabel"):
            raise ValueError(
                f"{name} must be {'an indicator matrix' if y.ndim == 1 else 'one label a sample'} "
                f"as in fit, got shape {y.shape}."
            )
        if self.kind == "multilabel":
            if y.shape[1] != len(self.classes):
                raise ValueError(
                    f"{name} has {y.shape[1]} label columns, fit saw {len(self.classes)}."
                )
            return y.astype(np.float32)
        unseen = np.setdiff1d(y, self.classes)
        if len(unseen):
            raise ValueError(
                f"{name} contains labels {unseen.tolist()} that were not seen in fit; known are "
                f"{self.classes.tolist()}. With partial_fit, pass all labels as classes= in the "
                "first call."
            )
        numbers = np.searchsorted(self.classes, y)
        if self.kind == "binary":
            return numbers.astype(np.float32).reshape(-1, 1)
        return numbers.astype(np.int32)

    def probabilities(self, outputs: np.ndarray) -> np.ndarray:
        """Turn logits (n, n_outputs) into probabilities in the order of ``classes``."""
        outputs = outputs.astype(np.float64)
        if self.kind == "multiclass":
            odds = np.exp(outputs - outputs.max(axis=1, keepdims=True))
            return odds / odds.sum(axis=1, keepdims=True)
        positive = 1.0 / (1.0 + np.exp(-np.clip(outputs, -700, 700)))
        return positive if self.kind == "multilabel" else np.hstack([1.0 - positive, positive])

    def decode(self, probabilities: np.ndarray) -> np.ndarray:
        """Turn probabilities into labels (n,), or an indicator matrix for multilabel."""
        if self.kind == "multilabel":
            return (probabilities >= 0.5).astype(int)
        return self.classes[probabilities.argmax(axis=1)]

    def loss_and_score(
        self, batches: Iterable[Batch], encoded: np.ndarray, weight: np.ndarray | None
    ) -> tuple[float, float]:
        """Return the weighted mean loss (nats) and accuracy of logits against encoded targets."""
        probabilities = self.probabilities(join_rows(batches, len(encoded)))
        tiny = np.finfo(float).tiny
        if self.kind == "multilabel":
            right = (self.decode(probabilities) == encoded).all(axis=1)
            likelihood = np.where(encoded > 0.5, probabilities, 1.0 - probabilities)
            losses = -np.log(np.maximum(likelihood, tiny)).mean(axis=1)
        else:
            numbers = encoded.reshape(-1).astype(int)
            right = probabilities.argmax(axis=1) == numbers
            losses = -np.log(np.maximum(probabilities[np.arange(len(numbers)), numbers], tiny))
        return float(np.average(losses, weights=weight)), float(np.average(right, weights=weight))


def check_labels(y: Any, name: str = "y") -> np.ndarray:
    """Return labels as an array: 1-D, or 2-D for an indicator matrix."""
    if y is None:
        raise ValueError(
            "This classifier requires y to be passed, but the target y is None. "
            "requires y to be passed, but the target y is None"
        )
    if issparse(y):
        y = y.toarray()
    if isinstance(y, (list, tuple)) and len(y) and isinstance(y[0], (list, tuple, set)):
        _check_label_rows(y)
    y = np.asarray(y)
    if y.ndim == 2 and y.shape[1] > 1:
        if type_of_target(y) != "multilabel-indicator":
            raise ValueError(
                f"y of shape {y.shape} must be an indicator matrix of 0 and 1 for multilabel "
                "classification, or hold one label a sample."
            )
        return check_array(y, dtype=None)
    y = column_or_1d(y, warn=True)
    if y.dtype.kind == "O" and len({type(label) for label in y}) > 1:
        kinds = sorted({type(label).__name__ for label in y})
        raise ValueError(f"y mixes labels of the types {kinds}; use one type, e.g. str.")
    if y.dtype.kind == "f" and not np.isfinite(y).all():
        raise ValueError("Input y contains NaN or infinity; drop those samples.")
    check_classification_targets(y)
    return y


def _check_label_rows(y: Any) -> None:
    if len({len(row) for row in y}) > 1:
        raise ValueError(
            "y holds a list of labels for each sample; turn it into an indicator matrix with "
            "sklearn.preprocessing.MultiLabelBinarizer, or use a tagger for one label a step."
        )
