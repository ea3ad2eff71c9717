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
from .weights import SampleWeightsMixin, check_sample_weight

# Most that a rare label counts for, compared with one that half of the samples have.
_LARGEST = 10.0


class ClassTarget(SampleWeightsMixin, SampleCodec):
    """Labels of whole sequences: binary, multiclass or multilabel (an indicator matrix).

    Parameters
    ----------
    y : ndarray
        The labels of the first samples, as :func:`check_labels` returns them.
    classes : array-like or None, default=None
        All labels there will ever be; None goes by ``y``. Of an indicator matrix the names of its
        columns; None numbers them.
    is_balanced : bool, default=False
        Whether the two classes of each label of an indicator matrix shall weigh the same.
    sample_weight : array-like of shape (n_samples,), default=None
        How much each sample counts where classes are balanced.

    Attributes
    ----------
    kind : {"binary", "multiclass", "multilabel"}
    classes : ndarray of shape (n_classes,)
        The user's labels in sorted order; names or numbers of columns for multilabel.
    n_outputs : int
        Width of the network's output: 1 for binary.
    label_weights : ndarray of shape (2, n_classes) or None
        Weights of samples without and with each label of an indicator matrix, if balanced.
    loss : str
        Name of the loss, see ``training.losses.LOSS_KINDS``.
    """

    classes: np.ndarray
    label_weights: np.ndarray | None = None

    def __init__(
        self,
        y: np.ndarray,
        classes: Any = None,
        *,
        is_balanced: bool = False,
        sample_weight: Any = None,
    ):
        if y.ndim == 2:
            self.kind = "multilabel"
            self.classes = np.arange(y.shape[1]) if classes is None else _names(classes, y)
            if is_balanced:
                self.label_weights = _balanced(y, sample_weight)
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
        if self.label_weights is not None:
            return "weighted_sigmoid"
        return "softmax" if self.kind == "multiclass" else "sigmoid"

    def arguments(self) -> dict[str, Any]:
        """Return what the network needs to know about its output."""
        return {"n_outputs": self.n_outputs}

    def encode(self, y: np.ndarray, name: str = "y", X: Any = None) -> np.ndarray:
        """Return float32 (n, n_outputs), or int32 class numbers (n,) for multiclass.

        With ``label_weights`` an entry is the weight of its label, negative where it is absent.

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
            if self.label_weights is None:
                return y.astype(np.float32)
            without, having = self.label_weights
            return np.where(y > 0, having, -without).astype(np.float32)
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

    def weights(
        self, sample_weight: Any, y: Any, class_weight: Any, encoded: np.ndarray, normalize: bool
    ) -> np.ndarray:
        """Return the weight (n,) of each sample in the loss."""
        if self.label_weights is not None and normalize:
            class_weight = None  # stands in the encoded labels
        return super().weights(sample_weight, y, class_weight, encoded, normalize)

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
            right = (self.decode(probabilities) == (encoded > 0)).all(axis=1)
            likelihood = np.where(encoded > 0, probabilities, 1.0 - probabilities)
            losses = -np.log(np.maximum(likelihood, tiny))
            if self.label_weights is not None:
                losses = losses * np.abs(encoded)
            losses = losses.mean(axis=1)
        else:
            numbers = encoded.reshape(-1).astype(int)
            right = probabilities.argmax(axis=1) == numbers
            losses = -np.log(np.maximum(probabilities[np.arange(len(numbers)), numbers], tiny))
        return float(np.average(losses, weights=weight)), float(np.average(right, weights=weight))


def _names(classes: Any, y: np.ndarray) -> np.ndarray:
    if len(classes) != y.shape[1]:
        raise ValueError(
            f"classes names {len(classes)} labels, but y has {y.shape[1]} columns; name each."
        )
    return np.asarray(classes, None if np.asarray(classes).dtype.kind in "iu" else object)


def _balanced(y: np.ndarray, sample_weight: Any) -> np.ndarray:
    """Return the weights (2, L) of samples without and with each label.

    Both classes of a label get half of its weight, if the rarer one is not too rare: what a few
    samples say is not to rule the network.
    """
    weight = (
        np.ones(len(y)) if sample_weight is None else check_sample_weight(sample_weight, len(y))
    )
    share = np.average(y > 0, axis=0, weights=weight) if weight.any() else np.full(y.shape[1], 0.5)
    shares = np.array([1.0 - share, share])
    weights = np.minimum(0.5 / np.maximum(shares, 0.5 / _LARGEST), _LARGEST)
    weights[shares == 0] = 1.0
    return weights / (weights * shares).sum(axis=0)


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
