"""The base of classifiers: probabilities and labels of whole sequences."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin

from ..inputs.validation import StrOptions
from ..targets.classes import ClassTarget, check_labels
from ..training.steps_estimator import StepsEstimator


class SequenceClassifier(ClassifierMixin, StepsEstimator):
    """Abstract base of classifiers; subclasses define the network."""

    class_weight: Any

    _parameter_constraints: dict[str, list[Any] | str] = {
        **StepsEstimator._parameter_constraints,
        "class_weight": [dict, StrOptions({"balanced"}), None],
    }

    def _check_y(self, y: Any, name: str) -> np.ndarray:
        return check_labels(y, name)

    def _make_codec(self, y: Any, classes: Any, reader: Any, sample_weight: Any) -> ClassTarget:
        balanced = self.class_weight == "balanced"
        return ClassTarget(y, classes, is_balanced=balanced, sample_weight=sample_weight)

    def _fit(self, X: Any, y: Any, *args: Any, **options: Any) -> None:
        columns = getattr(y, "columns", None)
        if columns is not None and len(columns) > 1 and options.get("classes") is None:
            options["classes"] = list(columns)
        super()._fit(X, y, *args, **options)

    def _as_classes(self, classes: Any) -> np.ndarray:
        if self.codec_.kind != "multilabel":
            return super()._as_classes(classes)
        return np.array(list(classes), object)  # columns, which are not sorted

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probability of each class.

        Parameters
        ----------
        X : Sequences or sequence-like of n_samples sequences
            As in :meth:`fit`.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            In the order of ``classes_``; rows sum to 1, except for multilabel targets, where the
            columns are independent probabilities.
        """
        outputs = self._forward(X)
        return self.codec_.probabilities(outputs)

    def predict_log_proba(self, X: Any) -> np.ndarray:
        """Return the logarithm of :meth:`predict_proba`."""
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def predict(self, X: Any) -> np.ndarray:
        """Return the most probable class of each sequence.

        Parameters
        ----------
        X : Sequences or sequence-like of n_samples sequences
            As in :meth:`fit`.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_classes)
            Labels as given in ``y``; an indicator matrix for multilabel targets.
        """
        probabilities = self.predict_proba(X)
        return self.codec_.decode(probabilities)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        tags.input_tags.three_d_array = True
        return tags
