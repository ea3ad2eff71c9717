"""``max_time`` ends a fit after a number of seconds, whatever ``epochs`` says."""

from __future__ import annotations

import numpy as np
import pytest

from skseq import CharLanguageModel, GRUForecaster, LSTMClassifier, Seq2Seq
from skseq.training import callbacks, estimator

MANY = {"units": 3, "epochs": 100_000, "random_state": 0}


class Clock:
    """A clock that a batch takes a second on."""

    def __init__(self):
        self.now = 0.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(callbacks, "time", clock)
    monkeypatch.setattr(estimator, "time", clock)
    plain = callbacks.Monitor.on_train_batch_end

    def tick(self, batch, logs=None):
        clock.now += 1.0
        plain(self, batch, logs)

    monkeypatch.setattr(callbacks.Monitor, "on_train_batch_end", tick)
    return clock


def test_training_stops_in_the_middle_of_an_epoch(ids, clock):
    X, y = ids
    model = LSTMClassifier(max_time=7.0, batch_size=15, **MANY).fit(X, y)  # 4 batches an epoch
    assert clock.now == 7.0
    assert model.n_iter_ == 2
    assert np.isfinite(model.predict_proba(X)).all()


def test_a_batch_is_trained_on_however_short_the_time(ids, clock):
    X, y = ids
    model = LSTMClassifier(max_time=1e-9, batch_size=15, **MANY).fit(X, y)
    assert clock.now == 1.0 and model.n_iter_ == 1


def test_the_best_weights_are_restored(ids, clock):
    X, y = ids
    options = {
        **MANY,
        "batch_size": 32,
        "learning_rate": 0.05,
        "early_stopping": True,
        "n_iter_no_change": 10_000,
    }
    model = LSTMClassifier(max_time=40.0, **options).fit(X, y, X_val=X, y_val=y)
    best = int(np.argmax(model.validation_scores_))
    assert model.n_iter_ == 20
    assert model.score(X, y) == pytest.approx(model.validation_scores_[best])


def test_within_the_time_nothing_changes(ids):
    X, y = ids
    plain, limited = (
        LSTMClassifier(units=3, epochs=2, max_time=limit, random_state=0).fit(X, y)
        for limit in (None, 1e6)
    )
    np.testing.assert_array_equal(plain.predict_proba(X), limited.predict_proba(X))


@pytest.mark.parametrize(
    ("model", "data"),
    [
        (CharLanguageModel(max_time=0.1, **MANY), (["to be or not to be"] * 4,)),
        (GRUForecaster(4, max_time=0.1, **MANY), (np.sin(np.arange(60.0)),)),
        (Seq2Seq(max_time=0.1, **MANY), (["ab", "cd"] * 4, ["ba", "dc"] * 4)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_other_families_end_too(model, data):
    model.fit(*data)
    assert 1 <= model.n_iter_ < 100_000


@pytest.mark.parametrize("wrong", [0, -1.0, "1 min"])
def test_a_time_is_a_positive_number(ids, wrong):
    with pytest.raises(ValueError, match="'max_time' parameter of LSTMClassifier must be a float"):
        LSTMClassifier(max_time=wrong).fit(*ids)
