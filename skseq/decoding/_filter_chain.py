"""``make_filter``: several filters applied in a fixed order."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from ._checks import check_id_list
from ._filter_checks import check_allowed, check_draw, check_penalty
from ._filters import (
    allow_tokens,
    forbid_tokens,
    keep_top_k,
    keep_top_p,
    penalize_repetition,
    scale_temperature,
)

Filter = Callable[[np.ndarray, np.ndarray], np.ndarray]  # (log_probs, history) -> log_probs


def make_filter(
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    repetition_penalty: float | None = None,
    allowed: Any = None,
    forbidden: Any = None,
) -> Filter:
    """Return one filter that applies several in a fixed order.

    The order is: repetition penalty, allowed tokens, forbidden tokens, temperature, ``top_k``,
    ``top_p``. Each is applied to the result of the one before. A filter that is off takes no time.

    Parameters
    ----------
    temperature : float, default=1.0
        Above 0. Below 1 probable tokens become more probable; above 1 all become more alike.
    top_k : int, default=None
        Keep only this many most probable tokens.
    top_p : float, default=None
        Keep only the most probable tokens that together reach this probability; in (0, 1].
    repetition_penalty : float, default=None
        Factor of the log-probability of tokens that occurred before. Above 0; above 1 makes
        repetitions less likely.
    allowed : list of int, default=None
        The only tokens that may be chosen.
    forbidden : list of int, default=None
        Tokens that must not be chosen.

    Returns
    -------
    callable
        A function of log-probabilities (B, V) and history, int (B, t) with -1 for nothing, that
        returns log-probabilities (B, V).

    Raises
    ------
    TypeError
        If an argument has a wrong type; a bool is not a number.
    ValueError
        If a value is out of range, ``allowed`` is empty, or ``forbidden`` has all of its tokens.
        The returned function raises it for ids without a column in the log-probabilities.

    See Also
    --------
    scale_temperature, keep_top_k, keep_top_p, penalize_repetition, allow_tokens, forbid_tokens

    Examples
    --------
    >>> import numpy as np
    >>> from skseq.decoding import make_filter
    >>> filter = make_filter(temperature=0.5, top_k=2, forbidden=[0])
    >>> log_probs = np.log([[0.5, 0.25, 0.125, 0.125]])
    >>> np.exp(filter(log_probs, np.zeros((1, 0), int))).round(4)
    array([[0.    , 0.0625, 0.0156, 0.    ]])
    """
    stages: list[Callable[..., np.ndarray]] = []
    check_draw(temperature, top_k, top_p)
    if repetition_penalty is not None:
        penalty = check_penalty(repetition_penalty, "repetition_penalty")
    if allowed is not None:
        allowed = check_allowed(allowed, "allowed")
        stages.append(partial(allow_tokens, ids=allowed))
    if forbidden is not None:
        forbidden = check_id_list(forbidden, "forbidden")
        stages.append(partial(forbid_tokens, ids=forbidden))
    if allowed is not None and forbidden is not None and np.isin(allowed, forbidden).all():
        raise ValueError("forbidden holds all tokens of allowed, so none is left; allow more.")
    if temperature != 1.0:
        stages.append(partial(scale_temperature, temperature=temperature))
    if top_k is not None:
        stages.append(partial(keep_top_k, k=top_k))
    if top_p is not None:
        stages.append(partial(keep_top_p, p=top_p))

    def apply(log_probs: np.ndarray, history: np.ndarray) -> np.ndarray:
        if repetition_penalty is not None:
            log_probs = penalize_repetition(log_probs, history, penalty)
        for stage in stages:
            log_probs = stage(log_probs)
        return log_probs

    return apply
