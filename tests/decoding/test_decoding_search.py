"""Generation token by token: greedy, drawn, streamed and stopped; and the states it carries."""

from __future__ import annotations

from collections import namedtuple

import numpy as np
import pytest

from skseq.decoding import (
    StopMatcher,
    beam_search,
    choose_best,
    greedy,
    iterate,
    make_filter,
    make_sampler,
    repeat_rows,
    sample,
    take_rows,
)

N_TOKENS = 5


def next_log_probs(read, seed=0):
    """Return the log-probabilities after all that was read: any other reading gives others."""
    rng = np.random.default_rng([seed, len(read), *read])
    return np.log(rng.dirichlet(np.ones(N_TOKENS)))


def reading(state, ids):
    """A step whose state is all that was read, (B, t)."""
    state = {"read": np.hstack([state["read"], ids[:, None]])}
    return np.array([next_log_probs(row) for row in state["read"].tolist()]), state


def unread(n_rows):
    return {"read": np.zeros((n_rows, 0), int)}


def markov(table):
    """Return a step that looks at the last token only."""
    with np.errstate(divide="ignore"):
        table = np.log(table)
    return lambda state, ids: (table[ids], state)


def saying(*rows):
    """Return a step that makes every row say its own tokens, in order, and what it was fed."""
    rows = np.array(rows)
    fed = []

    def step(state, ids):
        fed.append(ids.tolist())
        t = len(fed) - 1
        return np.where(np.arange(10) == rows[:, t, None], 0.0, -np.inf), state

    return step, fed


def said(rows, **options):
    """Return the tokens of every turn."""
    step, _ = saying(*rows)
    options = {"max_new_tokens": len(rows[0]), **options}
    return [turn.tokens for turn in iterate(step, None, [0] * len(rows), choose_best, **options)]


# ---------------------------------------------------------------------- greedy
@pytest.mark.parametrize("end_id", [None, 2])
def test_greedy_is_a_loop_of_argmax(end_id):
    first = [0, 1, 2, 3, 4, 1]
    done = greedy(reading, unread(6), first, max_new_tokens=7, end_id=end_id)
    for row, token in enumerate(first):
        read, log_prob, finished = [token], 0.0, False
        while len(read) < 8 and not finished:
            scores = next_log_probs(read)
            read.append(int(scores.argmax()))
            log_prob += scores.max()
            finished = read[-1] == end_id
        expected = read[1:-1] if finished else read[1:]
        assert done.ids[row].tolist() == expected
        assert done.ids[row].dtype == np.int32
        assert done.finished[row] == finished
        np.testing.assert_allclose(done.log_probs[row], log_prob)
    if end_id is not None:
        assert 0 < done.finished.sum() < 6  # or the test would not test both


def test_of_equals_the_lowest_id_is_chosen():
    done = greedy(markov(np.full((3, 3), 1 / 3)), None, [2], max_new_tokens=2)
    assert done.ids[0].tolist() == [0, 0]


def test_all_rows_read_on_to_the_end():
    step, fed = saying([1, 9, 3, 4], [5, 6, 7, 9])
    done = greedy(step, None, [8, 2], end_id=9, max_new_tokens=10)
    assert fed == [[8, 2], [1, 5], [9, 6], [3, 7]]  # and no step once both have finished
    assert [ids.tolist() for ids in done.ids] == [[1], [5, 6, 7]]


def test_without_rows_no_step_is_taken():
    for search in (greedy, sample):
        done = search(None, None, [], max_new_tokens=3)
        assert done.ids == [] and done.log_probs.shape == done.finished.shape == (0,)


def test_log_probs_are_those_of_the_model_not_of_the_filter():
    table = np.array([[0.5, 0.2, 0.3]] * 3)
    filter = make_filter(temperature=0.1, forbidden=[0], repetition_penalty=3.0)
    done = greedy(markov(table), None, [0], max_new_tokens=3, filter=filter)
    assert done.ids[0].tolist() == [2, 1, 2]  # log 0.2 > 3 log 0.3, then 3 log 0.3 > 3 log 0.2
    np.testing.assert_allclose(done.log_probs, np.log([0.3 * 0.2 * 0.3]))


