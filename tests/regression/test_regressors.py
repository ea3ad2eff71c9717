"""Regressors of whole sequences: every kind of input and target, and scikit-learn's tools."""

from __future__ import annotations

import pickle
import subprocess
import sys

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone, is_regressor
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import BaggingRegressor, StackingRegressor, VotingRegressor
from sklearn.metrics import mean_pinball_loss, r2_score
from sklearn.model_selection import GridSearchCV, cross_val_predict, cross_val_score
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import make_pipeline

import skseq
from skseq import (
    CharLanguageModel,
    EmbeddingLookup,
    GRURegressor,
    LSTMRegressor,
    Padder,
    RNNRegressor,
    Sequences,
    Tokenizer,
)
from skseq.runtime.backend import keras

LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)


def quick(**changes):
    options = {"units": 4, "epochs": 2, "learning_rate": 0.02, "random_state": 0}
    return RNNRegressor("simple", **{**options, **changes})


@pytest.fixture(scope="module")
def table():
    """Sixty rows of six numbers; y is their mean in another unit."""
    X = np.random.default_rng(0).normal(size=(60, 6))
    return X, 50 + 10 * X.mean(axis=1)


@pytest.fixture(scope="module")
def model(table):
    return quick().fit(*table)


@pytest.fixture(scope="module")
def trained(table):
    return quick(epochs=60).fit(*table)


@pytest.fixture(scope="module")
def spreads():
    """Numbers whose noise grows with what the sequence holds: X, y and the size of the noise."""
    rng = np.random.default_rng(0)
    X = rng.uniform(0.2, 2, size=(3000, 1))
    return X, 3 * X[:, 0] + X[:, 0] * rng.normal(size=3000), X[:, 0]


@pytest.fixture(scope="module")
def quantile_model(spreads):
    X, y, _ = spreads
    options = {"quantiles": LEVELS, "epochs": 80, "batch_size": 256, "learning_rate": 0.005}
    return quick(**options).fit(X[:1500], y[:1500])


# ------------------------------------------------------------------ kinds of X
def test_learns_numbers_in_their_own_unit(table, trained):
    X, y = table
    assert is_regressor(trained)
    assert trained.score(X, y) > 0.9
    assert trained.predict(X).dtype == np.float64
    assert trained.score(X, y) == r2_score(y, trained.predict(X))


@pytest.mark.parametrize("unit", [1e300, 1e6, 1e-300])
def test_the_unit_of_y_does_not_matter(table, model, unit):
    X, y = table
    found = quick().fit(X, y * unit - 9 * unit).predict(X)
    np.testing.assert_allclose(found / unit + 9, model.predict(X), rtol=1e-4)


def test_all_containers_of_numbers_mean_the_same(table, model):
    X, y = table
    expected = model.predict(X)
    frame = pd.DataFrame(X, columns=list("abcdef"))
    lists = X.tolist()
    arrays = list(X[:, :, None])
    objects = np.empty(60, object)
    objects[:] = arrays
    for other in (X.astype(np.float32), X[:, :, None], frame, lists, tuple(lists), arrays, objects):
        np.testing.assert_allclose(quick().fit(other, y).predict(other), expected, rtol=1e-6)
    sequences = Sequences.from_array(X)
    np.testing.assert_allclose(quick().fit(sequences, y).predict(sequences), expected, rtol=1e-6)


def test_ragged_frames_of_sensors():
    rng = np.random.default_rng(0)
    X = [rng.normal(size=(n, 3)) for n in rng.integers(2, 9, size=60)]
    y = np.array([frames[-1, 0] for frames in X])
    model = quick(epochs=60).fit(X, y)
    assert model.score(X, y) > 0.8
    assert model.n_features_in_ == 3
    for other in (pd.Series(X), tuple(X), Sequences.from_lists(X)):
        np.testing.assert_array_equal(model.predict(other), model.predict(X))


