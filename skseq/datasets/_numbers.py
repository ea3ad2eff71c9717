"""Checks of the numbers given to generators of data."""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import Any


def check_integer(value: Any, name: str, *, at_least: int) -> None:
    """Raise an error unless ``value`` is an integer, not a bool, and not too small.

    Examples
    --------
    >>> from skseq.datasets._numbers import check_integer
    >>> check_integer(0, "n_frames", at_least=2)
    Traceback (most recent call last):
    ValueError: n_frames is 0; expected 2 or more.
    """
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} is {value!r}; expected an integer, {at_least} or more.")
    if int(value) < at_least:
        raise ValueError(f"{name} is {value}; expected {at_least} or more.")


def check_real(
    value: Any, name: str, *, at_least: float | None = None, more_than: float | None = None
) -> None:
    """Raise an error unless ``value`` is a finite number, not a bool, in its range.

    Examples
    --------
    >>> from skseq.datasets._numbers import check_real
    >>> check_real(float("nan"), "noise", at_least=0)
    Traceback (most recent call last):
    ValueError: noise is nan; expected a finite number, 0 or more.
    """
    range_ = f"more than {more_than}" if at_least is None else f"{at_least} or more"
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} is {value!r}; expected a number, {range_}.")
    number = float(value)
    if (
        not math.isfinite(number)
        or (at_least is not None and number < at_least)
        or (more_than is not None and number <= more_than)
    ):
        raise ValueError(f"{name} is {value!r}; expected a finite number, {range_}.")


def check_n_samples(n_samples: Any) -> None:
    """Raise an error unless this is a number of samples to generate."""
    check_integer(n_samples, "n_samples", at_least=0)


def check_lengths(n_steps: Any, *, at_least: int) -> tuple[int, int]:
    """Return the minimum and maximum length, which may be given as one integer.

    Examples
    --------
    >>> from skseq.datasets._numbers import check_lengths
    >>> check_lengths(20, at_least=5), check_lengths((10, 30), at_least=5)
    ((20, 20), (10, 30))
    """
    pair = tuple(n_steps) if isinstance(n_steps, (tuple, list)) else (n_steps, n_steps)
    if len(pair) != 2:
        raise ValueError(
            f"n_steps is {n_steps!r}; expected an integer, or the minimum and maximum length, "
            "such as (40, 80)."
        )
    for length in pair:
        check_integer(length, "n_steps", at_least=at_least)
    if pair[0] > pair[1]:
        raise ValueError(f"n_steps is {n_steps!r}; expected the minimum length first.")
    return int(pair[0]), int(pair[1])
