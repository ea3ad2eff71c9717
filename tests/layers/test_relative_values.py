"""Layers that read the end of a window, or make it relative to that, and the network of them."""

from __future__ import annotations

import numpy as np
import pytest

from skseq.layers import FromAnchor, LastStep, OwnHistory, SinceLast
from skseq.networks import NETWORKS
from skseq.runtime.backend import keras, tf

RNG = np.random.default_rng(0)
STEPS = RNG.normal(size=(3, 4, 2)).astype(np.float32)
LENGTHS = np.array([4, 2, 1], np.int32)
LAST = STEPS[np.arange(3), LENGTHS - 1]


def network(**changes):
    """A network with random weights, biases too."""
    options = {"n_outputs": 6, "n_features": 3, "units": 4, "columns": (2, 0), "n_numbers": 3}
    made = NETWORKS["forecasting"](**{**options, **changes})
    rng = np.random.default_rng(1)
    made.set_weights([rng.normal(size=w.shape) * 0.3 for w in made.get_weights()])
    return made


@pytest.mark.parametrize("columns", [(0,), (1,), (0, 1), (1, 0)])
def test_last_step_takes_columns_in_the_order_asked_for(columns):
    found = LastStep(columns)(tf.constant(STEPS), tf.constant(LENGTHS))
    np.testing.assert_array_equal(found, LAST[:, list(columns)])


def test_last_step_of_an_empty_sequence_is_its_first():
    found = LastStep([0])(tf.constant(STEPS), tf.constant([0, 0, 0]))
    np.testing.assert_array_equal(found, STEPS[:, 0, :1])


@pytest.mark.parametrize("n_numbers", [None, 2])
def test_since_last_makes_all_features_relative(n_numbers):
    found = SinceLast(n_numbers)(tf.constant(STEPS), tf.constant(LENGTHS)).numpy()
    np.testing.assert_array_equal(found, STEPS - LAST[:, None])
    np.testing.assert_array_equal(found[np.arange(3), LENGTHS - 1], 0.0)


def test_since_last_leaves_features_beyond_the_numbers_as_they_are():
    found = SinceLast(1)(tf.constant(STEPS), tf.constant(LENGTHS)).numpy()
    np.testing.assert_array_equal(found[:, :, 0], STEPS[:, :, 0] - LAST[:, :1])
    np.testing.assert_array_equal(found[:, :, 1], STEPS[:, :, 1])


@pytest.mark.parametrize(("horizon", "n_columns", "n_quantiles"), [(3, 1, 1), (2, 3, 1), (2, 2, 3)])
def test_from_anchor_adds_to_each_column_its_own(horizon, n_columns, n_quantiles):
    changes = RNG.normal(size=(2, horizon, n_columns, n_quantiles)).astype(np.float32)
    anchors = RNG.normal(size=(2, n_columns)).astype(np.float32)
    found = FromAnchor(n_quantiles)(tf.constant(changes.reshape(2, -1)), tf.constant(anchors))
    expected = changes.copy()
    for row in range(2):
        for column in range(n_columns):
            expected[row, :, column] += anchors[row, column]
    np.testing.assert_allclose(found, expected.reshape(2, -1), atol=1e-6)


@pytest.mark.parametrize("columns", [(0,), (1, 0)])
@pytest.mark.parametrize("n_steps", [1, 3, 6])
def test_own_history_begins_with_the_latest_and_ends_with_zeros(columns, n_steps):
    found = OwnHistory(columns, n_steps)(tf.constant(STEPS), tf.constant(LENGTHS)).numpy()
    expected = np.zeros((3, len(columns), n_steps))
    for row, length in enumerate(LENGTHS):
        for place, column in enumerate(columns):
            for back in range(min(length, n_steps)):
                expected[row, place, back] = STEPS[row, length - 1 - back, column]
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    ("layer", "shapes", "expected"),
    [
        (LastStep([1]), [(None, None, 3), (None,)], (None, 1)),
        (SinceLast(2), [(None, None, 3), (None,)], (None, None, 3)),
        (FromAnchor(2), [(None, 12), (None, 3)], (None, 12)),
        (OwnHistory([1, 0], 5), [(None, None, 3), (None,)], (None, 2, 5)),
    ],
)
def test_layers_tell_their_shape_and_settings(layer, shapes, expected):
    assert layer.compute_output_shape(*shapes) == expected
    again = type(layer).from_config(layer.get_config())
    assert again.get_config() == layer.get_config()