def test_filters_see_the_history_and_what_was_made_but_not_what_is_read_first():
    seen = []

    def filter(log_probs, history):
        seen.append(history.tolist())
        return log_probs

    step, _ = saying(*[list(range(1, 10)) * 3] * 2)
    history = np.array([[7, 8], [-1, 9]])
    greedy(step, None, [3, 3], max_new_tokens=20, filter=filter, history=history)
    for t, given in enumerate(seen):
        made = (list(range(1, 10)) * 3)[:t]
        assert given == [[7, 8, *made], [-1, 9, *made]]
    np.testing.assert_array_equal(history, [[7, 8], [-1, 9]])


# --------------------------------------------------------------------- drawing
def test_frequencies_are_the_probabilities():
    p = np.array([0.05, 0.0, 0.4, 0.25, 0.3])
    draw = make_sampler(0)
    ids = draw(np.log(np.tile(p + 1e-300, (20000, 1))))
    counts = np.bincount(ids, minlength=5)
    assert counts[1] == 0
    expected = 20000 * p[p > 0]
    assert ((counts[p > 0] - expected) ** 2 / expected).sum() < 16.3  # chi-square, 3 df, 0.1 %


def test_sampled_chains_have_the_frequencies_of_the_chain():
    table = np.array([[0.0, 0.7, 0.3], [0.5, 0.25, 0.25], [0.2, 0.2, 0.6]])
    done = sample(markov(table), None, [0] * 500, max_new_tokens=40, random_state=3)
    made = np.hstack([np.zeros((500, 1), int), np.array(done.ids)])
    counts = np.zeros((3, 3))
    np.add.at(counts, (made[:, :-1].ravel(), made[:, 1:].ravel()), 1)
    np.testing.assert_allclose(counts / counts.sum(1, keepdims=True), table, atol=0.02)
    assert counts[0, 0] == 0
    chosen = np.log(table, where=table > 0, out=np.zeros((3, 3)))[made[:, :-1], made[:, 1:]]
    np.testing.assert_allclose(done.log_probs, chosen.sum(1))


def test_temperature_changes_the_frequencies_drawn():
    p = np.array([0.8, 0.2])
    filter = make_filter(temperature=2.0)
    table = np.tile(p, (2, 1))
    options = {"max_new_tokens": 1, "random_state": 0, "filter": filter}
    done = sample(markov(table), None, [0] * 5000, **options)
    np.testing.assert_allclose(np.mean(np.array(done.ids) == 1), 1 / 3, atol=0.02)


@pytest.mark.parametrize("u", [0.0, 0.5, np.nextafter(1.0, 0.0)])
def test_impossible_tokens_are_never_drawn_at_the_very_ends(u, monkeypatch):
    class Fixed(np.random.RandomState):
        def random_sample(self, size=None):
            return np.full(size, u)

    rng = np.random.default_rng(0)
    for n_tokens in (1, 3, 65, 1000):
        values = np.log(rng.dirichlet(np.ones(n_tokens), size=50)).astype(np.float32)
        impossible = rng.random(values.shape) < 0.5
        impossible[:, 0] = impossible[:, -1] = n_tokens > 1
        impossible[np.arange(50), rng.integers(1, max(n_tokens - 1, 2), 50) % n_tokens] = False
        values[impossible] = -np.inf
        ids = make_sampler(Fixed())(values)
        assert (values[np.arange(50), ids] > -np.inf).all()


def test_filtered_tokens_are_never_drawn():
    table = np.full((5, 5), 0.2)
    for settings, possible in [
        ({"allowed": [1, 3]}, {1, 3}),
        ({"forbidden": [0, 4]}, {1, 2, 3}),
        ({"top_k": 2}, {0, 1}),
        ({"top_p": 0.55}, {0, 1, 2}),
    ]:
        filter = make_filter(**settings)
        done = sample(markov(table), None, [0] * 9, max_new_tokens=20, filter=filter)
        assert set(np.concatenate(done.ids).tolist()) == possible


