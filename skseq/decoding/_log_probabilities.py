"""Log-softmax, and the logit of impossible tokens."""

from __future__ import annotations

import numpy as np

from ..vocabulary import PAD_ID, START_ID

# The logit of an impossible token: far below any score, but finite. Minus infinity would turn a
# gradient of zero, or the difference of two such logits, into NaN.
IMPOSSIBLE = -1e9
# A logit below it is that of an impossible token, also after a network has added its bias.
_THRESHOLD = 0.1 * IMPOSSIBLE


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Return log-probabilities, float64, -inf for impossible tokens."""
    logits = without_impossible(logits.astype(np.float64))
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def without_impossible(log_probs: np.ndarray) -> np.ndarray:
    """Return log-probabilities or logits with -inf for impossible tokens."""
    return np.where(log_probs < _THRESHOLD, -np.inf, log_probs)


def token_penalty(n_tokens: int, n_rows: int) -> np.ndarray:
    """Return a vector to add to the logits of ``n_rows`` outputs, of which ``n_tokens`` are tokens.

    It makes padding, ``<s>`` and spare rows impossible.
    """
    penalty = np.zeros(n_rows, np.float32)
    penalty[n_tokens:] = penalty[[PAD_ID, START_ID]] = IMPOSSIBLE
    return penalty
