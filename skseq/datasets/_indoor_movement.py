"""Radio signals of people who walk through rooms, fetched on demand."""

from __future__ import annotations

import io
import os
import zipfile
import zlib
from typing import Any

import numpy as np
from sklearn.utils import Bunch

from skseq.datasets._fetch import Source, find_files
from skseq.datasets._table import REMEDY

FEATURE_NAMES = ("RSS_anchor1", "RSS_anchor2", "RSS_anchor3", "RSS_anchor4")
TARGET_NAMES = ("stays", "changes")
# Damaged headers may ask for a password or a compression that is not known: RuntimeErrors.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, OSError, RuntimeError, ValueError)

DESCR = """\
Indoor user movement prediction from radio signal strength
-----------------------------------------------------------
314 walks through offices, 13,197 time steps in all, 19 to 129 a walk: the strength of the radio
signal between a person and four anchors in the corners, eight times a second, scaled to -1 to 1
for each anchor. A walk ends at a point that all have in common; what is to be told is whether the
person then goes into another room (158 walks) or stays (156). The walks follow six paths (1 and 5
change the room) in three pairs of rooms (104, 106 and 104 walks).

Source: the UCI Machine Learning Repository, https://doi.org/10.24432/C5761H, downloaded from a
copy. Please cite Davide Bacciu, Paolo Barsocchi, Stefano Chessa, Claudio Gallicchio and Alessio
Micheli, "An experimental characterization of reservoir computing in ambient assisted living
applications", Neural Computing and Applications 24(6), 2014.
"""

SOURCE = Source(
    name="Indoor movement",
    folder="indoor_movement",
    files=("IndoorMovement.zip",),
    # At a commit rather than a branch: files of a branch may change.
    url=(
        "https://raw.githubusercontent.com/jbrownlee/Datasets/"
        "e841d8538b4ffc4485863ab38a5e361043a52730/IndoorMovement.zip"
    ),
    sha256="c657ee8635275145b11c9e4ed3b4647b876f8acb638e61e7b1a6a18f27e0472a",
)


def fetch_indoor_movement(
    *,
    data_home: str | os.PathLike[str] | None = None,
    download_if_missing: bool = True,
    return_X_y: bool = False,
) -> Any:
    """Load radio signals of walks through rooms, downloading them (0.2 MB) if needed.

    Parameters
    ----------
    data_home : str or path-like, default=None
        Folder that has, or will get, ``indoor_movement/IndoorMovement.zip``. None means the
        environment variable ``SKSEQ_DATA``, else the user's cache folder. A folder that has the
        file is only read, and nothing is unpacked to disk.
    download_if_missing : bool, default=True
        Whether to download the file if it is missing.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    data : :class:`~sklearn.utils.Bunch`
        With the attributes

        data : list of ndarray of float32, each of shape (n_steps, 4)
            Signal strength of the four anchors at each step of the 314 walks, from -1 to 1, eight
            steps a second. The walks have 19 to 129 steps.
        target : ndarray of int64, shape (314,)
            1 if the person goes into another room, 0 if not; the files have 1 and -1.
        target_names : list of str
            "stays" and "changes".
        feature_names : list of str
            The four anchors.
        groups : ndarray of int64, shape (314,)
            The pair of rooms, 1 to 3.
        paths : ndarray of int64, shape (314,)
            The path taken, 1 to 6.
        DESCR : str
            Description, source and citation of the data.
    (data, target) : tuple
        The first two of these, if ``return_X_y=True``.

    Raises
    ------
    ValueError
        If the file is damaged, or the download does not have the expected SHA-256.
    OSError
        If the file is missing and is not downloaded, or the download fails (ConnectionError).

    See Also
    --------
    fetch_spoken_digits : Longer sequences of different length.

    Notes
    -----
    The walks come in the order of their groups and paths, so shuffle before splitting. For a test
    in rooms that were not trained on, as in the paper, train on the groups 1 and 2 and test on 3,
    or pass the groups, e.g. ``LeaveOneGroupOut().split(X, y, groups=groups)``.

    References
    ----------
    Bacciu et al., "An experimental characterization of reservoir computing in ambient assisted
    living applications", Neural Computing and Applications 24(6), 2014,
    https://doi.org/10.1007/s00521-013-1364-4.

    Examples
    --------
    >>> from skseq.datasets import fetch_indoor_movement
    >>> X, y = fetch_indoor_movement(return_X_y=True)  # doctest: +SKIP
    >>> len(X), X[0].shape, int(y.sum())  # doctest: +SKIP
    (314, (27, 4), 158)
    >>> fetch_indoor_movement(
    ...     data_home="nowhere", download_if_missing=False
    ... )  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    FileNotFoundError: Indoor movement: no file at ...
    """
    (path,) = find_files(SOURCE, data_home=data_home, download_if_missing=download_if_missing)
    content = path.read_bytes()  # so that what goes wrong below is the content, not the disk
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            target = _read_column(archive, "dataset/MovementAAL_target.csv", (-1, 1))
            groups = _read_column(archive, "groups/MovementAAL_DatasetGroup.csv", range(1, 4))
            paths = _read_column(archive, "groups/MovementAAL_Paths.csv", range(1, 7))
            data = [_read_walk(archive, number) for number in range(1, len(target) + 1)]
    except _BROKEN as error:
        raise ValueError(
            f"{path} is damaged ({type(error).__name__}: {error}); expected the archive of the "
            f"UCI repository. {REMEDY}"
        ) from error
    if not len(target) == len(groups) == len(paths) > 0:
        raise ValueError(
            f"{path} has {len(target)} labels, {len(groups)} groups and {len(paths)} paths; "
            f"expected one of each for every walk. {REMEDY}"
        )
    y = (target == 1).astype(np.int64)
    if return_X_y:
        return data, y
    return Bunch(
        data=data,
        target=y,
        target_names=list(TARGET_NAMES),
        feature_names=list(FEATURE_NAMES),
        groups=groups,
        paths=paths,
        DESCR=DESCR,
    )


def _read_rows(archive: zipfile.ZipFile, name: str) -> list[list[str]]:
    """Read the fields of a CSV file whose first line is a comment."""
    lines = archive.read(name).decode("ascii").splitlines()
    return [line.split(",") for line in lines if line and not line.startswith("#")]


def _read_column(archive: zipfile.ZipFile, name: str, known: range | tuple[int, ...]) -> np.ndarray:
    """Read what a file says of each walk; the walks must be numbered from 1 on."""
    rows = [[int(field) for field in row] for row in _read_rows(archive, name)]
    for number, row in enumerate(rows, start=1):
        if len(row) != 2 or row[0] != number or row[1] not in known:
            raise ValueError(f"{name} has {row} for walk {number}")
    return np.array([value for _, value in rows], dtype=np.int64)


def _read_walk(archive: zipfile.ZipFile, number: int) -> np.ndarray:
    name = f"dataset/MovementAAL_RSS_{number}.csv"
    walk = np.array(_read_rows(archive, name), dtype=np.float32)
    if walk.ndim != 2 or walk.shape[1] != len(FEATURE_NAMES) or not np.isfinite(walk).all():
        raise ValueError(f"{name} has the shape {walk.shape}, or values that are not finite")
    return walk
