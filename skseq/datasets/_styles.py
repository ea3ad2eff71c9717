"""Generate samples of several styles, each drawn at random."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from skseq._seeding import draw_seed
from skseq.datasets._choices import choose
from skseq.datasets._numbers import check_n_samples


def generate(
    makers: Mapping[str, Callable[[np.random.RandomState], Any]],
    n_samples: int,
    *,
    styles: str | Iterable[str] | None,
    return_styles: bool,
    random_state: int | np.random.RandomState | None,
) -> Any:
    """Return samples, each in a style drawn at random.

    Parameters
    ----------
    makers : mapping of str to callable ``rng -> sample``
        The function that makes a sample of each style.
    n_samples, styles, return_styles, random_state
        As in ``make_tales``.

    Returns
    -------
    list or (list, list of str)
        The samples, and their styles if ``return_styles`` is true.

    Raises
    ------
    ValueError
        If ``n_samples`` is negative, a style is unknown, there is none, or ``random_state`` is
        invalid.
    TypeError
        If ``n_samples`` is not an integer or ``styles`` is no iterable.
    """
    check_n_samples(n_samples)
    chosen = _check_styles(styles, tuple(makers))
    # The legacy generator: its stream is frozen, so a seed always gives the same samples.
    rng = np.random.RandomState(draw_seed(random_state))
    samples, drawn = [], []
    for _ in range(n_samples):
        style = choose(rng, chosen)
        samples.append(makers[style](rng))
        drawn.append(style)
    return (samples, drawn) if return_styles else samples


def _check_styles(styles: Any, known: tuple[str, ...]) -> tuple[str, ...]:
    """Return the chosen styles, in the order of the known ones."""
    if styles is None:
        return known
    if not isinstance(styles, Iterable):
        raise TypeError(
            f"styles is {styles!r} of type {type(styles).__name__}; expected a style, several in "
            "a list, or None for all."
        )
    asked = [styles] if isinstance(styles, str) else list(styles)
    unknown = [style for style in asked if style not in known]
    if unknown or not asked:
        names = ", ".join(map(repr, known[:-1]))
        raise ValueError(
            f"styles is {styles!r}; expected {names} or {known[-1]!r}, several of them in a list, "
            "or None for all."
        )
    return tuple(style for style in known if style in asked)
