"""The recurrent layers equal Keras' own, masked, in outputs, gradients and weights."""

from __future__ import annotations

import numpy as np
import pytest

from skseq.layers import GRU, LSTM, SimpleRNN
from skseq.runtime.backend import keras, tf

PAIRS = {
    "lstm": (LSTM, keras.layers.LSTM),
    "gru": (GRU, keras.layers.GRU),
    "simple": (SimpleRNN, keras.layers.SimpleRNN),
}
LENGTHS = {
    "one row": [3],
    "one step": [1, 1],
    "fewer rows than shards": [5, 2, 7],
    "a chunk": [8, 8, 8, 8],
    "ragged": [1, 17, 4, 9, 16, 2, 11],
}


def batch(lengths, n_features=3, seed=0):
    rng = np.random.default_rng(seed)
    steps = rng.normal(size=(len(lengths), max(lengths), n_features)).astype("float32")
    real = np.arange(max(lengths)) < np.asarray(lengths)[:, None]
    return tf.constant(steps), tf.constant(lengths, tf.int32), tf.constant(real)


def pair(cell, units=5, n_features=3, **options):
    """Return our layer and Keras' with the same weights, every bias away from its zeros."""
    ours, theirs = (layer(units, **options) for layer in PAIRS[cell])
    for layer in (ours, theirs):
        layer.build((None, None, n_features))
    rng = np.random.default_rng(1)
    weights = [
        rng.normal(scale=0.8 / units**0.5, size=v.shape).astype("float32") for v in theirs.variables
    ]
    for layer in (ours, theirs):
        for variable, value in zip(layer.trainable_variables, weights, strict=False):
            variable.assign(value)
    return ours, theirs


def outputs_and_gradients(run, layer, steps, weigh):
    watched = [steps, *(v.value for v in layer.trainable_variables)]
    with tf.GradientTape() as tape:
        tape.watch(watched)
        outputs = run()
        loss = tf.reduce_sum(outputs * weigh)
    return outputs, tape.gradient(loss, watched)


def assert_same(ours, theirs):
    assert len(ours) == len(theirs)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5, rtol=1e-5)


@pytest.fixture(scope="module", params=PAIRS)
def keras_results(request):
    """A cell's name and, for each of the lengths, outputs and gradients of Keras' layer."""
    _, theirs = pair(request.param)
    results = {}
    for name, lengths in LENGTHS.items():
        steps, _, mask = batch(lengths)
        results[name] = outputs_and_gradients(
            lambda x=steps, m=mask: theirs(x, mask=m), theirs, steps, weights_of(lengths)
        )
    return request.param, results


def weights_of(lengths):
    return np.random.default_rng(2).normal(size=(len(lengths), 5)).astype("float32")


@pytest.mark.parametrize("shards", [1, 2, 3])
def test_last_state_equals_keras_with_a_mask(keras_results, shards):
    """Compiled once for all lengths: number of rows and steps are open."""
    cell, expected = keras_results
    ours, _ = pair(cell)
    ours.shards = shards
    shapes = [(None, None, 3), (None,), (None, 5)]
    types = [tf.float32, tf.int32, tf.float32]

    @tf.function(input_signature=[tf.TensorSpec(*pair) for pair in zip(shapes, types, strict=True)])
    def run(steps, lengths, weigh):
        return outputs_and_gradients(
            lambda: ours(steps, lengths, training=True), ours, steps, weigh
        )

    for name, lengths in LENGTHS.items():
        found = run(*batch(lengths)[:2], weights_of(lengths))
        np.testing.assert_allclose(found[0], expected[name][0], atol=1e-5, err_msg=name)
        assert_same(found[1], expected[name][1])


@pytest.mark.parametrize(("units", "training"), [(1, True), (97, True), (5, False)])
@pytest.mark.parametrize("cell", PAIRS)
def test_all_states_equal_keras_on_real_steps(cell, units, training):
    ours, theirs = pair(cell, units, return_sequences=True)
    steps, lengths, mask = batch(LENGTHS["ragged"])
    weigh = np.random.default_rng(2).normal(size=(*steps.shape[:2], units)).astype("float32")
    weigh *= np.asarray(mask)[:, :, None]  # nothing reads padding
    found = outputs_and_gradients(
        lambda: ours(steps, lengths, training=training), ours, steps, weigh
    )
    expected = outputs_and_gradients(lambda: theirs(steps, mask=mask), theirs, steps, weigh)
    real = np.asarray(mask)
    np.testing.assert_allclose(found[0][real], expected[0][real], atol=1e-5)
    assert_same(found[1], expected[1])


@pytest.mark.parametrize("cell", PAIRS)
def test_inside_a_compiled_function_with_open_shapes(cell):
    ours, theirs = pair(cell)
    specs = [tf.TensorSpec((None, None, 3), tf.float32), tf.TensorSpec((None,), tf.int32)]
    run = tf.function(lambda x, n: ours(x, n, training=False), input_signature=specs)
    for lengths in LENGTHS.values():
        steps, lengths, mask = batch(lengths)
        np.testing.assert_allclose(run(steps, lengths), theirs(steps, mask=mask), atol=1e-5)


@pytest.mark.parametrize("cell", PAIRS)
def test_go_backwards_reads_each_sequence_from_its_own_end(cell):
    ours, theirs = pair(cell, go_backwards=True)
    steps, lengths, _ = batch(LENGTHS["ragged"])
    found = ours(steps, lengths)
    for row, length in enumerate(np.asarray(lengths)):
        alone = theirs(steps[row : row + 1, :length])
        np.testing.assert_allclose(found[row : row + 1], alone, atol=1e-5)


