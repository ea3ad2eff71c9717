"""The fused Adam takes Keras' steps."""

from __future__ import annotations

import numpy as np
import pytest

from skseq.runtime.backend import keras, tf
from skseq.training.adam import FusedAdam


@pytest.mark.parametrize(
    "options", [{}, {"clipnorm": 0.5}, {"weight_decay": 0.1}, {"amsgrad": True}]
)
def test_same_steps_as_keras(options):
    rng = np.random.default_rng(0)
    start = rng.normal(size=(7, 3)).astype("float32")
    optimizers = [
        kind(learning_rate=0.05, **options) for kind in (FusedAdam, keras.optimizers.Adam)
    ]
    variables = [keras.Variable(start, name="table") for _ in optimizers]
    for _ in range(20):
        gradient = rng.normal(size=(7, 3)).astype("float32")
        for optimizer, variable in zip(optimizers, variables, strict=True):
            optimizer.apply([tf.constant(gradient)], [variable])
    ours, theirs = (np.asarray(v) for v in variables)
    np.testing.assert_allclose(ours, theirs, atol=1e-5)  # rounding of 20 steps of 0.05
    described = [[(v.name, v.shape) for v in o.variables] for o in optimizers]
    assert described[0] == described[1]
    for a, b in zip(*(o.variables for o in optimizers), strict=True):
        np.testing.assert_allclose(np.asarray(a), np.asarray(b), atol=1e-5)


@pytest.mark.parametrize(
    "gradient", [[0.0, 0.0], [0.1, 0.2], [3.0, 4.0], [1e-30, 0.0], [1e25, 1e25], [np.nan, 1.0]]
)
def test_gradients_are_clipped_by_their_norm(gradient):
    gradient = tf.constant(gradient, tf.float32)
    found = FusedAdam(clipnorm=0.5)._clip_by_norm(gradient)
    np.testing.assert_allclose(found, tf.clip_by_norm(gradient, 0.5), rtol=1e-5)
