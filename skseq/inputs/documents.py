"""Documents: texts, or texts that are split into tokens already."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..sequences import Sequences
from .rows import is_token_list, rows_of

_STRINGS = (str, np.str_)


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
    documents = _rows(X, name)
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


def _rows(X: Any, name: str) -> list[Any]:
    shape = getattr(X, "shape", None)
    if shape is not None and len(shape) == 2 and shape[1] != 1:
        raise ValueError(
            f"{name} has {shape[1]} columns; one column of documents is expected. "
            "Select it, e.g. with a ColumnTransformer or df['text']."
        )
    if shape is not None and len(shape) == 0:
        raise ValueError(f"{name} is a single value; put the document in a list: [{name}].")
    rows = rows_of(X, only_column=True)
    if rows is None:
        # A set has no order, but whoever has only counts to make of it may pass one.
        if isinstance(X, dict) or not hasattr(X, "__iter__"):
            raise TypeError(f"{name} is {_kind(X)}; expected a list, array or column of documents.")
        return list(X)
    return rows


def _kind(value: Any) -> str:
    """Name a value's type for an error, with the value itself where it is short."""
    shown = repr(value)
    return f"{type(value).__name__} ({shown})" if len(shown) <= 40 else type(value).__name__
