"""Recordings of every accepted form as waveforms, read one at a time."""

from __future__ import annotations

import os
from collections.abc import Iterable
from fractions import Fraction
from numbers import Real
from typing import Any

import numpy as np

from ...inputs.rows import is_sparse
from ...inputs.validation import refuse_masked
from ...sequences import Sequences
from .wav import read_wav

_PATHS = (str, os.PathLike)
_FULL_SCALE = {"uint8": 2.0**7, "int16": 2.0**15, "int32": 2.0**31}
_LOUDEST = 100.0  # of floats; samples that were not scaled are larger
# Of the ratio of two rates. Larger denominators make resampling slower, so such ratios are rounded.
_LARGEST_DENOMINATOR = 50_000
_BYTES = "bytes; expected a str or Path object. Convert it with os.fsdecode"


def as_recordings(X: Any, name: str = "X") -> list[Any]:
    """Return the recordings of a collection as a list, without reading their files.

    Parameters
    ----------
    X : list, tuple, array, pandas or pyarrow column, or one-column DataFrame
        A waveform or a path in each item; or an array of numbers (n_recordings, n_samples).
    name : str, default="X"
        The name of ``X`` in errors.

    Raises
    ------
    ValueError
        For a single path or waveform, and for an empty collection.
    TypeError
        For anything that is not a collection of recordings.
    """
    if isinstance(X, _PATHS):
        raise ValueError(
            f"{name} is one path, a bare string or Path object; put it in a list: [{name}]."
        )
    if isinstance(X, bytes):
        raise TypeError(f"{name} is {_BYTES}, and put it in a list.")
    _refuse_with_rate(X, name)
    if isinstance(X, Sequences):
        raise TypeError(
            f"{name} is already a Sequences; a MelSpectrogram expects waveforms or paths of wav "
            "files. Leave the second MelSpectrogram out."
        )
    if is_sparse(X):
        raise TypeError(
            f"Sparse data was passed as {name}, but waveforms are dense; use {name}.toarray()."
        )
    if hasattr(X, "to_pylist"):  # pyarrow
        X = X.to_pylist()
    if not isinstance(X, (list, tuple)):
        X = _array_or_rows(X, name)
    if len(X) == 0:
        raise ValueError(
            f"Found array with 0 sample(s) (shape={np.shape(X)}) while a minimum of 1 is required; "
            f"{name} is empty."
        )
    return list(X)


def _array_or_rows(X: Any, name: str) -> Any:
    if hasattr(X, "__array__"):
        refuse_masked(X, name)
        columns = list(getattr(X, "columns", ()))
        X = np.asarray(X)
        _check_real(X, name)
        if X.ndim == 2 and X.shape[1] == 1 and X.dtype.kind in "OU":
            return X[:, 0]  # a column of a table
        if X.dtype.kind in "OU" and X.ndim != 1 and any(isinstance(x, _PATHS) for x in X.flat):
            found = f"has the columns {columns}" if columns else f"has the shape {X.shape}"
            raise ValueError(
                f"{name} holds text and {found}; expected one path a recording. Select the column "
                f"of paths, as in df['path'], and put a single path in a list: [{name}]."
            )
        if X.ndim == 0 or (X.ndim == 1 and X.dtype.kind not in "OU"):
            raise ValueError(
                f"Expected 2D array, got 1D array instead as {name}: it is one waveform. "
                "Reshape your data using array.reshape(1, -1), or put it in a list: "
                f"[{name}]."
            )
        if X.ndim == 2 and X.shape[1] < 2 and len(X):
            raise ValueError(
                f"Found array with {X.shape[1]} feature(s) (shape={X.shape}) while a minimum of 2 "
                f"is required: each row of {name} is a waveform. If it is one recording of one "
                f"channel, pass [{name}[:, 0]]."
            )
        return X
    if isinstance(X, (dict, set)) or not isinstance(X, Iterable):
        raise TypeError(
            f"{name} is {type(X).__name__}; expected a list of waveforms or of paths of wav files."
        )
    return list(X)


def read_recording(recording: Any, sample_rate: int, name: str) -> np.ndarray:
    """Return one recording as a waveform.

    Parameters
    ----------
    recording : str, PathLike or array-like of shape (n_samples,)
        The path of a wav file, whose channels are averaged and whose rate is changed if needed; or
        samples: integers of the full scale of their dtype, or floats of full scale 1.
    sample_rate : int
        Samples per second of the result.
    name : str
        The name of the recording in errors.

    Returns
    -------
    ndarray of float32, shape (n_samples,)

    Raises
    ------
    FileNotFoundError, IsADirectoryError
        If there is no such file.
    ValueError
        For a file that cannot be read, an array of several channels, no samples, NaN, infinity,
        masked samples, and floats far above full scale.
    TypeError
        For anything that is neither a path nor numbers.
    """
    rate = sample_rate
    if isinstance(recording, _PATHS):
        if not os.fspath(recording):
            raise ValueError(f"{name} is an empty path; leave out recordings without a file.")
        rate, samples = read_wav(recording)
        name = f"'{os.fspath(recording)}'"
    else:
        _refuse_with_rate(recording, name)
        samples = _as_samples(recording, name)
    if not len(samples):
        raise ValueError(f"{name} has no samples; leave out recordings that are empty.")
    waveform = _scale(samples, name)
    if waveform.ndim == 2:
        waveform = waveform.mean(axis=1)
    return waveform if rate == sample_rate else _resample(waveform, rate, sample_rate)


