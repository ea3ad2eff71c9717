"""The base of taggers: labels of steps, their probabilities and the best labellings."""

from __future__ import annotations

from numbers import Integral
from typing import Any, Self

import numpy as np

from ..batches.ragged_list import RaggedList
from ..inputs.parameters import checked_arguments
from ..inputs.validation import Interval, StrOptions, check_count
from ..metrics import span_f1, token_accuracy
from ..readers.documents import DocumentReader
from ..targets.label_rows import as_label_rows
from ..targets.real_steps import of_real_steps
from ..targets.step_labels import StepTarget
from ..training.steps_estimator import StepsEstimator


class SequenceTagger(StepsEstimator):
    """Abstract base of taggers; subclasses define the network.

    Not a ``ClassifierMixin``: scikit-learn's splitters and scorers for classifiers do not accept
    labels that are lists.
    """

    family = "tagger"

    _parameter_constraints: dict[str, list[Any] | str] = {
        **StepsEstimator._parameter_constraints,
        "layers": [Interval(Integral, 1, None, closed="left")],
        "char_features": [StrOptions({"auto", "cnn", "lstm"}), None],
        "shape_features": ["boolean", StrOptions({"auto"})],
        "crf": ["boolean", StrOptions({"auto"})],
        "constraints": [StrOptions({"auto", "bio", "bioes"}), None],
        "score_metric": [StrOptions({"token_accuracy", "span_f1"})],
        "class_weight": [dict, StrOptions({"balanced"}), None],
    }

    # ---------------------------------------------------------------- the core
    def _check_y(self, y: Any, name: str) -> list[list[Any]]:
        return as_label_rows(y, name)

    @property
    def _wants_crf(self) -> bool | str:
        return self.crf

    def _make_codec(self, y: Any, classes: Any, reader: Any, sample_weight: Any) -> StepTarget:
        return StepTarget(
            y,
            classes,
            crf=self._wants_crf,
            constraints=self.constraints,
            score_metric=self.score_metric,
        )

    def _reading(self) -> dict[str, Any]:
        characters = self.char_features
        return {
            **super()._reading(),
            "documents": DocumentReader(),
            "characters": characters if characters == "auto" else characters is not None,
            "casing": self.shape_features,
        }

    def _usual(self, reader: Any, codec: Any, samples: Any) -> dict[str, Any]:
        spelling = reader.word_features
        has_characters = spelling is not None and spelling.characters is not None
        return {
            **super()._usual(reader, codec, samples),
            "char_features": "cnn" if has_characters else None,
            "shape_features": spelling is not None and spelling.casing,
            "crf": codec.crf,
        }

    # ------------------------------------------------------------------ verbs
    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        X_val: Any = None,
        y_val: Any = None,
    ) -> Self:
        """Train on sequences with a label for each step.

        Parameters
        ----------
        X : list of token lists, list of str, Sequences or sequence-like of n_samples sequences
            Lists of tokens; texts, whose characters are tagged; token ids (``Sequences``, lists of
            lists, a padded integer array where 0 is padding and has no label); or numbers (2-D: one
            feature a step; 3-D, or a list of (n_steps, n_features) arrays).
        y : list of n_samples label lists
            A label, str or int, for each step. A row may also be a str with one letter for each
            step; for sequences of equal length, an array of shape (n_samples, n_steps) is accepted.
        sample_weight : array-like of shape (n_samples,), or list of one list each, default=None
            Weight in the loss of each sequence, or of each of its steps; None weighs all alike.
        X_val, y_val : same kinds as X and y, default=None
            Validation data. With ``early_stopping`` they replace the share split off from X.

        Returns
        -------
        self : estimator

        Raises
        ------
        ValueError
            If a sequence and its labels differ in length, if a list of lists is needed but a flat
            list is given, or if labels violate the scheme of ``constraints``.
        TypeError
            For tokens that are not str, and labels that are neither str nor int.
        """
        sample_weight, y = (
            of_real_steps(X, sample_weight, self.embedding_dim),
            of_real_steps(X, y, self.embedding_dim),
        )
        super().fit(X, y, sample_weight, X_val, of_real_steps(X_val, y_val, self.embedding_dim))
        return self

    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self:
        """Train for one more epoch on these samples, from the current weights.

        Parameters
        ----------
        X, y, sample_weight
            As in :meth:`fit`.
        classes : array-like, default=None
            All labels that can occur in any call; needed in the first call if y lacks some of them.

        Returns
        -------
        self : estimator
        """
        sample_weight, y = (
            of_real_steps(X, sample_weight, self.embedding_dim),
            of_real_steps(X, y, self.embedding_dim),
        )
        super().partial_fit(X, y, classes, sample_weight)
        return self

    def predict(self, X: Any) -> list[list[Any]]:
        """Return the best label of each step, or with ``crf`` the best labelling of each sequence.

        Parameters
        ----------
        X : list of token lists, list of str, Sequences or sequence-like of n_samples sequences
            As in :meth:`fit`.

        Returns
        -------
        list of n_samples lists
            Labels as given in ``y``, one for each step; ``[]`` for an empty sequence.
        """
        X = self._read(X)
        return RaggedList(self.codec_.labels(self.codec_.paths(self._run(X), X.offsets), X.offsets))

    def predict_proba(self, X: Any) -> list[np.ndarray]:
        """Return the probability of each label at each step.

        Parameters
        ----------
        X : list of token lists, list of str, Sequences or sequence-like of n_samples sequences
            As in :meth:`fit`.

        Returns
        -------
        list of n_samples arrays of shape (n_steps, n_classes)
            In the order of ``classes_``; rows sum to 1. With ``crf`` these are the marginals.
        """
        X = self._read(X)
        flat = self.codec_.probabilities(self._run(X), X.offsets)
        return RaggedList(np.split(flat, X.offsets[1:-1]))

    @checked_arguments
    def predict_top_k(self, X: Any, k: int = 3, *, return_scores: bool = False) -> Any:
        """Return the ``k`` most probable labellings of each sequence.

        Parameters
        ----------
        X : list of token lists, list of str, Sequences or sequence-like of n_samples sequences
            As in :meth:`fit`.
        k : int, default=3
            Number of labellings; fewer are returned if a sequence has fewer possible ones.
        return_scores : bool, default=False
            Whether to return their log-probabilities (nats) too.

        Returns
        -------
        labellings : list of n_samples lists of up to k label lists
            Best first; the first is the one that :meth:`predict` returns.
        scores : list of n_samples arrays of shape (up to k,)
            Log-probability of each labelling; only with ``return_scores``.
        """
        k = check_count(k, "k")
        X = self._read(X)
        classes = self.classes_
        labellings: list[Any] = [None] * len(X)
        scores: list[Any] = [None] * len(X)
        for row, paths, found in self.codec_.best_paths(self._run(X), k):
            labellings[row] = [classes[path].tolist() for path in paths]
            scores[row] = found
        return (labellings, scores) if return_scores else labellings

    def score_samples(self, X: Any, y: Any) -> np.ndarray:
        """Return the log-probability of the given labels.

        Parameters
        ----------
        X : list of token lists, list of str, Sequences or sequence-like of n_samples sequences
            As in :meth:`fit`.
        y : list of n_samples label lists
            The labels to evaluate.

        Returns
        -------
        ndarray of shape (n_samples,)
            Log-probability (nats) of each sequence's whole labelling; 0 for an empty sequence.

        Raises
        ------
        ValueError
            For labels that were not seen in ``fit``, or not as many as there are steps.
        """
        read = self._read(X)
        rows = as_label_rows(of_real_steps(X, y, self.embedding_dim))
        encoded = self.codec_.encode(rows, "y", read)
        return self.codec_.log_likelihood(self._run(read), encoded)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the token accuracy, or the metric of ``score_metric``.

        Parameters
        ----------
        X : list of token lists, list of str, Sequences or sequence-like of n_samples sequences
            As in :meth:`fit`.
        y : list of n_samples label lists
            The true labels; labels not seen in ``fit`` count as errors.
        sample_weight : array-like of shape (n_samples,), or list of one list each, default=None
            Weight of each sequence or step; for token accuracy only.

        Returns
        -------
        float
            In [0, 1], higher is better.
        """
        read = self._read(X)
        y = as_label_rows(of_real_steps(X, y, self.embedding_dim), "y", read.lengths)
        sample_weight = of_real_steps(X, sample_weight, self.embedding_dim)
        predicted = self.codec_.labels(
            self.codec_.paths(self._run(read), read.offsets), read.offsets
        )
        if self.score_metric == "token_accuracy":
            return token_accuracy(y, predicted, sample_weight=sample_weight)
        if sample_weight is not None:
            raise ValueError("score_metric='span_f1' counts spans and takes no sample_weight.")
        return float(span_f1(y, predicted))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.input_tags.three_d_array = True
        return tags
