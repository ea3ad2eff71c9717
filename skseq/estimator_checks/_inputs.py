"""Checks of the containers in which X may come, and of how samples relate to outputs."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from ._data import CheckData
from ._helpers import (
    ensure,
    ensure_same,
    expected_error,
    fit,
    fitted,
    output_rows,
    outputs,
    prepared,
)


def as_objects(X: Any) -> np.ndarray:
    """Return a 1-D object array with one sample in each cell."""
    cells = np.empty(len(X), dtype=object)
    for i, sample in enumerate(X):
        cells[i] = sample
    return cells


def check_containers_agree(estimator: Any, data: CheckData) -> None:
    """A list, a tuple and an object array of the same samples give the same outputs."""
    _compare_containers(estimator, data, {"tuple": tuple(data.X), "array": as_objects(data.X)})


def check_series_agrees(estimator: Any, data: CheckData) -> None:
    """A pandas Series gives what a list gives, whatever its index."""
    import pandas as pd

    index = [f"row {i}" for i in reversed(range(len(data)))]
    series = pd.Series(list(data.X), index=index)
    _compare_containers(estimator, data, {"Series": series})


def _compare_containers(estimator: Any, data: CheckData, containers: dict[str, Any]) -> None:
    expected = outputs(fitted(estimator, data), data.X)
    for name, X in containers.items():
        model = fitted(estimator, CheckData(X, data.y))
        ensure_same(outputs(model, X), expected, f"A {name} gives other outputs than a list")


def check_bare_string_raises(estimator: Any, data: CheckData) -> None:
    """A single text instead of a collection raises an error that says what to do."""
    with expected_error(ValueError, "bare string|Tokenizer", "A bare string in fit"):
        fit(prepared(estimator), CheckData("a good film", data.y))
    model = fitted(estimator, data)
    with expected_error(ValueError, "bare string|Tokenizer", "A bare string after fit"):
        outputs(model, "a good film")


def check_empty_collection_raises(estimator: Any, data: CheckData) -> None:
    """No samples at all raise an error."""
    y = None if data.y is None else data.y[:0]
    with expected_error(ValueError, "0 sample|empty", "No samples in fit"):
        fit(prepared(estimator), CheckData(data.X[:0], y))
    model = fitted(estimator, data)
    with expected_error(ValueError, "0 sample|empty", "No samples after fit"):
        outputs(model, data.X[:0])


def check_one_output_per_sample(estimator: Any, data: CheckData) -> None:
    """As many outputs come out as samples go in, for any number of them."""
    model = fitted(estimator, data)
    for n_samples in (1, 2, 9, len(data)):
        n_outputs = len(output_rows(outputs(model, data.X[:n_samples])))
        ensure(n_outputs == n_samples, f"{n_samples} samples give {n_outputs} outputs.")


def check_sample_order_invariance(estimator: Any, data: CheckData) -> None:
    """Shuffled samples give the same outputs, shuffled alike."""
    model = fitted(estimator, data)
    order = np.random.default_rng(0).permutation(len(data))
    expected = output_rows(outputs(model, data.X))
    shuffled = outputs(model, data.take(order).X)
    ensure_same(shuffled, [expected[i] for i in order], "The order of samples matters", atol=1e-5)


def check_batch_size_invariance(estimator: Any, data: CheckData) -> None:
    """Samples give the same outputs all at once, in parts and one by one."""
    model = fitted(estimator, data)
    expected = output_rows(outputs(model, data.X))
    for size in (1, 5):
        parts: list[np.ndarray] = []
        for start in range(0, len(data), size):
            parts += output_rows(outputs(model, data.X[start : start + size]))
        ensure_same(parts, expected, f"Outputs in parts of {size} differ", atol=1e-5)


def check_in_pipeline(estimator: Any, data: CheckData) -> None:
    """As the only step of a Pipeline it gives the same outputs."""
    expected = outputs(fitted(estimator, data), data.X)
    model = fit(Pipeline([("step", prepared(estimator))]), data)
    ensure_same(outputs(model, data.X), expected, "A Pipeline gives other outputs")


def check_fit_transform_agrees(estimator: Any, data: CheckData) -> None:
    """``fit_transform`` gives what ``fit`` and then ``transform`` give."""
    expected = fitted(estimator, data).transform(data.X)
    together = prepared(estimator).fit_transform(data.X, data.y)
    ensure_same(together, expected, "fit_transform differs from fit and transform")