def test_integers_are_numbers(table):
    y = table[1]
    X = np.random.default_rng(0).integers(-3, 4, size=(60, 6))
    expected = quick().fit(X.astype(float), y).predict(X.astype(float))
    for other in (X, pd.DataFrame(X), X.astype(np.int8)):
        np.testing.assert_array_equal(quick().fit(other, y).predict(other), expected)
    ragged = [row[: 1 + i % 6].tolist() for i, row in enumerate(np.abs(X))]
    floats = [np.array(row, float) for row in ragged]
    found = quick().fit(ragged, y)
    np.testing.assert_array_equal(found.predict(ragged), quick().fit(floats, y).predict(floats))
    assert not hasattr(found, "vocabulary_")


def test_integers_are_ids_where_they_have_an_embedding(ids):
    X, _ = ids
    y = np.array([float(7 in row) for row in X])
    left = np.asarray(Sequences.from_lists(X, n_steps=14))
    right = np.asarray(Sequences.from_lists(X, n_steps=12, padding="post"))
    model = quick(embedding_dim=3).fit(X, y)
    expected = model.predict(X)
    for other in (left, right, Sequences.from_lists(X)):
        np.testing.assert_array_equal(model.predict(other), expected)
    for other in (left, left.astype(float)):
        found = quick(embedding_dim=3).fit(other, y).predict(other)
        np.testing.assert_array_equal(found, expected)


def test_documents_behind_a_tokenizer(reviews):
    texts, labels = reviews
    y = [1.0 if label == "positive" else -1.0 for label in labels]
    vectors = EmbeddingLookup({word: np.eye(3)[i] for i, word in enumerate(["good", "bad", "not"])})
    pipe = make_pipeline(
        Tokenizer(), Padder(), vectors, quick(epochs=40, pooling="max", dropout=0.0)
    )
    assert pipe.fit(texts, y).score(texts, y) > 0.8
    assert np.isfinite(pipe.predict(["zebra", ""])).all()


@pytest.mark.slow
def test_a_language_model_is_an_encoder_of_text():
    texts = ["the cat drinks milk.", "the dog eats meat."] * 8
    letters = CharLanguageModel(cell="gru", units=6, epochs=2, random_state=0).fit(texts)
    options = {"encoder": letters, "batch_size": 4, "learning_rate": 0.05, "random_state": 0}
    model = GRURegressor(**options, encoder_learning_rate=0.05, epochs=15)
    y = [3.0, 5.0] * 8
    assert model.fit(texts, y).score(texts, y) > 0.9
    frozen = GRURegressor(**options, return_sequences=True, epochs=1)
    positions = [np.arange(len(text)) for text in texts]
    assert [len(row) for row in frozen.fit(texts, positions).predict(texts)] == [20, 18] * 8
    table = frozen.engine_.network_.get_layer("embedding").get_weights()[0]
    np.testing.assert_array_equal(table, letters.as_encoder().table)


@pytest.mark.slow
def test_the_class_of_a_cell_equals_the_cell_as_a_parameter(table):
    X, y = table
    options = {"units": 3, "epochs": 1, "random_state": 0}
    expected = RNNRegressor("lstm", **options).fit(X, y).predict(X)
    np.testing.assert_array_equal(LSTMRegressor(**options).fit(X, y).predict(X), expected)


# ------------------------------------------------------------------ kinds of y
def test_containers_and_types_of_y_mean_the_same(table, model):
    X, y = table
    expected = model.predict(X)
    objects = y.astype(object)
    for other in (y.tolist(), tuple(y), pd.Series(y, index=range(7, 67)), objects):
        np.testing.assert_array_equal(quick().fit(X, other).predict(X), expected)
    nullable = pd.Series(y).convert_dtypes()
    np.testing.assert_array_equal(quick().fit(X, nullable).predict(X), expected)
    np.testing.assert_allclose(quick().fit(X, y.astype(np.float32)).predict(X), expected, rtol=1e-5)
    whole = np.round(y)
    expected = quick().fit(X, whole).predict(X)
    np.testing.assert_array_equal(quick().fit(X, whole.astype(int)).predict(X), expected)


