"""Layers of decoders against loops in NumPy: attention, blocks, positions, sampling, the loss."""

from __future__ import annotations

import numpy as np
import pytest

from skseq.decoding._log_probabilities import IMPOSSIBLE
from skseq.layers import (
    DecoderBlock,
    LearnedPositions,
    ScheduledSampling,
    SinusoidalPositions,
    StepAttention,
    StepCrossentropy,
)
from skseq.layers.heads import attend
from skseq.runtime.backend import keras
from skseq.training.warm_up import WarmUp

# Keras warns of an axis of one step where it is known before it runs, as it never is in a network.
pytestmark = pytest.mark.filterwarnings("ignore:(?s).*softmax over axis -1:UserWarning")

LENGTHS = np.array([4, 2, 1], np.int32)
N_ROWS, N_STEPS, N_SOURCE = 3, 5, 4


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def softmax(scores):
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def arrays(parts):
    return [np.asarray(part) for part in parts]


# ------------------------------------------------------------------------------- attend
def attended(queries, keys, values, is_seen, num_heads):
    """The same by loops; ``is_seen`` is (B, T, S)."""
    (n_rows, n_steps, width), n_keys = queries.shape, keys.shape[1]
    size, out = width // num_heads, values.shape[2] // num_heads
    seen = np.zeros((n_rows, n_steps, values.shape[2]))
    weights = np.zeros((n_rows, num_heads, n_steps, n_keys))
    for b in range(n_rows):
        for h in range(num_heads):
            q, k = queries[b, :, h * size : (h + 1) * size], keys[b, :, h * size : (h + 1) * size]
            for t in range(n_steps):
                at = np.flatnonzero(is_seen[b, t])
                weights[b, h, t, at] = softmax(k[at] @ q[t] / np.sqrt(size))
                v = values[b, :, h * out : (h + 1) * out]
                seen[b, t, h * out : (h + 1) * out] = weights[b, h, t] @ v
    return seen, weights


@pytest.mark.parametrize("num_heads", [1, 2, 6])
@pytest.mark.parametrize("width", [6, 12])
def test_attend_equals_a_loop(num_heads, width):
    queries, keys = normal(3, 5, 6), normal(3, 4, 6, seed=1)
    values = normal(3, 4, width, seed=2)
    is_seen = np.random.default_rng(3).integers(0, 2, size=(3, 5, 4))
    is_seen[..., 0] = 1
    found = arrays(attend(queries, keys, values, is_seen[:, None].astype("float32"), num_heads))
    for part, expected in zip(
        found, attended(queries, keys, values, is_seen, num_heads), strict=True
    ):
        np.testing.assert_allclose(part, expected, atol=1e-5)
    assert (found[1][np.broadcast_to(is_seen[:, None], found[1].shape) == 0] == 0).all()


# ------------------------------------------------------------------------- StepAttention
@pytest.mark.parametrize("score", ["product", "additive"])
def test_step_attention_equals_a_loop(score):
    n_keys = 6 if score == "product" else 3
    steps, keys = normal(3, 5, 6), normal(3, 4, n_keys, seed=1)
    values = normal(3, 4, 7, seed=2)
    layer = StepAttention(score)
    seen, weights = arrays(layer(steps, keys, values, LENGTHS))
    assert seen.shape == (3, 5, 7) and weights.shape == (3, 5, 4)
    for b, length in enumerate(LENGTHS):
        for t in range(5):
            if score == "product":
                scores = np.array([keys[b, s] @ steps[b, t] for s in range(length)])
            else:
                query = steps[b, t] @ np.asarray(layer.query)
                vector = np.asarray(layer.vector)
                scores = np.array([np.tanh(query + keys[b, s]) @ vector for s in range(length)])
            expected = softmax(scores)
            np.testing.assert_allclose(weights[b, t, :length], expected, atol=1e-5)
            assert (weights[b, t, length:] == 0).all()
            np.testing.assert_allclose(seen[b, t], expected @ values[b, :length], atol=1e-5)


