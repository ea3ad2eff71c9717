"""How a series is read: numbers in time order, windows of them, time stamps, naive forecasts."""

from __future__ import annotations

import datetime
import re
import tracemalloc

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator

from skseq.inputs.columns import InputColumns
from skseq.inputs.series import filled_forward, horizon_view
from skseq.inputs.time_stamps import check_times, split_time, time_index_of
from skseq.readers.series import SeriesReader
from skseq.targets.naive import find_season, naive_forecasts


def read(X, *, target=None, time_column=None, missing="error"):
    """Return a reader that has read X first, what it read, and the record of columns."""
    estimator = BaseEstimator()
    reader, series = SeriesReader.from_first(
        InputColumns(estimator, reset=True),
        X,
        target=target,
        time_column=time_column,
        missing=missing,
    )
    return reader, series, InputColumns(estimator, reset=False)


def holds(*parts):
    """A pattern that finds these words in this order."""
    return r"[\s\S]*".join(re.escape(part) for part in parts)


# ------------------------------------------------------------------------------ the reader
VALUES = [1.0, 2.0, 4.0, 9.0]


@pytest.mark.parametrize(
    "X",
    [
        VALUES,
        tuple(VALUES),
        np.array(VALUES),
        np.array(VALUES, object),
        np.array(VALUES, np.float32),
        np.array(VALUES, int),
        np.array(VALUES)[:, None],
        [[value] for value in VALUES],
        pd.Series(VALUES),
        pd.Series(VALUES, name="load"),
        pd.Series([1, 2, 4, 9], dtype="Int64"),
        pd.DataFrame({"load": VALUES}),
        np.repeat(VALUES, 2)[::2],
    ],
    ids=lambda X: f"{type(X).__name__} {getattr(X, 'dtype', '')}",
)
def test_a_series_of_one_column_may_come_in_any_container(X):
    _, series, columns = read(X)
    np.testing.assert_array_equal(series.values, np.array(VALUES)[:, None])
    assert series.codes.dtype == np.float32 and series.values.dtype == np.float64
    np.testing.assert_allclose(series.codes.mean(), 0.0, atol=1e-7)
    np.testing.assert_allclose(series.codes.std(), 1.0, atol=1e-6)
    assert columns.n_features == 1


def test_what_is_read_later_is_scaled_as_the_first_was():
    reader, series, columns = read(np.array([[0.0, 5.0], [2.0, 5.0]]))
    later = reader.read(columns, [[4.0, 6.0]])
    np.testing.assert_array_equal(series.codes, [[-1, 0], [1, 0]])
    np.testing.assert_array_equal(later.codes, [[3, 1]])  # a constant column is only moved


def test_reading_does_not_change_what_was_given():
    X = np.array([[0.0, 5.0], [2.0, np.nan]])
    before = X.copy()
    _, series, _ = read(X, missing="mask")
    series.codes[:] = 0
    series.values[:] = 0
    np.testing.assert_array_equal(X, before)


def test_missing_values_are_filled_with_those_before_and_marked():
    X = np.array([[np.nan, 1.0], [3.0, np.nan], [np.nan, np.nan], [5.0, 3.0]])
    reader, series, _ = read(X, missing="mask")
    assert reader.n_inputs == 4
    np.testing.assert_array_equal(series.codes[:, 2:], np.isnan(X))
    # Before the first known value nothing is known but the mean.
    np.testing.assert_array_equal(series.codes[:, 0], [0, -1, -1, 1])
    np.testing.assert_array_equal(series.codes[:, 1], [-1, -1, -1, 1])
    np.testing.assert_array_equal(series.values, X)
    np.testing.assert_array_equal(reader.codes_of(np.ones((2, 2))), [[1, 1, 0, 0]] * 2)


def test_rows_of_forecasts_have_no_marks_where_nothing_may_be_missing():
    reader, _, _ = read([1.0, 2.0])
    np.testing.assert_array_equal(reader.codes_of(np.ones((3, 1))), np.ones((3, 1)))


def test_values_are_filled_from_the_past_only():
    values = np.array([[np.nan, 1.0], [2.0, np.nan], [np.nan, 3.0]])
    np.testing.assert_array_equal(filled_forward(values), [[0, 1], [2, 1], [2, 3]])
    np.testing.assert_array_equal(filled_forward(values, np.array([7.0, 8.0]))[0], [7, 1])


