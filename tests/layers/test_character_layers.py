"""Words from their letters: against Keras' own layers, in values and gradients."""

from __future__ import annotations

import numpy as np
import pytest

from skseq.layers import CharacterCNN, CharacterLSTM
from skseq.runtime.backend import keras, tf

N_CHARACTERS, WIDTH, UNITS = 9, 7, 5
ENCODERS = [CharacterCNN, CharacterLSTM]


def make_ids(seed=0, batch=3, steps=4):
    """Random words of 1 to WIDTH characters, (B, T, WIDTH), zeros behind the last."""
    rng = np.random.default_rng(seed)
    ids = rng.integers(1, N_CHARACTERS, size=(batch, steps, WIDTH)).astype(np.int32)
    lengths = rng.integers(1, WIDTH + 1, size=(batch, steps, 1))
    ids[np.arange(WIDTH) >= lengths] = 0
    return ids


def make_layer(kind):
    layer = kind(N_CHARACTERS, UNITS, embedding_dim=4)
    layer.build((None, None, WIDTH))
    rng = np.random.default_rng(1)
    layer.set_weights([rng.normal(size=w.shape) * 0.5 for w in layer.weights])
    return layer


def keras_cnn(layer):
    """The same by Keras: embedding, convolution, ReLU, maximum over the real characters.

    What stands before and behind a word is the embedding of 0 everywhere.
    """
    embedding = keras.layers.Embedding(N_CHARACTERS, 4)
    convolution = keras.layers.Conv1D(UNITS, 3, activation="relu")
    embedding.build((None, WIDTH))
    convolution.build((None, WIDTH, 4))
    embedding.set_weights(layer.embedding.get_weights())
    kernel, bias = np.asarray(layer.kernel), np.asarray(layer.bias)
    convolution.set_weights([kernel.reshape(3, 4, UNITS), bias])

    def call(words):
        found = convolution(embedding(tf.pad(words, [[0, 0], [1, 1]])))
        real = tf.cast(words != 0, found.dtype)[:, :, None]
        return tf.reduce_max(found * real + (real - 1) * 1e9, axis=1)

    weights = [embedding.embeddings, convolution.kernel, convolution.bias]
    return call, weights, [layer.embedding.embeddings, layer.kernel, layer.bias]


def keras_lstm(layer):
    """The same by Keras: embedding with a mask, an LSTM in each direction."""
    embedding = keras.layers.Embedding(N_CHARACTERS, 4, mask_zero=True)
    embedding.build((None, WIDTH))
    embedding.set_weights(layer.embedding.get_weights())
    directions = []
    for own in layer.directions:
        theirs = keras.layers.LSTM(UNITS, go_backwards=own.go_backwards)
        theirs.build((None, WIDTH, 4))
        theirs.set_weights(own.get_weights())
        directions.append(theirs)

    def call(words):
        steps, mask = embedding(words), words != 0
        return tf.concat([one(steps, mask=mask) for one in directions], axis=-1)

    theirs = [embedding.embeddings, *(w for one in directions for w in one.trainable_weights)]
    own = [layer.embedding.embeddings]
    return call, theirs, [*own, *(w for one in layer.directions for w in one.trainable_weights)]


REFERENCES = {CharacterCNN: keras_cnn, CharacterLSTM: keras_lstm}


def gradients(call, weights, upstream):
    with tf.GradientTape() as tape:
        for weight in weights:
            tape.watch(weight.value)
        found = call()
        loss = tf.reduce_sum(found * upstream)
    derived = tape.gradient(loss, [weight.value for weight in weights])
    return np.asarray(found), [np.asarray(tf.convert_to_tensor(d)) for d in derived]


