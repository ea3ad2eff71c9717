"""Several labels a sample: weights of each label's two classes, and names of labels."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import recall_score

from skseq import LSTMClassifier
from skseq.layers import LabelCrossentropy
from skseq.runtime.backend import keras
from skseq.targets.classes import ClassTarget

SMALL = {"units": 8, "epochs": 10, "learning_rate": 0.02, "random_state": 0}


@pytest.fixture(scope="module")
def labelled():
    """Lists of ids, and a frequent and a rare label that depend on them but for some noise."""
    rng = np.random.default_rng(0)
    y = (rng.random((300, 2)) < [0.5, 0.06]).astype(int)
    shown = np.where(rng.random(y.shape) < 0.25, 0, y)
    X = [[8 + a, 10 + b, *rng.integers(12, 20, size=3).tolist()] for a, b in shown]
    return X, y


def test_a_rare_label_is_found_more_often(labelled):
    X, y = labelled
    plain, balanced = (
        LSTMClassifier(class_weight=weight, **SMALL).fit(X, y).predict_proba(X)[:, 1]
        for weight in (None, "balanced")
    )
    has_label = y[:, 1] > 0
    assert balanced[has_label].mean() > plain[has_label].mean()
    assert recall_score(y[:, 1], balanced > 0.5) >= recall_score(y[:, 1], plain > 0.5)


def test_both_classes_of_a_label_weigh_the_same_and_samples_one_on_average():
    y = np.array([[1, 0, 1, 0]] * 2 + [[0, 0, 1, 1]] * 6)
    without, having = ClassTarget(y, is_balanced=True).label_weights
    np.testing.assert_allclose(having[[0, 3]] * [2, 6], without[[0, 3]] * [6, 2])
    weights = np.where(y > 0, having, without)
    np.testing.assert_allclose(weights.mean(axis=0), 1.0)  # labels that all or none have, too


def test_weights_are_bounded():
    y = np.zeros((10_000, 2), int)
    y[0], y[::2, 1] = 1, 1
    without, having = ClassTarget(y, is_balanced=True).label_weights
    assert having[0] / without[0] <= 20.0
    np.testing.assert_allclose([having[1], without[1]], 1.0)


def test_samples_count_by_their_weight():
    y = np.array([[1, 0], [0, 1], [0, 1], [0, 0]])
    weight = np.array([3.0, 1.0, 2.0, 1.0])
    repeated = np.repeat(y, weight.astype(int), axis=0)
    np.testing.assert_allclose(
        ClassTarget(y, is_balanced=True, sample_weight=weight).label_weights,
        ClassTarget(repeated, is_balanced=True).label_weights,
    )


def test_validation_has_the_loss_of_training(labelled):
    X, y = labelled
    model = LSTMClassifier(class_weight="balanced", early_stopping=True, **SMALL)
    model.fit(X, y, X_val=X, y_val=y)
    encoded = model.codec_.encode(y)
    p = model.predict_proba(X)
    expected = np.abs(encoded) * -np.log(np.where(y > 0, p, 1 - p))
    assert min(model.history_["val_loss"]) <= expected.mean() + 1e-6
    best = int(np.argmax(model.validation_scores_))
    assert model.validation_scores_[best] == pytest.approx((model.predict(X) == y).all(1).mean())


@pytest.mark.parametrize("from_logits", [False, True])
def test_loss_equals_weighted_binary_crossentropy(from_logits):
    rng = np.random.default_rng(0)
    weights = rng.uniform(0.1, 5.0, size=(6, 3)).astype("float32")
    has = rng.random((6, 3)) < 0.4
    outputs = rng.normal(size=(6, 3)).astype("float32")
    p = 1.0 / (1.0 + np.exp(-outputs))
    given = outputs if from_logits else p
    loss = LabelCrossentropy(from_logits=from_logits, reduction="none")
    expected = (weights * -np.log(np.where(has, p, 1.0 - p))).mean(axis=1)
    np.testing.assert_allclose(loss(np.where(has, weights, -weights), given), expected, rtol=1e-4)
    again = keras.losses.deserialize(keras.losses.serialize(loss))
    assert again.get_config() == loss.get_config()


def test_labels_have_the_names_of_a_frame(labelled):
    X, y = labelled
    frame = pd.DataFrame(y, columns=["sport", "art"])
    model = LSTMClassifier(units=4, epochs=1, random_state=0).fit(X, frame)
    assert model.classes_.tolist() == ["sport", "art"]
    assert model.predict(X).shape == y.shape
    model.partial_fit(X, frame)
    with pytest.raises(ValueError, match=r"classes=\['art', 'sport'\] is not the same as"):
        model.partial_fit(X, frame[["art", "sport"]])
    numbered = LSTMClassifier(units=4, epochs=1, random_state=0).fit(X, y)
    assert numbered.classes_.tolist() == [0, 1]


def test_balanced_labels_need_all_samples_at_once(labelled):
    with pytest.raises(ValueError, match="cannot be used with partial_fit"):
        LSTMClassifier(class_weight="balanced", **SMALL).partial_fit(*labelled)
