"""Checks of what users hand in, and the only file that touches scikit-learn's private names.

Every error says what was got, what was expected and what
to do next.
"""

from __future__ import annotations

from collections.abc import Callable
from numbers import Integral
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from sklearn.utils._param_validation import (  # noqa: F401  (re-exported)
    HasMethods,
    Hidden,
    Options,
    StrOptions,
)
from sklearn.utils._param_validation import Interval as _Interval

if TYPE_CHECKING:  # scikit-learn has no types, and its decorator would hide those of ``fit``
    _Method = TypeVar("_Method", bound=Callable[..., Any])

    def fit_context(*, prefer_skip_nested_validation: bool) -> Callable[[_Method], _Method]: ...

else:
    from sklearn.base import _fit_context as fit_context  # noqa: F401  (re-exported)


class Interval(_Interval):
    """Numbers between two limits; other than in scikit-learn, True and False are none."""

    def is_satisfied_by(self, val: Any) -> bool:
        return not isinstance(val, bool) and super().is_satisfied_by(val)


ANY_INTEGER = Interval(Integral, None, None, closed="neither")


def check_count(value: Any, name: str) -> int:
    """Return an integer of at least 1.

    Raises
    ------
    ValueError
        For anything else.
    """
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{name}={value!r} must be an integer of at least 1.")
    return int(value)


def refuse_masked(X: Any, name: str) -> None:
    """Raise an error where values of a masked array are masked, as NumPy would read them."""
    if np.ma.is_masked(X):
        raise ValueError(
            f"{name} is a masked array, of which {int(np.ma.count_masked(X))} values are masked; "
            "fill them in, or leave those steps or samples out."
        )


def date_columns(X: Any) -> list[Any]:
    """Return which columns of a table hold dates or times, which are no numbers."""
    if hasattr(X, "iloc"):
        return [c for c, dtype in zip(X.columns, X.dtypes, strict=True) if dtype.kind in "mM"]
    return [0] if getattr(X, "dtype", np.dtype(float)).kind in "mM" else []