# -------------------------------------------------------------------------------- the network
@pytest.mark.parametrize("options", [{}, {"bidirectional": True, "cell": "gru"}, {"n_linear": 5}])
def test_padding_is_never_read(options):
    made = network(**options)
    steps = RNG.normal(size=(3, 4, 3)).astype(np.float32)
    before = made([steps, LENGTHS]).numpy()
    for row, length in enumerate(LENGTHS):
        steps[row, length:] = 77.0
    np.testing.assert_allclose(made([steps, LENGTHS]), before, atol=1e-6)


def test_numbers_moved_in_a_window_move_forecasts_as_much():
    made = network(n_features=4, n_numbers=3)  # the fourth says what is missing
    steps = RNG.normal(size=(3, 4, 4)).astype(np.float32)
    before = made([steps, LENGTHS]).numpy().reshape(3, 3, 2)
    moved = steps + np.array([10.0, 20.0, -5.0, 0.0], np.float32)
    found = made([moved, LENGTHS]).numpy().reshape(3, 3, 2)
    np.testing.assert_allclose(found - before, np.full((3, 3, 2), [-5.0, 10.0]), atol=1e-4)
    marked = steps + np.array([0.0, 0.0, 0.0, 1.0], np.float32)
    assert np.abs(made([marked, LENGTHS]).numpy().reshape(3, 3, 2) - before).min() > 1e-5


def test_without_columns_numbers_are_read_as_they_are():
    made = network(columns=None, n_numbers=None)
    assert not any(isinstance(layer, (LastStep, SinceLast, FromAnchor)) for layer in made.layers)
    steps = RNG.normal(size=(3, 4, 3)).astype(np.float32)
    assert np.abs(made([steps + 1, LENGTHS]) - made([steps, LENGTHS])).min() > 1e-5


@pytest.mark.parametrize("n_quantiles", [1, 3])
@pytest.mark.parametrize("relative", [True, False])
def test_the_linear_layer_reads_each_column_by_itself(relative, n_quantiles):
    made = network(
        n_linear=5, relative=relative, n_outputs=6 * n_quantiles, n_quantiles=n_quantiles
    )
    weights = made.get_layer("linear").get_weights()[0]  # (n_linear, horizon × n_quantiles)
    made.get_layer("output").set_weights([w * 0 for w in made.get_layer("output").get_weights()])
    steps = RNG.normal(size=(3, 4, 3)).astype(np.float32)
    found = made([steps, LENGTHS]).numpy().reshape(3, 3, 2, n_quantiles)
    for row, length in enumerate(LENGTHS):
        for place, column in enumerate((2, 0)):
            own = steps[row, :length, column][::-1]
            last = own[0] if relative else 0.0
            expected = (own - last) @ weights[:length] + last
            np.testing.assert_allclose(found[row, :, place].ravel(), expected, atol=1e-5)


def test_untrained_forecasts_stand_near_the_last_value():
    made = NETWORKS["forecasting"](n_outputs=4, n_features=1, columns=(0,), units=4)
    steps = np.full((2, 5, 1), 300.0, np.float32)
    np.testing.assert_allclose(made([steps, np.array([5, 3])]), np.full((2, 4), 300.0), rtol=1e-5)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras' saving
@pytest.mark.parametrize("columns", [None, (2, 0)])
def test_the_network_is_written_and_read_by_keras(tmp_path, columns):
    made = network(columns=columns, n_linear=5, dropout=0.2)
    made.save(tmp_path / "network.keras")
    again = keras.models.load_model(tmp_path / "network.keras")
    steps = RNG.normal(size=(3, 4, 3)).astype(np.float32)
    np.testing.assert_allclose(again([steps, LENGTHS]), made([steps, LENGTHS]), atol=1e-6)
