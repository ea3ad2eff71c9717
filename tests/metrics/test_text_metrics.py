"""Metrics of texts, against NLTK, sacrebleu's numbers and brute force."""

from __future__ import annotations

import gc
import subprocess
import sys
import tracemalloc
from functools import cache

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator
from sklearn.model_selection import GridSearchCV, cross_val_score

from skseq.metrics import (
    _levenshtein,
    bleu,
    bleu_scorer,
    chrf,
    chrf_scorer,
    edit_distance,
    edit_distance_scorer,
    exact_match,
    exact_match_scorer,
)

METRICS = [exact_match, edit_distance, bleu, chrf]
SCORES = [exact_match, bleu, chrf]
SPANISH = ["Ve.", "El gato está en la alfombra.", "¿Quién lo dijo?", "Ella lee libros a menudo."]
GUESSED = ["Vete.", "El gato está sobre la alfombra.", "¿Quién dijo eso?", "Ella lee a menudo."]


def random_texts(rng, n_texts, longest, alphabet="abcñ¿ "):
    lengths = rng.integers(0, longest + 1, n_texts)
    return ["".join(rng.choice(list(alphabet), length)) for length in lengths]


# --- exact_match -----------------------------------------------------------------------------


def test_exact_match_is_literal():
    assert exact_match(["a", "b ", "É"], ["a", "b", "E\u0301"]) == 1 / 3
    assert exact_match([["a", "b"], []], [("a", "b"), []]) == 1.0
    assert exact_match(["a", "b"], ["a", "c"], sample_weight=[3, 1]) == 0.75
    assert type(exact_match(np.array(["a"]), ["a"])) is float


# --- edit_distance ---------------------------------------------------------------------------


@cache
def slow_distance(first, second):
    """Return the distance as it is defined, by recursion."""
    if not first or not second:
        return len(first) + len(second)
    return min(
        slow_distance(first[1:], second) + 1,
        slow_distance(first, second[1:]) + 1,
        slow_distance(first[1:], second[1:]) + (first[0] != second[0]),
    )


def test_edit_distance_equals_its_definition():
    rng = np.random.default_rng(0)
    texts = ["", *random_texts(rng, 60, 5, "ab")]
    pairs = [(first, second) for first in texts for second in texts]
    distances = _levenshtein.levenshtein(*zip(*pairs, strict=True))
    assert distances.tolist() == [slow_distance(*pair) for pair in pairs]


@pytest.mark.parametrize("max_cells", [1, 300, 2**21])
def test_edit_distance_equals_that_of_nltk_whatever_the_batches(max_cells, monkeypatch):
    from nltk.metrics.distance import edit_distance as of_nltk

    monkeypatch.setattr(_levenshtein, "_MAX_CELLS", max_cells)
    rng = np.random.default_rng(1)
    first, second = random_texts(rng, 300, 25), random_texts(rng, 300, 25)
    expected = [of_nltk(*pair) for pair in zip(first, second, strict=True)]
    assert _levenshtein.levenshtein(first, second).tolist() == expected
    tokens = [[list(text) for text in texts] for texts in (first, second)]
    assert _levenshtein.levenshtein(*tokens).tolist() == expected
    assert edit_distance(first, second) == pytest.approx(np.mean(expected))
    n_characters = sum(map(len, first))
    rate = edit_distance(first, second, normalize=True)
    assert rate == pytest.approx(sum(expected) / n_characters)


def test_edit_distance_is_a_metric():
    rng = np.random.default_rng(2)
    a, b, c = (random_texts(rng, 200, 12, "ab") for _ in range(3))
    of = _levenshtein.levenshtein
    assert (of(a, b) == of(b, a)).all() and not of(a, a).any()
    assert (of(a, c) <= of(a, b) + of(b, c)).all()
    lengths = np.array([[len(text) for text in texts] for texts in (a, b)])
    assert (of(a, b) >= np.abs(lengths[0] - lengths[1])).all()
    assert (of(a, b) <= lengths.max(axis=0)).all()


def test_edit_distance_weighs_texts():
    true, pred = ["abcd", "ab"], ["abce", ""]
    assert edit_distance(true, pred) == 1.5
    assert edit_distance(true, pred, normalize=True) == 3 / 6
    assert edit_distance(true, pred, sample_weight=[3, 1]) == 5 / 4
    assert edit_distance(true, pred, normalize=True, sample_weight=[3, 1]) == 5 / 14
    repeated = edit_distance(["abcd"] * 3 + ["ab"], ["abce"] * 3 + [""], normalize=True)
    assert repeated == 5 / 14


