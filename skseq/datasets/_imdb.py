"""The Large Movie Review Dataset (IMDB), fetched on demand."""

from __future__ import annotations

import os
import re
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.utils import Bunch

from skseq.datasets._choices import check_choice
from skseq.datasets._fetch import Source, find_files
from skseq.datasets._table import REMEDY, read_table, to_integers, write_table

SUBSETS = {"train": ("train",), "test": ("test",), "all": ("train", "test")}
TARGET_NAMES = ("negative", "positive")
COLUMNS = ("review", "sentiment", "stars", "id")
_MEMBER = re.compile(r"aclImdb/(train|test)/(pos|neg)/(\d+)_(\d+)\.txt")
_SHUFFLE_SEED = 0

DESCR = """\
Large Movie Review Dataset (IMDB)
---------------------------------
25,000 + 25,000 polar film reviews in English, half negative (1 to 4 stars), half positive (7 to
10 stars), at most 30 per film and no film in both halves. The texts hold HTML line breaks.

Source: https://ai.stanford.edu/~amaas/data/sentiment/, for research use. Please cite Andrew L.
Maas, Raymond E. Daly, Peter T. Pham, Dan Huang, Andrew Y. Ng and Christopher Potts, "Learning
Word Vectors for Sentiment Analysis", ACL 2011. The 50,000 unlabelled reviews are left out.
"""


def _convert(download: Path, targets: Mapping[str, Path]) -> None:
    """Write one table per half, positive reviews first and by number, from the archive."""
    halves: dict[str, list[tuple[str, str, int, int]]] = {"train": [], "test": []}
    # Members are read in the order of the archive and never unpacked to disk.
    with tarfile.open(download, "r:gz") as archive:
        for member in archive:
            match = _MEMBER.fullmatch(member.name)
            file = archive.extractfile(member) if match else None
            if match and file is not None:
                half, label, number, stars = match.groups()
                sentiment = "positive" if label == "pos" else "negative"
                text = file.read().decode("utf-8")
                halves[half].append((text, sentiment, int(stars), int(number)))
    for half, rows in halves.items():
        rows.sort(key=lambda row: (row[1] != "positive", row[3]))
        write_table(targets[f"{half}.csv.gz"], COLUMNS, rows)


SOURCE = Source(
    name="IMDB reviews",
    folder="imdb",
    files=("train.csv.gz", "test.csv.gz"),
    url="https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz",
    sha256="c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe",
    convert=_convert,
)


def fetch_imdb(
    *,
    subset: str = "train",
    data_home: str | os.PathLike[str] | None = None,
    download_if_missing: bool = True,
    return_X_y: bool = False,
) -> Any:
    """Load the IMDB film reviews, downloading them (84 MB) the first time.

    Parameters
    ----------
    subset : {"train", "test", "all"}, default="train"
        The official halves, 25,000 reviews each. "all" gives the training half, in the same
        order as "train" does, followed by the test half.
    data_home : str or path-like, default=None
        Folder that has, or will get, ``imdb/train.csv.gz`` and ``imdb/test.csv.gz``. None
        means the environment variable ``SKSEQ_DATA``, else the user's cache folder. A folder
        that has the files is only read.
    download_if_missing : bool, default=True
        Whether to download missing files.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    data : :class:`~sklearn.utils.Bunch`
        With the attributes

        data : list of str
            The reviews.
        target : ndarray of str, shape (n_samples,)
            "negative" or "positive".
        target_names : list of str
            The two sentiments, sorted.
        stars : ndarray of int, shape (n_samples,)
            The rating that came with the review, 1-4 or 7-10 stars.
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
    load_reviews : A small corpus that needs no download.

    Notes
    -----
    The files are sorted by sentiment, so each half is shuffled, always in the same way (a
    permutation with seed 0): its first samples have both sentiments.

    References
    ----------
    Maas et al., "Learning Word Vectors for Sentiment Analysis", ACL 2011.

    Examples
    --------
    >>> from skseq.datasets import fetch_imdb
    >>> fetch_imdb(subset="dev")
    Traceback (most recent call last):
    ValueError: subset is 'dev'; expected 'train', 'test' or 'all'.
    """
    check_choice(subset, SUBSETS, "subset")
    names = tuple(f"{half}.csv.gz" for half in SUBSETS[subset])
    paths = find_files(SOURCE, names, data_home=data_home, download_if_missing=download_if_missing)
    rows = [row for path in paths for row in _read_half(path)]
    data = [text for text, _, _ in rows]
    target = np.array([sentiment for _, sentiment, _ in rows])
    if return_X_y:
        return data, target
    return Bunch(
        data=data,
        target=target,
        target_names=list(TARGET_NAMES),
        stars=np.array([stars for _, _, stars in rows]),
        DESCR=DESCR,
    )


def _read_half(path: Path) -> list[tuple[str, str, int]]:
    rows = read_table(path, COLUMNS[:3])
    unknown = {sentiment for _, sentiment, _ in rows}.difference(TARGET_NAMES)
    if unknown or not rows:
        raise ValueError(
            f"{path} has {len(rows)} rows and the sentiments {sorted(unknown)} besides "
            f"{list(TARGET_NAMES)}; expected reviews of those two. {REMEDY}"
        )
    stars = to_integers((row[2] for row in rows), path, "stars")
    # The legacy generator: its stream is frozen, so the order is always the same.
    order = np.random.RandomState(_SHUFFLE_SEED).permutation(len(rows))
    return [(rows[i][0], rows[i][1], stars[i]) for i in order]
