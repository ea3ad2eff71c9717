"""Log-mel features of one waveform."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.fft import rfft

# Number of windows that are transformed at once. It is small, so that all arrays stay in the cache
# and BLAS starts no threads, which would take longer than the product itself.
_BLOCK = 64


@dataclass(frozen=True, eq=False)
class LogMel:
    """Callable that converts a waveform to its log-mel features.

    Parameters
    ----------
    window : ndarray of float32, shape (win_length,)
        Weight of each sample of a window.
    hop_length : int
        Samples from the start of a window to that of the next.
    n_fft : int
        Length of the Fourier transform, at least ``win_length``.
    filters : ndarray of float32, shape (n_fft // 2 + 1, n_mels)
        The weight of each frequency in each band.
    floor : float
        Added before the logarithm is taken.
    """

    window: np.ndarray
    hop_length: int
    n_fft: int
    filters: np.ndarray
    floor: float

    def __call__(self, waveform: np.ndarray) -> np.ndarray:
        """Return the features, float32 (n_windows, n_mels), of at least one window.

        The last window is the first that reaches the end; it is padded with zeros.
        """
        hop, width = self.hop_length, len(self.window)
        n_windows = 1 + max(0, -((width - len(waveform)) // hop))
        padded = np.zeros((n_windows - 1) * hop + width, np.float32)
        padded[: len(waveform)] = waveform
        windows = sliding_window_view(padded, width)[::hop]
        features = np.empty((n_windows, self.filters.shape[1]), np.float32)
        for start in range(0, n_windows, _BLOCK):
            block = slice(start, start + _BLOCK)
            spectrum = rfft(windows[block] * self.window, self.n_fft)
            power = spectrum.real**2 + spectrum.imag**2
            features[block] = np.log(power @ self.filters + np.float32(self.floor))
        return features


def make_window(length: int) -> np.ndarray:
    """Return the periodic Hann window of ``length`` samples, float32 (length,)."""
    angles = 2.0 * np.pi * np.arange(length) / length
    return (0.5 - 0.5 * np.cos(angles)).astype(np.float32) if length > 1 else np.ones(1, np.float32)
