"""Logarithms of probabilities from logits, and what stands for an impossible token in logits."""

from __future__ import annotations

import numpy as np

from ..vocabulary import PAD_ID, START_ID

# A logit of what is impossible: far below any score, yet finite, as minus infinity would turn a
# gradient of zero, or the difference of two of them, into NaN.
IMPOSSIBLE = -1e9
# Whatever is below it counts as impossible, also after a network has added its bias.
_THRESHOLD = 0.1 * IMPOSSIBLE


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Return the logarithms of probabilities, float64, -inf for what is impossible."""
    logits = without_impossible(logits.astype(np.float64))
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def without_impossible(log_probs: np.ndarray) -> np.ndarray:
    """Return log-probabilities or logits with -inf in place of what is impossible."""
    return np.where(log_probs < _THRESHOLD, -np.inf, log_probs)


def token_penalty(n_tokens: int, n_rows: int) -> np.ndarray:
    """Return what is added to the logits of ``n_rows`` outputs, of which ``n_tokens`` are tokens.

    Padding, ``<s>`` and spare rows cannot come next.
    """
    penalty = np.zeros(n_rows, np.float32)
    penalty[n_tokens:] = penalty[[PAD_ID, START_ID]] = IMPOSSIBLE
    return penalty