FRAME = pd.DataFrame({"a": VALUES, "b": VALUES[::-1], "c": [0, 1, 0, 1]})


@pytest.mark.parametrize(
    ("target", "columns"),
    [
        (None, [0, 1, 2]),
        ("b", [1]),
        (0, [0]),
        (-1, [2]),
        (np.int64(1), [1]),
        (["c", "a"], [2, 0]),
        (("a", -1), [0, 2]),
        ([2, 0], [2, 0]),
    ],
)
def test_target_names_columns(target, columns):
    reader, _, _ = read(FRAME, target=target)
    np.testing.assert_array_equal(reader.columns, columns)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("d", ["'d'", "none of the columns", "'a', 'b', 'c'"]),
        (3, ["target=3", "3 columns"]),
        (-4, ["target=-4", "3 columns"]),
        ([], ["at least one"]),
        (["a", 0], ["each once"]),
        ([1.5], ["name or number"]),
        ([True], ["name or number"]),
    ],
)
def test_target_that_names_no_columns_is_refused(target, words):
    with pytest.raises(ValueError, match=holds(*words)):
        read(FRAME, target=target)


def test_target_by_name_needs_names():
    with pytest.raises(ValueError, match=holds("'a'", "3 without names")):
        read(FRAME.to_numpy(), target="a")


@pytest.mark.parametrize(
    ("place", "target", "column"),
    [(0, 1, 0), (0, -1, 1), (1, 0, 0), (1, 2, 1), (2, 1, 1), (-1, -2, 1), (2, 0, 0)],
)
def test_numbers_of_targets_count_the_column_of_time_stamps_too(place, target, column):
    values = np.array([[10.0, 20.0], [11.0, 21.0]])
    X = np.insert(values, place % 3, [1, 2], axis=1)
    reader, series, columns = read(X, target=target, time_column=place)
    np.testing.assert_array_equal(reader.columns, [column])
    np.testing.assert_array_equal(series.values, values)
    assert columns.n_features == 2


def test_time_stamps_are_no_target():
    with pytest.raises(ValueError, match=holds("target=-3", "time stamps")):
        read(np.arange(6.0).reshape(2, 3), target=-3, time_column=0)


BAD = {
    "None": (None, ["X is None", "pass a series"]),
    "one number": (3.0, ["0 dimensions", "expected one series"]),
    "text": ("a series", ["0 dimensions", "expected one series"]),
    "3-D": (np.zeros((2, 3, 4)), ["3 dimensions", "expected one series", "windows"]),
    "list of series": ([[1.0, 2.0], [1.0, 2.0, 3.0]], ["different lengths", "windows"]),
    "array of series": (np.array([[1.0], [2.0, 3.0]], object), ["different lengths"]),
    "empty list": ([], ["0 sample(s)"]),
    "empty array": (np.zeros((0, 2)), ["0 sample(s)"]),
    "empty objects": (np.zeros(0, object), ["0 sample(s)"]),
    "no columns": (np.zeros((2, 0)), ["0 feature(s)"]),
    "NaN": ([1.0, np.nan], ["X contains NaN", "missing='mask'"]),
    "None in it": ([1.0, None], ["X contains NaN", "missing='mask'"]),
    "infinity": ([1.0, np.inf], ["X contains infinity"]),
    "words": (["warm", "cold"], ["X holds text", "Make numbers of it"]),
    "column of words": (pd.DataFrame({"a": ["warm", "1"]}), ["X holds text", "warm"]),
    "dates": (np.array(["2020-01-01", "2020-01-02"], "M8[D]"), ["X holds dates", "time_column"]),
    "durations": (np.array([1, 2], "m8[s]"), ["X holds dates"]),
    "a column of dates": (
        pd.DataFrame({"v": [1.0, 2.0], "day": pd.to_datetime(["2020-01-01", "2020-01-02"])}),
        ["X holds dates in column 'day'", "time_column"],
    ),
    "complex": (np.array([1j, 2j]), ["Complex data"]),
    "panel": (
        pd.DataFrame({"v": [1.0, 2.0]}, index=pd.MultiIndex.from_tuples([(0, 0), (0, 1)])),
        ["index of 2 levels", "expected one series", "unstack"],
    ),
}


