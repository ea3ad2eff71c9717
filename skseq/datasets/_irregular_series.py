"""Series whose class depends on the uneven time between steps."""

from __future__ import annotations

import numpy as np

from skseq._seeding import draw_seed
from skseq.datasets._numbers import check_lengths, check_n_samples

_PULSE = (0.5, 1.5)
_ELAPSED_POWERS = (0.0, 3.0)  # of ten, in time units
# The median of the level after many steps, so that half of all series end above it.
_THRESHOLD = 1.5
_FEWEST_STEPS = 5


def make_irregular_series(
    n_samples: int = 500,
    *,
    n_steps: int | tuple[int, int] = 20,
    random_state: int | np.random.RandomState | None = None,
) -> tuple[np.ndarray | list[np.ndarray], np.ndarray]:
    """Generate series whose label depends on pulses and on the time between steps.

    Every step adds a pulse to a level, and between steps the level decays: little in a short time,
    much in a long one. The label is whether the level is high at the end. It depends on both pulses
    and elapsed times. As times range from 1 to 1,000, a network with the time as one more feature
    learns it worse than one whose state decays with time.

    Parameters
    ----------
    n_samples : int, default=500
        Number of series.
    n_steps : int or (int, int), default=20
        Length of the series in steps, or the minimum and maximum length; 5 or more.
    random_state : int, RandomState instance or None, default=None
        An int gives the same series in every call; one number is drawn from a RandomState; None
        gives others every time. The global generator is not used.

    Returns
    -------
    X : ndarray of float32, shape (n_samples, n_steps, 2), or list of such arrays
        For each step the pulse, and the time elapsed since the previous step, in some unit such as
        minutes; 0 at the first step. If ``n_steps`` is a pair, a list of arrays of shape
        (n_steps, 2) and different lengths.
    y : ndarray of int64, shape (n_samples,)
        1 if the last level is high, above 1.5, else 0; each for half of the series (the odd one is
        0), independent of their length.

    Raises
    ------
    ValueError
        If a number is too small, the lengths are out of order, or ``random_state`` is
        invalid.
    TypeError
        If a number is not an integer.

    See Also
    --------
    make_sine : A series with equal times between steps.

    Notes
    -----
    Pulses ``v`` are uniform from 0.5 to 1.5; elapsed times ``d`` are log-uniform from 1 to 1,000
    time units. The level is

        ``level[0] = v[0]``

        ``level[t] = level[t - 1] / log(e + d[t]) + v[t]``

    with the natural logarithm. So 0.76 of the level remains after 1 unit, 0.39 after 10 and 0.14
    after 1,000. Series are drawn until half of them end above 1.5, the median of the level.
    This decay is that of the time-aware LSTM in the reference. For an ordinary network the
    logarithm of the elapsed time is a far better feature than the time itself.

    References
    ----------
    Inci M. Baytas, Cao Xiao, Xi Zhang, Fei Wang, Anil K. Jain and Jiayu Zhou, "Patient Subtyping
    via Time-Aware LSTM Networks", KDD 2017, https://doi.org/10.1145/3097983.3097997.

    Examples
    --------
    >>> from skseq.datasets import make_irregular_series
    >>> X, y = make_irregular_series(4, random_state=0)
    >>> X.shape, sorted(y.tolist())
    ((4, 20, 2), [0, 0, 1, 1])
    >>> X, y = make_irregular_series(4, n_steps=(5, 30), random_state=0)
    >>> [len(series) for series in X]
    [8, 9, 9, 15]
    """
    check_n_samples(n_samples)
    fewest, most = check_lengths(n_steps, at_least=_FEWEST_STEPS)
    # The legacy generator: its stream is frozen, so a seed always gives the same series.
    rng = np.random.RandomState(draw_seed(random_state))
    y = rng.permutation(np.arange(n_samples) % 2).astype(np.int64)
    series = []
    for label in y:
        # The length is drawn first and kept, so that it is independent of the label.
        length = int(rng.randint(fewest, most + 1))
        drawn = _draw_series(rng, length)
        while (_final_level(drawn) > _THRESHOLD) != label:
            drawn = _draw_series(rng, length)
        series.append(drawn)
    if isinstance(n_steps, (tuple, list)):
        return series, y
    return np.array(series, dtype=np.float32).reshape(n_samples, most, 2), y


def _draw_series(rng: np.random.RandomState, length: int) -> np.ndarray:
    elapsed = 10 ** rng.uniform(*_ELAPSED_POWERS, size=length)
    elapsed[0] = 0
    series: np.ndarray = np.column_stack([rng.uniform(*_PULSE, size=length), elapsed])
    return series.astype(np.float32)  # the label is then computed from these very values


def _final_level(series: np.ndarray) -> float:
    pulses, elapsed = series.T.astype(np.float64)
    left = 1 / np.log(np.e + elapsed)
    # The share of each pulse that is left at the end: the product of all decays after it.
    shares = np.append(np.cumprod(left[:0:-1])[::-1], 1)
    return float(pulses @ shares)
