"""Which task data and estimators are for."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import is_classifier, is_regressor
from sklearn.utils.multiclass import type_of_target

from ...inputs.rows import is_nested, kind_of, rows_of
from ...inputs.sequence_like import as_sequences
from ...sequences import Sequences

TASKS = (
    "classification",
    "regression",
    "tagging",
    "language_model",
    "seq2seq",
    "forecasting",
)
_TASK_OF_FAMILY = {
    "tagger": "tagging",
    "language_model": "language_model",
    "seq2seq": "seq2seq",
    "forecaster": "forecasting",
}
# Of texts or integers as y, the share of different ones: labels below, no labels above.
_FEW, _MANY = 1 / 3, 2 / 3


def last_step(estimator: Any) -> Any:
    """Return the last step of a pipeline, or of one within one; else the estimator itself."""
    while hasattr(estimator, "steps"):
        estimator = estimator.steps[-1][1]
    return estimator


def choose_task(task: str, X: Any, y: Any, estimators: dict[str, Any]) -> str:
    """Return the task: the one asked for, that of the estimators, or that of X and y.

    Raises
    ------
    ValueError
        For an unknown task, estimators of another task or of several, and ambiguous data.
    """
    if not isinstance(task, str) or task not in ("auto", *TASKS):
        raise ValueError(f"task is {task!r}; expected 'auto' or one of {', '.join(TASKS)}.")
    known = {}
    for name, estimator in estimators.items():
        family = getattr(last_step(estimator), "family", None)
        if family in _TASK_OF_FAMILY:
            known[name] = _TASK_OF_FAMILY[family]
        elif isinstance(family, str):
            raise ValueError(f"There are no simple peers for {name}, a {family}; leave it out.")
        elif any(cls.__module__.startswith("skseq.") for cls in type(last_step(estimator)).mro()):
            found = _by_kind(last_step(estimator))
            known |= {name: found} if found else {}
    if task != "auto":
        others = {name: other for name, other in known.items() if other != task}
        if others:
            name, other = next(iter(others.items()))
            raise ValueError(
                f"task={task!r}, but {name} is for {other!r}; leave it out, or pass task='auto'."
            )
        return task
    tasks = set(known.values())
    if len(tasks) > 1:
        shown = ", ".join(f"{name} for {found!r}" for name, found in known.items())
        raise ValueError(f"The estimators are for different tasks: {shown}; pass those of one.")
    if tasks:
        return tasks.pop()
    return _by_data(X, y, {_by_kind(last_step(estimator)) for estimator in estimators.values()})


def _by_kind(estimator: Any) -> str | None:
    """Return the task that scikit-learn's tags of an estimator tell, if any."""
    if not hasattr(estimator, "__sklearn_tags__"):
        return None
    if is_classifier(estimator):
        return "classification"
    return "regression" if is_regressor(estimator) else None


def _by_data(X: Any, y: Any, hints: set[str | None]) -> str:
    """Return the task of X and y; ``hints`` are tasks of scikit-learn's estimators."""
    if y is None:
        return _without_y(X)
    rows = rows_of(y)
    if rows is None:
        raise ValueError(
            f"y is {type(y).__name__}; expected None, or a list, array or column with an entry for "
            "each sample."
        )
    if not rows:
        raise ValueError("y is empty; pass at least a few samples.")
    are_texts = all(isinstance(row, str) for row in rows)
    if are_texts or all(is_nested(row) for row in rows):
        return _of_rows(X, rows, are_texts)
    y = np.asarray(rows)
    if y.dtype.kind in "OUS":  # NumPy makes text of numbers beside texts
        raise _ambiguous("y holds entries that are not all numbers, all texts or all lists")
    if y.dtype.kind == "f" and not np.isfinite(y).all():
        raise ValueError("y holds NaN or infinity; leave such samples out.")
    kind = type_of_target(y)
    if kind == "continuous":
        return "regression"
    if kind == "binary" or (y.dtype.kind != "f" and _distinct(rows) <= _FEW):
        return "classification"
    if len(hints) == 1 and (hint := next(iter(hints))):
        return hint
    raise _ambiguous(f"y holds {len(np.unique(y))} different whole numbers in {len(y)} samples")


def _without_y(X: Any) -> str:
    """Return what can be learned from X alone."""
    if isinstance(X, str) or kind_of(X) in ("texts", "tokens", "ids"):
        return "language_model"
    if isinstance(X, Sequences):
        if X.is_ids:
            return "language_model"
    elif _is_series(X):
        return "forecasting"
    raise ValueError(
        "y is None, and X holds several sequences of numbers; there are simple peers without y for "
        "texts and for one series of shape (n_timesteps,) or (n_timesteps, n_features). Pass y, or "
        "such an X."
    )


def _is_series(X: Any) -> bool:
    """Whether X is one series of numbers, of one column or several."""
    try:
        return np.ndim(X) in (1, 2)
    except ValueError:  # rows of different lengths
        return False


def _of_rows(X: Any, rows: list[Any], are_texts: bool) -> str:
    """Return the task of a y whose entries are texts, lists or arrays."""
    lengths = [len(row) for row in rows]
    steps = _lengths(X)
    has_steps = steps is not None and lengths == steps
    cells = [cell for row in rows for cell in row] if not are_texts else []
    if are_texts:
        if has_steps and len(set(lengths)) > 1:
            return "tagging"
        if not has_steps and _distinct(rows) <= _FEW:
            return "classification"
        is_source = kind_of(X) in ("texts", "tokens")
        if not has_steps and _distinct(rows) >= _MANY and is_source:
            return "seq2seq"
        shown = f"{len(set(rows))} different texts in {len(rows)} samples"
        raise _ambiguous(f"y holds {shown}{', as long as those of X' if has_steps else ''}")
    if cells and all(isinstance(cell, str) for cell in cells):
        if has_steps:
            return "tagging"
        if kind_of(X) in ("texts", "tokens"):
            return "seq2seq"
        raise _ambiguous("y holds lists of str that are not as long as the sequences of X")
    is_even = len(set(lengths)) == 1
    if any(isinstance(cell, (float, np.floating)) for cell in cells):
        if is_even and not has_steps:
            return "regression"
        raise _ambiguous("y holds a list of numbers for each sample")
    if not is_even:
        if has_steps:
            return "tagging"
        raise _ambiguous("y holds lists of different lengths, which are not those of X")
    is_indicator = set(np.unique(cells).tolist()) <= {0, 1} if cells else False
    if has_steps and not is_indicator:
        return "tagging"
    if is_indicator and not has_steps:
        return "classification"
    raise _ambiguous(f"y has a row of {lengths[0]} integers for each sample")


def _lengths(X: Any) -> list[int] | None:
    """Return the number of real steps of each sequence, None where X holds none."""
    if kind_of(X) in ("texts", "tokens"):
        return [len(row) for row in rows_of(X, only_column=True) or ()]
    try:
        found = as_sequences(X)
    except (TypeError, ValueError):
        return None
    if kind_of(X) == "table" and found.is_ids:  # labels of padding may be given
        return [np.shape(X)[1]] * len(found)
    return found.lengths.tolist()


def _distinct(rows: list[Any]) -> float:
    """Return the share of different entries."""
    return len(set(rows)) / len(rows)


def _ambiguous(what: str) -> ValueError:
    return ValueError(
        f"{what}, which several tasks may have; say which one it is: task= one of "
        f"{', '.join(TASKS)}."
    )
