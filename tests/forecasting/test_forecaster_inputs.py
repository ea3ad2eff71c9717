"""What forecasters take for a series and for settings, and what they say to all else."""

from __future__ import annotations

import copy
import re

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError

from skseq import GRUForecaster, LSTMForecaster
from skseq.forecasting import __all__ as names

N, WINDOW, HORIZON = 40, 5, 2
WAVE = 10 + np.sin(np.arange(N) * 2 * np.pi / 8)
FRAME = pd.DataFrame({"load": WAVE, "wind": np.cos(np.arange(N)), "day": np.arange(N) % 7})
DAYS = pd.date_range("2024-01-01", periods=N)

SMALL = {"window": WINDOW, "horizon": HORIZON, "units": 4, "epochs": 1, "random_state": 0}


def small(**changes):
    return LSTMForecaster(**{**SMALL, **changes})


def holds(*parts):
    """A pattern that finds these words in this order."""
    return r"[\s\S]*".join(re.escape(part) for part in parts)


@pytest.fixture(scope="module")
def of_wave():
    return small().fit(WAVE)


@pytest.fixture(scope="module")
def of_frame():
    return small().fit(FRAME)


@pytest.fixture(scope="module")
def of_load():
    """Reads three columns and forecasts one."""
    return small(target="load").fit(FRAME)


@pytest.fixture(scope="module")
def of_outside():
    """Forecasts a series that is no column of X."""
    return small().fit(FRAME, WAVE**2)


# ------------------------------------------------------------------------------ containers
@pytest.mark.parametrize(
    "X",
    [
        list(WAVE),
        tuple(WAVE),
        WAVE[:, None],
        WAVE.astype(object),
        [[value] for value in WAVE],
        pd.Series(WAVE),
        pd.Series(WAVE, index=DAYS, name="load"),
    ],
    ids=lambda X: f"{type(X).__name__} {np.shape(X)}",
)
def test_a_series_is_the_same_in_any_container(of_wave, X):
    model = small().fit(X)
    np.testing.assert_allclose(model.predict(X), of_wave.predict(WAVE), atol=1e-6)
    np.testing.assert_allclose(of_wave.forecast(5, X=X), of_wave.forecast(5), atol=1e-6)
    assert model.n_features_in_ == 1 and not hasattr(model, "feature_names_in_")


@pytest.mark.parametrize("dtype", [np.int8, np.int64, bool])
def test_integers_are_numbers(dtype):
    X = (np.arange(N) % 4 > 1).astype(dtype)
    expected = small().fit(X.astype(float)).predict(X.astype(float))
    np.testing.assert_array_equal(small().fit(X).predict(X), expected)


def test_frames_keep_their_names(of_frame):
    assert list(of_frame.feature_names_in_) == ["load", "wind", "day"]
    assert of_frame.predict(FRAME).shape == (N, HORIZON, 3)
    with pytest.raises(ValueError, match="feature names should match"):
        of_frame.predict(FRAME.rename(columns={"wind": "sun"}))
    with pytest.raises(ValueError, match="same order"):
        of_frame.forecast(X=FRAME[["wind", "load", "day"]])
    with pytest.raises(ValueError, match="same order"):
        small().fit(FRAME, X_val=FRAME[["wind", "load", "day"]])
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        of_frame.predict(FRAME.to_numpy())


def test_the_index_is_of_no_effect(of_frame):
    dated = FRAME.set_axis(DAYS)
    np.testing.assert_array_equal(small().fit(dated).predict(dated), of_frame.predict(FRAME))


@pytest.mark.parametrize("column", ["time", 1, -3])
def test_time_stamps_are_left_out(of_frame, column):
    X = FRAME.copy()
    X.insert(1, "time", DAYS)
    model = small(time_column=column).fit(X)
    assert list(model.feature_names_in_) == ["load", "wind", "day"] and model.n_features_in_ == 3
    np.testing.assert_array_equal(model.predict(X), of_frame.predict(FRAME))
    np.testing.assert_array_equal(model.forecast(5, X=X), of_frame.forecast(5))
    assert model.score(X) == of_frame.score(FRAME)
    with pytest.raises(ValueError, match=holds("X, column", "not in order of time", "Sort")):
        model.predict(X[::-1])
    with pytest.raises(ValueError, match=holds("X_val, column", "not in order")):
        model.fit(X, X_val=X[::-1])


