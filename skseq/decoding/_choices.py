"""The choice of the next token of each row: the most probable one, or a draw."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from sklearn.utils import check_random_state

Choose = Callable[[np.ndarray], np.ndarray]  # log_probs -> ids


def choose_best(log_probs: np.ndarray) -> np.ndarray:
    """Return the most probable token of every row; among equals the lowest id.

    Parameters
    ----------
    log_probs : ndarray of shape (B, V)

    Returns
    -------
    ndarray of int, shape (B,)

    Examples
    --------
    >>> import numpy as np
    >>> from skseq.decoding import choose_best
    >>> choose_best(np.array([[-2.0, -1.0, -1.0]]))
    array([1])
    """
    return np.argmax(log_probs, axis=1)


def make_sampler(
    random_state: int | np.random.Generator | np.random.RandomState | None = None,
) -> Choose:
    """Return a function that draws one token for each row by its probabilities.

    Parameters
    ----------
    random_state : int, Generator, RandomState or None, default=None
        Every call draws one number for each row. None uses NumPy's global generator.

    Returns
    -------
    callable
        A function of log-probabilities (B, V), up to a constant of each row, that returns ids
        (B,). It never draws a token of log-probability minus infinity.

    Raises
    ------
    ValueError
        If ``random_state`` is anything else.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq.decoding import make_sampler
    >>> draw = make_sampler(0)
    >>> draw(np.log([[0.5, 0.5], [0.25, 0.75], [0.75, 0.25]]))
    array([1, 1, 0])
    """
    if isinstance(random_state, np.random.Generator):
        uniform = random_state.random
    else:
        uniform = check_random_state(random_state).random_sample

    def draw(log_probs: np.ndarray) -> np.ndarray:
        top = log_probs.max(axis=1, keepdims=True)
        top = np.where(top > -np.inf, top, 0.0)
        weights = np.exp(np.subtract(log_probs, top, dtype=np.float64))
        sums = np.cumsum(weights, axis=1)
        # A uniform number is at most 1 - 2**-53, so its product with the sum of all is below that
        # sum even when rounded: there is a first place above it, where the sums have just grown.
        at = uniform(len(sums))[:, None] * sums[:, -1:]
        return np.argmax(sums > at, axis=1)

    return draw
