"""Beam search equals the enumeration of all sequences, and a beam search of plain lists."""

from __future__ import annotations

import numpy as np
import pytest

from skseq.decoding import beam_search, greedy, make_filter, penalize_repetition

PENALTIES = [-1.5, -0.5, 0.0, 0.6, 1.0, 2.0]


class Model:
    """Next-token probabilities that depend on all that was read, through the state."""

    def __init__(self, n_tokens, seed, concentration=1.0):
        self.n_tokens, self.seed, self.concentration = n_tokens, seed, concentration
        self.n_steps = self.n_rows = 0

    def log_probs(self, read):
        rng = np.random.default_rng([self.seed, len(read), *read])
        return np.log(rng.dirichlet(np.full(self.n_tokens, self.concentration)))

    def __call__(self, state, ids):
        self.n_steps += 1
        self.n_rows += len(ids)
        state = (np.hstack([state[0], ids[:, None]]), {"unused": None})
        return np.array([self.log_probs(row) for row in state[0].tolist()]), state

    def search(self, ids, **options):
        return beam_search(self, (np.zeros((len(ids), 0), int), {"unused": None}), ids, **options)

    def greedy(self, ids, **options):
        return greedy(self, (np.zeros((len(ids), 0), int), {"unused": None}), ids, **options)


def n_cut(made, stops):
    return max((len(s) for s in stops if made[-len(s) :] == s), default=0)


def enumerated(model, first, max_new_tokens, length_penalty, stops, allowed=None):
    """Return (ids, log_prob, score, finished) of all sequences there are, the best first."""
    complete, growing = [], [([], 0.0)]
    for length in range(1, max_new_tokens + 1):
        grown = []
        for made, log_prob in growing:
            added = model.log_probs([first, *made])
            for token in allowed or range(model.n_tokens):
                grown.append(([*made, token], log_prob + added[token]))
        growing = []
        for made, log_prob in grown:
            cut = n_cut(made, stops)
            if cut or length == max_new_tokens:
                ids = made[: length - cut]
                complete.append((ids, log_prob, log_prob / length**length_penalty, cut > 0))
            else:
                growing.append((made, log_prob))
    return sorted(complete, key=lambda one: -one[2])


def plain(model, first, num_beams, max_new_tokens, length_penalty, stops, penalty=1.0):
    """Return the same from a beam search of one row over lists that never ends early."""
    complete, live = [], [([], 0.0, 0.0)]
    for length in range(1, max_new_tokens + 1):
        grown = []
        for made, log_prob, value in live:
            added = model.log_probs([first, *made])
            for token in range(model.n_tokens):
                scaled = added[token] * (penalty if token in made else 1.0)
                grown.append(([*made, token], log_prob + added[token], value + scaled))
        live = []
        for made, log_prob, value in sorted(grown, key=lambda one: -one[2])[:num_beams]:
            cut = n_cut(made, stops)
            if cut or length == max_new_tokens:
                ids = made[: length - cut]
                complete.append((ids, log_prob, value / length**length_penalty, cut > 0))
            else:
                live.append((made, log_prob, value))
    return sorted(complete, key=lambda one: -one[2])[:num_beams]


def check_same(beams, expected):
    assert [beam.ids.tolist() for beam in beams] == [one[0] for one in expected]
    assert [beam.finished for beam in beams] == [one[3] for one in expected]
    np.testing.assert_allclose([b.log_prob for b in beams], [e[1] for e in expected], atol=1e-12)
    np.testing.assert_allclose([b.score for b in beams], [e[2] for e in expected], atol=1e-12)
    assert all(beam.ids.dtype == np.int32 for beam in beams)


# ----------------------------------------------------------------- enumeration
@pytest.mark.parametrize("length_penalty", PENALTIES)
@pytest.mark.parametrize(("n_tokens", "max_new_tokens", "seed"), [(4, 4, 0), (5, 4, 1), (4, 5, 2)])
def test_enough_beams_find_every_sequence(n_tokens, max_new_tokens, seed, length_penalty):
    model = Model(n_tokens, seed)
    expected = enumerated(model, 1, max_new_tokens, length_penalty, [[0]])
    options = {"max_new_tokens": max_new_tokens, "length_penalty": length_penalty, "end_id": 0}
    check_same(model.search([1], num_beams=len(expected) + 5, **options)[0], expected)
    # As many as there can be live beams are enough for the best of them.
    widest = (n_tokens - 1) ** (max_new_tokens - 1) * n_tokens
    assert widest < len(expected)
    check_same(model.search([1], num_beams=widest, **options)[0], expected[:widest])


@pytest.mark.parametrize("length_penalty", [-0.5, 1.0])
def test_enough_beams_find_every_sequence_that_stops(length_penalty):
    model = Model(3, 5)
    stops = [[0], [1, 2], [2, 1, 2], [1, 1]]
    expected = enumerated(model, 2, 5, length_penalty, stops)
    options = {"max_new_tokens": 5, "length_penalty": length_penalty}
    beams = model.search([2], num_beams=250, end_id=0, stop=stops[1:], **options)[0]
    check_same(beams, expected)


