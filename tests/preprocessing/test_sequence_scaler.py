"""``SequenceScaler`` against NumPy over all steps of all sequences."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

from skseq import LSTMClassifier, Padder, Sequences, SequenceScaler, Tokenizer, load, save


@pytest.fixture
def curves():
    rng = np.random.default_rng(0)
    return [rng.normal([5.0, -300.0, 0.1], [2.0, 40.0, 0.01], (n, 3)) for n in (4, 1, 9, 30)]


def steps_of(X):
    return np.concatenate([np.asarray(x) for x in X])


def test_every_step_has_the_same_weight(curves):
    scaled = SequenceScaler().fit_transform(curves)
    assert isinstance(scaled, Sequences)
    assert scaled.lengths.tolist() == [4, 1, 9, 30]
    steps = steps_of(curves)
    expected = (steps - steps.mean(axis=0)) / steps.std(axis=0)
    np.testing.assert_allclose(steps_of(scaled), expected, atol=1e-4)


def test_robust_scaling_does_not_see_outliers(curves):
    scaler = SequenceScaler(robust=True).fit(curves)
    curves[0][0] = [1e6, 1e6, 1e6]
    disturbed = SequenceScaler(robust=True).fit(curves)
    np.testing.assert_allclose(disturbed.center_, scaler.center_, rtol=0.05)
    np.testing.assert_allclose(disturbed.scale_, scaler.scale_, rtol=0.15)


def test_robust_scale_is_the_standard_deviation_of_normal_numbers():
    X = np.random.default_rng(0).normal(3.0, 2.0, size=(50, 1000))
    scaler = SequenceScaler(robust=True).fit(X)
    np.testing.assert_allclose([scaler.center_[0], scaler.scale_[0]], [3.0, 2.0], rtol=0.03)


@pytest.mark.parametrize("robust", [False, True])
def test_constant_features_and_those_of_equal_quartiles(robust):
    X = np.zeros((4, 25, 2))
    X[..., 0] = 7.0
    X[0, 0, 1] = 100.0
    scaler = SequenceScaler(robust=robust).fit(X)
    assert scaler.scale_[0] == 1.0
    np.testing.assert_allclose(scaler.scale_[1], X[..., 1].std())
    assert np.isfinite(steps_of(scaler.transform(X))).all()


def test_either_half_may_be_left_out(curves):
    centred = SequenceScaler(with_std=False).fit(curves)
    np.testing.assert_array_equal(centred.scale_, 1.0)
    divided = SequenceScaler(with_mean=False).fit(curves)
    np.testing.assert_array_equal(divided.center_, 0.0)
    assert divided.scale_.max() > 10.0


@pytest.mark.parametrize("robust", [False, True])
def test_inverse_transform_gives_the_numbers_back(curves, robust):
    scaler = SequenceScaler(robust=robust).fit(curves)
    again = scaler.inverse_transform(scaler.transform(curves))
    np.testing.assert_allclose(steps_of(again), steps_of(curves), rtol=1e-5)


def test_integers_in_an_array_are_numbers():
    scaler = SequenceScaler().fit(np.array([[10, 20], [30, 40]]))
    np.testing.assert_allclose(scaler.center_, [25.0])


def test_ids_are_refused():
    with pytest.raises(ValueError, match="standardises numbers, but X holds token ids; leave"):
        make_pipeline(Tokenizer(), Padder(), SequenceScaler()).fit(["a b", "c"])


def test_another_number_of_features_is_refused(curves):
    scaler = SequenceScaler().fit(curves)
    with pytest.raises(ValueError, match=r"X has 2 features a step, but SequenceScaler .* with 3"):
        scaler.transform([x[:, :2] for x in curves])


def test_it_goes_into_a_pipeline_and_is_saved(curves, tmp_path):
    X, y = curves * 6, [0, 1, 0, 1] * 6
    pipe = make_pipeline(
        SequenceScaler(robust=True), LSTMClassifier(units=4, epochs=1, random_state=0)
    )
    pipe.fit(X, y)
    save(pipe, tmp_path / "pipe.skseq")
    again = load(tmp_path / "pipe.skseq")
    np.testing.assert_array_equal(again.predict_proba(X), pipe.predict_proba(X))
    assert clone(pipe[0]).get_params() == pipe[0].get_params()
