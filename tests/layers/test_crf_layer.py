"""The CRF layer's losses and gradients equal plain log-space ones; it trains, saves and decodes."""

from __future__ import annotations

import json

import numpy as np
import pytest

from skseq.layers.crf import CRF
from skseq.layers.step_losses import CRFLoss, StepCrossentropy
from skseq.runtime.backend import keras, tf

BATCHES = {
    "one step": [1, 1],
    "ragged": [5, 1, 3, 0, 4],
    "a chunk": [8, 8],
    "chunks": [17, 1, 16, 9, 7],
}
FORBIDDEN = ([False, False, True], [True, False, False], np.eye(3, dtype=bool)[[1, 2, 0]])


def crf_layer(n_labels=3, forbidden=None, scale=1.0, seed=0):
    crf = CRF(forbidden=forbidden)
    crf.build((None, None, n_labels))
    rng = np.random.default_rng(seed)
    for weight in crf.trainable_variables:
        weight.assign(rng.normal(size=weight.shape) * scale)
    return crf


def batch(lengths, chain, seed=0, scale=2.0):
    """Return emissions (B, T, K), possible tags (B, T) and which steps are real."""
    rng = np.random.default_rng(seed)
    lengths = np.asarray(lengths)
    n_steps = max(lengths)
    emissions = (rng.normal(size=(len(lengths), n_steps, chain.n_labels)) * scale).astype("float32")
    noise = rng.normal(size=emissions.shape) * 3  # other labels than the best ones
    tags, _ = chain.viterbi(noise, lengths)
    return emissions, tags, np.arange(n_steps) < lengths[:, None]


def plain_losses(emissions, tags, transitions, start, end):
    """Return the losses as the chain rule has them, row by row and step by step."""
    rows = []
    for row in range(len(tags)):
        length = int((np.asarray(tags[row]) >= 0).sum())
        after, losses = end, []
        for t in reversed(range(length)):
            following = emissions[row, t] + after
            before = transitions[tags[row, t - 1]] if t else start
            scores = before + following
            losses.append(tf.reduce_logsumexp(scores) - scores[tags[row, t]])
            after = tf.reduce_logsumexp(transitions + following[None, :], 1)
        rows.append(tf.stack([*losses[::-1], *[tf.constant(0.0)] * (tags.shape[1] - length)]))
    return tf.stack(rows)


def losses_and_gradients(run, crf, emissions, weigh):
    emissions = tf.constant(emissions)
    watched = [emissions, *(w.value for w in crf.trainable_variables)]
    with tf.GradientTape() as tape:
        tape.watch(watched)
        losses = run(emissions)
        loss = tf.reduce_sum(losses * weigh)
    unused = tf.UnconnectedGradients.ZERO  # the transitions of single steps
    return losses, tape.gradient(loss, watched, unconnected_gradients=unused)


@pytest.mark.parametrize("forbidden", [None, FORBIDDEN], ids=["free", "constrained"])
@pytest.mark.parametrize("lengths", BATCHES.values(), ids=BATCHES)
def test_losses_sum_to_minus_the_log_likelihood(lengths, forbidden):
    crf = crf_layer(forbidden=forbidden)
    emissions, tags, real = batch(lengths, crf.linear_chain())
    losses = np.asarray(crf.step_losses(tags, emissions))
    assert losses.shape == tags.shape and (losses >= 0).all() and not losses[~real].any()
    expected = -crf.linear_chain().log_likelihood(emissions, lengths, tags)
    assert np.isfinite(expected).all()
    np.testing.assert_allclose(losses.sum(1), expected, atol=1e-4)


@pytest.mark.parametrize("forbidden", [None, FORBIDDEN], ids=["free", "constrained"])
@pytest.mark.parametrize("lengths", BATCHES.values(), ids=BATCHES)
def test_losses_and_gradients_equal_plain_ones_under_any_weights(lengths, forbidden):
    crf = crf_layer(forbidden=forbidden)
    emissions, tags, _ = batch(lengths, crf.linear_chain())
    weigh = np.random.default_rng(3).normal(size=tags.shape).astype("float32")
    found = losses_and_gradients(lambda e: crf.step_losses(tags, e), crf, emissions, weigh)
    expected = losses_and_gradients(
        lambda e: plain_losses(e, tags, *crf.potentials()), crf, emissions, weigh
    )
    np.testing.assert_allclose(found[0], expected[0], atol=1e-5)
    for ours, plain in zip(found[1], expected[1], strict=True):
        np.testing.assert_allclose(ours, tf.convert_to_tensor(plain), atol=2e-5)


