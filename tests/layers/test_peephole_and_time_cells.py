"""Peephole and time-aware LSTMs against NumPy, our LSTM, and Keras' loop over their own cell."""

from __future__ import annotations

import numpy as np
import pytest

from skseq.layers import LSTM, PeepholeLSTM, ReverseElapsed, ReverseSequence, SplitElapsed, TimeLSTM
from skseq.networks import language_network, recurrent_network, tagging_network
from skseq.runtime.backend import keras, tf

LAYERS = {"peephole": PeepholeLSTM, "time": TimeLSTM}
RAGGED = [1, 17, 4, 9, 16, 2, 11]
# Keras' own saving calls __array__ in the old way.
SAVING = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def batch(lengths, n_features=3):
    """Return right-padded steps and times whose padding is garbage, which nothing may read."""
    rng = np.random.default_rng(0)
    shape = len(lengths), max(lengths)
    steps = rng.normal(size=(*shape, n_features)).astype("float32")
    elapsed = rng.exponential(5.0, size=shape).astype("float32")
    elapsed[np.arange(shape[1]) >= np.asarray(lengths)[:, None]] = -7.0
    return tf.constant(steps), tf.constant(lengths, tf.int32), tf.constant(elapsed)


def made(kind, units=5, n_features=3, **options):
    """Return a layer all of whose weights are away from zero."""
    layer = LAYERS[kind](units, **options)
    layer.build((None, None, n_features))
    rng = np.random.default_rng(1)
    for variable in layer.trainable_variables:
        variable.assign(rng.normal(scale=0.8 / units**0.5, size=variable.shape))
    return layer


def lstm_like(layer, **options):
    """Return our LSTM with the weights that it has in common with the layer."""
    lstm = LSTM(layer.units, return_sequences=layer.return_sequences, **options)
    lstm.build((None, None, layer.cell.kernel.shape[0]))
    for variable, value in zip(lstm.trainable_variables, layer.trainable_variables, strict=False):
        variable.assign(value)
    return lstm


def call(layer, steps, lengths, elapsed, **options):
    timed = {"elapsed": elapsed} if isinstance(layer, TimeLSTM) else {}
    return layer(steps, lengths, **timed, **options)


@pytest.fixture
def through_keras(monkeypatch):
    """Return a function that switches the fast way off."""

    def switch():
        for layer in LAYERS.values():
            monkeypatch.setattr(layer, "_runs_fast", lambda self, sequences: False)

    return switch


def outputs_and_gradients(layer, steps, lengths, elapsed, **options):
    """Return outputs on real steps, then gradients of steps, times and weights."""
    weigh = np.random.default_rng(2).normal(size=(*steps.shape[:2], layer.units))
    weigh = np.where(
        np.arange(steps.shape[1])[:, None] < np.asarray(lengths)[:, None, None], weigh, 0
    )
    weigh = weigh if layer.return_sequences else weigh[:, 0]
    watched = [steps, elapsed, *(v.value for v in layer.trainable_variables)]
    with tf.GradientTape() as tape:
        tape.watch(watched)
        outputs = call(layer, steps, lengths, elapsed, **options)
        loss = tf.reduce_sum(outputs * tf.constant(weigh, tf.float32))
    gradients = tape.gradient(loss, watched, unconnected_gradients="zero")
    return np.where(weigh, outputs, 0), *gradients


def assert_same(found, expected, atol=1e-5):
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, atol=atol, rtol=1e-4)


# ------------------------------------------------------------------ against NumPy
def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def numpy_states(kind, weights, steps, elapsed):
    """Return the hidden states of one sequence (n, H) by the equations."""
    kernel, recurrent, bias, *more = weights
    peepholes = more[0] if kind == "peephole" else np.zeros((3, len(recurrent)))
    h = c = np.zeros(len(recurrent))
    states = []
    for x, delta in zip(steps, elapsed, strict=True):
        if kind == "time":
            short = np.tanh(c @ more[0] + more[1])
            c = c - short + short / np.log(np.e + delta)
        i, f, z, o = np.split(x @ kernel + h @ recurrent + bias, 4)
        i, f = sigmoid(i + peepholes[0] * c), sigmoid(f + peepholes[1] * c)
        c = np.tanh(z) * i + c * f
        h = sigmoid(o + peepholes[2] * c) * np.tanh(c)
        states.append(h)
    return np.array(states)


def numbers(*tensors):
    return [np.asarray(tensor, np.float64) for tensor in tensors]


