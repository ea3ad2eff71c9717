"""Check of an argument that is one of a few names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


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
