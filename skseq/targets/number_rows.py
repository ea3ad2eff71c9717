"""Reading numbers as ``y``: of whole sequences, or of each of their steps."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.validation import check_array

from ..inputs.rows import rows_of
from ..inputs.validation import refuse_masked


def check_numbers(y: Any, name: str = "y") -> np.ndarray:
    """Return targets of whole sequences as float64 (n,) or (n, n_outputs).

    Raises
    ------
    ValueError
        For None, targets that are not finite numbers, and targets of single steps.
    """
    if y is None:
        raise ValueError(
            "This estimator requires y to be passed, but the target y is None; pass a number for "
            "each sequence."
        )
    refuse_masked(y, name)
    rows = _lists_of(y)
    if _are_nested(rows):
        raise ValueError(
            f"{name} holds a number for each step; set return_sequences=True to learn from them, "
            "or pass one number, or equally many, for each sequence."
        )
    if isinstance(y, (str, bytes)) or _is_single(rows or y):
        raise ValueError(
            f"{name} is a single {type(y).__name__}; expected one number, or equally many, for "
            "each sequence: put them into a list."
        )
    try:
        numbers = check_array(
            rows or y, dtype="numeric", ensure_2d=False, ensure_all_finite=False, input_name=name
        )
        if numbers.dtype == object:
            numbers = numbers.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{name} needs one number, or equally many, for each sequence. {error}"
        ) from error
    if numbers.dtype.kind not in "biuf":
        raise ValueError(
            f"{name} holds {numbers.dtype}; expected numbers, so convert it to float first."
        )
    numbers = numbers.astype(np.float64)
    _check_finite(numbers, name)
    return numbers


def _is_single(y: Any) -> bool:
    """Whether y is one value rather than a collection, asked of no function of NumPy's."""
    if hasattr(y, "ndim"):
        return y.ndim == 0
    return not (hasattr(y, "__len__") or hasattr(y, "__array__"))


def are_number_rows(y: Any) -> bool:
    """Whether targets are of single steps: rows of different lengths, or of rows themselves."""
    if y is None or isinstance(y, (str, bytes)) or _is_single(y):
        return False
    return _are_nested(_lists_of(y))


def as_number_rows(y: Any, name: str = "y") -> list[np.ndarray]:
    """Return targets of single steps as float64 arrays (n_steps,) or (n_steps, n_outputs).

    Raises
    ------
    ValueError
        For None, one number where several are needed, and what is not finite numbers.
    """
    if y is None:
        raise ValueError(
            "This estimator requires y to be passed, but the target y is None; pass a number for "
            "each step of each sequence."
        )
    if isinstance(y, (str, bytes)) or not hasattr(y, "__iter__") or getattr(y, "ndim", 1) == 0:
        raise ValueError(f"{name} is a single {type(y).__name__}; expected {_EXPECTED}.")
    return [_row(row, f"{name}[{i}]") for i, row in enumerate(rows_of(y) or ())]


_EXPECTED = "an array or list for each sequence, with one number, or equally many, for each step"


def _row(row: Any, name: str) -> np.ndarray:
    refuse_masked(row, name)
    try:
        array = np.asarray(row)
        if array.dtype.kind not in "biufO":
            raise ValueError(f"It holds {array.dtype}.")
        array = array.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} does not hold numbers; expected {_EXPECTED}.") from error
    if array.ndim == 0:
        raise ValueError(
            f"{name} is one number, but with return_sequences=True every step needs its own: "
            f"expected {_EXPECTED}. For one number a sequence set return_sequences=False."
        )
    if array.ndim > 2 or 0 in array.shape[1:]:
        raise ValueError(f"{name} has the shape {array.shape}; expected {_EXPECTED}.")
    _check_finite(array, name)
    return array


def _check_finite(numbers: np.ndarray, name: str) -> None:
    wrong = ~np.isfinite(numbers)
    if not wrong.any():
        return
    first = int(np.argmax(wrong.reshape(len(numbers), -1).any(axis=1)))
    kind = "infinity" if np.isinf(numbers[first]).any() else "NaN"
    raise ValueError(
        f"{name}[{first}] contains {kind}; expected finite numbers. Fill in what is missing, with "
        "a sample_weight of 0 if nothing shall be learned from it, or leave it out."
    )


def _lists_of(y: Any) -> list[Any]:
    """Return the rows of y where they are lists, nothing where y is an array of numbers."""
    if isinstance(y, np.ndarray):
        holds_lists = y.ndim > 2 or (y.ndim > 0 and y.dtype == object)
    elif hasattr(y, "iloc"):
        holds_lists = y.ndim == 1 or y.shape[1] == 1
    else:
        holds_lists = isinstance(y, (list, tuple)) or hasattr(y, "to_pylist")
    rows = (rows_of(y) or []) if holds_lists else []
    return rows if any(_is_list(row) for row in rows) else []


def _are_nested(rows: list[Any]) -> bool:
    """Whether rows are of different lengths, or hold lists themselves."""
    if len({len(row) if _is_list(row) else None for row in rows}) > 1:
        return True
    return bool(rows) and any(_is_list(cell) for cell in rows[0])


def _is_list(row: Any) -> bool:
    return isinstance(row, (list, tuple)) or getattr(row, "ndim", 0) > 0
