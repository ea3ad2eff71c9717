"""Scorers of sequence metrics, for ``scoring=`` in scikit-learn."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any

from sklearn.metrics import make_scorer

from ._accuracy import sequence_accuracy, token_accuracy
from ._ngram_scores import bleu, chrf
from ._span_scores import span_f1, span_precision, span_recall
from ._texts import edit_distance, exact_match


def make_sequence_scorer(metric: Callable[..., Any], **options: Any) -> Callable[..., float]:
    """Make a scorer of a metric of label sequences or texts.

    Parameters
    ----------
    metric : callable
        A function of ``y_true`` and ``y_pred``, greater is better, e.g.
        :func:`~skseq.metrics.span_f1`.
    **options : dict
        Keyword arguments of ``metric``, with which it must return one number.

    Returns
    -------
    callable
        A scorer ``(estimator, X, y)`` for ``scoring=`` in scikit-learn's model selection. It calls
        ``estimator.predict``, and passes ``sample_weight`` to metrics that have it.

    Raises
    ------
    TypeError
        If ``metric`` is not a function or has no such option.

    Examples
    --------
    >>> from skseq.metrics import make_sequence_scorer, span_f1
    >>> make_sequence_scorer(span_f1, average="macro")
    make_scorer(span_f1, ...average=macro)
    """
    if not callable(metric):
        raise TypeError(
            f"metric is {metric!r}, which cannot be called; pass a function of y_true and y_pred, "
            "e.g. skseq.metrics.span_f1."
        )
    try:
        signature(metric).bind([], [], **options)
    except TypeError as error:
        raise TypeError(
            f"{getattr(metric, '__name__', metric)} cannot be called with y_true, y_pred and the "
            f"options {sorted(options)}: {error}."
        ) from error
    return make_scorer(metric, **options)


token_accuracy_scorer = make_sequence_scorer(token_accuracy)
sequence_accuracy_scorer = make_sequence_scorer(sequence_accuracy)
span_f1_scorer = make_sequence_scorer(span_f1)
span_precision_scorer = make_sequence_scorer(span_precision)
span_recall_scorer = make_sequence_scorer(span_recall)
exact_match_scorer = make_sequence_scorer(exact_match)
bleu_scorer = make_sequence_scorer(bleu)
chrf_scorer = make_sequence_scorer(chrf)
# Scorers are greater for better models, so this is the negative distance.
edit_distance_scorer = make_scorer(edit_distance, greater_is_better=False)
