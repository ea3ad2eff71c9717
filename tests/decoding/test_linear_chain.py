"""Inference in linear chains equals the enumeration of all paths."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest

from skseq.decoding import LinearChain

CASES = [
    (n_labels, n_steps, forbid, seed)
    for n_labels in (2, 3, 4)
    for n_steps in (1, 2, 3, 5)
    for forbid in (False, True)
    for seed in (0, 1)
]


def lattice(n_labels, n_steps, forbid, seed):
    """Return a chain, emissions (6, T, K) with NaN on padding, and lengths with 0, 1 and T."""
    rng = np.random.default_rng(seed)
    transitions = rng.normal(size=(n_labels, n_labels)) * 2
    start, end = rng.normal(size=(2, n_labels))
    if forbid:
        transitions[0, 1] = -np.inf
        transitions[1, 1] = -1e4
        start[n_labels - 1] = -1e9
        end[1] = -np.inf
    lengths = np.concatenate([[0, 1, n_steps], rng.integers(0, n_steps + 1, 3)])
    emissions = rng.normal(size=(6, n_steps, n_labels)) * 2
    emissions[np.arange(n_steps) >= lengths[:, None]] = np.nan
    return LinearChain(transitions, start, end), emissions, lengths


def paths_and_scores(chain, emissions):
    """Return all paths that are possible, best first, and their scores; emissions are (L, K)."""
    found = []
    for path in itertools.product(range(chain.n_labels), repeat=len(emissions)):
        score = sum(emissions[t, label] for t, label in enumerate(path))
        if path:
            score += chain.start[path[0]] + chain.end[path[-1]]
        score += sum(chain.transitions[pair] for pair in itertools.pairwise(path))
        if score > -np.inf:
            found.append((path, score))
    found.sort(key=lambda pair: -pair[1])
    return [path for path, _ in found], np.array([score for _, score in found], float)


def rows(chain, emissions, lengths):
    for row, length in enumerate(lengths):
        yield row, length, *paths_and_scores(chain, emissions[row, :length])


@pytest.mark.parametrize("case", CASES, ids=str)
def test_sums_over_paths(case):
    chain, emissions, lengths = lattice(*case)
    totals = chain.log_partition(emissions, lengths)
    marginals = chain.marginals(emissions, lengths)
    for row, length, paths, scores in rows(chain, emissions, lengths):
        np.testing.assert_allclose(totals[row], np.log(np.exp(scores).sum()), atol=1e-10)
        expected = np.zeros(emissions.shape[1:])
        for path, score in zip(paths, scores, strict=True):
            expected[np.arange(length), list(path)] += np.exp(score - totals[row])
        np.testing.assert_allclose(marginals[row], expected, atol=1e-10)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_log_likelihood_of_every_path(case):
    chain, emissions, lengths = lattice(*case)
    n_steps = emissions.shape[1]
    for row, length, paths, scores in rows(chain, emissions, lengths):
        expected = dict(zip(paths, scores - np.log(np.exp(scores).sum()), strict=True))
        every = list(itertools.product(range(chain.n_labels), repeat=int(length)))
        tags = np.full((len(every), n_steps), -1)
        tags[:, :length] = np.array(every).reshape(len(every), length)
        found = chain.log_likelihood(
            np.repeat(emissions[row : row + 1], len(every), 0), [length] * len(every), tags
        )
        np.testing.assert_allclose(found, [expected.get(p, -np.inf) for p in every], atol=1e-10)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_best_paths(case):
    chain, emissions, lengths = lattice(*case)
    n_steps = emissions.shape[1]
    best, best_scores = chain.viterbi(emissions, lengths)
    assert best.dtype == np.int32
    n = 7
    tags, log_probabilities = chain.n_best(emissions, lengths, n)
    assert tags.shape == (len(lengths), n, n_steps) and tags.dtype == np.int32
    totals = chain.log_partition(emissions, lengths)
    np.testing.assert_array_equal(tags[:, 0], best)
    np.testing.assert_allclose(log_probabilities[:, 0], best_scores - totals, atol=1e-10)
    for row, length, paths, scores in rows(chain, emissions, lengths):
        expected = np.full((n, n_steps), -1)
        expected_log = np.full(n, -np.inf)
        for i, (path, score) in enumerate(zip(paths[:n], scores, strict=False)):
            expected[i, :length] = path
            expected_log[i] = score - totals[row]
        np.testing.assert_array_equal(tags[row], expected)
        np.testing.assert_allclose(log_probabilities[row], expected_log, atol=1e-10)


def test_ties_go_to_the_lower_label_where_paths_first_differ():
    chain = LinearChain(np.zeros((3, 3)))
    emissions = np.zeros((2, 3, 3))
    emissions[1, :, 0] = -1.0
    tags, scores = chain.viterbi(emissions, [3, 2])
    np.testing.assert_array_equal(tags, [[0, 0, 0], [1, 1, -1]])
    np.testing.assert_array_equal(scores, [0.0, 0.0])
    tags, _ = chain.n_best(emissions, [3, 2], 4)
    np.testing.assert_array_equal(tags[0], [[0, 0, 0], [0, 0, 1], [0, 0, 2], [0, 1, 0]])
    np.testing.assert_array_equal(tags[1], [[1, 1, -1], [1, 2, -1], [2, 1, -1], [2, 2, -1]])


def test_all_paths_are_found_and_their_probabilities_sum_to_one():
    chain, emissions, lengths = lattice(3, 5, False, 3)
    _, log_probabilities = chain.n_best(emissions, lengths, 300)
    np.testing.assert_allclose(np.exp(log_probabilities).sum(1), 1.0)
    np.testing.assert_array_equal((log_probabilities > -np.inf).sum(1), 3**lengths)
    assert (log_probabilities[:, :-1] >= log_probabilities[:, 1:]).all()


def test_sequences_without_any_path():
    """Forbidden by the potentials in the first two rows, by the emissions in the others."""
    chain = LinearChain([[-np.inf, 0.0], [-np.inf, -np.inf]], end=[-np.inf, 0.0])
    emissions = np.zeros((5, 3, 2))
    emissions[:2, :, 1] = 1.0
    emissions[2, 1] = emissions[3, 0] = -np.inf
    lengths = [3, 3, 2, 1, 2]
    tags = np.array([[0, 1, 1], [0, 0, 0], [0, 1, -1], [1, -1, -1], [0, 1, -1]])
    expected = np.array([-np.inf] * 4 + [0.0])
    np.testing.assert_array_equal(chain.log_partition(emissions, lengths), expected)
    np.testing.assert_array_equal(chain.log_likelihood(emissions, lengths, tags), expected)
    marginals = chain.marginals(emissions, lengths)
    assert not marginals[:4].any() and marginals[4].sum() == 2
    best, scores = chain.viterbi(emissions, lengths)
    np.testing.assert_array_equal(scores, expected)
    np.testing.assert_array_equal(best[0], [1, 1, 1])  # of every step by itself
    found, log_probabilities = chain.n_best(emissions, lengths, 2)
    np.testing.assert_array_equal(log_probabilities[:, 0], expected)
    assert (found[:4] == -1).all()


def test_batches_without_rows_or_steps():
    chain = LinearChain(np.zeros((2, 2)))
    for shape in ((0, 3, 2), (2, 0, 2)):
        emissions, lengths = np.zeros(shape), np.zeros(shape[0], int)
        tags = np.zeros(shape[:2], int)
        np.testing.assert_array_equal(chain.log_partition(emissions, lengths), np.zeros(shape[0]))
        np.testing.assert_array_equal(
            chain.log_likelihood(emissions, lengths, tags), np.zeros(shape[0])
        )
        assert chain.marginals(emissions, lengths).shape == shape
        assert chain.viterbi(emissions, lengths)[0].shape == shape[:2]
        assert chain.n_best(emissions, lengths, 3)[0].shape == (shape[0], 3, shape[1])


def test_long_sequences_and_extreme_scores_stay_exact():
    rng = np.random.default_rng(0)
    transitions = np.where(rng.random((5, 5)) < 0.3, -1e4, rng.normal(size=(5, 5)) * 50)
    np.fill_diagonal(transitions, 1.0)
    chain = LinearChain(transitions)
    emissions = rng.normal(size=(2, 2000, 5)) * 300 + 1e5
    lengths = np.array([2000, 1500])
    tags, scores = chain.viterbi(emissions, lengths)
    totals = chain.log_partition(emissions, lengths)
    assert (totals >= scores).all() and np.isfinite(totals).all()
    np.testing.assert_allclose(
        chain.log_likelihood(emissions, lengths, np.maximum(tags, 0)), scores - totals, atol=1e-4
    )
    sums = chain.marginals(emissions, lengths).sum(2)
    np.testing.assert_allclose(sums, np.arange(2000) < lengths[:, None], atol=1e-9)


def test_potentials_are_read_only():
    chain = LinearChain(np.zeros((2, 2)))
    with pytest.raises(dataclasses.FrozenInstanceError):
        chain.start = np.ones(2)
    with pytest.raises(ValueError, match="read-only"):
        chain.start[0] = 1.0


@pytest.mark.parametrize(
    ("potentials", "message"),
    [
        ((np.zeros((2, 3)),), r"transitions must have the shape \(K, K\), got \(2, 3\)"),
        ((np.zeros(2),), "transitions must have the shape"),
        ((np.zeros((0, 0)),), "transitions must have the shape"),
        ((np.zeros((2, 2)), np.zeros(3)), r"start must have the shape \(K,\) with K = 2"),
        ((np.zeros((2, 2)), None, np.zeros((2, 2))), "end must have the shape"),
        ((np.full((2, 2), np.nan),), "transitions must not hold NaN"),
        ((np.zeros((2, 2)), [0.0, np.inf]), "start must not hold NaN or plus infinity"),
    ],
)
def test_wrong_potentials(potentials, message):
    with pytest.raises(ValueError, match=message):
        LinearChain(*potentials)


@pytest.mark.parametrize(
    ("emissions", "lengths", "message"),
    [
        (np.zeros((2, 3)), [3, 3], r"emissions must have the shape \(B, T, K\) with K = 2"),
        (np.zeros((2, 3, 4)), [3, 3], "emissions must have the shape"),
        (np.zeros((2, 3, 2)), [3], r"lengths must have the shape \(2,\), got \(1,\)"),
        (np.zeros((2, 3, 2)), [3, 4], "lengths must lie between 0 and 3"),
        (np.zeros((2, 3, 2)), [3, -1], "lengths must lie between 0 and 3"),
        (np.zeros((2, 3, 2)), [3.0, 1.0], "lengths must be integers"),
        (np.full((2, 3, 2), np.nan), [3, 1], "emissions must not hold NaN"),
    ],
)
def test_wrong_lattices(emissions, lengths, message):
    chain = LinearChain(np.zeros((2, 2)))
    for method in (chain.log_partition, chain.marginals, chain.viterbi):
        with pytest.raises(ValueError, match=message):
            method(emissions, lengths)


def test_wrong_tags_and_numbers_of_paths():
    chain = LinearChain(np.zeros((2, 2)))
    emissions, lengths = np.zeros((2, 3, 2)), [3, 2]
    with pytest.raises(ValueError, match=r"tags must have the shape \(2, 3\)"):
        chain.log_likelihood(emissions, lengths, np.zeros((2, 2), int))
    with pytest.raises(ValueError, match="tags must lie between 0 and 1"):
        chain.log_likelihood(emissions, lengths, np.full((2, 3), 2))
    with pytest.raises(ValueError, match="tags must be integers"):
        chain.log_likelihood(emissions, lengths, np.zeros((2, 3)))
    for n in (0, 1.5, True):
        with pytest.raises(ValueError, match="n must be an integer"):
            chain.n_best(emissions, lengths, n)
