"""Successive halving over ``epochs``: survivors of a rung train on, and nothing else changes."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import GridSearchCV, HalvingGridSearchCV
from sklearn.pipeline import make_pipeline

from skseq import (
    EmbeddingLookup,
    GRUClassifier,
    LSTMClassifier,
    Padder,
    Sequences,
    Tokenizer,
)
from skseq.runtime.backend import keras
from skseq.training import fit_loop
from skseq.training.continuation import STORE

_SHARED = {"units": 4, "batch_size": 16, "warm_start": True, "random_state": 0}


@pytest.fixture(autouse=True)
def empty_store():
    STORE.clear()
    yield
    STORE.clear()


@pytest.fixture
def documents(reviews):
    """The reviews in another order, so that no two folds hold the same."""
    order = np.random.default_rng(0).permutation(len(reviews[0]))
    return [[column[i] for i in order] for column in reviews]


@pytest.fixture
def trained(monkeypatch):
    """The number of epochs asked of each training, in order."""
    asked = []
    train = fit_loop.train

    def counting_train(*args, options, **kwargs):
        asked.append(options.epochs)
        return train(*args, options=options, **kwargs)

    monkeypatch.setattr(fit_loop, "train", counting_train)
    return asked


def warm(epochs, **changes):
    return LSTMClassifier(epochs=epochs, **{**_SHARED, **changes})


def assert_same_fit(model, expected, X):
    for name in ("weights", "optimizer"):
        pairs = zip(
            getattr(model.network_state_, name), getattr(expected.network_state_, name), strict=True
        )
        for array, other in pairs:
            np.testing.assert_array_equal(array, other)
    assert model.network_state_.epoch == expected.network_state_.epoch
    assert model.network_state_.seed == expected.network_state_.seed
    for name in ("history_", "loss_curve_", "n_iter_", "validation_scores_", "fit_report_"):
        assert getattr(model, name) == getattr(expected, name), name
    np.testing.assert_array_equal(model.predict_proba(X), expected.predict_proba(X))


# ------------------------------------------------------------------------- searches
def search(estimator, grid, resource, n_jobs=None):
    return HalvingGridSearchCV(
        estimator,
        grid,
        resource=resource,
        min_resources=1,
        max_resources=4,
        factor=2,
        cv=2,
        random_state=0,
        n_jobs=n_jobs,
    )


def search_texts(warm_start, n_jobs=None):
    pipe = make_pipeline(
        Tokenizer(max_tokens=50),
        Padder(),
        warm(1, learning_rate=0.02, warm_start=warm_start),
    )
    grid = {"padder__maxlen": [3, 6], "lstmclassifier__batch_size": [8, 16]}
    return search(pipe, grid, "lstmclassifier__epochs", n_jobs)


def assert_same_search(found, expected):
    assert found.n_resources_ == expected.n_resources_ == [1, 2, 4]
    assert found.n_candidates_ == expected.n_candidates_ == [4, 2, 1]
    for name in ("mean_test_score", "split0_test_score", "split1_test_score", "rank_test_score"):
        np.testing.assert_array_equal(found.cv_results_[name], expected.cv_results_[name])
    assert found.best_params_ == expected.best_params_


@pytest.mark.slow
def test_halving_in_a_pipeline_trains_survivors_on_with_the_same_scores(documents, trained):
    texts, labels = documents
    anew = search_texts(warm_start=False).fit(texts, labels)
    assert sum(trained) == 2 * (4 * 1 + 2 * 2 + 1 * 4) + 4  # folds × rungs, then the refit
    trained.clear()
    on = search_texts(warm_start=True).fit(texts, labels)
    assert sum(trained) == 2 * (4 * 1 + 2 * 1 + 1 * 2) + 4
    assert_same_search(on, anew)
    assert not np.isnan(on.cv_results_["mean_test_score"]).any()
    assert_same_fit(
        on.best_estimator_[-1], anew.best_estimator_[-1], on.best_estimator_[:-1].transform(texts)
    )
    trained.clear()
    assert_same_search(search_texts(warm_start=True).fit(texts, labels), anew)
    assert sum(trained) == 20  # run again, it finds its own rungs, not the end of the first run


def test_halving_of_a_bare_estimator_trains_survivors_on(ids, trained):
    X, y = ids
    results = []
    for warm_start in (False, True):
        estimator = warm(1, dropout=0.3, warm_start=warm_start)
        grid = {"learning_rate": [1e-3, 1e-2, 3e-2, 1e-1]}
        results.append(search(estimator, grid, "epochs").fit(Sequences.from_lists(X), y))
    assert sum(trained) == 28 + 20
    assert_same_search(*results)


@pytest.mark.slow
def test_halving_with_two_workers_equals_serial(documents):
    texts, labels = documents
    serial, parallel = (search_texts(True, n_jobs).fit(texts, labels) for n_jobs in (1, 2))
    assert_same_search(parallel, serial)


def test_grid_search_over_ascending_epochs_trains_each_epoch_once(ids, trained):
    X, y = ids
    found = GridSearchCV(warm(1), {"epochs": [1, 3, 4]}, cv=2, refit=False).fit(X, y)
    assert trained == [1, 1, 2, 2, 1, 1]
    anew = GridSearchCV(warm(1, warm_start=False), {"epochs": [1, 3, 4]}, cv=2, refit=False)
    np.testing.assert_array_equal(
        found.cv_results_["mean_test_score"], anew.fit(X, y).cv_results_["mean_test_score"]
    )


# ------------------------------------------------------------------- equality, bit for bit
VARIANTS = {
    "plain": {},
    "dropout": {"dropout": 0.3, "word_dropout": 0.2, "layers": 2, "bidirectional": True},
    "recurrent dropout": {"recurrent_dropout": 0.2, "pooling": "attention"},
    "schedule": {"learning_rate": keras.optimizers.schedules.ExponentialDecay(0.1, 5, 0.5)},
    "optimizer": {"optimizer": keras.optimizers.SGD(0.1, momentum=0.9), "clipnorm": None},
}


@pytest.mark.parametrize("options", VARIANTS.values(), ids=VARIANTS)
def test_training_on_equals_training_anew_bit_for_bit(ids, trained, options):
    X, y = ids
    weight = np.linspace(0, 2, len(X))
    for epochs in (1, 2, 4):
        model = warm(epochs, **options).fit(X, y, sample_weight=weight)
    assert trained == [1, 1, 2]
    anew = warm(4, **options, warm_start=False).fit(X, y, sample_weight=weight)
    assert_same_fit(model, anew, X)


@pytest.mark.parametrize("trainable", [False, True])
def test_training_on_with_pretrained_vectors_equals_training_anew(reviews, trained, trainable):
    texts, labels = reviews
    tokens = Tokenizer().fit_transform(texts)
    vectors = {word: np.full(3, i, np.float32) for i, word in enumerate(["good", "bad", "not"])}
    X, zeros = (
        EmbeddingLookup(v, trainable=trainable).fit_transform(tokens)
        for v in (vectors, {word: np.zeros(3) for word in vectors})
    )
    warm(1).fit(X, labels)
    assert_same_fit(warm(3).fit(X, labels), warm(3, warm_start=False).fit(X, labels), X)
    warm(4).fit(zeros, labels)
    assert trained == [1, 2, 3, 4]


def test_three_classes_and_indicator_matrices_train_on(ids, trained):
    X, _ = ids
    for y in (np.arange(60) % 3, np.stack([np.arange(60) % 2, np.arange(60) % 3 == 0], axis=1)):
        warm(1).fit(X, y)
        assert_same_fit(warm(2).fit(X, y), warm(2, warm_start=False).fit(X, y), X)
    assert trained == [1, 1, 2] * 2


def test_other_labels_for_the_same_classes_train_on_and_keep_their_names(ids, trained):
    X, y = ids
    warm(1).fit(X, y)
    model = warm(2).fit(X, (y == "yes").astype(int))
    assert trained == [1, 1]
    assert model.classes_.tolist() == [0, 1]
    assert set(model.predict(X)) <= {0, 1}


def test_users_network_trains_on(ids, trained):
    X, y = ids
    for epochs in (1, 3):
        model = warm(epochs, network=functools.partial(small_network, width=3)).fit(X, y)
    warm(3, network=functools.partial(small_network, width=4)).fit(X, y)
    assert trained == [1, 2, 3]
    anew = warm(3, network=functools.partial(small_network, width=3), warm_start=False).fit(X, y)
    assert_same_fit(model, anew, X)


def small_network(n_tokens, n_outputs, width):
    steps = keras.Input((None,), dtype="int32")
    x = keras.layers.Embedding(n_tokens, width)(steps)
    x = keras.layers.GlobalAveragePooling1D()(x)
    return keras.Model(steps, keras.layers.Dense(n_outputs)(keras.layers.Dropout(0.2)(x)))


# -------------------------------------------------------------------- when it starts anew
def test_changed_data_or_parameters_start_anew(ids, trained):
    X, y = ids
    warm(1).fit(X, y)
    other = [*X[:-1], [9]]
    warm(2).fit(other, y)
    warm(2).fit(X[::-1], y[::-1])
    warm(2).fit(X, y[::-1])
    warm(2).fit(X, y, sample_weight=np.linspace(1, 2, len(X)))
    warm(2, units=5).fit(X, y)
    warm(2, random_state=1).fit(X, y)
    warm(2, batch_size=8).fit(X, y)
    warm(2, class_weight={"yes": 1, "no": 2}).fit(X, y)
    GRUClassifier(epochs=2, **_SHARED).fit(X, y)
    assert trained == [1] + [2] * 9


def test_as_many_epochs_or_fewer_start_anew(ids, trained):
    X, y = ids
    for epochs in (2, 2, 1):
        warm(epochs).fit(X, y)
    assert trained == [2, 2, 1]


def test_no_warm_start_neither_leaves_nor_finds_anything(ids, trained):
    X, y = ids
    warm(1, warm_start=False).fit(X, y)
    assert len(STORE) == 0
    warm(1).fit(X, y)
    warm(2, warm_start=False).fit(X, y)
    assert trained == [1, 1, 2]


def fit_with_validation(model, X, y):
    return model.fit(X, y, X_val=X, y_val=y)


def fit(model, X, y):
    return model.fit(X, y)


EXCEPTIONS = {
    "early stopping": ({"early_stopping": True, "n_iter_no_change": 9}, fit),
    "callbacks": ({"callbacks": [keras.callbacks.Callback]}, fit),
    "RandomState": ({"random_state": np.random.RandomState(0)}, fit),
    "validation data": ({}, fit_with_validation),
}


@pytest.mark.parametrize(("options", "fit"), EXCEPTIONS.values(), ids=EXCEPTIONS)
def test_fits_with_a_memory_of_their_own_start_anew(ids, trained, options, fit):
    X, y = ids
    for epochs in (1, 2):
        fit(warm(epochs, **options), X, y)
    assert trained == [1, 2]
    assert len(STORE) == 0


def test_partial_fit_neither_leaves_nor_finds_anything(ids, trained):
    X, y = ids
    warm(1).partial_fit(X, y)
    assert len(STORE) == 0
    warm(1).fit(X, y)
    model = warm(5).partial_fit(X, y)
    assert model.n_iter_ == 1
    assert trained == [1, 1, 1]


def test_second_fit_of_a_fitted_estimator_still_trains_as_many_epochs_more(ids, trained):
    X, y = ids
    model = warm(2).fit(X, y).fit(X, y)
    assert (trained, model.n_iter_) == ([2, 2], 4)
    assert_same_fit(warm(3).fit(X, y), warm(3, warm_start=False).fit(X, y), X)
    assert trained[2] == 1  # from the first fit: the second one's data may have been others


def test_without_a_seed_the_survivor_goes_on_with_the_seed_it_began_with(ids, trained):
    X, y = ids
    first = warm(1, random_state=None).fit(X, y)
    second = warm(3, random_state=None).fit(X, y)
    assert trained == [1, 2]
    assert second.loss_curve_[:1] == first.loss_curve_
    seed = first.network_state_.seed
    assert_same_fit(second, warm(3, random_state=seed, warm_start=False).fit(X, y), X)


# -------------------------------------------------------------------- accidents on the way
def test_estimator_cannot_change_what_is_kept(ids):
    X, y = ids
    model = warm(1).fit(X, y)
    for array in (*model.network_state_.weights, *model.network_state_.optimizer):
        array[...] = 0
    model.history_["loss"].append(0.0)
    anew = warm(3, warm_start=False).fit(X, y)
    on = warm(2).fit(X, y)
    on.network_state_.weights[0][:] = 0
    on.history_["loss"].clear()
    assert_same_fit(warm(3).fit(X, y), anew, X)


def test_interrupted_fit_that_trained_on_keeps_the_epochs_that_were_done(ids, monkeypatch):
    X, y = ids
    warm(2).fit(X, y)

    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(fit_loop, "train", interrupted)
        model = warm(5)
        with pytest.raises(KeyboardInterrupt):
            model.fit(X, y)
    assert_same_fit(model, warm(2, warm_start=False).fit(X, y), X)
    assert_same_fit(warm(5).fit(X, y), warm(5, warm_start=False).fit(X, y), X)


def test_loss_that_becomes_nan_when_trained_on_keeps_the_last_good_epoch(ids, monkeypatch):
    X, y = ids
    warm(2).fit(X, y)

    def diverging(*args, result, **kwargs):
        result.diverged = True

    monkeypatch.setattr(fit_loop, "train", diverging)
    with pytest.warns(UserWarning, match="weights of epoch 2 are kept"):
        model = warm(5).fit(X, y)
    assert model.n_iter_ == 2
    assert len(STORE) == 1
