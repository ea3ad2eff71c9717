"""Checks of the arguments of filters. Wrong types raise TypeError, wrong values ValueError."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._checks import check_count, check_id_list, check_number


def check_rows(log_probs: Any) -> np.ndarray:
    """Return log-probabilities as floats, (B, V)."""
    log_probs = np.asarray(log_probs)
    if log_probs.dtype.kind != "f":
        log_probs = log_probs.astype(np.float64)
    if log_probs.ndim != 2:
        raise ValueError(f"log_probs has the shape {log_probs.shape}; expected (B, V).")
    return log_probs


def check_temperature(temperature: Any) -> float:
    """Return a finite number above 0."""
    value = check_number(temperature, "temperature", "a finite number above 0")
    if value <= 0.0:
        advice = ' Use strategy="greedy" for the most probable token.' if value == 0.0 else ""
        raise ValueError(f"temperature is {temperature}; expected a finite number above 0.{advice}")
    return value


def check_share(share: Any, name: str) -> float:
    """Return a number above 0 and at most 1."""
    expected = "a number above 0 and at most 1"
    value = check_number(share, name, expected)
    if not 0.0 < value <= 1.0:
        raise ValueError(f"{name} is {share}; expected {expected}.")
    return value


def check_draw(temperature: Any, top_k: Any, top_p: Any) -> None:
    """Check the settings of draws; None for the last two is off."""
    check_temperature(temperature)
    if top_k is not None:
        check_count(top_k, "top_k")
    if top_p is not None:
        check_share(top_p, "top_p")


def check_penalty(penalty: Any, name: str) -> float:
    """Return a finite number above 0."""
    value = check_number(penalty, name, "a finite number above 0")
    if value <= 0.0:
        raise ValueError(f"{name} is {penalty}; expected a finite number above 0.")
    return value


def check_allowed(ids: Any, name: str) -> np.ndarray:
    """Return at least one token id, int64 (n,)."""
    ids = check_id_list(ids, name)
    if not ids.size:
        raise ValueError(f"{name} is empty; expected at least one token that may follow.")
    return ids


def check_columns(ids: np.ndarray, n_tokens: int, name: str) -> None:
    """Check that log-probabilities have a column for every id."""
    if ids.size and ids.max() >= n_tokens:
        raise ValueError(
            f"{name} holds {ids.max()}; expected ids below {n_tokens}, the columns of log_probs."
        )