@pytest.mark.parametrize("score", ["product", "additive"])
def test_step_attention_is_blind_to_padding(score):
    steps, keys, values = normal(3, 5, 6), normal(3, 4, 6, seed=1), normal(3, 4, 6, seed=2)
    layer = StepAttention(score)
    before, _ = arrays(layer(steps, keys, values, LENGTHS))
    keys[1, 2:], values[1, 2:] = 1e3, -1e3
    after, _ = arrays(layer(steps, keys, values, LENGTHS))
    np.testing.assert_array_equal(before, after)
    alone, _ = arrays(layer(steps[1:2], keys[1:2, :2], values[1:2, :2], LENGTHS[1:2]))
    np.testing.assert_allclose(alone[0], after[1], atol=1e-6)


# -------------------------------------------------------------------------- DecoderBlock
@pytest.fixture(scope="module")
def block():
    """A block with weights none of which is what it is at first."""
    layer = DecoderBlock(num_heads=2, feed_forward_dim=9)
    layer(*whole_arguments())
    layer.set_weights([normal(*w.shape, seed=i) for i, w in enumerate(layer.get_weights())])
    return layer


def whole_arguments(n_before=0, seed=0):
    nothing = np.zeros((N_ROWS, n_before, 6), "float32")
    return (
        normal(N_ROWS, N_STEPS, 6, seed=seed),
        normal(N_ROWS, N_SOURCE, 6, seed=1),
        normal(N_ROWS, N_SOURCE, 6, seed=2),
        LENGTHS,
        nothing,
        nothing,
    )


def normalised(x, norm):
    mean, variance = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
    return (x - mean) / np.sqrt(variance + 1e-6) * np.asarray(norm.gamma) + np.asarray(norm.beta)


def dense(x, layer):
    return x @ np.asarray(layer.kernel) + np.asarray(layer.bias)


def by_loops(block, steps, keys, values, lengths, num_heads=2):
    query, key, value, seen_before, source_query, seen_of_source = block.projections
    n_steps = steps.shape[1]
    x = normalised(steps, block.norms[0])
    earlier = np.tril(np.ones((n_steps, n_steps)))[None].repeat(len(steps), 0)
    own = dense(x, key), dense(x, value)
    seen, _ = attended(dense(x, query), *own, earlier, num_heads)
    steps = steps + dense(seen, seen_before)
    x = dense(normalised(steps, block.norms[1]), source_query)
    is_real = np.arange(keys.shape[1]) < lengths[:, None]
    is_real = np.repeat(is_real[:, None], n_steps, axis=1)
    seen, weights = attended(x, keys, values, is_real, num_heads)
    steps = steps + dense(seen, seen_of_source)
    hidden = np.maximum(dense(normalised(steps, block.norms[2]), block.hidden), 0)
    return steps + dense(hidden, block.back), *own, weights


def test_a_block_equals_loops(block):
    arguments = whole_arguments()
    found = arrays(block(*arguments))
    expected = by_loops(block, *arguments[:4])
    for part, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(part, other, atol=1e-3, rtol=1e-4)


def test_a_blocks_attention_is_that_of_keras(block):
    """The attention to the source, with the same weights in Keras' own layer."""
    steps, _, _, lengths, *_ = arguments = whole_arguments()
    source = normal(N_ROWS, N_SOURCE, 6, seed=5)
    layer = keras.layers.MultiHeadAttention(2, 3)
    layer.build(steps.shape, source.shape)
    projections = [*block.projections[3:], *block.projections[:3]]
    query, key, value, output = projections[1], projections[3], projections[4], projections[2]
    weights = []
    for dense_layer in (query, key, value):
        kernel, bias = dense_layer.get_weights()
        weights += [kernel.reshape(6, 2, 3), bias.reshape(2, 3)]
    kernel, bias = output.get_weights()
    layer.set_weights([*weights, kernel.reshape(2, 3, 6), bias])
    keys, values = dense(source, key), dense(source, value)
    mask = (np.arange(N_SOURCE) < lengths[:, None])[:, None]
    theirs, their_weights = arrays(
        layer(steps, source, source, attention_mask=mask, return_attention_scores=True)
    )
    ours, our_weights = arrays(
        attend(dense(steps, query), keys, values, mask[:, None].astype("float32"), 2)
    )
    np.testing.assert_allclose(dense(ours, output), theirs, atol=1e-4)
    np.testing.assert_allclose(our_weights, their_weights, atol=1e-5)
    assert len(arguments) == 6


