"""The mel scale and triangular filters on it."""

from __future__ import annotations

from typing import Any

import numpy as np


def hz_to_mel(frequencies: Any) -> np.ndarray:
    """Return frequencies in mel, by ``2595 log10(1 + f / 700)``.

    Parameters
    ----------
    frequencies : array-like of float
        In Hz.

    Returns
    -------
    ndarray of float64

    References
    ----------
    O'Shaughnessy, "Speech Communication: Human and Machine", Addison-Wesley, 1987.

    Examples
    --------
    >>> from skseq.speech.features.filters import hz_to_mel
    >>> hz_to_mel([0.0, 700.0, 1000.0]).round(2)
    array([  0.  , 781.17, 999.99])
    """
    return 2595.0 * np.log10(1.0 + np.asarray(frequencies, np.float64) / 700.0)


def mel_to_hz(mels: Any) -> np.ndarray:
    """Return frequencies in Hz, from ``mels``; the inverse of ``hz_to_mel``."""
    return 700.0 * (10.0 ** (np.asarray(mels, np.float64) / 2595.0) - 1.0)


def make_filters(
    sample_rate: int, n_fft: int, n_mels: int, f_min: float, f_max: float
) -> np.ndarray:
    """Return triangular filters, equally spaced in mel.

    A filter rises from 0 at the centre of the previous filter to 1 at its own centre, and falls to
    0 at the centre of the next, linearly in Hz. Filters of equal area instead of equal height would
    add a constant to each logarithm.

    Parameters
    ----------
    sample_rate : int
        Samples per second.
    n_fft : int
        Length of the Fourier transform.
    n_mels : int
        Number of filters.
    f_min, f_max : float
        Lower end of the first filter and upper end of the last filter, in Hz.

    Returns
    -------
    ndarray of float64, shape (n_fft // 2 + 1, n_mels)
        The weight of each frequency of the transform in each filter.

    Raises
    ------
    ValueError
        If no frequency of the transform lies within a filter.

    References
    ----------
    Davis and Mermelstein, "Comparison of Parametric Representations for Monosyllabic Word
    Recognition in Continuously Spoken Sentences", IEEE Transactions on Acoustics, Speech, and
    Signal Processing 28 (4), 1980.

    Examples
    --------
    >>> from skseq.speech.features.filters import make_filters
    >>> make_filters(8000, n_fft=8, n_mels=2, f_min=0.0, f_max=4000.0).round(2)
    array([[0.  , 0.  ],
           [0.68, 0.32],
           [0.  , 0.91],
           [0.  , 0.45],
           [0.  , 0.  ]])
    """
    mels = np.linspace(hz_to_mel(f_min), hz_to_mel(f_max), n_mels + 2)
    # Conversion to mel and back may change f_min and f_max by a rounding error.
    edges = np.concatenate([[f_min], mel_to_hz(mels[1:-1]), [f_max]])
    frequencies = np.arange(n_fft // 2 + 1)[:, None] * (sample_rate / n_fft)
    widths = np.diff(edges)
    rising = (frequencies - edges[:-2]) / widths[:-1]
    falling = (edges[2:] - frequencies) / widths[1:]
    filters = np.maximum(np.minimum(rising, falling), 0.0)
    empty = ~(filters > 0.0).any(axis=0)
    if empty.any():
        # The first filter is the narrowest; if it is wider than the spacing of frequencies, it
        # contains at least one.
        enough = 2 ** int(np.ceil(np.log2(sample_rate / (edges[2] - edges[0]))))
        raise ValueError(
            f"{empty.sum()} of n_mels={n_mels} filters are empty: n_fft={n_fft} gives a frequency "
            f"every {sample_rate / n_fft:.4g} Hz only, and none lies within them. Use fewer "
            f"filters, or n_fft={max(enough, 2 * n_fft)}."
        )
    return filters
