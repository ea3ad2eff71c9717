"""Reading and checking ``y_true`` and ``y_pred`` as one list of labels for each sequence."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..inputs.rows import rows_of

Rows = list[list[Any]]

_NESTED = (list, tuple, dict, set, np.ndarray)
_EXPECTED = "expected a list of label lists, e.g. [['B-PER', 'O'], ['O']]."


def label_rows(y_true: Any, y_pred: Any, *, letters: bool = False) -> tuple[Rows, Rows]:
    """Return true and predicted labels as lists of lists of equal lengths.

    Parameters
    ----------
    y_true, y_pred : list, tuple, array or column of label sequences
        Each sequence a list, tuple, 1-D array or column of labels.
    letters : bool, default=False
        Whether a sequence may be a ``str``, with one label for each character.

    Raises
    ------
    TypeError
        If ``y_true`` or ``y_pred`` is not a collection.
    ValueError
        If a collection is empty, labels are flat or collections themselves, numbers of sequences or
        labels differ, or only one side has ``str`` labels.
    """
    true, pred = _as_rows(y_true, "y_true", letters), _as_rows(y_pred, "y_pred", letters)
    if len(true) != len(pred):
        raise ValueError(
            f"y_true has {len(true)} sequences and y_pred has {len(pred)}; expected one predicted "
            "sequence for each true one."
        )
    if not true:
        raise ValueError("y_true and y_pred are empty; pass at least one sequence of labels.")
    for i, (true_row, pred_row) in enumerate(zip(true, pred, strict=True)):
        if len(true_row) != len(pred_row):
            hint = " A str has one label for each character." if letters else ""
            raise ValueError(
                f"y_true[{i}] has {len(true_row)} labels and y_pred[{i}] has {len(pred_row)}; "
                f"expected one predicted label for each step.{hint}"
            )
    _check_same_kind(true, pred)
    return true, pred


def _as_rows(y: Any, name: str, letters: bool) -> Rows:
    if isinstance(y, (str, bytes)):
        raise ValueError(f"{name} is a {type(y).__name__}, not a list of sequences; {_EXPECTED}")
    rows = rows_of(y)
    if rows is None:
        raise TypeError(f"{name} is {type(y).__name__}, not a list of sequences; {_EXPECTED}")
    return [_as_row(row, f"{name}[{i}]", name, letters) for i, row in enumerate(rows)]


def _as_row(row: Any, place: str, name: str, letters: bool) -> list[Any]:
    if isinstance(row, str) and letters:
        return list(row)
    if not isinstance(row, (list, tuple)) and hasattr(row, "tolist"):  # arrays and columns
        row = row.tolist()
    if not isinstance(row, (list, tuple)):
        hint = f" For one label a character, pass [list(row) for row in {name}]."
        raise ValueError(
            f"{name} is a flat list of labels: {place} is {row!r:.40}; {_EXPECTED} For a single "
            f"sequence, pass [{name}].{hint if isinstance(row, str) else ''}"
        )
    nested = [kind.__name__ for kind in set(map(type, row)) if issubclass(kind, _NESTED)]
    if nested:
        raise ValueError(
            f"{place} holds a {nested[0]} where a label is expected; {_EXPECTED} Turn "
            "probabilities into labels first."
        )
    return list(row)


def _check_same_kind(true: Rows, pred: Rows) -> None:
    """Raise an error for labels that can never be equal: ``"1"`` and ``1`` would score 0."""
    kinds = [{type(label) for row in rows for label in row} for rows in (true, pred)]
    texts = [{issubclass(kind, str) for kind in side} for side in kinds]
    if texts[0] and not texts[0] & texts[1]:
        shown = [", ".join(sorted(kind.__name__ for kind in side)) for side in kinds]
        raise ValueError(
            f"y_true holds labels of type {shown[0]} and y_pred of type {shown[1]}, which are "
            "never equal; convert one of them."
        )
