"""Three univariate series of textbooks, fetched on demand."""

from __future__ import annotations

import os
from typing import Any

from sklearn.utils import Bunch

from skseq.datasets._fetch import Source, find_files
from skseq.datasets._series_table import End, Unit, read_series

AIRLINE_DESCR = """\
International airline passengers
--------------------------------
144 months, from January 1949 to December 1960: passengers of international airlines, in thousands.
The numbers grow, and their yearly swings grow with them, so that the logarithm is easier to
forecast.

Source: series G of George E. P. Box and Gwilym M. Jenkins, "Time Series Analysis: Forecasting and
Control", Holden-Day 1970, from https://github.com/jbrownlee/Datasets.
"""

TEMPERATURES_DESCR = """\
Daily minimum temperatures in Melbourne
---------------------------------------
3,650 days, from 1981-01-01 to 1990-12-31, in degrees Celsius. The last days of the leap years,
1984-12-31 and 1988-12-31, are missing, so that every year has 365 days.

Source: Australian Bureau of Meteorology by way of the Time Series Data Library of Rob Hyndman,
from https://github.com/jbrownlee/Datasets. Some older copies have question marks in a few cells;
this one has none.
"""

SUNSPOTS_DESCR = """\
Monthly sunspot numbers, Zürich
-------------------------------
2,820 months, from January 1749 to December 1983: mean relative numbers of sunspots. They come and
go in cycles of about 11 years, of uneven length and height.

Source: D. F. Andrews and A. M. Herzberg, "Data: A Collection of Problems from Many Fields for the
Student and Research Worker", Springer 1985, by way of the Time Series Data Library of Rob Hyndman,
from https://github.com/jbrownlee/Datasets. The observatories revised the numbers in 2015.
"""

# At a commit rather than a branch: files of a branch may change.
_HOME = "https://raw.githubusercontent.com/jbrownlee/Datasets/"
AIRLINE = Source(
    name="Airline passengers",
    folder="timeseries",
    files=("airline-passengers.csv",),
    url=_HOME + "d20fcb6402ae34e653d4513b00f39257bb37ed7f/airline-passengers.csv",
    sha256="8cb51be753a718d9be5d76d7e238cc224792754676adc21faa59e954b0201621",
)
TEMPERATURES = Source(
    name="Daily minimum temperatures",
    folder="timeseries",
    files=("daily-min-temperatures.csv",),
    url=_HOME + "d20fcb6402ae34e653d4513b00f39257bb37ed7f/daily-min-temperatures.csv",
    sha256="8b9de63ed6789492bf497625e7f9beb96a63d367b4b0a21754006f749fa5e5da",
)
SUNSPOTS = Source(
    name="Monthly sunspots",
    folder="timeseries",
    files=("monthly-sunspots.csv",),
    url=_HOME + "7041c0cc3d65519cf5af38b3afa82087a7d80748/monthly-sunspots.csv",
    sha256="c4ec8cc57d9f6fb6ecdb3e1f37f25b6f4badd5124c55931052b0cd2fc3bc71f3",
)

# By the name of the source.
ENDS = {
    "Airline passengers": End(144, 432.0),
    "Daily minimum temperatures": End(3650, 13.0),
    "Monthly sunspots": End(2820, 33.4),
}


def fetch_airline_passengers(
    *,
    data_home: str | os.PathLike[str] | None = None,
    download_if_missing: bool = True,
) -> Any:
    """Load the monthly numbers of airline passengers, downloading them (2 kB) if needed.

    Parameters
    ----------
    data_home : str or path-like, default=None
        Folder that has, or will get, ``timeseries/airline-passengers.csv``. None means the
        environment variable ``SKSEQ_DATA``, else the user's cache folder. A folder that has the
        file is only read.
    download_if_missing : bool, default=True
        Whether to download the file if it is missing.

    Returns
    -------
    data : :class:`~sklearn.utils.Bunch`
        With the attributes

        data : ndarray of float64, shape (144,)
            Passengers in each month, in thousands, from 104 to 622.
        dates : ndarray of datetime64[M], shape (144,)
            The months, without a gap.
        DESCR : str
            Description and source of the data.

    Raises
    ------
    ValueError
        If the file is damaged, or the download does not have the expected SHA-256.
    OSError
        If the file is missing and is not downloaded, or the download fails (ConnectionError).

    See Also
    --------
    fetch_monthly_sunspots : A longer series, with cycles that are not exact.
    fetch_daily_min_temperatures : A longer series, without growth.

    References
    ----------
    George E. P. Box and Gwilym M. Jenkins, "Time Series Analysis: Forecasting and Control",
    Holden-Day, 1970, series G.

    Examples
    --------
    >>> from skseq.datasets import fetch_airline_passengers
    >>> series = fetch_airline_passengers()  # doctest: +SKIP
    >>> series.data[:3], str(series.dates[0])  # doctest: +SKIP
    (array([112., 118., 132.]), '1949-01')
    >>> fetch_airline_passengers(
    ...     data_home="nowhere", download_if_missing=False
    ... )  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    FileNotFoundError: Airline passengers: no file at ...
    """
    return _load(
        AIRLINE, ("Month", "Passengers"), "M", AIRLINE_DESCR, data_home, download_if_missing
    )


