"""Target codecs, weights and the holdout, without any network."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.metrics import accuracy_score, log_loss

from skseq.batches.batching import Batch
from skseq.targets.classes import ClassTarget, check_labels
from skseq.targets.weights import loss_weights
from skseq.training.holdout import holdout


def codec_of(y):
    """Return the codec of labels as a classifier makes it."""
    return ClassTarget(check_labels(y))


@pytest.mark.parametrize("labels", [["b", "a", "c"], [3, 1, 2], [0.5, 0.1, 0.9], [True, False]])
def test_encode_then_decode_gives_the_labels_back(labels):
    if labels == [0.5, 0.1, 0.9]:
        with pytest.raises(ValueError, match="continuous"):
            codec_of(labels)
        return
    y = np.array(labels * 3)
    target = codec_of(y)
    outputs = np.full((len(y), target.n_outputs), -5.0)
    if target.kind == "binary":
        outputs[:, 0] = np.where(target.encode(check_labels(y))[:, 0] == 1, 5, -5)
    else:
        outputs[np.arange(len(y)), target.encode(check_labels(y))] = 5
    np.testing.assert_array_equal(target.decode(target.probabilities(outputs)), y)


def test_probabilities_sum_to_one_even_for_extreme_logits():
    target = codec_of([0, 1, 2])
    p = target.probabilities(np.array([[1e4, -1e4, 0.0], [0, 0, 0]]))
    np.testing.assert_allclose(p.sum(axis=1), 1)
    assert np.isfinite(codec_of([0, 1]).probabilities(np.array([[1e5], [-1e5]]))).all()


def test_loss_and_score_equal_sklearn():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 40)
    target, outputs, weight = codec_of(y), rng.normal(size=(40, 3)), rng.random(40)
    batches = [
        Batch(rows, np.ones(20, int), outputs[rows]) for rows in np.split(rng.permutation(40), 2)
    ]
    loss, score = target.loss_and_score(batches, target.encode(check_labels(y)), weight)
    p = target.probabilities(outputs)
    np.testing.assert_allclose(loss, log_loss(y, p, sample_weight=weight))
    np.testing.assert_allclose(score, accuracy_score(y, p.argmax(1), sample_weight=weight))


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (["a", "a"], "only one class is present"),
        (None, "requires y to be passed"),
        ([["a"], ["a", "b"]], "MultiLabelBinarizer"),
        (["a", 1], r"mixes labels of the types \['int', 'str'\]"),
        ([0.0, np.nan], "NaN"),
        ([[0, 2], [1, 0]], "indicator matrix"),
    ],
)
def test_labels_of_a_wrong_kind_raise(y, message):
    with pytest.raises(ValueError, match=message):
        codec_of(np.array(y, dtype=object) if y == ["a", 1] else y)


def test_sparse_indicator_is_multilabel():
    target = codec_of(csr_matrix([[0, 1], [1, 1]]))
    assert (target.kind, target.n_outputs) == ("multilabel", 2)


def test_unseen_label_raises_and_names_it():
    with pytest.raises(ValueError, match=r"y_val contains labels \['c'\]"):
        codec_of(["a", "b"]).encode(np.array(["a", "c"]), "y_val")


def test_weights_combine_and_average_to_one():
    y = np.array(["a", "a", "a", "b"])
    weight = loss_weights([1, 1, 2, 1], y, "balanced", n_samples=4, normalize=True)
    expected = np.array([4 / 6, 4 / 6, 8 / 6, 2])
    np.testing.assert_allclose(weight, expected / expected.mean(), rtol=1e-6)


@pytest.mark.parametrize(
    ("weight", "message"),
    [
        ([1, 2], r"expected \(3,\)"),
        ([0, 0, 0], "All sample weights are zero"),
        ([1, -1, 1], "negative"),
        ([[1], [1], [1]], "1D"),
    ],
)
def test_wrong_weights_raise(weight, message):
    with pytest.raises(ValueError, match=message):
        loss_weights(weight, [0, 1, 0], None, n_samples=3, normalize=True)


def test_balanced_weights_of_a_chunk_raise():
    with pytest.raises(ValueError, match="cannot be used with partial_fit"):
        loss_weights(None, [0, 1], "balanced", n_samples=2, normalize=False)


def test_holdout_is_stratified_and_disjoint():
    encoded = np.array([0] * 90 + [1] * 10)
    train, held = holdout(encoded, 0.2, 0, stratify=True)
    assert encoded[held].sum() == 2
    assert sorted([*train, *held]) == list(range(100))


def test_holdout_class_of_one_sample_is_not_stratified():
    _, held = holdout(np.array([0] * 9 + [1]), 0.2, 0, stratify=True)
    assert len(held) == 2


def test_holdout_too_few_samples_raises():
    with pytest.raises(ValueError, match="leaves none to train on"):
        holdout(np.array([0]), 0.5, 0, stratify=False)
