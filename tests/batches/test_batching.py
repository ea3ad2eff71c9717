"""Batches: every sample once, little padding, few widths, padding on the right."""

from __future__ import annotations

import numpy as np
import pytest

from skseq import Sequences
from skseq.batches.batching import (
    Batch,
    Batcher,
    join_rows,
    join_steps,
    plan_prediction,
    plan_training,
    rounded_width,
)


def identity(codes):
    return codes


@pytest.fixture
def lengths():
    return np.random.default_rng(0).geometric(0.01, size=1000)


def test_training_plan_visits_every_row_once(lengths):
    plan = plan_training(lengths, 32, np.random.default_rng(1))
    assert sorted(np.concatenate(plan)) == list(range(1000))
    assert max(map(len, plan)) == 32


def test_training_plan_differs_between_epochs_and_repeats_with_the_seed(lengths):
    first, again, other = (plan_training(lengths, 32, np.random.default_rng(s)) for s in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert {tuple(sorted(b)) for b in first} != {tuple(sorted(b)) for b in other}


def test_training_plan_wastes_little_padding(lengths):
    X = Sequences(np.ones(lengths.sum(), int), np.concatenate([[0], np.cumsum(lengths)]))
    plan = plan_training(lengths, 32, np.random.default_rng(1))
    naive = [(np.arange(i, min(i + 32, 1000)), 0) for i in range(0, 1000, 32)]
    plan = [(rows, 0) for rows in plan]
    batcher = Batcher(X, [identity])
    assert batcher.padding_waste(plan) < 0.15 < 0.5 < batcher.padding_waste(naive)


def test_prediction_plan_visits_every_row_once_within_its_budget(lengths):
    plan = plan_prediction(lengths, max_tokens=2000, max_rows=64)
    assert sorted(np.concatenate(plan)) == list(range(1000))
    assert all(len(r) == 1 or len(r) * rounded_width(int(lengths[r].max())) <= 2000 for r in plan)


def test_prediction_plan_of_few_rows_gives_short_sequences_more():
    lengths = np.repeat([8, 100, 400], 500)
    sizes = {
        int(lengths[rows].max()): len(rows)
        for rows in plan_prediction(lengths, fast_batch_size=64, fast_batch_tokens=8192)[::-1]
        if len(set(lengths[rows])) == 1 and len(rows) > 60
    }
    assert sizes == {8: 256, 100: 78, 400: 64}


def test_widths_are_few_and_at_most_an_eighth_too_wide():
    widths = [rounded_width(int(n)) for n in range(1, 1001)]
    assert all(n <= w <= n * 1.125 for n, w in enumerate(widths, start=1))
    assert len(set(widths)) < 80


def test_batch_pads_on_the_right_whatever_the_side_of_the_input():
    X = Sequences.from_lists([[5, 6, 7], [8], []], padding="pre")
    (steps,), lengths = Batcher(X, [identity]).batch(np.arange(3))
    np.testing.assert_array_equal(steps, [[5, 6, 7], [8, 0, 0], [1, 0, 0]])
    np.testing.assert_array_equal(lengths, [3, 1, 1])


def test_batch_of_features_keeps_their_values():
    X = Sequences.from_lists([np.ones((2, 3)), np.full((1, 3), 2.0)])
    (steps,), lengths = Batcher(X, [identity]).batch(np.array([1, 0]))
    np.testing.assert_array_equal(steps[:, :, 0], [[2, 0], [1, 1]])
    np.testing.assert_array_equal(lengths, [1, 2])


def test_fixed_width_too_small_raises_and_names_padder():
    with pytest.raises(ValueError, match=r"takes 2 steps.*Padder\(maxlen=2\)"):
        Batcher(Sequences.from_lists([[1, 2, 3]]), [identity], width=2)


def test_batch_makes_one_input_for_each_look_up():
    X = Sequences.from_lists([[5, 6, 7], [8]])
    table = np.arange(20).reshape(10, 2) * 0.5
    (ids, vectors), _ = Batcher(X, [identity, table.__getitem__]).batch(np.array([1, 0]))
    np.testing.assert_array_equal(ids, [[8, 0, 0], [5, 6, 7]])
    np.testing.assert_array_equal(vectors, [[table[8], [0, 0], [0, 0]], table[5:8]])


def test_targets_and_weights_of_steps_are_padded_beside_their_sequences():
    X = Sequences.from_lists([[5, 6, 7], [8], []])
    batcher, rows = Batcher(X, [identity]), np.array([2, 0, 1])
    tags = Sequences(np.array([0, 2, 1, 1], np.int32), X.offsets)
    weight = Sequences(np.array([1, 0, 1, 2], np.float32), X.offsets)
    np.testing.assert_array_equal(
        batcher.targets(tags, rows), [[-1, -1, -1], [0, 2, 1], [1, -1, -1]]
    )
    found = batcher.weights(weight, rows)
    np.testing.assert_allclose(found, np.array([[0, 0, 0], [1, 0, 1], [2, 0, 0]]) * 9 / 4)
    losses = np.arange(9.0).reshape(3, 3)  # Keras' mean over all steps is that over the real ones
    np.testing.assert_allclose((losses * found).mean(), (3 * 1 + 5 * 1 + 6 * 2) / 4)
    np.testing.assert_array_equal(batcher.targets(np.array([7, 8, 9]), rows), [9, 7, 8])


def test_outputs_are_joined_in_the_order_of_the_samples():
    X = Sequences.from_lists([[5, 6, 7], [8], []])
    batches = [
        Batch(np.array([2, 0]), np.array([0, 3]), np.arange(6).reshape(2, 3, 1)),
        Batch(np.array([1]), np.array([1]), np.array([[[9], [8]]])),
    ]
    flat = join_steps(batches, X.offsets, lambda batch: batch.outputs)
    np.testing.assert_array_equal(flat[:, 0], [3, 4, 5, 9])
    rows = [b._replace(outputs=b.outputs[:, 0]) for b in batches]
    np.testing.assert_array_equal(join_rows(rows, 3)[:, 0], [3, 9, 0])