def test_inside_a_compiled_function_with_open_shapes():
    crf = crf_layer()
    specs = [tf.TensorSpec((None, None), tf.int32), tf.TensorSpec((None, None, 3), tf.float32)]
    run = tf.function(crf.step_losses, input_signature=specs)
    for lengths in BATCHES.values():
        emissions, tags, _ = batch(lengths, crf.linear_chain())
        expected = crf.step_losses(tags, emissions)
        np.testing.assert_allclose(run(tags, emissions), expected, atol=1e-6)


@pytest.mark.parametrize("rubbish", [0.0, 50.0, np.nan])
def test_padding_changes_nothing(rubbish):
    crf = crf_layer()
    emissions, tags, real = batch(BATCHES["chunks"], crf.linear_chain())
    longer = np.full((len(tags), 40, 3), rubbish, "float32")
    longer[:, :17][real] = emissions[real]
    more = np.full((len(tags), 40), -1)
    more[:, :17] = tags
    found = losses_and_gradients(lambda e: crf.step_losses(more, e), crf, longer, 1.0)
    expected = losses_and_gradients(lambda e: crf.step_losses(tags, e), crf, emissions, 1.0)
    np.testing.assert_allclose(found[0][:, :17], expected[0], atol=1e-6)
    assert not np.asarray(found[0])[:, 17:].any()
    d_longer, d_emissions = np.asarray(found[1][0]), np.asarray(expected[1][0])
    np.testing.assert_allclose(d_longer[:, :17], d_emissions, atol=1e-6)
    assert not d_longer[:, 17:].any()
    for a, b in zip(found[1][1:], expected[1][1:], strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_long_sequences_with_penalties_keep_their_precision():
    lengths = [1000, 1000, 700]
    crf = crf_layer(forbidden=FORBIDDEN)
    emissions, tags, _ = batch(lengths, crf.linear_chain(), scale=10.0)
    losses, gradients = losses_and_gradients(
        lambda e: crf.step_losses(tags, e), crf, emissions, 1.0
    )
    expected = -crf.linear_chain().log_likelihood(emissions, lengths, tags)
    np.testing.assert_allclose(np.asarray(losses, float).sum(1), expected, rtol=1e-5)
    marginals = crf.marginals(emissions, lengths)
    path = np.eye(3)[np.maximum(tags, 0)] * (tags >= 0)[:, :, None]
    np.testing.assert_allclose(gradients[0], marginals - path, atol=2e-4)
    assert all(np.isfinite(tf.convert_to_tensor(g)).all() for g in gradients)


def test_a_forbidden_path_costs_its_penalty():
    crf = crf_layer(forbidden=FORBIDDEN)
    emissions, _, _ = batch([4], crf.linear_chain())
    losses, gradients = losses_and_gradients(
        lambda e: crf.step_losses(np.array([[2, 0, 0, 1]]), e), crf, emissions, 1.0
    )
    assert 1e4 - 50 < losses[0, 0] < 1e4 + 50
    assert all(np.isfinite(tf.convert_to_tensor(g)).all() for g in gradients)


def test_decoding_is_that_of_the_chain_and_never_forbidden():
    crf = crf_layer(forbidden=FORBIDDEN, scale=30.0)
    lengths = BATCHES["chunks"]
    emissions, _, real = batch(lengths, crf.linear_chain())
    assert np.isneginf(crf.linear_chain().transitions[FORBIDDEN[2]]).all()
    tags, scores = crf.viterbi(emissions, lengths)
    several, log_probabilities = crf.n_best(emissions, lengths, 3)
    np.testing.assert_array_equal(several[:, 0], tags)
    np.testing.assert_allclose(
        log_probabilities[:, 0], scores - crf.log_partition(emissions, lengths), atol=1e-9
    )
    np.testing.assert_allclose(crf.marginals(emissions, lengths).sum(2), real, atol=1e-9)
    assert not FORBIDDEN[2][tags[:, :-1], tags[:, 1:]][real[:, 1:]].any()
    assert (tags[:, 0] != 2).all()


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras' saving
@pytest.mark.parametrize("forbidden", [None, FORBIDDEN], ids=["free", "constrained"])
def test_configuration_and_weights_round_trip(tmp_path, forbidden):
    inputs = keras.Input((None, 3))
    model = keras.Model(inputs, CRF(forbidden=forbidden, name="crf")(inputs))
    crf = model.get_layer("crf")
    assert [w.path for w in crf.weights] == ["crf/transitions", "crf/start", "crf/end"]
    assert CRF.from_config(json.loads(json.dumps(crf.get_config()))).get_config() == (
        crf.get_config()
    )
    for weight in crf.weights:
        weight.assign(np.random.default_rng(0).normal(size=weight.shape))
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras").get_layer("crf")
    for ours, theirs in zip(crf.potentials(), again.potentials(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(
    ("forbidden", "message"),
    [
        ((np.zeros(3), np.zeros(3)), "must be a tuple of"),
        ((np.zeros(3), np.zeros(2), np.zeros((3, 3))), "of the shapes"),
        ((np.zeros(3), np.zeros(3), np.zeros((3, 2))), "of the shapes"),
        ((np.zeros(2), np.zeros(2), np.zeros((2, 2))), "forbidden is for 2 labels"),
    ],
)
def test_wrong_constraints(forbidden, message):
    with pytest.raises(ValueError, match=message):
        CRF(forbidden=forbidden).build((None, None, 3))


# ---------------------------------------------------------------------- training
def sticky_data(n_rows=64, n_steps=12, n_labels=3, seed=0):
    """Labels that stay as they are most of the time, seen through much noise."""
    rng = np.random.default_rng(seed)
    labels = np.empty((n_rows, n_steps), "int32")
    labels[:, 0] = rng.integers(0, n_labels, n_rows)
    for t in range(1, n_steps):
        jump = rng.random(n_rows) < 0.1
        labels[:, t] = np.where(jump, rng.integers(0, n_labels, n_rows), labels[:, t - 1])
    features = np.eye(n_labels)[labels] + rng.normal(size=(n_rows, n_steps, n_labels))
    lengths = rng.integers(1, n_steps + 1, n_rows)
    lengths[0] = n_steps
    real = np.arange(n_steps) < lengths[:, None]
    return features.astype("float32"), np.where(real, labels, -1), real.astype("float32"), lengths


def test_fit_trains_the_crf_through_the_loss():
    features, tags, weights, lengths = sticky_data()
    inputs = keras.Input((None, 3))
    crf = CRF()
    model = keras.Model(inputs, crf(keras.layers.Dense(3)(inputs)))
    model.compile(optimizer=keras.optimizers.Adam(0.05), loss=CRFLoss(crf))
    data = tf.data.Dataset.from_tensor_slices((features, tags, weights)).batch(16)

    def log_likelihood():
        return (
            crf.linear_chain().log_likelihood(model.predict(data, verbose=0), lengths, tags).mean()
        )

    before = log_likelihood()
    history = model.fit(data, epochs=15, shuffle=False, verbose=0).history["loss"]
    assert history[-1] < 0.7 * history[0]
    assert log_likelihood() > before + 2.0
    transitions = np.asarray(crf.transitions)
    assert np.diag(transitions).min() > (transitions - 9 * np.eye(3)).max() + 1.0
    assert all(np.asarray(w).any() for w in (crf.start, crf.end))


def test_the_weights_of_steps_count_in_fit():
    """The loss is the weighted sum; a batch whose steps all weigh nothing moves nothing."""
    features, tags, weights, _ = sticky_data()
    inputs = keras.Input((None, 3))
    crf = CRF()
    model = keras.Model(inputs, crf(inputs))
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss=CRFLoss(crf, reduction="sum"))
    weights[:, ::2] = 0.0
    expected = np.sum(np.asarray(crf.step_losses(tags, features)) * weights)
    data = tf.data.Dataset.from_tensors((features, tags, weights))
    np.testing.assert_allclose(model.evaluate(data, verbose=0), expected, rtol=1e-4)
    model.fit(features, tags, sample_weight=0.0 * weights, verbose=0)
    assert not np.asarray(crf.transitions).any()


@pytest.mark.parametrize("from_logits", [True, False])
def test_cross_entropy_of_steps(from_logits):
    features, tags, weights, _ = sticky_data()
    probabilities = np.asarray(tf.nn.softmax(features))
    outputs = features if from_logits else probabilities
    loss = StepCrossentropy(from_logits=from_logits, reduction="none")
    real = tags >= 0
    picked = np.take_along_axis(probabilities, np.maximum(tags, 0)[:, :, None], 2)[:, :, 0]
    expected = np.where(real, -np.log(picked), 0.0)
    np.testing.assert_allclose(loss(tags, outputs), expected, atol=1e-5)
    weighted = loss(tags, outputs, sample_weight=2.0 * weights)
    np.testing.assert_allclose(weighted, 2.0 * expected, atol=1e-5)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(loss))
    assert again.get_config() == loss.get_config()


def test_cross_entropy_of_steps_in_fit():
    features, tags, weights, _ = sticky_data()
    inputs = keras.Input((None, 3))
    model = keras.Model(inputs, keras.layers.Dense(3)(inputs))
    model.compile(optimizer=keras.optimizers.Adam(0.05), loss=StepCrossentropy())
    data = tf.data.Dataset.from_tensor_slices((features, tags, weights)).batch(16)
    history = model.fit(data, epochs=5, shuffle=False, verbose=0).history["loss"]
    assert history[-1] < history[0]
