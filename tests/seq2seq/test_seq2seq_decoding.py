"""What Seq2Seq and TransformerSeq2Seq make and say of answers, against sums over all of them."""

from __future__ import annotations

import copy
import itertools

import numpy as np
import pytest

from skseq import Seq2Seq, TransformerSeq2Seq
from skseq.batches.batching import MOST_WEIGHTS

# Keras warns of an axis of one step where it is known before it runs, as it never is in a network.
# Many networks: run by `make test-slow`.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:(?s).*softmax over axis -1:UserWarning"),
]


def strings(longest, shortest=0):
    """All strings of the letters a and b."""
    lengths = range(shortest, longest + 1)
    return ["".join(made) for n in lengths for made in itertools.product("ab", repeat=n)]


SOURCES = strings(3, 1)
REVERSED = [text[::-1] for text in SOURCES]
OF_ONE_LENGTH = [(text * 3)[:3] for text in SOURCES]
QUICK = {"units": 12, "epochs": 6, "batch_size": 4, "learning_rate": 0.02, "random_state": 0}
TRANSFORMER = {"layers": 1, "num_heads": 2, "feed_forward_dim": 8, "dropout": 0.0}
MODELS = {
    "lstm": lambda: Seq2Seq(**QUICK).fit(SOURCES, REVERSED),
    "gru, additive": lambda: Seq2Seq(
        cell="gru", attention="additive", bidirectional=True, **QUICK
    ).fit(SOURCES, REVERSED),
    "simple, dot": lambda: Seq2Seq(cell="simple", attention="dot", one_hot=True, **QUICK).fit(
        SOURCES, REVERSED
    ),
    "transformer": lambda: TransformerSeq2Seq(**TRANSFORMER, **QUICK).fit(SOURCES, REVERSED),
    "repeat": lambda: Seq2Seq(decoder="repeat", **QUICK).fit(SOURCES, REVERSED),
    "repeat, one length": lambda: Seq2Seq(decoder="repeat", **QUICK).fit(SOURCES, OF_ONE_LENGTH),
}
READING = ["lstm", "gru, additive", "simple, dot", "transformer"]
_FITTED: dict = {}


def fitted(name):
    if name not in _FITTED:
        _FITTED[name] = MODELS[name]()
    return _FITTED[name]


@pytest.fixture(params=MODELS)
def model(request):
    return fitted(request.param)


@pytest.fixture(params=READING)
def reading(request):
    """A model that reads what it has written."""
    return fitted(request.param)


@pytest.fixture(params=["repeat", "repeat, one length"])
def repeating(request):
    return fitted(request.param)


def answers(model, longest):
    """All answers of up to so many letters that a model can give."""
    shortest = 0
    if is_repeating(model):
        longest = min(longest, 3)
        shortest = 3 if model.codec_.end is None else 0
    return strings(longest, shortest)


def steps_of(model, sources, targets):
    """Log-probabilities (B, T, n) by the Keras network, and the ids that targets and ends are."""
    ids = [[model.target_vocabulary_[letter] for letter in text] for text in targets]
    inputs = padded([[model.vocabulary_[letter] for letter in text] for text in sources])
    if is_repeating(model):
        end = [model.codec_.n_codes]
        wanted = [[i - 4 for i in row] + end * (len(row) < 3) for row in ids]
    else:
        wanted = [[*row, 3] for row in ids]
        inputs += padded([[2, *row] for row in ids])
    logits = np.asarray(model.engine_.network_(inputs)).astype(np.float64)
    logits -= logits.max(axis=-1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True)), wanted


def padded(rows):
    lengths = np.array([len(row) for row in rows], np.int32)
    array = np.zeros((len(rows), lengths.max()), np.int32)
    for i, row in enumerate(rows):
        array[i, : len(row)] = row
    return [array, lengths]


def is_repeating(model):
    return model.get_params().get("decoder") == "repeat"


# ------------------------------------------------------------------------------- scores
def test_scores_are_sums_over_steps(model):
    sources = ["a", "bab", "ab", "bbb", "aababb"]
    targets = [answers(model, 4)[i] for i in (0, 3, 5, 6, -1)]
    log_probs, wanted = steps_of(model, sources, targets)
    expected = [
        row[np.arange(len(ids)), ids].sum() for row, ids in zip(log_probs, wanted, strict=True)
    ]
    np.testing.assert_allclose(model.score_samples(sources, targets), expected, atol=1e-4)