def test_edit_distance_of_tokens():
    words = [["the", "cat", "sat"]], [["the", "dog", "sat", "down"]]
    assert edit_distance(*words) == 2 and edit_distance(*words, normalize=True) == 2 / 3
    assert edit_distance([[1, 2, 3]], [np.array([1, 3])]) == 1
    assert edit_distance([[(60, 64), None]], [[(60, 64), "x"]]) == 1
    assert edit_distance(np.array([["a", "b"], ["c", "d"]]), [["a", "b"], ["c"]]) == 0.5


def test_edit_distance_of_unusual_characters():
    assert edit_distance(["😀é\x00"], ["😀e"]) == 2
    assert edit_distance(["\ud83d"], ["\ud83e"]) == 1
    assert edit_distance(["é"], ["e\u0301"]) == 2


def test_edit_distance_of_a_long_text():
    long = "ab" * 2000
    assert edit_distance([long, "a"], ["b" + long[:-1], ""]) == 1.5


def test_edit_distance_of_many_texts_needs_little_memory(monkeypatch):
    monkeypatch.setattr(_levenshtein, "_MAX_CELLS", 2**15)
    texts = ["ab" * 30] * 10_000
    gc.collect()
    tracemalloc.start()
    assert edit_distance(texts, ["x" + text for text in texts]) == 1
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6e6  # one batch of all texts takes 10 MB


def test_error_rate_of_empty_texts_is_refused():
    assert edit_distance(["", ""], ["", "ab"]) == 1.0
    with pytest.raises(ValueError, match=r"true texts that have a weight are empty.*normalize"):
        edit_distance(["", "a"], ["a", "a"], normalize=True, sample_weight=[1, 0])


# --- bleu ------------------------------------------------------------------------------------


def test_bleu_equals_that_of_nltk_where_every_text_is_long_enough():
    # For texts of fewer than four tokens NLTK counts one 4-gram that is not there.
    from nltk.translate.bleu_score import SmoothingFunction, corpus_bleu

    rng = np.random.default_rng(3)
    for n_words in (2, 3, 30):  # hardly any, few and many n-grams are right
        for _ in range(20):
            true, pred = (
                [rng.integers(n_words, size=n).tolist() for n in rng.integers(4, 12, 5)]
                for _ in range(2)
            )
            if not {word for text in true for word in text} & {w for text in pred for w in text}:
                continue
            for max_ngram in (1, 2, 4):
                expected = corpus_bleu(
                    [[text] for text in true],
                    pred,
                    weights=(1 / max_ngram,) * max_ngram,
                    smoothing_function=SmoothingFunction().method3,
                )
                assert bleu(true, pred, max_ngram=max_ngram) == pytest.approx(expected)


def test_bleu_equals_that_of_sacrebleu():
    # By sacrebleu 2.6.0: corpus_bleu(...).
    assert bleu(SPANISH, GUESSED) == pytest.approx(0.2907823373, abs=1e-9)
    assert bleu(SPANISH[:1], ["Ve ya ahora mismo."], max_ngram=2) == pytest.approx(0.2236067977)
    assert bleu(SPANISH[1:2], ["El gato."], max_ngram=2) == pytest.approx(0.1863913239)


def test_bleu_by_hand():
    # 4 of 5 words and 2 of 4 pairs are right; the true text has one word more.
    score = bleu([list("abcdef")], [list("abxde")], max_ngram=2)
    assert score == pytest.approx(np.sqrt(4 / 5 * 2 / 4) * np.exp(1 - 6 / 5))
    # None of the pairs: 1/2 is put for their number.
    assert bleu([list("ab")], [list("ba")]) == pytest.approx(np.sqrt(1 * 1 / 2))
    # A word is right only as often as the true text has it.
    assert bleu([["the", "cat"]], [["the"] * 4], max_ngram=1) == pytest.approx(1 / 4)


def test_bleu_splits_words_and_marks_and_keeps_case():
    words = [["Quién", "lo", "dijo", "?"]], [["Quién", "dijo", "eso", "?"]]
    assert bleu(["Quién lo dijo?"], ["Quién dijo  eso ?"]) == bleu(*words) > 0
    assert bleu(["Go on"], ["go on"]) < 1


# --- chrf ------------------------------------------------------------------------------------


def test_chrf_of_one_order_equals_that_of_nltk():
    # NLTK averages F-scores of orders and texts, the paper precisions and recalls.
    from nltk.translate.chrf_score import sentence_chrf

    rng = np.random.default_rng(4)
    for true, pred in zip(random_texts(rng, 50, 20), random_texts(rng, 50, 20), strict=True):
        if len(true.replace(" ", "")) > 2 and len(pred.replace(" ", "")) > 2:
            for n in (1, 2):
                ours = chrf_of_order(true, pred, n)
                assert ours == pytest.approx(sentence_chrf(true, pred, n, n, beta=2.0), abs=1e-12)


