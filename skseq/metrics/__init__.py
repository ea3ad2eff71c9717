"""Scores of taggers and of models that write texts.

The scores of taggers, how many steps, sequences and spans
are right, take one list of labels a sequence; those of spans read tags such as ``"B-PER"``. The
scores of texts take a str or a list of tokens each. The scorers are for ``scoring=`` in
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