def test_all_answers_together_are_no_more_than_certain(reading):
    totals = []
    for longest in (1, 3, 5, 7):
        y = answers(reading, longest)
        totals.append(np.exp(reading.score_samples(["ab"] * len(y), y)).sum())
    assert (np.diff(totals) > 0).all()
    assert totals[-1] < 1 + 1e-4
    # What is missing are longer ones and those with unknown tokens.
    assert totals[-1] > 0.8


@pytest.mark.parametrize("source", ["a", "bab", "abababab"])
def test_all_answers_of_fixed_length_are_certain(repeating, source):
    y = answers(repeating, 3)
    total = np.exp(repeating.score_samples([source] * len(y), y)).sum()
    assert total == pytest.approx(1, abs=1e-5)


def test_scores_do_not_depend_on_company(model):
    y = (answers(model, 3) * 14)[: len(SOURCES)]
    together = model.score_samples(SOURCES, y)
    alone = [model.score_samples([s], [t])[0] for s, t in zip(SOURCES[::3], y[::3], strict=True)]
    np.testing.assert_allclose(together[::3], alone, atol=1e-5)
    order = np.random.default_rng(0).permutation(len(y))
    mixed = model.score_samples([SOURCES[i] for i in order], [y[i] for i in order])
    np.testing.assert_allclose(mixed, together[order], atol=1e-5)


def test_a_long_target_beside_short_ones_changes_nothing(reading):
    sources, y = ["ab", "b", "ba"], ["a", "ab" * 150, ""]
    together = reading.score_samples(sources, y)
    assert np.isfinite(together).all()
    alone = [reading.score_samples([s], [t])[0] for s, t in zip(sources, y, strict=True)]
    np.testing.assert_allclose(together, alone, rtol=1e-4, atol=1e-5)


def test_a_target_that_cannot_be_given_is_said(repeating):
    limit = "exactly" if repeating.codec_.end is None else "at most"
    with pytest.raises(ValueError, match=rf"y\[1\] has 4 tokens.*{limit} 3.*autoregressive"):
        repeating.score_samples(["a", "b"], ["aaa", "aaab"])
    with pytest.raises(ValueError, match=r"y\[0\] holds tokens outside the vocabulary"):
        repeating.score_samples(["a", "b"], ["aza", "aab"])
    if repeating.codec_.end is None:
        with pytest.raises(ValueError, match=r"y\[0\] has 2 tokens.*exactly 3"):
            repeating.score_samples(["a", "b"], ["aa", "aab"])


def test_unknown_tokens_of_a_target_are_unlikely(reading):
    known, unknown = reading.score_samples(["ab", "ab"], ["ba", "bz"])
    assert np.isfinite(unknown) and unknown < known


# -------------------------------------------------------------------------------- beams
@pytest.mark.parametrize("length_penalty", [0.0, 1.0])
def test_enough_beams_rank_as_all_answers_do(model, length_penalty):
    options = {"num_beams": 200, "length_penalty": length_penalty, "max_length": 4}
    (found,), (scores,) = model.predict_top_k(["ba"], 200, return_scores=True, **options)
    assert (np.diff(scores) <= 0).all()
    y = answers(model, 3)
    expected = model.score_samples(["ba"] * len(y), y)
    expected /= np.array([len(text) + 1 for text in y]) ** length_penalty  # the end too
    short = [i for i, text in enumerate(found) if len(text) <= 3]
    assert [found[i] for i in short] == [y[i] for i in np.argsort(-expected, kind="stable")]
    np.testing.assert_allclose(scores[short], np.sort(expected)[::-1], atol=1e-4)


def test_one_beam_is_greedy(model):
    texts = model.predict(SOURCES, max_length=3)
    log_probs, wanted = steps_of(model, SOURCES, texts)
    if not is_repeating(model):
        log_probs[..., 1] = -np.inf  # the unknown token is never made
    for row, ids in zip(log_probs, wanted, strict=True):
        n_checked = min(len(ids), 3)  # a fourth letter was cut off
        assert row[:n_checked].argmax(axis=-1).tolist() == ids[:n_checked]