def test_a_column_stays_a_column(table, model):
    X, y = table
    for column in (y[:, None], pd.DataFrame({"y": y}), [[number] for number in y]):
        found = quick().fit(X, column).predict(X)
        np.testing.assert_array_equal(found, model.predict(X)[:, None])


def test_several_numbers_each_in_its_unit(table):
    X, y = table
    Y = np.stack([y, 1e6 * X[:, -1], np.full(60, 3.0)], axis=1)
    objects = np.empty(60, object)
    objects[:] = list(Y)
    model = quick(epochs=60).fit(X, Y)
    assert r2_score(Y[:, :2], model.predict(X)[:, :2]) > 0.9
    assert np.abs(model.predict(X)[:, 2] - 3).max() < 0.5
    expected = quick().fit(X, Y).predict(X)
    for other in (Y.tolist(), pd.DataFrame(Y), pd.Series(list(Y)), objects, list(Y)):
        np.testing.assert_allclose(quick().fit(X, other).predict(X), expected, rtol=1e-6)


# -------------------------------------------------------------------- quantiles
def test_quantiles_are_calibrated_where_noise_grows(spreads, quantile_model):
    X, y, size = (part[1500:] for part in spreads)
    found = quantile_model.predict(X, quantiles=LEVELS)
    assert found.shape == (1500, 5)
    np.testing.assert_allclose((y[:, None] <= found).mean(axis=0), LEVELS, atol=0.05)
    for part in (size < 1.1, size >= 1.1):  # not only on the whole
        np.testing.assert_allclose((y[part, None] <= found[part]).mean(axis=0), LEVELS, atol=0.08)
    assert np.corrcoef(found[:, 4] - found[:, 0], size)[0, 1] > 0.9
    constant = np.full(1500, np.quantile(spreads[1][:1500], 0.9))
    loss, constant_loss = (mean_pinball_loss(y, q, alpha=0.9) for q in (found[:, 4], constant))
    assert loss < 0.8 * constant_loss


def test_the_median_is_predicted_and_a_single_quantile_has_no_axis(spreads, quantile_model):
    X = spreads[0][:9]
    np.testing.assert_array_equal(
        quantile_model.predict(X), quantile_model.predict(X, quantiles=0.5)
    )
    assert quantile_model.predict(X, quantiles=[0.5]).shape == (9, 1)


def test_quantiles_of_several_numbers_are_the_last_axis(table):
    X, y = table
    model = quick(loss="quantile").fit(X, np.stack([y, -1000 * y], axis=1))
    found = model.predict(X, quantiles=(0.05, 0.5, 0.95))
    assert found.shape == (60, 2, 3)
    assert (np.diff(found, axis=-1) >= 0).all()
    np.testing.assert_array_equal(found[:, :, 1], model.predict(X))
    assert found[:, 0].min() > 0 > found[:, 1].max()


@pytest.mark.parametrize("loss", ["absolute_error", "huber"])
def test_an_outlier_moves_a_robust_loss_less(loss):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(60, 1)), np.zeros(60)
    y[:6] = 1000.0
    options = {"epochs": 40, "batch_size": 60}
    plain = quick(**options).fit(X, y).predict(X).mean()
    robust = quick(**options, loss=loss).fit(X, y).predict(X).mean()
    assert abs(robust) < plain


# ------------------------------------------------------------------- training
def test_a_sample_without_weight_is_no_row(table):
    X, y = table
    weight = np.ones(60)
    weight[::3] = 0
    spoilt = np.where(weight > 0, y, 1e9)
    expected = quick().fit(X[weight > 0], y[weight > 0]).predict(X)
    found = quick().fit(X, spoilt, sample_weight=weight).predict(X)
    np.testing.assert_allclose(found, expected, rtol=1e-6)


