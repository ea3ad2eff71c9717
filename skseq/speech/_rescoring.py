"""Scores of a language model for the transcripts that a beam search has found."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from ..targets.transcripts import Transcripts
from ..vocabulary import SPECIAL_TOKENS


def check_language_model(language_model: Any, codec: Transcripts) -> None:
    """Check that ``language_model`` is fitted and can score the transcripts.

    Raises
    ------
    TypeError
        If it is not a language model.
    NotFittedError
        If it is not fitted.
    ValueError
        If it knows none of the symbols.
    """
    model = _unwrapped(language_model)
    if not hasattr(model, "score_samples") or not hasattr(model, "generate"):
        raise TypeError(
            f"language_model is {type(model).__name__}; expected a fitted language model, such as "
            "CharLanguageModel."
        )
    check_is_fitted(model)
    tokens = [str(token) for token in model.classes_ if token not in SPECIAL_TOKENS]
    known = "".join(tokens) if codec.is_text else tokens
    # The language model may have been fitted in lower case.
    if {x.lower() for x in known}.isdisjoint(x.lower() for x in codec.symbols):
        raise ValueError(
            f"language_model knows none of the symbols {codec.symbols!r:.100}; its tokens are "
            f"{tokens!r:.100}. Fit it on transcripts of the same kind: a CharLanguageModel on "
            "strings, a WordLanguageModel on lists of symbols."
        )


def rescored(
    language_model: Any, weight: float, transcripts: list[list[Any]], scores: list[np.ndarray]
) -> list[np.ndarray]:
    """Return the scores of each sample's transcripts, with the model's log-probability added."""
    flat = [transcript for row in transcripts for transcript in row]
    added = weight * _unwrapped(language_model).score_samples(flat, include_end=True)
    ends = np.cumsum([len(row) for row in transcripts])[:-1]
    parts = np.split(added, ends)
    return [row + part for row, part in zip(scores, parts, strict=True)]


def _unwrapped(language_model: Any) -> Any:
    return getattr(language_model, "estimator", language_model)  # may be a FrozenEstimator
