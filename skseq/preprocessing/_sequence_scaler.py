"""``SequenceScaler``: brings the features of sequences of numbers to a common scale."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from ..inputs.parameters import CheckedParameters
from ..inputs.sequence_like import as_sequences
from ..inputs.sequence_output import SequenceOutputMixin
from ..inputs.standardization import Standardization
from ..inputs.validation import fit_context
from ..sequences import Sequences

# The interquartile range of a normal distribution, in standard deviations.
_NORMAL_RANGE = 1.3489795003921634


class SequenceScaler(
    SequenceOutputMixin, TransformerMixin, BaseEstimator, metaclass=CheckedParameters
):
    """Transformer that standardises the features of sequences over all their steps.

    Estimators of skseq standardise numbers themselves (``standardize="auto"``). Use this one to
    scale robustly, to share one scale between estimators, or before a transformer.

    Parameters
    ----------
    with_mean : bool, default=True
        Whether to subtract the mean of each feature; with ``robust`` its median.
    with_std : bool, default=True
        Whether to divide by the standard deviation of each feature; with ``robust`` by its
        interquartile range divided by 1.35, which of normally distributed numbers is the standard
        deviation.
    robust : bool, default=False
        Whether to use median and quartiles, which outliers do not change.

    Attributes
    ----------
    center_ : ndarray of shape (n_features,)
        What is subtracted; zeros without ``with_mean``.
    scale_ : ndarray of shape (n_features,)
        What features are divided by; ones without ``with_std``, and 1 for a feature that never
        changes.
    n_features_in_ : int
        Number of features of each step.

    See Also
    --------
    sklearn.preprocessing.StandardScaler : For tables with one row for each sample.
    sklearn.preprocessing.RobustScaler : The same with median and quartiles.

    Notes
    -----
    A feature whose quartiles are equal although it changes is divided by its standard deviation.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq import SequenceScaler
    >>> X = [np.array([[1.0, 500.0], [3.0, 700.0]]), np.array([[2.0, 600.0]])]
    >>> scaler = SequenceScaler().fit(X)
    >>> scaler.center_
    array([  2., 600.])
    >>> scaler.transform(X)[1]
    array([[0., 0.]], dtype=float32)
    """

    _parameter_constraints: dict = {
        "with_mean": ["boolean"],
        "with_std": ["boolean"],
        "robust": ["boolean"],
    }

    center_: np.ndarray
    scale_: np.ndarray
    n_features_in_: int

    def __init__(self, *, with_mean: bool = True, with_std: bool = True, robust: bool = False):
        self.with_mean = with_mean
        self.with_std = with_std
        self.robust = robust

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any = None) -> SequenceScaler:
        """Measure the features.

        Parameters
        ----------
        X : Sequences or sequence-like of n_samples sequences
            Numbers: 2-D with one feature a step, 3-D, or a list of (n_steps, n_features) arrays.
            Every step counts alike.
        y : None
            Ignored.

        Returns
        -------
        self : SequenceScaler

        Raises
        ------
        ValueError
            For token ids and pretrained vectors, and for sequences without any step.
        """
        steps = _read(X).codes
        if not len(steps):
            raise ValueError("X holds no steps to measure; pass at least one sequence of numbers.")
        rule = Standardization(steps)
        center, scale = rule.mean, rule.scale
        if self.robust:
            low, center, high = np.quantile(steps.astype(np.float64), [0.25, 0.5, 0.75], axis=0)
            scale = np.where(high > low, (high - low) / _NORMAL_RANGE, scale)
        n_features = steps.shape[1]
        self.center_ = center if self.with_mean else np.zeros(n_features)
        self.scale_ = scale if self.with_std else np.ones(n_features)
        self.n_features_in_ = n_features
        return self

    def transform(self, X: Any) -> Sequences:
        """Return the sequences with standardised features.

        Parameters
        ----------
        X : Sequences or sequence-like of n_samples sequences
            As in :meth:`fit`; lengths may differ from those in ``fit``.

        Returns
        -------
        Sequences
            Of as many steps, float32.

        Raises
        ------
        ValueError
            If the number of features is another than in ``fit``.
        """
        sequences = self._read_known(X)
        values = (sequences.codes - self.center_) / self.scale_
        return sequences.replace(values=values.astype(np.float32))

    def inverse_transform(self, X: Any) -> Sequences:
        """Return standardised sequences in their own unit.

        Parameters
        ----------
        X : Sequences or sequence-like of n_samples sequences
            What :meth:`transform` returned.

        Returns
        -------
        Sequences
            Of as many steps, float32.
        """
        sequences = self._read_known(X)
        values = sequences.codes * self.scale_ + self.center_
        return sequences.replace(values=values.astype(np.float32))

    def _read_known(self, X: Any) -> Sequences:
        check_is_fitted(self)
        sequences = _read(X)
        n_features = sequences.codes.shape[1]
        if n_features != self.n_features_in_ and len(sequences.codes):
            raise ValueError(
                f"X has {n_features} features a step, but SequenceScaler was fitted with "
                f"{self.n_features_in_}."
            )
        return sequences

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        return tags


def _read(X: Any) -> Sequences:
    """Return sequences of features."""
    if isinstance(X, Sequences) and (X.is_ids or X.embedding is not None):
        held = "token ids" if X.embedding is None else "token ids with vectors"
        raise ValueError(f"SequenceScaler standardises numbers, but X holds {held}; leave it out.")
    sequences = as_sequences(X, integers_are_numbers=True)
    if not len(sequences.codes) and sequences.codes.ndim == 1:
        return sequences.replace(values=np.zeros((0, 1), np.float32))
    return sequences