def test_time_stamps_may_stand_in_arrays(of_frame):
    X = np.insert(FRAME.to_numpy(), 0, np.arange(N), axis=1)
    model = small(time_column=0, target=1).fit(X)
    expected = small(target=0).fit(FRAME.to_numpy())
    np.testing.assert_array_equal(model.predict(X), expected.predict(FRAME.to_numpy()))


# --------------------------------------------------------------------------------- targets
@pytest.mark.parametrize("target", [0, -3, ["load"], (0,), np.int64(0)])
def test_one_column_is_forecast_of_all(of_load, target):
    model = small(target=target).fit(FRAME)
    assert model.predict(FRAME).shape == (N, HORIZON)
    np.testing.assert_array_equal(model.predict(FRAME), of_load.predict(FRAME))
    np.testing.assert_array_equal(model.reader_.columns, [0])


def test_columns_are_forecast_in_the_order_asked_for():
    model = small(target=["day", "load"], epochs=5, learning_rate=0.05).fit(FRAME)
    found = model.predict(FRAME)
    assert found.shape == (N, HORIZON, 2)
    assert found[:, :, 1].mean() == pytest.approx(10.0, abs=1.0)
    assert found[:, :, 0].mean() == pytest.approx(3.0, abs=1.0)


@pytest.mark.parametrize("as_series", [np.asarray, list, pd.Series, lambda y: y[:, None]])
def test_a_series_beside_x_is_forecast(of_outside, as_series):
    y = as_series(WAVE**2)
    model = small().fit(FRAME, y)
    assert model.predict(FRAME).shape == (N, HORIZON)
    np.testing.assert_array_equal(model.predict(FRAME), of_outside.predict(FRAME))
    assert model.score(FRAME, y) == of_outside.score(FRAME, WAVE**2)
    assert model.forecast().shape == (HORIZON,)


def test_several_series_beside_x_are_forecast():
    y = pd.DataFrame({"up": WAVE**2, "down": -WAVE})
    model = small().fit(WAVE, y)
    assert model.predict(WAVE).shape == (N, HORIZON, 2)
    assert np.isfinite(model.score(WAVE, y))
    assert set(model.naive_scores(WAVE, y)) == {"last_value", "seasonal"}


def test_a_series_beside_x_may_have_gaps():
    y = WAVE.copy()
    y[::3] = np.nan
    model = small(missing="mask").fit(FRAME, y)
    assert np.isfinite(model.predict(FRAME)).all() and np.isfinite(model.score(FRAME, y))


def test_all_may_be_missing_at_first_but_not_at_all():
    X = FRAME.copy()
    X.loc[:9, "wind"] = np.nan
    X["day"] = np.nan
    model = small(missing="mask").fit(X)
    assert np.isfinite(model.predict(X)).all() and np.isfinite(model.forecast(9)).all()
    with pytest.raises(ValueError, match="X is missing, NaN, wherever"):
        small(missing="mask").fit(np.full(N, np.nan))


# ---------------------------------------------------------------------------------- errors
SETTINGS = {
    "window": (0, 2.5, "5", True),
    "horizon": (0, -1, None, True),
    "strategy": ("both", None),
    "target": (1.5, {"load"}),
    "relative": ("yes", 2),
    "linear": (None, 2),
    "season": (0, "weekly", 1.5, True),
    "time_column": (1.5, ["time"], True),
    "missing": ("drop", None),
    "loss": ("mse", None),
    "score_metric": ("mae", None),
    "units": (0,),
    "validation_fraction": (0.0, 1.0),
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in SETTINGS.items() for value in values]
)
def test_settings_out_of_range_are_refused(name, value):
    pattern = holds(f"The '{name}' parameter of LSTMForecaster must be", f"Got {value!r}")
    with pytest.raises(ValueError, match=pattern):
        small(**{name: value}).fit(WAVE)


