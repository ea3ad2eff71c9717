"""A choice of several: the check of one that is given, and the draw of one at random."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np


def check_choice(value: Any, choices: Iterable[str], name: str) -> None:
    """Raise an error unless ``value`` is one of at least two names.

    Examples
    --------
    >>> from skseq.datasets._choices import check_choice
    >>> check_choice(["train"], ("train", "test", "all"), "subset")
    Traceback (most recent call last):
    ValueError: subset is ['train']; expected 'train', 'test' or 'all'.
    """
    known = list(choices)
    if not isinstance(value, str) or value not in known:
        *others, last = map(repr, known)
        raise ValueError(f"{name} is {value!r}; expected {', '.join(others)} or {last}.")


def choose(rng: np.random.RandomState, choices: Sequence[Any]) -> Any:
    """Draw one of the choices, all with the same probability."""
    return choices[rng.randint(len(choices))]