def test_later_steps_never_change_earlier_outputs(block):
    arguments = whole_arguments()
    expected = np.asarray(block(*arguments)[0])
    for t in range(1, N_STEPS):
        steps = arguments[0].copy()
        steps[:, t:] = normal(N_ROWS, N_STEPS - t, 6, seed=9)
        found = np.asarray(block(steps, *arguments[1:])[0])
        np.testing.assert_allclose(found[:, :t], expected[:, :t], atol=1e-4)
        assert (np.abs(found[:, t] - expected[:, t]).max(axis=-1) > 1e-2).all()


@pytest.mark.parametrize("cuts", [range(6), [0, 2, 5], [0, 4, 5]])
def test_piece_by_piece_equals_the_whole(block, cuts):
    arguments = whole_arguments()
    whole, *memory, weights = arrays(block(*arguments))
    before = list(arguments[4:])
    outs, seen = [], []
    for first, last in zip(list(cuts)[:-1], list(cuts)[1:], strict=True):
        out, *before, some = block(arguments[0][:, first:last], *arguments[1:4], *before)
        outs.append(out), seen.append(some)
    np.testing.assert_allclose(np.concatenate(outs, axis=1), whole, atol=1e-3)
    np.testing.assert_allclose(np.concatenate(seen, axis=2), weights, atol=1e-4)
    for part, other in zip(before, memory, strict=True):
        np.testing.assert_allclose(part, other, atol=1e-4)


def test_a_block_is_blind_to_the_padding_of_sources(block):
    steps, keys, values, lengths, *nothing = whole_arguments()
    before = np.asarray(block(steps, keys, values, lengths, *nothing)[0])
    keys[1, 2:], values[1, 2:] = 1e3, -1e3
    after = np.asarray(block(steps, keys, values, lengths, *nothing)[0])
    np.testing.assert_array_equal(before, after)


def test_a_block_drops_in_training_only(block):
    layer = DecoderBlock(2, 9, dropout=0.5)
    arguments = whole_arguments()
    layer(*arguments)
    layer.set_weights([*block.get_weights(), *layer.get_weights()[len(block.get_weights()) :]])
    usual = np.asarray(block(*arguments)[0])
    np.testing.assert_array_equal(np.asarray(layer(*arguments)[0]), usual)
    first, second = (np.asarray(layer(*arguments, training=True)[0]) for _ in range(2))
    assert not np.allclose(first, usual) and not np.allclose(first, second)
    weights = np.asarray(layer(*arguments, training=True)[3])
    np.testing.assert_allclose(weights.sum(axis=-1), 1.0, atol=1e-5)  # those that are returned


# ----------------------------------------------------------------------------- positions
@pytest.mark.parametrize("n_before", [0, 1, 3])
@pytest.mark.parametrize("layer", [SinusoidalPositions(scale=0.7), LearnedPositions(4)])
def test_positions_go_on_counting(layer, n_before):
    steps = normal(2, 6, 5)
    whole = np.asarray(layer(steps))
    before = np.zeros((2, n_before, 8), "float32")
    found = np.asarray(layer(steps[:, n_before:], before))
    np.testing.assert_allclose(found, whole[:, n_before:], atol=1e-6)


