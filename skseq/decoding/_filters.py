"""Filters: functions from the log-probabilities of the next token to other log-probabilities.

All take and return (B, V). They do not change their argument, but return it as it is where there is
nothing to do. Minus infinity marks an impossible token. The probabilities of a result need not sum
to 1: decoders use them up to a constant factor of each row.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ._best import is_among_best
from ._checks import check_count, check_id_list, check_ids
from ._filter_checks import (
    check_allowed,
    check_columns,
    check_penalty,
    check_rows,
    check_share,
    check_temperature,
)

_COLDEST = 1e-300  # below this even the log-probability of the best token would overflow
_ROUNDING = 1e-9  # of p, so that 0.5 + 0.4 reaches 0.9


def scale_temperature(log_probs: Any, temperature: float) -> np.ndarray:
    """Divide log-probabilities by a temperature.

    Parameters
    ----------
    log_probs : array-like of shape (B, V)
    temperature : float
        Above 0. Below 1 probable tokens become more probable; above 1 all become more alike.

    Returns
    -------
    ndarray of float64, shape (B, V)

    Raises
    ------
    TypeError
        If the temperature is not a number.
    ValueError
        If the temperature is not finite and above 0, or log-probabilities have another shape.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq.decoding import scale_temperature
    >>> scale_temperature([[-1.0, -2.0, -np.inf]], 0.5)
    array([[ -2.,  -4., -inf]])
    """
    log_probs = check_rows(log_probs)
    temperature = check_temperature(temperature)
    with np.errstate(over="ignore"):  # to minus infinity, which is the limit
        return np.divide(log_probs, max(temperature, _COLDEST), dtype=np.float64)


def keep_top_k(log_probs: Any, k: int) -> np.ndarray:
    """Keep the ``k`` most probable tokens of every row; the others become impossible.

    Parameters
    ----------
    log_probs : array-like of shape (B, V)
    k : int
        At least 1; above V it keeps all. Among equally probable tokens lower ids stay.

    Returns
    -------
    ndarray of shape (B, V)

    Raises
    ------
    TypeError
        If ``k`` is not an integer.
    ValueError
        If ``k`` is below 1, or log-probabilities have another shape.

    Examples
    --------
    >>> from skseq.decoding import keep_top_k
    >>> keep_top_k([[-1.0, -3.0, -2.0, -2.0]], 2)
    array([[ -1., -inf,  -2., -inf]])
    """
    log_probs = check_rows(log_probs)
    k = check_count(k, "k")
    if k >= log_probs.shape[1]:
        return log_probs
    return np.where(is_among_best(log_probs, k), log_probs, -np.inf)


def keep_top_p(log_probs: Any, p: float) -> np.ndarray:
    """Keep the fewest most probable tokens that together reach the probability ``p``.

    Drawing the next token from these is known as nucleus sampling [1]_.

    Parameters
    ----------
    log_probs : array-like of shape (B, V)
        Their probabilities are scaled to sum to 1 for the decision.
    p : float
        Above 0 and at most 1, which keeps all. At least one token is kept. Among equally probable
        tokens lower ids stay.

    Returns
    -------
    ndarray of shape (B, V)

    Raises
    ------
    TypeError
        If ``p`` is not a number.
    ValueError
        If ``p`` is out of range, or log-probabilities have another shape.

    References
    ----------
    .. [1] Holtzman, Buys, Du, Forbes and Choi, "The Curious Case of Neural Text Degeneration",
       ICLR 2020.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq.decoding import keep_top_p
    >>> np.exp(keep_top_p(np.log([[0.1, 0.5, 0.4]]), 0.9))
    array([[0. , 0.5, 0.4]])
    """
    log_probs = check_rows(log_probs)
    p = check_share(p, "p")
    if p == 1.0 or not log_probs.shape[1]:
        return log_probs
    falling = np.sort(log_probs, axis=1)[:, ::-1].astype(np.float64, copy=False)
    top = np.where(falling[:, :1] > -np.inf, falling[:, :1], 0.0)
    reached = np.cumsum(np.exp(falling - top), axis=1)
    enough = reached >= p * (1.0 - _ROUNDING) * reached[:, -1:]
    return np.where(is_among_best(log_probs, enough.argmax(1) + 1, falling), log_probs, -np.inf)


def allow_tokens(log_probs: Any, ids: Any) -> np.ndarray:
    """Make all tokens except the given ones impossible.

    Parameters
    ----------
    log_probs : array-like of shape (B, V)
    ids : list of int
        At least one, each from 0 to V - 1.

    Returns
    -------
    ndarray of shape (B, V)

    Raises
    ------
    TypeError
        If ``ids`` is not a list of integers.
    ValueError
        If there are no ids or ids out of range, or log-probabilities have another shape.

    Examples
    --------
    >>> from skseq.decoding import allow_tokens
    >>> allow_tokens([[-1.0, -2.0, -3.0]], [1, 2])
    array([[-inf,  -2.,  -3.]])
    """
    log_probs = check_rows(log_probs)
    ids = check_allowed(ids, "ids")
    check_columns(ids, log_probs.shape[1], "ids")
    allowed = np.full_like(log_probs, -np.inf)
    allowed[:, ids] = log_probs[:, ids]
    return allowed


def forbid_tokens(log_probs: Any, ids: Any) -> np.ndarray:
    """Make the given tokens impossible.

    Parameters
    ----------
    log_probs : array-like of shape (B, V)
    ids : list of int
        Each from 0 to V - 1; there may be none.

    Returns
    -------
    ndarray of shape (B, V)

    Raises
    ------
    TypeError
        If ``ids`` is not a list of integers.
    ValueError
        If ids are out of range, or log-probabilities have another shape.

    Examples
    --------
    >>> from skseq.decoding import forbid_tokens
    >>> forbid_tokens([[-1.0, -2.0, -3.0]], [1, 2])
    array([[ -1., -inf, -inf]])
    """
    log_probs = check_rows(log_probs)
    ids = check_id_list(ids, "ids")
    check_columns(ids, log_probs.shape[1], "ids")
    left = log_probs.copy()
    left[:, ids] = -np.inf
    return left


def penalize_repetition(log_probs: Any, history: Any, penalty: float) -> np.ndarray:
    """Multiply the log-probability of every token that occurred before.

    This is the penalty of CTRL [1]_ for negative scores; log-probabilities are never positive.

    Parameters
    ----------
    log_probs : array-like of shape (B, V)
    history : array-like of int, shape (B, t)
        Earlier tokens of each row, with -1 for nothing. How often a token occurs does not matter.
    penalty : float
        Above 0. Above 1 repetitions become less likely, below 1 more likely.

    Returns
    -------
    ndarray of shape (B, V)

    Raises
    ------
    TypeError
        If the penalty is not a number, or ``history`` does not hold integers.
    ValueError
        If the penalty is not finite and above 0, an array has another shape, or ids are out of
        range.

    References
    ----------
    .. [1] Keskar, McCann, Varshney, Xiong and Socher, "CTRL: A Conditional Transformer Language
       Model for Controllable Generation", arXiv:1909.05858, 2019.

    Examples
    --------
    >>> from skseq.decoding import penalize_repetition
    >>> penalize_repetition([[-1.0, -2.0, -3.0]], [[2, -1]], 2.0)
    array([[-1., -2., -6.]])
    """
    log_probs = check_rows(log_probs)
    penalty = check_penalty(penalty, "penalty")
    n_rows, n_tokens = log_probs.shape
    if np.ndim(history) != 2:
        raise ValueError(f"history has the shape {np.shape(history)}; expected ({n_rows}, t).")
    history = check_ids(history, "history", (n_rows, np.shape(history)[1]), least=-1)
    check_columns(history, n_tokens, "history")
    if penalty == 1.0 or not history.size:
        return log_probs
    seen = np.zeros((n_rows, n_tokens + 1), bool)  # the last column, -1, is for nothing
    seen[np.arange(n_rows)[:, None], history] = True
    with np.errstate(over="ignore"):
        return np.where(seen[:, :-1], log_probs * penalty, log_probs)
