"""The average of weights, against NumPy."""

from __future__ import annotations

import numpy as np

from skseq.training.averaging import AveragedWeights


def test_the_average_of_equal_weights_is_these_weights():
    average = AveragedWeights()
    for _ in range(20):
        average.add([np.full(3, 2.0, np.float32)])
    np.testing.assert_allclose(average.get()[0], 2.0)


def test_it_follows_the_formula():
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=(2, 3)).astype(np.float32) for _ in range(200)]
    average = AveragedWeights()
    expected = weights[0]
    average.add([weights[0]])
    for i, new in enumerate(weights[1:]):
        average.add([new])
        kept = min(0.9, (1 + i) / (10 + i))
        expected = kept * expected + (1 - kept) * new
    np.testing.assert_allclose(average.get()[0], expected, atol=1e-6)


def test_counters_are_not_averaged():
    average = AveragedWeights()
    for count in (1, 5, 9):
        average.add([np.array([count], np.int64)])
    assert average.get()[0].tolist() == [9]


def test_what_is_read_is_a_copy_and_a_restart_forgets():
    average = AveragedWeights()
    assert average.get() is None
    given = [np.zeros(2, np.float32)]
    average.add(given)
    average.get()[0][:] = 7
    given[0][:] = 5
    assert average.get()[0].tolist() == [0, 0]
    average.restart([np.ones(2, np.float32)])
    assert average.get()[0].tolist() == [1, 1]
