"""``network=``: a user's own function, its arguments as parameters, its mistakes."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

from skseq import LSTMClassifier
from skseq.runtime.backend import keras


def plain(n_tokens, n_outputs, units=4):
    steps = keras.Input((None,), dtype="int32")
    x = keras.layers.Embedding(n_tokens, 8, mask_zero=True)(steps)
    return keras.Model(steps, keras.layers.Dense(n_outputs)(keras.layers.GRU(units)(x)))


def with_probabilities(meta, units=4):
    steps = keras.Input((None,), dtype="int32")
    x = keras.layers.Embedding(meta["n_tokens"], 8, mask_zero=True)(steps)
    x = keras.layers.GRU(units)(x)
    activation = "sigmoid" if meta["n_outputs"] == 1 else "softmax"
    return keras.Model(steps, keras.layers.Dense(meta["n_outputs"], activation=activation)(x))


def fixed_width(n_tokens, n_outputs):
    steps = keras.Input((12,), dtype="int32")
    x = keras.layers.Flatten()(keras.layers.Embedding(n_tokens, 4)(steps))
    return keras.Model(steps, keras.layers.Dense(n_outputs)(x))


def compiled(n_tokens, n_outputs):
    model = plain(n_tokens, n_outputs)
    model.compile("adam", "mse")
    return model


def wrong_outputs(n_tokens):
    return plain(n_tokens, 7)


def needs_more(n_tokens, n_outputs, depth):
    return plain(n_tokens, n_outputs, depth)


def no_model(n_tokens):
    return None


def model(network, **options):
    options = {"epochs": 15, "learning_rate": 0.05, "random_state": 0, **options}
    return LSTMClassifier(network=network, **options)


@pytest.mark.parametrize("network", [plain, with_probabilities, fixed_width])
def test_own_network_learns(ids, network):
    X, y = ids
    assert model(network).fit(X, y).score(X, y) > 0.9


def test_own_network_with_softmax_learns_three_classes(ids):
    X, y = ids
    y = np.where(np.array([len(x) for x in X]) > 6, "long", y)
    fitted = model(with_probabilities, epochs=30).fit(X, y)
    assert fitted.score(X, y) > 0.9
    np.testing.assert_allclose(fitted.predict_proba(X).sum(axis=1), 1)


def test_own_arguments_are_parameters_that_clone_and_search(ids):
    X, y = ids
    estimator = model(plain, epochs=1)
    assert estimator.get_params()["network__units"] == 4
    search = GridSearchCV(estimator, {"network__units": [2, 3]}, cv=2).fit(X, y)
    assert search.best_params_["network__units"] in (2, 3)
    copy = clone(search.best_estimator_)
    assert copy.get_params()["network__units"] == search.best_params_["network__units"]
    assert estimator.network is plain


def test_unknown_own_argument_raises_and_lists_those_there_are():
    with pytest.raises(ValueError, match=r"network__depth.*takes \['units'\]"):
        model(plain).set_params(network__depth=2)
    with pytest.raises(ValueError, match="needs network= to be a function"):
        LSTMClassifier().set_params(network__units=2)


@pytest.mark.parametrize(
    ("network", "error", "message"),
    [
        (compiled, ValueError, "returned a compiled model"),
        (wrong_outputs, ValueError, "gives 7 outputs, this target needs 1"),
        (needs_more, ValueError, r"needs \['depth'\].*network__depth"),
        (no_model, TypeError, "must return a keras.Model, got NoneType"),
    ],
)
def test_mistakes_in_a_network_are_explained(ids, network, error, message):
    with pytest.raises(error, match=message):
        model(network).fit(*ids)


def test_too_long_sequence_for_a_fixed_width_raises(ids):
    X, y = ids
    with pytest.raises(ValueError, match=r"takes 12 steps.*Padder\(maxlen=12\)"):
        model(fixed_width, epochs=1).fit(X, y).predict([[8] * 13])


def with_table(n_tokens, n_outputs, table=None):
    steps = keras.Input((None,), dtype="int32")
    frozen = keras.layers.Embedding(*table.shape, trainable=False, name="table")
    x = keras.layers.GlobalAveragePooling1D()(frozen(steps))
    frozen.set_weights([table])
    return keras.Model(steps, keras.layers.Dense(n_outputs)(x))


def test_networks_whose_tables_differ_in_the_middle_share_nothing(ids):
    """NumPy shortens the text of large arrays, so their text must not be what counts."""
    X, y = ids
    table = np.zeros((500, 4), np.float32)
    other = table.copy()
    other[20] = 5.0
    assert repr(table) == repr(other)
    model(with_table, epochs=1).set_params(network__table=table).fit(X, y)
    second = model(with_table, epochs=1).set_params(network__table=other).fit(X, y)
    (found,) = second.engine_.network_.get_layer("table").get_weights()
    np.testing.assert_array_equal(found, other)


def test_training_goes_on_with_an_equal_table_and_refuses_another(ids):
    X, y = ids
    table = np.zeros((500, 4), np.float32)
    own = model(with_table, epochs=1).set_params(network__table=table).fit(X, y)
    own.set_params(network__table=table.copy()).partial_fit(X, y)
    with pytest.raises(ValueError, match="table changed since the network was built"):
        own.set_params(network__table=table + 1).partial_fit(X, y)
