"""Regressors of steps: a number, or several, for each step of each sequence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.metrics import r2_score
from sklearn.model_selection import GridSearchCV, cross_val_predict, cross_val_score
from sklearn.pipeline import make_pipeline

from skseq import RNNRegressor, Sequences, Tokenizer
from skseq.runtime.backend import keras

# Many networks: run by `make test-slow`.
pytestmark = pytest.mark.slow


def quick(**changes):
    options = {"units": 4, "epochs": 2, "learning_rate": 0.02, "random_state": 0}
    return RNNRegressor("simple", return_sequences=True, **{**options, **changes})


@pytest.fixture(scope="module")
def sums():
    """Forty rows of five numbers; the number of a step is the mean of it and the one before."""
    X = np.random.default_rng(0).normal(size=(40, 5))
    y = X.copy()
    y[:, 1:] = (X[:, 1:] + X[:, :-1]) / 2
    return X, 100 + 20 * y


@pytest.fixture(scope="module")
def ragged(sums):
    lengths = np.arange(40) % 5 + 1
    return tuple([row[:n] for row, n in zip(part, lengths, strict=True)] for part in sums)


@pytest.fixture(scope="module")
def model(sums):
    return quick().fit(*sums)


@pytest.fixture(scope="module")
def ragged_model(ragged):
    return quick().fit(*ragged)


def objects(rows):
    found = np.empty(len(rows), object)
    for i, row in enumerate(rows):
        found[i] = row
    return found


# -------------------------------------------------------------- shapes and containers
def test_learns_a_number_for_each_step(sums):
    X, y = sums
    model = quick(epochs=60).fit(X, y)
    assert model.score(X, y) > 0.9
    changed = X.copy()
    changed[:, -1] += 5  # a step does not see those after it
    np.testing.assert_allclose(model.predict(changed)[:, :-1], model.predict(X)[:, :-1], rtol=1e-5)


def test_an_array_of_numbers_gives_an_array(sums, model):
    X, y = sums
    expected = model.predict(X)
    assert type(expected) is np.ndarray
    assert (expected.shape, expected.dtype) == ((40, 5), np.float64)
    frame = pd.DataFrame(X)
    for inputs in (frame, X[:, :, None], X.astype(np.float32)):
        found = quick().fit(inputs, y).predict(inputs)
        np.testing.assert_allclose(found, expected, rtol=1e-6)
    for targets in (y.tolist(), list(y), pd.DataFrame(y), objects(y), pd.Series(list(y)), tuple(y)):
        np.testing.assert_array_equal(quick().fit(X, targets).predict(X), expected)


def test_lists_give_a_list_even_where_all_are_of_one_length(sums, model):
    X, y = sums
    found = quick().fit(X.tolist(), y.tolist()).predict(X.tolist())
    assert isinstance(found, list)
    np.testing.assert_allclose(np.array(found), model.predict(X), rtol=1e-6)
    assert isinstance(model.predict(Sequences.from_array(X)), list)


def test_several_numbers_a_step(sums):
    X, y = sums
    Y = np.stack([y, -1000 * y], axis=2)
    model = quick().fit(X, Y)
    assert model.predict(X).shape == (40, 5, 2)
    assert quick().fit(X, Y[:, :, :1]).predict(X).shape == (40, 5, 1)
    rows = list(X[:, :, None])
    found = quick().fit([*rows, np.zeros((0, 1))], [*Y, []])
    assert found.predict([*rows[:1], []])[1].shape == (0, 2)
    expected = r2_score(Y.reshape(-1, 2), model.predict(X).reshape(-1, 2))
    np.testing.assert_allclose(model.score(X, Y), expected)
    expected = r2_score(Y.reshape(-1, 2), np.concatenate(found.predict([*rows, []])))
    np.testing.assert_allclose(found.score([*rows, []], [*Y, []]), expected)


def test_ragged_lists_in_any_container(ragged, ragged_model):
    X, y = ragged
    expected = ragged_model.predict(X)
    assert [row.shape for row in expected] == [row.shape for row in y]
    lists = [row.tolist() for row in X]
    for inputs in (lists, objects(X), pd.Series(X), pd.DataFrame({"x": lists})):
        found = ragged_model.predict(inputs)
        assert isinstance(found, list)
        np.testing.assert_allclose(np.concatenate(found), np.concatenate(expected), rtol=1e-6)
    for targets in ([row.tolist() for row in y], objects(y), pd.Series(y), pd.DataFrame({"y": y})):
        found = quick().fit(X, targets).predict(X)
        np.testing.assert_array_equal(np.concatenate(found), np.concatenate(expected))


def test_empty_sequences_have_no_numbers(ragged, ragged_model):
    X, y = ragged
    found = ragged_model.predict([X[3], np.zeros(0)])
    assert [len(row) for row in found] == [4, 0]
    quantiles = quick(quantiles=(0.1, 0.9)).fit([*X, np.zeros(0)], [*y, []])
    assert [row.shape for row in quantiles.predict([[], []], quantiles=(0.1, 0.5))] == [(0, 2)] * 2


def test_a_neighbour_does_not_matter(ragged, ragged_model):
    X, _ = ragged
    alone = ragged_model.predict(X[:1])[0]
    np.testing.assert_allclose(ragged_model.predict([X[0], np.ones(30)])[0], alone, rtol=1e-6)


def test_quantiles_are_the_last_axis(sums, ragged):
    X, y = sums
    model = quick(loss="quantile").fit(X, np.stack([y, y], axis=2))
    found = model.predict(X, quantiles=(0.05, 0.5, 0.95))
    assert found.shape == (40, 5, 2, 3)
    assert (np.diff(found, axis=-1) >= 0).all()
    np.testing.assert_array_equal(found[..., 1], model.predict(X))
    model = quick(quantiles=(0.1, 0.9)).fit(*ragged)
    rows = model.predict(ragged[0], quantiles=(0.1, 0.9))
    assert [row.shape for row in rows[:3]] == [(1, 2), (2, 2), (3, 2)]
    assert model.predict(ragged[0], quantiles=0.9)[2].shape == (3,)


# ------------------------------------------------------------------------------ ids
@pytest.fixture(scope="module")
def numbered():
    """Ragged ids, the number of each, and both padded on the left and on the right."""
    rng = np.random.default_rng(0)
    X = [rng.integers(1, 9, size=n) for n in rng.integers(1, 6, size=30)]
    y = [np.stack([row, row**2], axis=1).astype(float) for row in X]
    sides = {}
    for side in ("pre", "post"):
        ids, numbers = np.zeros((30, 7), int), np.full((30, 7, 2), 1e6)  # never to be seen
        for i, row in enumerate(X):
            place = slice(7 - len(row), 7) if side == "pre" else slice(len(row))
            ids[i, place], numbers[i, place] = row, y[i]
        sides[side] = ids, numbers
    return X, y, sides


@pytest.mark.parametrize("side", ["pre", "post"])
def test_padding_of_ids_has_no_number(numbered, side):
    X, y, sides = numbered
    ids, numbers = sides[side]
    expected = quick(embedding_dim=3).fit(X, y)
    for padded in (ids.tolist(), ids.astype(float), ids):
        model = quick(embedding_dim=3).fit(padded, numbers)
        found = np.concatenate(model.predict(padded))
        np.testing.assert_array_equal(found, np.concatenate(expected.predict(X)))
    assert model.score(ids, numbers) == expected.score(X, y)
    weights = np.where(ids > 0, 1.0, 1e6)
    assert model.score(ids, numbers, sample_weight=weights) == pytest.approx(expected.score(X, y))


def test_tokens_have_numbers_in_a_pipeline():
    texts = ["a bb ccc", "bb a", "ccc ccc a bb"] * 8
    y = [[len(word) for word in text.split()] for text in texts]
    pipe = make_pipeline(Tokenizer(), quick(epochs=40)).fit(texts, y)
    assert pipe.score(texts, y) > 0.9
    assert [len(row) for row in pipe.predict(["a zebra bb", ""])] == [3, 0]


# ------------------------------------------------------------------- score and weights
def test_score_is_r2_over_all_steps(ragged, ragged_model):
    X, y = ragged
    true, found = np.concatenate(y), np.concatenate(ragged_model.predict(X))
    assert ragged_model.score(X, y) == pytest.approx(r2_score(true, found))
    weight = np.arange(40) % 3 + 0.5
    lengths = [len(row) for row in X]
    expected = r2_score(true, found, sample_weight=np.repeat(weight, lengths))
    assert ragged_model.score(X, y, sample_weight=weight) == pytest.approx(expected)
    steps = [np.linspace(0, 1, n) + 0.1 for n in lengths]
    expected = r2_score(true, found, sample_weight=np.concatenate(steps))
    assert ragged_model.score(X, y, sample_weight=steps) == pytest.approx(expected)


def test_a_step_without_weight_is_not_learned_from(ragged):
    X, y = ragged
    weight = [np.arange(len(row)) % 2 + 0.0 for row in X]
    weight[0][:] = 1
    spoilt = [np.where(w > 0, row, 1e9) for row, w in zip(y, weight, strict=True)]
    expected = quick().fit(X, y, sample_weight=weight).predict(X)
    found = quick().fit(X, spoilt, sample_weight=weight).predict(X)
    np.testing.assert_allclose(np.concatenate(found), np.concatenate(expected), rtol=1e-6)
    unweighted = quick().fit(X, y).predict(X)
    assert np.abs(np.concatenate(unweighted) - np.concatenate(expected)).max() > 1e-3


def test_a_sequence_without_weight_is_no_row(ragged):
    X, y = ragged
    weight = np.ones(40)
    weight[::4] = 0
    kept = np.flatnonzero(weight)
    expected = quick().fit([X[i] for i in kept], [y[i] for i in kept]).predict(X)
    found = quick().fit(X, y, sample_weight=weight).predict(X)
    np.testing.assert_allclose(np.concatenate(found), np.concatenate(expected), rtol=1e-6)


# --------------------------------------------------------------------------- training
def test_early_stopping_looks_at_the_validation_data(ragged):
    X, y = ragged
    options = {"early_stopping": True, "epochs": 6, "n_iter_no_change": 2, "learning_rate": 0.3}
    model = quick(**options).fit(X[:30], y[:30], X_val=X[30:], y_val=y[30:])
    errors = np.concatenate(model.predict(X[30:])) - np.concatenate(y[30:])
    errors /= np.concatenate(y[:30]).std()
    np.testing.assert_allclose(max(model.validation_scores_), 1 - (errors**2).mean(), rtol=1e-4)


def test_training_goes_on(sums, model):
    X, y = sums
    chunks = quick().partial_fit(X, y).partial_fit(X, y, sample_weight=np.ones((40, 5)))
    np.testing.assert_allclose(chunks.predict(X), model.predict(X), rtol=1e-6)
    warm = quick(epochs=1, warm_start=True).fit(X, y).fit(X, y)
    np.testing.assert_array_equal(warm.predict(X), model.predict(X))


def of_steps(n_features, n_outputs, return_sequences=True):
    steps = keras.Input((None, n_features))
    x = keras.layers.GRU(3, return_sequences=return_sequences)(steps)
    return keras.Model(steps, keras.layers.Dense(n_outputs, activation="sigmoid")(x))


def test_an_own_network_gives_numbers_of_steps(sums):
    X, y = sums
    model = quick(network=of_steps).fit(X, y)
    outputs = np.asarray(model.engine_.network_(X[:, :, None].astype(np.float32)))
    np.testing.assert_allclose(model.predict(X), y.mean() + y.std() * outputs[:, :, 0], rtol=1e-5)
    with pytest.raises(ValueError, match=r"one for each step. Recurrent layers need"):
        quick(network=of_steps).set_params(network__return_sequences=False).fit(X, y)


# ------------------------------------------------------- inside scikit-learn's tools
def test_cross_validation_of_arrays_and_of_lists(sums, ragged):
    assert cross_val_predict(quick(), *sums, cv=2).shape == (40, 5)
    found = cross_val_predict(quick(), *ragged, cv=2)
    assert [row.shape for row in found] == [row.shape for row in ragged[1]]
    assert np.isfinite(cross_val_score(quick(), *ragged, cv=2)).all()


@pytest.mark.parametrize("kind", ["sums", "ragged"])
def test_search(request, kind):
    search = GridSearchCV(quick(), {"epochs": [1, 20]}, cv=2)
    search.fit(*request.getfixturevalue(kind))
    assert search.best_params_ == {"epochs": 20}


def test_a_function_of_y(sums):
    X, y = sums
    wrapped = TransformedTargetRegressor(quick(), func=np.cbrt, inverse_func=lambda z: z**3)
    found = wrapped.fit(X, y).predict(X)
    expected = quick().fit(X, np.cbrt(y)).predict(X) ** 3
    np.testing.assert_allclose(found, expected, rtol=1e-6)
