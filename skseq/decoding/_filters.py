"""Constraints on the next token: functions from log-probabilities to log-probabilities.

All take and return (B, V) and leave what they are given as it is; where there
is nothing to do, what they return is what they were given. Minus infinity marks a token that is
impossible. Results need not sum to 1: what follows takes them up to a constant of each row.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from ._checks import check_count, check_id_list, check_ids, check_number

Filter = Callable[[np.ndarray, np.ndarray], np.ndarray]  # (log_probs, history) -> log_probs

_COLDEST = 1e-300  # below this even the log-probability of the best token would overflow
_ROUNDING = 1e-9  # of p, so that 0.5 + 0.4 reaches 0.9


def make_filter(
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    repetition_penalty: float | None = None,
    allowed: Any = None,
    forbidden: Any = None,
) -> Filter:
    """Return one filter that applies others in a fixed order.

    First the repetition penalty, then what is allowed and forbidden, then the temperature, then
    ``top_k``, then ``top_p``, each on what the one before has left. What is off costs nothing.

    Parameters
    ----------
    temperature : float, default=1.0
        Above 0: below 1 likely tokens become more likely still, above 1 all become more alike.
    top_k : int, default=None
        Keep only this many most probable tokens.
    top_p : float, default=None
        Keep only the most probable tokens that together reach this probability; in (0, 1].
    repetition_penalty : float, default=None
        What the log-probability of a token that was there before is multiplied by; above 0, and
        above 1 to make repetitions less likely.
    allowed : list of int, default=None
        The only tokens there may be.
    forbidden : list of int, default=None
        Tokens there must not be.

    Returns
    -------
    callable
        A function of log-probabilities (B, V) and history, int (B, t) with -1 for nothing, that
        returns log-probabilities (B, V).

    Raises
    ------
    TypeError
        For arguments of a wrong type; a bool is no number.
    ValueError
        For values out of range, an empty ``allowed``, or where ``forbidden`` leaves nothing of it.
        The function returned raises it for ids that the log-probabilities have no column for.

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
    _check_temperature(temperature)
    if repetition_penalty is not None:
        penalty = _check_penalty(repetition_penalty, "repetition_penalty")
    if allowed is not None:
        allowed = _check_allowed(allowed, "allowed")
        stages.append(partial(allow_tokens, ids=allowed))
    if forbidden is not None:
        forbidden = check_id_list(forbidden, "forbidden")
        stages.append(partial(forbid_tokens, ids=forbidden))
    if allowed is not None and forbidden is not None and np.isin(allowed, forbidden).all():
        raise ValueError("forbidden holds all tokens of allowed, so none is left; allow more.")
    if temperature != 1.0:
        stages.append(partial(scale_temperature, temperature=temperature))
    if top_k is not None:
        stages.append(partial(keep_top_k, k=check_count(top_k, "top_k")))
    if top_p is not None:
        stages.append(partial(keep_top_p, p=_check_share(top_p, "top_p")))

    def apply(log_probs: np.ndarray, history: np.ndarray) -> np.ndarray:
        if repetition_penalty is not None:
            log_probs = penalize_repetition(log_probs, history, penalty)
        for stage in stages:
            log_probs = stage(log_probs)
        return log_probs

    return apply


def scale_temperature(log_probs: Any, temperature: float) -> np.ndarray:
    """Divide log-probabilities by a temperature.

    Parameters
    ----------
    log_probs : array-like of shape (B, V)
    temperature : float
        Above 0: below 1 likely tokens become more likely still, above 1 all become more alike.

    Returns
    -------
    ndarray of float64, shape (B, V)

    Raises
    ------
    TypeError
        For a temperature that is no number.
    ValueError
        For a temperature that is not finite and above 0, or log-probabilities of another shape.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq.decoding import scale_temperature
    >>> scale_temperature([[-1.0, -2.0, -np.inf]], 0.5)
    array([[ -2.,  -4., -inf]])
    """
    log_probs = _rows(log_probs)
    temperature = _check_temperature(temperature)
    with np.errstate(over="ignore"):  # to minus infinity, which is the limit
        return np.divide(log_probs, max(temperature, _COLDEST), dtype=np.float64)


