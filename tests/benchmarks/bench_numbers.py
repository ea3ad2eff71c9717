"""Numbers in time: forecasts, images as rows, speech, movements and irregular series.

    SKSEQ_DATA=<folder> python tests/benchmarks/bench_numbers.py [etth1] [temperatures] [mnist]
                                                    [digits] [strings] [movement] [irregular]

Each part is a task with its simple peers, on the same data in the same run. ``etth1`` is the mean
absolute error of the oil temperature 24 hours ahead, in degrees. ``temperatures`` searches over
five folds in time. ``strings`` are one to five spoken digits, joined, of speakers who are also in
the training part with other recordings.
"""

from __future__ import annotations

import sys
import time

import numpy as np
from _ratios import SMOKE
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import (
    GridSearchCV,
    StratifiedKFold,
    TimeSeriesSplit,
    cross_val_score,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skseq import (
    CTCRecognizer,
    GRUClassifier,
    GRUForecaster,
    LSTMClassifier,
    MelSpectrogram,
    RNNClassifier,
)
from skseq.datasets import (
    fetch_daily_min_temperatures,
    fetch_etth1,
    fetch_indoor_movement,
    fetch_mnist,
    fetch_spoken_digits,
    make_irregular_series,
)
from skseq.inputs.series import horizon_view
from skseq.runtime.backend import keras
from skseq.targets.naive import naive_forecasts


def show(name: str, score: str, seconds: float) -> None:
    print(f"{name:60} {score:>32} {seconds:6.0f} s", flush=True)


def falling_rate(first: float, n_samples: int, batch_size: int, epochs: int):
    """A learning rate that falls to nearly nothing over the whole training."""
    n_steps = epochs * -(-n_samples // batch_size)
    return keras.optimizers.schedules.CosineDecay(first, n_steps)


# ------------------------------------------------------------------------ etth1
HOURS, WINDOW = 24, 96


def etth1() -> None:
    """12 months to train on, 4 to validate, 4 to test; forecasts of every hour of the test part."""
    data = fetch_etth1()
    parts, oil = data.splits, data.feature_names.index("OT")
    series = data.data[: parts["test"].stop]
    test = slice(parts["test"].start - 1, parts["test"].stop - HOURS)  # the rows to forecast from
    truth = horizon_view(series[:, [oil]], HOURS)[test.start + 1 : test.stop + 1]

    def error(forecasts) -> str:
        return f"MAE {mean_absolute_error(truth, forecasts[test]):.3f}"

    for name, season in (("last value", 1), ("seasonal naive, 24 hours", 24)):
        show(name, error(naive_forecasts(series[:, oil], HOURS, season)), 0.0)
    for name, columns in (("all series", slice(None)), ("oil temperature only", [oil])):
        start = time.perf_counter()
        forecasts = ridge(series, columns, oil, parts)
        show(f"ridge on the same windows, {name}", error(forecasts), time.perf_counter() - start)
    epochs, batch_size = (1 if SMOKE else 4), 64
    train = series[: parts["train"].stop]
    settings = {
        "loss": "huber",
        "batch_size": batch_size,
        "epochs": epochs,
        "learning_rate": falling_rate(2e-3, len(train) - WINDOW - HOURS + 1, batch_size, epochs),
        "random_state": 0,
    }
    start = time.perf_counter()
    model = GRUForecaster(WINDOW, HOURS, **settings).fit(train[:, oil])
    forecasts = model.predict(series[:, oil])
    seconds = time.perf_counter() - start
    show("GRUForecaster, oil temperature only", error(forecasts), seconds)
    start = time.perf_counter()
    model = GRUForecaster(WINDOW, HOURS, units=32, dropout=0.5, target=oil, **settings).fit(train)
    forecasts = model.predict(series)
    show("GRUForecaster, all series", error(forecasts), time.perf_counter() - start)


def ridge(series, columns, oil, parts) -> np.ndarray:
    """Forecasts of each row by a ridge of the window, its strength chosen by validation."""
    scaler = StandardScaler().fit(series[: parts["train"].stop])
    standard = scaler.transform(series)
    windows = np.lib.stride_tricks.sliding_window_view(standard[:, columns], WINDOW, axis=0)
    windows = windows.reshape(len(windows), -1)
    ahead = horizon_view(standard[:, [oil]], HOURS)
    first = WINDOW - 1  # the row at the end of the first window
    train = np.arange(first, parts["train"].stop - HOURS)
    held = np.arange(parts["validation"].start - 1, parts["validation"].stop - HOURS)

    def fitted(alpha: float):
        return Ridge(alpha=alpha).fit(windows[train - first], ahead[train + 1])

    def held_error(alpha: float) -> float:
        return mean_absolute_error(ahead[held + 1], fitted(alpha).predict(windows[held - first]))

    best = fitted(min([1.0, 10.0, 100.0, 1e3, 1e4, 1e5], key=held_error))
    forecasts = np.zeros((len(series), HOURS))
    forecasts[first:] = best.predict(windows) * scaler.scale_[oil] + scaler.mean_[oil]
    return forecasts


# ----------------------------------------------------------------- temperatures
def temperatures() -> None:
    """Daily minimum temperatures of ten years, a week ahead, MAE of the folds' mean."""
    series = fetch_daily_min_temperatures().data
    horizon = 7
    model = GRUForecaster(
        horizon=horizon,
        units=32,
        relative=False,
        score_metric="neg_mean_absolute_error",
        learning_rate=3e-3,
        epochs=1 if SMOKE else 10,
        random_state=0,
    )
    grid = {"window": [14, 30], "relative": [False, True]}
    start = time.perf_counter()
    search = GridSearchCV(model, grid, cv=TimeSeriesSplit(5)).fit(series)
    seconds = time.perf_counter() - start
    errors = []
    for _, fold in TimeSeriesSplit(5).split(series):
        part, window = series[fold], search.best_params_["window"]
        stop = len(part) - horizon
        ahead = horizon_view(part[window:, None], horizon)
        errors.append(mean_absolute_error(ahead, naive_forecasts(part, horizon)[window - 1 : stop]))
    show("last value", f"MAE {np.mean(errors):.3f}", 0.0)
    show(f"grid search, best {search.best_params_}", f"MAE {-search.best_score_:.3f}", seconds)


# ------------------------------------------------------------------------ mnist
def mnist() -> None:
    """60,000 and 10,000 images, read row by row."""
    X, y = fetch_mnist(subset="train", return_X_y=True)
    X_test, y_test = fetch_mnist(subset="test", return_X_y=True)
    if SMOKE:
        X, y, X_test, y_test = X[:500], y[:500], X_test[:500], y_test[:500]
    start = time.perf_counter()
    peer = LogisticRegression(max_iter=30, tol=1e-2).fit(X.reshape(len(X), -1), y)
    accuracy = peer.score(X_test.reshape(len(X_test), -1), y_test)
    show("logistic regression on pixels", f"accuracy {accuracy:.4f}", time.perf_counter() - start)
    epochs, batch_size = (1 if SMOKE else 10), 64
    start = time.perf_counter()
    model = LSTMClassifier(
        units=128,
        bidirectional=True,
        pooling="mean_max",
        dropout=0.2,
        batch_size=batch_size,
        epochs=epochs,
        learning_rate=falling_rate(3e-3, len(X), batch_size, epochs),
        random_state=0,
    ).fit(X, y)
    accuracy = model.score(X_test, y_test)
    show("LSTMClassifier, rows", f"accuracy {accuracy:.4f}", time.perf_counter() - start)


# ----------------------------------------------------------------------- speech
def digits() -> None:
    """One spoken digit a recording, the official split."""
    train, test = fetch_spoken_digits(subset="train"), fetch_spoken_digits(subset="test")
    part = slice(200) if SMOKE else slice(None)
    mel = MelSpectrogram(8000)
    start = time.perf_counter()
    peer = make_pipeline(mel, Summaries(), StandardScaler(), LogisticRegression(max_iter=2000))
    peer.fit(train.data[part], train.target[part])
    accuracy = peer.score(test.data, test.target)
    name = "summaries of the features + logistic regression"
    show(name, f"accuracy {accuracy:.4f}", time.perf_counter() - start)
    epochs, batch_size = (1 if SMOKE else 20), 32
    start = time.perf_counter()
    model = make_pipeline(
        mel,
        GRUClassifier(
            units=64,
            bidirectional=True,
            pooling="mean_max",
            dropout=0.3,
            epochs=epochs,
            batch_size=batch_size,
            learning_rate=falling_rate(3e-3, len(train.data[part]), batch_size, epochs),
            random_state=0,
        ),
    )
    model.fit(train.data[part], train.target[part])
    accuracy = model.score(test.data, test.target)
    show("MelSpectrogram → GRUClassifier", f"accuracy {accuracy:.4f}", time.perf_counter() - start)


class Summaries:
    """Mean, deviation, minimum and maximum of each feature over the steps."""

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return np.stack([summary(np.asarray(X[[i]])[0]) for i in range(len(X))])

    def fit_transform(self, X, y=None):
        return self.transform(X)


def summary(steps) -> np.ndarray:
    parts = steps.mean(axis=0), steps.std(axis=0), steps.min(axis=0), steps.max(axis=0)
    return np.concatenate(parts)


def joined(part, n_strings: int, seed: int):
    """Strings of one to five digits by one speaker each, with the recordings joined."""
    rng = np.random.default_rng(seed)
    speakers = np.asarray(part.speakers)
    X, y = [], []
    for i in range(n_strings):
        own = np.flatnonzero(speakers == speakers[rng.integers(len(speakers))])
        chosen = rng.choice(own, 1 + i % 5)
        X.append(np.concatenate([part.data[j] for j in chosen]))
        y.append("".join(str(part.target[j]) for j in chosen))
    return X, y


def strings() -> None:
    """Joined digits: the character error rate of what no one has aligned."""
    n_train, n_test = (100, 20) if SMOKE else (4_000, 500)
    X, y = joined(fetch_spoken_digits(subset="train"), n_train, seed=0)
    X_test, y_test = joined(fetch_spoken_digits(subset="test"), n_test, seed=1)
    epochs, batch_size = (1 if SMOKE else 12), 32
    start = time.perf_counter()
    model = make_pipeline(
        MelSpectrogram(8000, hop_length=160),
        CTCRecognizer(
            cell="gru",
            units=64,
            layers=2,
            dropout=0.2,
            epochs=epochs,
            batch_size=batch_size,
            learning_rate=falling_rate(4e-3, len(X), batch_size, epochs),
            random_state=0,
        ),
    )
    model.fit(X, y)
    seconds = time.perf_counter() - start
    rate = 1.0 - model.score(X_test, y_test)
    show("CTCRecognizer, best symbol of each step", f"error rate {rate:.4f}", seconds)
    model.set_params(ctcrecognizer__num_beams=16)
    start = time.perf_counter()
    rate = 1.0 - model.score(X_test, y_test)
    show(
        "the same, 16 beams (time of prediction)",
        f"error rate {rate:.4f}",
        time.perf_counter() - start,
    )


# --------------------------------------------------------------------- movement
def movement() -> None:
    """314 walks between rooms, of 19 to 129 steps: does the room change? Five folds."""
    X, y = fetch_indoor_movement(return_X_y=True)
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    start = time.perf_counter()
    summaries = np.stack([summary(walk) for walk in X])
    scores = cross_val_score(RandomForestClassifier(300, random_state=0), summaries, y, cv=folds)
    show("random forest on summaries", accuracies(scores), time.perf_counter() - start)
    rows = np.empty(len(X), object)
    rows[:] = X
    epochs, batch_size = (1 if SMOKE else 120), 16
    model = LSTMClassifier(
        units=32,
        bidirectional=True,
        pooling="max",
        dropout=0.2,
        word_dropout=0.1,
        standardize=False,  # the signals are on one scale, for which the other settings were found
        epochs=epochs,
        batch_size=batch_size,
        learning_rate=falling_rate(0.01, len(X) * 4 // 5, batch_size, epochs),
        random_state=0,
    )
    # A forest is an ensemble, and so few walks to learn from make networks of many minds.
    five = [(f"seed {seed}", clone(model).set_params(random_state=seed)) for seed in range(5)]
    for name, estimator in (
        ("LSTMClassifier", model),
        ("five of them, VotingClassifier(voting='soft')", VotingClassifier(five, voting="soft")),
    ):
        start = time.perf_counter()
        scores = cross_val_score(estimator, rows, y, cv=folds)
        show(name, accuracies(scores), time.perf_counter() - start)


def accuracies(scores) -> str:
    return f"accuracy {scores.mean():.3f} ± {scores.std():.3f}"


# -------------------------------------------------------------------- irregular
def irregular() -> None:
    """Pulses that fade with the time between steps: what is left of them at the end?"""
    n_train = 100 if SMOKE else 400
    X, y = make_irregular_series(n_train + 1_000, random_state=0)
    settings = {
        "units": 16,
        "learning_rate": 0.01,
        "epochs": 1 if SMOKE else 60,
        "standardize": False,  # better in five folds of the training part: a pulse of 0 is none
        "random_state": 0,
    }
    logarithm = X.copy()
    logarithm[:, :, 1] = np.log1p(X[:, :, 1])
    for name, model, given in (
        ("lstm", RNNClassifier("lstm", **settings), X),
        ("lstm, logarithm of the time", RNNClassifier("lstm", **settings), logarithm),
        ("time_lstm", RNNClassifier("time_lstm", time_feature=1, **settings), X),
    ):
        start = time.perf_counter()
        accuracy = model.fit(given[:n_train], y[:n_train]).score(given[n_train:], y[n_train:])
        show(f"cell {name}", f"accuracy {accuracy:.4f}", time.perf_counter() - start)


PARTS = {
    "etth1": etth1,
    "temperatures": temperatures,
    "mnist": mnist,
    "digits": digits,
    "strings": strings,
    "movement": movement,
    "irregular": irregular,
}

if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        print(f"--- {part}")
        PARTS[part]()
