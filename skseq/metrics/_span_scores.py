"""Precision, recall and F1 of the spans that tags mark."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np

from ._counts import AVERAGES, Counts, count_spans, precision_recall_f1
from ._label_rows import label_rows
from ._schemes import is_tag_set


def span_precision(
    y_true: Any,
    y_pred: Any,
    *,
    scheme: str | None = None,
    average: str | None = "micro",
    labels: Any = None,
    zero_division: float = 0.0,
) -> float | np.ndarray:
    """Share of predicted spans that have the type and both ends of a true span.

    Parameters
    ----------
    y_true : list of n_samples sequences of str
        True tags, one for each step, such as ``"B-PER"``, ``"I-PER"`` and ``"O"``.
    y_pred : list of n_samples sequences of str
        Predicted tags, of the same lengths.
    scheme : {"IOB2", "bio", "IOBES", "bioes"} or None, default=None
        None reads tags like the conlleval script, which accepts mistakes: an I that does not follow
        a tag of its type begins a span. A scheme counts well-formed spans only.
    average : {"micro", "macro", "weighted"} or None, default="micro"
        ``"micro"`` counts all spans together, ``"macro"`` is the mean over types, ``"weighted"``
        the mean weighted by true spans. None returns one score for each type.
    labels : list of str or None, default=None
        The types to score, such as ``"PER"`` (not tags), in the order for ``average=None``. None
        is all types of ``y_true`` and ``y_pred``, sorted.
    zero_division : {0.0, 1.0, np.nan}, default=0.0
        The score if no span is predicted; there is no warning. ``np.nan`` leaves such types
        out of the averages.

    Returns
    -------
    float or ndarray of shape (n_types,)
        Between 0 and 1.

    Raises
    ------
    TypeError
        If ``y_true`` or ``y_pred`` is not a collection.
    ValueError
        If labels are not tags, do not match in number, are flat lists, or there are no sequences;
        if ``scheme``, ``average``, ``labels`` or ``zero_division`` is unknown.

    See Also
    --------
    span_recall : Share of true spans that are found.
    span_f1 : Harmonic mean of the two.
    tagging_report : All scores by type.

    Examples
    --------
    >>> from skseq.metrics import span_precision
    >>> span_precision([["B-PER", "I-PER", "O", "B-LOC"]], [["B-PER", "I-PER", "O", "O"]])
    1.0
    """
    return _score(0, y_true, y_pred, scheme, average, labels, zero_division)


def span_recall(
    y_true: Any,
    y_pred: Any,
    *,
    scheme: str | None = None,
    average: str | None = "micro",
    labels: Any = None,
    zero_division: float = 0.0,
) -> float | np.ndarray:
    """Share of true spans that are found, with their type and both ends.

    Parameters
    ----------
    y_true : list of n_samples sequences of str
        True tags, one for each step, such as ``"B-PER"``, ``"I-PER"`` and ``"O"``.
    y_pred : list of n_samples sequences of str
        Predicted tags, of the same lengths.
    scheme : {"IOB2", "bio", "IOBES", "bioes"} or None, default=None
        None reads tags like the conlleval script, which accepts mistakes: an I that does not follow
        a tag of its type begins a span. A scheme counts well-formed spans only.
    average : {"micro", "macro", "weighted"} or None, default="micro"
        ``"micro"`` counts all spans together, ``"macro"`` is the mean over types, ``"weighted"``
        the mean weighted by true spans. None returns one score for each type.
    labels : list of str or None, default=None
        The types to score, such as ``"PER"`` (not tags), in the order for ``average=None``. None
        is all types of ``y_true`` and ``y_pred``, sorted.
    zero_division : {0.0, 1.0, np.nan}, default=0.0
        The score if there is no true span; there is no warning. ``np.nan`` leaves such types
        out of the averages.

    Returns
    -------
    float or ndarray of shape (n_types,)
        Between 0 and 1.

    Raises
    ------
    TypeError
        If ``y_true`` or ``y_pred`` is not a collection.
    ValueError
        If labels are not tags, do not match in number, are flat lists, or there are no sequences;
        if ``scheme``, ``average``, ``labels`` or ``zero_division`` is unknown.

    See Also
    --------
    span_precision : Share of predicted spans that are correct.
    span_f1 : Harmonic mean of the two.
    tagging_report : All scores by type.

    Examples
    --------
    >>> from skseq.metrics import span_recall
    >>> span_recall([["B-PER", "I-PER", "O", "B-LOC"]], [["B-PER", "I-PER", "O", "O"]])
    0.5
    """
    return _score(1, y_true, y_pred, scheme, average, labels, zero_division)


def span_f1(
    y_true: Any,
    y_pred: Any,
    *,
    scheme: str | None = None,
    average: str | None = "micro",
    labels: Any = None,
    zero_division: float = 0.0,
) -> float | np.ndarray:
    """Harmonic mean of the precision and recall of spans.

    With the defaults this is the overall FB1 of the conlleval script [1]_, as a share of 1.

    Parameters
    ----------
    y_true : list of n_samples sequences of str
        True tags, one for each step, such as ``"B-PER"``, ``"I-PER"`` and ``"O"``.
    y_pred : list of n_samples sequences of str
        Predicted tags, of the same lengths.
    scheme : {"IOB2", "bio", "IOBES", "bioes"} or None, default=None
        None reads tags like the conlleval script, which accepts mistakes: an I that does not follow
        a tag of its type begins a span. A scheme counts well-formed spans only.
    average : {"micro", "macro", "weighted"} or None, default="micro"
        ``"micro"`` counts all spans together, ``"macro"`` is the mean over types, ``"weighted"``
        the mean weighted by true spans. None returns one score for each type.
    labels : list of str or None, default=None
        The types to score, such as ``"PER"`` (not tags), in the order for ``average=None``. None
        is all types of ``y_true`` and ``y_pred``, sorted.
    zero_division : {0.0, 1.0, np.nan}, default=0.0
        The score if there is neither a true nor a predicted span; there is no warning.
        ``np.nan`` leaves such types out of the averages.

    Returns
    -------
    float or ndarray of shape (n_types,)
        Between 0 and 1.

    Raises
    ------
    TypeError
        If ``y_true`` or ``y_pred`` is not a collection.
    ValueError
        If labels are not tags, do not match in number, are flat lists, or there are no sequences;
        if ``scheme``, ``average``, ``labels`` or ``zero_division`` is unknown.

    See Also
    --------
    span_precision : Share of predicted spans that are correct.
    span_recall : Share of true spans that are found.
    tagging_report : All scores by type.

    References
    ----------
    .. [1] E. F. Tjong Kim Sang and S. Buchholz, "Introduction to the CoNLL-2000 Shared Task:
       Chunking", CoNLL 2000; with the script conlleval.

    Examples
    --------
    >>> from skseq.metrics import span_f1
    >>> y_true = [["B-PER", "I-PER", "O", "B-LOC"]]
    >>> y_pred = [["B-PER", "I-PER", "O", "O"]]
    >>> span_f1(y_true, y_pred)
    0.6666666666666666
    >>> span_f1(y_true, y_pred, average=None)
    array([0., 1.])
    """
    return _score(2, y_true, y_pred, scheme, average, labels, zero_division)


def _score(
    which: int,
    y_true: Any,
    y_pred: Any,
    scheme: str | None,
    average: str | None,
    labels: Any,
    zero_division: float,
) -> float | np.ndarray:
    """Return precision (0), recall (1) or F1 (2)."""
    if average not in AVERAGES:
        raise ValueError(f"Unknown average {average!r}; expected one of {AVERAGES}.")
    number = isinstance(zero_division, Real)
    if not number or not (zero_division in (0, 1) or np.isnan(zero_division)):
        raise ValueError(
            f"zero_division is {zero_division!r}; expected 0.0, 1.0 or np.nan. There is never a "
            "warning."
        )
    true, pred = label_rows(y_true, y_pred)
    counts = count_spans(true, pred, scheme, _check_labels(labels))
    _check_no_tags(counts)
    score = precision_recall_f1(counts, average, float(zero_division))[which]
    return score if average is None else float(score)


def _check_labels(labels: Any) -> list[str] | None:
    if labels is None:
        return None
    if isinstance(labels, str):
        raise ValueError(f"labels is a str; put the type in a list: [{labels!r}].")
    labels = list(labels)
    distinct = len(set(labels)) == len(labels)
    if not labels or not distinct or not all(isinstance(label, str) for label in labels):
        raise ValueError(f"labels is {labels}; expected a list of distinct types, e.g. ['PER'].")
    return labels


def _check_no_tags(counts: Counts) -> None:
    """Raise an error for tags as ``labels``: they are not types, and would score 0."""
    for name, predicted, true in zip(counts.names, counts.predicted, counts.true, strict=True):
        if not predicted and not true and "-" in name and is_tag_set([name]):
            raise ValueError(
                f"labels holds the tag {name!r}; expected types of spans, {name[2:]!r} instead."
            )
