"""``MelSpectrogram``, the transformer of recordings."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from ...inputs.parameters import CheckedParameters
from ...inputs.sequence_output import SequenceOutputMixin
from ...inputs.validation import Interval, StrOptions, fit_context
from ...sequences import Sequences
from .filters import make_filters
from .log_mel import LogMel, make_window
from .waveforms import as_recordings, read_recording

_WIN_SECONDS, _HOP_SECONDS = 0.025, 0.010
_SMALLEST = float(np.finfo(np.float32).tiny)  # a smaller floor would be rounded to 0
_CONSTANT = 1e-4  # a standard deviation below this, in nats, is that of rounding errors


# scikit-learn would convert the output of transform to a table, but sequences are not a table.
class MelSpectrogram(  # type: ignore[call-arg]
    SequenceOutputMixin,
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    BaseEstimator,
    auto_wrap_output_keys=None,
    metaclass=CheckedParameters,
):
    """Convert recordings to sequences of log-mel features, the loudness of each band over time.

    The waveform is cut into overlapping windows; each is one step of the sequence. A window is
    multiplied by a Hann window and Fourier-transformed. The power of its spectrum is summed in
    triangular bands, which are equally spaced on the mel scale of pitch, and the features are the
    natural logarithms of these sums.

    Recordings are waveforms or paths of wav files, and both may be mixed. Wav files hold PCM of 8,
    16, 24 or 32 bits, or floats. Their channels are averaged. Where their rate is not
    ``sample_rate`` they are resampled with a polyphase filter; a rate outside 1 kHz to 1 MHz is an
    error, as the header must be damaged. Waveforms are arrays of one dimension, at
    ``sample_rate``: floats of full scale 1, or uint8, int16 or int32 of the full scale of their
    dtype. All of these give the same features.

    Parameters
    ----------
    sample_rate : int, default=16000
        Samples per second, in Hz, of the waveforms. Files of another rate are resampled to it. Use
        8000 for telephone speech: it has nothing above 4 kHz, and higher bands would stay empty.
    n_mels : int, default=40
        Number of bands, the features of a step.
    n_fft : int or None, default=None
        Length of the Fourier transform, in samples; shorter windows are padded with zeros. None is
        the smallest power of 2 that is at least ``win_length``.
    win_length : int or None, default=None
        Length of a window, in samples. None is 25 ms.
    hop_length : int or None, default=None
        Samples from the start of a window to that of the next. None is 10 ms: 100 steps a second.
    f_min : float, default=0.0
        Lower end of the lowest band, in Hz.
    f_max : float or None, default=None
        Upper end of the highest band, in Hz, at most half of ``sample_rate``. None is that half.
    floor : float, default=1e-08
        Added to the power before the logarithm is taken, so that silence has a finite one. The
        default is about the noise of rounding to 16 bits. At least 1.2e-38, the smallest normal
        float32.
    normalize : {"utterance", "global"} or None, default="global"
        Shift and scale every band to mean 0 and standard deviation 1. ``"utterance"`` does so over
        each recording separately, which removes its loudness and much of the effect of microphone
        and room; ``"global"`` over all recordings seen in ``fit``. None keeps the logarithms.

    Attributes
    ----------
    n_fft_, win_length_, hop_length_ : int
        The lengths used, in samples.
    mean_, scale_ : ndarray of float32, shape (n_mels,), or None
        Mean and standard deviation of each band in ``fit``, with ``normalize="global"`` only.

    See Also
    --------
    CTCRecognizer : Predicts transcripts of such sequences.
    LSTMClassifier : Classifies such sequences.

    Notes
    -----
    A recording of ``n`` samples has ``1 + ceil((n - win_length) / hop_length)`` steps, and at least
    one. The last window is padded with zeros, so if windows overlap no sample is left out. The
    features of a recording of one step are all 0 with ``normalize="utterance"``.

    Recordings are read one at a time, so only their features are all in memory at once:
    ``4 * n_mels`` bytes per step, 16 kB per second by default.

    References
    ----------
    Davis and Mermelstein, "Comparison of Parametric Representations for Monosyllabic Word
    Recognition in Continuously Spoken Sentences", IEEE Transactions on Acoustics, Speech, and
    Signal Processing 28 (4), 1980.

    Viikki and Laurila, "Cepstral Domain Segmental Feature Vector Normalization for Noise Robust
    Speech Recognition", Speech Communication 25, 1998 (``normalize="utterance"``).

    Examples
    --------
    Half a second of a low tone and a quarter of a second of a high one differ in the loudest band.

    >>> import numpy as np
    >>> from skseq.speech import MelSpectrogram
    >>> time = np.arange(4000) / 8000
    >>> low, high = np.sin(2 * np.pi * 300 * time), np.sin(2 * np.pi * 2500 * time)
    >>> mel = MelSpectrogram(sample_rate=8000, n_mels=20, normalize=None)
    >>> X = mel.fit_transform([low, high[:2000]])
    >>> X
    Sequences(2 sequences of 24 to 49 steps × 20 features)
    >>> [int(recording.mean(axis=0).argmax()) for recording in X]
    [3, 16]
    """

    _parameter_constraints: dict = {
        "sample_rate": [Interval(Integral, 1, None, closed="left")],
        "n_mels": [Interval(Integral, 1, None, closed="left")],
        "n_fft": [Interval(Integral, 1, None, closed="left"), None],
        "win_length": [Interval(Integral, 1, None, closed="left"), None],
        "hop_length": [Interval(Integral, 1, None, closed="left"), None],
        "f_min": [Interval(Real, 0, None, closed="left")],
        "f_max": [Interval(Real, 0, None, closed="neither"), None],
        "floor": [Interval(Real, _SMALLEST, None, closed="left")],
        "normalize": [StrOptions({"utterance", "global"}), None],
    }

    n_fft_: int
    win_length_: int
    hop_length_: int
    mean_: np.ndarray | None
    scale_: np.ndarray | None

    def __init__(
        self,
        sample_rate: int = 16000,
        *,
        n_mels: int = 40,
        n_fft: int | None = None,
        win_length: int | None = None,
        hop_length: int | None = None,
        f_min: float = 0.0,
        f_max: float | None = None,
        floor: float = 1e-8,
        normalize: str | None = "global",
    ):
        self.sample_rate = sample_rate
        self.n_mels = n_mels
        self.n_fft = n_fft
        self.win_length = win_length
        self.hop_length = hop_length
        self.f_min = f_min
        self.f_max = f_max
        self.floor = floor
        self.normalize = normalize

    def fit(self, X: Any, y: Any = None) -> MelSpectrogram:
        """Check parameters and recordings; learn mean and scale if ``normalize="global"``.

        Parameters
        ----------
        X : list, tuple, array, pandas or pyarrow column, or one-column DataFrame
            Training recordings: a waveform or the path of a wav file in each item; or an array of
            waveforms, (n_recordings, n_samples).
        y : None
            Ignored.

        Returns
        -------
        self : MelSpectrogram

        Raises
        ------
        FileNotFoundError, IsADirectoryError
            If a path is not that of a file.
        ValueError
            If parameters are out of range or contradict each other; if ``X`` is empty, or a single
            path or waveform; if a file cannot be read; if a waveform is empty, has several
            channels, or holds NaN, infinity, masked samples or floats above 100.
        TypeError
            If a recording is neither a path nor a waveform, or holds integers of a dtype without a
            known full scale.
        """
        self.fit_transform(X)
        return self

    @fit_context(prefer_skip_nested_validation=True)
    def fit_transform(self, X: Any, y: Any = None) -> Sequences:
        """Fit and return the features, reading recordings once.

        Parameters
        ----------
        X : list, tuple, array, pandas or pyarrow column, or one-column DataFrame
            Training recordings, as in ``fit``.
        y : None
            Ignored.

        Returns
        -------
        Sequences
            The same as ``fit(X).transform(X)``.
        """
        recordings = as_recordings(X)
        self._prepare()
        values, offsets = self._features(recordings)
        self.mean_ = self.scale_ = None
        if self._normalize == "global":
            self.mean_, self.scale_ = _moments(values)
            _standardize(values, self.mean_, self.scale_)
        return Sequences(values, offsets)

    def transform(self, X: Any) -> Sequences:
        """Return the features of recordings.

        Parameters
        ----------
        X : list, tuple, array, pandas or pyarrow column, or one-column DataFrame
            Recordings, as in ``fit``.

        Returns
        -------
        Sequences
            The sequence (n_steps, n_mels) of each recording, float32.

        Raises
        ------
        FileNotFoundError, IsADirectoryError, ValueError, TypeError
            As in ``fit``.
        """
        check_is_fitted(self)
        values, offsets = self._features(as_recordings(X))
        if self.mean_ is not None and self.scale_ is not None:
            _standardize(values, self.mean_, self.scale_)
        return Sequences(values, offsets)

    def _prepare(self) -> None:
        """Set up the transform; parameters that change later have no effect before the next fit."""
        rate = int(self.sample_rate)
        win_length = self.win_length or max(1, round(_WIN_SECONDS * rate))
        hop_length = self.hop_length or max(1, round(_HOP_SECONDS * rate))
        n_fft = self.n_fft or 1 << (win_length - 1).bit_length()
        f_max = rate / 2 if self.f_max is None else self.f_max
        if n_fft < win_length:
            raise ValueError(
                f"n_fft={n_fft} is shorter than a window of win_length={win_length} samples; use "
                "at least as many, or None."
            )
        if not self.f_min < f_max <= rate / 2:
            raise ValueError(
                f"f_min={self.f_min} and f_max={f_max} leave no range for bands: f_min must be "
                f"below f_max, and f_max at most half of sample_rate, {rate / 2:g} Hz."
            )
        filters = make_filters(rate, n_fft, self.n_mels, self.f_min, f_max).astype(np.float32)
        self._log_mel = LogMel(make_window(win_length), hop_length, n_fft, filters, self.floor)
        self._rate, self._normalize = rate, self.normalize
        self.n_fft_, self.win_length_, self.hop_length_ = n_fft, win_length, hop_length

    def _features(self, recordings: list[Any]) -> tuple[np.ndarray, np.ndarray]:
        """Return the steps of all recordings and where each recording begins and ends."""
        rows = []
        for i, recording in enumerate(recordings):
            features = self._log_mel(read_recording(recording, self._rate, f"X[{i}]"))
            if self._normalize == "utterance":
                _standardize(features, *_moments(features))
            rows.append(features)
        lengths = [len(features) for features in rows]
        return np.concatenate(rows), np.concatenate([[0], np.cumsum(lengths)])

    @property
    def _n_features_out(self) -> int:
        return self._log_mel.filters.shape[1]


def _moments(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and standard deviation of every band; the latter is 1 for a constant band."""
    mean = features.mean(axis=0, dtype=np.float64)
    deviation = features.std(axis=0, dtype=np.float64)
    deviation[deviation < _CONSTANT] = 1.0
    return mean.astype(np.float32), deviation.astype(np.float32)


def _standardize(features: np.ndarray, mean: np.ndarray, scale: np.ndarray) -> None:
    """Shift and scale every band, in place."""
    features -= mean
    features /= scale