BAD = {
    "one step short": (
        WAVE[: WINDOW + HORIZON - 1],
        {},
        ["X has n_samples=6 time steps", "window=5", "horizon=2", "at least 7", "longer series"],
    ),
    "one step": ([1.0], {}, ["X has n_samples=1 time steps", "at least 7"]),
    "empty": ([], {}, ["0 sample(s)", "minimum of 1"]),
    "None": (None, {}, ["X is None", "pass a series"]),
    "NaN": (np.where(WAVE > 10.9, np.nan, WAVE), {}, ["X contains NaN", "missing='mask'"]),
    "infinity": (np.where(WAVE > 10.9, np.inf, WAVE), {"missing": "mask"}, ["infinity"]),
    "3-D": (np.zeros((4, 9, 2)), {}, ["3 dimensions", "one series", "LSTMRegressor"]),
    "list of series": ([[1.0] * 9, [1.0] * 8], {}, ["different lengths", "LSTMRegressor"]),
    "text": (FRAME.assign(sky="blue"), {}, ["text", "blue", "numbers"]),
    "dates": (FRAME.assign(time=DAYS), {}, ["dates in column 'time'", "time_column"]),
    "unsorted": (pd.Series(WAVE, index=DAYS)[::-1], {}, ["index of X", "not in order", "Sort"]),
    "twice": (pd.Series(WAVE, index=[DAYS[0], *DAYS[:-1]]), {}, ["index of X", "twice", "Drop"]),
    "no time": (FRAME, {"time_column": "time"}, ["'time'", "none of the columns", "'load'"]),
    "no column": (FRAME, {"time_column": 3}, ["time_column=3", "3 columns"]),
    "no table": (WAVE, {"time_column": 0}, ["time_column=0", "table", "1 dimension"]),
    "no target": (FRAME, {"target": "sun"}, ["'sun'", "none of the columns", "'load'"]),
    "time is no target": (
        FRAME.assign(time=DAYS),
        {"time_column": "time", "target": "time"},
        ["'time'", "none of the columns"],
    ),
    "twice the same": (FRAME, {"target": ["load", 0]}, ["each once"]),
    "bad quantile": (WAVE, {"quantiles": [1.5]}, ["1.5", "between 0 and 1"]),
    "other loss": (WAVE, {"quantiles": [0.5], "loss": "huber"}, ["loss='quantile'", "huber"]),
    "quantiles fed back": (
        WAVE,
        {"quantiles": [0.1], "strategy": "recursive"},
        ["recursive", "no quantiles", "strategy='direct'"],
    ),
    "quantile loss fed back": (
        WAVE,
        {"loss": "quantile", "strategy": "recursive"},
        ["recursive", "no quantiles", "strategy='direct'"],
    ),
    "nothing before the end": (
        WAVE[:8],
        {"early_stopping": True, "validation_fraction": 0.9},
        ["validation_fraction=0.9", "2 windows", "none to train on"],
    ),
    "nothing at the end": (
        np.where(np.arange(N) < 30, WAVE, np.nan),
        {"early_stopping": True, "missing": "mask"},
        ["validation_fraction=0.1", "missing", "X_val"],
    ),
}


@pytest.mark.parametrize(("X", "options", "words"), BAD.values(), ids=BAD)
def test_fit_says_what_is_wrong(X, options, words):
    with pytest.raises(ValueError, match=holds(*words)):
        small(**options).fit(X)


def test_shortest_series_can_be_learned():
    model = small().fit(WAVE[: WINDOW + HORIZON])
    assert model.fit_report_["n_batches"] == 1 and model.forecast().shape == (HORIZON,)
    assert small(window=1, horizon=1).fit([1.0, 2.0]).forecast().shape == (1,)


BAD_Y = {
    "with target": (WAVE, {"target": "load"}, ["y was given beside target"]),
    "fed back": (WAVE, {"strategy": "recursive"}, ["recursive", "no column of X", "target"]),
    "another length": (WAVE[:-1], {}, ["inconsistent numbers of samples", "40, 39"]),
    "NaN": (np.where(WAVE > 10.9, np.nan, WAVE), {}, ["y contains NaN", "missing='mask'"]),
    "infinity": (np.where(WAVE > 10.9, np.inf, WAVE), {"missing": "mask"}, ["y contains infinity"]),
    "text": (["warm"] * N, {}, ["y holds text", "numbers"]),
    "3-D": (np.zeros((N, 2, 2)), {}, ["y has 3 dimensions", "expected one series"]),
    "a number": (1.0, {}, ["y has 0 dimensions", "expected one series"]),
    "ragged": ([[1.0, 2.0], [1.0]], {}, ["y has rows of different lengths"]),
}


