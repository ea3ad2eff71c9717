"""Training without a number of epochs: it learns, ends by itself, and keeps the best."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from skseq import (
    CharLanguageModel,
    GRUClassifier,
    GRUForecaster,
    GRURegressor,
    GRUTagger,
    LSTMClassifier,
    TransformerSeq2Seq,
)
from skseq.runtime.backend import keras
from skseq.training import course as courses
from skseq.training import estimator as core
from skseq.training import fit_loop


@pytest.fixture
def trained(monkeypatch):
    """The number of samples and the course of each training, in order."""
    seen = []
    train = fit_loop.train

    def noting(state, samples, validation, **others):
        def course(size):
            made = others["options"].course(size)
            n_held = 0 if validation is None else len(validation.X)
            seen.append((len(samples.X), n_held, made))
            return made

        options = core.replace(others["options"], course=course)
        return train(state, samples, validation, **{**others, "options": options})

    monkeypatch.setattr(fit_loop, "train", noting)
    return seen


@pytest.fixture
def short(monkeypatch):
    """Courses of few updates."""
    monkeypatch.setattr(courses, "_SHORTEST_ROUND", 5)
    monkeypatch.setattr(courses, "_PATIENCE", 20)
    monkeypatch.setattr(courses, "_PLANNED_UPDATES", 30)
    monkeypatch.setattr(courses, "_FEWEST_UPDATES", 60)
    monkeypatch.setattr(courses, "_MOST_UPDATES", 60)
    monkeypatch.setattr(courses, "_FEWEST_EPOCHS", 1)


def signs(n, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 6, 1))
    return X, np.where(X.sum(axis=(1, 2)) > 0, "up", "down")


def small(estimator=GRUClassifier, **changes):
    return estimator(**{"units": 4, "random_state": 0, **changes})


def test_a_part_is_held_out_and_then_trained_on_too(trained, short):
    X, y = signs(120)
    model = small().fit(X, y)
    (n_train, n_held, _), (n_again, no_held, again) = trained
    assert (n_train, n_held, n_again, no_held) == (108, 12, 120, 0)
    assert again.patience is None and again.averages
    n_best = int(np.argmin(model.history_["val_loss"])) + 1
    assert len(model.validation_scores_) == len(model.loss_curve_) >= n_best
    assert model.epochs_ <= model.n_iter_ + 1


def test_too_few_samples_are_all_trained_on_for_a_planned_length(trained, short):
    X, y = signs(60)
    model = small().fit(X, y)
    ((n_train, n_held, course),) = trained
    assert (n_train, n_held) == (60, 0)
    assert course.n_updates * course.n_rounds == 30 and course.patience is None
    assert model.validation_scores_ is None


def test_fewer_held_out_than_classes_are_no_guide(trained, short):
    X = np.random.default_rng(0).normal(size=(120, 4, 1))
    small().fit(X, np.arange(120) % 20)
    assert [n_held for _, n_held, _ in trained] == [0]


def test_own_validation_data_is_used_and_nothing_is_trained_twice(trained, short):
    X, y = signs(60)
    small().fit(X, y, X_val=X[:5], y_val=y[:5])
    assert [seen[:2] for seen in trained] == [(60, 5)]


@pytest.mark.parametrize(
    "changes", [{"early_stopping": True}, {"callbacks": [keras.callbacks.Callback]}]
)
def test_where_it_would_surprise_there_is_no_second_training(trained, short, changes):
    small(**changes).fit(*signs(120))
    assert [seen[:2] for seen in trained] == [(108, 12)]


def test_large_sets_are_trained_on_once(trained, short, monkeypatch):
    monkeypatch.setattr(core, "_MOST_REFITTED", 100)
    small().fit(*signs(120))
    assert len(trained) == 1


def test_early_stopping_may_be_left_out(trained, short):
    small(early_stopping=False).fit(*signs(120))
    assert [seen[:2] for seen in trained] == [(120, 0)]


def test_a_number_of_epochs_is_kept_to(trained):
    model = small(epochs=3).fit(*signs(120))
    ((n_train, n_held, course),) = trained
    assert (n_train, n_held, course.n_rounds) == (120, 0, 3)
    assert model.n_iter_ == model.epochs_ == len(model.loss_curve_) == 3


def test_the_best_weights_are_kept_where_they_are_not_trained_on(short):
    X, y = signs(200)
    model = small(learning_rate=0.5, early_stopping=True).fit(X[:100], y[:100], X_val=X, y_val=y)
    best = int(np.argmin(model.history_["val_loss"]))
    assert model.score(X, y) == pytest.approx(model.validation_scores_[best])


def test_equal_seeds_give_equal_models(short):
    X, y = signs(120)
    one, other = small().fit(X, y), small().fit(X, y)
    np.testing.assert_array_equal(one.predict_proba(X), other.predict_proba(X))
    assert one.loss_curve_ == other.loss_curve_ and one.chosen_ == other.chosen_


def test_the_rate_is_cut_twice_and_training_goes_on_from_the_best(short, monkeypatch):
    """With a validation loss that only rises, each cut restores the first round's weights."""
    rates, X, y = [], *signs(100)

    class Rates(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            rates.append(float(np.asarray(self.model.optimizer.learning_rate)))

    losses = iter(range(1, 1000))
    monkeypatch.setattr(
        fit_loop, "_make_evaluate", lambda *args: lambda: (float(next(losses)), 0.5)
    )
    monkeypatch.setattr(courses, "_WARMUP_UPDATES", 1)
    monkeypatch.setattr(courses, "_FALL", 1e-9)
    monkeypatch.setattr(courses, "_MOST_UPDATES", 1000)
    model = small(callbacks=[Rates]).fit(X, y, X_val=X, y_val=y)
    peak = model.learning_rate_
    found = sorted(set(np.round(rates, 9)), reverse=True)
    np.testing.assert_allclose(found, peak * 0.3 ** np.arange(3), rtol=1e-4)
    assert len(model.loss_curve_) * 7 < 100
    assert model.epochs_ == 1


def test_a_plain_call_learns():
    X, y = signs(400)
    model = small(units=8).fit(X[:200], y[:200])
    assert model.score(X[200:], y[200:]) > 0.9
    assert model.n_iter_ < 1000


@pytest.mark.slow
def test_plain_regressors_and_forecasters_learn():
    X, _ = signs(300)
    total = X.sum(axis=(1, 2))
    model = small(GRURegressor, units=8, max_time=30).fit(X[:200], total[:200])
    assert model.score(X[200:], total[200:]) > 0.9
    wave = np.sin(np.arange(400) / 4)
    forecaster = small(GRUForecaster, window=16, max_time=30).fit(wave[:300])
    assert forecaster.score(wave[300:]) > 0.95


def test_one_long_document_is_held_out_in_pieces(trained, short):
    text = "the cat sat on the mat and the dog sat on the log " * 200
    small(CharLanguageModel).fit(text)
    assert trained[0][1] >= 2
    assert trained[1][1] == 0


def test_the_limit_of_time_keeps_the_validated_weights(monkeypatch, trained, short):
    """Where the second training does not end in time, the first one counts."""
    X, y = signs(120)
    expected = small(early_stopping=True).fit(X, y).predict_proba(X)
    # One training above and two of this fit: in the last one time runs out.
    clock = lambda: 1e9 if len(trained) == 3 else 1.0  # noqa: E731
    monkeypatch.setattr("time.monotonic", clock)
    found = small(max_time=100.0).fit(X, y).predict_proba(X)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_what_was_chosen_is_told(capsys, short):
    small(LSTMClassifier, verbose=1).fit(*signs(120))
    told = capsys.readouterr()
    assert told.out == ""
    assert "LSTMClassifier: batch_size=16, learning_rate=0.00212, dropout=0.2" in told.err
    assert "LSTMClassifier, all samples:" in told.err


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epochs", "sometimes"),
        ("epochs", 0),
        ("epochs", 2.5),
        ("max_time", 0),
        ("batch_size", "large"),
        ("learning_rate", "fast"),
        ("early_stopping", "maybe"),
        ("n_iter_no_change", "few"),
        ("dropout", "some"),
        ("dropout", 1.0),
        ("bidirectional", "left"),
        ("pooling", "sum"),
    ],
)
def test_other_words_are_refused(name, value):
    with pytest.raises(ValueError, match=f"The '{name}' parameter of GRUClassifier must be"):
        small(**{name: value}).fit(*signs(10))