@pytest.mark.parametrize("unit", [1e-300, 1.0, 1e300])
def test_weights_are_proportions(table, unit):
    X, y = table
    weight = np.arange(60) % 3 + 1.0
    expected = quick().fit(X, y, sample_weight=weight).predict(X)
    found = quick().fit(X, y, sample_weight=(weight * unit).tolist()).predict(X)
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_early_stopping_keeps_the_best_epoch_of_the_validation_data(table):
    X, y = table
    options = {"early_stopping": True, "epochs": 8, "n_iter_no_change": 2, "learning_rate": 0.3}
    model = quick(**options).fit(X[:40], y[:40], X_val=X[40:], y_val=y[40:].tolist())
    assert len(model.validation_scores_) == model.n_iter_
    errors = (model.predict(X[40:]) - y[40:]) / y[:40].std()
    np.testing.assert_allclose(max(model.validation_scores_), 1 - (errors**2).mean(), rtol=1e-4)
    held = quick(**options, validation_fraction=0.2, quantiles=LEVELS).fit(X, y)
    assert len(held.validation_scores_) == held.n_iter_


def test_the_first_chunk_of_a_stream_decides_the_scaling(table, model):
    X, y = table
    found = quick().partial_fit(X, y).partial_fit(X, y)
    np.testing.assert_array_equal(found.predict(X), model.predict(X))
    scaling = found.codec_.scaling
    found.partial_fit(X[:10], y[:10] + 1000)
    assert found.n_iter_ == 3
    np.testing.assert_allclose(scaling.mean, y.mean())
    assert found.codec_.scaling is scaling
    with pytest.raises(TypeError, match="classes"):
        found.partial_fit(X, y, classes=[0, 1])


def test_warm_start_goes_on(table):
    X, y = table
    half = quick(warm_start=True).fit(X, y).fit(X, y)
    np.testing.assert_array_equal(half.predict(X), quick(epochs=4).fit(X, y).predict(X))


# ------------------------------------------------------------- a network of your own
def plain(n_features, n_outputs, units=3, activation=None):
    steps = keras.Input((None, n_features))
    x = keras.layers.GRU(units)(steps)
    return keras.Model(steps, keras.layers.Dense(n_outputs, activation=activation)(x))


def of_steps(n_features, n_outputs):
    steps = keras.Input((None, n_features))
    x = keras.layers.GRU(3, return_sequences=True)(steps)
    return keras.Model(steps, keras.layers.Dense(n_outputs)(x))


def test_outputs_of_an_own_network_are_numbers_whatever_its_activation(table):
    X, y = table
    model = quick(network=plain, epochs=1, standardize=False)
    model.set_params(network__activation="sigmoid").fit(X, y)
    outputs = np.asarray(model.engine_.network_(X[:, :, None].astype(np.float32)))
    expected = y.mean() + y.std() * outputs[:, 0]
    np.testing.assert_allclose(model.predict(X), expected, rtol=1e-5)
    assert clone(model).get_params()["network__activation"] == "sigmoid"


def test_an_own_network_of_steps_is_refused_for_numbers_of_sequences(table):
    with pytest.raises(ValueError, match="must not return an axis of steps"):
        quick(network=of_steps).fit(*table)


# ------------------------------------------------------- inside scikit-learn's tools
def test_cross_validation_and_search(table):
    X, y = table
    assert cross_val_predict(quick(), X, y, cv=2).shape == (60,)
    assert cross_val_predict(quick(), X.tolist(), y[:, None].tolist(), cv=2).shape == (60, 1)
    scores = cross_val_score(quick(), X, y, cv=2, scoring="neg_mean_absolute_error")
    assert np.isfinite(scores).all()
    search = GridSearchCV(quick(), {"epochs": [1, 20]}, cv=2).fit(X, y)
    assert search.best_params_ == {"epochs": 20}


@pytest.mark.parametrize(
    "wrap",
    [
        lambda m: VotingRegressor([("a", m), ("b", clone(m))]),
        lambda m: StackingRegressor([("a", m)], cv=2),
        lambda m: BaggingRegressor(m, n_estimators=2, random_state=0),
        lambda m: TransformedTargetRegressor(m, func=np.log, inverse_func=np.exp),
    ],
    ids=["voting", "stacking", "bagging", "transformed"],
)
def test_meta_estimators_on_numbers(table, wrap):
    X, y = table
    model = wrap(quick(epochs=15, learning_rate=0.1)).fit(X, y)
    assert model.predict(X).shape == (60,)
    assert model.score(X, y) > 0.5


