"""Forecasters: windows of a series in, the next values out, and nothing from the future."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score
from sklearn.model_selection import (
    GridSearchCV,
    TimeSeriesSplit,
    cross_val_score,
    cross_validate,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import skseq
from skseq import GRUForecaster, LSTMForecaster

N, WINDOW, HORIZON = 80, 6, 3
TIMES = np.arange(N)
WAVE = 10 + np.sin(TIMES * 2 * np.pi / 8)
TWO = np.stack([WAVE, 0.1 * TIMES + np.cos(TIMES)], axis=1)
GAPPY = TWO.copy()
GAPPY[np.random.default_rng(0).random(TWO.shape) < 0.15] = np.nan
NOW = 41
GAPPY[NOW, 0] = np.nan  # which must be filled with what was before

SMALL = {
    "window": WINDOW,
    "horizon": HORIZON,
    "units": 4,
    "epochs": 2,
    "learning_rate": 0.001,
    "batch_size": 32,
    "random_state": 0,
}
# What a forecaster may be told, and a series for it.
CASES = {
    "direct": ({}, WAVE),
    "recursive": ({"strategy": "recursive"}, WAVE),
    "direct, two columns": ({"relative": False}, TWO),
    "recursive, two columns": ({"strategy": "recursive", "relative": False}, TWO),
    "one of two columns": ({"target": 1}, TWO),
    "recursive, one of two columns": ({"strategy": "recursive", "target": 1}, TWO),
    "columns in another order": ({"target": [1, 0]}, TWO),
    "missing": ({"missing": "mask"}, GAPPY),
    "recursive, missing": ({"strategy": "recursive", "missing": "mask"}, GAPPY),
    "not linear": ({"linear": False}, WAVE),
    "both directions": ({"bidirectional": True, "dropout": 0.2}, WAVE),
    "quantiles": ({"quantiles": (0.1, 0.9)}, TWO),
}


def small(**changes):
    return LSTMForecaster(**{**SMALL, **changes})


@pytest.fixture(scope="module")
def fitted():
    """Forecasters of all cases, each trained once."""
    found = {}

    def of(case):
        if case not in found:
            options, X = CASES[case]
            found[case] = small(**options).fit(X), X
        return found[case]

    return of


def shape_of(case):
    """What one forecast of a step has: nothing, or a number of each column."""
    options, X = CASES[case]
    return () if X.ndim == 1 or options.get("target") == 1 else (2,)


# ---------------------------------------------------------------------- what predict returns
@pytest.mark.parametrize("case", CASES)
def test_predict_gives_a_row_of_forecasts_for_each_time_step(fitted, case):
    model, X = fitted(case)
    found = model.predict(X)
    assert found.shape == (N, HORIZON, *shape_of(case)) and found.dtype == np.float64
    assert np.isfinite(found).all()
    assert model.forecast().shape == (HORIZON, *shape_of(case))
    assert model.forecast(2).shape == (2, *shape_of(case))


@pytest.mark.parametrize(
    ("case", "future"),
    [
        (case, future)
        for case in CASES
        for future in ("other values", "cut off", "missing")
        if future != "missing" or "missing" in case  # elsewhere NaN is refused
    ],
)
def test_forecasts_know_nothing_of_the_future(fitted, case, future):
    model, X = fitted(case)
    changed = X.copy()
    if future == "other values":
        changed[NOW + 1 :] = -1e4 * np.random.default_rng(1).random(changed[NOW + 1 :].shape)
    elif future == "missing":
        changed[NOW + 1 :] = np.nan
    else:
        changed = changed[: NOW + 1]
    before = model.predict(X)
    after = model.predict(changed)
    np.testing.assert_allclose(after[: NOW + 1], before[: NOW + 1], atol=1e-6, rtol=1e-6)
    if future == "other values":  # and the present counts
        assert np.abs(after[NOW + 1 :] - before[NOW + 1 :]).min() > 1e-6


@pytest.mark.parametrize("case", CASES)
def test_a_row_is_the_forecast_of_a_series_that_ends_there(fitted, case):
    model, X = fitted(case)
    found = model.predict(X)
    for row in (0, 1, WINDOW - 2, WINDOW - 1, 40, N - 1):
        alone = model.forecast(X=X[: row + 1])
        np.testing.assert_allclose(found[row], alone, atol=1e-6, rtol=1e-6)
    np.testing.assert_allclose(model.forecast(), found[-1], atol=1e-6, rtol=1e-6)


def test_a_row_sees_no_more_than_its_window(fitted):
    for case in ("direct", "recursive"):
        model, X = fitted(case)
        changed = X.copy()
        changed[:30] = 1e3
        found, expected = model.predict(changed), model.predict(X)
        first = 30 + WINDOW - 1  # the first whose window begins behind the change
        np.testing.assert_allclose(found[first:], expected[first:], atol=1e-6)
        assert np.abs(found[first - 1] - expected[first - 1]).max() > 1e-6


# ------------------------------------------------------------------------------ recursion
@pytest.mark.parametrize("case", ["recursive", "recursive, two columns", "recursive, missing"])
def test_recursion_is_one_step_forecasts_fed_back(fitted, case):
    model, X = fitted(case)
    one_step = copy.deepcopy(model).set_params(horizon=1)
    for last in (2, 40, N - 1):
        series = X[: last + 1]
        for _ in range(HORIZON):
            following = one_step.predict(series)[-1]
            series = np.concatenate([series, following.reshape(1, *series.shape[1:])])
        # Fed back, a forecast is rounded to float32 once more or once less.
        np.testing.assert_allclose(model.predict(X)[last], series[last + 1 :], atol=1e-5)
    assert model.forecast(20).shape[0] == 20
    np.testing.assert_allclose(model.forecast(20)[:HORIZON], model.forecast(), atol=1e-6)


def test_recursion_of_one_column_forecasts_the_others_too(fitted):
    model, X = fitted("recursive, one of two columns")
    assert model.forecast(7).shape == (7,)
    both = small(strategy="recursive").fit(X)
    np.testing.assert_allclose(model.predict(X), both.predict(X)[:, :, 1], atol=1e-6)
    np.testing.assert_allclose(model.forecast(7), both.forecast(7)[:, 1], atol=1e-6)


@pytest.mark.parametrize(
    "case", ["direct", "direct, two columns", "columns in another order", "missing", "quantiles"]
)
def test_beyond_the_horizon_blocks_are_fed_back(fitted, case):
    model, X = fitted(case)
    series, found = X, []
    for _ in range(3):
        block = model.forecast(X=series)
        found.append(block)
        columns = model.reader_.columns
        rows = block if block.ndim == 1 else block[:, np.argsort(columns)]
        series = np.concatenate([series, rows])
    expected = np.concatenate(found)[: 2 * HORIZON + 1]
    np.testing.assert_allclose(model.forecast(2 * HORIZON + 1), expected, atol=1e-5)
    np.testing.assert_allclose(model.forecast(2 * HORIZON + 1, X=X), expected, atol=1e-5)


def test_series_of_less_than_a_window_are_continued(fitted):
    for case in ("direct", "recursive"):
        model, X = fitted(case)
        for n in (1, 3):
            assert np.isfinite(model.forecast(10, X=X[:n])).all()
            assert model.predict(X[:n]).shape == (n, HORIZON)


# ------------------------------------------------------------------- what it is trained on
def samples_of(model, X, y=None, sample_weight=None):
    reader, series = model._read_to_fit(X, y, reset=True)
    target = model._make_codec(y, None, reader, sample_weight)
    return model._samples(reader, target, series, y, sample_weight, normalize=True), target, series


@pytest.mark.parametrize("case", CASES)
def test_training_windows_and_targets_are_those_of_a_plain_loop(case):
    options, X = CASES[case]
    model = small(**options)
    samples, target, series = samples_of(model, X)
    ahead = 1 if "recursive" in case else HORIZON
    columns = np.arange(series.values.shape[1]) if target.columns is None else target.columns
    ends = range(WINDOW - 1, N - ahead)
    assert len(samples.X) == len(samples.target) == len(samples.weight) == len(ends)
    for i, end in enumerate(ends):
        window = samples.X.codes[samples.X.positions(np.array([i]))]
        np.testing.assert_array_equal(window, series.codes[end + 1 - WINDOW : end + 1])
        following = series.values[end + 1 : end + 1 + ahead, columns]
        expected = target.of_one_step.apply(following).ravel()
        np.testing.assert_allclose(samples.target[i], expected, atol=1e-5)
        assert samples.weight[i] == (0.0 if np.isnan(following).all() else 1.0)


@pytest.mark.parametrize("y", [WAVE[::-1], np.stack([WAVE[::-1], WAVE**2], axis=1)])
def test_targets_given_as_y_are_those_of_a_plain_loop(y):
    samples, target, _ = samples_of(small(), TWO, y)
    for i in range(len(samples.X)):
        end = WINDOW - 1 + i
        expected = target.of_one_step.apply(y.reshape(N, -1)[end + 1 : end + 1 + HORIZON])
        np.testing.assert_allclose(samples.target[i], expected.ravel(), atol=1e-6)


def test_windows_of_a_long_series_are_never_made_at_once():
    X = np.random.default_rng(0).normal(size=200_000)
    model = small(window=100, horizon=24)
    tracemalloc.start()
    samples, _, series = samples_of(model, X)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert np.shares_memory(samples.X.codes, series.codes)
    assert samples.target.base is not None and samples.target.strides == (4, 4)
    assert peak < 20 * X.nbytes  # windows alone would be 50 times X in float32


def test_missing_targets_of_a_long_series_take_no_memory_of_their_horizons():
    X = np.random.default_rng(0).normal(size=100_000)
    X[::7] = np.nan
    model = small(window=10, horizon=500, missing="mask")
    tracemalloc.start()
    samples, _, _ = samples_of(model, X)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (samples.weight == 1.0).all()
    assert peak < 25 * X.nbytes  # a byte for each target would be 62 of them


@pytest.mark.parametrize("strategy", ["direct", "recursive"])
@pytest.mark.parametrize("fraction", [0.01, 0.1, 0.5])
def test_the_end_is_held_out_and_nothing_trained_on_looks_into_it(strategy, fraction):
    X = np.arange(float(N))
    model = small(strategy=strategy, validation_fraction=fraction)
    samples, target, _ = samples_of(model, X)
    train, held = model._hold_out(samples, target, 0)
    trained, kept = (np.round(target.scaling.undo(part.target)) for part in (train, held))
    assert trained.max() < kept.min()  # of 0, 1, 2, … the numbers are times
    assert trained.max() + 1 == kept.min() and kept.max() == N - 1
    assert len(held.X) == np.ceil(fraction * len(samples.X))
    assert held.X.ends[-1] == samples.X.ends[-1]


def test_early_stopping_restores_the_best_epoch(fitted):
    model = small(early_stopping=True, validation_fraction=0.2, n_iter_no_change=2, epochs=6)
    model.set_params(learning_rate=0.1).fit(WAVE)
    scores = model.validation_scores_
    assert len(scores) == model.n_iter_ <= 6
    again = clone(model).set_params(epochs=int(np.argmax(scores)) + 1).fit(WAVE)
    np.testing.assert_allclose(again.predict(WAVE), model.predict(WAVE), atol=1e-5)


def test_a_series_of_its_own_may_be_validated_on():
    y = WAVE**2
    model = small().fit(WAVE[:60], X_val=WAVE[50:])
    assert len(model.validation_scores_) == 2
    model.fit(WAVE[:60], y[:60], X_val=WAVE[50:], y_val=y[50:])
    last = model.validation_scores_[-1]
    rows = slice(WINDOW - 1, 30 - HORIZON)
    truth = np.lib.stride_tricks.sliding_window_view(y[50:][WINDOW:], HORIZON)
    errors = (model.predict(WAVE[50:])[rows] - truth) ** 2
    assert last == pytest.approx(1 - errors.mean() / y[:60].var(), abs=1e-4)


# ---------------------------------------------------------------------- training goes on
def test_two_fits_are_equal_and_a_seed_is_kept():
    first, second = small().fit(WAVE), small().fit(WAVE)
    np.testing.assert_array_equal(first.predict(WAVE), second.predict(WAVE))
    other = small(random_state=1).fit(WAVE)
    assert np.abs(first.predict(WAVE) - other.predict(WAVE)).max() > 1e-4


def test_chunks_go_on_where_training_stood(fitted):
    model = small()
    for start in (0, 30):
        model.partial_fit(TWO[start : start + 40])
    assert model.n_iter_ == 2
    np.testing.assert_allclose(model.forecast(), model.forecast(X=TWO[:70]), atol=1e-6)
    # The first chunk decides how numbers are scaled.
    np.testing.assert_allclose(model.reader_.scaling.mean, TWO[:40].mean(axis=0))
    assert model.naive_score_ == model.naive_scores(TWO[30:70])


def test_chunks_of_one_series_are_epochs_of_a_fit(fitted):
    model = small()
    model.partial_fit(WAVE).partial_fit(WAVE)
    np.testing.assert_allclose(model.predict(WAVE), fitted("direct")[0].predict(WAVE), atol=1e-6)


def test_warm_start_goes_on():
    once = small(epochs=3).fit(WAVE)
    twice = small(epochs=1, warm_start=True).fit(WAVE)
    twice.set_params(epochs=2).fit(WAVE)
    assert twice.n_iter_ == 3
    np.testing.assert_allclose(twice.predict(WAVE), once.predict(WAVE), atol=1e-6)
    longer = np.concatenate([WAVE, WAVE])
    twice.fit(longer)
    np.testing.assert_allclose(twice.forecast(), twice.predict(longer)[-1], atol=1e-6)


def test_a_clone_trains_on_where_an_equal_one_stopped():
    scratch = small(epochs=3).fit(TWO)
    small(epochs=1, warm_start=True, verbose=0).fit(TWO)
    model = small(epochs=3, warm_start=True).fit(TWO)
    np.testing.assert_allclose(model.predict(TWO), scratch.predict(TWO), atol=1e-6)


def test_an_interrupted_fit_keeps_what_it_learned_and_forecasts():
    import keras

    class Interruption(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == 1:
                raise KeyboardInterrupt

    model = small(epochs=5, callbacks=[Interruption])
    with pytest.raises(KeyboardInterrupt):
        model.fit(WAVE)
    assert 1 <= model.n_iter_ <= 2
    np.testing.assert_allclose(model.forecast(), model.predict(WAVE)[-1], atol=1e-6)
    assert set(model.naive_score_) == {"last_value", "seasonal"}


def test_weights_of_zero_leave_time_steps_out():
    broken = WAVE.copy()
    broken[50:] = 10.0  # what is forecast from there on does not count
    weight = (TIMES < 50 - HORIZON).astype(float)
    full = {"batch_size": N, "epochs": 3, "learning_rate": 0.05}
    weighted, short = small(**full), small(**full)
    samples, target, _ = samples_of(weighted, broken, sample_weight=weight)
    kept = samples.with_weight()
    assert len(kept.X) == 50 - HORIZON - WINDOW + 1
    assert target.scaling.undo(kept.target).max() <= WAVE[:50].max() + 1e-6
    weighted.fit(broken, sample_weight=weight)
    short.fit(broken, sample_weight=1000 * weight)  # proportions only
    np.testing.assert_allclose(weighted.predict(WAVE), short.predict(WAVE), atol=1e-4)
    assert np.abs(weighted.predict(WAVE) - small(**full).fit(broken).predict(WAVE)).max() > 1e-3


# ------------------------------------------------------------------------ what it can learn
@pytest.fixture(scope="module")
def learned():
    """A forecaster that has learned a wave, with time to do so."""
    wave = np.sin(np.arange(160) * 2 * np.pi / 8)
    model = GRUForecaster(8, 4, units=12, epochs=25, learning_rate=0.02, random_state=0)
    return model.fit(wave), wave


def test_a_wave_is_learned_and_continued(learned):
    model, wave = learned
    assert model.score(wave) > 0.98 > model.naive_score_["last_value"]
    assert model.season_ == 8
    assert model.naive_score_["seasonal"] == pytest.approx(1.0)
    truth = np.sin(np.arange(160, 180) * 2 * np.pi / 8)
    assert np.abs(model.forecast(20) - truth).max() < 0.35


def test_a_trend_goes_on_beyond_all_that_was_seen():
    trend = 5.0 + 0.3 * np.arange(60)
    options = {"epochs": 20, "learning_rate": 0.05}
    relative = small(**options).fit(trend)
    identity = small(**options, relative=False).fit(trend)
    truth = 5.0 + 0.3 * np.arange(60, 90)
    assert np.abs(relative.forecast(30) - truth).max() < 3.0  # of a rise by 9
    far = 5.0 + 0.3 * np.arange(500, 560)
    assert relative.score(far) > 0.9 > identity.score(far)


def test_moving_a_series_moves_relative_forecasts(fitted):
    for case, moves in (("direct", True), ("direct, two columns", False)):
        model, X = fitted(case)
        moved = model.predict(X + 50.0) - model.predict(X)
        assert (np.abs(moved - 50.0).max() < 1e-3) == moves


@pytest.mark.parametrize("strategy", ["direct", "recursive"])
@pytest.mark.parametrize("value", [0.0, 7.25, -1e6])
def test_a_constant_goes_on(strategy, value):
    model = small(strategy=strategy).fit(np.full(30, value))
    np.testing.assert_allclose(model.forecast(5), value, atol=0.05)
    assert model.season_ == 1
    assert model.naive_score_ == {"last_value": 1.0, "seasonal": 1.0}


@pytest.mark.parametrize("strategy", ["direct", "recursive"])
def test_the_unit_of_a_series_does_not_matter(strategy):
    expected = small(strategy=strategy).fit(WAVE).predict(WAVE)
    found = small(strategy=strategy).fit(WAVE * 1e6 - 4e7).predict(WAVE * 1e6 - 4e7)
    np.testing.assert_allclose((found + 4e7) / 1e6, expected, atol=1e-4)


# -------------------------------------------------------------------------------- scoring
def rows_that_count(X, forecasts):
    """Truth and forecasts of a plain loop: full windows with a full horizon ahead."""
    ends = range(WINDOW - 1, len(X) - HORIZON)
    truth = np.array([X[end + 1 : end + 1 + HORIZON].ravel() for end in ends])
    return truth, np.array([forecasts[end].ravel() for end in ends])


METRICS = {
    "r2": r2_score,
    "neg_mean_absolute_error": lambda *pair, **weight: -mean_absolute_error(*pair, **weight),
    "neg_mean_squared_error": lambda *pair, **weight: -mean_squared_error(*pair, **weight),
}


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("case", ["direct", "direct, two columns", "recursive, two columns"])
def test_scores_are_those_of_scikit_learn(fitted, case, metric):
    model, X = fitted(case)
    model = copy.deepcopy(model).set_params(score_metric=metric)
    truth, found = rows_that_count(X, model.predict(X))
    assert model.score(X) == pytest.approx(METRICS[metric](truth, found))
    weight = np.random.default_rng(0).random(N)
    inner = weight[WINDOW - 1 : N - HORIZON]
    expected = METRICS[metric](truth, found, sample_weight=inner)
    assert model.score(X, sample_weight=weight) == pytest.approx(expected)
    last = np.stack([X] * HORIZON, axis=1)
    truth, found = rows_that_count(X, last)
    assert model.naive_scores(X)["last_value"] == pytest.approx(METRICS[metric](truth, found))


def test_naive_scores_are_those_of_forecasts_made_by_hand():
    model = small(score_metric="neg_mean_absolute_error", season=4).fit(WAVE)
    errors, seasonal = [], []
    for end in range(WINDOW - 1, N - HORIZON):
        for ahead in range(1, HORIZON + 1):
            errors.append(abs(WAVE[end + ahead] - WAVE[end]))
            seasonal.append(abs(WAVE[end + ahead] - WAVE[end + ahead - 4]))
    expected = {"last_value": -np.mean(errors), "seasonal": -np.mean(seasonal)}
    assert model.naive_score_ == pytest.approx(expected)
    assert model.naive_scores(WAVE) == pytest.approx(expected)
    assert model.season_ == 4


@pytest.mark.parametrize("strategy", ["direct", "recursive"])
def test_the_season_and_naive_scores_are_those_of_the_targets(strategy):
    X = np.stack([np.sin(TIMES * 2 * np.pi / 5), WAVE], axis=1)
    model = small(strategy=strategy, target=1, epochs=1).fit(X)
    assert model.season_ == 8
    assert model.naive_score_ == pytest.approx(small(epochs=1).fit(WAVE).naive_score_)


def test_missing_values_do_not_count_in_scores(fitted):
    model, X = fitted("missing")
    truth, found = rows_that_count(X, model.predict(X))
    known = ~np.isnan(truth)
    expected = [r2_score(t[k], f[k]) for t, f, k in zip(truth.T, found.T, known.T, strict=True)]
    assert model.score(X) == pytest.approx(np.mean(expected))
    gone = X.copy()
    gone[WINDOW:] = np.nan
    with pytest.raises(ValueError, match="nothing to score"):
        model.score(gone)
    gone[-1] = X[0]  # one value can be scored, but has no variance
    model = copy.deepcopy(model).set_params(score_metric="neg_mean_absolute_error")
    assert np.isfinite(model.score(gone)) == (not np.isnan(X[0]).all())


def test_short_series_are_scored_as_far_as_they_go(fitted):
    model, X = fitted("direct")
    short = X[: WINDOW + HORIZON - 1]  # no full window has a full horizon ahead
    rows = len(short) - HORIZON
    truth = np.array([short[i + 1 : i + 1 + HORIZON] for i in range(rows)])
    assert model.score(short) == pytest.approx(r2_score(truth, model.predict(short)[:rows]))
    with pytest.warns(UndefinedMetricWarning):
        assert np.isnan(model.score(X[: HORIZON + 1]))
    with pytest.raises(ValueError, match=r"X has 3 time steps, but horizon=3[\s\S]*longer"):
        model.score(X[:HORIZON])


def test_the_shortest_series_has_naive_scores_without_a_warning():
    model = small(epochs=1).fit(WAVE[: WINDOW + HORIZON])
    assert np.isnan(list(model.naive_score_.values())).all()
    model = small(epochs=1, score_metric="neg_mean_squared_error").fit(WAVE[: WINDOW + HORIZON])
    assert np.isfinite(list(model.naive_score_.values())).all()


# ------------------------------------------------------------------------------ quantiles
def test_quantiles_are_in_order_and_forecasts_are_medians(fitted):
    model, X = fitted("quantiles")
    found = model.predict(X, quantiles=(0.1, 0.5, 0.9))
    assert found.shape == (N, HORIZON, 2, 3)
    assert (np.diff(found, axis=-1) >= 0).all() and np.ptp(found, axis=-1).max() > 0
    np.testing.assert_array_equal(found[..., 1], model.predict(X))
    np.testing.assert_array_equal(model.predict(X, quantiles=0.9), found[..., 2])
    ahead = model.forecast(2, quantiles=(0.1, 0.5, 0.9))
    np.testing.assert_allclose(ahead, found[-1, :2], atol=1e-6)


def test_quantiles_cover_what_they_promise():
    noise = np.random.default_rng(0).normal(size=400)
    model = small(horizon=2, quantiles=(0.1, 0.9), epochs=8, learning_rate=0.02, relative=False)
    low, high = np.moveaxis(model.fit(noise).predict(noise, quantiles=(0.1, 0.9)), -1, 0)
    truth = np.lib.stride_tricks.sliding_window_view(noise[1:], 2)
    inside = (low[:-2] <= truth) & (truth <= high[:-2])
    assert 0.7 < inside.mean() < 0.9


# --------------------------------------------------------------------- with scikit-learn
def test_a_search_over_folds_in_time():
    folds = TimeSeriesSplit(3, gap=2)
    search = GridSearchCV(
        small(epochs=1),
        {"strategy": ["direct", "recursive"]},
        cv=folds,
        error_score="raise",
    )
    search.fit(TWO)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert search.predict(TWO).shape == (N, HORIZON, 2)
    np.testing.assert_allclose(
        search.best_estimator_.forecast(), search.predict(TWO)[-1], atol=1e-6
    )


def test_folds_are_scored_on_their_own():
    folds = list(TimeSeriesSplit(3, test_size=15).split(WAVE))
    found = cross_validate(small(), WAVE, cv=folds, return_estimator=True)
    for (train, test), model, score in zip(
        folds, found["estimator"], found["test_score"], strict=True
    ):
        assert model.score(WAVE[test]) == pytest.approx(score)
        again = small().fit(WAVE[train])
        np.testing.assert_allclose(again.predict(WAVE), model.predict(WAVE), atol=1e-6)
    scorer = "neg_mean_absolute_error"
    assert len(cross_val_score(small(epochs=1, score_metric=scorer), list(WAVE), cv=folds)) == 3


def test_a_pipeline_scales_and_forecasts():
    model = make_pipeline(StandardScaler(), small()).fit(TWO)
    assert model.predict(TWO).shape == (N, HORIZON, 2)
    plain = small().fit(TWO)
    unscaled = model.predict(TWO) * model[0].scale_ + model[0].mean_
    np.testing.assert_allclose(unscaled, plain.predict(TWO), atol=1e-4)
    assert model.score(TWO) == pytest.approx(plain.score(TWO), abs=1e-3)


def test_a_clone_knows_nothing(fitted):
    model, X = fitted("one of two columns")
    again = clone(model)
    assert again.get_params() == model.get_params() and not hasattr(again, "network_state_")
    np.testing.assert_array_equal(again.fit(X).predict(X), model.predict(X))


@pytest.mark.parametrize("case", ["direct", "recursive, missing", "quantiles"])
def test_round_trips_forecast_the_same(tmp_path, fitted, case):
    model, X = fitted(case)
    for again in (
        pickle.loads(pickle.dumps(model)),
        copy.deepcopy(model),
        skseq.load(skseq.save(model, tmp_path / "model")),
    ):
        np.testing.assert_array_equal(again.predict(X), model.predict(X))
        np.testing.assert_array_equal(again.forecast(7), model.forecast(7))
        assert again.naive_score_ == model.naive_score_
        again.partial_fit(X)
        assert again.n_iter_ == model.n_iter_ + 1


@pytest.mark.slow
def test_a_new_process_forecasts_the_same(tmp_path, fitted):
    model, _ = fitted("recursive, two columns")
    path = skseq.save(model, tmp_path / "model.skseq")
    code = (
        "import sys, skseq\n"
        f"model = skseq.load({str(path)!r})\n"
        "assert 'tensorflow' not in sys.modules and 'keras' not in sys.modules\n"
        "print(model.forecast(9).tolist())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr == ""
    np.testing.assert_allclose(eval(done.stdout), model.forecast(9), atol=1e-6)


def test_a_pickle_holds_no_series(fitted):
    long = np.tile(WAVE, 50)
    size = len(pickle.dumps(small(epochs=1).fit(long)))
    assert size < len(pickle.dumps(fitted("direct")[0])) + 1000
