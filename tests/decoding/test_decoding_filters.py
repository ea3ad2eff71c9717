"""Every filter does to log-probabilities what a loop over rows and tokens does."""

from __future__ import annotations

import math

import numpy as np
import pytest

from skseq.decoding import (
    allow_tokens,
    forbid_tokens,
    keep_top_k,
    keep_top_p,
    make_filter,
    penalize_repetition,
    scale_temperature,
)

NO_HISTORY = np.zeros((6, 0), int)


def log_probs(seed=0, n_tokens=7, dtype=np.float64):
    """Return (6, V): the last three rows with ties, impossible tokens, and only one possible."""
    rng = np.random.default_rng(seed)
    values = np.log(rng.dirichlet(np.ones(n_tokens), size=6)).astype(dtype)
    values[3] = np.round(values[3])
    values[4, rng.permutation(n_tokens)[:3]] = -np.inf
    values[5, 1:] = -np.inf
    values.setflags(write=False)
    return values


def best_first(row):
    return sorted(range(len(row)), key=lambda token: (-row[token], token))


def kept(row, tokens):
    return [value if token in tokens else -np.inf for token, value in enumerate(row)]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("seed", range(5))
def test_top_k(seed, dtype):
    given = log_probs(seed, dtype=dtype)
    for k in range(1, 9):
        expected = [kept(row, best_first(row)[:k]) for row in given]
        found = keep_top_k(given, k)
        np.testing.assert_array_equal(found, expected)
        assert found.dtype == dtype


@pytest.mark.parametrize("offset", [0.0, 5.0, -800.0])
@pytest.mark.parametrize("seed", range(5))
def test_top_p(seed, offset):
    given = log_probs(seed) + offset
    for p in (1e-12, 0.05, 0.3, 0.77, 0.999, 1.0):
        expected = []
        for row in given:
            order = best_first(row)
            total = math.fsum(math.exp(value - offset) for value in row)
            needed = next(
                (
                    n
                    for n in range(1, len(row) + 1)
                    if sum(math.exp(row[t] - offset) for t in order[:n]) / total >= p - 1e-12
                ),
                len(row),
            )
            expected.append(kept(row, order[:needed]))
        np.testing.assert_array_equal(keep_top_p(given, p), expected)


def test_top_p_reaches_a_sum_that_rounding_misses():
    given = np.log([[0.1, 0.2, 0.7], [0.6, 0.3, 0.1]])
    np.testing.assert_array_equal(
        keep_top_p(given, 0.9) > -np.inf, [[False, True, True], [True, True, False]]
    )


def test_top_p_of_equals_keeps_the_lowest_ids():
    found = keep_top_p(np.zeros((1, 8)), 0.5)
    np.testing.assert_array_equal(found > -np.inf, [[True] * 4 + [False] * 4])


@pytest.mark.parametrize("temperature", [0.25, 1, 3.0, np.float32(0.5)])
def test_temperature(temperature):
    given = log_probs()
    expected = [[value / temperature for value in row] for row in given]
    np.testing.assert_allclose(scale_temperature(given, temperature), expected)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_temperature_next_to_zero_leaves_the_best(dtype):
    for temperature in (1e-30, 1e-200, 5e-324):
        found = make_filter(temperature=temperature)(log_probs(dtype=dtype)[:3], NO_HISTORY[:3])
        assert not np.isnan(found).any()
        np.testing.assert_array_equal(found.argmax(1), log_probs()[:3].argmax(1))
        assert (found.max(1) > -np.inf).all()


@pytest.mark.parametrize("ids", [[2], [6, 0, 3, 3], np.array([1], np.uint8), {4, 5}, range(7)])
def test_allowed_and_forbidden_tokens(ids):
    given = log_probs()
    other = set(range(7)) - set(ids)
    np.testing.assert_array_equal(allow_tokens(given, ids), [kept(r, set(ids)) for r in given])
    np.testing.assert_array_equal(forbid_tokens(given, ids), [kept(r, other) for r in given])


def test_forbidding_nothing_does_nothing():
    np.testing.assert_array_equal(forbid_tokens(log_probs(), []), log_probs())


@pytest.mark.parametrize("penalty", [0.5, 1, 1.3, 4.0])
def test_repetition_penalty(penalty):
    given = log_probs()
    history = np.random.default_rng(1).integers(-1, 7, size=(6, 4))
    history[2] = -1
    expected = [
        [v * penalty if token in seen else v for token, v in enumerate(row)]
        for row, seen in zip(given, history.tolist(), strict=True)
    ]
    np.testing.assert_allclose(penalize_repetition(given, history, penalty), expected)
    np.testing.assert_array_equal(penalize_repetition(given, NO_HISTORY, penalty), given)


def test_a_penalty_beyond_all_numbers_makes_impossible():
    found = penalize_repetition([[-20.0, -1.0]], [[0]], 1e308)
    np.testing.assert_array_equal(found, [[-np.inf, -1.0]])