def test_one_regressor_for_each_number(table):
    X, y = table
    model = MultiOutputRegressor(quick(epochs=15, learning_rate=0.1)).fit(
        X, np.stack([y, -y], axis=1)
    )
    assert model.score(X, np.stack([y, -y], axis=1)) > 0.5


def test_quantiles_pass_through_a_function_of_y(table):
    X, y = table
    inner = quick(quantiles=LEVELS)
    model = TransformedTargetRegressor(inner, func=np.log, inverse_func=np.exp).fit(X, y)
    found = model.predict(X, quantiles=(0.1, 0.5, 0.9))
    assert (np.diff(found, axis=1) >= 0).all()
    np.testing.assert_allclose(found[:, 1], model.predict(X))


# ------------------------------------------------------------------ saving
def test_saved_models_predict_the_same_and_go_on(table, model, tmp_path):
    X, y = table
    joblib.dump(model, tmp_path / "model.joblib")
    copies = [
        pickle.loads(pickle.dumps(model)),
        joblib.load(tmp_path / "model.joblib"),
        skseq.load(skseq.save(model, tmp_path / "model.skseq")),
    ]
    expected = pickle.loads(pickle.dumps(model)).partial_fit(X, y).predict(X)
    for copy in copies:
        np.testing.assert_array_equal(copy.predict(X), model.predict(X))
        np.testing.assert_array_equal(copy.partial_fit(X, y).predict(X), expected)


@pytest.mark.slow
def test_a_saved_model_predicts_the_same_in_a_new_process(quantile_model, spreads, tmp_path):
    path = skseq.save(quantile_model, tmp_path / "model.skseq")
    X = spreads[0][:3]
    code = (
        "import numpy as np, skseq\n"
        f"found = skseq.load({str(path)!r}).predict({X.tolist()!r}, quantiles=[0.2, 0.5])\n"
        "print(found.tolist())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr == ""
    expected = quantile_model.predict(X, quantiles=[0.2, 0.5])
    np.testing.assert_allclose(eval(done.stdout), expected, rtol=1e-5)


def test_clones_are_unfitted_and_equal(model):
    copy = clone(model)
    assert copy.get_params() == model.get_params()
    assert not hasattr(copy, "network_state_")


@pytest.mark.parametrize("kind", ["ragged", "3-D", "lists"])
def test_targets_of_steps_are_known_by_their_shape(kind):
    X = [np.arange(n, dtype=float) for n in (3, 4, 5)] * 4
    y = [row * 2 for row in X]
    if kind == "3-D":
        X = np.arange(48.0).reshape(12, 4, 1)
        y = np.concatenate([X, -X], axis=2)
    elif kind == "lists":
        y = [row.tolist() for row in y]
    model = GRURegressor(units=2, epochs=1, random_state=0).fit(X, y)
    assert model.return_sequences_ and not model.bidirectional_
    assert [len(row) for row in model.predict(X)] == [len(row) for row in X]
    outputs = GRURegressor(units=2, epochs=1, random_state=0).fit(np.ones((6, 4)), np.eye(6, 3))
    assert not outputs.return_sequences_ and outputs.predict(np.ones((2, 4))).shape == (2, 3)


def test_as_many_outputs_as_steps_have_to_be_told_apart():
    X = np.random.default_rng(0).normal(size=(12, 4))
    options = {"units": 2, "epochs": 1, "random_state": 0}
    with pytest.raises(ValueError, match=r"4 columns, and every sequence 4 steps.*return_seq"):
        GRURegressor(**options).fit(X, X)
    for choice in (False, True):
        model = GRURegressor(return_sequences=choice, **options).fit(X, X)
        assert model.predict(X).shape == (12, 4)