@pytest.mark.parametrize("width", [1, 5, 6])
def test_the_scale_of_sines_is_learned(width):
    layer = SinusoidalPositions(scale=0.5)
    steps = normal(2, 3, width)
    waves = np.zeros((3, width))
    for t in range(3):
        for i in range(width):
            angle = t / 10000 ** (2 * (i // 2) / width)
            waves[t, i] = np.cos(angle) if i % 2 else np.sin(angle)
    np.testing.assert_allclose(np.asarray(layer(steps)), steps + 0.5 * waves, atol=1e-6)
    layer.alpha.assign(2.0)
    np.testing.assert_allclose(np.asarray(layer(steps)), steps + 2.0 * waves, atol=1e-6)
    assert len(layer.trainable_weights) == 1


def test_learned_positions_behind_the_last_share_it():
    layer = LearnedPositions(3)
    steps = np.zeros((1, 4, 2), "float32")
    found = np.asarray(layer(steps, np.zeros((1, 2, 2), "float32")))
    table = np.asarray(layer.table)
    np.testing.assert_allclose(found[0], table[[2, 2, 2, 2]], atol=1e-6)


# -------------------------------------------------------------------- scheduled sampling
TOKENS = np.full((200, 20), 5, np.int32)
LOGITS = np.tile(np.eye(4, dtype="float32")[np.arange(20) % 3 + 1][None], (200, 1, 1))
OWN = np.arange(20) % 3 + 1  # what the logits hold most probable


def sampling(share, ramp):
    keras.utils.set_random_seed(0)
    layer = ScheduledSampling(share)
    layer(TOKENS, LOGITS)
    layer.ramp.assign(ramp)
    return layer


def test_the_share_of_own_tokens_rises_to_its_end():
    layer = sampling(0.8, 4.0)
    shares = [(np.asarray(layer(TOKENS, LOGITS, training=True)) != 5).mean() for _ in range(7)]
    expected = [0.8 * min(i / 4, 1.0) * 19 / 20 for i in range(7)]
    np.testing.assert_allclose(shares, expected, atol=0.03)
    assert shares[0] == 0


def test_own_tokens_follow_the_token_before():
    layer = sampling(1.0, 1.0)
    layer.n_batches.assign(1.0)
    found = np.asarray(layer(TOKENS, LOGITS, training=True))
    assert found.dtype == TOKENS.dtype
    np.testing.assert_array_equal(found[:, 0], 5)  # the first stays
    np.testing.assert_array_equal(found[:, 1:], np.tile(OWN[:-1], (200, 1)))


def test_nothing_is_sampled_outside_training():
    layer = sampling(1.0, 1.0)
    layer.n_batches.assign(9.0)
    np.testing.assert_array_equal(np.asarray(layer(TOKENS, LOGITS)), TOKENS)
    assert float(np.asarray(layer.n_batches)) == 9.0
    assert not layer.trainable_weights


# ------------------------------------------------------------------------------ the loss


def smoothed(target, logits, label_smoothing):
    possible = logits > -1e8
    log_probs = logits - np.log(np.exp(logits[possible]).sum())
    even = np.where(possible, 1.0 / possible.sum(), 0.0)
    wanted = label_smoothing * even
    wanted[target] += 1.0 - label_smoothing
    return -(wanted[possible] * log_probs[possible]).sum()


@pytest.mark.parametrize("label_smoothing", [0.0, 0.1, 0.9])
def test_smoothed_losses_equal_a_loop(label_smoothing):
    logits = normal(2, 3, 5).astype(np.float64)
    logits[..., 0] = IMPOSSIBLE
    logits[1, :, 3] = IMPOSSIBLE
    targets = np.array([[1, 4, -1], [2, -1, -1]])
    loss = StepCrossentropy(label_smoothing=label_smoothing, reduction="none")
    found = np.asarray(loss(targets, logits.astype("float32")))
    for b in range(2):
        for t in range(3):
            target = targets[b, t]
            expected = smoothed(target, logits[b, t], label_smoothing) if target >= 0 else 0.0
            assert found[b, t] == pytest.approx(expected, abs=1e-5)


def test_gradients_of_smoothed_losses_are_finite_and_leave_the_impossible_alone():
    import tensorflow as tf

    values = normal(1, 2, 4)
    values[..., 0] = IMPOSSIBLE
    logits = tf.Variable(values)
    with tf.GradientTape() as tape:
        total = StepCrossentropy(label_smoothing=0.1)(np.array([[2, -1]]), logits)
    gradient = tape.gradient(total, logits).numpy()
    assert np.isfinite(gradient).all()
    assert (gradient[..., 0] == 0).all() and (gradient[0, 1] == 0).all()
    assert gradient[0, 0, 2] < 0 < gradient[0, 0, 1]


def test_smoothed_losses_of_probabilities_are_those_of_logits():
    logits = normal(2, 3, 4)
    targets = np.array([[1, 3, -1], [2, 0, 0]])
    options = {"label_smoothing": 0.2, "reduction": "none"}
    expected = StepCrossentropy(**options)(targets, logits)
    found = StepCrossentropy(from_logits=False, **options)(targets, softmax(logits))
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_probability_of_zero_is_not_possible():
    loss = StepCrossentropy(from_logits=False, label_smoothing=0.5, reduction="none")
    found = np.asarray(loss(np.array([[1]]), np.array([[[0.0, 0.5, 0.5]]], "float32")))
    np.testing.assert_allclose(found, np.log(2), atol=1e-5)


def test_the_loss_survives_its_config():
    loss = StepCrossentropy(from_logits=False, label_smoothing=0.3, reduction="none")
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(loss))
    assert (again.from_logits, again.label_smoothing) == (False, 0.3)


# ------------------------------------------------------------------------------- warm-up
def test_the_rate_rises_evenly_and_falls_with_the_root():
    rate = WarmUp(0.2, 4)
    found = [float(rate(step)) for step in range(16)]
    np.testing.assert_allclose(found[:4], [0.05, 0.1, 0.15, 0.2], rtol=1e-5)
    expected = [0.2 * np.sqrt(4 / (step + 1)) for step in range(4, 16)]
    np.testing.assert_allclose(found[4:], expected, rtol=1e-5)
    assert found[15] == pytest.approx(0.1)


def test_a_warm_up_of_one_batch_begins_at_the_top():
    assert float(WarmUp(0.2, 1)(0)) == pytest.approx(0.2)


def test_a_warm_up_survives_its_config():
    rate = WarmUp(0.2, 4)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(rate))
    assert [float(again(i)) for i in (0, 9)] == [float(rate(i)) for i in (0, 9)]
    optimizer = keras.optimizers.SGD(rate)
    other = keras.optimizers.SGD.from_config(optimizer.get_config())
    assert float(other.learning_rate) == pytest.approx(0.05)


