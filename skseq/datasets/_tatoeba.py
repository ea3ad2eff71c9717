"""English sentences and their Spanish translations, fetched on demand."""

from __future__ import annotations

import gzip
import hashlib
import os
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.utils import Bunch

from skseq._seeding import draw_seed, generator
from skseq.datasets._fetch import Source, find_files
from skseq.datasets._numbers import check_n_samples
from skseq.datasets._table import REMEDY, write_gzip

DESCR = """\
English-Spanish sentence pairs of Tatoeba
-----------------------------------------
118,964 pairs of an English sentence, of 1 to 47 words, and a Spanish translation. The 102,904
different English sentences, an eighth of which have several translations, were written and
proofread by volunteers of the Tatoeba project; some are wrong.

Source: the selection of 2018-05-13 of http://www.manythings.org/anki/ from https://tatoeba.org,
CC BY 2.0 FR. Attribution: www.manythings.org/anki and tatoeba.org. That page offers the newest
selection only, so the file is downloaded from the copy that the tutorials of TensorFlow use.
"""


def _convert(download: Path, targets: Mapping[str, Path]) -> None:
    """Keep the sentences of the archive, if they are those expected."""
    (target,) = targets.values()
    try:
        with zipfile.ZipFile(download) as archive:
            content = archive.read("spa-eng/spa.txt")
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError) as error:
        raise ValueError(f"no archive with spa-eng/spa.txt ({error})") from error
    content = content.replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n"
    found = hashlib.sha256(content).hexdigest()
    if found != SOURCE.sha256:
        raise ValueError(f"spa-eng/spa.txt has the SHA-256 {found}")
    write_gzip(target, content)


# The hash is of the text in the archive, as the hash of the archive is not published.
SOURCE = Source(
    name="Tatoeba English-Spanish",
    folder="translation_tatoeba",
    files=("spa.txt.gz",),
    url="https://storage.googleapis.com/download.tensorflow.org/data/spa-eng.zip",
    sha256="6ec60e212f812ee3430f7568ea6f33b6fb080e32193c5952e8da0ee8ba45574c",
    convert=_convert,
    hashed="content",
)


def fetch_tatoeba_spa(
    *,
    n_samples: int | None = None,
    random_state: int | np.random.RandomState | None = 0,
    data_home: str | os.PathLike[str] | None = None,
    download_if_missing: bool = True,
    return_X_y: bool = False,
) -> Any:
    """Load English sentences and their Spanish translations, downloading them (2.6 MB) if needed.

    Parameters
    ----------
    n_samples : int, default=None
        Number of pairs to load, those with the shortest English sentences: 20,000 have sentences
        of up to 20 characters. None means all 118,964.
    random_state : int, RandomState instance or None, default=0
        Decides the order, which is shuffled. None gives another one in every call.
    data_home : str or path-like, default=None
        Folder that has, or will get, ``translation_tatoeba/spa.txt.gz``. None means the
        environment variable ``SKSEQ_DATA``, else the user's cache folder. A folder that has the
        file is only read.
    download_if_missing : bool, default=True
        Whether to download the file if it is missing.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    data : :class:`~sklearn.utils.Bunch`
        With the attributes

        data : list of str
            English sentences.
        target : list of str
            A Spanish translation of each.
        DESCR : str
            Description and source of the data.
    (data, target) : tuple
        The first two of these, if ``return_X_y=True``.

    Raises
    ------
    TypeError
        If ``n_samples`` is neither None nor an integer.
    ValueError
        If ``n_samples`` is negative or more than there is, the file is damaged, or the download
        is not what is expected.
    OSError
        If the file is missing and is not downloaded, or the download fails (ConnectionError).

    See Also
    --------
    fetch_chatterbot : Questions and answers, a few thousand.
    make_dates : Pairs of texts that need no download.

    Notes
    -----
    Many sentences, mostly short ones, occur several times, each time with another translation. To
    keep them out of both the training and the test part, pass the sentences as groups, e.g.
    ``GroupShuffleSplit().split(X, y, groups=X)``.

    A newer file of manythings.org can replace this one, compressed by gzip: its third column, the
    attribution, is ignored.

    Examples
    --------
    >>> from skseq.datasets import fetch_tatoeba_spa
    >>> X, y = fetch_tatoeba_spa(n_samples=20_000, return_X_y=True)  # doctest: +SKIP
    >>> X[0], y[0]  # doctest: +SKIP
    ('The bird is dead.', 'El pájaro está muerto.')
    >>> fetch_tatoeba_spa(
    ...     data_home="nowhere", download_if_missing=False
    ... )  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    FileNotFoundError: Tatoeba English-Spanish: no file at ...
    """
    if n_samples is not None:
        check_n_samples(n_samples)
    rng = generator(draw_seed(random_state))
    (path,) = find_files(SOURCE, data_home=data_home, download_if_missing=download_if_missing)
    pairs = _read_pairs(path)
    if n_samples is not None:
        if n_samples > len(pairs):
            raise ValueError(
                f"n_samples is {n_samples}, but {path} has {len(pairs)} pairs; ask for fewer, or "
                "pass None for all."
            )
        pairs = sorted(pairs, key=lambda pair: len(pair[0]))[:n_samples]
    order = rng.permutation(len(pairs))
    data, target = ([pairs[i][side] for i in order] for side in (0, 1))
    if return_X_y:
        return data, target
    return Bunch(data=data, target=target, DESCR=DESCR)


def _read_pairs(path: Path) -> list[tuple[str, str]]:
    """Read English and Spanish, separated by a tab, of each line."""
    try:
        text = gzip.decompress(path.read_bytes()).decode("utf-8")
    except (EOFError, gzip.BadGzipFile, zlib.error, UnicodeDecodeError) as error:
        raise ValueError(
            f"{path} is damaged ({type(error).__name__}: {error}); expected gzip-compressed text "
            f"in UTF-8. {REMEDY}"
        ) from error
    pairs = []
    for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
        fields = line.removesuffix("\r").split("\t")
        if len(fields) not in (2, 3) or not all(fields):
            raise ValueError(
                f"{path}, line {number}: got {line!r:.60}; expected an English sentence, a tab and "
                f"a Spanish one. {REMEDY}"
            )
        pairs.append((fields[0], fields[1]))
    return pairs
