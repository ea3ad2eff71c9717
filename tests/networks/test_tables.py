"""A cell, a pooling or a loss is its file and one line in a table; texts and networks follow."""

from __future__ import annotations

import inspect
import re

import numpy as np
import pytest
from sklearn.utils._param_validation import StrOptions

import skseq
from skseq import GRURegressor, RNNClassifier
from skseq._tables import CELLS, LOSSES, POOLINGS, Cell, Pooling, names_of
from skseq.layers import pooling as pooling_module
from skseq.layers import recurrent as recurrent_module
from skseq.layers.right_padded import RightPadded
from skseq.networks.by_name import cell_layer, pooling_layer
from skseq.runtime.backend import keras

SMALL = {"units": 3, "epochs": 1, "random_state": 0}


class DoubledRNN(RightPadded, keras.layers.SimpleRNN):
    """A cell without a fast step: it must run in Keras' own loop."""

    n_states = 1

    def __init__(self, units, **kwargs):
        super().__init__(units, **{"activation": "sigmoid", **kwargs})


class FirstStep(keras.layers.Layer):
    def call(self, steps, lengths):
        return steps[:, 0]

    def compute_output_shape(self, steps_shape, lengths_shape):
        return steps_shape[0], steps_shape[-1]


def allow(monkeypatch, estimator, parameter, name):
    """Let the constraint of a class that was made before the line in the table know it too."""
    constraints = {**estimator._parameter_constraints}
    constraints[parameter] = [StrOptions({name})]
    monkeypatch.setattr(estimator, "_parameter_constraints", constraints)


def test_a_new_cell_is_a_layer_and_a_line(monkeypatch, ids):
    monkeypatch.setattr(recurrent_module, "DoubledRNN", DoubledRNN, raising=False)
    monkeypatch.setitem(CELLS, "doubled", Cell("recurrent:DoubledRNN"))
    allow(monkeypatch, RNNClassifier, "cell", "doubled")
    X, y = ids
    model = RNNClassifier("doubled", bidirectional=True, layers=2, **SMALL).fit(X, y)
    assert model.predict_proba(X).shape == (60, 2)
    one = model.predict_proba([X[0]])
    np.testing.assert_allclose(one, model.predict_proba([X[0], max(X, key=len)])[:1], atol=1e-6)


def test_a_new_pooling_is_a_layer_and_a_line(monkeypatch, ids):
    monkeypatch.setattr(pooling_module, "FirstStep", FirstStep, raising=False)
    monkeypatch.setitem(POOLINGS, "first", Pooling("pooling:FirstStep"))
    X, y = ids
    allow(monkeypatch, RNNClassifier, "pooling", "first")
    model = RNNClassifier("gru", pooling="first", **SMALL).fit(X, y)
    assert isinstance(model.engine_.network_.get_layer("pooling"), FirstStep)


def test_a_new_loss_is_a_function_and_a_line(monkeypatch):
    monkeypatch.setitem(LOSSES, "fourth_power", lambda error, xp: xp.square(xp.square(error)))
    allow(monkeypatch, GRURegressor, "loss", "fourth_power")
    X = np.random.default_rng(0).normal(size=(20, 5, 2))
    model = GRURegressor(loss="fourth_power", early_stopping=True, **SMALL)
    model.fit(X, X.sum(axis=(1, 2)))
    assert model.predict(X).shape == (20,)


@pytest.mark.parametrize("cell", CELLS)
def test_layers_of_cells_are_found(cell):
    layer = cell_layer(cell)
    assert issubclass(layer, RightPadded)
    assert layer.n_states in (1, 2)


@pytest.mark.parametrize("pooling", POOLINGS)
def test_poolings_that_learn_say_so(pooling):
    layer = pooling_layer(pooling)
    layer(keras.Input((None, 3)), keras.Input((), dtype="int32"))
    assert bool(layer.weights) == POOLINGS[pooling].learns


@pytest.mark.parametrize("loss", LOSSES)
def test_losses_are_the_same_in_numpy_and_keras(loss):
    errors = np.array([-3.0, -1.0, -0.25, 0.0, 0.5, 1.0, 4.0])
    found = np.asarray(LOSSES[loss](keras.ops.convert_to_tensor(errors), keras.ops))
    np.testing.assert_allclose(found, LOSSES[loss](errors, np), rtol=1e-6)
    assert (found >= 0).all()


def chosen_by_name():
    """Yield (class, parameter, names) of all public estimators with parameters that have names."""
    for name in skseq.__all__:
        found = getattr(skseq, name)
        if not inspect.isclass(found):
            continue
        for parameter, constraint in getattr(found, "_parameter_constraints", {}).items():
            options = [c for c in constraint if isinstance(c, StrOptions)]
            if isinstance(constraint, list) and options:
                yield found, parameter, options[0].options


def test_texts_of_parameters_hold_the_names_that_constraints_allow():
    wrong = []
    for estimator, parameter, names in chosen_by_name():
        if parameter not in inspect.signature(estimator).parameters:
            continue
        if parameter == "tokenizer" and estimator is not skseq.Tokenizer:
            continue  # whose text the others point to
        text = estimator.__doc__
        line = re.search(rf"^    {parameter} : (.*)$", text, re.MULTILINE)[1]
        told = set(re.findall(r'"(\w+)"', line if "{" in line else text))
        is_right = told == set(names) if "{" in line else told >= set(names)
        if not is_right:
            wrong.append((estimator.__name__, parameter, sorted(told), sorted(names)))
    assert not wrong


def test_names_are_found_by_what_they_are():
    assert names_of(CELLS, reads_time=True) == {"time_lstm"}
    assert "attention" not in names_of(POOLINGS, learns=False)