def test_one_beam_is_the_default(model):
    expected = model.predict(SOURCES)
    np.testing.assert_array_equal(model.predict(SOURCES, num_beams=1), expected)
    best = model.predict_top_k(SOURCES, 1)
    assert [row[0] for row in best] == expected.tolist()


def test_more_beams_find_nothing_less_probable(model):
    options = {"return_scores": True, "length_penalty": 0.0, "max_length": 4}
    _, one = model.predict_top_k(SOURCES, 1, **options)
    _, many = model.predict_top_k(SOURCES, 1, num_beams=100, **options)
    assert (np.concatenate(many) >= np.concatenate(one) - 1e-5).all()


def test_the_best_of_k_is_the_prediction(model):
    for k, num_beams in ((3, None), (3, 2), (2, 5)):
        rows = model.predict_top_k(SOURCES, k, num_beams=num_beams)
        beams = max(k, num_beams or 1)
        assert [row[0] for row in rows] == model.predict(SOURCES, num_beams=beams).tolist()
        assert all(len(row) <= k for row in rows)


def test_there_are_fewer_where_no_more_are_possible():
    (found,) = fitted("repeat, one length").predict_top_k(["ab"], 100)
    assert sorted(found) == sorted(strings(3, 3))
    (found,) = fitted("repeat").predict_top_k(["ab"], 100)
    assert sorted(found) == sorted(strings(3))


def test_the_best_k_differ_where_they_are_cut_off(reading):
    for row in reading.predict_top_k(SOURCES, 5, max_length=2):
        assert len(set(row)) == len(row)


def test_the_best_k_differ(model):
    for row in model.predict_top_k(SOURCES, 3, max_length=40, length_penalty=0.0):
        assert len(set(row)) == len(row) == 3


# -------------------------------------------------------------------------------- limits
@pytest.mark.parametrize("num_beams", [1, 3])
def test_answers_are_as_long_as_allowed(model, num_beams):
    for longest in (1, 2, 3, 9):
        options = {"max_length": longest, "num_beams": num_beams, "return_finished": True}
        texts, finished = model.predict(SOURCES, **options)
        assert texts.dtype == object and finished.dtype == bool
        assert all(type(text) is str and len(text) <= longest for text in texts)
        assert all(len(t) == longest for t, f in zip(texts, finished, strict=True) if not f)
    assert finished.all() or not is_repeating(model)


def test_greedy_answers_are_cut_and_nothing_else(model):
    whole, was_finished = model.predict(SOURCES, max_length=30, return_finished=True)
    for longest in (1, 2, 3):
        texts, finished = model.predict(SOURCES, max_length=longest, return_finished=True)
        assert texts.tolist() == [text[:longest] for text in whole]
        expected = [f and len(t) <= longest for t, f in zip(whole, was_finished, strict=True)]
        assert finished.tolist() == expected


def test_answers_may_be_half_as_long_again():
    model = copy.deepcopy(fitted("lstm"))
    penalty = [w for w in model.network_state_.weights if w.shape and (w == -1e9).any()]
    penalty[0][3] = -1e9  # no end is possible any more
    texts, finished = model.predict(SOURCES, return_finished=True)
    assert {len(text) for text in texts} == {4} and not finished.any()  # of 3
    assert {len(text) for text in model.predict(SOURCES, max_length=300)} == {300}


# ------------------------------------------------------------------------ whose and when
def test_answers_do_not_depend_on_company(model):
    options = {"num_beams": 3, "return_scores": True}
    rows, scores = model.predict_top_k(SOURCES, 2, **options)
    for i in range(0, len(SOURCES), 4):
        (row,), (score,) = model.predict_top_k([SOURCES[i]], 2, **options)
        assert row == rows[i]
        np.testing.assert_allclose(score, scores[i], atol=1e-5)
    order = np.random.default_rng(0).permutation(len(SOURCES))
    mixed, _ = model.predict_top_k([SOURCES[i] for i in order], 2, **options)
    assert mixed == [rows[i] for i in order]
    beside_long = model.predict([*SOURCES, "ab" * 60])
    np.testing.assert_array_equal(beside_long[:-1], model.predict(SOURCES))


