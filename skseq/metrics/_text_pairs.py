"""Reading and checking ``y_true`` and ``y_pred`` as texts."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np

Texts = list[str] | list[list[Any]]

_EXPECTED = (
    "expected a list of texts, e.g. ['go on', 'stop'], or of lists of tokens, e.g. "
    "[['go', 'on'], ['stop']]."
)


def text_pairs(y_true: Any, y_pred: Any) -> tuple[Texts, Texts]:
    """Return true and predicted texts as two lists of one length, of str or of token lists.

    Parameters
    ----------
    y_true, y_pred : iterable of str, or of lists, tuples or 1-D arrays of hashable tokens
        Lists, arrays, columns, generators.

    Raises
    ------
    TypeError
        If ``y_true`` or ``y_pred`` is not a collection, or an item is not a text.
    ValueError
        If ``y_true`` or ``y_pred`` is a bare text or empty, numbers of texts differ, or some texts
        are str and others tokens.
    """
    true, pred = _as_texts(y_true, "y_true"), _as_texts(y_pred, "y_pred")
    if len(true) != len(pred):
        raise ValueError(
            f"y_true has {len(true)} texts and y_pred has {len(pred)}; expected one predicted text "
            "for each true one."
        )
    if not true:
        raise ValueError("y_true and y_pred are empty; pass at least one text.")
    if isinstance(true[0], str) != isinstance(pred[0], str):
        raise ValueError(
            f"y_true holds {_kind(true[0])} and y_pred {_kind(pred[0])}, which are never equal; "
            "split or join one of them."
        )
    return true, pred


def pair_weights(sample_weight: Any, n_pairs: int) -> np.ndarray:
    """Return one weight for each pair, ones for None.

    Raises
    ------
    ValueError
        If weights are not one number for each pair, are negative or infinite, or all zero.
    """
    if sample_weight is None:
        return np.ones(n_pairs)
    weights = np.asarray(sample_weight, dtype=np.float64)
    if weights.shape != (n_pairs,):
        raise ValueError(
            f"sample_weight has shape {weights.shape}, but there are {n_pairs} pairs of texts; "
            "expected one number for each."
        )
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise ValueError("Sample weights must be finite and not negative; correct those that are.")
    if not weights.any():
        raise ValueError("All sample weights are zero; at least one pair needs a weight.")
    return weights


def _as_texts(y: Any, name: str) -> Any:
    if hasattr(y, "to_pylist"):  # pyarrow
        y = y.to_pylist()
    elif hasattr(y, "iloc"):  # pandas; iterating over a table gives its column names
        one_column = y.ndim == 2 and y.shape[1] == 1
        y = (y.iloc[:, 0] if one_column else y).to_numpy()
    if isinstance(y, (str, bytes)):
        raise ValueError(
            f"{name} is one {type(y).__name__}; {_EXPECTED} For one text, pass [text]."
        )
    if isinstance(y, (dict, set)) or not isinstance(y, Iterable) or getattr(y, "ndim", 1) == 0:
        raise TypeError(f"{name} is of type {type(y).__name__}; {_EXPECTED}")
    texts = [_as_text(text, f"{name}[{i}]") for i, text in enumerate(y)]
    for i, text in enumerate(texts):
        if isinstance(text, str) != isinstance(texts[0], str):
            raise ValueError(
                f"{name}[0] is {_kind(texts[0])} and {name}[{i}] is {_kind(text)}; expected either "
                "str or lists of tokens throughout."
            )
    return texts


def _as_text(text: Any, place: str) -> str | list[Any]:
    if isinstance(text, str):
        return text
    if not isinstance(text, (list, tuple)) and hasattr(text, "tolist"):  # arrays and columns
        text = text.tolist()
    if not isinstance(text, (list, tuple)):
        raise TypeError(f"{place} is {text!r:.40} of type {type(text).__name__}; {_EXPECTED}")
    for token in text:
        if not isinstance(token, Hashable):
            raise TypeError(
                f"{place} holds a token of type {type(token).__name__}; expected str, numbers or "
                "tuples of them."
            )
    return list(text)


def _kind(text: Any) -> str:
    return "str" if isinstance(text, str) else "lists of tokens"