@pytest.mark.parametrize(("y", "options", "words"), BAD_Y.values(), ids=BAD_Y)
def test_fit_says_what_is_wrong_with_y(y, options, words):
    with pytest.raises(ValueError, match=holds(*words)):
        small(**options).fit(FRAME, y)


def test_y_must_be_what_it_was_in_fit(of_wave, of_outside):
    with pytest.raises(ValueError, match=holds("y was given", "leave it out")):
        of_wave.score(WAVE, WAVE)
    with pytest.raises(ValueError, match=holds("y is None", "pass")):
        of_outside.score(FRAME)
    with pytest.raises(ValueError, match=holds("y has the shape (40, 2)", "1 column", "as many")):
        of_outside.score(FRAME, np.stack([WAVE, WAVE], axis=1))
    with pytest.raises(ValueError, match="X_val was given without y_val"):
        small().fit(FRAME, WAVE, X_val=FRAME)
    with pytest.raises(ValueError, match=holds("y_val was given without X_val")):
        small().fit(WAVE, y_val=WAVE)
    with pytest.raises(ValueError, match=holds("X_val has n_samples=5 time steps", "at least 7")):
        small().fit(WAVE, X_val=WAVE[:5])


@pytest.mark.parametrize(
    ("weight", "words"),
    [
        (np.ones(N - 1), ["sample_weight", "(39,)", "(40,)"]),
        (np.ones((N, 2)), ["1D array"]),
        (-np.ones(N), ["not negative"]),
        (np.full(N, np.nan), ["finite"]),
        (np.zeros(N), ["zero", "at least one"]),
        ((np.arange(N) < WINDOW - 1).astype(float), ["zero", "at least one"]),
    ],
)
def test_weights_must_be_one_for_each_time_step(of_wave, weight, words):
    with pytest.raises(ValueError, match=holds(*words)):
        small().fit(WAVE, sample_weight=weight)
    with pytest.raises(ValueError, match=holds(*words)):
        of_wave.score(WAVE, sample_weight=weight)


@pytest.mark.parametrize("steps", [0, -1, 1.5, "3", True])
def test_steps_must_be_a_number_of_them(of_wave, steps):
    with pytest.raises(ValueError, match=holds(f"steps={steps!r}", "integer of at least 1")):
        of_wave.forecast(steps)


def test_what_is_not_known_beyond_the_horizon_is_not_forecast(of_load, of_outside):
    words = holds("steps=3 is beyond horizon=2", "only some columns", "longer horizon")
    for model in (of_load, of_outside):
        assert model.forecast(2).shape == (2,)
        with pytest.raises(ValueError, match=words):
            model.forecast(3)


def test_quantiles_need_a_fit_for_them(of_wave):
    for method in (
        lambda: of_wave.predict(WAVE, quantiles=0.5),
        lambda: of_wave.forecast(quantiles=[0.5]),
    ):
        with pytest.raises(ValueError, match=holds("loss='quantile'", "squared_error")):
            method()
    recursive = small(strategy="recursive").fit(WAVE)
    with pytest.raises(ValueError, match="loss='quantile'"):
        recursive.predict(WAVE, quantiles=0.5)
    model = small(quantiles=[0.1, 0.9]).fit(WAVE)
    with pytest.raises(ValueError, match=holds("0.95", "0.1 to 0.9")):
        model.predict(WAVE, quantiles=0.95)
    with pytest.raises(ValueError, match=holds("horizon=2", "steps=5")):
        model.forecast(5, quantiles=0.9)