def test_the_same_seed_draws_the_same():
    def drawn(random_state):
        done = sample(reading, unread(4), [0, 1, 2, 3], max_new_tokens=6, random_state=random_state)
        return np.array(done.ids).tolist()

    assert drawn(5) == drawn(5) == drawn(np.random.RandomState(5))
    assert drawn(5) != drawn(6)
    assert drawn(np.random.default_rng(5)) == drawn(np.random.default_rng(5))
    generator = np.random.default_rng(5)
    assert drawn(generator) != drawn(generator)


def test_only_without_a_seed_numpys_global_state_is_used():
    def position():
        return np.random.get_state()[2]

    before = position()
    sample(reading, unread(2), [0, 1], max_new_tokens=3, random_state=1)
    sample(reading, unread(2), [0, 1], max_new_tokens=3, random_state=np.random.default_rng(1))
    assert position() == before
    sample(reading, unread(2), [0, 1], max_new_tokens=3)
    assert position() != before


def test_what_a_row_draws_does_not_depend_on_when_another_finishes():
    table = np.full((4, 4), 0.25)
    other = table.copy()
    other[3] = [0.0, 0.0, 0.0, 1.0]  # the second row begins at 3 and ends at once, or never

    def drawn(table):
        options = {"max_new_tokens": 30, "end_id": 3, "random_state": 2}
        return sample(markov(table), None, [0, 3], **options).ids[0].tolist()

    assert len(drawn(table)) > 1
    assert drawn(table) == drawn(other)


# -------------------------------------------------------------------- stopping
def test_a_stop_sequence_ends_a_row_and_is_not_shown():
    step, _ = saying([1, 2, 3, 4, 5], [2, 2, 3, 2, 3])
    done = greedy(step, None, [0, 0], stop=[[3, 4], [2, 2]], max_new_tokens=5)
    assert [ids.tolist() for ids in done.ids] == [[1, 2], []]
    assert done.finished.tolist() == [True, True]


def test_log_probs_count_the_stop_sequence_and_the_end():
    table = np.full((4, 4), 0.1) + 0.6 * np.eye(4)[[1, 2, 3, 0]]
    for options in ({"end_id": 3}, {"stop": [[2, 3]]}):
        done = greedy(markov(table), None, [0], **options)
        np.testing.assert_allclose(done.log_probs, 3 * np.log(0.7))
        assert done.finished[0]


def test_the_longest_of_several_stop_sequences_is_cut():
    for stop in ([[4], [2, 3, 4], [3, 4]], [[2, 3, 4], [3, 4], [4]]):
        assert said([[1, 2, 3, 4]], stop=stop) == [[[1]], [[]], [[]], [[]]]
    assert said([[1, 2, 3, 9]], stop=[[3, 9]], end_id=9) == [[[1]], [[2]], [[]], [[]]]


def test_nothing_that_may_begin_a_stop_sequence_is_shown():
    turns = said([[1, 1, 1, 2, 1, 1, 3]], stop=[[1, 1, 3]])
    assert turns == [[[]], [[]], [[1]], [[1, 1, 2]], [[]], [[]], [[]]]
    turns = said([[1, 2, 1, 2, 1, 3]], stop=[[1, 2, 1, 3], [2, 2]])
    assert turns == [[[]], [[]], [[]], [[1, 2]], [[]], [[]]]


def test_what_is_held_back_comes_with_the_end():
    assert said([[5, 1, 2]], stop=[[1, 2, 3]]) == [[[5]], [[]], [[1, 2]]]
    assert said([[1, 2, 9, 4], [4, 4, 4, 4]], stop=[[1, 2, 3]], end_id=9) == [
        [[], [4]],
        [[], [4]],
        [[1, 2], [4]],
        [[], [4]],
    ]
    step, _ = saying([5, 1, 2])
    done = greedy(step, None, [0], stop=[[1, 2, 3]], max_new_tokens=3)
    assert done.ids[0].tolist() == [5, 1, 2] and not done.finished[0]