def test_a_warm_up_of_ones_own_is_left_alone():
    options = {"units": 4, "layers": 1, "epochs": 1, "random_state": 0}
    model = TransformerSeq2Seq(warmup_steps=10, **options).fit(["ab", "cd"] * 6, ["ba", "dc"] * 6)
    assert len(model.loss_curve_) == 1 and model.learning_rate_ > 0


def test_few_pairs_of_many_steps_are_enough_to_hold_out(trained, short):
    rng = np.random.default_rng(0)
    X = [rng.normal(size=(300, 1)) for _ in range(20)]
    y = [np.where(x[:, 0] > 0, "up", "down").tolist() for x in X]
    GRUTagger(units=2, random_state=0).fit(X, y)
    assert trained[0][1] == 2
    GRUTagger(units=2, random_state=0).fit([x[:20] for x in X], [row[:20] for row in y])
    assert trained[-1][1] == 0


def test_what_is_restored_in_training_is_loaded_again_afterwards(short, monkeypatch):
    """The weights after a cut that diverge are not those of the state the cut restored."""
    X, y = signs(100)
    losses = iter([1.0, *[2.0] * 1000])
    monkeypatch.setattr(
        fit_loop, "_make_evaluate", lambda *args: lambda: (float(next(losses)), 0.5)
    )

    monkeypatch.setattr(courses, "_WARMUP_UPDATES", 1)
    monkeypatch.setattr(courses, "_FALL", 1e-9)
    monkeypatch.setattr(courses, "_MOST_UPDATES", 1000)

    class Spoil(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            rate = float(np.asarray(self.model.optimizer.learning_rate))
            if rate < 0.001:
                for variable in self.model.trainable_variables:
                    variable.assign(variable * np.nan)

    with pytest.warns(ConvergenceWarning, match="NaN"):
        model = small(callbacks=[Spoil]).fit(X, y, X_val=X, y_val=y)
    assert np.isfinite(model.predict_proba(X)).all()
