"""The check that the input of a recogniser is features."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from ...inputs.rows import is_token_list, rows_of
from ...sequences import Sequences

_TEXT = (str, bytes, os.PathLike)


def check_features(X: Any, name: str) -> None:
    """Raise a ValueError for text, paths and token ids."""
    if isinstance(X, Sequences) and X.is_ids and X.codes.size:
        found, advice = "token ids", "leave out the Tokenizer before it"
    elif _is_text(X):
        found = "a bare string" if isinstance(X, str) else "text"
        advice = (
            "for paths of wav files, put a MelSpectrogram before it: make_pipeline("
            "MelSpectrogram(), CTCRecognizer())"
        )
    else:
        return
    raise ValueError(
        f"{name} holds {found}, but a CTCRecognizer expects features, (n_steps, n_features) of "
        f"each sequence; {advice}."
    )


def _is_text(X: Any) -> bool:
    """Whether X is text or a path, or has a row that is or begins with one."""
    if isinstance(X, _TEXT) or not hasattr(X, "__len__"):  # iterating would use up an iterator
        return isinstance(X, _TEXT)
    rows = X if isinstance(X, np.ndarray) and X.ndim else rows_of(X) or []
    cells = (row[0] if is_token_list(row) and len(row) else row for row in rows)
    return any(isinstance(cell, _TEXT) for cell in cells)
