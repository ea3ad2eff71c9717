"""Pairs and their batches: every pair once, sides that belong together, padding on the right."""

from __future__ import annotations

import numpy as np
import pytest

from skseq import Seq2Seq
from skseq.batches.batching import rounded_width
from skseq.batches.pair_batching import PairBatcher
from skseq.batches.pairs import Pairs
from skseq.batches.slices import Slices


def identity(codes):
    return codes


def slices(lengths, first=10):
    """Sequences whose codes are all different."""
    ends = np.cumsum(lengths)
    return Slices(np.arange(first, first + ends[-1], dtype=np.int32), ends - lengths, ends)


def made(source, given, *, is_given=True, n_outputs=None):
    pairs = Pairs(slices(np.array(source)), slices(np.array(given), 1000), is_given)
    return PairBatcher(pairs, [identity], n_outputs)


@pytest.fixture(scope="module")
def lengths():
    rng = np.random.default_rng(0)
    return rng.geometric(0.05, size=700), rng.geometric(0.1, size=700)


# -------------------------------------------------------------------------------- Pairs
@pytest.mark.parametrize("rows", [np.array([2, 0]), slice(1, 3), np.array([True, False, True])])
def test_rows_of_pairs_stay_together(rows):
    pairs = Pairs(slices(np.array([1, 2, 3])), slices(np.array([3, 1, 2]), 1000), is_given=False)
    some = pairs[rows]
    assert len(some) == 2 and not some.is_given
    for side, whole in ((some.source, pairs.source), (some.given, pairs.given)):
        expected = [whole.codes[whole.positions(np.array([i]))] for i in np.arange(3)[rows]]
        found = [side.codes[side.positions(np.array([i]))] for i in range(2)]
        assert all(np.array_equal(a, b) for a, b in zip(found, expected, strict=True))