def chrf_of_order(true, pred, n):
    """Return the score of n-grams alone, by giving them as the characters of a text."""
    true, pred = ("".join(text.split()) for text in (true, pred))
    codes = {}
    as_characters = [
        "".join(
            chr(0x4E00 + codes.setdefault(text[i : i + n], len(codes)))
            for i in range(len(text) - n + 1)
        )
        for text in (true, pred)
    ]
    return chrf([as_characters[0]], [as_characters[1]], max_ngram=1)


def test_chrf_equals_that_of_sacrebleu():
    # By sacrebleu 2.6.0: corpus_chrf(...).
    assert chrf(SPANISH, GUESSED) == pytest.approx(0.6298043941, abs=1e-10)
    assert chrf(SPANISH, GUESSED, beta=1, max_ngram=3) == pytest.approx(0.7627899878)
    assert chrf(["Ve.", "No."], ["Vete ya.", "N"]) == pytest.approx(0.2842377261)


def test_chrf_by_hand():
    # Order 1: 2 of 3 and 2 of 4; order 2: 1 of 2 and 1 of 3.
    precision, recall = (2 / 3 + 1 / 2) / 2, (2 / 4 + 1 / 3) / 2
    expected = 5 * precision * recall / (4 * precision + recall)
    assert chrf(["abcd"], ["abx"], max_ngram=2) == pytest.approx(expected)


def test_chrf_ignores_white_space_and_boundaries_of_tokens():
    assert chrf(["a b\tc"], ["abc "]) == 1.0
    score = chrf(["the cat"], ["the hat"])
    assert chrf([["the", "cat"]], [["the", "hat"]]) == chrf([["th", "ecat"]], [["t", "hehat"]])
    assert chrf([["the", "cat"]], [["the", "hat"]]) == score
    assert chrf(["abcd"], ["ab"], beta=0.5) > chrf(["abcd"], ["ab"])


# --- both ------------------------------------------------------------------------------------


@pytest.mark.parametrize("metric", SCORES)
@pytest.mark.parametrize(
    "texts", [["Go."], ["a"], [""], ["", "a b"], ["Ve.", "Hola."], ["😀"], [[]], [["a"], []]]
)
def test_equal_texts_score_one(metric, texts):
    assert metric(texts, list(texts)) == 1.0
    assert edit_distance(texts, texts) == 0.0


@pytest.mark.parametrize("metric", SCORES)
@pytest.mark.parametrize(
    ("true", "pred"),
    [
        (["a b c d e"], [""]),
        ([""], ["a b c d e"]),
        (["a b c d e", "f"], ["", " "]),
        (["a b c d e"], ["x y z"]),
        ([["a"]], [[]]),
        ([[]], [["a"]]),
        (["a"], ["."]),
    ],
)
def test_texts_without_anything_right_score_zero(metric, true, pred):
    assert metric(true, pred) == 0.0


@pytest.mark.parametrize("metric", SCORES)
def test_scores_are_between_zero_and_one_in_any_order_of_texts(metric):
    rng = np.random.default_rng(5)
    for _ in range(100):
        true, pred = random_texts(rng, 4, 8), random_texts(rng, 4, 8)
        score = metric(true, pred)
        assert type(score) is float and 0.0 <= score <= 1.0
        assert metric(true[::-1], pred[::-1]) == pytest.approx(score)


@pytest.mark.parametrize("metric", METRICS)
def test_any_collection_of_texts_is_taken(metric):
    expected = metric(SPANISH, GUESSED)
    index = [7, 3, 5, 1]
    for kind in (
        tuple,
        np.array,
        iter,
        lambda texts: (text for text in texts),
        lambda texts: np.array(texts, dtype=object),
        lambda texts: pd.Series(texts, index=index),
        lambda texts: pd.Series(texts, dtype="string"),
        lambda texts: pd.DataFrame({"text": texts}),
    ):
        assert metric(kind(SPANISH), kind(GUESSED)) == expected
    pyarrow = pytest.importorskip("pyarrow")
    assert metric(pyarrow.array(SPANISH), pyarrow.array(GUESSED)) == expected
    words = [[text.split() for text in texts] for texts in (SPANISH, GUESSED)]
    assert metric(*words) == metric(*(pd.Series(texts) for texts in words))


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize(
    ("true", "pred", "error", "message"),
    [
        ("abc", ["abc"], ValueError, r"y_true is one str; expected a list of texts.*\[text\]"),
        (["abc"], b"abc", ValueError, "y_pred is one bytes"),
        (["a", "b"], ["a"], ValueError, "y_true has 2 texts and y_pred has 1; expected one"),
        ([], [], ValueError, "are empty; pass at least one text"),
        (None, ["a"], TypeError, "y_true is of type NoneType; expected a list of texts"),
        (["a"], {"a"}, TypeError, "y_pred is of type set"),
        (np.array("a"), ["a"], TypeError, "y_true is of type ndarray"),
        (["a", 3], ["a", "b"], TypeError, r"y_true\[1\] is 3 of type int"),
        (["a", "b"], ["a", None], TypeError, r"y_pred\[1\] is None of type NoneType"),
        (pd.Series(["a", np.nan]), ["a", "b"], TypeError, r"y_true\[1\] is nan of type float"),
        (["a", ["b"]], ["a", "b"], ValueError, r"y_true\[0\] is str and y_true\[1\] is lists"),
        (["a b"], [["a", "b"]], ValueError, "y_true holds str and y_pred lists of tokens"),
        ([["a", ["b"]]], [["a"]], TypeError, r"y_true\[0\] holds a token of type list"),
    ],
)
def test_what_is_no_text_is_refused(metric, true, pred, error, message):
    with pytest.raises(error, match=message):
        metric(true, pred)


