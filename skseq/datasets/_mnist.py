"""Images of handwritten digits, fetched on demand."""

from __future__ import annotations

import gzip
import os
import zlib
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.utils import Bunch

from skseq.datasets._choices import check_choice
from skseq.datasets._fetch import Source, find_files
from skseq.datasets._table import REMEDY

SUBSETS = {"train": ("train",), "test": ("test",), "all": ("train", "test")}
SIDE = 28
# The first four bytes of a file: two zeros, the type (8 is unsigned byte), the number of axes.
_TYPE = 8

DESCR = """\
MNIST handwritten digits
------------------------
60,000 + 10,000 grey images of handwritten digits, 28 x 28 pixels, bright on dark and centred. The
writers of the two parts are different people. Read row by row, an image is a sequence of 28 steps
with 28 features each; read pixel by pixel, of 784 steps.

Source: http://yann.lecun.com/exdb/mnist/, made from NIST's special databases 1 and 3 and downloaded
from a copy of the files. Please cite Yann LeCun, Léon Bottou, Yoshua Bengio and Patrick Haffner,
"Gradient-Based Learning Applied to Document Recognition", Proceedings of the IEEE 86(11), 1998.
"""

_HOME = "https://storage.googleapis.com/cvdf-datasets/mnist/"
_FILES = {
    "train": (
        (
            "train-images-idx3-ubyte.gz",
            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        ),
        (
            "train-labels-idx1-ubyte.gz",
            "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        ),
    ),
    "test": (
        (
            "t10k-images-idx3-ubyte.gz",
            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        ),
        (
            "t10k-labels-idx1-ubyte.gz",
            "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        ),
    ),
}
# The images and the labels of each part.
SOURCES = {
    part: tuple(
        Source(
            name=f"MNIST ({part})",
            folder="mnist",
            files=(file,),
            url=_HOME + file,
            sha256=sha256,
        )
        for file, sha256 in files
    )
    for part, files in _FILES.items()
}


def fetch_mnist(
    *,
    subset: str = "train",
    data_home: str | os.PathLike[str] | None = None,
    download_if_missing: bool = True,
    return_X_y: bool = False,
) -> Any:
    """Load the handwritten digits of MNIST, downloading them (10 and 2 MB) the first time.

    Parameters
    ----------
    subset : {"train", "test", "all"}, default="train"
        The official parts, of 60,000 and 10,000 images. "all" gives the training part followed by
        the test part.
    data_home : str or path-like, default=None
        Folder that has, or will get, ``mnist/train-images-idx3-ubyte.gz`` and
        ``train-labels-idx1-ubyte.gz``, and the same with ``t10k`` for the test part. None means
        the environment variable ``SKSEQ_DATA``, else the user's cache folder. A folder that has
        the files is only read.
    download_if_missing : bool, default=True
        Whether to download missing files.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    data : :class:`~sklearn.utils.Bunch`
        With the attributes

        data : ndarray of float32, shape (n_samples, 28, 28)
            Brightness of the pixels, from 0 to 1, with axes sample, row from the top and column
            from the left: sequences of 28 rows.
        target : ndarray of int64, shape (n_samples,)
            The digit, 0 to 9.
        target_names : list of str
            "0" to "9".
        DESCR : str
            Description, source and citation of the data.
    (data, target) : tuple
        The first two of these, if ``return_X_y=True``.

    Raises
    ------
    ValueError
        If ``subset`` is unknown, a file is damaged, or the download does not have
        the expected SHA-256.
    OSError
        If a file is missing and is not downloaded, or the download fails (ConnectionError).

    See Also
    --------
    fetch_spoken_digits : Recordings of the ten digits.
    make_moving_shapes : Videos that need no download.

    Notes
    -----
    The files are shuffled already. The training part needs 188 MB of memory. For sequences of
    single pixels use ``data.reshape(-1, 784, 1)``.

    References
    ----------
    LeCun et al., "Gradient-Based Learning Applied to Document Recognition", Proceedings of the
    IEEE 86(11), 1998, https://doi.org/10.1109/5.726791.

    Examples
    --------
    >>> from skseq.datasets import fetch_mnist
    >>> X, y = fetch_mnist(subset="test", return_X_y=True)  # doctest: +SKIP
    >>> X.shape, y[:5]  # doctest: +SKIP
    ((10000, 28, 28), array([7, 2, 1, 0, 4]))
    >>> fetch_mnist(subset="dev")
    Traceback (most recent call last):
    ValueError: subset is 'dev'; expected 'train', 'test' or 'all'.
    """
    check_choice(subset, SUBSETS, "subset")
    # All are searched before any is read, so that a missing one is reported at once.
    paths = [
        path
        for part in SUBSETS[subset]
        for source in SOURCES[part]
        for path in find_files(source, data_home=data_home, download_if_missing=download_if_missing)
    ]
    parts = [_read_part(*pair) for pair in zip(paths[::2], paths[1::2], strict=True)]
    data = np.concatenate([images for images, _ in parts])
    target = np.concatenate([labels for _, labels in parts])
    # One array is converted and one scaled in place: another copy would be another 188 MB.
    X = data.astype(np.float32)
    X /= 255
    y = target.astype(np.int64)
    if return_X_y:
        return X, y
    return Bunch(data=X, target=y, target_names=[str(digit) for digit in range(10)], DESCR=DESCR)


def _read_part(images_path: Path, labels_path: Path) -> tuple[np.ndarray, np.ndarray]:
    images, labels = _read_idx(images_path, 3), _read_idx(labels_path, 1)
    if images.shape[1:] != (SIDE, SIDE):
        raise ValueError(
            f"{images_path} has images of {images.shape[1]} x {images.shape[2]} pixels; expected "
            f"{SIDE} x {SIDE}. {REMEDY}"
        )
    if len(images) != len(labels) or not len(labels) or labels.max() > 9:
        raise ValueError(
            f"{labels_path} has {len(labels)} labels up to {labels.max(initial=0)} for the "
            f"{len(images)} images of {images_path.name}; expected one from 0 to 9 for each. "
            f"{REMEDY}"
        )
    return images, labels


def _read_idx(path: Path, n_axes: int) -> np.ndarray:
    """Read an array of bytes in the format IDX: magic number, lengths of the axes, values."""
    try:
        content = gzip.decompress(path.read_bytes())
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ValueError(
            f"{path} is damaged ({type(error).__name__}: {error}); expected gzip-compressed IDX. "
            f"{REMEDY}"
        ) from error
    start = 4 + 4 * n_axes
    magic = bytes([0, 0, _TYPE, n_axes])
    if content[:4] != magic or len(content) < start:
        raise ValueError(
            f"{path} has {len(content)} bytes and begins with {content[:4].hex(' ')!r}; expected "
            f"the magic number {magic.hex(' ')!r} and {n_axes} lengths of IDX. {REMEDY}"
        )
    shape = tuple(int(n) for n in np.frombuffer(content, ">u4", count=n_axes, offset=4))
    if len(content) - start != prod(shape):
        raise ValueError(
            f"{path} has {len(content) - start} values; expected {prod(shape)} for the shape "
            f"{shape} that it states. {REMEDY}"
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)