def test_five_beams_find_the_best_of_1365_sequences():
    """Of a model sure enough for that, though not for greedy to find them all."""
    model = Model(5, 11, concentration=0.15)
    missed = 0
    for first in range(5):
        for length_penalty in (0.0, 1.0):
            options = {"max_new_tokens": 5, "length_penalty": length_penalty}
            best = enumerated(model, first, stops=[[0]], **options)[0]
            found = model.search([first], num_beams=5, end_id=0, **options)[0]
            check_same(found[:1], [best])
            made = model.greedy([first], max_new_tokens=5, end_id=0).ids[0]
            missed += made.tolist() != best[0]
    assert missed


def test_the_beam_is_right_where_greedy_is_wrong():
    table = np.log([[0.1, 0.5, 0.4], [0.36, 0.34, 0.3], [0.98, 0.01, 0.01]])

    def step(state, ids):
        return table[ids], state

    assert greedy(step, None, [0], end_id=0).ids[0].tolist() == [1]
    best = beam_search(step, None, [0], num_beams=2, length_penalty=0.0, end_id=0)[0][0]
    assert best.ids.tolist() == [2] and best.finished
    np.testing.assert_allclose(np.exp(best.log_prob), 0.4 * 0.98)


# ---------------------------------------------------- against one of plain lists
@pytest.mark.parametrize("num_beams", [1, 2, 3, 5, 9])
@pytest.mark.parametrize("length_penalty", PENALTIES)
def test_ending_early_and_sharing_a_batch_change_nothing(num_beams, length_penalty):
    """Also where there are more beams than tokens."""
    for seed in range(6):
        model = Model(4, seed, concentration=0.5)
        options = {"max_new_tokens": 8, "length_penalty": length_penalty}
        first = [0, 1, 2, 3, 1]
        found = model.search(first, num_beams=num_beams, end_id=0, stop=[[2, 2], [1, 3]], **options)
        for beams, token in zip(found, first, strict=True):
            stops = [[0], [2, 2], [1, 3]]
            check_same(beams, plain(model, token, num_beams, stops=stops, **options))


@pytest.mark.parametrize("penalty", [0.5, 1.7])
def test_the_repetition_penalty_ranks_but_is_not_in_the_log_probability(penalty):
    differences = []
    for seed in range(5):
        model = Model(4, seed)
        filter = make_filter(repetition_penalty=penalty)
        found = model.search([1, 2], num_beams=3, max_new_tokens=6, end_id=0, filter=filter)
        for beams, token in zip(found, [1, 2], strict=True):
            check_same(beams, plain(model, token, 3, 6, 1.0, [[0]], penalty))
        best = found[0][0]
        unpenalized = best.log_prob / (len(best.ids) + best.finished)
        differences.append(best.score - unpenalized)
    assert np.max(np.abs(differences)) > 0.01  # or the penalty would have done nothing


def test_the_history_is_each_rows_own():
    model = Model(4, 3)
    history = np.array([[0, 2], [2, -1], [-1, -1]])
    seen = []

    def filter(log_probs, given):
        seen.append(given)
        return penalize_repetition(log_probs, given, 2.0)

    options = {"num_beams": 2, "max_new_tokens": 4, "filter": filter}
    found = model.search([1, 1, 1], history=history, **options)
    assert [given.shape for given in seen] == [(3, 2), (6, 3), (6, 4), (6, 5)]
    np.testing.assert_array_equal(seen[2][:, :2], np.repeat(history, 2, axis=0))
    for row in range(3):
        alone = model.search([1], history=history[[row]], **options)[0]
        check_same(alone, [(b.ids.tolist(), *b[1:]) for b in found[row]])
    assert found[0][0].score != found[2][0].score


def test_allowed_tokens_bound_the_search():
    model = Model(5, 4)
    expected = enumerated(model, 1, 4, 1.0, [[0]], allowed=[0, 2, 4])
    filter = make_filter(allowed=[0, 2, 4])
    found = model.search([1], num_beams=200, max_new_tokens=4, end_id=0, filter=filter)[0]
    check_same(found, expected)


def test_a_temperature_changes_neither_sequences_nor_their_log_probabilities():
    model = Model(4, 8)
    options = {"num_beams": 3, "max_new_tokens": 5, "end_id": 0}
    usual = model.search([1], **options)[0]
    hot = model.search([1], filter=make_filter(temperature=2.0), **options)[0]
    assert [b.ids.tolist() for b in hot] == [b.ids.tolist() for b in usual]
    np.testing.assert_allclose([b.log_prob for b in hot], [b.log_prob for b in usual])


# ---------------------------------------------------------------------- greedy
@pytest.mark.parametrize("options", [{}, {"end_id": 0}, {"end_id": 0, "stop": [[1, 2], [3]]}])
@pytest.mark.parametrize("length_penalty", [-1.0, 0.0, 1.0])
def test_one_beam_is_greedy(options, length_penalty):
    finished = []
    for seed in range(6):
        model = Model(4, seed)
        filter = make_filter(repetition_penalty=1.2)
        options = {**options, "max_new_tokens": 5, "filter": filter}
        first = [0, 1, 2, 3]
        done = model.greedy(first, **options)
        found = model.search(first, num_beams=1, length_penalty=length_penalty, **options)
        for row, (beam,) in enumerate(found):
            np.testing.assert_array_equal(beam.ids, done.ids[row])
            np.testing.assert_allclose(beam.log_prob, done.log_probs[row])
            assert beam.finished == done.finished[row]
            finished.append(beam.finished)
    if "end_id" in options:
        assert 0 < sum(finished) < len(finished)  # or the test would not test both


