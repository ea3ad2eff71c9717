"""Two years of an electricity transformer, fetched on demand."""

from __future__ import annotations

import os
from typing import Any

from sklearn.utils import Bunch

from skseq.datasets._fetch import Source, find_files
from skseq.datasets._series_table import End, read_series

FEATURE_NAMES = ("HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT")
END = End(17_420, 9.56700038909912)
_MONTH = 30 * 24  # hours, as the parts count them
_BORDERS = {"train": (0, 12), "validation": (12, 16), "test": (16, 20)}

DESCR = """\
ETTh1: electricity transformer temperature, hourly
--------------------------------------------------
17,420 hours, from 2016-07-01 00:00 to 2018-06-26 19:00 without a gap, of one transformer in China:
six loads (high, middle and low, each useful "UFL" and useless "ULL") and "OT", the temperature of
its oil in degrees Celsius.

The usual parts are 12, 4 and 4 months of 30 days; the last 3,020 hours belong to none of them.

Source: https://github.com/zhouhaoyi/ETDataset, CC BY-ND 4.0. Please cite Haoyi Zhou, Shanghang
Zhang, Jieqi Peng, Shuai Zhang, Jianxin Li, Hui Xiong and Wancai Zhang, "Informer: Beyond Efficient
Transformer for Long Sequence Time-Series Forecasting", AAAI 2021.
"""

SOURCE = Source(
    name="ETTh1",
    folder="timeseries",
    files=("ETTh1.csv",),
    # At a commit rather than a branch: files of a branch may change.
    url=(
        "https://raw.githubusercontent.com/zhouhaoyi/ETDataset/"
        "1d16c8f4f943005d613b5bc962e9eeb06058cf07/ETT-small/ETTh1.csv"
    ),
    sha256="f18de3ad269cef59bb07b5438d79bb3042d3be49bdeecf01c1cd6d29695ee066",
)


def fetch_etth1(
    *,
    data_home: str | os.PathLike[str] | None = None,
    download_if_missing: bool = True,
) -> Any:
    """Load two years of hourly loads and oil temperature, downloading them (2.6 MB) if needed.

    Parameters
    ----------
    data_home : str or path-like, default=None
        Folder that has, or will get, ``timeseries/ETTh1.csv``. None means the environment
        variable ``SKSEQ_DATA``, else the user's cache folder. A folder that has the file is only
        read.
    download_if_missing : bool, default=True
        Whether to download the file if it is missing.

    Returns
    -------
    data : :class:`~sklearn.utils.Bunch`
        With the attributes

        data : ndarray of float64, shape (17420, 7)
            The series, one in each column, unscaled.
        feature_names : list of str
            "HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL" and "OT", the oil temperature in
            degrees Celsius, which is the usual target.
        dates : ndarray of datetime64[h], shape (17420,)
            The hours, without a gap.
        splits : dict of str to slice
            "train", "validation" and "test": the hours 0 to 8639, 8640 to 11519 and 11520 to
            14399.
        DESCR : str
            Description, source and citation of the data.

    Raises
    ------
    ValueError
        If the file is damaged, or the download does not have the expected SHA-256.
    OSError
        If the file is missing and is not downloaded, or the download fails (ConnectionError).

    See Also
    --------
    fetch_monthly_sunspots : One series.
    make_sine : Series that need no download.

    Notes
    -----
    The parts are slices and not arrays because a forecast of the first hours of a part needs the
    hours before it. Papers report errors of columns that are scaled by mean and standard deviation
    of the training part.

    References
    ----------
    Zhou et al., "Informer: Beyond Efficient Transformer for Long Sequence Time-Series
    Forecasting", AAAI 2021, https://arxiv.org/abs/2012.07436.

    Examples
    --------
    >>> from skseq.datasets import fetch_etth1
    >>> series = fetch_etth1()  # doctest: +SKIP
    >>> series.data[series.splits["test"]].shape  # doctest: +SKIP
    (2880, 7)
    >>> fetch_etth1(
    ...     data_home="nowhere", download_if_missing=False
    ... )  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    FileNotFoundError: ETTh1: no file at ...
    """
    (path,) = find_files(SOURCE, data_home=data_home, download_if_missing=download_if_missing)
    dates, data = read_series(path, ("date", *FEATURE_NAMES), "h", END)
    return Bunch(
        data=data,
        feature_names=list(FEATURE_NAMES),
        dates=dates,
        splits={
            name: slice(start * _MONTH, stop * _MONTH) for name, (start, stop) in _BORDERS.items()
        },
        DESCR=DESCR,
    )