@pytest.mark.parametrize("seed", range(30))
def test_streams_join_to_what_a_search_for_the_stop_sequences_leaves(seed):
    """Random tokens of a small alphabet against slicing; and never is too much or too little out.

    Too much would be a token that a stop sequence may still swallow, too little any other.
    """
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, 3, size=(4, 25)).tolist()
    stops = [rng.integers(0, 3, size=rng.integers(1, 6)).tolist() for _ in range(3)]
    matcher = StopMatcher(stops, 4)
    out = [[] for _ in rows]
    ends = [None] * 4
    for t in range(25):
        released, finished = matcher.push([row[t] for row in rows])
        for i, row in enumerate(rows):
            out[i] += released[i]
            made = row[: t + 1]
            if ends[i] is None:
                cut = max((len(s) for s in stops if made[-len(s) :] == s), default=0)
                if cut:
                    ends[i] = t + 1 - cut
            assert finished[i] == (ends[i] is not None)
            if finished[i]:
                assert out[i] == row[: ends[i]]
            else:
                begun = [n for s in stops for n in range(1, len(s)) if made[-n:] == s[:n]]
                assert out[i] == made[: len(made) - max(begun, default=0)]
    rest = matcher.flush()
    for i, row in enumerate(rows):
        assert out[i] + rest[i] == row[: ends[i]]
    assert matcher.flush() == [[], [], [], []]


# ---------------------------------------------------------------------- states
class Rows:
    def __init__(self, rows):
        self.rows = rows

    def __len__(self):
        return len(self.rows)

    def take_rows(self, rows):
        return Rows([self.rows[i] for i in rows])


def test_rows_of_nested_states():
    Pair = namedtuple("Pair", "h c")
    a, b = np.arange(3), np.arange(6).reshape(3, 2)
    state = {"pair": Pair(a, b), "list": [a, None], "tuple": (b,), "own": Rows("abc")}
    for taken, rows in [
        (take_rows(state, np.array([2, 2, 0])), [2, 2, 0]),
        (repeat_rows(state, 2), [0, 0, 1, 1, 2, 2]),
    ]:
        assert isinstance(taken["pair"], Pair)
        np.testing.assert_array_equal(taken["pair"].h, a[rows])
        np.testing.assert_array_equal(taken["pair"].c, b[rows])
        np.testing.assert_array_equal(taken["list"][0], a[rows])
        assert taken["list"][1] is None
        np.testing.assert_array_equal(taken["tuple"][0], b[rows])
        assert taken["own"].rows == ["abc"[i] for i in rows]
    assert take_rows(None, np.array([0])) is None
    assert repeat_rows(None, 3) is None


@pytest.mark.parametrize("leaf", [3, 1.5, np.float32(2), "text"])
def test_states_without_rows(leaf):
    with pytest.raises(TypeError, match="which has no rows; expected arrays"):
        take_rows([np.zeros(2), leaf], np.array([0]))
    with pytest.raises(TypeError, match="which has no rows; expected arrays"):
        repeat_rows({"a": leaf}, 2)