@pytest.mark.parametrize(
    "verb",
    [
        lambda model: model.predict(WAVE),
        lambda model: model.forecast(),
        lambda model: model.score(WAVE),
        lambda model: model.naive_scores(WAVE),
    ],
    ids=["predict", "forecast", "score", "naive_scores"],
)
def test_before_fit_there_is_nothing_to_say(verb):
    with pytest.raises(NotFittedError, match="not fitted yet"):
        verb(small())


@pytest.mark.parametrize("X", [None, [], WAVE.reshape(2, 4, 5)], ids=["None", "empty", "3-D"])
def test_predict_refuses_what_is_no_series(of_wave, X):
    with pytest.raises(ValueError, match=r"X is None|0 sample|3 dimensions"):
        of_wave.predict(X)


def test_other_columns_than_in_fit_are_refused(of_wave, of_frame):
    with pytest.raises(ValueError, match=holds("X has 2 features", "expecting 1")):
        of_wave.predict(np.zeros((9, 2)))
    with pytest.raises(ValueError, match=holds("X_val has 2 features", "expecting 1")):
        small().fit(WAVE, X_val=np.zeros((9, 2)))
    with pytest.raises(ValueError, match=holds("one column", "fit saw 3", "Reshape your data")):
        of_frame.predict(WAVE)


@pytest.mark.parametrize(
    "changes",
    [
        {"window": 4},
        {"horizon": 3},
        {"strategy": "recursive"},
        {"loss": "huber"},
        {"quantiles": (0.1, 0.9)},
        {"relative": False},
        {"linear": False},
        {"target": ["load", "wind"]},
        {"missing": "mask"},
        {"time_column": "day"},
        {"units": 5},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_training_goes_on_with_the_same_settings_only(of_frame, changes):
    model = copy.deepcopy(of_frame).set_params(warm_start=True, **changes)
    with pytest.raises(ValueError, match=holds(next(iter(changes)), "changed since")):
        model.fit(FRAME)
    with pytest.raises(ValueError, match=holds(next(iter(changes)), "changed since")):
        model.partial_fit(FRAME)
    assert model.n_iter_ == 1


def test_a_failed_fit_leaves_the_one_before(of_wave):
    model = copy.deepcopy(of_wave)
    expected = model.forecast()
    with pytest.raises(ValueError, match="time steps"):
        model.fit(WAVE[:4])
    np.testing.assert_array_equal(model.forecast(), expected)


def test_a_new_fit_forgets_the_one_before(of_frame, of_wave):
    model = copy.deepcopy(of_frame).fit(WAVE)
    assert not hasattr(model, "feature_names_in_") and model.n_features_in_ == 1
    np.testing.assert_array_equal(model.predict(WAVE), of_wave.predict(WAVE))


def test_both_cells_are_told_the_same():
    assert names == ["GRUForecaster", "LSTMForecaster"]
    assert GRUForecaster().get_params() == LSTMForecaster().get_params()
    assert GRUForecaster(**SMALL).fit(WAVE).forecast().shape == (HORIZON,)


# ------------------------------------------------------------------- settings changed after fit
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"window": WINDOW + 1}, "window changed after fit"),
        ({"horizon": HORIZON + 1}, "horizon or strategy changed after fit"),
        ({"horizon": 1}, "horizon or strategy changed after fit"),
        ({"strategy": "recursive"}, "horizon or strategy changed after fit"),
        ({"horizon": 0}, "'horizon' parameter"),
        ({"horizon": "3"}, "'horizon' parameter"),
        ({"score_metric": "rmse"}, "'score_metric' parameter"),
    ],
    ids=repr,
)
def test_settings_changed_after_fit_are_refused(of_wave, changes, words):
    model = copy.deepcopy(of_wave).set_params(**changes)
    verbs = model.predict, model.score, model.naive_scores
    for verb in (*(lambda verb=verb: verb(WAVE) for verb in verbs), model.forecast):
        with pytest.raises(ValueError, match=words):
            verb()


def test_recursion_looks_ahead_as_far_as_is_set_after_fit():
    model = small(strategy="recursive", target=1).fit(FRAME)
    far = model.set_params(horizon=6).predict(FRAME)
    assert far.shape == (N, 6) and model.forecast().shape == (6,)
    np.testing.assert_array_equal(model.set_params(horizon=2).predict(FRAME), far[:, :2])
    with pytest.raises(ValueError, match="horizon or strategy changed after fit"):
        model.set_params(strategy="direct", horizon=1).predict(FRAME)