@pytest.mark.parametrize("is_fast", [True, False])
@pytest.mark.parametrize("go_backwards", [False, True])
@pytest.mark.parametrize("kind", LAYERS)
def test_all_states_equal_a_numpy_loop(kind, go_backwards, is_fast, through_keras):
    layer = made(kind, return_sequences=True, go_backwards=go_backwards)
    inputs = batch(RAGGED)
    if not is_fast:
        through_keras()
    found = np.asarray(call(layer, *inputs, training=True))
    steps, elapsed, *weights = numbers(inputs[0], inputs[2], *layer.trainable_variables)
    for row, n in enumerate(RAGGED):
        x, delta = steps[row, :n], elapsed[row, :n]
        if go_backwards:  # between a step and the next one lies the time of the next one
            x, delta = x[::-1], np.concatenate([[0.0], delta[:0:-1]])
        expected = numpy_states(kind, weights, x, delta)
        np.testing.assert_allclose(found[row, :n], expected, atol=1e-5)


@pytest.mark.parametrize("kind", LAYERS)
def test_gradients_equal_numerical_differences(kind):
    layer = made(kind, 2, n_features=2)
    steps, lengths, elapsed = batch([9, 4], n_features=2)
    elapsed = tf.abs(elapsed)
    _, *gradients = outputs_and_gradients(layer, steps, lengths, elapsed, training=True)
    weigh = np.random.default_rng(2).normal(size=(2, 9, 2))[:, 0]

    def loss(steps, elapsed, *weights):
        rows = zip(steps, elapsed, [9, 4], strict=True)
        return np.sum(weigh * [numpy_states(kind, weights, x[:n], d[:n])[-1] for x, d, n in rows])

    values = numbers(steps, elapsed, *layer.trainable_variables)
    for value, gradient in zip(values, gradients, strict=True):
        for index in np.ndindex(value.shape):
            kept, around = value[index], []
            for moved in (kept + 1e-6, kept - 1e-6):
                value[index] = moved
                around.append(loss(*values))
            value[index] = kept
            slope = (around[0] - around[1]) / 2e-6
            np.testing.assert_allclose(gradient[index], slope, atol=1e-5, rtol=1e-4)


# ------------------------------------------------------------------ against Keras' loop
@pytest.mark.parametrize("kind", LAYERS)
def test_last_states_and_gradients_equal_keras_loop(kind, through_keras):
    """Each way is compiled once for all lengths: number of rows and steps are open."""
    layer = made(kind)
    layer.shards = 2

    def results():
        specs = [
            tf.TensorSpec((None, None, 3)),
            tf.TensorSpec((None,), tf.int32),
            tf.TensorSpec((None, None)),
            tf.TensorSpec((None, 5)),
        ]

        @tf.function(input_signature=specs)
        def run(steps, lengths, elapsed, weigh):
            watched = [steps, elapsed, *(v.value for v in layer.trainable_variables)]
            with tf.GradientTape() as tape:
                tape.watch(watched)
                outputs = call(layer, steps, lengths, elapsed, training=True)
                loss = tf.reduce_sum(outputs * weigh)
            return outputs, *tape.gradient(loss, watched, unconnected_gradients="zero")

        for lengths in ([3], [1, 1], [5, 2, 7], [8] * 4, RAGGED):
            weigh = np.random.default_rng(2).normal(size=(len(lengths), 5))
            yield from run(*batch(lengths), weigh.astype("float32"))

    found = list(results())
    through_keras()
    assert_same(found, list(results()))


@pytest.mark.slow
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("kind", LAYERS)
def test_all_states_and_gradients_equal_keras_loop(kind, training, through_keras):
    layer = made(kind, 97, return_sequences=True)
    inputs = batch(RAGGED)
    found = outputs_and_gradients(layer, *inputs, training=training)
    through_keras()
    expected = outputs_and_gradients(layer, *inputs, training=training)
    assert_same(found, expected, atol=1e-4)


@pytest.mark.parametrize("kind", LAYERS)
def test_recurrent_dropout_draws_the_same_mask_on_both_ways(kind, through_keras):
    inputs = batch(RAGGED)

    def dropping(seed):
        return made(kind, recurrent_dropout=0.5, seed=seed)

    fast = outputs_and_gradients(dropping(0), *inputs, training=True)
    again, other = (call(dropping(seed), *inputs, training=True) for seed in (0, 1))
    np.testing.assert_array_equal(again, fast[0])
    assert np.abs(other - fast[0]).max() > 1e-3
    through_keras()
    assert_same(outputs_and_gradients(dropping(0), *inputs, training=True), fast)


