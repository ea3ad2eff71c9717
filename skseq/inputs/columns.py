"""scikit-learn's record of the columns of X: how many there are, and their names."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.validation import validate_data


class InputColumns:
    """The record that an estimator keeps as ``n_features_in_`` and ``feature_names_in_``.

    Readers check X against it, or set it in a first fit; nothing else of the estimator is theirs.

    Parameters
    ----------
    estimator : estimator
        Whose record it is; errors name it.
    reset : bool
        Whether X sets the record, as in a first fit, or is checked against it.
    """

    def __init__(self, estimator: Any, *, reset: bool):
        self._estimator, self.reset = estimator, reset

    @property
    def n_features(self) -> int:
        """The number of columns on record."""
        return self._estimator.n_features_in_

    @property
    def names(self) -> np.ndarray | None:
        """The names of columns on record, None where they have none."""
        return getattr(self._estimator, "feature_names_in_", None)

    def check_table(self, X: Any, dtype: Any = "numeric") -> np.ndarray:
        """Return a table of numbers as an array, after scikit-learn's checks of it."""
        return validate_data(self._estimator, X, reset=self.reset, dtype=dtype)

    def check_names(self, X: Any) -> None:
        """Check, or set, the number and names of the columns of a table."""
        validate_data(self._estimator, X, reset=self.reset, skip_check_array=True)

    def set_number(self, n_features: int) -> None:
        """Set the number of columns of a first X that is no table."""
        if self.reset:
            self._estimator.n_features_in_ = n_features

    def forget_names(self) -> None:
        """Drop the names of columns that an earlier fit has set."""
        if self.reset:
            self._estimator.__dict__.pop("feature_names_in_", None)