def _as_samples(recording: Any, name: str) -> np.ndarray:
    """Return an array-like of numbers (n_samples,)."""
    if isinstance(recording, bytes):
        raise TypeError(f"{name} is {_BYTES}.")
    refuse_masked(recording, name)
    try:
        samples = np.asarray(recording)
    except ValueError as error:
        raise ValueError(f"{name} is ragged; expected one number for each sample.") from error
    if samples.dtype == object:
        if any(cell is None for cell in samples.flat):
            raise ValueError(f"{name} contains None; expected a waveform or the path of a file.")
        try:
            samples = samples.astype(np.float64)
        except (TypeError, ValueError) as error:
            raise type(error)(
                f"{name} is neither a waveform nor the path of a wav file: {error}."
            ) from error
    if samples.dtype.kind in "US" and samples.size:
        raise TypeError(
            f"{name} holds text, {str(samples.flat[0])!r:.40}; expected numbers. Pass paths as "
            "items of a flat list: ['a.wav', 'b.wav']."
        )
    _check_real(samples, name)
    if samples.ndim == 0:
        raise ValueError(
            f"{name} is {recording!r:.40}; expected a waveform or the path of a wav file. A single "
            "waveform must be in a list, too."
        )
    if samples.ndim > 1:
        raise ValueError(
            f"{name} has the shape {samples.shape}; expected one channel, (n_samples,). Average "
            f"channels first, as in {_average(samples)}, or pick one."
        )
    return samples


def _average(samples: np.ndarray) -> str:
    """Return the code that averages several channels into one of full scale 1."""
    mean = f"waveform.mean(axis={np.argmin(samples.shape)})"
    if samples.dtype.name == "uint8":
        mean = f"({mean} - 128)"
    scale = _FULL_SCALE.get(samples.dtype.name)
    return f"{mean} / {scale:.0f}" if scale else mean


def _refuse_with_rate(recording: Any, name: str) -> None:
    """Raise a TypeError for a pair of samples and rate, which other libraries return."""
    if isinstance(recording, dict):
        has_rate = "array" in recording
    else:
        pair = recording if isinstance(recording, tuple) and len(recording) == 2 else ()
        has_rate = any(isinstance(x, Real) for x in pair) and any(
            getattr(x, "ndim", 0) for x in pair
        )
    if has_rate:
        raise TypeError(
            f"{name} is a {type(recording).__name__} of samples and their rate; expected the "
            "samples alone, as an array, in a list of recordings. Set sample_rate to their rate."
        )


def _check_real(samples: np.ndarray, name: str) -> None:
    if samples.dtype.kind == "c":
        raise ValueError(f"Complex data not supported: {name} holds complex numbers.")


def _scale(samples: np.ndarray, name: str) -> np.ndarray:
    """Return samples of any dtype as float32 of full scale 1."""
    kind = samples.dtype.newbyteorder("=").name
    if kind in _FULL_SCALE:
        middle = 2.0**7 if kind == "uint8" else 0.0
        return ((samples - np.float32(middle)) / np.float32(_FULL_SCALE[kind])).astype(np.float32)
    if samples.dtype.kind != "f":
        advice = ""
        if samples.dtype.kind in "iu":
            advice = (
                " How loud an integer is depends on its dtype: convert with "
                "np.asarray(waveform, np.int16), or divide by the full scale."
            )
        raise TypeError(
            f"{name} holds {kind}; expected floats between -1 and 1, int16, int32 or uint8.{advice}"
        )
    peak = float(np.abs(samples).max())
    if not np.isfinite(peak):
        raise ValueError(f"{name} contains NaN or infinity; expected samples between -1 and 1.")
    if peak > _LOUDEST:
        raise ValueError(
            f"{name} contains {peak:.3g}; expected floats between -1 and 1. Divide by the full "
            "scale, 32768 for 16 bits, or keep the dtype of integers."
        )
    return samples.astype(np.float32)


def _resample(waveform: np.ndarray, rate: int, sample_rate: int) -> np.ndarray:
    from scipy.signal import resample_poly  # slow to import, and rarely needed

    largest = max(_LARGEST_DENOMINATOR, rate // sample_rate)
    ratio = Fraction(sample_rate, rate).limit_denominator(largest)
    changed = resample_poly(waveform, ratio.numerator, ratio.denominator)
    return changed.astype(np.float32, copy=False)
