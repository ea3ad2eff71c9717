"""``SelfAttentionClassifier`` and the order of steps."""

from __future__ import annotations

import numpy as np
import pytest

from skseq import SelfAttentionClassifier

OPTIONS = {"units": 16, "epochs": 40, "learning_rate": 0.01, "random_state": 0}


@pytest.fixture(scope="module")
def ordered():
    """Sequences of the same tokens, and of numbers, whose class is whether they rise or fall."""
    rng = np.random.default_rng(0)
    rows = [np.sort(rng.choice(np.arange(8, 20), size=n, replace=False)) for n in [5, 6, 7] * 20]
    y = np.arange(60) % 2
    ids = [row[:: 1 if label else -1].tolist() for row, label in zip(rows, y, strict=True)]
    return {"ids": ids, "numbers": [np.array(row, float)[:, None] for row in ids]}, y


@pytest.mark.parametrize("kind", ["ids", "numbers"])
@pytest.mark.parametrize("positions", ["sinusoidal", "learned"])
def test_positions_tell_the_order(ordered, positions, kind):
    X, y = ordered
    model = SelfAttentionClassifier(positions=positions, **OPTIONS).fit(X[kind], y)
    assert model.score(X[kind], y) > 0.9
    weights = model.attention_weights(X[kind])
    assert [w.shape[-1] for w in weights] == [len(x) for x in X[kind]]


def test_without_positions_the_order_has_no_effect(ordered):
    X, y = ordered
    model = SelfAttentionClassifier(positions=None, **{**OPTIONS, "epochs": 1}).fit(X["ids"], y)
    np.testing.assert_allclose(
        model.predict_proba(X["ids"]), model.predict_proba([x[::-1] for x in X["ids"]]), rtol=1e-5
    )


def test_steps_beyond_the_learned_positions_share_the_last(ordered):
    X, y = ordered
    model = SelfAttentionClassifier(
        positions="learned", n_positions=2, **{**OPTIONS, "epochs": 1}
    ).fit(X["ids"], y)
    a, b = model.predict_proba([[8, 9, 10, 11], [8, 11, 10, 9]])
    np.testing.assert_allclose(a, b, rtol=1e-5)
