"""Attention and positions against NumPy, and blind to padding."""

from __future__ import annotations

import numpy as np
import pytest

from skseq.layers import LearnedPositions, SelfAttention, SinusoidalPositions, TransformerBlock
from skseq.runtime.backend import keras

LENGTHS = np.array([5, 2, 1], np.int32)


@pytest.fixture
def steps():
    return np.random.default_rng(0).normal(size=(3, 5, 6)).astype("float32")


def softmax(scores):
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@pytest.mark.parametrize("scaled", [True, False])
@pytest.mark.parametrize("num_heads", [1, 3])
def test_self_attention_equals_a_loop(steps, num_heads, scaled):
    layer = SelfAttention(4, num_heads=num_heads, scaled=scaled)
    seen, weights = (np.asarray(part) for part in layer(steps, LENGTHS))
    query, key = (np.asarray(kernel) for kernel in (layer.query, layer.key))
    for row, length in enumerate(LENGTHS):
        x = steps[row, :length]
        for head in range(num_heads):
            columns = slice(4 * head, 4 * head + 4)
            scores = (x @ query[:, columns]) @ (x @ key[:, columns]).T
            expected = softmax(scores / 2.0 if scaled else scores)
            found = weights[row, head, :length]
            np.testing.assert_allclose(found[:, :length], expected, atol=1e-5)
            assert (found[:, length:] == 0).all()
            part = seen[row, :length, 6 * head : 6 * head + 6]
            np.testing.assert_allclose(part, expected @ x, atol=1e-5)


def test_sinusoidal_positions_follow_the_formula(steps):
    found = np.asarray(SinusoidalPositions()(steps)) - steps
    for t in range(5):
        for i in range(3):
            angle = t / 10000 ** (2 * i / 6)
            expected = [np.sin(angle), np.cos(angle)]
            np.testing.assert_allclose(found[0, t, 2 * i : 2 * i + 2], expected, atol=1e-6)


def test_learned_positions_share_the_last(steps):
    layer = LearnedPositions(3)
    found = np.asarray(layer(steps)) - steps
    table = np.asarray(layer.table)
    np.testing.assert_allclose(found[1], table[[0, 1, 2, 2, 2]], atol=1e-6)


def test_a_block_is_blind_to_padding(steps):
    block = TransformerBlock(num_heads=2, feed_forward_dim=8)
    out, weights = (np.asarray(part) for part in block(steps, LENGTHS))
    changed = steps.copy()
    changed[1, 2:] = 100.0
    again = np.asarray(block(changed, LENGTHS)[0])
    np.testing.assert_allclose(again[1, :2], out[1, :2], atol=1e-6)
    alone = np.asarray(block(steps[1:2, :2], LENGTHS[1:2])[0])
    np.testing.assert_allclose(alone[0], out[1, :2], atol=1e-6)
    np.testing.assert_allclose(weights[1, :, :2].sum(axis=-1), 1.0, atol=1e-5)
    assert (weights[1, :, :, 2:] == 0).all()


def test_a_block_is_what_it_says(steps):
    """Residuals around attention and around the feed-forward network, normalised before."""
    block = TransformerBlock(num_heads=2, feed_forward_dim=8)
    full = np.full(3, 5, np.int32)
    found = np.asarray(block(steps, full)[0])
    x = block.norms[0](steps)
    keras_attention = keras.layers.MultiHeadAttention(num_heads=2, key_dim=3)
    keras_attention.build(x.shape, x.shape)
    own = [w for dense in (block.query, block.key, block.value) for w in dense.get_weights()]
    own = [w.reshape(*w.shape[:-1], 2, 3) for w in own]
    kernel, bias = block.seen.get_weights()
    keras_attention.set_weights([*own, kernel.reshape(2, 3, 6), bias])
    middle = steps + np.asarray(keras_attention(x, x))
    hidden = np.maximum(np.asarray(block.hidden(block.norms[1](middle))), 0)
    np.testing.assert_allclose(found, middle + np.asarray(block.back(hidden)), atol=1e-5)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras' saving
@pytest.mark.parametrize(
    "layer",
    [SelfAttention(4, num_heads=2), TransformerBlock(2, 8, dropout=0.1)],
    ids=lambda layer: type(layer).__name__,
)
def test_layers_survive_saving(steps, layer, tmp_path):
    x, lengths = keras.Input((None, 6)), keras.Input((), dtype="int32")
    model = keras.Model([x, lengths], layer(x, lengths)[0])
    expected = np.asarray(model([steps, LENGTHS]))
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(np.asarray(loaded([steps, LENGTHS])), expected, atol=1e-6)
