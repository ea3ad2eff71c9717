"""From counts of correct, predicted and true items to precision, recall and F1.

An item is a span of some type or a step with some label.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from ._label_rows import Rows
from ._schemes import spans

AVERAGES = ("micro", "macro", "weighted", None)


class Counts(NamedTuple):
    """Numbers of items of each type or label."""

    names: list[Any]  # sorted types or labels, K of them
    correct: np.ndarray  # (K,) int64
    predicted: np.ndarray  # (K,) int64
    true: np.ndarray  # (K,) int64, the support


def count_spans(true: Rows, pred: Rows, scheme: str | None, labels: Any = None) -> Counts:
    """Count spans by type; a span is correct if its type, start and end are."""
    true_spans = spans(_joined(true), scheme=scheme)
    pred_spans = spans(_joined(pred), scheme=scheme)
    actual = Counter(type_ for type_, _, _ in true_spans)
    predicted = Counter(type_ for type_, _, _ in pred_spans)
    correct = Counter(type_ for type_, _, _ in set(true_spans).intersection(pred_spans))
    names = sorted(actual.keys() | predicted.keys())
    return _collect(names if labels is None else labels, correct, predicted, actual)


def _joined(rows: Rows) -> list[Any]:
    """Return all rows as one, with an O between, so that no span crosses rows."""
    return list(chain.from_iterable((*row, "O") for row in rows))


def count_labels(true: Rows, pred: Rows) -> Counts:
    """Count steps by label; a step is correct if its label is."""
    actual = Counter(chain.from_iterable(true))
    predicted = Counter(chain.from_iterable(pred))
    pairs = zip(chain.from_iterable(true), chain.from_iterable(pred), strict=True)
    correct = Counter(label for label, other in pairs if label == other)
    labels = actual.keys() | predicted.keys()
    try:
        names = sorted(labels)
    except TypeError:  # labels of several types
        names = sorted(labels, key=lambda label: (type(label).__name__, str(label)))
    return _collect(names, correct, predicted, actual)


def _collect(names: Iterable[Any], *counters: Counter) -> Counts:
    names = list(names)
    return Counts(
        names, *(np.array([count[name] for name in names], np.int64) for count in counters)
    )


def precision_recall_f1(
    counts: Counts, average: str | None = "micro", zero_division: float = 0.0
) -> np.ndarray:
    """Return precision, recall and F1: shape (3,), or (3, K) for ``average=None``."""
    table = np.array([counts.correct, counts.predicted, counts.true], np.float64)
    if average == "micro":
        table = table.sum(axis=1, keepdims=True)
    correct, predicted, true = table
    scores = np.array(
        [
            _ratio(correct, predicted, zero_division),
            _ratio(correct, true, zero_division),
            _ratio(2 * correct, predicted + true, zero_division),
        ]
    )
    if average is None:
        return scores
    weights = true if average == "weighted" else np.ones_like(true)
    return np.array([_mean(row, weights, zero_division) for row in scores])


def _ratio(part: np.ndarray, whole: np.ndarray, zero_division: float) -> np.ndarray:
    return np.where(whole > 0, part / np.maximum(whole, 1), zero_division)


def _mean(scores: np.ndarray, weights: np.ndarray, zero_division: float) -> float:
    defined = ~np.isnan(scores)  # zero_division=nan leaves types out of the mean
    scores, weights = scores[defined], weights[defined]
    if not len(scores):
        return zero_division
    return float(np.average(scores, weights=weights if weights.any() else None))