@pytest.mark.parametrize("kind", LAYERS)
def test_dropout_of_features_is_seeded_and_spares_the_time(kind):
    steps, lengths, elapsed = batch(RAGGED)
    first, again = (
        call(made(kind, dropout=0.5, seed=0), steps, lengths, elapsed, training=True)
        for _ in range(2)
    )
    np.testing.assert_array_equal(first, again)
    everything = made(kind, dropout=0.999999)
    found = call(everything, steps, lengths, elapsed, training=True)
    expected = call(made(kind), 0 * steps, lengths, elapsed)
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize(
    "options", [{"activation": "relu"}, {"use_bias": False}, {"dtype": "float16"}], ids=str
)
@pytest.mark.parametrize("kind", LAYERS)
def test_other_settings_take_keras_loop(kind, options, monkeypatch):
    monkeypatch.setattr(LAYERS[kind], "_fast", None)
    layer = made(kind, return_sequences=True, **options)
    steps, lengths, elapsed = batch(RAGGED)
    found = np.asarray(call(layer, steps, lengths, elapsed), np.float32)
    assert layer.compute_dtype == options.get("dtype", "float32")
    alone = call(layer, steps[3:4, :9], lengths[3:4], elapsed[3:4, :9])
    np.testing.assert_allclose(found[3:4, :9], alone, atol=1e-2 if "dtype" in options else 1e-5)
    assert np.isfinite(found).all()


# ------------------------------------------------------------------ against the LSTM
def test_zero_peepholes_are_an_lstm():
    layer = made("peephole", return_sequences=True)
    layer.cell.peephole_kernel.assign(np.zeros((3, 5)))
    inputs = batch(RAGGED)
    found = outputs_and_gradients(layer, *inputs, training=True)
    expected = outputs_and_gradients(lstm_like(layer), *inputs, training=True)
    assert_same(found[:-1], expected)
    assert np.abs(found[-1]).min() > 1e-3  # yet the peepholes learn


def test_without_elapsed_time_a_time_lstm_is_an_lstm():
    layer = made("time", return_sequences=True)
    steps, lengths, elapsed = batch(RAGGED)
    inputs = steps, lengths, 0 * elapsed
    found = outputs_and_gradients(layer, *inputs, training=True)
    expected = outputs_and_gradients(lstm_like(layer), *inputs, training=True)
    np.testing.assert_allclose(found[0], expected[0], atol=1e-5)
    np.testing.assert_allclose(found[1], expected[1], atol=1e-5)


def test_without_short_term_memory_a_time_lstm_is_an_lstm():
    layer = made("time", return_sequences=True)
    layer.cell.decomposition_kernel.assign(np.zeros((5, 5)))
    layer.cell.decomposition_bias.assign(np.zeros(5))
    inputs = batch(RAGGED)
    found = outputs_and_gradients(layer, *inputs, training=True)
    expected = outputs_and_gradients(lstm_like(layer), *inputs, training=True)
    assert_same(found[: len(expected)], expected)


@pytest.mark.parametrize("kind", LAYERS)
def test_a_fresh_layer_has_the_weights_of_keras_lstm_first(kind):
    layer, lstm = LAYERS[kind](4, name="rnn"), keras.layers.LSTM(4, name="rnn")
    for each in (layer, lstm):
        each.build((None, None, 3))
    ours, theirs = layer.trainable_variables, lstm.trainable_variables
    assert [(v.path, v.shape) for v in ours[:3]] == [(v.path, v.shape) for v in theirs]
    assert [v.name for v in ours[3:]] == {
        "peephole": ["peephole_kernel"],
        "time": ["decomposition_kernel", "decomposition_bias"],
    }[kind]
    np.testing.assert_array_equal(ours[2], theirs[2])  # the forget gate begins open


# ------------------------------------------------------------------ use
@pytest.mark.parametrize("kind", LAYERS)
def test_padding_is_never_seen(kind):
    layer = made(kind, return_sequences=True)
    inputs = batch(RAGGED)
    real = np.arange(17) < np.asarray(RAGGED)[:, None]
    steps, lengths, elapsed = inputs
    clean = tf.where(real[:, :, None], steps, 0.0), lengths, tf.where(real, elapsed, 0.0)
    found = outputs_and_gradients(layer, *inputs, training=True)
    expected = outputs_and_gradients(layer, *clean, training=True)
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("kind", LAYERS)
def test_states_carry_over_and_steps_come_one_by_one(kind):
    layer = made(kind, return_sequences=True, return_state=True)
    steps, lengths, elapsed = batch([9, 9, 9])
    whole, *last = call(layer, steps, lengths, elapsed)
    _, *states = call(layer, steps[:, :6], lengths - 3, elapsed[:, :6])
    for t in range(6, 9):
        here = slice(t, t + 1)
        found, *states = call(
            layer, steps[:, here], lengths - 8, elapsed[:, here], initial_state=states
        )
        np.testing.assert_allclose(found[:, 0], whole[:, t], atol=1e-5)
    assert_same(states, last)


