"""Forecasts that learn nothing, to compare with: the last value or season."""

from __future__ import annotations

import numpy as np

# Two seasons at least must lie in what a season is looked for.
_FEWEST_SEASONS = 2
_LONGEST_SEASON = 400


def naive_forecasts(values: np.ndarray, horizon: int, season: int = 1) -> np.ndarray:
    """Return for each row t the forecasts of t + 1 … t + horizon, (n_timesteps, horizon, …).

    Each is the last known value of the same place in the season, or with a season of 1 the last
    value. Rows in the first season have the last value, as nothing else is known of them.

    Parameters
    ----------
    values : ndarray of shape (n_timesteps, …)
        The series.
    horizon : int
        How far to look ahead.
    season : int, default=1
        How many steps a season has.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq.targets.naive import naive_forecasts
    >>> naive_forecasts(np.array([1, 2, 3, 4]), horizon=2, season=2)
    array([[1, 1],
           [1, 2],
           [2, 3],
           [3, 4]])
    """
    rows = np.arange(len(values))[:, None]
    ahead = np.arange(1, horizon + 1)
    source = rows + ahead - season * -(-ahead // season)
    return values[np.where(source >= 0, source, rows)]


def find_season(values: np.ndarray) -> int:
    """Return the number of steps after which a series is most like itself, 1 if there is none.

    That is the highest peak of the autocorrelation of the series without its linear trend or,
    where slow changes hide it, of its differences, among lags from 2 to half its length (at most
    400).

    Parameters
    ----------
    values : ndarray of shape (n_timesteps,)
        A series; NaN counts as the value before.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq.targets.naive import find_season
    >>> find_season(np.tile([0.0, 2.0, 1.0, 5.0, 3.0], 10) + np.arange(50))
    5
    """
    known = np.isfinite(values)
    longest = min(len(values) // _FEWEST_SEASONS, _LONGEST_SEASON)
    if longest < 3 or known.sum() < 3:
        return 1
    filled = np.interp(np.arange(len(values)), np.flatnonzero(known), values[known])
    times = np.arange(len(values)) / len(values)
    trend = np.polyval(np.polyfit(times, filled, 1), times)
    found = _highest_peak(filled - trend, longest, np.abs(filled).max())
    return found or _highest_peak(np.diff(filled), longest, np.abs(filled).max()) or 1


def _highest_peak(values: np.ndarray, longest: int, largest: float) -> int | None:
    """Return the lag up to ``longest`` at which values are most like themselves, if any is.

    It must be a correlation that chance does not make, and have been lower on the way to it.
    """
    values = values - values.mean()
    if np.abs(values).max() <= 1e-9 * largest:  # what rounding has made
        return None
    n = len(values)
    spectrum = np.abs(np.fft.rfft(values, 2 * n)) ** 2
    correlation = np.fft.irfft(spectrum)[: longest + 2]
    # Of as many pairs as there are at each lag, else far lags would look unlike.
    correlation = correlation / correlation[0] * n / (n - np.arange(len(correlation)))
    lags = np.arange(2, len(correlation) - 1)
    rises = correlation[lags] >= correlation[lags - 1]
    falls = correlation[lags] > correlation[lags + 1]
    lowest = np.minimum.accumulate(correlation)[lags - 1]
    # Bartlett's error of a correlation, where those at shorter lags are what they are.
    error = np.sqrt((1.0 + 2.0 * np.cumsum(correlation[1:] ** 2)[lags - 2]) / n)
    least = np.maximum(0.05, 3.5 * error)
    is_high = correlation[lags] > np.maximum(lowest, 0.0) + least
    # That error is large where a wave is all there is; but nothing else swings so far and back.
    of_noise = 3.5 / np.sqrt(n - lags)
    is_wave = (correlation[lags] > np.maximum(0.7, of_noise)) & (correlation[lags] > lowest + 1.0)
    peaks = lags[rises & falls & (is_high | is_wave)]
    if not len(peaks):
        return None
    # Multiples of a season are nearly as high; the first of them is the season.
    heights = correlation[peaks]
    return int(peaks[int(np.argmax(heights > 0.8 * heights.max()))])
