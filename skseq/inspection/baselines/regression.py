"""Peers of regressors."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from .folds import splits_of
from .problem import SampleProblem, timed
from .summaries import Summaries
from .terms import TermWeights, is_text


class RegressionProblem(SampleProblem):
    """One number a sample, or several."""

    def __init__(self, X: Any, y: Any, cv: Any, seed: int):
        y = _check_numbers(y)
        splits = splits_of(cv, len(y), X, y, kind="shuffled", seed=seed)
        super().__init__(X, y, splits, y)
        self.metrics = {"r2": True}
        self.peers = {"mean": DummyRegressor()}
        if is_text(X):
            self.peers["TF-IDF + ridge"] = make_pipeline(TermWeights(), Ridge())
        else:
            self.peers["ridge on summaries"] = make_pipeline(Summaries(), StandardScaler(), Ridge())
            forest = RandomForestRegressor(random_state=seed)
            self.peers["forest on summaries"] = make_pipeline(Summaries(), forest)

    def measure(self, model: Any, X: Any, y: Any) -> tuple[dict[str, float], float]:
        found, seconds = timed(model.predict, X)
        # R² compares with the mean, for which a single sample is not enough.
        return {"r2": float(r2_score(y, found)) if len(y) > 1 else np.nan}, seconds


def _check_numbers(y: Any) -> np.ndarray:
    """Return y as numbers (n_samples,) or (n_samples, n_targets)."""
    try:
        found = np.asarray(y, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(
            "task='regression' needs a number for each sample, or as many for all; y holds text, "
            "or rows of different lengths such as a number for each step, for which there are no "
            "simple peers here. Pass another task=, or such a y."
        ) from error
    if found.ndim == 2 and found.shape[1] == 1:
        found = found.ravel()
    if found.ndim not in (1, 2):
        raise ValueError(
            f"y has the shape {found.shape}; expected (n_samples,) or (n_samples, n_targets)."
        )
    if not np.isfinite(found).all():
        raise ValueError("y holds NaN or infinity; leave such samples out.")
    return found