# ----------------------------------------------------------------------- ending
def counting_table(p_end):
    """Return a step of two tokens: 0 ends, of a given probability, and 1 goes on."""
    log_probs = np.log([p_end, 1.0 - p_end])
    calls = []

    def step(state, ids):
        calls.append(len(ids))
        return np.tile(log_probs, (len(ids), 1)), state

    return step, calls


def test_a_row_ends_when_nothing_live_can_beat_what_is_set_aside():
    """After t tokens 0.1 ** t is left; without reward for length, nothing can beat 0.9."""
    options = {"num_beams": 2, "max_new_tokens": 50, "end_id": 0}
    for length_penalty in (0.0, -1.0):
        step, calls = counting_table(0.9)
        found = beam_search(step, None, [1], length_penalty=length_penalty, **options)[0]
        assert calls == [1, 1]  # two sequences are set aside by then
        np.testing.assert_allclose([b.log_prob for b in found], np.log([0.9, 0.09]))
    # With it, the two score log 0.9 and log 0.09 / 2 = -1.2; the live beam of t tokens may come to
    # t log 0.1 / 50 = -0.046 t, which is worse from t = 27 on.
    step, calls = counting_table(0.9)
    beam_search(step, None, [1], length_penalty=1.0, **options)
    assert len(calls) == 27


def test_a_reward_for_length_is_waited_for():
    """0.4 ends at once; going on is worth 0.6 ** 9 at the end, the better for its length."""
    step, _ = counting_table(0.4)
    options = {"num_beams": 2, "max_new_tokens": 9, "end_id": 0}
    best = beam_search(step, None, [1], length_penalty=1.0, **options)[0][0]
    assert best.ids.tolist() == [1] * 9 and not best.finished
    best = beam_search(step, None, [1], length_penalty=0.0, **options)[0][0]
    assert best.ids.tolist() == [] and best.finished
    np.testing.assert_allclose(best.score, np.log(0.4))


def test_rows_that_are_done_leave_the_batch():
    table = np.log([[0.1, 0.1, 0.8], [0.98, 0.01, 0.01], [0.01, 0.01, 0.98]])
    sizes = []

    def step(state, ids):
        sizes.append(len(ids))
        return table[ids], state

    found = beam_search(
        step, None, [1, 2], num_beams=1, end_id=0, max_new_tokens=4, length_penalty=0.0
    )
    assert sizes == [2, 1, 1, 1]
    assert [beams[0].ids.tolist() for beams in found] == [[], [2, 2, 2, 2]]


def test_a_beam_that_cannot_go_on_is_dropped_while_others_can():
    with np.errstate(divide="ignore"):
        table = np.log([[0.0, 0.6, 0.4], [0.0, 0.0, 0.0], [0.5, 0.0, 0.5]])

    def step(state, ids):
        return table[ids], state

    found = beam_search(step, None, [0], num_beams=3, end_id=0, max_new_tokens=2)[0]
    assert [beam.ids.tolist() for beam in found] == [[2], [2, 2]]
    with pytest.raises(ValueError, match="No token is possible in row 1"):
        beam_search(step, None, [2, 1], num_beams=3, end_id=0, max_new_tokens=2)


def test_of_equals_the_lower_ids_come_first():
    def step(state, ids):
        return np.full((len(ids), 3), -np.log(3.0)), state

    found = beam_search(step, None, [0], num_beams=4, max_new_tokens=2)[0]
    assert [beam.ids.tolist() for beam in found] == [[0, 0], [0, 1], [0, 2], [1, 0]]


def test_without_rows_no_step_is_taken():
    assert beam_search(None, None, []) == []


@pytest.mark.parametrize("length_penalty", [1e6, -1e6])
def test_penalties_beyond_all_numbers_stay_finite(length_penalty):
    model = Model(4, 0)
    beams = model.search([1], max_new_tokens=3, length_penalty=length_penalty, end_id=0)[0]
    assert all(np.isfinite(beam.score) for beam in beams)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"num_beams": 0}, ValueError, "num_beams is 0; expected an integer of at least 1"),
        ({"num_beams": 2.0}, TypeError, "num_beams is 2.0"),
        ({"num_beams": True}, TypeError, "num_beams is True"),
        ({"length_penalty": np.nan}, ValueError, "length_penalty is nan; expected a finite number"),
        ({"length_penalty": np.inf}, ValueError, "length_penalty is inf"),
        ({"length_penalty": "1"}, TypeError, "length_penalty is '1'"),
        ({"length_penalty": False}, TypeError, "length_penalty is False"),
    ],
)
def test_wrong_arguments(options, error, message):
    with pytest.raises(error, match=message):
        Model(4, 0).search([0], **options)