@pytest.mark.parametrize("num_beams", [1, 120])
def test_many_documents_are_made_in_pieces(num_beams):
    model = fitted("simple, dot")
    expected = dict(zip(SOURCES, model.predict(SOURCES, num_beams=num_beams), strict=True))
    X = SOURCES * (20 if num_beams == 1 else 1)
    found = model.predict(X, num_beams=num_beams)
    assert found.tolist() == [expected[text] for text in X]


@pytest.mark.parametrize("name", ["lstm", "repeat"])
def test_parameters_and_arguments_agree(name):
    model = copy.deepcopy(fitted(name))
    for options in (
        {"num_beams": 3},
        {"num_beams": 3, "length_penalty": 0.0},
        {"max_length": 2},
        {"num_beams": 4, "length_penalty": 2.0, "max_length": 2},
    ):
        model.set_params(num_beams=1, length_penalty=1.0, max_length=None)
        usual = model.predict(SOURCES).tolist()
        asked = model.predict(SOURCES, **options).tolist()
        assert model.predict(SOURCES).tolist() == usual  # nothing is kept
        asked_k = model.predict_top_k(SOURCES, 2, **options)
        model.set_params(**options)
        assert model.predict(SOURCES).tolist() == asked
        assert model.predict_top_k(SOURCES, 2) == asked_k
    model.set_params(num_beams=7, length_penalty=0.5, max_length=1)
    assert model.predict(SOURCES, num_beams=1, length_penalty=1.0, max_length=30).tolist() == (
        fitted(name).predict(SOURCES, max_length=30).tolist()
    )


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"num_beams": 0}, ValueError, "num_beams=0 must be an integer of at least 1"),
        ({"num_beams": 1.5}, ValueError, "num_beams=1.5 must be an integer"),
        ({"num_beams": True}, ValueError, "num_beams=True must be an integer"),
        ({"max_length": 0}, ValueError, "max_length=0 must be an integer of at least 1"),
        ({"max_length": "3"}, ValueError, "max_length='3' must be an integer"),
        ({"length_penalty": "a"}, TypeError, "length_penalty is 'a'; expected a finite number"),
        ({"length_penalty": np.nan}, ValueError, "length_penalty is nan; expected a finite"),
    ],
)
def test_options_out_of_range_are_said(options, error, message):
    model = fitted("lstm")
    with pytest.raises(error, match=message):
        model.predict(["a"], **options)
    with pytest.raises(error, match=message):
        model.predict_top_k(["a"], **options)


@pytest.mark.parametrize("k", [0, -1, 1.5, "3", None, True])
def test_a_wrong_k_is_said(k):
    with pytest.raises(ValueError, match=r"k=.* must be an integer of at least 1"):
        fitted("lstm").predict_top_k(["a"], k)


@pytest.mark.parametrize("value", [0, "a", None])
def test_a_parameter_that_became_wrong_after_fit_is_said(value):
    model = copy.deepcopy(fitted("lstm")).set_params(num_beams=value)
    with pytest.raises((TypeError, ValueError), match="num_beams"):
        model.predict(["a"])


# ------------------------------------------------------------------------------- memory
class Enough(Exception):
    """Raised in place of work that would need the memory."""


def test_long_sources_are_read_in_small_batches(monkeypatch):
    shapes = []

    def note(self, inputs, lengths):
        shapes.append(inputs[0].shape)
        raise Enough

    monkeypatch.setattr("skseq.training.step_function.KerasEncoder.__call__", note)
    with pytest.raises(Enough):
        fitted("transformer").predict(["ab" * 500] * 256)
    n_rows, width = shapes[0]
    assert n_rows * 2 * width**2 <= MOST_WEIGHTS


def test_long_sources_are_scored_in_small_batches(monkeypatch):
    shapes = []

    def note(self, inputs, lengths, targets, states):
        shapes.append(inputs[0].shape)
        raise Enough

    monkeypatch.setattr("skseq.training.step_function.KerasStepFunction.score", note)
    with pytest.raises(Enough):
        fitted("transformer").score_samples(["ab" * 500] * 256, ["a"] * 256)
    n_rows, width = shapes[0]
    assert n_rows * 2 * width**2 <= MOST_WEIGHTS
