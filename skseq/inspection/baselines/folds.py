"""Folds: from ``cv`` to row numbers, with errors that say what to pass instead."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from numbers import Integral
from typing import Any

import numpy as np

Splits = list[tuple[np.ndarray, np.ndarray]]


def check_cv(cv: Any) -> None:
    """Raise an error for what is neither a number of folds, a splitter nor an iterable.

    Raises
    ------
    ValueError
        For anything else, and for numbers below 2.
    """
    expected = "expected a number of folds, 2 or more, a splitter of scikit-learn, or an iterable"
    if isinstance(cv, Integral) and not isinstance(cv, bool):
        if cv < 2:
            raise ValueError(f"cv is {cv}; {expected} of (train, test).")
    elif isinstance(cv, (bool, str)) or not (hasattr(cv, "split") or isinstance(cv, Iterable)):
        raise ValueError(f"cv is {cv!r}; {expected} of (train, test).")


def splits_of(
    cv: Any, n_rows: int, X: Any, y: Any, *, kind: str, seed: int, what: str = "samples"
) -> Splits:
    """Return row numbers to fit and to score on, of each fold.

    Parameters
    ----------
    cv : int, splitter or iterable
        Checked by :func:`check_cv`.
    n_rows : int
        How many rows there are.
    X, y
        What a splitter may look at.
    kind : {"stratified", "shuffled", "blocks", "time"}
        The folds that a number makes.
    seed : int
        Of the shuffling.
    what : str
        How to call the rows in errors.

    Raises
    ------
    ValueError
        For more folds than rows, or than members of the largest class if stratified, and for folds
        without rows or with row numbers that are not there.
    """
    if isinstance(cv, Integral):
        splitter = _splitter(int(cv), n_rows, y, kind, seed, what)
        with warnings.catch_warnings():
            # A rare class is absent from some folds; that is how it is.
            warnings.filterwarnings("ignore", "The least populated class", UserWarning)
            return list(splitter.split(np.zeros(n_rows), y if kind == "stratified" else None))
    pairs = list(cv.split(X, y) if hasattr(cv, "split") else cv)
    return _checked(pairs, n_rows, what)


def _splitter(n_folds: int, n_rows: int, y: Any, kind: str, seed: int, what: str) -> Any:
    """Return the splitter for a number of folds."""
    from sklearn.model_selection import KFold, StratifiedKFold, TimeSeriesSplit

    # Time series need a first part to fit on.
    most = n_rows - 1 if kind == "time" else n_rows
    if n_folds > most:
        raise ValueError(
            f"cv={n_folds} folds are too many for {n_rows} {what}; pass more {what}, or a cv of "
            f"at most {most}."
            if most >= 2
            else f"X has {n_rows} {what}, of which no folds can be made; pass more."
        )
    if kind == "time":
        return TimeSeriesSplit(n_folds)
    if kind == "blocks":
        return KFold(n_folds)
    if kind == "shuffled":
        return KFold(n_folds, shuffle=True, random_state=seed)
    largest = int(np.unique(y, return_counts=True)[1].max())
    if largest < n_folds:
        raise ValueError(
            f"cv={n_folds} folds need a class with as many samples, but the largest has {largest}; "
            "pass a smaller cv or more samples, or another task= if y holds no classes."
        )
    return StratifiedKFold(n_folds, shuffle=True, random_state=seed)


def _checked(pairs: list[Any], n_rows: int, what: str) -> Splits:
    """Return pairs of row numbers, from numbers or masks."""
    found = []
    for i, pair in enumerate(pairs):
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise ValueError(f"cv yields {pair!r:.60} as fold {i}; expected a pair (train, test).")
        rows = []
        for name, part in zip(("train", "test"), pair, strict=True):
            numbers = np.asarray(part)
            if numbers.dtype == bool:
                if len(numbers) != n_rows:
                    raise ValueError(
                        f"The {name} mask of fold {i} has {len(numbers)} entries for {n_rows} "
                        f"{what}; expected one for each."
                    )
                numbers = np.flatnonzero(numbers)
            if not len(numbers):
                raise ValueError(f"The {name} part of fold {i} is empty; pass another cv.")
            if numbers.dtype.kind not in "iu" or numbers.min() < 0 or numbers.max() >= n_rows:
                raise ValueError(
                    f"The {name} part of fold {i} holds {numbers.dtype} from {numbers.min()} to "
                    f"{numbers.max()}; expected row numbers from 0 to {n_rows - 1}."
                )
            rows.append(numbers)
        found.append((rows[0], rows[1]))
    if not found:
        raise ValueError("cv yields no fold; pass a number of folds, 2 or more.")
    return found
