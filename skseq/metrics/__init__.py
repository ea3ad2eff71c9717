"""Metrics of taggers and of models that write texts.

Metrics of labels, steps and spans read one list of labels for each sequence; those of texts read a
str or a list of tokens for each text. Metrics of one label a sequence are scikit-learn's. The
estimators' ``score`` and validation call them, users too, and the scorers are for ``scoring=`` in
scikit-learn's model selection.
"""

from ._accuracy import sequence_accuracy, token_accuracy
from ._ngram_scores import bleu, chrf
from ._report import tagging_report
from ._scorers import (
    bleu_scorer,
    chrf_scorer,
    edit_distance_scorer,
    exact_match_scorer,
    make_sequence_scorer,
    sequence_accuracy_scorer,
    span_f1_scorer,
    span_precision_scorer,
    span_recall_scorer,
    token_accuracy_scorer,
)
from ._span_scores import span_f1, span_precision, span_recall
from ._texts import edit_distance, exact_match

__all__ = [
    "bleu",
    "bleu_scorer",
    "chrf",
    "chrf_scorer",
    "edit_distance",
    "edit_distance_scorer",
    "exact_match",
    "exact_match_scorer",
    "make_sequence_scorer",
    "sequence_accuracy",
    "sequence_accuracy_scorer",
    "span_f1",
    "span_f1_scorer",
    "span_precision",
    "span_precision_scorer",
    "span_recall",
    "span_recall_scorer",
    "tagging_report",
    "token_accuracy",
    "token_accuracy_scorer",
]
