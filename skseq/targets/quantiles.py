"""Which quantiles a network gives, and others between them."""

from __future__ import annotations

from typing import Any

import numpy as np

DEFAULT_QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
_ROUNDING = 1e-9  # 0.1 + 0.2 is 0.3 to everybody but a computer


def check_quantiles(quantiles: Any) -> tuple[float, ...]:
    """Return quantiles to train for: sorted, each once, with the median.

    Raises
    ------
    ValueError
        For anything but numbers between 0 and 1.
    """
    levels = _levels(quantiles)
    return tuple(sorted({*levels.tolist(), 0.5}))


def resolve_loss(
    loss: str, quantiles: Any, *, single: str = "squared_error"
) -> tuple[str, tuple[float, ...] | None]:
    """Return the loss that ``loss="auto"`` and ``quantiles`` mean, and the quantiles, if any.

    Raises
    ------
    ValueError
        If quantiles go with another loss than theirs.
    """
    if loss == "auto":
        loss = single if quantiles is None else "quantile"
    if loss != "quantile":
        if quantiles is not None:
            raise ValueError(
                f"quantiles={quantiles!r} goes with loss='quantile' (or 'auto'), got "
                f"loss={loss!r}; leave one of them out."
            )
        return loss, None
    return loss, check_quantiles(DEFAULT_QUANTILES if quantiles is None else quantiles)


def between_quantiles(values: np.ndarray, trained: tuple[float, ...], wanted: Any) -> np.ndarray:
    """Return the quantiles asked for, (…, n_wanted), or (…) for a single number.

    Parameters
    ----------
    values : ndarray of shape (…, n_trained)
        The quantiles that a network was trained for. Those that cross are put in order, which
        never makes them worse.
    trained : tuple of float
        Which these are, in ascending order.
    wanted : float or sequence of float
        Between the smallest and the largest of them; what lies between two is interpolated.

    Raises
    ------
    ValueError
        For quantiles beyond those trained, and anything but numbers between 0 and 1.

    References
    ----------
    Chernozhukov, Fernández-Val and Galichon, "Quantile and Probability Curves Without Crossing",
    Econometrica 78 (3), 2010.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq.targets.quantiles import between_quantiles
    >>> between_quantiles(np.array([[1.0, 3.0, 2.0]]), (0.1, 0.5, 0.9), [0.1, 0.7])
    array([[1. , 2.5]])
    """
    levels = _levels(wanted)
    for level in levels:
        if not trained[0] - _ROUNDING <= level <= trained[-1] + _ROUNDING:
            raise ValueError(
                f"quantiles holds {level:g}, but the network was trained for {trained[0]:g} to "
                f"{trained[-1]:g}; name it in the estimator's quantiles and fit again."
            )
    levels = np.clip(levels, trained[0], trained[-1])
    ordered = np.sort(values, axis=-1)
    above = np.clip(np.searchsorted(trained, levels), 1, max(1, len(trained) - 1))
    if len(trained) == 1:
        found = np.repeat(ordered, len(levels), axis=-1)
    else:
        known = np.asarray(trained)
        share = (levels - known[above - 1]) / (known[above] - known[above - 1])
        found = ordered[..., above - 1] * (1 - share) + ordered[..., above] * share
    return found[..., 0] if np.ndim(wanted) == 0 else found


def _levels(quantiles: Any) -> np.ndarray:
    """Return quantiles as an array of at least one number between 0 and 1."""
    try:
        levels = np.atleast_1d(np.asarray(quantiles))
    except ValueError:  # rows of different lengths
        levels = np.zeros(0)
    is_list_of_numbers = levels.ndim == 1 and levels.size and levels.dtype.kind in "iuf"
    if not is_list_of_numbers or not ((levels > 0) & (levels < 1)).all():
        raise ValueError(
            f"quantiles={quantiles!r} must be numbers between 0 and 1, such as (0.1, 0.5, 0.9)."
        )
    return levels.astype(np.float64)
