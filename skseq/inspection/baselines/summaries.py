"""Sequences of numbers as rows of summaries."""

from __future__ import annotations

import itertools
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from ...inputs.sequence_like import as_sequences

_N_SUMMARIES = 7


class Summaries(TransformerMixin, BaseEstimator):
    """Turn sequences of numbers into a table of one row a sequence.

    Columns are, of each feature, the mean, standard deviation, minimum, maximum, first value, last
    value and mean absolute change from step to step; then the number of steps. An empty sequence
    has zeros.

    Examples
    --------
    >>> from skseq.inspection.baselines.summaries import Summaries
    >>> Summaries().fit_transform([[1.0, 3.0, 2.0]]).round(2).tolist()
    [[2.0, 0.82, 1.0, 3.0, 1.0, 2.0, 1.5, 3.0]]
    """

    def fit(self, X: Any, y: Any = None) -> Self:
        """Do nothing, as there is nothing to learn."""
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Return the table (n_samples, 7 × n_features + 1)."""
        sequences = as_sequences(X, integers_are_numbers=True)
        values = sequences.codes.astype(np.float64)
        values = values.reshape(len(values), -1)
        found = np.zeros((len(sequences), _N_SUMMARIES * values.shape[1] + 1))
        bounds = sequences.offsets.tolist()
        for i, (a, b) in enumerate(itertools.pairwise(bounds)):
            if a < b:
                found[i, :-1] = np.concatenate(_summaries(values[a:b]))
        found[:, -1] = sequences.lengths
        return found

    def __sklearn_is_fitted__(self) -> bool:
        return True


def _summaries(steps: np.ndarray) -> list[np.ndarray]:
    """Return each summary of the features of one sequence."""
    change = (
        np.abs(np.diff(steps, axis=0)).mean(axis=0) if len(steps) > 1 else np.zeros_like(steps[0])
    )
    return [
        steps.mean(axis=0),
        steps.std(axis=0),
        steps.min(axis=0),
        steps.max(axis=0),
        steps[0],
        steps[-1],
        change,
    ]