# -------------------------------------------------------------------------------- saving
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras' saving
def test_layers_survive_saving(tmp_path):
    """One network with all of them."""
    steps, keys, values = (keras.Input((None, 6)) for _ in range(3))
    lengths = keras.Input((), dtype="int32")
    x = SinusoidalPositions(scale=0.3)(steps, keys)
    x = LearnedPositions(5)(x, keys)
    x, _ = StepAttention("additive")(x, keys, values, lengths)
    x, memory, *_ = DecoderBlock(3, 8, dropout=0.1)(x, keys, values, lengths, keys, values)
    x, _ = StepAttention("product")(x, memory, memory, lengths)
    model = keras.Model([steps, keys, values, lengths], x)
    given = [*whole_arguments()[:3], LENGTHS]
    model.set_weights([0.3 * normal(*w.shape, seed=i) for i, w in enumerate(model.get_weights())])
    expected = np.asarray(model(given))
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(np.asarray(loaded(given)), expected, atol=1e-5)
    configs = [layer.get_config() for layer in loaded.layers]
    assert [layer.get_config() for layer in model.layers] == configs


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras' saving
def test_scheduled_sampling_survives_saving(tmp_path):
    tokens, logits = keras.Input((None,), dtype="int32"), keras.Input((None, 4))
    layer = ScheduledSampling(0.4)
    model = keras.Model([tokens, logits], layer(tokens, logits))
    layer.ramp.assign(7.0)
    layer.n_batches.assign(3.0)
    model.save(tmp_path / "model.keras")
    (again,) = (
        layer
        for layer in keras.models.load_model(tmp_path / "model.keras").layers
        if isinstance(layer, ScheduledSampling)
    )
    assert (again.share, float(again.ramp), float(again.n_batches)) == (0.4, 7.0, 3.0)