@pytest.mark.parametrize(("units", "activation"), [(5, "tanh"), (97, "tanh"), (5, "relu")])
@pytest.mark.parametrize("cell", PAIRS)
def test_states_go_in_and_come_out(cell, units, activation):
    options = {"activation": activation, "return_state": True, "return_sequences": True}
    ours, theirs = pair(cell, units, **options)
    steps, lengths, mask = batch(LENGTHS["ragged"])
    rng = np.random.default_rng(3)
    n_states = 2 if cell == "lstm" else 1
    start = [
        tf.constant(rng.normal(size=(len(lengths), units)), tf.float32) for _ in range(n_states)
    ]

    def gradients(layer, **options):
        with tf.GradientTape() as tape:
            tape.watch(start)
            _, *final = layer(steps, initial_state=start, **options)
            loss = sum(tf.reduce_sum(f**2) for f in final)
        return final, tape.gradient(loss, start)

    found, expected = gradients(ours, lengths=lengths), gradients(theirs, mask=mask)
    assert_same(found[0], expected[0])
    assert_same(found[1], expected[1])


@pytest.mark.parametrize("cell", PAIRS)
def test_two_halves_with_carried_state_equal_the_whole(cell):
    ours, _ = pair(cell, return_state=True)
    steps, _, _ = batch([12, 12, 12])
    _, *state = ours(steps[:, :5])
    halves = ours(steps[:, 5:], initial_state=state)
    assert_same(halves, ours(steps))


@pytest.mark.parametrize("cell", PAIRS)
def test_recurrent_dropout_uses_one_mask_a_sequence(cell, monkeypatch):
    """Against a loop over Keras' cell, fed with the same mask."""
    ours, theirs = pair(cell, recurrent_dropout=0.5)
    steps, lengths, _ = batch([9, 9, 9, 9])
    mask = np.random.default_rng(5).integers(0, 2, (4, 5)).astype("float32") * 2
    monkeypatch.setattr(keras.random, "dropout", lambda x, *a, **k: tf.constant(mask))
    plain = PAIRS[cell][1](5)
    plain.build((None, None, 3))
    for variable, value in zip(plain.trainable_variables, theirs.trainable_variables, strict=True):
        variable.assign(value)
    kernel = plain.cell.recurrent_kernel
    weigh = np.random.default_rng(2).normal(size=(4, 5)).astype("float32")

    def loop():
        h = c = tf.zeros((4, 5))
        for t in range(9):
            x = steps[:, t] @ plain.cell.kernel
            r = (h * mask) @ kernel
            if cell == "simple":
                h = tf.tanh(x + r + plain.cell.bias)
            elif cell == "gru":
                xz, xr, xh = tf.split(x + plain.cell.bias[0], 3, 1)
                rz, rr, rh = tf.split(r + plain.cell.bias[1], 3, 1)
                z = tf.sigmoid(xz + rz)
                h = z * h + (1 - z) * tf.tanh(xh + tf.sigmoid(xr + rr) * rh)
            else:
                i, f, a, o = tf.split(x + r + plain.cell.bias, 4, 1)
                c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(a)
                h = tf.sigmoid(o) * tf.tanh(c)
        return h

    found = outputs_and_gradients(lambda: ours(steps, lengths, training=True), ours, steps, weigh)
    expected = outputs_and_gradients(loop, plain, steps, weigh)
    np.testing.assert_allclose(found[0], expected[0], atol=1e-5)
    assert_same(found[1], expected[1])


@pytest.mark.parametrize("cell", PAIRS)
def test_weights_have_keras_names_shapes_and_order_and_load_either_way(cell):
    ours, theirs = (layer(4, name="rnn") for layer in PAIRS[cell])
    steps, lengths, mask = batch(LENGTHS["ragged"])
    for layer in (ours, theirs):
        layer.build(steps.shape)
    described = [[(v.path, v.shape) for v in x.trainable_variables] for x in (ours, theirs)]
    assert described[0] == described[1]
    for source, sink in ((theirs, ours), (ours, theirs)):
        values = [np.asarray(v).copy() + 0.1 for v in source.trainable_variables]
        for variable, value in zip(sink.trainable_variables, values, strict=True):
            variable.assign(value)
        for variable, value in zip(source.trainable_variables, values, strict=True):
            variable.assign(value)
        np.testing.assert_allclose(ours(steps, lengths), theirs(steps, mask=mask), atol=1e-5)


@pytest.mark.parametrize("cell", PAIRS)
def test_a_keras_mask_gives_the_lengths(cell):
    ours, theirs = pair(cell, n_features=4)
    embedding = keras.layers.Embedding(9, 4, mask_zero=True)
    ids = tf.constant([[3, 4, 0, 0], [1, 2, 5, 7]])
    np.testing.assert_allclose(ours(embedding(ids)), theirs(embedding(ids)), atol=1e-5)


@pytest.mark.parametrize("cell", PAIRS)
def test_other_activations_take_keras_own_loop(cell):
    ours, theirs = pair(cell, activation="relu")
    steps, lengths, mask = batch(LENGTHS["ragged"])
    np.testing.assert_allclose(ours(steps, lengths), theirs(steps, mask=mask), atol=1e-5)


@pytest.mark.parametrize("cell", PAIRS)
def test_configuration_round_trip(cell):
    ours = PAIRS[cell][0](4, return_sequences=True, recurrent_dropout=0.2, name="rnn")
    again = type(ours).from_config(ours.get_config())
    assert again.get_config() == ours.get_config()