# ------------------------------------------------------------------------ plans to train
@pytest.mark.parametrize("batch_size", [1, 32, 1000])
def test_an_epoch_visits_every_pair_once(lengths, batch_size):
    plan = made(*lengths).plan_epoch(batch_size, np.random.default_rng(0))
    assert sorted(np.concatenate([rows for rows, _ in plan])) == list(range(700))
    assert {first for _, first in plan} == {0}
    assert max(len(rows) for rows, _ in plan) == min(batch_size, 700)
    assert len(plan) == -(-700 // batch_size)


def test_an_epoch_is_decided_by_its_generator(lengths):
    batcher = made(*lengths)
    first, again, other = (
        [rows for rows, _ in batcher.plan_epoch(32, np.random.default_rng(seed))]
        for seed in (1, 1, 2)
    )
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert {tuple(sorted(rows)) for rows in first} != {tuple(sorted(rows)) for rows in other}


def test_targets_of_a_batch_are_alike_and_then_its_sources(lengths):
    batcher = made(*lengths)
    source, given = (np.array(side) for side in lengths)
    plan = batcher.plan_epoch(32, np.random.default_rng(0))  # one window of 50 batches
    order = np.concatenate([rows for rows, _ in sorted(plan, key=lambda b: _key_of(b, lengths))])
    keys = [(given[i], source[i]) for i in order]
    assert keys == sorted(keys)


def _key_of(batch, lengths):
    source, given = lengths
    rows = batch[0]
    return [given[rows[0]], source[rows[0]], given[rows[-1]], source[rows[-1]]]


def test_epochs_waste_less_than_chance(lengths):
    source = lengths[0]
    batcher = made(source, source // 2 + 1 + np.arange(700) % 3)  # as translations are
    plan = batcher.plan_epoch(32, np.random.default_rng(0))
    naive = [(np.arange(i, min(i + 32, 700)), 0) for i in range(0, 700, 32)]
    assert batcher.padding_waste(plan) < 0.3 < 0.5 < batcher.padding_waste(naive)


# ------------------------------------------------------------------------ plans to score
@pytest.mark.parametrize("max_outputs", [1, 40, 500, 10**9])
@pytest.mark.parametrize("max_rows", [1, 7, 256])
def test_scoring_visits_every_pair_once_within_its_budget(lengths, max_outputs, max_rows):
    batcher = made(*lengths)
    plan = [rows for rows, _ in batcher.plan_scoring(max_outputs, max_rows=max_rows)]
    assert sorted(np.concatenate(plan)) == list(range(700))
    for rows in plan:
        assert len(rows) <= max_rows
        widest = batcher.lengths[rows].max()
        # What is added to a width so that few occur is at most an eighth.
        assert len(rows) == 1 or len(rows) * rounded_width(int(widest)) <= 1.125 * max_outputs


def test_scoring_needs_few_batches(lengths):
    assert len(made(*lengths).plan_scoring(10**9)) == 3  # of 256 rows


@pytest.mark.parametrize("n_outputs", [6, None])
def test_scoring_counts_the_steps_that_are_computed(n_outputs):
    """Where the network makes a fixed number of steps, short targets cost as much as long ones."""
    batcher = made([3] * 50, [1] * 49 + [6], is_given=n_outputs is None, n_outputs=n_outputs)
    for rows, _ in batcher.plan_scoring(30):
        assert len(rows) * (n_outputs or batcher.lengths[rows].max()) <= 30


# ------------------------------------------------------------------------------ batches
def test_both_sides_of_a_batch_are_padded_on_the_right():
    batcher = made([3, 1, 2], [1, 2, 4])
    (source, source_lengths, given), lengths = batcher.batch(np.array([2, 0]))
    np.testing.assert_array_equal(source, [[14, 15, 0], [10, 11, 12]])
    np.testing.assert_array_equal(source_lengths, [2, 3])
    np.testing.assert_array_equal(given, [[1003, 1004, 1005, 1006], [1000, 0, 0, 0]])
    np.testing.assert_array_equal(lengths, [4, 1])


def test_what_is_not_read_is_not_in_the_batch():
    batcher = made([3, 1, 2], [1, 2, 4], is_given=False, n_outputs=5)
    inputs, lengths = batcher.batch(np.array([2, 0]))
    assert len(inputs) == 1
    np.testing.assert_array_equal(inputs[0], [[14, 15, 0], [10, 11, 12]])
    np.testing.assert_array_equal(lengths, [2, 3])


@pytest.mark.parametrize("n_outputs", [None, 5])
def test_targets_and_weights_stand_beside_each_other(n_outputs):
    batcher = made([3, 1, 2], [1, 2, 4], is_given=n_outputs is None, n_outputs=n_outputs)
    target = slices(np.array([1, 2, 4]), 1001)
    rows = np.array([2, 0])
    found = batcher.targets(target, rows)
    pad = [-1] * (0 if n_outputs is None else 1)
    np.testing.assert_array_equal(found, [[1004, 1005, 1006, 1007, *pad], [1001, -1, -1, -1, *pad]])
    weights = batcher.weights(np.array([2.0, 5.0, 1.0], np.float32), rows, per_step=True)
    assert weights.shape == found.shape
    assert ((weights > 0) == (found >= 0)).all()
    losses = np.arange(1.0, 1.0 + found.size).reshape(found.shape)
    # Keras' mean over all steps is the weighted mean over the real ones.
    real = losses[0, :4].sum() * 1.0 + losses[1, 0] * 2.0
    np.testing.assert_allclose((losses * weights).mean(), real / 5)


def test_waste_counts_the_padding_of_both_sides():
    batcher = made([3, 1, 2], [1, 2, 4])
    plan = [(np.array([0, 1]), 0), (np.array([2]), 0)]
    assert batcher.padding_waste(plan) == pytest.approx(1 - 13 / (2 * 3 + 2 * 2 + 2 + 4))
    unread = made([3, 1, 2], [1, 2, 4], is_given=False, n_outputs=5)
    assert unread.padding_waste(plan) == pytest.approx(1 - 6 / (2 * 3 + 2))


def test_the_report_of_a_fit_tells_of_both_sides():
    X, y = ["a", "ab", "abb"] * 4, ["b"] * 12
    report = Seq2Seq(units=4, epochs=1, batch_size=12, random_state=0).fit(X, y).fit_report_
    assert report["n_batches"] == 1
    # Sources have 1, 2 and 3 of 3 steps; targets are read from <s> on, always 2 of 2.
    assert report["padding_waste"] == pytest.approx(1 - (6 + 6) / (9 + 6))
