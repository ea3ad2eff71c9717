"""Log-probabilities by a fitted language model: of documents, and of the next token."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..sequences import Sequences
from ..vocabulary import END_ID, UNKNOWN_ID
from ._fitted import FittedModel

_PROMPTS = 256  # read at once


def token_log_probs(fitted: FittedModel, ids: Sequences, y: Any) -> np.ndarray:
    """Return the log-probability of every step of ``ids``, (total_steps,); 0 for the start."""
    reader = fitted.reader
    inputs = reader.codes(ids, reader.condition_numbers(y, ids))
    found = np.zeros(len(inputs))
    with fitted.context() as context:
        for positions, log_probs in context.log_probs(*fitted.codec.whole(ids, inputs)):
            found[positions] = log_probs
    return found


def document_log_probs(
    fitted: FittedModel, ids: Sequences, y: Any, include_end: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Return the log-probability and the number of tokens of each document."""
    found = token_log_probs(fitted, ids, y)
    if not include_end:
        found[ids.offsets[1:] - 1] = 0.0
    return np.add.reduceat(found, ids.offsets[:-1]), ids.lengths - 2


def next_log_probs(fitted: FittedModel, X: Any, y: Any) -> np.ndarray:
    """Return the log-probability (n_samples, n_tokens) of each token to follow each prompt."""
    prompts = fitted.read_prompts(X, "X")
    conditions = fitted.reader.condition_numbers(y, prompts)
    found = []
    with fitted.context() as context:
        for start in range(0, len(prompts), _PROMPTS):
            some = prompts[start : start + _PROMPTS]
            state = context.start(some, conditions[start : start + _PROMPTS])
            found.append(context.step(state, np.array([ids[-1] for ids in some]))[0])
    return np.concatenate(found).astype(np.float64)


def best_next_tokens(fitted: FittedModel, X: Any, y: Any, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Return ids and log-probabilities (n_samples, up to k) of the best next tokens."""
    log_probs = next_log_probs(fitted, X, y)
    log_probs[:, UNKNOWN_ID] = -np.inf
    n_possible = int(np.isfinite(log_probs).any(axis=0)[END_ID:].sum())
    best = np.argsort(-log_probs, axis=1, kind="stable")[:, : min(k, n_possible)]
    return best, np.take_along_axis(log_probs, best, axis=1)