@pytest.mark.parametrize("is_fast", [True, False])
@pytest.mark.parametrize("kind", LAYERS)
def test_final_states_are_those_of_the_last_real_steps(kind, is_fast, through_keras):
    if not is_fast:
        through_keras()
    layer = made(kind, return_state=True)
    steps, lengths, elapsed = batch(RAGGED)
    final = call(layer, steps, lengths, elapsed, training=True)
    alone = call(layer, steps[2:3, :4], lengths[2:3], elapsed[2:3, :4], training=True)
    assert_same([state[2:3] for state in final], alone)


@pytest.mark.parametrize("kind", LAYERS)
def test_configuration_round_trip(kind):
    added = {"peephole": "peephole_initializer", "time": "decomposition_initializer"}[kind]
    options = {added: "ones", "recurrent_dropout": 0.2, "return_sequences": True, "name": "rnn"}
    layer = LAYERS[kind](4, n_beside=2, seed=3, go_backwards=True, **options)
    again = type(layer).from_config(layer.get_config())
    assert again.get_config() == layer.get_config()
    again.build((None, None, 2))
    np.testing.assert_array_equal(again.trainable_variables[3], 1.0)


def test_elapsed_is_asked_for_and_must_fit_the_steps():
    steps, lengths, elapsed = batch([3, 2])
    with pytest.raises(TypeError, match="elapsed"):
        TimeLSTM(4)(steps, lengths)
    with pytest.raises(TypeError, match="elapsed"):
        TimeLSTM(4)(keras.Input((None, 3)), keras.Input(()))
    with pytest.raises(ValueError, match=r"for each, \(2, 3\), got shape \(2, 3, 1\)"):
        TimeLSTM(4)(steps, lengths, elapsed=elapsed[:, :, None])
    with pytest.raises(ValueError, match=r"for each, \(2, 3\), got shape \(2, 2\)"):
        TimeLSTM(4)(steps, lengths, elapsed=elapsed[:, :2])


def test_reversed_times_are_those_to_the_step_read_before():
    times = tf.constant([[0.0, 2.0, 5.0, 7.0], [1.0, 3.0, 99.0, 99.0]])
    found = np.asarray(ReverseElapsed()(times, tf.constant([4, 2])))
    np.testing.assert_array_equal(found[0], [0.0, 7.0, 5.0, 2.0])
    np.testing.assert_array_equal(found[1, :2], [0.0, 3.0])


@pytest.mark.parametrize("column", [0, 1, -1])
def test_split_takes_one_column_out(column):
    steps = np.arange(12.0, dtype=np.float32).reshape(1, 4, 3)
    others, elapsed = SplitElapsed(column)(steps)
    np.testing.assert_array_equal(elapsed[:, 1:], steps[:, 1:, column])
    np.testing.assert_array_equal(elapsed[:, 0], 0.0)  # nothing is known of before
    np.testing.assert_array_equal(others, np.delete(steps, column, axis=2))


def test_split_names_a_column_that_is_not_there():
    with pytest.raises(ValueError, match=r"one of the 3 features, from -3 to 2, got 3"):
        SplitElapsed(3)(np.zeros((1, 2, 3), np.float32))
    with pytest.raises(ValueError, match="at least one other feature"):
        SplitElapsed(0)(np.zeros((1, 2, 1), np.float32))


# ------------------------------------------------------------------ networks
def timed_steps(column=-1):
    steps, lengths, elapsed = numbers(*batch([7, 3, 1, 5], n_features=2))
    return np.insert(steps, column % 3, elapsed, axis=2).astype("float32"), lengths.astype("int32")


