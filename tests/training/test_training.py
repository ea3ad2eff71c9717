"""The training core: seeds, shared engines, validation, callbacks, divergence, interruption."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from skseq import GRUClassifier, LSTMClassifier, Padder, Sequences, Tokenizer
from skseq.runtime.backend import keras
from skseq.training.pool import POOL


def small(**changes):
    options = {"units": 4, "epochs": 2, "batch_size": 16, "learning_rate": 0.001, "random_state": 0}
    return LSTMClassifier(**{**options, **changes})


def test_fit_on_a_shared_engine_equals_a_fit_on_a_fresh_one(ids):
    X, y = ids
    POOL.clear()
    cold = small().fit(X, y).predict_proba(X)
    small(random_state=1, learning_rate=0.1).fit(X, y)
    warm = small().fit(X, y).predict_proba(X)
    np.testing.assert_array_equal(cold, warm)


def test_two_estimators_on_one_engine_keep_their_own_weights(ids):
    X, y = ids
    first, second = small().fit(X, y), small(random_state=1).fit(X, y)
    before = first.predict_proba(X)
    second.predict_proba(X)
    np.testing.assert_array_equal(first.predict_proba(X), before)
    assert not np.array_equal(second.predict_proba(X), before)


def test_learning_rate_reaches_a_shared_engine(ids):
    X, y = ids
    slow, fast = (small(learning_rate=r).fit(X, y).loss_curve_[-1] for r in (1e-5, 1e-1))
    assert fast < slow


def test_fits_in_threads_equal_fits_in_turn(ids):
    X, y = ids
    results = {}

    def work(seed):
        results[seed] = small(random_state=seed).fit(X, y).predict_proba(X)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for seed in (0, 1):
        np.testing.assert_array_equal(
            results[seed], small(random_state=seed).fit(X, y).predict_proba(X)
        )


def test_dropout_is_reproducible_and_off_in_prediction(ids):
    X, y = ids
    options = {"dropout": 0.5, "recurrent_dropout": 0.2}
    first, again = small(**options).fit(X, y), small(**options).fit(X, y)
    np.testing.assert_array_equal(first.predict_proba(X), again.predict_proba(X))
    np.testing.assert_array_equal(first.predict_proba(X), first.predict_proba(X))


def test_random_state_instance_is_advanced_and_none_differs(ids):
    X, y = ids
    state = np.random.RandomState(0)
    first, second = (small(random_state=state).fit(X, y).predict_proba(X) for _ in range(2))
    assert not np.array_equal(first, second)
    free = [small(random_state=None).fit(X, y).predict_proba(X) for _ in range(2)]
    assert not np.array_equal(*free)


def test_early_stopping_keeps_the_best_epoch(ids):
    X, y = ids
    noise = np.random.default_rng(0).permutation(y)
    model = small(epochs=30, learning_rate=0.05, early_stopping=True, n_iter_no_change=2, tol=0.0)
    model.fit(X, noise, X_val=X[:20], y_val=y[:20])
    assert model.n_iter_ < 30
    assert model.score(X[:20], y[:20]) == pytest.approx(max(model.validation_scores_))
    assert len(model.history_["val_loss"]) == model.n_iter_


def test_validation_data_without_early_stopping_is_only_watched(ids):
    X, y = ids
    watched = small().fit(X, y, X_val=X, y_val=y)
    assert len(watched.validation_scores_) == 2
    np.testing.assert_array_equal(watched.predict_proba(X), small().fit(X, y).predict_proba(X))


def test_one_of_x_val_and_y_val_alone_raises(ids):
    X, y = ids
    with pytest.raises(ValueError, match="X_val was given without y_val"):
        small().fit(X, y, X_val=X)


def test_loss_that_becomes_nan_warns_and_keeps_the_last_good_epoch(ids):
    X, y = ids

    class Poison(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == 1:
                variable = self.model.trainable_variables[-1]
                variable.assign(variable * float("nan"))

    with pytest.warns(ConvergenceWarning, match="weights of epoch 2 are kept"):
        model = small(epochs=5, callbacks=[Poison]).fit(X, y)
    assert model.n_iter_ == 2
    assert np.isfinite(model.predict_proba(X)).all()


def test_loss_that_is_nan_at_once_raises_with_advice(ids):
    X, y = ids

    class Poison(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            variable = self.model.trainable_variables[-1]
            variable.assign(variable * float("nan"))

    with pytest.raises(ValueError, match="first epoch; lower learning_rate"):
        small(callbacks=[Poison]).fit(X, y)


def test_interruption_keeps_the_epochs_that_were_done(ids):
    X, y = ids

    class Interrupt(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 2:
                raise KeyboardInterrupt

    model = small(epochs=5, callbacks=[Interrupt])
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, y)
    assert model.n_iter_ == 2
    np.testing.assert_array_equal(
        model.predict_proba(X), small(epochs=2).fit(X, y).predict_proba(X)
    )


def test_callback_objects_are_copied_for_each_fit(ids):
    X, y = ids
    stopper = keras.callbacks.EarlyStopping(monitor="loss", patience=1, min_delta=10.0)
    model = small(epochs=6, callbacks=[stopper])
    assert model.fit(X, y).n_iter_ == model.fit(X, y).n_iter_ < 6
    assert stopper.model is None


def test_callback_of_a_wrong_kind_raises(ids):
    with pytest.raises(TypeError, match="callbacks holds 3; expected Keras callbacks"):
        small(callbacks=[3]).fit(*ids)


def test_optimizer_may_be_an_object_and_is_not_changed(ids):
    X, y = ids
    optimizer = keras.optimizers.SGD(0.5, momentum=0.9)
    model = small(optimizer=optimizer, learning_rate="auto").fit(X, y)
    assert not optimizer.built
    kept = model.engine_.model_.optimizer
    assert type(kept) is keras.optimizers.SGD
    assert (float(kept.learning_rate), kept.momentum, kept.clipnorm) == (0.5, 0.9, 1.0)


def test_learning_rate_may_be_a_schedule(ids):
    X, y = ids
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 1, 1e-9)
    decayed = small(learning_rate=schedule).fit(X, y)
    assert decayed.loss_curve_ != small(learning_rate=0.1).fit(X, y).loss_curve_


@pytest.mark.parametrize("optimizer", ["adamm", 3])
def test_unknown_optimizer_raises_and_names_others(ids, optimizer):
    with pytest.raises((ValueError, TypeError), match="adam"):
        small(optimizer=optimizer).fit(*ids)


def test_partial_fit_chunks_may_lack_classes(ids):
    X, y = ids
    model = small()
    model.partial_fit(X[:1], y[:1], classes=["no", "yes"])
    model.partial_fit(X[1:], y[1:])
    assert model.classes_.tolist() == ["no", "yes"]
    assert model.n_iter_ == 2
    with pytest.raises(ValueError, match=r"labels \['maybe'\]"):
        model.partial_fit(X[:1], ["maybe"])
    with pytest.raises(ValueError, match="not the same as in the first call"):
        model.partial_fit(X, y, classes=["a", "b"])


def test_warm_start_goes_on_as_if_never_stopped(ids):
    X, y = ids
    halves = small(warm_start=True, epochs=2).fit(X, y).fit(X, y)
    whole = small(epochs=4).fit(X, y)
    np.testing.assert_array_equal(halves.predict_proba(X), whole.predict_proba(X))
    assert halves.loss_curve_ == whole.loss_curve_


def test_going_on_takes_a_new_learning_rate_but_no_new_network(ids):
    X, y = ids
    model = small(warm_start=True).fit(X, y)
    kept = small(warm_start=True).fit(X, y).set_params(learning_rate=1e-12)
    before = kept.predict_proba(X)
    np.testing.assert_allclose(kept.fit(X, y).predict_proba(X), before, atol=1e-6)
    assert np.abs(model.fit(X, y).predict_proba(X) - before).max() > 1e-4
    with pytest.raises(ValueError, match="units changed since the network was built"):
        model.set_params(units=5).fit(X, y)


def test_report_counts_batches_and_padding(ids):
    X, y = ids
    report = small().fit(X, y).fit_report_
    assert report["n_batches"] == 4
    assert 0 <= report["padding_waste"] < 0.3


def test_weight_scale_does_not_change_training(ids):
    X, y = ids
    plain = small().fit(X, y).predict_proba(X)
    scaled = small().fit(X, y, sample_weight=np.full(len(X), 1000.0)).predict_proba(X)
    np.testing.assert_allclose(plain, scaled, atol=1e-6)


@pytest.mark.parametrize("classifier", [LSTMClassifier, GRUClassifier])
def test_order_of_words_is_learned_where_their_set_says_nothing(reviews, classifier):
    texts, labels = reviews
    X = Padder().fit_transform(Tokenizer().fit_transform(texts))
    model = classifier(units=8, epochs=25, learning_rate=0.02, random_state=0).fit(X, labels)
    assert model.score(X, labels) == 1.0


def test_ids_of_another_tokenizer_raise(reviews):
    texts, labels = reviews
    model = small().fit(Tokenizer().fit_transform(texts), labels)
    with pytest.raises(ValueError, match="another vocabulary"):
        model.predict(Tokenizer().fit_transform(["something else"]))


def test_id_beyond_those_of_fit_raises_and_names_sample_and_way(ids):
    X, y = ids
    with pytest.raises(ValueError, match=r"X\[1\] holds the id 99.*set n_tokens="):
        small().fit(X, y).predict([[7], [99]])
    assert small(n_tokens=100).fit(X, y).predict([[99]]).shape == (1,)


def test_folds_with_slightly_different_vocabularies_share_an_engine(reviews):
    texts, labels = reviews
    POOL.clear()
    for extra in ("", "one", "two more"):
        X = Tokenizer().fit_transform([*texts, extra])
        small().fit(X, [*labels, "positive"])
    assert len(POOL) == 1


def test_zeros_among_ids_are_padding_however_given(ids):
    X, y = ids
    model = small().fit(X, y)
    expected = model.predict_proba(X)
    np.testing.assert_allclose(model.predict_proba([[0, 0, *x, 0] for x in X]), expected, atol=1e-6)
    for padding in ("pre", "post"):
        padded = np.asarray(Sequences.from_lists(X, padding=padding, n_steps=20))
        np.testing.assert_allclose(model.predict_proba(padded), expected, atol=1e-6)
        np.testing.assert_allclose(small().fit(padded, y).predict_proba(X), expected, atol=1e-6)


def test_many_architectures_make_no_noise(ids, caplog):
    X, y = ids
    for units in range(2, 9):
        LSTMClassifier(units=units, epochs=1, random_state=0).fit(X, y).predict(X[:3])
    assert not [record for record in caplog.records if "retracing" in record.getMessage()]
