"""Reading anything sequence-like: one function that every transformer and estimator calls on X.

What users may hand in is decided here, so that a
list of lists, an object array and a padded array mean the same thing everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..sequences import Sequences
from .rows import is_nested, is_sparse
from .validation import refuse_masked

_MAX_ID = np.iinfo(np.int32).max
_TOO_LARGE = f"which is larger than {_MAX_ID} (int32)"


def as_sequences(X: Any, *, name: str = "X", integers_are_numbers: bool = False) -> Sequences:
    """Return ``X`` as :class:`~skseq.Sequences`, whatever sequence-like form it has.

    Parameters
    ----------
    X : Sequences or sequence-like
        - ``Sequences``: returned as they are.
        - list, tuple, object array, pandas or pyarrow column of lists of integers: ids, kept as
          given.
        - the same of lists of floats: one feature per step; of (n_steps, n_features) arrays:
          feature vectors.
        - integer array (n_samples, n_steps): padded ids, where 0 is padding.
        - float array (n_samples, n_steps): one feature per step.
        - array (n_samples, n_steps, n_features): feature vectors.
    name : str, default="X"
        How to call it in an error.
    integers_are_numbers : bool, default=False
        Whether to read integers that are no ``Sequences`` as features rather than as ids.

    Returns
    -------
    Sequences
        Ids as int32 or features as float32. ``X`` itself is never changed.

    Raises
    ------
    ValueError
        For text, an empty collection, one-dimensional numbers, negative or too large ids, NaN or
        infinity, complex numbers, or sequences that do not fit together.
    TypeError
        For something that is not a collection of sequences, sparse matrices among them.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq.inputs.sequence_like import as_sequences
    >>> as_sequences([[4, 5, 6], [7]])
    Sequences(2 sequences of 1 to 3 ids)
    >>> as_sequences(np.array([[0, 4, 5], [0, 0, 7]]))
    Sequences(2 sequences of 1 to 2 ids, n_steps=3)
    >>> as_sequences(np.ones((2, 5, 3)))
    Sequences(2 sequences of 5 to 5 steps × 3 features, n_steps=5)
    """
    if isinstance(X, Sequences):
        _check_not_empty(X, name)
        return X
    X = _as_array_or_rows(X, name)
    _check_not_empty(X, name)
    if isinstance(X, np.ndarray):
        if integers_are_numbers and X.dtype.kind in "iu":
            X = X.astype(np.float64)
        return _from_array(X, name)
    return _from_rows(X, name, integers_are_numbers)


def _as_array_or_rows(X: Any, name: str) -> np.ndarray | list[Any]:
    """Return a numeric or text array as it is and everything else as a list of rows."""
    if isinstance(X, (str, bytes)):
        raise ValueError(_text_message(name))
    if is_sparse(X):
        raise TypeError(
            f"Sparse data was passed as {name}, but sequences are dense; use {name}.toarray()."
        )
    if hasattr(X, "to_pylist"):  # pyarrow
        return X.to_pylist()
    if isinstance(X, (list, tuple)):
        return list(X)
    if not isinstance(X, np.ndarray) and hasattr(X, "__array__"):
        X = np.asarray(X)
    if isinstance(X, np.ndarray):
        return _unwrap_objects(X) if X.dtype == object else X
    if isinstance(X, (dict, set)) or not isinstance(X, Iterable):
        raise TypeError(
            f"{name} is {type(X).__name__}; expected Sequences, a list of sequences or an array."
        )
    return list(X)


def _unwrap_objects(X: np.ndarray) -> np.ndarray | list[Any]:
    """Turn an object array into rows, or into numbers where each cell holds one number."""
    if X.ndim == 2 and X.shape[1] == 1 and len(X) and is_nested(X[0, 0]):
        X = X[:, 0]  # one column of lists, e.g. df[["ids"]]
    if X.ndim < 2:
        return list(np.atleast_1d(X))
    if any(isinstance(cell, str) for cell in X.flat):
        return X.astype(str)
    numbers = np.array(X.tolist())  # finds out whether the cells are integers
    return X.astype(np.float64) if numbers.dtype == object else numbers


# ------------------------------------------------------------------------------ arrays
def _from_array(X: np.ndarray, name: str) -> Sequences:
    if X.dtype.kind in "USO":
        raise ValueError(_text_message(name))
    _check_kind(X, name)
    if X.ndim < 2:
        raise ValueError(_one_dimensional_message(X, name))
    if X.ndim > 3:
        raise ValueError(
            f"{name} has {X.ndim} dimensions, expected at most 3: (n_samples, n_steps, "
            "n_features); flatten each step first."
        )
    if X.ndim == 2 and X.dtype.kind in "iu":
        _check_ids(X.ravel(), np.arange(len(X) + 1) * X.shape[1], name)
        return Sequences.from_padded(X)
    if 0 in X.shape[1:]:
        raise ValueError(
            f"Found array with 0 feature(s) (shape={X.shape}) while a minimum of 1 is required."
        )
    with np.errstate(over="ignore"):  # what overflows float32 is reported below
        sequences = Sequences.from_array(X)
    _check_finite(sequences, name)
    return sequences


# -------------------------------------------------------------------------------- rows
def _from_rows(rows: list[Any], name: str, integers_are_numbers: bool) -> Sequences:
    arrays = [_row_to_array(row, i, name) for i, row in enumerate(rows)]
    if integers_are_numbers:
        arrays = [a.astype(np.float64) if a.dtype.kind in "iu" else a for a in arrays]
    full = [i for i, array in enumerate(arrays) if len(array)]
    if not full:
        empty = np.zeros(0, np.int32)
        return Sequences(empty, np.zeros(len(arrays) + 1, np.int64))
    _check_same_kind(arrays, full, name)
    offsets = np.concatenate([[0], np.cumsum([len(array) for array in arrays])])
    values = np.concatenate([arrays[i] for i in full])
    if values.ndim == 1 and values.dtype.kind in "iu":
        _check_ids(values, offsets, name)
        return Sequences(values, offsets)
    with np.errstate(over="ignore"):
        features = values.reshape(len(values), -1).astype(np.float32)
    sequences = Sequences(features, offsets)
    _check_finite(sequences, name)
    return sequences


def _row_to_array(row: Any, i: int, name: str) -> np.ndarray:
    if isinstance(row, (str, bytes)):
        raise ValueError(_text_message(name))
    refuse_masked(row, f"{name}[{i}]")
    try:
        array = np.asarray(row)
    except ValueError as error:
        raise ValueError(
            f"{name}[{i}] has steps of different sizes; every step needs the same number of "
            "features."
        ) from error
    if array.dtype == object and array.size:
        array = _objects_to_numbers(array, i, name)
    if array.dtype.kind in "US":
        raise ValueError(_text_message(name))
    _check_kind(array, f"{name}[{i}]")
    if array.ndim == 0:
        raise ValueError(_one_dimensional_message(array, name))
    if array.ndim > 2 or (array.ndim == 2 and array.size == 0 and len(array)):
        raise ValueError(
            f"{name}[{i}] has shape {array.shape}; a sequence is one-dimensional (ids) or of shape "
            "(n_steps, n_features)."
        )
    return array


def _objects_to_numbers(array: np.ndarray, i: int, name: str) -> np.ndarray:
    cells = array.ravel().tolist()
    if any(isinstance(cell, str) for cell in cells):
        raise ValueError(_text_message(name))
    if array.ndim == 1 and all(is_nested(cell) for cell in cells):
        return np.stack(cells)  # an object array of feature vectors
    if any(cell is None for cell in cells):
        raise ValueError(f"{name}[{i}] contains NaN or None; fill or drop the missing steps.")
    if all(isinstance(cell, int) for cell in cells):  # beyond what NumPy's integers hold
        raise ValueError(f"{name}[{i}] holds the id {max(cells, key=abs)}, {_TOO_LARGE}.")
    try:
        return array.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{name}[{i}] holds neither ids nor features; expected numbers.") from error


# ------------------------------------------------------------------------------ checks
def _check_not_empty(X: Any, name: str) -> None:
    if np.ndim(X) and len(X) == 0 if isinstance(X, np.ndarray) else len(X) == 0:
        shape = getattr(X, "shape", (0,))
        raise ValueError(
            f"Found array with 0 sample(s) (shape={shape}) while a minimum of 1 is required; "
            f"{name} is empty."
        )


def _check_kind(array: np.ndarray, name: str) -> None:
    if array.dtype.kind == "c":
        raise ValueError(f"Complex data not supported: {name} holds complex numbers.")
    if array.dtype.kind not in "iufb":
        raise TypeError(f"{name} holds {array.dtype}; expected integer ids or float features.")


def _check_same_kind(arrays: list[np.ndarray], full: list[int], name: str) -> None:
    """Check that all sequences are ids, or all features with the same number per step."""
    first = arrays[full[0]]
    for i in full:
        width, expected = arrays[i].shape[1:], first.shape[1:]
        if width != expected:
            raise ValueError(
                "All sequences need the same number of features per step: "
                f"{name}[{full[0]}] has {_n_features(first)}, {name}[{i}] has "
                f"{_n_features(arrays[i])}."
            )
        if not width and (arrays[i].dtype.kind in "iu") != (first.dtype.kind in "iu"):
            raise ValueError(
                f"{name} mixes ids and floats: {name}[{full[0]}] holds {first.dtype}, "
                f"{name}[{i}] holds {arrays[i].dtype}. Make all of them integers (token ids) or "
                "all of them floats (one feature per step)."
            )


def _n_features(array: np.ndarray) -> str:
    return str(array.shape[1]) if array.ndim == 2 else "one number per step"


def _check_ids(ids: np.ndarray, offsets: np.ndarray, name: str) -> None:
    wrong = (ids < 0) if ids.dtype.kind == "i" else np.zeros(0, bool)
    if ids.size and ids.max() > _MAX_ID:
        wrong = ids > _MAX_ID
    if not wrong.any():
        return
    place = int(np.argmax(wrong))
    problem = "which is negative" if ids[place] < 0 else _TOO_LARGE
    raise ValueError(
        f"{name}[{_sample_of(place, offsets)}] holds the id {ids[place]}, {problem}; ids "
        "start at 0, which is padding. Pass numbers that are not ids as floats."
    )


def _check_finite(sequences: Sequences, name: str) -> None:
    values = sequences.codes
    with np.errstate(invalid="ignore"):  # infinity minus infinity, reported below
        total = values.sum(dtype=np.float64)  # one pass, nothing allocated
    if np.isfinite(total):
        return
    place = int(np.argmax(~np.isfinite(values).all(axis=1)))
    kind = "NaN" if np.isnan(values[place]).any() else "infinity or a value too large for float32"
    raise ValueError(
        f"{name}[{_sample_of(place, sequences.offsets)}] contains {kind}; fill or drop such steps."
    )


def _sample_of(place: int, offsets: np.ndarray) -> int:
    return int(np.searchsorted(offsets, place, side="right")) - 1


# ---------------------------------------------------------------------------- messages
def _text_message(name: str) -> str:
    return (
        f"Sequences of ids or features expected as {name}, got text; put a Tokenizer before it: "
        "make_pipeline(Tokenizer(), …)."
    )


def _one_dimensional_message(array: np.ndarray, name: str) -> str:
    return (
        f"Expected 2D array, got 1D array instead as {name}: each item is one number, not a "
        "sequence. Reshape your data using array.reshape(-1, 1) if it has one step per sample or "
        "array.reshape(1, -1) if it is a single sequence."
    )
