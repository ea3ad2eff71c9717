"""Recordings of spoken digits, fetched on demand."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import re
import tarfile
import wave
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.utils import Bunch

from skseq.datasets._choices import check_choice
from skseq.datasets._fetch import Source, find_files
from skseq.datasets._table import REMEDY

SUBSETS = {"train": (False,), "test": (True,), "all": (False, True)}
SAMPLE_RATE = 8000
_N_TEST = 5
# Whether it is the test part, and how many recordings it has.
N_RECORDINGS = {False: 2700, True: 300}
_MEMBER = re.compile(r"(?:[^/]+/)*recordings/((\d)_([a-z]+)_(\d+)\.wav)")
_BROKEN = (EOFError, tarfile.TarError, gzip.BadGzipFile, zlib.error)

DESCR = """\
Free Spoken Digit Dataset
-------------------------
3,000 recordings of English digits: each of 6 speakers says each of the 10 digits 50 times. One
channel of 8,000 samples a second, 0.14 to 2.3 seconds long, with hardly any silence before and
after. Recordings 0 to 4 of each speaker and digit are the test part, so that both parts have the
same speakers.

Source: https://github.com/Jakobovski/free-spoken-digit-dataset, release 1.0.10, by Zohar Jackson
and contributors, CC BY-SA 4.0. Please cite https://doi.org/10.5281/zenodo.1342401.
"""


def _convert(download: Path, targets: Mapping[str, Path]) -> None:
    """Keep the recordings of the archive, if they are those expected."""
    (target,) = targets.values()
    try:
        with tarfile.open(download, "r:gz") as archive:
            recordings = {match.group(1): content for match, content in _read_members(archive)}
    except _BROKEN as error:
        raise ValueError(f"no archive of recordings ({type(error).__name__}: {error})") from error
    found = _hash(recordings)
    if found != SOURCE.sha256:
        raise ValueError(f"{len(recordings)} recordings with the SHA-256 {found}")
    write_recordings(target, recordings)


# The hash is of the recordings in the archive. That of the archive is not published: the archive is
# packed again for each download.
SOURCE = Source(
    name="Free Spoken Digit Dataset",
    folder="fsdd",
    files=("recordings.tar.gz",),
    url=(
        "https://github.com/Jakobovski/free-spoken-digit-dataset/archive/refs/tags/v1.0.10.tar.gz"
    ),
    sha256="1801eae019c063377d98f831d3f93574f259475df7332bb0e3d1b080fb5e6959",
    convert=_convert,
    hashed="content",
)


def fetch_spoken_digits(
    *,
    subset: str = "train",
    data_home: str | os.PathLike[str] | None = None,
    download_if_missing: bool = True,
    return_X_y: bool = False,
) -> Any:
    """Load recordings of spoken digits, downloading them (16 MB) the first time.

    Parameters
    ----------
    subset : {"train", "test", "all"}, default="train"
        The official parts, of 2,700 and 300 recordings. "all" gives the training part followed by
        the test part.
    data_home : str or path-like, default=None
        Folder that has, or will get, ``fsdd/recordings.tar.gz``. None means the environment
        variable ``SKSEQ_DATA``, else the user's cache folder. A folder that has the file is only
        read, and nothing is unpacked to disk.
    download_if_missing : bool, default=True
        Whether to download the file if it is missing.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    data : :class:`~sklearn.utils.Bunch`
        With the attributes

        data : list of ndarray of float32, each of shape (n_audio_samples,)
            The sound pressure of each recording, from -1 to 1, 8,000 samples a second.
        target : ndarray of int64, shape (n_samples,)
            The digit, 0 to 9.
        target_names : list of str
            "0" to "9".
        speakers : ndarray of str, shape (n_samples,)
            Who speaks: "george", "jackson", "lucas", "nicolas", "theo" or "yweweler".
        names : list of str
            The names of the recordings, such as ``"7_jackson_32.wav"``: digit, speaker, number.
        sample_rate : int
            8000, samples a second.
        DESCR : str
            Description, source and citation of the data.
    (data, target) : tuple
        The first two of these, if ``return_X_y=True``.

    Raises
    ------
    ValueError
        If ``subset`` is unknown, the file is damaged, or the download is not what is
        expected.
    OSError
        If the file is missing and is not downloaded, or the download fails (ConnectionError).

    See Also
    --------
    fetch_mnist : The same digits, to be seen.

    Notes
    -----
    The recordings are in the order of their numbers, then speakers, then digits, so the first
    sixty have every digit of every speaker once. For a test on voices that are not in the training
    part, pass the speakers as groups, e.g. ``LeaveOneGroupOut().split(X, y, groups=speakers)``.

    References
    ----------
    Zohar Jackson et al., "Jakobovski/free-spoken-digit-dataset", Zenodo, 2018,
    https://doi.org/10.5281/zenodo.1342401.

    Examples
    --------
    >>> from skseq.datasets import fetch_spoken_digits
    >>> digits = fetch_spoken_digits(subset="test")  # doctest: +SKIP
    >>> digits.names[0], digits.data[0].shape, digits.target[0]  # doctest: +SKIP
    ('0_george_0.wav', (2384,), 0)
    >>> fetch_spoken_digits(subset="dev")
    Traceback (most recent call last):
    ValueError: subset is 'dev'; expected 'train', 'test' or 'all'.
    """
    check_choice(subset, SUBSETS, "subset")
    (path,) = find_files(SOURCE, data_home=data_home, download_if_missing=download_if_missing)
    recordings = _read(path, SUBSETS[subset])
    data = [_decode(content, path, match.group(1)) for match, content in recordings]
    target = np.array([int(match.group(2)) for match, _ in recordings], dtype=np.int64)
    if return_X_y:
        return data, target
    return Bunch(
        data=data,
        target=target,
        target_names=[str(digit) for digit in range(10)],
        speakers=np.array([match.group(3) for match, _ in recordings]),
        names=[match.group(1) for match, _ in recordings],
        sample_rate=SAMPLE_RATE,
        DESCR=DESCR,
    )


def write_recordings(path: Path, recordings: Mapping[str, bytes]) -> None:
    """Write the archive that is read here, so that equal recordings give equal files."""
    with (
        open(path, "wb") as file,
        gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w") as archive,
    ):
        for name in sorted(recordings):
            member = tarfile.TarInfo(f"recordings/{name}")
            member.size = len(recordings[name])
            archive.addfile(member, io.BytesIO(recordings[name]))


def _hash(recordings: Mapping[str, bytes]) -> str:
    """Return one SHA-256 of all names and contents, whatever their order in an archive."""
    digest = hashlib.sha256()
    for name in sorted(recordings):
        digest.update(f"{hashlib.sha256(recordings[name]).hexdigest()}  {name}\n".encode())
    return digest.hexdigest()


def _read_members(archive: tarfile.TarFile) -> list[tuple[re.Match[str], bytes]]:
    """Read the recordings in the order of the archive, without unpacking to disk."""
    members = []
    for member in archive:
        match = _MEMBER.fullmatch(member.name)
        file = archive.extractfile(member) if match else None
        if match and file is not None:
            members.append((match, file.read()))
    return members


def _read(path: Path, parts: tuple[bool, ...]) -> list[tuple[re.Match[str], bytes]]:
    packed = path.read_bytes()
    try:
        # All of it first: a tar archive read from a stream ends silently at a broken block.
        with tarfile.open(fileobj=io.BytesIO(gzip.decompress(packed))) as archive:
            members = _read_members(archive)
    except _BROKEN as error:
        raise ValueError(
            f"{path} is damaged ({type(error).__name__}: {error}); expected a gzip-compressed tar "
            f"archive. {REMEDY}"
        ) from error

    def place(member: tuple[re.Match[str], bytes]) -> tuple[bool, int, str, str]:
        _, digit, speaker, number = member[0].groups()
        return int(number) < _N_TEST, int(number), speaker, digit

    chosen = sorted((member for member in members if place(member)[0] in parts), key=place)
    expected = sum(N_RECORDINGS[part] for part in parts)
    if len(chosen) != expected:
        raise ValueError(
            f"{path} has {len(members)} recordings, {len(chosen)} of them of the part that is "
            f"wanted; expected {expected} members such as recordings/7_jackson_32.wav. {REMEDY}"
        )
    return chosen


def _decode(content: bytes, path: Path, name: str) -> np.ndarray:
    try:
        with wave.open(io.BytesIO(content)) as file:
            found = (file.getnchannels(), file.getsampwidth(), file.getframerate())
            n_frames = file.getnframes()
            frames = file.readframes(n_frames)
    except (EOFError, wave.Error) as error:
        raise ValueError(
            f"{path}, {name}: damaged ({type(error).__name__}: {error}); expected WAV. {REMEDY}"
        ) from error
    if found != (1, 2, SAMPLE_RATE) or len(frames) != 2 * n_frames or not n_frames:
        raise ValueError(
            f"{path}, {name}: got {len(frames)} bytes of {n_frames} frames, {found[0]} channels of "
            f"{found[1]} bytes at {found[2]} Hz; expected one channel of 2 bytes at {SAMPLE_RATE} "
            f"Hz. {REMEDY}"
        )
    return np.frombuffer(frames, "<i2").astype(np.float32) / 32768