@pytest.mark.parametrize("metric", [exact_match, edit_distance])
@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1], r"sample_weight has shape \(1,\), but there are 2 pairs"),
        (1.0, r"sample_weight has shape \(\)"),
        ([[1], [1]], r"sample_weight has shape \(2, 1\)"),
        ([1, -1], "finite and not negative"),
        ([1, np.nan], "finite and not negative"),
        ([0, 0], "All sample weights are zero"),
    ],
)
def test_wrong_weights_are_refused(metric, weights, message):
    with pytest.raises(ValueError, match=message):
        metric(["a", "b"], ["a", "c"], sample_weight=weights)


@pytest.mark.parametrize("metric", [bleu, chrf])
def test_wrong_options_are_refused(metric):
    for max_ngram in (2.0, "4", True, None):
        with pytest.raises(TypeError, match=r"max_ngram is .*; expected an integer, 1 or more"):
            metric(["a"], ["a"], max_ngram=max_ngram)
    with pytest.raises(ValueError, match="max_ngram is 0; expected 1 or more"):
        metric(["a"], ["a"], max_ngram=0)
    assert metric(SPANISH, GUESSED, max_ngram=np.int64(2)) > 0


def test_wrong_options_of_chrf_are_refused():
    for beta in ("2", None, True):
        with pytest.raises(TypeError, match=r"beta is .*; expected a number above 0"):
            chrf(["a"], ["a"], beta=beta)
    for beta in (0, -1.0, np.inf, np.nan):
        with pytest.raises(ValueError, match=r"beta is .*; expected a finite number above 0"):
            chrf(["a"], ["a"], beta=beta)
    with pytest.raises(TypeError, match="chrf reads characters, but one token is 3 of type int"):
        chrf([[3]], [["3"]])


# --- scorers ---------------------------------------------------------------------------------


class Echo(BaseEstimator):
    """Answers with the question, in upper case where it is told to."""

    def __init__(self, upper=False, as_list=False):
        self.upper = upper
        self.as_list = as_list

    def fit(self, X, y, sample_weight=None):
        return self

    def predict(self, X):
        texts = [text.upper() if self.upper else text for text in X]
        return texts if self.as_list else np.array(texts)


SCORERS = [
    (exact_match_scorer, exact_match, 1),
    (edit_distance_scorer, edit_distance, -1),
    (bleu_scorer, bleu, 1),
    (chrf_scorer, chrf, 1),
]


@pytest.mark.parametrize(("scorer", "metric", "sign"), SCORERS)
@pytest.mark.parametrize("as_list", [False, True])
@pytest.mark.parametrize("kind", [list, np.array, pd.Series])
def test_scorers_work_in_model_selection(scorer, metric, sign, as_list, kind):
    X, y = kind(GUESSED * 2), kind(SPANISH * 2)
    scores = cross_val_score(Echo(as_list=as_list), X, y, scoring=scorer, cv=2)
    np.testing.assert_allclose(scores, sign * metric(SPANISH, GUESSED))
    search = GridSearchCV(Echo(as_list=as_list), {"upper": [True, False]}, scoring=scorer, cv=2)
    search.fit(X, kind(GUESSED * 2))
    assert search.best_params_ == {"upper": False}


def test_scorers_hand_weights_on():
    X, y, weights = ["ab", "c"], ["ab", "d"], [3, 1]
    assert exact_match_scorer(Echo(), X, y, sample_weight=weights) == 0.75
    assert edit_distance_scorer(Echo(), X, y, sample_weight=weights) == -0.25


def test_metrics_of_texts_import_neither_nltk_nor_tensorflow():
    code = (
        "import sys\n"
        "from skseq.metrics import bleu, chrf, edit_distance\n"
        "assert bleu(['a b'], ['a c']) and chrf(['a b'], ['a c']) and edit_distance(['a'], [''])\n"
        "assert not {'nltk', 'tensorflow', 'keras'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
