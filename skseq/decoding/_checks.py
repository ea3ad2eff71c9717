"""Checks of the arguments of decoders and of what a model returns at every step.

Wrong types raise TypeError, wrong values ValueError.
"""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import Any

import numpy as np

_ROUNDING = 1e-3  # a log-probability may lie this much above 0


def check_count(value: Any, name: str) -> int:
    """Return an integer of at least 1."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Integral):
        raise TypeError(f"{name} is {value!r}; expected an integer of at least 1.")
    if value < 1:
        raise ValueError(f"{name} is {value}; expected an integer of at least 1.")
    return int(value)


def check_number(value: Any, name: str, expected: str) -> float:
    """Return a finite number; ``expected`` says in errors what it should have been."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise TypeError(f"{name} is {value!r}; expected {expected}.")
    if not math.isfinite(value):
        raise ValueError(f"{name} is {value}; expected {expected}.")
    return float(value)


def check_id(value: Any, name: str) -> int:
    """Return one token id."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Integral):
        raise TypeError(f"{name} is {value!r}; expected a token id, an integer from 0 on.")
    if value < 0:
        raise ValueError(f"{name} is {value}; token ids begin at 0.")
    return int(value)


def check_id_list(values: Any, name: str) -> np.ndarray:
    """Return token ids, int64 (n,), which may be none."""
    if isinstance(values, (set, frozenset)):
        values = sorted(values)
    array = np.asarray(values)
    if array.ndim == 0:
        raise TypeError(f"{name} is {values!r}; expected a list of token ids.")
    return check_ids(array, name, (array.size,))


def check_ids(values: Any, name: str, shape: tuple[int, ...], *, least: int = 0) -> np.ndarray:
    """Return token ids of a shape, int64; none lies below ``least``."""
    array = np.asarray(values)
    if array.size and array.dtype.kind not in "iu":
        raise TypeError(f"{name} holds {array.dtype}; expected token ids, which are integers.")
    if array.shape != shape:
        raise ValueError(f"{name} has the shape {array.shape}; expected {shape}.")
    if array.size and array.min() < least:
        raise ValueError(f"{name} holds {array.min()}; expected nothing below {least}.")
    return array.astype(np.int64, copy=False)


def check_start(ids: Any, history: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return the tokens to read first, int64 (B,), and those of before, int64 (B, t)."""
    if np.ndim(ids) != 1:
        raise ValueError(f"ids has the shape {np.shape(ids)}; expected one id for each row, (B,).")
    ids = check_ids(ids, "ids", np.shape(ids))
    if history is None:
        return ids, np.zeros((len(ids), 0), np.int64)
    if np.ndim(history) != 2:
        raise ValueError(f"history has the shape {np.shape(history)}; expected ({len(ids)}, t).")
    return ids, check_ids(history, "history", (len(ids), np.shape(history)[1]), least=-1)


def check_log_probs(log_probs: Any, n_rows: int, largest_id: int) -> np.ndarray:
    """Return what ``step`` gave, (B, V); ``largest_id`` is the largest that can end a row."""
    log_probs = np.asarray(log_probs)
    if log_probs.ndim != 2 or len(log_probs) != n_rows or not log_probs.shape[1]:
        raise ValueError(
            f"step returned log-probabilities of shape {log_probs.shape}; expected ({n_rows}, V), "
            "one row for each row of ids and one column for each token."
        )
    if log_probs.dtype.kind != "f":
        raise TypeError(f"step returned {log_probs.dtype}; expected log-probabilities, floats.")
    if not are_log_probs(log_probs):
        raise ValueError(
            "step returned NaN or a number above 0; expected natural logarithms of probabilities. "
            "Take the logarithm of probabilities, the log-softmax of logits."
        )
    if largest_id >= log_probs.shape[1]:
        raise ValueError(
            f"end_id or stop holds the id {largest_id}, but step returned {log_probs.shape[1]} "
            f"columns, for the ids 0 to {log_probs.shape[1] - 1}."
        )
    return log_probs


def are_log_probs(values: np.ndarray) -> bool:
    """Whether all numbers may be natural logarithms of probabilities; NaN may not."""
    return bool((values <= _ROUNDING).all())


def no_token(row: int) -> ValueError:
    """Return the error for a row that cannot go on."""
    return ValueError(
        f"No token is possible in row {row}: the allowed tokens exclude everything that the model "
        "holds possible there. Allow more tokens, or forbid fewer."
    )