@pytest.mark.parametrize(("time_feature", "bidirectional"), [(0, True), (-1, False)])
def test_network_hands_the_time_to_every_layer(time_feature, bidirectional):
    steps, lengths = timed_steps(time_feature)
    model = recurrent_network(
        n_outputs=2,
        n_features=3,
        cell="time_lstm",
        time_feature=time_feature,
        units=4,
        layers=2,
        bidirectional=bidirectional,
        merge_mode="sum",
    )
    elapsed, x = steps[:, :, time_feature], np.delete(steps, time_feature, axis=2)
    for i in range(2):
        name, options = f"time_lstm_{i}", {"lengths": lengths, "elapsed": elapsed}
        forward = model.get_layer(f"{name}_forward" if bidirectional else name)
        assert forward.cell.kernel.shape[0] == (2 if i == 0 else 4)
        read = forward(x, **options)
        if bidirectional:
            backward = model.get_layer(f"{name}_backward")
            config = {**backward.get_config(), "go_backwards": True}
            backwards = TimeLSTM.from_config(config)
            backwards.build(x.shape)
            backwards.set_weights(backward.get_weights())
            found = backwards(x, **options)
            read = read + (ReverseSequence()(found, lengths) if i == 0 else found)
        x = read
    expected = model.get_layer("output")(x)
    np.testing.assert_allclose(model([steps, lengths]), expected, atol=1e-5)


def test_hidden_words_keep_their_time():
    steps, lengths = timed_steps()
    model = recurrent_network(
        n_outputs=1, n_features=3, cell="time_lstm", time_feature=2, word_dropout=0.999999
    )
    # The memory of a fresh layer would stay empty: without features the sums are the bias.
    layer = model.get_layer("time_lstm_0")
    layer.set_weights([np.full(w.shape, 0.1, w.dtype) for w in layer.get_weights()])
    found = model([steps, lengths], training=True)
    steps[:, :, :2] = 0.0
    np.testing.assert_allclose(found, model([steps, lengths]), atol=1e-6)
    steps[:, :, 2] = 0.0
    assert np.abs(found - model([steps, lengths]))[0] > 1e-4


@SAVING
@pytest.mark.slow
@pytest.mark.parametrize("cell", ["peephole_lstm", "time_lstm"])
@pytest.mark.parametrize("make", [recurrent_network, tagging_network])
def test_networks_train_and_survive_saving_by_keras(tmp_path, make, cell):
    steps, lengths = timed_steps()
    model = make(
        n_outputs=1,
        n_features=3,
        cell=cell,
        units=4,
        bidirectional=True,
        dropout=0.1,
        recurrent_dropout=0.1,
        word_dropout=0.1,
        time_feature=-1 if cell == "time_lstm" else None,
    )
    model.compile("adam", "mse")
    before = model.get_weights()
    y = np.ones(model([steps, lengths]).shape)
    assert np.isfinite(model.train_on_batch([steps, lengths], y))
    changed = [np.abs(a - b).max() > 0 for a, b in zip(before, model.get_weights(), strict=True)]
    assert all(changed)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(model([steps, lengths]), again([steps, lengths]))


def test_a_language_network_carries_the_states_of_peephole_layers():
    model = language_network(
        n_outputs=9, n_tokens=9, embedding_dim=3, units=4, layers=2, cell="peephole_lstm"
    )
    ids, zeros = tf.constant([[3, 4, 5, 6, 7, 8]]), [tf.zeros((1, 4))] * 4
    whole, *last = model([ids, tf.constant([6]), *zeros])
    _, *states = model([ids[:, :2], tf.constant([2]), *zeros])
    rest, *states = model([ids[:, 2:], tf.constant([4]), *states])
    np.testing.assert_allclose(rest, whole[:, 2:], atol=1e-5)
    assert_same(states, last)


@pytest.mark.parametrize("make", [recurrent_network, tagging_network])
def test_networks_say_what_the_time_needs(make):
    with pytest.raises(ValueError, match="for cell='time_lstm' only, got time_feature=1 with"):
        make(n_outputs=1, n_features=3, cell="gru", time_feature=1)
    with pytest.raises(ValueError, match=r"needs steps of numbers, and time_feature.*=None"):
        make(n_outputs=1, n_features=3, cell="time_lstm")
    with pytest.raises(ValueError, match=r"needs steps of numbers.*got token ids"):
        make(n_outputs=1, n_tokens=9, embedding_dim=2, cell="time_lstm", time_feature=0)
    with pytest.raises(ValueError, match="at least one other feature"):
        make(n_outputs=1, n_features=1, cell="time_lstm", time_feature=0)
    with pytest.raises(ValueError, match="from -3 to 2, got 3"):
        make(n_outputs=1, n_features=3, cell="time_lstm", time_feature=3)