# -------------------------------------------------------------------------------- time stamps
@pytest.mark.parametrize(
    "index",
    [DAYS, DAYS.date, DAYS.strftime("%Y-%m-%d"), DAYS - DAYS[0], DAYS.to_period("D")],
    ids=["dates", "objects", "text", "times since", "periods"],
)
def test_an_index_of_times_must_rise(of_wave, index):
    rising = pd.Series(WAVE, index=index)
    np.testing.assert_array_equal(of_wave.predict(rising), of_wave.predict(WAVE))
    with pytest.raises(ValueError, match="The index of X is not in order of time: row 1"):
        of_wave.predict(rising[::-1])


@pytest.mark.parametrize("index", [np.arange(N)[::-1], [f"r{i}" for i in range(N)][::-1]])
def test_an_index_of_anything_else_may_be_as_it_is(of_wave, index):
    expected = of_wave.predict(WAVE)
    np.testing.assert_array_equal(of_wave.predict(pd.Series(WAVE, index=index)), expected)


def test_rows_of_x_and_y_must_be_of_the_same_times(of_outside):
    X, y = FRAME.set_index(DAYS), pd.Series(WAVE**2, index=DAYS)
    assert of_outside.score(X, y) == of_outside.score(FRAME, WAVE**2)
    for wrong, words in [
        (y[::-1], "The index of y is not in order of time"),
        (y.set_axis(DAYS + pd.Timedelta(days=1)), holds("y has other time stamps than X", "row 0")),
    ]:
        for verb in (small().fit, of_outside.score, of_outside.naive_scores):
            with pytest.raises(ValueError, match=words):
                verb(X, wrong)
    late = y.set_axis(DAYS + pd.Timedelta(days=1))
    with pytest.raises(ValueError, match="y_val has other time stamps than X_val"):
        small().fit(X, y, X_val=X, y_val=late)


# --------------------------------------------------------------------------------- values
def test_masked_values_are_missing():
    mask = np.arange(N) % 9 == 4
    masked = np.ma.masked_array(np.where(mask, -999.0, WAVE), mask)
    gaps = np.where(mask, np.nan, WAVE)
    found = small(missing="mask").fit(masked).predict(masked)
    np.testing.assert_array_equal(found, small(missing="mask").fit(gaps).predict(gaps))
    with pytest.raises(ValueError, match="X contains NaN"):
        small().fit(masked)


def test_weights_may_leave_rows_that_miss_a_part():
    gaps = np.where(np.arange(N) % 7 == 0, np.nan, WAVE)
    model = small(missing="mask", score_metric="neg_mean_absolute_error").fit(gaps)
    weight = (np.arange(N) % 7 == 6).astype(float)  # of which the first step is missing
    rows = np.flatnonzero(weight[: N - HORIZON])
    rows = rows[rows >= WINDOW - 1]
    expected = -np.abs(model.predict(gaps)[rows, 1] - gaps[rows + 2]).mean()
    assert model.score(gaps, sample_weight=weight) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("X", "words"),
    [
        (WAVE * 1e160, "X holds numbers beyond 1e+150"),
        (FRAME.astype({"day": str}).astype({"day": "category"}), "X holds text"),
    ],
    ids=["huge", "categories"],
)
def test_series_that_are_no_numbers_to_reckon_with_are_refused(X, words):
    if isinstance(X, pd.DataFrame):
        X = X.assign(day=X["day"].cat.rename_categories(lambda day: f"day {day}"))
    with pytest.raises(ValueError, match=re.escape(words)):
        small().fit(X)


def test_what_is_missing_everywhere_is_said_to_be():
    y = np.where(np.arange(N) < WINDOW, WAVE, np.nan)
    with pytest.raises(ValueError, match="y is missing, NaN, wherever"):
        small(missing="mask").fit(WAVE, y)


def test_a_series_in_place_of_steps_is_told_where_it_goes(of_wave):
    with pytest.raises(ValueError, match=re.escape("forecast(X=…)")):
        of_wave.forecast(WAVE)