# ---------------------------------------------------------------------- errors
@pytest.mark.parametrize("search", [greedy, sample, beam_search])
@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"ids": [[0]]}, ValueError, r"ids has the shape \(1, 1\)"),
        ({"ids": 0}, ValueError, r"ids has the shape \(\)"),
        ({"ids": [0.0, 1.0]}, TypeError, "ids holds float64"),
        ({"ids": [True, False]}, TypeError, "ids holds bool"),
        ({"ids": [0, -1]}, ValueError, "ids holds -1"),
        ({"max_new_tokens": 0}, ValueError, "max_new_tokens is 0; expected an integer"),
        ({"max_new_tokens": 2.0}, TypeError, "max_new_tokens is 2.0"),
        ({"max_new_tokens": True}, TypeError, "max_new_tokens is True"),
        ({"end_id": -1}, ValueError, "end_id is -1"),
        ({"end_id": 1.0}, TypeError, "end_id is 1.0"),
        ({"end_id": True}, TypeError, "end_id is True"),
        ({"end_id": 5}, ValueError, "end_id or stop holds the id 5, but step returned 5 columns"),
        ({"stop": [[0, 7]]}, ValueError, "end_id or stop holds the id 7"),
        ({"stop": [1, 2]}, TypeError, r"stop holds 1; expected sequences .* \[\[4, 2\], \[7\]\]"),
        ({"stop": "ab"}, TypeError, "stop is 'ab'"),
        ({"stop": ["ab"]}, TypeError, "stop holds 'ab'"),
        ({"stop": 3}, TypeError, "stop is 3"),
        ({"stop": [[]]}, ValueError, "stop holds an empty sequence"),
        ({"stop": [[-2]]}, ValueError, "A sequence in stop holds -2"),
        ({"stop": [[1.0]]}, TypeError, "A sequence in stop holds float64"),
        ({"history": [0, 1]}, ValueError, r"history has the shape \(2,\)"),
        ({"history": [[0]]}, ValueError, r"history has the shape \(1, 1\); expected \(2, 1\)"),
        ({"history": [[0], [-2]]}, ValueError, "history holds -2"),
        ({"history": [[0.5], [1]]}, TypeError, "history holds float64"),
    ],
)
def test_wrong_arguments(search, options, error, message):
    options = {"ids": [0, 1], "max_new_tokens": 3, **options}
    with pytest.raises(error, match=message):
        search(reading, unread(2), **options)


@pytest.mark.parametrize("search", [greedy, sample, beam_search])
@pytest.mark.parametrize(
    ("returned", "error", "message"),
    [
        (np.zeros(2), ValueError, r"of shape \(2,\); expected \(2, V\)"),
        (np.zeros((3, 4)), ValueError, r"of shape \(3, 4\); expected \(2, V\)"),
        (np.zeros((2, 0)), ValueError, r"of shape \(2, 0\)"),
        (np.zeros((2, 4), int), TypeError, "step returned int64"),
        (np.full((2, 4), np.nan), ValueError, "step returned NaN or a number above 0"),
        (np.full((2, 4), 0.25), ValueError, "Take the logarithm of probabilities"),
    ],
)
def test_wrong_steps(search, returned, error, message):
    with pytest.raises(error, match=message):
        search(lambda state, ids: (returned, state), None, [0, 1])


@pytest.mark.parametrize("search", [greedy, sample, beam_search])
def test_rows_without_any_possible_token(search):
    step = markov(np.array([[0.5, 0.5, 0.0], [0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]))
    with pytest.raises(ValueError, match="No token is possible in row 1: the allowed tokens"):
        search(step, None, [2, 0], filter=make_filter(allowed=[2]))
    with pytest.raises(ValueError, match="No token is possible in row 0"):
        search(lambda state, ids: (np.full((2, 3), -np.inf), state), None, [0, 0])


def test_finished_rows_need_no_possible_token():
    step = markov(np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]))
    for search in (greedy, sample):
        done = search(step, None, [0, 1, 1], end_id=2, max_new_tokens=5)
        assert [ids.tolist() for ids in done.ids] == [[1], [], []]
        np.testing.assert_array_equal(done.log_probs, 0.0)


def test_mistakes_show_before_the_first_turn():
    with pytest.raises(TypeError, match="max_new_tokens"):
        iterate(reading, unread(1), [0], choose_best, max_new_tokens=None)


@pytest.mark.parametrize("random_state", ["seed", 1.5, -1])
def test_wrong_random_states(random_state):
    with pytest.raises(ValueError):
        sample(reading, unread(1), [0], random_state=random_state)
