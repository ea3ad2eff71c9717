"""Scores of taggers: how many steps, sequences and spans are right.

Floor 1: NumPy and scikit-learn only. All functions take one list of labels a sequence; those of
spans read tags such as ``"B-PER"``. The scorers are for ``scoring=`` in scikit-learn's model
selection.
"""

from ._accuracy import sequence_accuracy, token_accuracy
from ._report import tagging_report
from ._scorers import (
    make_sequence_scorer,
    sequence_accuracy_scorer,
    span_f1_scorer,
    span_precision_scorer,
    span_recall_scorer,
    token_accuracy_scorer,
)
from ._span_scores import span_f1, span_precision, span_recall

__all__ = [
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
