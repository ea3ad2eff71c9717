"""Checks of what users hand in, and the only file that touches scikit-learn's private names.

Every error says what was got, what was expected and what
to do next.
"""

from __future__ import annotations

from numbers import Integral
from typing import Any

import numpy as np
from sklearn.base import _fit_context as fit_context  # noqa: F401  (re-exported)
from sklearn.utils._param_validation import (  # noqa: F401  (re-exported)
    HasMethods,
    Hidden,
    Options,
    StrOptions,
)
from sklearn.utils._param_validation import Interval as _Interval

from ..sequences import Sequences

_STRINGS = (str, np.str_)


class Interval(_Interval):
    """Numbers between two limits; other than in scikit-learn, True and False are none."""

    def is_satisfied_by(self, val: Any) -> bool:
        return not isinstance(val, bool) and super().is_satisfied_by(val)


ANY_INTEGER = Interval(Integral, None, None, closed="neither")


def check_documents(X: Any, *, name: str = "X") -> list[Any]:
    """Return documents as a plain list of ``str`` or of token lists.

    Parameters
    ----------
    X : list, tuple, ndarray, pandas or pyarrow column, one-column DataFrame, or (n, 1) array
        Documents: one string each, or one list of strings each where they are tokenised already.
    name : str
        How to call it in an error.

    Raises
    ------
    ValueError
        For a bare string, an empty collection, several columns.
    TypeError
        For something that is not a collection, or a document that is neither text nor tokens.
    """
    if isinstance(X, (*_STRINGS, bytes)):
        raise ValueError(
            f"Iterable over raw text documents expected, {name} is a bare string object; "
            f"put it in a list: [{name}]."
        )
    if isinstance(X, Sequences):
        raise TypeError(
            f"{name} is already a Sequences of ids; a Tokenizer expects documents. "
            "Leave the second Tokenizer out."
        )
    documents = _one_column(X, name)
    if not documents:
        raise ValueError(
            f"{name} is empty: found 0 sample(s) where a minimum of 1 is required; "
            "pass at least one document."
        )
    for i, document in enumerate(documents):
        if isinstance(document, _STRINGS):
            continue
        if is_token_list(document):
            if set(map(type, document)) <= {str}:  # the usual case, at the speed of C
                continue
            for j, token in enumerate(document):
                if not isinstance(token, _STRINGS):
                    raise TypeError(
                        f"{name}[{i}][{j}] is {_kind(token)}; a tokenised document holds only str. "
                        "Convert the tokens with str()."
                    )
            continue
        raise TypeError(
            f"{name}[{i}] is {_kind(document)}; each document must be a str or a list of str. "
            "Replace missing texts by '' or drop their rows."
        )
    return documents


def check_count(value: Any, name: str) -> int:
    """Return an integer of at least 1.

    Raises
    ------
    ValueError
        For anything else.
    """
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{name}={value!r} must be an integer of at least 1.")
    return int(value)


def refuse_masked(X: Any, name: str) -> None:
    """Raise an error where values of a masked array are masked, as NumPy would read them."""
    if np.ma.is_masked(X):
        raise ValueError(
            f"{name} is a masked array, of which {int(np.ma.count_masked(X))} values are masked; "
            "fill them in, or leave those steps or samples out."
        )


def date_columns(X: Any) -> list[Any]:
    """Return which columns of a table hold dates or times, that nobody means as numbers."""
    if hasattr(X, "iloc"):
        return [c for c, dtype in zip(X.columns, X.dtypes, strict=True) if dtype.kind in "mM"]
    return [0] if getattr(X, "dtype", np.dtype(float)).kind in "mM" else []


def is_sparse(X: Any) -> bool:
    """Whether ``X`` is a SciPy sparse matrix or array."""
    return hasattr(X, "tocsr") and hasattr(X, "nnz")


def is_token_list(document: Any) -> bool:
    """Whether a document is a list, tuple or 1-D array, that is, tokenised already."""
    return isinstance(document, (list, tuple)) or (
        isinstance(document, np.ndarray) and document.ndim == 1
    )


def _one_column(X: Any, name: str) -> list[Any]:
    shape = getattr(X, "shape", None)
    if shape is not None and len(shape) == 2:
        if shape[1] != 1:
            raise ValueError(
                f"{name} has {shape[1]} columns; one column of documents is expected. "
                "Select it, e.g. with a ColumnTransformer or df['text']."
            )
        if hasattr(X, "iloc"):
            X = X.iloc[:, 0]
        else:
            X = X.column(0) if hasattr(X, "column") else X[:, 0]  # a pyarrow table or an array
    elif shape is not None and len(shape) == 0:
        raise ValueError(f"{name} is a single value; put the document in a list: [{name}].")
    if hasattr(X, "to_pylist"):  # pyarrow
        return X.to_pylist()
    if isinstance(X, dict) or not hasattr(X, "__iter__"):
        raise TypeError(f"{name} is {_kind(X)}; expected a list, array or column of documents.")
    return list(X)


def _kind(value: Any) -> str:
    """Name a value's type for an error, with the value itself where it is short."""
    shown = repr(value)
    return f"{type(value).__name__} ({shown})" if len(shown) <= 40 else type(value).__name__
