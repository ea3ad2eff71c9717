"""Reading a label for each step: what taggers take as ``y``."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..inputs.rows import rows_of


def as_label_rows(y: Any, name: str = "y", lengths: np.ndarray | None = None) -> list[list[Any]]:
    """Return labels as lists of ``str`` or ``int``, one list a sequence.

    Parameters
    ----------
    y : list, object array or column of label lists, or array of shape (n_samples, n_steps)
        A row is a list, tuple or 1-D array of labels, or a str with one letter for each step.
    name : str
        How to call it in an error.
    lengths : ndarray of shape (n_samples,), default=None
        The number of steps of each sequence, to be checked.

    Raises
    ------
    ValueError
        For None, a flat list of labels, rows of another length than their sequence, another number
        of rows, and labels that are missing.
    TypeError
        For labels that are neither text nor integers.
    """
    if y is None:
        raise ValueError(
            "This estimator requires y to be passed, but the target y is None; pass a list of "
            "labels for each sequence."
        )
    if isinstance(y, (str, bytes)) or not hasattr(y, "__iter__"):
        raise ValueError(f"{name} is one {type(y).__name__}; expected {_EXPECTED}.")
    rows = [_row(row, i, name) for i, row in enumerate(rows_of(y) or ())]
    if lengths is not None:
        check_step_counts(rows, name, lengths)
    return rows


_EXPECTED = "a list of label lists: one list for each sequence, one label for each step"


def _row(row: Any, i: int, name: str) -> list[Any]:
    if isinstance(row, np.ndarray):
        row = row.tolist() if row.ndim == 1 else None
    if isinstance(row, (str, tuple)):
        row = list(row)
    if not isinstance(row, list):
        raise ValueError(
            f"{name}[{i}] is one label, but a list of labels is needed for each sequence; expected "
            f"{_EXPECTED}. If these are the labels of a single sequence, put them into a list: "
            f"[{name}]."
        )
    kinds = set(map(type, row))
    if kinds <= {str} or kinds <= {int}:  # the usual case, at the speed of C
        return row
    return [_label(label, f"{name}[{i}][{j}]") for j, label in enumerate(row)]


def _label(label: Any, name: str) -> Any:
    if isinstance(label, str):
        return str(label)
    if isinstance(label, (bool, np.bool_)):
        return int(label)
    if isinstance(label, (int, np.integer)):
        return int(label)
    if label is None or label != label:  # NaN
        raise ValueError(f"{name} is {label!r}; every step needs a label, a str or an int.")
    if isinstance(label, (float, np.floating)) and label.is_integer():
        return int(label)
    raise TypeError(f"{name} is {type(label).__name__} ({label!r:.40}); labels are str or int.")


def check_step_counts(
    rows: list[Any], name: str, lengths: np.ndarray, *, what: str = "label"
) -> None:
    """Refuse rows of labels, or of ``what`` every step has one of, that miss their sequence.

    Raises
    ------
    ValueError
        Where there are not as many rows as sequences, or a row is not as long as its sequence.
    """
    if len(rows) != len(lengths):
        raise ValueError(
            f"Found input variables with inconsistent numbers of samples: X has {len(lengths)}, "
            f"{name} has {len(rows)}."
        )
    sequences = "X_val" if name == "y_val" else "X"
    for i, (row, length) in enumerate(zip(rows, lengths.tolist(), strict=True)):
        if len(row) != length:
            steps = "step" if length == 1 else "steps"
            labels = what if len(row) == 1 else f"{what}s"
            raise ValueError(
                f"{sequences}[{i}] has {length} {steps}, but {name}[{i}] has {len(row)} {labels}; "
                f"every step needs one {what}. If this is one sequence, put it and its {what}s "
                f"into lists of their own: [{sequences}], [{name}]."
            )