@pytest.mark.parametrize("kind", ENCODERS)
def test_encoder_equals_keras_layers_and_so_do_its_gradients(kind):
    layer, ids = make_layer(kind), make_ids()
    call, theirs, own = REFERENCES[kind](layer)
    n_features = layer.compute_output_shape(ids.shape)[-1]
    upstream = np.random.default_rng(2).normal(size=(12, n_features)).astype(np.float32)
    words = tf.constant(ids.reshape(-1, WIDTH))
    expected, expected_gradients = gradients(lambda: call(words), theirs, upstream)
    found, found_gradients = gradients(
        lambda: tf.reshape(layer(ids), (-1, n_features)), own, upstream
    )
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert len(found_gradients) == len(layer.trainable_weights)
    for one, other in zip(found_gradients, expected_gradients, strict=True):
        np.testing.assert_allclose(one.reshape(other.shape), other, atol=2e-5)


@pytest.mark.parametrize("kind", ENCODERS)
def test_repeated_words_share_a_vector_whatever_stands_around(kind):
    layer, ids = make_layer(kind), make_ids()
    ids[2, 3] = ids[1, 0] = ids[0, 1]
    found = np.asarray(layer(ids))
    np.testing.assert_array_equal(found[2, 3], found[0, 1])
    np.testing.assert_array_equal(found[1, 0], found[0, 1])
    np.testing.assert_allclose(np.asarray(layer(ids[:1, 1:2]))[0, 0], found[0, 1], atol=1e-6)
    assert len(np.unique(found.reshape(12, -1).round(6), axis=0)) == len(
        np.unique(ids.reshape(12, -1), axis=0)
    )


@pytest.mark.parametrize("kind", ENCODERS)
def test_more_padding_changes_nothing(kind):
    """Words without characters in a batch, and room for longer ones, leave the others alone."""
    layer, ids = make_layer(kind), make_ids()
    wider = np.pad(ids, [(0, 1), (0, 2), (0, 6)])
    expected = np.asarray(layer(ids))
    other = kind(N_CHARACTERS, UNITS, embedding_dim=4)
    other.build((None, None, WIDTH + 6))
    other.set_weights(layer.get_weights())
    found = np.asarray(other(wider))
    np.testing.assert_allclose(found[:3, :4], expected, atol=1e-6)
    assert np.isfinite(found).all()
    np.testing.assert_array_equal(found[3, 0], found[0, 5])  # all padding is one word


@pytest.mark.parametrize("kind", ENCODERS)
def test_order_and_spelling_matter(kind):
    layer = make_layer(kind)
    words = np.zeros((1, 3, WIDTH), np.int32)
    words[0, 0, :3], words[0, 1, :3], words[0, 2, :3] = (3, 4, 5), (5, 4, 3), (3, 4, 6)
    first, reverse, other = np.asarray(layer(words))[0]
    assert np.abs(first - reverse).max() > 1e-3
    assert np.abs(first - other).max() > 1e-3


@pytest.mark.parametrize("kind", ENCODERS)
def test_in_a_compiled_model_of_any_size_it_is_the_same(kind):
    inputs = keras.Input((None, WIDTH), dtype="int32")
    layer = kind(N_CHARACTERS, UNITS, embedding_dim=4)
    model = keras.Model(inputs, layer(inputs))
    assert model.output_shape == (None, None, layer.compute_output_shape((1, 1, WIDTH))[-1])
    for batch, steps in ((1, 1), (2, 5)):
        ids = make_ids(batch=batch, steps=steps)
        found = model.predict_on_batch(ids)
        assert found.shape == (batch, steps, model.output_shape[-1])
        np.testing.assert_allclose(found, np.asarray(layer(ids)), atol=1e-6)


@pytest.mark.parametrize("kind", ENCODERS)
def test_configuration_and_weights_round_trip(kind):
    layer, ids = make_layer(kind), make_ids()
    config = keras.saving.serialize_keras_object(layer)
    again = keras.saving.deserialize_keras_object(config)  # builds it, too
    assert type(again) is kind
    assert again.get_config() == layer.get_config()
    again.set_weights(layer.get_weights())
    np.testing.assert_array_equal(np.asarray(again(ids)), np.asarray(layer(ids)))


@pytest.mark.parametrize("kind", ENCODERS)
def test_too_wide_words_are_refused(kind):
    with pytest.raises(ValueError, match="64 characters, got 65"):
        kind(N_CHARACTERS, UNITS).build((None, None, 65))
