"""Peers of taggers."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from ...inputs.rows import kind_of
from ...inputs.sequence_like import as_sequences
from ...metrics import span_f1, token_accuracy
from ...metrics._schemes import is_tag_set
from ...targets.label_rows import as_label_rows
from ...targets.real_steps import of_real_steps
from .folds import splits_of
from .problem import Part, SampleProblem, take, timed
from .taggers import MostFrequentTag, WindowCRF, WindowLogistic
from .terms import is_text, texts_of


class TaggingProblem(SampleProblem):
    """A tag for each step."""

    def __init__(self, X: Any, y: Any, cv: Any, seed: int):
        steps, is_spelled = _steps_of(X)
        lengths = np.array([len(row) for row in steps])
        tags = as_label_rows(of_real_steps(X, y, "auto"), "y", lengths)
        splits = splits_of(cv, len(tags), X, tags, kind="shuffled", seed=seed)
        for i, parts in enumerate(splits):
            for name, rows in zip(("fit", "score"), parts, strict=True):
                if not lengths[rows].sum():
                    raise ValueError(
                        f"Fold {i} has no step to {name} on; leave empty sequences out, or pass "
                        "another cv."
                    )
        super().__init__(X, y, splits, tags)
        self._steps = steps
        self._has_spans = is_tag_set({tag for row in tags for tag in row})
        self.metrics = {"token_accuracy": True}
        if self._has_spans:
            self.metrics = {"span_f1": True, **self.metrics}
        self.peers = _peers(is_text(X), is_spelled)

    def folds(self, is_peer: bool) -> Iterator[tuple[Part, Part]]:
        if not is_peer:
            yield from super().folds(is_peer)
            return
        for train, test in self._splits:
            fit_on, score_on = (
                (take(self._steps, rows), take(self._peer_y, rows)) for rows in (train, test)
            )
            yield fit_on, score_on

    def measure(self, model: Any, X: Any, y: Any) -> tuple[dict[str, float], float]:
        found, seconds = timed(model.predict, X)
        scores = {"token_accuracy": float(token_accuracy(y, found))}
        if self._has_spans:
            scores["span_f1"] = float(span_f1(y, found, zero_division=np.nan))
        return scores, seconds


def _steps_of(X: Any) -> tuple[list[Any], bool]:
    """Return the real steps of each sequence, and whether they are words."""
    kind = kind_of(X)
    if kind in ("texts", "tokens"):
        texts = texts_of(X)
        return [list(text) for text in texts], True
    sequences = as_sequences(X)
    if not sequences.is_ids:
        return [np.asarray(steps, np.float64) for steps in sequences], False
    steps = texts_of(sequences)
    if kind == "ids":  # zeros are padding in lists too
        steps = [
            [step for step, i in zip(row, ids, strict=True) if i != 0]
            for row, ids in zip(steps, sequences, strict=True)
        ]
    return steps, sequences.vocabulary is not None


def _peers(is_text: bool, is_spelled: bool) -> dict[str, Any]:
    """Return the peers of tokens, or of numbers."""
    if not is_text:
        same = FunctionTransformer(_all_alike)
        return {
            "most frequent tag": make_pipeline(same, MostFrequentTag()),
            "logistic regression on windows": WindowLogistic(numbers=True),
        }
    found: dict[str, Any] = {"most frequent tag": MostFrequentTag()}
    if importlib.util.find_spec("sklearn_crfsuite") is None:
        found["logistic regression on windows"] = WindowLogistic(spelling=is_spelled)
    else:
        found["CRF on windows"] = WindowCRF(spelling=is_spelled)
    return found


def _all_alike(X: list[np.ndarray]) -> list[list[int]]:
    """Return one and the same token for every step of numbers."""
    return [[0] * len(steps) for steps in X]
