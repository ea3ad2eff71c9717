"""Windows of long sequences: what is cut, what is carried, and the layers around it."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from skseq import CharLanguageModel
from skseq.batches.batching import Batcher, plan_windows
from skseq.batches.slices import Slices
from skseq.decoding._log_probabilities import IMPOSSIBLE
from skseq.layers import GRU, LSTM, OneHot, SimpleRNN, TokenEmbedding, TokenOutput
from skseq.networks import NETWORKS
from skseq.runtime.backend import keras, tf
from skseq.sequences import Sequences
from skseq.targets.next_token import NextToken, log_softmax
from skseq.training.stateful import StatefulModel, state_inputs
from skseq.training.step_function import KerasStepFunction
from skseq.vocabulary import END_ID, START_ID

CELLS = {"lstm": LSTM, "gru": GRU, "simple": SimpleRNN}
LENGTHS = {
    "one": [1],
    "alike": [8] * 9,
    "ragged": [1, 30, 4, 4, 5, 16, 17, 2, 9, 8, 3],
    "with empty ones": [0, 7, 0, 12],
    "many": np.random.default_rng(0).integers(1, 60, size=300).tolist(),
}


def language(**changes):
    """A network with random weights, biases too."""
    options = {"n_outputs": 16, "n_tokens": 16, "embedding_dim": 4, "units": 5, "cell": "gru"}
    network = NETWORKS["language"](**{**options, **changes})
    rng = np.random.default_rng(0)
    network.set_weights([rng.normal(size=w.shape) * 0.5 for w in network.get_weights()])
    return network


# ------------------------------------------------------------------- the plan of an epoch
@pytest.mark.parametrize("lengths", LENGTHS.values(), ids=LENGTHS)
@pytest.mark.parametrize(("batch_size", "n_steps"), [(1, 4), (4, 4), (3, 1), (64, 7), (2, 100)])
def test_windows_hold_every_step_once_and_rows_keep_their_place(lengths, batch_size, n_steps):
    lengths = np.array(lengths)
    plan = plan_windows(lengths, batch_size, n_steps, np.random.default_rng(1))
    seen = [np.zeros(n, int) for n in lengths]
    visits = np.zeros(len(lengths), int)
    for rows, first in plan:
        assert 1 <= len(rows) <= batch_size
        assert len(np.unique(rows)) == len(rows)
        np.testing.assert_array_equal(visits[rows] * n_steps, first)  # none before its turn
        visits[rows] += 1
        for row in rows:
            seen[row][first : first + n_steps] += 1
    assert all((steps == 1).all() for steps in seen)
    np.testing.assert_array_equal(visits, -(-np.maximum(lengths, 1) // n_steps))
    for (before, _), (rows, first) in itertools.pairwise(plan):
        if first:
            np.testing.assert_array_equal(rows, before[: len(rows)])


@pytest.mark.parametrize("lengths", LENGTHS.values(), ids=LENGTHS)
def test_only_the_order_of_windows_depends_on_the_seed(lengths):
    plans = [plan_windows(np.array(lengths), 4, 4, np.random.default_rng(i)) for i in range(5)]
    assert len({len(plan) for plan in plans}) == 1
    sizes = [sorted((len(rows), first) for rows, first in plan) for plan in plans]
    assert all(size == sizes[0] for size in sizes)
    if len(lengths) == 300:
        orders = {tuple(np.concatenate([rows for rows, _ in plan])) for plan in plans}
        assert len(orders) == 5


def test_windows_waste_little_and_fill_their_batches():
    lengths = np.random.default_rng(0).lognormal(4, 1, size=2000).astype(int) + 1
    codes = np.zeros(int(lengths.sum()), np.int32)
    ends = np.cumsum(lengths)
    batcher = Batcher(Slices(codes, ends - lengths, ends), [lambda c: c], n_steps=32)
    plan = batcher.plan_epoch(32, np.random.default_rng(0))
    assert batcher.padding_waste(plan) < 0.1
    windows = int((-(-lengths // 32)).sum())
    assert len(plan) < 1.2 * windows / 32


def test_a_batch_of_windows_holds_what_the_plan_says():
    codes = np.arange(100)
    starts, ends = np.array([0, 10, 40]), np.array([10, 33, 41])
    batcher = Batcher(Slices(codes, starts, ends), [lambda c: c], n_steps=4)
    target = Slices(codes + 1, starts, ends)
    weight = np.array([1.0, 2.0, 3.0], np.float32)
    for rows, first in batcher.plan_epoch(3, np.random.default_rng(0)):
        (found,), lengths = batcher.batch(rows, first)
        wanted = batcher.targets(target, rows, first)
        weights = batcher.weights(weight, rows, first, per_step=True)
        assert found.shape == wanted.shape == weights.shape
        for i, row in enumerate(rows):
            expected = np.arange(starts[row] + first, min(starts[row] + first + 4, ends[row]))
            assert lengths[i] == len(expected)
            np.testing.assert_array_equal(found[i, : lengths[i]], expected)
            np.testing.assert_array_equal(wanted[i, : lengths[i]], expected + 1)
            assert (wanted[i, lengths[i] :] == -1).all()
            assert (weights[i, lengths[i] :] == 0).all()
        # Keras takes the mean over all steps; a row has 34 steps in 10 windows on average.
        np.testing.assert_allclose(
            weights.mean(), (weight[rows] * lengths).sum() / (len(rows) * 3.4), rtol=1e-6
        )


def test_the_mean_over_batches_is_the_mean_over_tokens():
    """Keras weighs the loss of a batch by its rows, so the loss of an epoch is one per token."""
    lengths = np.array([1, 9, 4, 30, 5, 5, 12])
    ends = np.cumsum(lengths)
    batcher = Batcher(Slices(np.zeros(ends[-1]), ends - lengths, ends), [lambda c: c], n_steps=4)
    total = n_rows = 0.0
    for rows, first in batcher.plan_epoch(3, np.random.default_rng(0)):
        weights = batcher.weights(np.ones(7, np.float32), rows, first, per_step=True)
        total, n_rows = total + len(rows) * weights.mean(), n_rows + len(rows)
    np.testing.assert_allclose(total / n_rows, 1.0, rtol=1e-6)


# -------------------------------------------------------------------- what comes next
def ids_of(lengths, seed=0):
    rng = np.random.default_rng(seed)
    rows = [[START_ID, *rng.integers(4, 9, size=n).tolist(), END_ID] for n in lengths]
    return Sequences.from_lists(rows)


@pytest.mark.parametrize("n_rows", [1, 2, 5, 100])
@pytest.mark.parametrize("shortest", [1, 3, 16])
@pytest.mark.parametrize("lengths", [[0], [37], [5, 0, 91, 1], [4] * 8])
def test_pieces_cover_every_token_once_and_targets_are_the_next(lengths, shortest, n_rows):
    X = ids_of(lengths)
    codes = X.values + 100
    weight = np.arange(1.0, len(X) + 1)
    target = NextToken(None, n_rows=n_rows, shortest=shortest)
    pieces, targets, weights = target.samples(X, codes, weight)
    n_steps = int((X.lengths - 1).sum())
    limit = max(shortest, -(-n_steps // n_rows))
    assert pieces.lengths.min() >= 1 and pieces.lengths.max() <= limit
    every = pieces.positions(np.arange(len(pieces)))
    inputs = np.setdiff1d(np.arange(len(codes)), X.offsets[1:] - 1)  # nothing follows the end
    np.testing.assert_array_equal(every, inputs)
    np.testing.assert_array_equal(pieces.codes[every], X.values[inputs] + 100)
    after = targets.positions(np.arange(len(targets)))
    np.testing.assert_array_equal(targets.codes[after], X.values[inputs + 1])
    document = np.searchsorted(X.offsets, pieces.starts, side="right") - 1
    np.testing.assert_array_equal(weights, weight[document])
    for row in range(len(X)):  # pieces of a document are of one size, but for the last
        sizes = pieces.lengths[document == row]
        assert len(set(sizes[:-1])) <= 1 and sizes[-1] <= sizes[0]


@pytest.mark.parametrize("n_context", [1, 3, 50])
def test_windows_end_right_before_their_target(n_context):
    X = ids_of([5, 0, 12])
    codes = X.values + 100
    target = NextToken(n_context, n_rows=1, shortest=1)
    windows, targets, weights = target.samples(X, codes, np.array([1.0, 2.0, 3.0]))
    row = 0
    for i, (start, end) in enumerate(itertools.pairwise(X.offsets.tolist())):
        for position in range(start + 1, end):
            assert targets[row] == X.values[position]
            assert windows.ends[row] == position
            assert windows.starts[row] == max(start, position - n_context)
            assert weights[row] == i + 1
            row += 1
    assert row == len(windows) == len(targets) == len(weights)


def test_log_softmax_of_the_impossible():
    found = log_softmax(np.array([[1.0, -1e9, 2.0]], np.float32))
    np.testing.assert_allclose(np.exp(found).sum(), 1)
    assert np.isneginf(found[0, 1])


# -------------------------------------------------------------------- carried states
@pytest.mark.parametrize("cell", CELLS)
def test_windows_with_carried_states_equal_one_pass(cell):
    network = language(cell=cell, layers=2)
    carrying = StatefulModel(network)
    shapes = [(None, None), (None,)]
    signature = [*(tf.TensorSpec(shape, tf.int32) for shape in shapes), tf.TensorSpec((), tf.bool)]
    train = tf.function(lambda *given: carrying(given, training=True), input_signature=signature)
    n_states = len(state_inputs(network))
    assert n_states == {"lstm": 4, "gru": 2, "simple": 2}[cell]
    ids = np.random.default_rng(1).integers(4, 16, size=(3, 11)).astype(np.int32)
    lengths = np.array([11, 11, 4], np.int32)
    zeros = [np.zeros((3, 5), np.float32)] * n_states
    expected = np.asarray(network([ids, np.maximum(lengths, 1), *zeros])[0])
    for _ in range(2):  # the second time, the states that were left behind are forgotten
        for first, n_rows in ((0, 3), (4, 2), (8, 2)):  # the third row has ended
            part = ids[:n_rows, first : first + 4]
            left = np.minimum(lengths[:n_rows] - first, 4)
            found = np.asarray(train(part, left.astype(np.int32), first == 0))
            np.testing.assert_allclose(found, expected[:n_rows, first : first + 4], atol=1e-5)


def test_states_are_carried_in_training_only():
    carrying = StatefulModel(language())
    ids = np.full((2, 4), 5, np.int32)
    n_steps, first, later = np.full(2, 4, np.int32), np.array(True), np.array(False)
    once = np.asarray(carrying([ids, n_steps, first], training=True))
    twice = np.asarray(carrying([ids, n_steps, later], training=False))
    again = np.asarray(carrying([ids, n_steps, later], training=False))
    assert np.abs(once - twice).max() > 1e-3
    np.testing.assert_array_equal(twice, again)
    anew = np.asarray(carrying([ids, n_steps, first], training=False))
    np.testing.assert_allclose(anew, once, atol=1e-6)
    assert not [w for w in carrying.weights if w.shape != () and w.shape[0] is None]
    assert len(carrying.trainable_weights) == len(carrying.network.trainable_weights)


def test_prompts_of_all_lengths_are_read_side_by_side():
    step_function = KerasStepFunction(language(cell="lstm"))
    ids = np.random.default_rng(1).integers(4, 16, size=(4, 6)).astype(np.int32)
    lengths = np.array([6, 0, 3, 1])
    rng = np.random.default_rng(2)
    states = [rng.normal(size=(4, 5)).astype(np.float32) for _ in range(2)]
    together = step_function.advance((ids,), lengths, states)
    for row, n in enumerate(lengths):
        alone = [state[row : row + 1] for state in states]
        for t in range(n):
            log_probs, alone = step_function.step((ids[row : row + 1, t],), alone)
            np.testing.assert_allclose(np.exp(log_probs).sum(), 1, atol=1e-5)
        for found, expected in zip(together, alone, strict=True):
            np.testing.assert_allclose(found[row], expected[0], atol=1e-5)


def test_scores_of_a_window_are_those_of_its_steps():
    step_function = KerasStepFunction(language())
    rng = np.random.default_rng(1)
    ids, targets = rng.integers(4, 16, size=(2, 2, 5)).astype(np.int32)
    found, after = step_function.score((ids,), np.array([5, 5]), targets, step_function.zeros(2))
    states = step_function.zeros(2)
    for t in range(5):
        log_probs, states = step_function.step((ids[:, t],), states)
        np.testing.assert_allclose(found[:, t], log_probs[[0, 1], targets[:, t]], atol=1e-5)
    for one, other in zip(after, states, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


# ---------------------------------------------------------------------------- training
def quick(**changes):
    options = {"units": 8, "epochs": 5, "learning_rate": 0.05, "random_state": 0}
    return CharLanguageModel(**{**options, "tbptt_steps": 4, **changes})


TEXTS = ["axxxxxxxxxa", "bxxxxxxxxxb"] * 8  # 12 steps with the start: three windows of four


def loss_by_windows(model, texts, *, carry):
    """Mean loss a token, with and without the states of the window before."""
    step_function = model.engine_.predictor.steps
    ids = np.array([list(row) for row in model.reader_.read(texts)])
    states, found = step_function.zeros(len(ids)), []
    for first in range(0, ids.shape[1] - 1, 4):
        states = states if carry else step_function.zeros(len(ids))
        part, targets = ids[:, first : first + 4], ids[:, first + 1 : first + 5]
        scores, states = step_function.score((part,), np.full(len(ids), 4), targets, states)
        found.append(scores)
    return -np.mean(found)


def test_training_predicts_from_all_that_came_before_a_window():
    model = quick().fit(TEXTS)
    carried = loss_by_windows(model, TEXTS, carry=True)
    assert carried < loss_by_windows(model, TEXTS, carry=False) - 0.01
    expected = -model.score_samples(TEXTS, include_end=True).mean() / 12
    assert carried == pytest.approx(expected, abs=1e-5)
    model.set_params(learning_rate=1e-9).partial_fit(TEXTS)
    assert model.loss_curve_[-1] == pytest.approx(carried, abs=1e-4)


@pytest.mark.parametrize(
    "texts", [["a" * 15, "ab", "b"], ["ab" * 15, "b"]], ids=["short", "longer than a piece"]
)
def test_validation_scores_are_those_of_whole_documents(texts):
    model = quick(epochs=1).fit(TEXTS, X_val=texts)
    n_tokens = sum(len(text) + 1 for text in texts)
    expected = model.score_samples(texts, include_end=True).sum() / n_tokens
    assert model.validation_scores_[-1] == pytest.approx(expected, abs=1e-4)
    assert model.history_["val_loss"][-1] == pytest.approx(-expected, abs=1e-4)


def test_one_long_text_is_cut_into_as_many_pieces_as_a_batch_has():
    text = "ab" * 200
    assert quick(epochs=1, batch_size=4).fit(text).fit_report_["n_batches"] == 26  # 101 steps each
    assert quick(epochs=1, batch_size=32).fit(text).fit_report_["n_batches"] == 4  # 4 windows each


def test_a_loss_that_becomes_nan_warns_and_keeps_finite_weights():
    class Poison(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == 1:
                variable = self.model.trainable_variables[-1]
                variable.assign(variable * float("nan"))

    with pytest.warns(ConvergenceWarning, match="weights of epoch 2 are kept"):
        model = quick(callbacks=[Poison]).fit(TEXTS)
    assert model.n_iter_ == 2
    assert all(np.isfinite(w).all() for w in model.network_state_.weights)
    assert np.isfinite(model.score(TEXTS))


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # the scheduler
def test_a_learning_rate_that_becomes_absurd_leaves_finite_weights():
    rate = keras.callbacks.LearningRateScheduler(lambda epoch: 0.05 if epoch < 2 else 1e38)
    model = quick(optimizer="sgd", clipnorm=None, callbacks=[rate])
    with pytest.warns(ConvergenceWarning, match="epoch 2 are kept.*lower learning_rate"):
        model.fit(TEXTS)
    assert all(np.isfinite(w).all() for w in model.network_state_.weights)
    assert np.isfinite(model.predict_proba(TEXTS)).all()


def test_a_learning_rate_that_is_absurd_at_once_raises_with_advice():
    with pytest.raises(ValueError, match="first epoch; lower learning_rate"):
        quick(optimizer="sgd", clipnorm=None, learning_rate=1e38).fit(TEXTS)


# ------------------------------------------------------------------------------ layers
@pytest.mark.parametrize("cell", CELLS)
def test_steps_one_by_one_equal_the_whole_loop(cell):
    layer = CELLS[cell](5, return_sequences=True, return_state=True)
    layer.build((None, None, 3))
    rng = np.random.default_rng(0)
    layer.set_weights([rng.normal(size=w.shape) * 0.5 for w in layer.get_weights()])
    steps = rng.normal(size=(4, 9, 3)).astype(np.float32)
    states = [rng.normal(size=(4, 5)).astype(np.float32) for _ in range(layer.n_states)]
    expected, *last = layer(steps, np.full(4, 9), initial_state=states)
    for t in range(9):
        found, *states = layer(steps[:, t : t + 1], np.ones(4, int), initial_state=states)
        assert found.shape == (4, 1, 5)
        np.testing.assert_allclose(found[:, 0], expected[:, t], atol=1e-5)
    for one, other in zip(states, last, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_one_hot_is_a_row_of_the_identity():
    ids = np.array([[0, 3, 1], [4, 4, 2]])
    found = OneHot(5)(ids)
    np.testing.assert_array_equal(found, np.eye(5, dtype=np.float32)[ids])


def make_output(*, is_tied):
    embedding = TokenEmbedding(6, 3)
    embedding.build((None, None))
    layer = TokenOutput(6, embedding if is_tied else None)
    layer.build((None, None, 3))
    layer.bias.assign(np.arange(6) / 10)
    return embedding, layer


@pytest.mark.parametrize("is_tied", [False, True])
def test_output_is_the_product_with_a_table(is_tied):
    embedding, layer = make_output(is_tied=is_tied)
    x = np.random.default_rng(0).normal(size=(2, 4, 3)).astype(np.float32)
    table = np.asarray(embedding.embeddings if is_tied else layer.own_table)
    assert table.shape == (6, 3)
    expected = x @ table.T + np.arange(6) / 10
    np.testing.assert_allclose(layer(x), expected, atol=1e-6)
    np.testing.assert_allclose(layer(x[0]), expected[0], atol=1e-6)


def test_gradients_of_input_and_output_meet_in_the_table():
    embedding, layer = make_output(is_tied=True)
    ids = tf.constant([[1, 2]])
    upstream = np.random.default_rng(0).normal(size=(1, 2, 6)).astype(np.float32)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer(embedding(ids)) * upstream)
    table = embedding.embeddings.value
    found, bias = (tf.convert_to_tensor(g) for g in tape.gradient(loss, [table, layer.bias.value]))
    plain = tf.constant(np.asarray(table))
    with tf.GradientTape() as tape:
        tape.watch(plain)
        logits = tf.matmul(tf.gather(plain, ids), plain, transpose_b=True)
        loss = tf.reduce_sum(logits * upstream)
    np.testing.assert_allclose(found, tf.convert_to_tensor(tape.gradient(loss, plain)), atol=1e-5)
    np.testing.assert_allclose(bias, upstream.sum((0, 1)), atol=1e-5)
    assert np.abs(found).max(axis=1).min() > 0  # also of what was not read


def test_impossible_tokens_have_no_probability_and_no_gradient():
    _, layer = make_output(is_tied=False)
    assert not any(w is layer.penalty for w in layer.trainable_weights)
    x = tf.constant([[1.0, 2.0, 3.0]])
    possible = tf.nn.softmax(layer(x)).numpy()[0]
    assert possible.min() > 0
    layer.penalty.assign([0, IMPOSSIBLE, 0, 0, 0, 0])
    with tf.GradientTape() as tape:
        p = tf.nn.softmax(layer(x))
        loss = -tf.math.log(p[0, 0])
    left = np.delete(possible, 1)
    np.testing.assert_allclose(np.delete(p[0], 1), left / left.sum(), atol=1e-6)
    gradients = tape.gradient(loss, [w.value for w in layer.trainable_weights])
    assert p[0, 1] == 0
    for gradient in map(np.asarray, gradients):
        assert np.isfinite(gradient).all()
        assert not np.any(gradient[1]) and np.any(gradient[0])


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras' saving
@pytest.mark.parametrize(
    "options",
    [{"one_hot": True}, {"tie_weights": True}, {"tie_weights": True, "embedding_dim": 5}],
    ids=["one hot", "tied, projected", "tied"],
)
def test_a_network_is_written_and_read_by_keras(tmp_path, options):
    network = language(**options)
    network.save(tmp_path / "network.keras")
    again = keras.models.load_model(tmp_path / "network.keras")
    assert len(again.weights) == len(network.weights)
    ids = np.random.default_rng(1).integers(0, 16, size=(2, 3)).astype(np.int32)
    given = [ids, np.full(2, 3, np.int32), np.zeros((2, 5), np.float32)]
    for one, other in zip(network(given), again(given), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_after_reading_by_keras_input_and_output_still_share_the_table(tmp_path):
    language(tie_weights=True).save(tmp_path / "network.keras")
    again = keras.models.load_model(tmp_path / "network.keras")
    assert again.get_layer("output").embedding is again.get_layer("embedding")


def test_a_network_without_states_gives_the_last_step_only():
    network = language(is_stateful=False, n_conditions=3)
    assert network.output_shape == (None, 16)
    assert not state_inputs(network)
    ids, beside = np.full((1, 5), 7, np.int32), np.zeros((1, 5), np.int32)
    shorter = network([ids[:, :3], beside[:, :3], np.array([3])])
    np.testing.assert_allclose(network([ids, beside, np.array([3])]), shorter, atol=1e-5)
    other = network([ids[:, :3], beside[:, :3] + 1, np.array([3])])
    assert np.abs(shorter - other).max() > 1e-3
