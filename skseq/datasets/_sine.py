"""A sine wave with noise, the simplest series to forecast."""

from __future__ import annotations

import numpy as np

from skseq._seeding import draw_seed
from skseq.datasets._numbers import check_integer, check_real


def make_sine(
    n_timesteps: int = 1000,
    *,
    period: float = 25.0,
    noise: float = 0.0,
    n_features: int | None = None,
    random_state: int | np.random.RandomState | None = None,
) -> np.ndarray:
    """Generate a sine wave of amplitude 1, or several with different phases, with noise.

    The best possible forecast is known: it is exact without noise, and has a root mean squared
    error of ``noise`` with it.

    Parameters
    ----------
    n_timesteps : int, default=1000
        Length of the series in time steps, 1 or more.
    period : float, default=25.0
        Time steps of one period, more than 2 (the sampling theorem). It need not be an integer.
    noise : float, default=0.0
        Standard deviation of the Gaussian noise that is added to each value, 0 or more.
    n_features : int, default=None
        Number of series. Feature ``j`` is ``j / n_features`` of a period behind the first. None
        gives one series as a vector.
    random_state : int, RandomState instance or None, default=None
        An int gives the same noise in every call; one number is drawn from a RandomState; None
        gives other noise every time. The global generator is not used.

    Returns
    -------
    series : ndarray of float64, shape (n_timesteps,) or (n_timesteps, n_features)
        ``sin(2 * pi * (t / period - j / n_features))`` for time step ``t``, counted from 0, and
        feature ``j``, plus noise.

    Raises
    ------
    ValueError
        If a number is out of its range, or ``random_state`` is invalid.
    TypeError
        If a number is not of its type.

    See Also
    --------
    fetch_monthly_sunspots : A series with a period that is not exact.

    Notes
    -----
    Other amplitudes and a trend: ``100 + 0.1 * np.arange(1000) + 20 * make_sine()``.

    Examples
    --------
    >>> from skseq.datasets import make_sine
    >>> make_sine(5, period=4.0).round(3) + 0.0
    array([ 0.,  1.,  0., -1.,  0.])
    >>> make_sine(200, noise=0.1, n_features=3, random_state=0).shape
    (200, 3)
    """
    check_integer(n_timesteps, "n_timesteps", at_least=1)
    check_real(period, "period", more_than=2)
    check_real(noise, "noise", at_least=0)
    if n_features is not None:
        check_integer(n_features, "n_features", at_least=1)
    # The legacy generator: its stream is frozen, so a seed always gives the same noise.
    rng = np.random.RandomState(draw_seed(random_state))
    turns = np.arange(n_timesteps) / period
    if n_features is not None:
        turns = turns[:, np.newaxis] - np.arange(n_features) / n_features
    series: np.ndarray = np.sin(2 * np.pi * turns)
    # Drawn by time step, so that a longer series begins like a shorter one.
    return series + noise * rng.standard_normal(series.shape)