def fetch_daily_min_temperatures(
    *,
    data_home: str | os.PathLike[str] | None = None,
    download_if_missing: bool = True,
) -> Any:
    """Load ten years of daily minimum temperatures, downloading them (68 kB) if needed.

    Parameters
    ----------
    data_home : str or path-like, default=None
        Folder that has, or will get, ``timeseries/daily-min-temperatures.csv``. None means the
        environment variable ``SKSEQ_DATA``, else the user's cache folder. A folder that has the
        file is only read.
    download_if_missing : bool, default=True
        Whether to download the file if it is missing.

    Returns
    -------
    data : :class:`~sklearn.utils.Bunch`
        With the attributes

        data : ndarray of float64, shape (3650,)
            The lowest temperature of each day in Melbourne, in degrees Celsius, from 0 to 26.3.
        dates : ndarray of datetime64[D], shape (3650,)
            The days. 1984-12-31 and 1988-12-31 are missing.
        DESCR : str
            Description and source of the data.

    Raises
    ------
    ValueError
        If the file is damaged, or the download does not have the expected SHA-256.
    OSError
        If the file is missing and is not downloaded, or the download fails (ConnectionError).

    See Also
    --------
    fetch_airline_passengers : A short series that grows.
    fetch_etth1 : Seven series at once.

    Notes
    -----
    Copies of this series elsewhere have cells such as ``?0.2``. They are refused rather than
    guessed at.

    References
    ----------
    Rob Hyndman, "Time Series Data Library", https://pkg.yangzhuoranyang.com/tsdl/.

    Examples
    --------
    >>> from skseq.datasets import fetch_daily_min_temperatures
    >>> series = fetch_daily_min_temperatures()  # doctest: +SKIP
    >>> series.data[:3], str(series.dates[0])  # doctest: +SKIP
    (array([20.7, 17.9, 18.8]), '1981-01-01')
    >>> fetch_daily_min_temperatures(
    ...     data_home="nowhere", download_if_missing=False
    ... )  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    FileNotFoundError: Daily minimum temperatures: no file at ...
    """
    return _load(
        TEMPERATURES, ("Date", "Temp"), "D", TEMPERATURES_DESCR, data_home, download_if_missing
    )


def fetch_monthly_sunspots(
    *,
    data_home: str | os.PathLike[str] | None = None,
    download_if_missing: bool = True,
) -> Any:
    """Load 235 years of monthly sunspot numbers, downloading them (45 kB) if needed.

    Parameters
    ----------
    data_home : str or path-like, default=None
        Folder that has, or will get, ``timeseries/monthly-sunspots.csv``. None means the
        environment variable ``SKSEQ_DATA``, else the user's cache folder. A folder that has the
        file is only read.
    download_if_missing : bool, default=True
        Whether to download the file if it is missing.

    Returns
    -------
    data : :class:`~sklearn.utils.Bunch`
        With the attributes

        data : ndarray of float64, shape (2820,)
            Mean relative sunspot number of each month, from 0 to 253.8.
        dates : ndarray of datetime64[M], shape (2820,)
            The months, without a gap.
        DESCR : str
            Description and source of the data.

    Raises
    ------
    ValueError
        If the file is damaged, or the download does not have the expected SHA-256.
    OSError
        If the file is missing and is not downloaded, or the download fails (ConnectionError).

    See Also
    --------
    fetch_airline_passengers : A short series with exact seasons.
    make_sine : A series whose period is exact; needs no download.

    References
    ----------
    D. F. Andrews and A. M. Herzberg, "Data: A Collection of Problems from Many Fields for the
    Student and Research Worker", Springer, 1985.

    Examples
    --------
    >>> from skseq.datasets import fetch_monthly_sunspots
    >>> series = fetch_monthly_sunspots()  # doctest: +SKIP
    >>> series.data[:3], str(series.dates[0])  # doctest: +SKIP
    (array([58. , 62.6, 70. ]), '1749-01')
    >>> fetch_monthly_sunspots(
    ...     data_home="nowhere", download_if_missing=False
    ... )  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    FileNotFoundError: Monthly sunspots: no file at ...
    """
    return _load(
        SUNSPOTS, ("Month", "Sunspots"), "M", SUNSPOTS_DESCR, data_home, download_if_missing
    )


def _load(
    source: Source,
    header: tuple[str, str],
    unit: Unit,
    description: str,
    data_home: str | os.PathLike[str] | None,
    download_if_missing: bool,
) -> Any:
    (path,) = find_files(source, data_home=data_home, download_if_missing=download_if_missing)
    dates, values = read_series(path, header, unit, ENDS[source.name])
    return Bunch(data=values[:, 0], dates=dates, DESCR=description)
