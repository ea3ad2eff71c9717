"""Accuracy of steps and of whole sequences."""

from __future__ import annotations

from itertools import chain
from operator import eq
from typing import Any

import numpy as np

from ._label_rows import Rows, label_rows


def token_accuracy(y_true: Any, y_pred: Any, *, sample_weight: Any = None) -> float:
    """Share of steps whose label is correct.

    Parameters
    ----------
    y_true : list of n_samples label sequences
        True labels, one for each step: lists, tuples or arrays of str or int, or a str with one
        label for each character.
    y_pred : list of n_samples label sequences
        Predicted labels, of the same lengths.
    sample_weight : array-like of shape (n_samples,) or list of n_samples array-likes, default=None
        One weight for each sequence, which all its steps have, or one for each step. None is equal
        weights of all steps.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    TypeError
        If ``y_true`` or ``y_pred`` is not a collection.
    ValueError
        If labels do not match in number or type, are flat lists, or there are no steps; if weights
        have another shape, are negative or infinite, or are all zero.

    See Also
    --------
    sequence_accuracy : Share of sequences whose labels are all correct.
    span_f1 : Score of spans, for tags.

    Examples
    --------
    >>> from skseq.metrics import token_accuracy
    >>> token_accuracy([["NOUN", "VERB"], ["X"]], [["NOUN", "NOUN"], ["X"]])
    0.6666666666666666
    >>> token_accuracy(["HHEC"], ["HHCC"])
    0.75
    """
    true, pred = label_rows(y_true, y_pred, letters=True)
    right = np.fromiter(map(eq, chain.from_iterable(true), chain.from_iterable(pred)), bool)
    if not len(right):
        raise ValueError(
            f"y_true holds {len(true)} sequences without any step; token accuracy needs at least "
            "one label."
        )
    return _mean(right, _step_weights(sample_weight, true))


def sequence_accuracy(y_true: Any, y_pred: Any, *, sample_weight: Any = None) -> float:
    """Share of sequences whose labels are all correct.

    Parameters
    ----------
    y_true : list of n_samples label sequences
        True labels, one for each step: lists, tuples or arrays of str or int, or a str with one
        label for each character.
    y_pred : list of n_samples label sequences
        Predicted labels, of the same lengths.
    sample_weight : array-like of shape (n_samples,), default=None
        One weight for each sequence. None is equal weights.

    Returns
    -------
    float
        Between 0 and 1. An empty sequence counts as correct.

    Raises
    ------
    TypeError
        If ``y_true`` or ``y_pred`` is not a collection.
    ValueError
        If labels do not match in number or type, are flat lists, or there are no sequences; if
        weights have another shape, are negative or infinite, or are all zero.

    See Also
    --------
    token_accuracy : Share of steps whose label is correct.

    Examples
    --------
    >>> from skseq.metrics import sequence_accuracy
    >>> sequence_accuracy([["NOUN", "VERB"], ["X"]], [["NOUN", "NOUN"], ["X"]])
    0.5
    """
    true, pred = label_rows(y_true, y_pred, letters=True)
    weights = _sequence_weights(sample_weight, true)
    return _mean(np.fromiter(map(eq, true, pred), bool), weights)


def _mean(right: np.ndarray, weights: np.ndarray | None) -> float:
    if weights is not None and not weights.any():
        raise ValueError("All sample weights are zero; at least one step needs a weight.")
    return float(np.average(right, weights=weights))


def _step_weights(sample_weight: Any, rows: Rows) -> np.ndarray | None:
    """Return one weight for each step of all rows."""
    if sample_weight is None:
        return None
    given = _one_a_sequence(sample_weight, rows)
    if all(np.ndim(weight) == 0 for weight in given):
        return np.repeat(_checked(np.array(given)), [len(row) for row in rows])
    for i, (weights, row) in enumerate(zip(given, rows, strict=True)):
        if np.shape(weights) != (len(row),):
            raise ValueError(
                f"sample_weight[{i}] has shape {np.shape(weights)}, but y_true[{i}] has {len(row)} "
                "labels; expected one weight for each step, or else one number for each sequence."
            )
    return _checked(np.concatenate(given))


def _sequence_weights(sample_weight: Any, rows: Rows) -> np.ndarray | None:
    """Return one weight for each row."""
    if sample_weight is None:
        return None
    given = _one_a_sequence(sample_weight, rows)
    if any(np.ndim(weight) for weight in given):
        raise ValueError(
            "sample_weight holds weights of steps; sequence accuracy takes one number a sequence."
        )
    return _checked(np.array(given))


def _one_a_sequence(sample_weight: Any, rows: Rows) -> list[Any]:
    given = list(sample_weight) if np.iterable(sample_weight) else None
    if given is None or len(given) != len(rows):
        shown = repr(sample_weight) if given is None else f"of length {len(given)}"
        raise ValueError(
            f"sample_weight is {shown}, but there are {len(rows)} sequences; expected one item for "
            "each."
        )
    return given


def _checked(weights: np.ndarray) -> np.ndarray:
    weights = weights.astype(np.float64)
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise ValueError("Sample weights must be finite and not negative; correct those that are.")
    return weights
