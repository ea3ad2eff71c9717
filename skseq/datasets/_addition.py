"""Sums and their answers as text."""

from __future__ import annotations

from numbers import Integral

import numpy as np

from skseq._seeding import draw_seed, generator
from skseq.datasets._numbers import check_n_samples


def make_addition(
    n_samples: int = 1000,
    *,
    digits: int = 3,
    reverse: bool = False,
    random_state: int | np.random.RandomState | None = None,
) -> tuple[list[str], list[str]]:
    """Generate sums of two numbers and their results as text, padded with blanks to one length.

    No sum occurs twice, nor with its two numbers exchanged. Texts have 12 different characters: the
    digits, ``+`` and the blank.

    Parameters
    ----------
    n_samples : int, default=1000
        Number of sums.
    digits : int, default=3
        Maximum number of digits of each number. The number of digits is drawn, so short numbers
        occur too.
    reverse : bool, default=False
        Whether the question is written backwards. Then its first characters are the last digits,
        which makes the task easier to learn.
    random_state : int, RandomState instance or None, default=None
        An int gives the same sums in every call.

    Returns
    -------
    X : list of str
        Questions of ``2 * digits + 1`` characters, such as ``"12+345 "``.
    y : list of str
        Answers of ``digits + 1`` characters, such as ``"357 "``.

    Raises
    ------
    ValueError
        If there are fewer different sums than ``n_samples``, or a number is too small.
    TypeError
        If a number is not an integer.

    Examples
    --------
    >>> from skseq.datasets import make_addition
    >>> X, y = make_addition(2, digits=2, random_state=0)
    >>> [len(question) for question in X], [len(answer) for answer in y]
    ([5, 5], [3, 3])
    >>> all(int(a) + int(b) == int(s) for (a, b), s in zip((q.split("+") for q in X), y))
    True
    """
    check_n_samples(n_samples)
    if not isinstance(digits, Integral) or isinstance(digits, bool):
        raise TypeError(f"digits={digits!r} must be an integer.")
    if digits < 1:
        raise ValueError(f"digits={digits} must be at least 1.")
    n_numbers = 10**digits
    n_sums = n_numbers * (n_numbers + 1) // 2
    if n_samples > n_sums:
        raise ValueError(
            f"n_samples={n_samples} is more than the {n_sums} different sums of numbers with up to "
            f"{digits} digits; ask for fewer, or raise digits."
        )
    rng = generator(draw_seed(random_state))
    pairs = _draw_pairs(n_samples, digits, rng)
    questions = [f"{a}+{b}".ljust(2 * digits + 1) for a, b in pairs]
    answers = [str(a + b).ljust(digits + 1) for a, b in pairs]
    return [question[::-1] for question in questions] if reverse else questions, answers


def _draw_pairs(n_samples: int, digits: int, rng: np.random.Generator) -> list[tuple[int, int]]:
    seen: set[tuple[int, int]] = set()
    pairs: list[tuple[int, int]] = []
    n_tries = 0
    while len(pairs) < n_samples:
        n_tries += 1
        if n_tries > 50 * n_samples + 1000:  # few are left, which draws rarely find
            pairs += _remaining(n_samples - len(pairs), digits, seen, rng)
            break
        below = 10 ** rng.integers(1, digits + 1, size=2)
        a, b = (int(rng.integers(limit)) for limit in below)
        key = (min(a, b), max(a, b))
        if key not in seen:
            seen.add(key)
            pairs.append((a, b))
    return pairs


def _remaining(
    n_samples: int, digits: int, seen: set[tuple[int, int]], rng: np.random.Generator
) -> list[tuple[int, int]]:
    n = 10**digits
    left = [(a, b) for a in range(n) for b in range(a, n) if (a, b) not in seen]
    return [left[i] for i in rng.permutation(len(left))[:n_samples]]
