"""CTC decoding equals the enumeration of all alignments, without and with a language model."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from skseq.decoding import ctc_beam_search, ctc_greedy, ctc_log_likelihood

EVERY = 10_000  # beams: more than there are prefixes


def frames(seed, n_frames=4, n_classes=3, concentration=1.0):
    rng = np.random.default_rng([seed, n_frames, n_classes])
    return np.log(rng.dirichlet(np.full(n_classes, concentration), size=n_frames))


def collapsed(alignment, blank=0):
    """Return the labels that an alignment stands for, by the definition."""
    return tuple(label for label, _ in itertools.groupby(alignment) if label != blank)


def enumerated(log_probs, blank=0):
    """Return the log-probability of every label sequence that has an alignment."""
    n_frames, n_classes = np.shape(log_probs)
    probs = {}
    for alignment in itertools.product(range(n_classes), repeat=n_frames):
        labels = collapsed(alignment, blank)
        prob = math.exp(math.fsum(log_probs[t][c] for t, c in enumerate(alignment)))
        probs.setdefault(labels, []).append(prob)
    return {labels: math.log(math.fsum(parts)) for labels, parts in probs.items()}


class LanguageModel:
    """Log-probabilities that depend on all that was read, through the state."""

    def __init__(self, seed, n_classes=3):
        self.seed, self.n_classes, self.n_rows = seed, n_classes, []

    def following(self, read):
        rng = np.random.default_rng([self.seed, len(read), *read])
        return np.log(rng.dirichlet(np.ones(self.n_classes)))

    def log_prob(self, labels, blank):
        read = [blank]
        total = 0.0
        for label in (*labels, blank):
            total += self.following(read)[label]
            read.append(label)
        return total

    def __call__(self, state, ids):
        self.n_rows.append(len(ids))
        state = {"read": np.array([(*row, i) for row, i in zip(state["read"], ids, strict=True)])}
        return np.array([self.following(row) for row in state["read"].tolist()]), state

    @property
    def start(self):
        return {"read": np.zeros((1, 0), int)}


# ---------------------------------------------------------------------- greedy
@pytest.mark.parametrize("blank", [0, 1, 3])
@pytest.mark.parametrize("seed", range(20))
def test_greedy_collapses_the_best_alignment(seed, blank):
    log_probs = frames(seed, n_frames=seed, n_classes=4)
    ids = ctc_greedy(log_probs, blank=blank)
    assert ids.dtype == np.int32
    assert tuple(ids.tolist()) == collapsed(log_probs.argmax(1).tolist(), blank)


def test_greedy_keeps_labels_that_a_blank_parts():
    alignment = [2, 2, 0, 2, 1, 1, 0, 0, 1]
    log_probs = np.where(np.arange(3) == np.array(alignment)[:, None], 0.0, -np.inf)
    assert ctc_greedy(log_probs).tolist() == [2, 2, 1, 1]
    assert ctc_greedy(log_probs, blank=2).tolist() == [0, 1, 0, 1]


def test_only_blanks_or_no_frames_are_no_labels():
    only_blanks = np.log([[0.8, 0.2]] * 3)
    for log_probs in (only_blanks, np.zeros((0, 2))):
        assert ctc_greedy(log_probs).shape == (0,)
        best = ctc_beam_search(log_probs)[0]
        assert best.ids.shape == (0,) and best.ids.dtype == np.int32
        assert best.log_prob == pytest.approx(len(log_probs) * math.log(0.8))


# ---------------------------------------------------------------- likelihood
@pytest.mark.parametrize("blank", [0, 2])
@pytest.mark.parametrize("n_frames", range(6))
@pytest.mark.parametrize("seed", range(5))
def test_likelihood_is_the_sum_over_alignments(seed, n_frames, blank):
    log_probs = frames(seed, n_frames)
    expected = enumerated(log_probs, blank)
    labels = [label for label in range(3) if label != blank]
    for length in range(n_frames + 2):
        for ids in itertools.product(labels, repeat=length):
            found = ctc_log_likelihood(log_probs, ids, blank=blank)
            assert isinstance(found, float)
            assert found == pytest.approx(expected.get(ids, -np.inf), abs=1e-10), ids


def test_likelihoods_of_all_sequences_sum_to_one():
    log_probs = frames(0, n_frames=5, n_classes=4)
    sequences = (s for n in range(6) for s in itertools.product([1, 2, 3], repeat=n))
    total = math.fsum(math.exp(ctc_log_likelihood(log_probs, ids)) for ids in sequences)
    assert total == pytest.approx(1.0)


def test_likelihood_of_equal_neighbours_needs_a_frame_between():
    log_probs = frames(0, n_frames=3)
    assert ctc_log_likelihood(log_probs[:2], [1, 1]) == -np.inf
    expected = log_probs[0, 1] + log_probs[1, 0] + log_probs[2, 1]
    assert ctc_log_likelihood(log_probs, [1, 1]) == pytest.approx(expected)


def test_likelihood_of_impossible_classes():
    log_probs = np.log([[0.5, 0.5], [1.0, 1.0]])
    log_probs[1, 1] = -np.inf
    assert ctc_log_likelihood(log_probs, [1]) == pytest.approx(math.log(0.5))
    assert ctc_log_likelihood(np.full((2, 2), -np.inf), [1]) == -np.inf


def test_long_sequences_do_not_underflow():
    log_probs = frames(1, n_frames=3000, n_classes=30)
    ids = np.random.default_rng(0).integers(1, 30, 800)
    found = ctc_log_likelihood(log_probs.astype(np.float32), ids)
    assert -20_000 < found < -1000
    best = ctc_beam_search(log_probs[:500], num_beams=3)[0]
    assert -2000 < best.log_prob <= ctc_log_likelihood(log_probs[:500], best.ids) + 1e-9


# --------------------------------------------------------------- beam search
@pytest.mark.parametrize("blank", [0, 1])
@pytest.mark.parametrize("n_frames", range(1, 6))
@pytest.mark.parametrize("seed", range(8))
def test_wide_beam_search_is_exact(seed, n_frames, blank):
    log_probs = frames(seed, n_frames)
    expected = sorted(enumerated(log_probs, blank).items(), key=lambda one: -one[1])
    found = ctc_beam_search(log_probs, num_beams=EVERY, blank=blank)
    assert [tuple(beam.ids.tolist()) for beam in found] == [labels for labels, _ in expected]
    np.testing.assert_allclose([beam.log_prob for beam in found], [p for _, p in expected])
    for beam in found:
        assert beam.score == beam.log_prob and beam.lm_log_prob == 0.0
        assert beam.ids.dtype == np.int32


@pytest.mark.parametrize("seed", range(8))
def test_wide_beam_search_with_a_language_model_is_exact(seed):
    log_probs, blank = frames(seed, n_frames=4), seed % 3
    model = LanguageModel(seed)
    expected = []
    for labels, log_prob in enumerated(log_probs, blank).items():
        lm_log_prob = model.log_prob(labels, blank)
        score = log_prob + 0.7 * lm_log_prob + 0.4 * len(labels)
        expected.append((score, labels, log_prob, lm_log_prob))
    expected.sort(reverse=True)
    options = {"step": model, "state": model.start, "lm_weight": 0.7, "insertion_bonus": 0.4}
    found = ctc_beam_search(log_probs, num_beams=EVERY, blank=blank, **options)
    assert [tuple(beam.ids.tolist()) for beam in found] == [labels for _, labels, _, _ in expected]
    numbers = [(beam.score, beam.log_prob, beam.lm_log_prob) for beam in found]
    np.testing.assert_allclose(numbers, [(s, p, lm) for s, _, p, lm in expected])


def plain(log_probs, num_beams, model=None, weight=0.0, bonus=0.0):
    """Prefix beam search over dictionaries of tuples, blank 0: label by label, in plain numbers."""

    def extra(labels):
        spoken = 0.0
        if model is not None:
            spoken = sum(model.following([0, *labels[:i]])[c] for i, c in enumerate(labels))
        return weight * spoken + bonus * len(labels)

    live = {(): (0.0, 1.0)}  # ends with its label, with a blank
    for emitted in np.exp(log_probs):
        grown = {}

        def add(labels, in_label, in_blank, grown=grown):
            before = grown.get(labels, (0.0, 0.0))
            grown[labels] = before[0] + in_label, before[1] + in_blank

        for labels, (in_label, in_blank) in live.items():
            add(labels, 0.0, (in_label + in_blank) * emitted[0])
            for c in range(1, len(emitted)):
                if labels and c == labels[-1]:
                    add(labels, in_label * emitted[c], 0.0)
                    add((*labels, c), in_blank * emitted[c], 0.0)
                else:
                    add((*labels, c), (in_label + in_blank) * emitted[c], 0.0)
        scores = {x: math.log(sum(p)) + extra(x) for x, p in grown.items() if sum(p)}
        best = sorted(scores, key=lambda x: -scores[x])[:num_beams]
        live = {labels: grown[labels] for labels in best}
    return {labels: math.log(sum(parts)) for labels, parts in live.items()}


@pytest.mark.parametrize("num_beams", [1, 2, 3, 7, 20])
@pytest.mark.parametrize("seed", range(6))
def test_narrow_beam_search_equals_a_loop_over_prefixes(seed, num_beams):
    log_probs = frames(seed, n_frames=20, n_classes=4, concentration=0.5)
    expected = plain(log_probs, num_beams)
    found = ctc_beam_search(log_probs, num_beams=num_beams)
    assert len(found) == len(expected)
    assert {tuple(beam.ids.tolist()) for beam in found} == set(expected)
    for beam in found:
        assert beam.log_prob == pytest.approx(expected[tuple(beam.ids.tolist())])
    scores = [beam.score for beam in found]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("num_beams", [1, 2, 5, 12])
@pytest.mark.parametrize("seed", range(4))
def test_narrow_beam_search_with_a_language_model_equals_a_loop_over_prefixes(seed, num_beams):
    log_probs = frames(seed, n_frames=12, n_classes=4, concentration=0.5)
    model = LanguageModel(seed, n_classes=4)
    expected = plain(log_probs, num_beams, model, weight=0.8, bonus=0.5)
    options = {"lm_weight": 0.8, "insertion_bonus": 0.5, "num_beams": num_beams}
    found = ctc_beam_search(log_probs, step=model, state=model.start, **options)
    assert {tuple(beam.ids.tolist()) for beam in found} == set(expected)
    for beam in found:
        labels = tuple(beam.ids.tolist())
        assert beam.log_prob == pytest.approx(expected[labels])
        assert beam.lm_log_prob == pytest.approx(model.log_prob(labels, 0))
    # The model reads the blank and then only prefixes that are new.
    assert model.n_rows[0] == 1
    assert sum(model.n_rows) < num_beams * len(log_probs) + 1


@pytest.mark.parametrize("seed", range(10))
def test_beam_search_finds_what_greedy_misses_and_is_never_worse(seed):
    log_probs = frames(seed, n_frames=12, n_classes=4)
    best = ctc_beam_search(log_probs, num_beams=50)[0]
    greedy = ctc_greedy(log_probs)
    exact = ctc_log_likelihood(log_probs, best.ids)
    assert exact >= ctc_log_likelihood(log_probs, greedy) - 1e-9
    assert best.log_prob <= exact + 1e-9


def test_of_equally_probable_sequences_the_lower_label_comes_first():
    found = ctc_beam_search(np.log([[0.2, 0.4, 0.4]]), num_beams=2)
    assert [beam.ids.tolist() for beam in found] == [[1], [2]]


def test_a_bonus_makes_sequences_longer():
    log_probs = frames(3, n_frames=8)
    lengths = [
        len(ctc_beam_search(log_probs, num_beams=EVERY, insertion_bonus=bonus)[0].ids)
        for bonus in (-5.0, 0.0, 1.0, 50.0)
    ]
    assert lengths == sorted(lengths) and lengths[0] < lengths[-1] == 8


def test_a_language_model_of_weight_zero_is_not_asked():
    log_probs = frames(0)

    def step(state, ids):
        raise AssertionError("asked")

    with_model = ctc_beam_search(log_probs, step=step, lm_weight=0.0)
    for beam, other in zip(with_model, ctc_beam_search(log_probs), strict=True):
        assert beam.ids.tolist() == other.ids.tolist() and beam[1:] == other[1:]


def test_a_language_model_forbids():
    def step(state, ids):  # 2 never comes
        return np.tile([-1.0, -1.0, -np.inf], (len(ids), 1)), state

    found = ctc_beam_search(frames(0), num_beams=EVERY, step=step)
    assert found and all(2 not in beam.ids for beam in found)


def test_scores_of_float32_and_lists_are_taken():
    log_probs = frames(0)
    expected = [beam.ids.tolist() for beam in ctc_beam_search(log_probs)]
    for given in (log_probs.astype(np.float32), log_probs.tolist()):
        assert [beam.ids.tolist() for beam in ctc_beam_search(given)] == expected


# -------------------------------------------------------------------- errors
@pytest.mark.parametrize(
    "function", [ctc_greedy, ctc_beam_search, lambda x, **o: ctc_log_likelihood(x, [1], **o)]
)
@pytest.mark.parametrize(
    ("log_probs", "options", "error", "message"),
    [
        (np.zeros(3), {}, ValueError, r"has the shape \(3,\); expected \(T, n_classes\)"),
        (np.zeros((1, 2, 3)), {}, ValueError, "one sequence at a time"),
        ([[-1.0, -2.0], [0.0]], {}, ValueError, "log_probs has frames of different lengths"),
        (np.zeros((2, 0)), {}, ValueError, r"\(2, 0\)"),
        (np.zeros((2, 3), int), {}, TypeError, "log_probs holds int64"),
        ([[0.5, 0.5]], {}, ValueError, "above 0; .* logarithm of probabilities"),
        ([[np.nan, -1.0]], {}, ValueError, "NaN"),
        (np.zeros((2, 3)), {"blank": 3}, ValueError, "blank is 3, .* classes 0 to 2"),
        (np.zeros((2, 3)), {"blank": -1}, ValueError, "blank is -1"),
        (np.zeros((2, 3)), {"blank": 0.0}, TypeError, "blank is 0.0"),
        (np.zeros((2, 3)), {"blank": None}, TypeError, "blank is None"),
    ],
)
def test_wrong_frames(function, log_probs, options, error, message):
    with pytest.raises(error, match=message):
        function(log_probs, **options)


@pytest.mark.parametrize(
    ("ids", "error", "message"),
    [
        ([3], ValueError, "ids holds 3, but log_probs has 3 columns"),
        ([1, 0], ValueError, "ids holds the blank, 0"),
        ([-1], ValueError, "ids holds -1"),
        ([1.0], TypeError, "ids holds float64"),
        (1, TypeError, "ids is 1"),
        ([[1]], ValueError, r"ids has the shape \(1, 1\)"),
        ("ab", TypeError, "ids is 'ab'"),
    ],
)
def test_wrong_labels(ids, error, message):
    with pytest.raises(error, match=message):
        ctc_log_likelihood(frames(0), ids)


def says(rows):
    return lambda state, ids: (np.asarray(rows), state)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"num_beams": 0}, ValueError, "num_beams is 0"),
        ({"num_beams": 1.5}, TypeError, "num_beams is 1.5"),
        ({"lm_weight": -1}, ValueError, "lm_weight is -1"),
        ({"lm_weight": np.nan}, ValueError, "lm_weight is nan"),
        ({"insertion_bonus": "1"}, TypeError, "insertion_bonus is '1'"),
        ({"insertion_bonus": np.inf}, ValueError, "insertion_bonus is inf"),
        ({"step": 3}, TypeError, "step is 3; expected a function"),
        ({"step": lambda state, ids: None}, TypeError, "step returned NoneType; expected a pair"),
        ({"step": lambda state, ids: (1, 2, 3)}, TypeError, "step returned tuple"),
        ({"step": says([[0.0, 0.0]])}, ValueError, "returned 2 columns, but log_probs has 3"),
        ({"step": says([0.0] * 3)}, ValueError, r"returned log-probabilities of shape \(3,\)"),
        ({"step": says([[1.0] * 3])}, ValueError, "step returned NaN or a number above 0"),
        ({"step": says([[-np.inf] * 3])}, ValueError, "impossible that any of the sequences"),
    ],
)
def test_wrong_options(options, error, message):
    with pytest.raises(error, match=message):
        ctc_beam_search(frames(0), **options)


@pytest.mark.parametrize("function", [ctc_greedy, ctc_beam_search])
def test_frames_that_allow_nothing(function):
    log_probs = frames(0)
    log_probs[2] = -np.inf
    with pytest.raises(ValueError, match="No sequence is possible at frame 2"):
        function(log_probs)
