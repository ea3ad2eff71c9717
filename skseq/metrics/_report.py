"""``tagging_report``: all scores of a tagger as text."""

from __future__ import annotations

from itertools import chain
from typing import Any

from ._accuracy import sequence_accuracy, token_accuracy
from ._counts import Counts, count_labels, count_spans, precision_recall_f1
from ._label_rows import Rows, label_rows
from ._schemes import is_tag_set

_COLUMNS = ("precision", "recall", "f1-score", "support")
_UNNAMED = "_"  # the name for tags without types


def tagging_report(
    y_true: Any,
    y_pred: Any,
    *,
    scheme: str | None = "auto",
    digits: int = 3,
    output_dict: bool = False,
) -> str | dict[str, Any]:
    """Text report of precision, recall and F1 of each type of span or each label.

    Parameters
    ----------
    y_true : list of n_samples label sequences
        True labels, one for each step: str or int.
    y_pred : list of n_samples label sequences
        Predicted labels, of the same lengths.
    scheme : {"auto", "IOB2", "bio", "IOBES", "bioes"} or None, default="auto"
        ``"auto"`` scores spans, as with None, if all labels are tags such as ``"B-PER"``, and
        otherwise single labels. None and the names of schemes have the meaning of
        :func:`span_f1`: None reads tags like the conlleval script, a scheme counts well-formed
        spans only.
    digits : int, default=3
        Decimal places of the text.
    output_dict : bool, default=False
        Whether to return the numbers in a dict.

    Returns
    -------
    str or dict
        A table with one row for each type or label, sorted, one for each average, and the
        accuracies. The support is the number of true spans or steps. For labels there is no row of
        the micro average, as it equals the token accuracy. The dict has the same rows: by name,
        with the columns as keys; the accuracies are numbers.

    Raises
    ------
    TypeError
        If ``y_true`` or ``y_pred`` is not a collection.
    ValueError
        If labels do not match in number or type, are flat lists, or there are no steps; if
        ``scheme`` is unknown, or a label is not a tag of it.

    See Also
    --------
    sklearn.metrics.classification_report : The report for one label for each sample.

    Notes
    -----
    A score whose denominator is 0 is 0. Tags without types (``"B"``, ``"I"``, ``"O"``) are listed
    as ``_``.

    Examples
    --------
    >>> from skseq.metrics import tagging_report
    >>> y_true = [["B-PER", "I-PER", "O"], ["B-LOC", "O", "B-PER"]]
    >>> y_pred = [["B-PER", "I-PER", "O"], ["B-LOC", "O", "B-LOC"]]
    >>> print(tagging_report(y_true, y_pred))
                       precision    recall  f1-score   support
    <BLANKLINE>
                  LOC      0.500     1.000     0.667         1
                  PER      1.000     0.500     0.667         2
    <BLANKLINE>
            micro avg      0.667     0.667     0.667         3
            macro avg      0.750     0.750     0.667         3
         weighted avg      0.833     0.667     0.667         3
    <BLANKLINE>
       token accuracy                          0.833         6
    sequence accuracy                          0.500         2
    """
    true, pred = label_rows(y_true, y_pred)
    counts, averages = _count(true, pred, scheme)
    rows = dict(zip(_names(counts), _rows(counts, None), strict=True))
    means = {f"{average} avg": _rows(counts, average)[0] for average in averages}
    accuracies = {
        "token accuracy": token_accuracy(true, pred),
        "sequence accuracy": sequence_accuracy(true, pred),
    }
    if output_dict:
        scores = {name: dict(zip(_COLUMNS, row, strict=True)) for name, row in rows.items()}
        scores |= {name: dict(zip(_COLUMNS, row, strict=True)) for name, row in means.items()}
        return scores | accuracies
    supports = (sum(map(len, true)), len(true))
    return _text(rows, means, accuracies, supports, digits)


def _count(true: Rows, pred: Rows, scheme: str | None) -> tuple[Counts, tuple[str, ...]]:
    """Return the counts of the rows, and the averages to report."""
    if scheme == "auto":
        # Any tags count, also those of IOB1 or with mistakes, for which detect_scheme returns None.
        if not is_tag_set(set(chain.from_iterable(chain(true, pred)))):
            return count_labels(true, pred), ("macro", "weighted")
        scheme = None
    return count_spans(true, pred, scheme), ("micro", "macro", "weighted")


def _names(counts: Counts) -> list[str]:
    return [str(name) or _UNNAMED for name in counts.names]


def _rows(counts: Counts, average: str | None) -> list[tuple[float, ...]]:
    scores = precision_recall_f1(counts, average)
    if average is not None:
        return [(*map(float, scores), int(counts.true.sum()))]
    return [
        (*map(float, column), int(support))
        for column, support in zip(scores.T, counts.true, strict=True)
    ]


def _text(
    rows: dict[str, tuple],
    means: dict[str, tuple],
    accuracies: dict[str, float],
    supports: tuple[int, int],
    digits: int,
) -> str:
    width = max(map(len, [*rows, *means, *accuracies]))
    column = max(9, digits + 3)  # as wide as its heading or "0." with the digits

    def line(name: str, *cells: str) -> str:
        return f"{name:>{width}} " + "".join(f" {cell:>{column}}" for cell in cells)

    def scored(table: dict[str, tuple]) -> list[str]:
        return [
            line(name, *(f"{score:.{digits}f}" for score in scores), str(support))
            for name, (*scores, support) in table.items()
        ]

    totals = [
        line(name, "", "", f"{accuracy:.{digits}f}", str(support))
        for (name, accuracy), support in zip(accuracies.items(), supports, strict=True)
    ]
    parts = [[line("", *_COLUMNS)], scored(rows), scored(means), totals]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"
