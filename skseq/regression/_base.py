"""The base of regressors: numbers of sequences or of their steps."""

from __future__ import annotations

from numbers import Integral
from typing import Any, Self

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.metrics import r2_score

from ..batches.ragged_list import RaggedList
from ..inputs.parameters import checked_arguments
from ..inputs.validation import StrOptions
from ..sequences import Sequences
from ..targets.label_rows import check_step_counts
from ..targets.number_loss import NumberLossMixin
from ..targets.number_rows import are_number_rows, as_number_rows, check_numbers
from ..targets.numbers import NumberTarget, StepNumbers
from ..targets.real_steps import of_real_steps
from ..training import choices
from ..training.state import refuse_changes
from ..training.steps_estimator import StepsEstimator


class SequenceRegressor(RegressorMixin, NumberLossMixin, StepsEstimator):
    """Abstract base of regressors; subclasses define the network."""

    _parameter_constraints: dict[str, list[Any] | str] = {
        **StepsEstimator._parameter_constraints,
        "return_sequences": ["boolean", StrOptions({"auto"})],
        **NumberLossMixin._loss_constraints,
    }

    # Dropout changes the scale of what the output layer adds up to a number.
    _usual_dropout = choices.Dropout(words=0.5, symbols=0.0, numbers=0.0, whole_words=0.2)

    # ---------------------------------------------------------------- the core
    def _check_y(self, y: Any, name: str) -> np.ndarray | list[np.ndarray]:
        return (as_number_rows if self._is_of_steps(y) else check_numbers)(y, name)

    def _make_codec(
        self, y: Any, classes: Any, reader: Any, sample_weight: Any
    ) -> NumberTarget | StepNumbers:
        kind, quantiles = self._resolved_loss()
        codec = StepNumbers if isinstance(y, list) else NumberTarget
        return codec(y, kind, quantiles, sample_weight)

    def _known_codec(self, classes: Any) -> NumberTarget | StepNumbers:
        """Return the codec of the previous fit, after checking that the settings are the same."""
        old = self.codec_
        is_same = {
            "return_sequences": self.return_sequences in ("auto", self._gives_steps),
            "loss or quantiles": (old.kind, old.quantiles) == self._resolved_loss(),
        }
        refuse_changes([name for name, same in is_same.items() if not same])
        return old

    @property
    def _gives_steps(self) -> bool:
        """Whether the fitted network predicts numbers of steps, as set when it was fitted."""
        return self.codec_.is_per_step

    def _is_of_steps(self, y: Any) -> bool:
        """Whether y is to have a number for each step."""
        if self.return_sequences != "auto":
            return self.return_sequences
        return are_number_rows(y)

    def _samples(
        self, reader: Any, codec: Any, X: Any, y: Any, sample_weight: Any, *, normalize: bool
    ) -> Any:
        if self.return_sequences == "auto" and not codec.is_per_step and y.ndim == 2:
            n_columns = y.shape[1]
            if n_columns > 1 and len(X) and (X.lengths == n_columns).all():
                raise ValueError(
                    f"y has {n_columns} columns, and every sequence {n_columns} steps: it may hold "
                    "several numbers for each sequence, or one for each step. Set "
                    "return_sequences=False for the first, or True."
                )
        return super()._samples(reader, codec, X, y, sample_weight, normalize=normalize)

    def _usual(self, reader: Any, codec: Any, samples: Any) -> dict[str, Any]:
        return {**super()._usual(reader, codec, samples), "return_sequences": codec.is_per_step}

    def _reading(self) -> dict[str, Any]:
        return {**super()._reading(), "integers_are_numbers": True}

    def _of_real_steps(self, X: Any, values: Any, is_per_step: bool) -> Any:
        """Leave out values on padding, if X is ids and each step has a number."""
        if not is_per_step or not isinstance(self.embedding_dim, Integral):
            return values
        return of_real_steps(X, values, self.embedding_dim)

    # ------------------------------------------------------------------ verbs
    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        X_val: Any = None,
        y_val: Any = None,
    ) -> Self:
        """Train on sequences with their numbers.

        Parameters
        ----------
        X : Sequences or sequence-like of n_samples sequences
            Numbers (2-D: one feature a step; 3-D, or a list of (n_steps, n_features) arrays), or
            token ids (``Sequences`` from a ``Tokenizer``; arrays and lists of integers where
            ``embedding_dim`` is a number).
        y : array-like of shape (n_samples,) or (n_samples, n_outputs), or list of n_samples arrays
            One number, or ``n_outputs`` numbers, for each sequence; with ``return_sequences`` an
            array of shape (n_steps,) or (n_steps, n_outputs) for each. They may be in any unit, as
            they are standardised for training.
        sample_weight : array-like of shape (n_samples,), or list of n_samples lists, default=None
            Weight in the loss of each sample, or with ``return_sequences`` of each step; None
            weighs all alike.
        X_val, y_val : same kinds as X and y, default=None
            Validation data. With ``early_stopping`` they replace the share split off from X.

        Returns
        -------
        self : estimator

        Raises
        ------
        ValueError
            For targets that are not finite numbers, or not one for each sequence (or step).
        """
        of_steps = self._is_of_steps(y)
        sample_weight = self._of_real_steps(X, sample_weight, of_steps)
        y = self._of_real_steps(X, y, of_steps)
        super().fit(X, y, sample_weight, X_val, self._of_real_steps(X_val, y_val, of_steps))
        return self

    # Targets are numbers, so there are no ``classes`` as in the base.
    def partial_fit(  # type: ignore[override]
        self, X: Any, y: Any, sample_weight: Any = None
    ) -> Self:
        """Train for one more epoch on these samples, from the current weights.

        The first call determines how numbers are standardised, so it should hold typical targets.

        Parameters
        ----------
        X, y, sample_weight
            As in :meth:`fit`.

        Returns
        -------
        self : estimator
        """
        of_steps = self._is_of_steps(y)
        sample_weight = self._of_real_steps(X, sample_weight, of_steps)
        y = self._of_real_steps(X, y, of_steps)
        super().partial_fit(X, y, sample_weight=sample_weight)
        return self

    @checked_arguments
    def predict(self, X: Any, quantiles: Any = None) -> Any:
        """Return the number, or numbers, of each sequence, or of each of its steps.

        Parameters
        ----------
        X : Sequences or sequence-like of n_samples sequences
            As in :meth:`fit`.
        quantiles : float or sequence of float, default=None
            Which quantiles to return, after a fit with ``loss="quantile"``: any between the
            smallest and the largest of those trained. None returns the median.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
            In the unit of y; several ``quantiles`` add a last axis. With ``return_sequences`` the
            second axis is that of steps. If X is not an array of numbers, a list of n_samples
            arrays is returned instead, each as long as its sequence.

        Raises
        ------
        ValueError
            For quantiles the network was not trained for.
        """
        self._check_is_fitted()
        if not self._gives_steps:
            return self.codec_.decode(self._forward(X), quantiles)
        read = self._read(X)
        flat = self.codec_.numbers(self._run(read), read.offsets, quantiles)
        if self.reader_.kind == "features" and _is_array_of(X, read.lengths):
            return flat.reshape(len(read), -1, *flat.shape[1:])
        return RaggedList(np.split(flat, read.offsets[1:-1]))

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return R², the share of the variance of y that is predicted.

        Parameters
        ----------
        X, y
            As in :meth:`fit`.
        sample_weight : as in :meth:`fit`, default=None
            Weight of each sample, or with ``return_sequences`` of each sample or step.

        Returns
        -------
        float
            At most 1; 0 is the score of predicting the mean of y. With ``return_sequences`` all
            steps of all sequences have equal weight.
        """
        self._check_is_fitted()
        if not self._gives_steps:
            return super().score(X, y, sample_weight)
        read = self._read(X)
        rows = as_number_rows(self._of_real_steps(X, y, True))
        check_step_counts(rows, "y", read.lengths, what="number")
        true = self.codec_.flat(rows, "y")
        found = self.codec_.numbers(self._run(read), read.offsets, None)
        if sample_weight is not None:
            steps = Sequences(np.zeros(len(true), np.float32), read.offsets)
            weights = self._of_real_steps(X, sample_weight, True)
            sample_weight = self.codec_.weights(weights, None, None, steps, normalize=True).codes
        return r2_score(true, found.reshape(true.shape), sample_weight=sample_weight)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        tags.input_tags.three_d_array = True
        return tags


def _is_array_of(X: Any, lengths: np.ndarray) -> bool:
    """Whether X is an array or a frame of numbers, and not a column of lists."""
    shape: tuple[int, ...] = () if isinstance(X, Sequences) else getattr(X, "shape", ())
    return len(shape) >= 2 and bool((lengths == shape[1]).all())
