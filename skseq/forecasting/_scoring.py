"""Scores of forecasts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score

# scikit-learn's names of scorers; higher is better.
METRICS: dict[str, Callable[..., float]] = {
    "r2": r2_score,
    "neg_mean_absolute_error": lambda *args, **kwargs: -mean_absolute_error(*args, **kwargs),
    "neg_mean_squared_error": lambda *args, **kwargs: -mean_squared_error(*args, **kwargs),
}


def score_forecasts(
    truth: np.ndarray, forecasts: np.ndarray, metric: str, sample_weight: Any = None
) -> float:
    """Return a metric of forecasts (n_rows, n_values), averaged over the values.

    Missing values, NaN in ``truth``, are left out.
    """
    known = ~np.isnan(truth)
    if known.all():
        return float(METRICS[metric](truth, forecasts, sample_weight=sample_weight))
    fewest = 2 if metric == "r2" else 1
    scores = []
    for column in range(truth.shape[1]):
        rows = known[:, column]
        if sample_weight is not None:
            rows = rows & (sample_weight > 0)
        if rows.sum() < fewest:
            continue
        weight = None if sample_weight is None else sample_weight[rows]
        pair = truth[rows, column], forecasts[rows, column]
        scores.append(METRICS[metric](*pair, sample_weight=weight))
    if not scores:
        raise ValueError("There is nothing to score: all values to forecast are missing.")
    return float(np.mean(scores))