@pytest.mark.parametrize(("X", "words"), BAD.values(), ids=BAD)
def test_what_is_no_series_is_refused(X, words):
    with pytest.raises(ValueError, match=holds(*words)):
        read(X)


def test_infinity_is_refused_with_a_mask_too():
    with pytest.raises(ValueError, match="infinity"):
        read([1.0, np.inf, np.nan], missing="mask")


@pytest.mark.parametrize("name", ["X", "X_val"])
def test_columns_must_be_those_of_the_first(name):
    reader, _, columns = read(FRAME.to_numpy())
    with pytest.raises(ValueError, match=holds("2 features", "expecting 3")):
        reader.read(columns, np.zeros((4, 2)), name)
    reader, _, columns = read(FRAME)
    with pytest.raises(ValueError, match=holds("feature names", "same order")):
        reader.read(columns, FRAME[["b", "a", "c"]], name)
    with pytest.raises(ValueError, match=holds("Feature names unseen at fit time", "d")):
        reader.read(columns, FRAME.rename(columns={"c": "d"}), name)


def test_an_error_names_what_was_wrong():
    reader, _, columns = read(VALUES)
    with pytest.raises(ValueError, match="X_val contains NaN"):
        reader.read(columns, [np.nan], "X_val")


# ----------------------------------------------------------------------- windows and horizons
@pytest.mark.parametrize(("n", "window"), [(1, 1), (5, 1), (5, 3), (5, 5), (3, 8)])
@pytest.mark.parametrize("missing", ["error", "mask"])
def test_windows_hold_what_a_plain_loop_cuts(n, window, missing):
    X = np.random.default_rng(0).normal(size=(n, 2))
    if missing == "mask":
        X[::2, 0] = np.nan
    _, series, _ = read(X, missing=missing)
    windows = series.windows(window)
    assert len(windows) == n
    for row in range(n):
        expected = series.codes[max(0, row + 1 - window) : row + 1]
        found = windows.codes[windows.positions(np.array([row]))]
        np.testing.assert_array_equal(found, expected)
    some = series.windows(window, first=n // 2, stop=n)
    np.testing.assert_array_equal(some.ends, windows.ends[n // 2 :])
    np.testing.assert_array_equal(some.starts, windows.starts[n // 2 :])


def test_windows_are_views_of_the_series():
    _, series, _ = read(np.arange(10.0))
    assert np.shares_memory(series.windows(4).codes, series.codes)


@pytest.mark.parametrize("shape", [(7, 1), (7, 3), (2, 2)])
@pytest.mark.parametrize("horizon", [1, 2])
def test_horizons_hold_what_a_plain_loop_cuts(shape, horizon):
    values = np.random.default_rng(0).normal(size=shape)
    found = horizon_view(values, horizon)
    expected = [values[i : i + horizon].ravel() for i in range(len(values) - horizon + 1)]
    np.testing.assert_array_equal(found, expected)
    assert np.shares_memory(found, values)


def test_horizons_of_columns_that_lie_apart_are_right():
    values = np.arange(20.0).reshape(10, 2)[:, 1:]
    np.testing.assert_array_equal(horizon_view(values, 2)[:2], [[1, 3], [3, 5]])


def test_reading_a_long_series_takes_memory_of_its_length_only():
    X = np.random.default_rng(0).normal(size=200_000)
    tracemalloc.start()
    _, series, _ = read(X)
    windows, ahead = series.windows(100, 99), horizon_view(series.codes, 50)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(windows) == len(X) - 99 and ahead.shape == (len(X) - 49, 50)
    assert peak < 20 * X.nbytes  # windows alone would be 100 of them


# ------------------------------------------------------------------------------- time stamps
DAYS = ["2020-01-01", "2020-01-02", "2020-01-05", "2020-02-01"]
STAMPS = {
    "strings": DAYS,
    "days": np.array(DAYS, "M8[D]"),
    "nanoseconds": np.array(DAYS, "M8[ns]"),
    "Timestamps": [pd.Timestamp(day) for day in DAYS],
    "datetimes": [datetime.datetime.fromisoformat(day) for day in DAYS],
    "dates": [datetime.date.fromisoformat(day) for day in DAYS],
    "with a zone": [pd.Timestamp(day, tz="Europe/Rome") for day in DAYS],
    "strings with a zone": [day + "T00:00:00Z" for day in DAYS],
    "periods": [pd.Period(day, "D") for day in DAYS],
    "seconds": [0, 60, 61, 1000],
    "hours": [0.0, 0.5, 2.5, 3.0],
}


def swapped(stamps):
    return [stamps[0], stamps[2], stamps[1], stamps[3]]


def repeated(stamps):
    return [stamps[0], stamps[1], stamps[1], stamps[3]]


@pytest.mark.parametrize("stamps", STAMPS.values(), ids=STAMPS)
def test_time_stamps_of_every_kind_are_taken_off_and_checked(stamps):
    frame = pd.DataFrame({"load": VALUES, "time": stamps, "wind": VALUES})
    rest, place = split_time(frame, "time")
    assert list(rest.columns) == ["load", "wind"] and place == 1
    rows = [list(row) for row in zip(VALUES, stamps, VALUES, strict=True)]
    for X in (rows, np.array(rows, object)):
        rest, place = split_time(X, -2)
        np.testing.assert_array_equal(np.asarray(rest, float), np.array([VALUES, VALUES]).T)
        assert place == 1
    for change, words in (
        (swapped, ["not in order of time", "row 2", "Sort the rows"]),
        (repeated, ["twice", "rows 1 and 2", "Drop one"]),
    ):
        wrong = change(list(stamps))
        with pytest.raises(ValueError, match=holds("'time'", *words)):
            split_time(frame.assign(time=wrong), "time")
        with pytest.raises(ValueError, match=holds("column 1", *words)):
            split_time([[1.0, stamp] for stamp in wrong], 1)


@pytest.mark.parametrize("name", [name for name in STAMPS if name not in ("seconds", "hours")])
def test_missing_time_stamps_are_refused(name):
    stamps = [*list(STAMPS[name])[:2], None, list(STAMPS[name])[3]]
    frame = pd.DataFrame({"load": VALUES, "time": stamps})
    with pytest.raises(ValueError, match=holds("'time'", "no time stamp at row 2", "drop it")):
        split_time(frame, "time")


@pytest.mark.parametrize("missing", [np.nan, None])
def test_missing_numbers_as_time_stamps_are_refused(missing):
    with pytest.raises(ValueError, match="no time stamp at row 1"):
        split_time([[0, 1.0], [missing, 2.0], [2, 3.0]], 0)


@pytest.mark.parametrize("stamps", [["soon", "later"], [[1], [2]], [1j, 2j]], ids=str)
def test_what_is_no_time_is_refused(stamps):
    given = np.empty(2, object)
    given[:] = stamps
    with pytest.raises(ValueError, match=holds("neither a date nor a number", "to_datetime")):
        check_times(given, "X")


def test_one_time_stamp_is_in_order():
    check_times(np.array([3.0]), "X")


def test_columns_may_be_numbered_in_frames_with_names_and_named_by_numbers():
    frame = pd.DataFrame({"time": [1, 2], "load": [3.0, 4.0]})
    assert list(split_time(frame, 0)[0].columns) == ["load"]
    frame.columns = [7, 0]  # a name goes before a number
    assert list(split_time(frame, 0)[0].columns) == [7]


@pytest.mark.parametrize(
    ("X", "column", "words"),
    [
        (pd.DataFrame({"a": [1], "b": [2]}), "time", ["'time'", "none of the columns", "'a', 'b'"]),
        (pd.DataFrame({"a": [1], "b": [2]}), 2, ["time_column=2", "2 columns"]),
        (np.zeros((3, 2)), -3, ["time_column=-3", "2 columns"]),
        (np.zeros((3, 2)), "time", ["'time'", "without names", "number of the column"]),
        (np.zeros(3), 0, ["table", "1 dimension"]),
        ([[1.0], [2.0, 3.0]], 0, ["table", "1 dimension"]),
        (np.zeros((3, 1)), 0, ["time stamps only", "values"]),
    ],
)
def test_a_column_of_time_stamps_that_is_not_there_is_refused(X, column, words):
    with pytest.raises(ValueError, match=holds(*words)):
        split_time(X, column)


INDEXES = {
    "dates": pd.to_datetime(DAYS),
    "with a zone": pd.to_datetime(DAYS).tz_localize("Europe/Rome"),
    "periods": pd.PeriodIndex(DAYS, freq="D"),
}


@pytest.mark.parametrize("index", INDEXES.values(), ids=INDEXES)
def test_an_index_of_dates_must_rise(index):
    series = pd.Series(VALUES, index=index)
    time_index_of(series)
    with pytest.raises(ValueError, match=holds("The index of X", "not in order")):
        time_index_of(series[::-1])
    with pytest.raises(ValueError, match=holds("The index of X", "twice")):
        time_index_of(series.iloc[[0, 1, 1]])


@pytest.mark.parametrize("index", [[3, 2, 1, 0], list("dcba"), [0, 0, 0, 0]], ids=str)
def test_an_index_of_anything_else_says_nothing_of_time(index):
    assert time_index_of(pd.Series(VALUES, index=index)) is None


# ---------------------------------------------------------------------------- naive forecasts
@pytest.mark.parametrize("season", [1, 2, 3, 7])
@pytest.mark.parametrize("horizon", [1, 2, 5])
@pytest.mark.parametrize("shape", [(6,), (6, 2)])
def test_naive_forecasts_are_what_a_plain_loop_says(season, horizon, shape):
    values = np.random.default_rng(0).normal(size=shape)
    found = naive_forecasts(values, horizon, season)
    assert found.shape == (6, horizon, *shape[1:])
    for row in range(6):
        for ahead in range(1, horizon + 1):
            place = row + ahead
            while place > row:
                place -= season
            expected = values[place] if place >= 0 else values[row]
            np.testing.assert_array_equal(found[row, ahead - 1], expected)


def test_naive_forecasts_know_nothing_of_the_future():
    values = np.random.default_rng(0).normal(size=40)
    before = naive_forecasts(values, 6, 4)[:20]
    values[20:] = 99.0
    np.testing.assert_array_equal(naive_forecasts(values, 6, 4)[:20], before)


PATTERN = np.array([0.0, 2.0, 1.0, 5.0, 3.0, 3.0, -4.0])
NOISE = np.random.default_rng(0).normal(size=400)


@pytest.mark.parametrize(
    ("values", "season"),
    [
        (np.tile(PATTERN, 20), 7),
        (np.tile(PATTERN, 4), 7),
        (np.tile(PATTERN, 57) + NOISE[:399], 7),
        (np.tile(PATTERN, 57) + 0.5 * np.arange(399), 7),
        (np.tile(PATTERN, 57) * 1e9 - 1e12, 7),
        (np.tile(PATTERN, 57) + np.cumsum(NOISE[:399]), 7),
        (np.sin(np.arange(400) * 2 * np.pi / 25), 25),
        (np.sin(np.arange(80) * 2 * np.pi / 8), 8),
        (np.sin(np.arange(30) * 2 * np.pi / 8) + np.arange(30), 8),
        (np.tile([1.0, -1.0], 50), 2),
        (NOISE, 1),
        (np.cumsum(NOISE), 1),
        (np.arange(100.0), 1),
        (np.full(100, 5.0), 1),
        (np.full(100, 0.1) * 3, 1),
        (np.array([1.0, 2.0]), 1),
        (np.full(50, np.nan), 1),
    ],
)
def test_the_season_of_a_series_is_found(values, season):
    assert find_season(values) == season


def test_the_season_is_found_with_values_missing():
    values = np.tile(PATTERN, 20)
    values[np.random.default_rng(0).random(len(values)) < 0.2] = np.nan
    assert find_season(values) == 7


def test_few_series_without_season_seem_to_have_one():
    rng = np.random.default_rng(1)
    noises = [rng.normal(size=n) for n in (10, 30, 100, 300) for _ in range(50)]
    for series in (noises, [np.cumsum(noise) for noise in noises]):
        assert np.mean([find_season(values) > 1 for values in series]) < 0.03
