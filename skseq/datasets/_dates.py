"""Dates in everyday forms and in the form of ISO 8601."""

from __future__ import annotations

import datetime

import numpy as np

from skseq._seeding import draw_seed, generator
from skseq.datasets._numbers import check_n_samples

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_FIRST, _LAST = datetime.date(1950, 1, 1), datetime.date(2049, 12, 31)


def make_dates(
    n_samples: int = 1000,
    *,
    random_state: int | np.random.RandomState | None = None,
) -> tuple[list[str], list[str]]:
    """Generate dates in everyday English forms, and each in ISO 8601.

    Every text has one meaning: in dates of numbers only, the month comes first if slashes separate
    them and the day if full stops do, and a year of two digits is one of the hundred years from
    1950 on.

    Parameters
    ----------
    n_samples : int, default=1000
        Number of dates, from 1950 to 2049; a date may occur twice, mostly in another form.
    random_state : int, RandomState instance or None, default=None
        An int gives the same dates in every call.

    Returns
    -------
    X : list of str
        Such as ``"Tuesday, 3 May 1994"``, ``"may 3rd, 94"``, ``"05/03/1994"`` or ``"3.5.94"``.
    y : list of str
        Such as ``"1994-05-03"``.

    Raises
    ------
    ValueError
        If ``n_samples`` is negative.
    TypeError
        If it is not an integer.

    Examples
    --------
    >>> from skseq.datasets import make_dates
    >>> X, y = make_dates(3, random_state=0)
    >>> len(X), [len(date) for date in y]
    (3, [10, 10, 10])
    """
    check_n_samples(n_samples)
    rng = generator(draw_seed(random_state))
    n_days = (_LAST - _FIRST).days + 1
    dates = [_FIRST + datetime.timedelta(days=int(d)) for d in rng.integers(n_days, size=n_samples)]
    return [_written(date, rng) for date in dates], [date.isoformat() for date in dates]


def _written(date: datetime.date, rng: np.random.Generator) -> str:
    month = _MONTHS[date.month - 1]
    if rng.random() < 0.4:
        month = month[:3]
    year = f"{date.year}" if rng.random() < 0.7 else f"{date.year % 100:02d}"
    day, ordinal = str(date.day), f"{date.day}{_ending(date.day)}"
    ways = (
        f"{day} {month} {year}",
        f"{ordinal} of {month} {year}",
        f"{month} {day}, {year}",
        f"{month} {ordinal}, {year}",
        f"{_WEEKDAYS[date.weekday()]}, {day} {month} {year}",
        f"{_WEEKDAYS[date.weekday()][:3]} {month} {day} {year}",
        f"{date.month:02d}/{date.day:02d}/{year}",
        f"{date.month}/{date.day}/{year}",
        f"{date.day}.{date.month}.{year}",
        f"{date.day:02d}.{date.month:02d}.{year}",
    )
    text = ways[int(rng.integers(len(ways)))]
    return text.lower() if rng.random() < 0.3 else text


def _ending(day: int) -> str:
    if 11 <= day <= 13:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
