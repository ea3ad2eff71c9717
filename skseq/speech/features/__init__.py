"""From recordings to features: wav files, waveforms and the log-mel spectrogram.

All of it is NumPy and SciPy; what learns from features, and imports Keras, is not here. Pipelines
call :class:`MelSpectrogram`, and the recogniser calls the check of its input.
"""

from .mel import MelSpectrogram

__all__ = ["MelSpectrogram"]
