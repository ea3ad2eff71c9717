"""Networks and layers against Keras' own layers with a mask, and against NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from skseq.layers import (
    AttentionPooling,
    ReverseSequence,
    SequencePooling,
    TokenEmbedding,
    WordDropout,
)
from skseq.networks import recurrent_network
from skseq.runtime.backend import keras, tf

LENGTHS = np.array([7, 3, 1, 5], np.int32)


@pytest.fixture(scope="module")
def steps():
    """Right-padded features whose padding is garbage, which nothing may read."""
    return np.random.default_rng(0).normal(size=(4, 7, 3)).astype(np.float32)


@pytest.mark.parametrize(
    ("cell", "merge_mode"),
    [
        *((cell, None) for cell in ("lstm", "gru", "simple")),
        *(("lstm", merge_mode) for merge_mode in ("concat", "sum", "mul", "ave")),
        ("gru", "concat"),
    ],
)
def test_recurrent_network_equals_masked_keras_layers(steps, cell, merge_mode):
    model = recurrent_network(
        n_outputs=2,
        n_features=3,
        cell=cell,
        units=5,
        layers=2,
        bidirectional=merge_mode is not None,
        merge_mode=merge_mode or "concat",
    )
    layer = {"lstm": keras.layers.LSTM, "gru": keras.layers.GRU, "simple": keras.layers.SimpleRNN}
    inputs = keras.Input((None, 3))
    mask = keras.Input((None,), dtype="bool")
    x = inputs
    pairs = []
    for i in range(2):
        rnn = layer[cell](5, return_sequences=i == 0)
        if merge_mode:
            rnn = keras.layers.Bidirectional(rnn, merge_mode=merge_mode)
            pairs.append((rnn.forward_layer, f"{cell}_{i}_forward"))
            pairs.append((rnn.backward_layer, f"{cell}_{i}_backward"))
        else:
            pairs.append((rnn, f"{cell}_{i}"))
        x = rnn(x, mask=mask)
    dense = keras.layers.Dense(2)
    reference = keras.Model([inputs, mask], dense(x))
    for reference_layer, name in [*pairs, (dense, "output")]:
        ours = model.get_layer(name)
        for to, source in zip(reference_layer.variables, ours.variables, strict=True):
            if "seed" not in to.path:
                to.assign(source)
    real = np.arange(7) < LENGTHS[:, None]
    np.testing.assert_allclose(
        model([steps, LENGTHS]), reference([steps, real]), rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize("pooling", ["last", "mean", "max", "mean_max"])
def test_pooling_equals_numpy_over_the_real_steps(steps, pooling):
    got = np.asarray(SequencePooling(pooling)(steps, LENGTHS))
    rows = [row[:n] for row, n in zip(steps, LENGTHS, strict=True)]
    parts = {
        "last": [r[-1] for r in rows],
        "mean": [r.mean(axis=0) for r in rows],
        "max": [r.max(axis=0) for r in rows],
        "mean_max": [np.concatenate([r.mean(axis=0), r.max(axis=0)]) for r in rows],
    }
    np.testing.assert_allclose(got, parts[pooling], rtol=1e-5, atol=1e-6)


def test_attention_pooling_ignores_padding(steps):
    layer = AttentionPooling()
    got = np.asarray(layer(steps, LENGTHS))
    alone = np.asarray(layer(steps[1:2, :3], LENGTHS[1:2]))
    np.testing.assert_allclose(got[1:2], alone, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(got[2], steps[2, 0], rtol=1e-5)


def test_reverse_sequence_twice_is_the_identity(steps):
    layer = ReverseSequence()
    once = np.asarray(layer(steps, LENGTHS))
    np.testing.assert_array_equal(once[1, :3], steps[1, 2::-1])
    np.testing.assert_array_equal(once[1, 3:], steps[1, 3:])
    np.testing.assert_array_equal(layer(once, LENGTHS), steps)


# Keras' own saving calls __array__ in the old way.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("pooling", ["last", "mean", "max", "mean_max", "attention"])
def test_network_survives_saving_by_keras(tmp_path, steps, pooling):
    model = recurrent_network(
        n_outputs=1, n_features=3, units=4, bidirectional=True, pooling=pooling
    )
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(model([steps, LENGTHS]), again([steps, LENGTHS]), rtol=1e-6)


def test_unknown_pooling_raises():
    with pytest.raises(ValueError, match="pooling must be one of"):
        SequencePooling("median")


def test_word_dropout_hides_steps_in_training_only():
    ids = np.full((50, 40), 9, np.int32)
    layer = WordDropout(0.3, seed=0)
    hidden = np.asarray(layer(ids, training=True))
    assert set(np.unique(hidden)) == {1, 9}
    assert 0.25 < (hidden == 1).mean() < 0.35
    np.testing.assert_array_equal(layer(ids, training=False), ids)
    features = np.asarray(layer(np.ones((50, 40, 3), np.float32), training=True))
    whole_steps = features.all(axis=2) | ~features.any(axis=2)
    assert whole_steps.all()
    assert 0.25 < (features == 0).mean() < 0.35


def test_repeated_token_trains_like_one_with_a_doubled_gradient():
    """Keras' Embedding gives Adam one row per occurrence, and it squares them one by one."""
    ids, weights = np.array([[4, 4, 5]], np.int32), np.array([1.0, 2.0, 1.0], np.float32)
    tables = []
    for repeated in (True, False):
        layer = TokenEmbedding(8, 2, embeddings_initializer="ones")
        layer.build((None, None))
        used, scale = (ids, weights) if repeated else (ids[:, 1:], np.array([3.0, 1.0], np.float32))
        optimizer = keras.optimizers.Adam(0.1)
        for _ in range(3):
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum(layer(used) ** 2 * scale[None, :, None])
            optimizer.apply(tape.gradient(loss, layer.trainable_weights), layer.trainable_weights)
        tables.append(np.asarray(layer.embeddings))
    np.testing.assert_allclose(*tables, rtol=1e-6)
    np.testing.assert_array_equal(tables[0][6:], 1)


def test_token_embedding_gives_rows_of_any_shape_of_ids():
    layer = TokenEmbedding(8, 3)
    ids = np.array([[1, 2], [3, 0]], np.int32)
    np.testing.assert_array_equal(layer(ids), np.asarray(layer.embeddings)[ids])
