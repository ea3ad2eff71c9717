"""Women's E-Commerce Clothing Reviews, fetched on demand."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.utils import Bunch

from skseq.datasets._fetch import Source, find_files
from skseq.datasets._table import REMEDY, read_table, to_integers, write_gzip

TARGET_NAMES = ("not recommended", "recommended")
COLUMNS = ("Title", "Review Text", "Rating", "Recommended IND")

DESCR = """\
Women's E-Commerce Clothing Reviews
-----------------------------------
23,486 anonymised reviews of women's clothing by customers of one shop, of which the 22,641 with
a text are kept; 18,540 of those recommend the article. The name of the shop is replaced by
"retailer" in the texts.

Published on Kaggle (nicapotato/womens-ecommerce-clothing-reviews) under CC0. Kaggle asks for an
account, so the file is downloaded from the copy in the GitHub repository
AFAgarap/ecommerce-reviews-analysis, which goes with A. F. Agarap, "Statistical Analysis on
E-Commerce Reviews, with Sentiment Classification using Bidirectional Recurrent Neural Network",
2018, arXiv:1805.03687; its SHA-256 is checked.
"""


def _convert(download: Path, targets: Mapping[str, Path]) -> None:
    write_gzip(targets["reviews.csv.gz"], download.read_bytes())


SOURCE = Source(
    name="Women's E-Commerce Clothing Reviews",
    folder="womens_clothing",
    files=("reviews.csv.gz",),
    url=(
        "https://raw.githubusercontent.com/AFAgarap/ecommerce-reviews-analysis/master/"
        "Womens%20Clothing%20E-Commerce%20Reviews.csv"
    ),
    sha256="bd93cc515747ad1f87b8bc863c9e40da758509e6db6506a96d06976e61e36ee0",
    convert=_convert,
)


def fetch_clothing_reviews(
    *,
    data_home: str | os.PathLike[str] | None = None,
    download_if_missing: bool = True,
    return_X_y: bool = False,
) -> Any:
    """Load the clothing reviews, downloading them (8 MB) the first time.

    Rows without a text, 845 of 23,486, are dropped. The classes are unbalanced: 82 % of the
    reviews recommend the article. The order is that of the file, which is not sorted.

    Parameters
    ----------
    data_home : str or path-like, default=None
        Folder that has, or will get, ``womens_clothing/reviews.csv.gz``. None means the
        environment variable ``SKSEQ_DATA``, else the user's cache folder. A folder that has
        the file is only read.
    download_if_missing : bool, default=True
        Whether to download the file if it is missing.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    data : :class:`~sklearn.utils.Bunch`
        With the attributes

        data : list of str
            The 22,641 reviews.
        target : ndarray of int, shape (n_samples,)
            1 if the customer recommends the article, else 0.
        target_names : list of str
            The names of the classes 0 and 1.
        rating : ndarray of int, shape (n_samples,)
            1 (worst) to 5 (best) stars.
        title : list of str
            The title of each review, "" if there is none.
        DESCR : str
            Description and source of the data.
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
    load_reviews : A small corpus that needs no download.

    Notes
    -----
    The data are CC0 as published on Kaggle. They are downloaded from a copy in a public
    GitHub repository, AFAgarap/ecommerce-reviews-analysis, because Kaggle asks for an
    account; the copy's SHA-256 is checked.

    Examples
    --------
    >>> from skseq.datasets import fetch_clothing_reviews
    >>> fetch_clothing_reviews(
    ...     data_home="nowhere", download_if_missing=False
    ... )  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    FileNotFoundError: Women's E-Commerce Clothing Reviews: no file at ...
    """
    (path,) = find_files(SOURCE, data_home=data_home, download_if_missing=download_if_missing)
    rows = [row for row in read_table(path, COLUMNS) if row[1].strip()]
    data = [row[1] for row in rows]
    target = np.array(to_integers((row[3] for row in rows), path, COLUMNS[3]), dtype=np.int64)
    if not set(target.tolist()) <= {0, 1}:
        raise ValueError(
            f"{path}, column {COLUMNS[3]!r}: got the values {np.unique(target).tolist()}; "
            f"expected 0 and 1. {REMEDY}"
        )
    if return_X_y:
        return data, target
    return Bunch(
        data=data,
        target=target,
        target_names=list(TARGET_NAMES),
        rating=np.array(to_integers((row[2] for row in rows), path, COLUMNS[2]), dtype=np.int64),
        title=[row[0] for row in rows],
        DESCR=DESCR,
    )