def keep_top_k(log_probs: Any, k: int) -> np.ndarray:
    """Keep the ``k`` most probable tokens of every row; the others become impossible.

    Parameters
    ----------
    log_probs : array-like of shape (B, V)
    k : int
        At least 1; above V it keeps all. Of equally probable tokens those of lower ids stay.

    Returns
    -------
    ndarray of shape (B, V)

    Raises
    ------
    TypeError
        For a ``k`` that is no integer.
    ValueError
        For a ``k`` below 1, or log-probabilities of another shape.

    Examples
    --------
    >>> from skseq.decoding import keep_top_k
    >>> keep_top_k([[-1.0, -3.0, -2.0, -2.0]], 2)
    array([[ -1., -inf,  -2., -inf]])
    """
    log_probs = _rows(log_probs)
    k = check_count(k, "k")
    if k >= log_probs.shape[1]:
        return log_probs
    return np.where(is_among_best(log_probs, k), log_probs, -np.inf)


def keep_top_p(log_probs: Any, p: float) -> np.ndarray:
    """Keep the fewest most probable tokens that together reach the probability ``p``.

    Known as nucleus sampling [1]_ where the next token is drawn from what is kept.

    Parameters
    ----------
    log_probs : array-like of shape (B, V)
        They may sum to anything: for the decision they are made to sum to 1.
    p : float
        Above 0 and at most 1, which keeps all. At least one token is kept. Of equally probable
        tokens those of lower ids stay.

    Returns
    -------
    ndarray of shape (B, V)

    Raises
    ------
    TypeError
        For a ``p`` that is no number.
    ValueError
        For a ``p`` out of range, or log-probabilities of another shape.

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
    log_probs = _rows(log_probs)
    p = _check_share(p, "p")
    if p == 1.0 or not log_probs.shape[1]:
        return log_probs
    falling = np.sort(log_probs, axis=1)[:, ::-1].astype(np.float64, copy=False)
    top = np.where(falling[:, :1] > -np.inf, falling[:, :1], 0.0)
    reached = np.cumsum(np.exp(falling - top), axis=1)
    enough = reached >= p * (1.0 - _ROUNDING) * reached[:, -1:]
    return np.where(is_among_best(log_probs, enough.argmax(1) + 1, falling), log_probs, -np.inf)


def allow_tokens(log_probs: Any, ids: Any) -> np.ndarray:
    """Make all tokens impossible but the given ones.

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
        For ids that are no integers, or no list.
    ValueError
        For no ids or ids out of range, or log-probabilities of another shape.

    Examples
    --------
    >>> from skseq.decoding import allow_tokens
    >>> allow_tokens([[-1.0, -2.0, -3.0]], [1, 2])
    array([[-inf,  -2.,  -3.]])
    """
    log_probs = _rows(log_probs)
    ids = _check_allowed(ids, "ids")
    _check_columns(ids, log_probs.shape[1], "ids")
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
        For ids that are no integers, or no list.
    ValueError
        For ids out of range, or log-probabilities of another shape.

    Examples
    --------
    >>> from skseq.decoding import forbid_tokens
    >>> forbid_tokens([[-1.0, -2.0, -3.0]], [1, 2])
    array([[ -1., -inf, -inf]])
    """
    log_probs = _rows(log_probs)
    ids = check_id_list(ids, "ids")
    _check_columns(ids, log_probs.shape[1], "ids")
    left = log_probs.copy()
    left[:, ids] = -np.inf
    return left


