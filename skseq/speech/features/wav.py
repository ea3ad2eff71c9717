"""Samples of wav files, in the dtype of the file.

SciPy's reader and libsndfile are not used: both return the remaining samples of a truncated file,
and accept sample rates that only a damaged header has. To detect such files the header must be
parsed here anyway, and reading the samples then takes only a few lines.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import NamedTuple

import numpy as np

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_CODECS = {2: "ADPCM", 6: "A-law", 7: "mu-law", 17: "IMA ADPCM", 49: "GSM 6.10", 85: "MP3"}
_DTYPES = {
    (_PCM, 8): "u1",
    (_PCM, 16): "<i2",
    (_PCM, 24): "u1",  # three bytes are one number
    (_PCM, 32): "<i4",
    (_FLOAT, 32): "<f4",
    (_FLOAT, 64): "<f8",
}
# The sample rates of recordings. Any other comes from a damaged header, and resampling could use up
# the memory.
_RATES = range(1000, 1_000_001)
# A program that writes to a pipe cannot go back to fill in the length; it writes this or more.
_UNKNOWN_LENGTH = 0x7FFFF000
_ADVICE = "Convert it to PCM, for example with `ffmpeg -i FILE -c:a pcm_s16le out.wav`."


class Wav(NamedTuple):
    """The samples of a wav file and their rate.

    Attributes
    ----------
    rate : int
        Samples per second, of each channel.
    samples : ndarray of uint8, int16, int32, float32 or float64, shape (n_samples, n_channels)
        Samples of 24 bits are int32 whose lowest 8 bits are 0: each dtype has one full scale.
    """

    rate: int
    samples: np.ndarray


def read_wav(path: str | os.PathLike[str]) -> Wav:
    """Return the samples of a wav file.

    Parameters
    ----------
    path : str or PathLike
        A RIFF/WAVE file: PCM of 8, 16, 24 or 32 bits, or floats of 32 or 64 bits.

    Returns
    -------
    Wav

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    IsADirectoryError
        If it is a folder.
    ValueError
        If the file is of another kind, is damaged, or ends before its samples do.
    """
    path = Path(path).expanduser()
    if path.is_dir():
        raise IsADirectoryError(
            f"'{path}' is a folder; expected a wav file. For all files of a folder, pass "
            "sorted(Path(folder).glob('*.wav'))."
        )
    if not path.is_file():
        raise FileNotFoundError(f"There is no file '{path}'.")
    content = path.read_bytes()
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        begins = f"begins with {content[:12]!r}" if content else "is empty"
        raise ValueError(f"'{path}' is not a wav file: it {begins}. {_ADVICE}")
    chunks = _find_chunks(content)
    if "fmt " not in chunks or "data" not in chunks:
        raise ValueError(
            f"'{path}' is damaged: a wav file has a chunk 'fmt ' and then a chunk 'data', this one "
            f"has only {list(chunks)}."
        )
    channels, rate, dtype, width = _parse_format(content, *chunks["fmt "], path)
    start, length = chunks["data"]
    held = len(content) - start
    if length > held and length < _UNKNOWN_LENGTH:
        raise ValueError(
            f"'{path}' is cut off: {length} bytes of samples are announced, but it holds {held}. "
            "Record or copy it again."
        )
    n_samples = min(length, held) // (channels * width)
    flat = np.frombuffer(content, np.uint8, n_samples * channels * width, start)
    if width == 3:
        wide = np.zeros((n_samples * channels, 4), np.uint8)
        wide[:, 1:] = flat.reshape(-1, 3)
        flat, dtype = wide.ravel(), np.dtype("<i4")
    return Wav(rate, flat.view(dtype).reshape(n_samples, channels))


def _find_chunks(content: bytes) -> dict[str, tuple[int, int]]:
    """Return start and announced length of each chunk's content, up to the chunk of samples."""
    chunks: dict[str, tuple[int, int]] = {}
    offset = 12
    while offset + 8 <= len(content) and "data" not in chunks:
        name, length = struct.unpack_from("<4sI", content, offset)
        chunks[name.decode("latin-1")] = offset + 8, length
        offset += 8 + length + length % 2  # chunks begin at even offsets
    return chunks


def _parse_format(
    content: bytes, start: int, length: int, path: Path
) -> tuple[int, int, np.dtype, int]:
    """Return the number of channels, the rate, the dtype and the bytes of one sample."""
    if length < 16 or start + length > len(content):
        raise ValueError(f"'{path}' is damaged: its chunk 'fmt ' is too short.")
    code, channels, rate, _, block, _ = struct.unpack_from("<HHIIHH", content, start)
    if code == _EXTENSIBLE and length >= 26:
        (code,) = struct.unpack_from("<H", content, start + 24)
    if not (channels and block) or block % channels:
        raise ValueError(
            f"'{path}' is damaged: it announces {channels} channels and {block} bytes for each "
            "sample of all channels."
        )
    if rate not in _RATES:
        raise ValueError(
            f"'{path}' announces {rate} samples per second; expected {_RATES[0]} to {_RATES[-1]}. "
            "Its header is damaged; record or copy it again, or pass its samples as an array."
        )
    width = block // channels
    if (code, 8 * width) not in _DTYPES:
        kind = {_PCM: "PCM", _FLOAT: "floats"}.get(code) or _CODECS.get(code, f"format {code}")
        raise ValueError(
            f"'{path}' holds {kind} with {8 * width} bits a sample; expected PCM with 8, 16, 24 or "
            f"32 or floats with 32 or 64. {_ADVICE}"
        )
    return channels, rate, np.dtype(_DTYPES[code, 8 * width]), width