@pytest.mark.parametrize("seed", range(3))
def test_filters_apply_in_their_order(seed):
    given = log_probs(seed)[:5]
    history = np.random.default_rng(seed).integers(-1, 7, size=(5, 3))
    found = make_filter(
        temperature=0.7,
        top_k=3,
        top_p=0.8,
        repetition_penalty=1.5,
        allowed=[0, 1, 2, 3, 4],
        forbidden=[1],
    )(given, history)
    expected = penalize_repetition(given, history, 1.5)
    expected = forbid_tokens(allow_tokens(expected, range(5)), [1])
    expected = keep_top_p(keep_top_k(scale_temperature(expected, 0.7), 3), 0.8)
    np.testing.assert_array_equal(found, expected)


def test_temperature_comes_before_top_p():
    given = np.log([[0.6, 0.3, 0.1]])
    hot = make_filter(temperature=100.0, top_p=0.6)(given, NO_HISTORY[:1])
    np.testing.assert_array_equal(hot > -np.inf, [[True, True, False]])


def test_without_settings_nothing_happens():
    given = log_probs()
    assert make_filter()(given, NO_HISTORY) is given


def test_no_filter_minds_a_row_without_any_token_or_no_row():
    nothing = np.full((2, 4), -np.inf)
    every = make_filter(
        temperature=0.5, top_k=2, top_p=0.5, repetition_penalty=2, allowed=[0, 1], forbidden=[0]
    )
    np.testing.assert_array_equal(every(nothing, np.array([[1], [-1]])), nothing)
    assert every(nothing[:0], np.zeros((0, 1), int)).shape == (0, 4)


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"temperature": 0}, ValueError, 'temperature is 0; .*strategy="greedy"'),
        ({"temperature": -1.0}, ValueError, "temperature is -1.0; expected a finite number"),
        ({"temperature": np.inf}, ValueError, "temperature is inf"),
        ({"temperature": np.nan}, ValueError, "temperature is nan"),
        ({"temperature": True}, TypeError, "temperature is True"),
        ({"temperature": "1"}, TypeError, "temperature is '1'"),
        ({"temperature": None}, TypeError, "temperature is None"),
        ({"top_k": 0}, ValueError, "top_k is 0; expected an integer of at least 1"),
        ({"top_k": 2.0}, TypeError, "top_k is 2.0"),
        ({"top_k": True}, TypeError, "top_k is True"),
        ({"top_p": 0.0}, ValueError, "top_p is 0.0; expected a number above 0 and at most 1"),
        ({"top_p": 1.1}, ValueError, "top_p is 1.1"),
        ({"top_p": np.nan}, ValueError, "top_p is nan"),
        ({"top_p": False}, TypeError, "top_p is False"),
        ({"repetition_penalty": 0}, ValueError, "repetition_penalty is 0"),
        ({"repetition_penalty": np.inf}, ValueError, "repetition_penalty is inf"),
        ({"repetition_penalty": "a"}, TypeError, "repetition_penalty is 'a'"),
        ({"allowed": []}, ValueError, "allowed is empty"),
        ({"allowed": [1.5]}, TypeError, "allowed holds float64"),
        ({"allowed": [True]}, TypeError, "allowed holds bool"),
        ({"allowed": 3}, TypeError, "allowed is 3; expected a list"),
        ({"allowed": "ab"}, TypeError, "allowed is 'ab'"),
        ({"allowed": [[1]]}, ValueError, r"allowed has the shape \(1, 1\)"),
        ({"forbidden": [-1]}, ValueError, "forbidden holds -1"),
        ({"forbidden": ["a"]}, TypeError, "forbidden holds <U1"),
        ({"allowed": [1, 2], "forbidden": [2, 1, 0]}, ValueError, "all tokens of allowed"),
    ],
)
def test_wrong_settings(settings, error, message):
    with pytest.raises(error, match=message):
        make_filter(**settings)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda x: scale_temperature(x, 0.0), ValueError, "temperature is 0.0"),
        (lambda x: keep_top_k(x, 0), ValueError, "k is 0"),
        (lambda x: keep_top_k(x, 1.0), TypeError, "k is 1.0"),
        (lambda x: keep_top_p(x, 2), ValueError, "p is 2"),
        (lambda x: allow_tokens(x, []), ValueError, "ids is empty"),
        (lambda x: allow_tokens(x, [7]), ValueError, "ids holds 7; expected ids below 7"),
        (lambda x: forbid_tokens(x, [9]), ValueError, "ids holds 9"),
        (lambda x: penalize_repetition(x, NO_HISTORY, 0), ValueError, "penalty is 0"),
        (lambda x: penalize_repetition(x, [0, 1], 2), ValueError, r"history has the shape \(2,\)"),
        (lambda x: penalize_repetition(x, [[0]], 2), ValueError, r"expected \(6, 1\)"),
        (lambda x: penalize_repetition(x, [[7]] * 6, 2), ValueError, "history holds 7"),
        (lambda x: penalize_repetition(x, [[-2]] * 6, 2), ValueError, "history holds -2"),
        (lambda x: penalize_repetition(x, [[0.0]] * 6, 2), TypeError, "history holds float64"),
        (lambda x: keep_top_k(x[0], 1), ValueError, r"log_probs has the shape \(7,\)"),
    ],
)
def test_wrong_arguments(call, error, message):
    with pytest.raises(error, match=message):
        call(log_probs())
