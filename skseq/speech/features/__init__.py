"""From recordings to features: wav files, waveforms and the log-mel spectrogram.

This folder uses NumPy and SciPy only; models that learn from features, and import Keras, are
elsewhere. Pipelines call :class:`MelSpectrogram`, and the recogniser calls the check of its input.
"""

from .mel import MelSpectrogram

__all__ = ["MelSpectrogram"]