def penalize_repetition(log_probs: Any, history: Any, penalty: float) -> np.ndarray:
    """Multiply the log-probability of every token that was there before.

    Of CTRL [1]_, which multiplies negative scores; log-probabilities are never positive.

    Parameters
    ----------
    log_probs : array-like of shape (B, V)
    history : array-like of int, shape (B, t)
        The tokens of each row so far, with -1 for nothing. How often one occurs does not matter.
    penalty : float
        Above 0: above 1 repetitions become less likely, below 1 more likely, and 1 does nothing.

    Returns
    -------
    ndarray of shape (B, V)

    Raises
    ------
    TypeError
        For a penalty that is no number, or a history that holds no integers.
    ValueError
        For a penalty that is not finite and above 0, or arrays of other shapes or ids out of range.

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
    log_probs = _rows(log_probs)
    penalty = _check_penalty(penalty, "penalty")
    n_rows, n_tokens = log_probs.shape
    if np.ndim(history) != 2:
        raise ValueError(f"history has the shape {np.shape(history)}; expected ({n_rows}, t).")
    history = check_ids(history, "history", (n_rows, np.shape(history)[1]), least=-1)
    _check_columns(history, n_tokens, "history")
    if penalty == 1.0 or not history.size:
        return log_probs
    seen = np.zeros((n_rows, n_tokens + 1), bool)  # the last column, -1, is for nothing
    seen[np.arange(n_rows)[:, None], history] = True
    with np.errstate(over="ignore"):
        return np.where(seen[:, :-1], log_probs * penalty, log_probs)


def is_among_best(values: np.ndarray, k: Any, falling: np.ndarray | None = None) -> np.ndarray:
    """Return which of each row are its ``k`` largest, exactly so many; of equals the first are.

    ``values`` (B, V); ``k`` an integer, from 1 to V; or, where ``falling`` is given, the values in
    falling order, one for each row (B,).
    """
    if falling is None:
        place = values.shape[1] - k
        least = np.partition(values, place, axis=1)[:, place, None]
    else:
        least = np.take_along_axis(falling, k[:, None] - 1, axis=1)
        k = k[:, None]
    among = values >= least
    if (among.sum(1, keepdims=True) > k).any():  # some equal the least, and not all can stay
        equal = values == least
        above = among & ~equal
        among = above | (equal & (np.cumsum(equal, axis=1) + above.sum(1, keepdims=True) <= k))
    return among


# ---------------------------------------------------------------------- checks
def _rows(log_probs: Any) -> np.ndarray:
    log_probs = np.asarray(log_probs)
    if log_probs.dtype.kind != "f":
        log_probs = log_probs.astype(np.float64)
    if log_probs.ndim != 2:
        raise ValueError(f"log_probs has the shape {log_probs.shape}; expected (B, V).")
    return log_probs


def _check_temperature(temperature: Any) -> float:
    value = check_number(temperature, "temperature", "a finite number above 0")
    if value <= 0.0:
        advice = ' Use strategy="greedy" for the most probable token.' if value == 0.0 else ""
        raise ValueError(f"temperature is {temperature}; expected a finite number above 0.{advice}")
    return value


def _check_share(share: Any, name: str) -> float:
    expected = "a number above 0 and at most 1"
    value = check_number(share, name, expected)
    if not 0.0 < value <= 1.0:
        raise ValueError(f"{name} is {share}; expected {expected}.")
    return value


def _check_penalty(penalty: Any, name: str) -> float:
    value = check_number(penalty, name, "a finite number above 0")
    if value <= 0.0:
        raise ValueError(f"{name} is {penalty}; expected a finite number above 0.")
    return value


def _check_allowed(ids: Any, name: str) -> np.ndarray:
    ids = check_id_list(ids, name)
    if not ids.size:
        raise ValueError(f"{name} is empty; expected at least one token that may follow.")
    return ids


def _check_columns(ids: np.ndarray, n_tokens: int, name: str) -> None:
    if ids.size and ids.max() >= n_tokens:
        raise ValueError(
            f"{name} holds {ids.max()}; expected ids below {n_tokens}, the columns of log_probs."
        )
