"""Peers of every task: their scores, which task is chosen, and the table that shows them."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import RandomForestRegressor
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import log_loss, mean_absolute_error, r2_score
from sklearn.model_selection import (
    KFold,
    PredefinedSplit,
    ShuffleSplit,
    StratifiedKFold,
    TimeSeriesSplit,
    cross_val_score,
    cross_validate,
)
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.svm import LinearSVC

from skseq import (
    CharLanguageModel,
    CTCRecognizer,
    LSTMClassifier,
    LSTMForecaster,
    LSTMRegressor,
    LSTMTagger,
    Seq2Seq,
    Sequences,
    Tokenizer,
    WordLanguageModel,
)
from skseq.inspection import BaselineReport, baseline_report
from skseq.inspection.baselines import tagging as tagging_module
from skseq.inspection.baselines.naive_bayes import NaiveBayesLinear
from skseq.inspection.baselines.ngram import InterpolatedNgram
from skseq.inspection.baselines.report import BaselineRow
from skseq.inspection.baselines.summaries import Summaries
from skseq.inspection.baselines.taggers import WindowCRF
from skseq.inspection.baselines.tasks import choose_task
from skseq.inspection.baselines.terms import TermWeights, texts_of
from skseq.targets.naive import naive_forecasts

RNG = np.random.default_rng(0)
WORDS = ["good", "bad", "film", "cast", "plot", "very", "a", "long"]
TEXTS = [" ".join(RNG.choice(WORDS, size=6)) for _ in range(40)]
LABELS = ["yes" if text.count("good") > text.count("bad") else "no" for text in TEXTS]
RAGGED = [RNG.normal(size=(n, 2)) + (i % 3) for i, n in enumerate(RNG.integers(3, 9, size=30))]
THREE = np.arange(30) % 3
NUMBERS = np.array([row[:, 0].mean() for row in RAGGED])
SENTENCES = [text.split() for text in TEXTS]
TAGS = [["ADJ" if word in WORDS[:2] else "X" for word in words] for words in SENTENCES]
SPANS = [["B-Q" if word in WORDS[:2] else "O" for word in words] for words in SENTENCES]
SOURCES = [f"{n} {word}" for n in range(10) for word in ("film", "cast", "plot")]
TARGETS = [text[::-1] + "!" for text in SOURCES]
SERIES = np.tile([0.0, 2.0, 1.0, 5.0], 30) + 0.01 * np.arange(120)


def means(report):
    """Return the mean of each score of each row."""
    return {
        row.name: {metric: row.mean(metric) for metric in report.metrics} for row in report.rows
    }


# ------------------------------------------------------------------------- classification
def test_text_classification_scores_are_those_of_scikit_learn_on_the_same_folds():
    mine = make_pipeline(TfidfVectorizer(), LogisticRegression())
    report = baseline_report(TEXTS, LABELS, estimators={"mine": mine}, cv=4, random_state=3)
    folds = StratifiedKFold(4, shuffle=True, random_state=3)
    expected = cross_validate(mine, TEXTS, LABELS, cv=folds, scoring=["accuracy", "neg_log_loss"])
    row = next(row for row in report.rows if row.name == "mine")
    np.testing.assert_allclose(row.scores["accuracy"], expected["test_accuracy"])
    np.testing.assert_allclose(row.scores["log_loss"], -expected["test_neg_log_loss"])
    assert row.mean("accuracy") == pytest.approx(expected["test_accuracy"].mean())
    error = expected["test_accuracy"].std(ddof=1) / math.sqrt(4)
    assert row.standard_error("accuracy") == pytest.approx(error)
    assert not row.is_peer and row.fit_seconds > 0 and row.predict_seconds > 0
    vectorizer = TfidfVectorizer(
        ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\b\w+\b|[^\w\s]"
    )
    peer = make_pipeline(vectorizer, LogisticRegression(C=10, max_iter=1000))
    scores = cross_val_score(peer, TEXTS, LABELS, cv=folds)
    assert means(report)["TF-IDF + logistic regression"]["accuracy"] == pytest.approx(scores.mean())
    prior = cross_val_score(DummyClassifier(), TEXTS, LABELS, cv=folds).mean()
    assert means(report)["most frequent class"]["accuracy"] == pytest.approx(prior)
    assert report.rows[-1].name == "most frequent class"


def test_nb_svm_weighs_terms_by_their_log_count_ratios():
    weights = TermWeights(binary=True)
    X, y = weights.fit_transform(TEXTS), np.array(LABELS)
    model = NaiveBayesLinear().fit(X, y)
    dense = X.toarray()
    assert set(np.unique(dense)) == {0, 1}
    inside, outside = (1 + dense[y == label].sum(axis=0) for label in ("yes", "no"))
    ratio = np.log((inside / inside.sum()) / (outside / outside.sum()))
    np.testing.assert_allclose(model.parts_[0][0], ratio)
    direct = LogisticRegression(max_iter=1000).fit(dense * ratio, y)
    np.testing.assert_allclose(model.predict_proba(X), direct.predict_proba(dense * ratio), 1e-3)
    several = NaiveBayesLinear().fit(X, np.arange(len(TEXTS)) % 3)
    np.testing.assert_allclose(several.predict_proba(X).sum(axis=1), 1)


@pytest.mark.parametrize(
    "as_kind",
    [
        lambda ids: SENTENCES,
        lambda ids: ids,
        lambda ids: [row.tolist() for row in ids],
        lambda ids: np.asarray(ids),
        lambda ids: np.array(TEXTS),
        lambda ids: pd.Series(TEXTS, index=range(100, 140)),
        lambda ids: tuple(TEXTS),
    ],
    ids=["tokens", "sequences", "id lists", "padded ids", "array", "column", "tuple"],
)
def test_texts_in_any_form_have_the_same_peers(as_kind):
    ids = Tokenizer(min_count=1).fit_transform(TEXTS)
    of_texts, found = (
        means(baseline_report(X, LABELS, cv=2, random_state=0)) for X in (TEXTS, as_kind(ids))
    )
    assert set(found) == set(of_texts)
    for name, scores in of_texts.items():
        assert found[name] == pytest.approx(scores, rel=1e-2)


def test_ids_with_a_vocabulary_become_their_tokens_again():
    tokenizer = Tokenizer(min_count=1).fit(["a b"])
    assert texts_of(tokenizer.transform(["b c", ""])) == [["b", "c"], []]
    assert texts_of([[4, 5], [6]]) == [["4", "5"], ["6"]]
    assert texts_of(["a b", ["c", "d"]]) == [["a", "b"], ["c", "d"]]


def test_texts_without_blanks_are_read_by_characters():
    genes = ["acgt" * 3 if i % 2 else "aacc" * 3 for i in range(20)]
    report = baseline_report(genes, np.arange(20) % 2, cv=2, random_state=0)
    assert report.rows[0].mean("accuracy") == 1.0
    terms = TermWeights().fit(genes).vectorizer_.vocabulary_
    assert max(map(len, terms)) == 4


def test_rare_terms_are_left_out_of_many_documents_only():
    assert "once" in TermWeights().fit(["once a", "a b"] * 2).vectorizer_.vocabulary_
    many = ["a b", "b c"] * 60 + ["once a"]
    assert "once" not in TermWeights().fit(many).vectorizer_.vocabulary_
    different = [f"w{i} v{i}" for i in range(120)]  # nothing occurs twice
    assert len(TermWeights().fit(different).vectorizer_.vocabulary_) == 360


def test_number_classification_of_ragged_sequences_has_a_forest_on_summaries():
    report = baseline_report(RAGGED, THREE, cv=3, random_state=0)
    assert {row.name for row in report.rows} == {"most frequent class", "forest on summaries"}
    assert report.rows[0].mean("accuracy") > 0.6
    same = baseline_report(Sequences.from_lists(RAGGED), THREE, cv=3, random_state=0)
    assert means(same) == means(report)


@pytest.mark.parametrize("shape", [(30, 5), (30, 5, 2)])
def test_arrays_of_numbers_are_read_as_equal_sequences(shape):
    X = RNG.normal(size=shape) + THREE.reshape(-1, *[1] * (len(shape) - 1))
    report = baseline_report(X, THREE, cv=2, random_state=0)
    assert report.rows[0].name == "forest on summaries"


def test_summaries_are_those_counted_by_hand():
    found = Summaries().fit_transform([np.array([[1.0, 2.0], [3.0, 2.0]]), np.zeros((0, 2))])
    expected = [2, 2, 1, 0, 1, 2, 3, 2, 1, 2, 3, 2, 2, 0, 2]
    np.testing.assert_allclose(found, [expected, [0] * 15])


def test_models_without_probabilities_have_no_log_loss():
    report = baseline_report(
        TEXTS, LABELS, estimators=make_pipeline(TfidfVectorizer(), LinearSVC()), cv=2
    )
    row = next(row for row in report.rows if not row.is_peer)
    assert row.name == "LinearSVC" and math.isnan(row.mean("log_loss"))
    assert "–" in repr(report)


def test_a_class_that_a_fold_lacks_costs_a_finite_log_loss():
    y = [*LABELS[:-1], "rare"]
    report = baseline_report(TEXTS, y, cv=2, random_state=0)
    assert all(math.isfinite(row.mean("log_loss")) for row in report.rows)
    row = next(row for row in report.rows if row.name == "most frequent class")
    assert row.scores["log_loss"].max() > 1.5


def test_log_loss_of_a_forest_is_scikit_learns():
    report = baseline_report(RAGGED, THREE, cv=KFold(3), random_state=0)
    row = next(row for row in report.rows if row.name == "most frequent class")
    expected = []
    for train, test in KFold(3).split(RAGGED):
        model = DummyClassifier(strategy="prior").fit(THREE[train], THREE[train])
        expected.append(log_loss(THREE[test], model.predict_proba(THREE[test]), labels=[0, 1, 2]))
    np.testing.assert_allclose(row.scores["log_loss"], expected)


@pytest.mark.parametrize("X", [TEXTS[:30], RAGGED], ids=["texts", "numbers"])
def test_indicator_matrices_have_micro_f1_and_subset_accuracy(X):
    y = np.column_stack([THREE == 0, THREE > 0, np.ones(30)]).astype(int)
    report = baseline_report(X, y, cv=3, random_state=0)
    assert list(report.metrics) == ["micro_f1", "subset_accuracy"]
    assert report.rows[0].mean("micro_f1") >= report.rows[-1].mean("micro_f1") > 0


# ----------------------------------------------------------------------------- regression
def test_regression_scores_are_those_of_scikit_learn_on_the_same_folds():
    report = baseline_report(RAGGED, NUMBERS, cv=3, random_state=1)
    folds = KFold(3, shuffle=True, random_state=1)
    table = Summaries().fit_transform(RAGGED)
    forest = cross_val_score(RandomForestRegressor(random_state=1), table, NUMBERS, cv=folds)
    assert means(report)["forest on summaries"]["r2"] == pytest.approx(forest.mean())
    mean = cross_val_score(DummyRegressor(), table, NUMBERS, cv=folds).mean()
    assert means(report)["mean"]["r2"] == pytest.approx(mean)
    assert report.rows[0].name == "ridge on summaries"  # the target is a summary


def test_regression_of_texts_and_of_several_targets():
    lengths = [float(len(text)) + 0.5 for text in TEXTS]
    assert baseline_report(TEXTS, lengths, cv=3, random_state=0).rows[0].name == "TF-IDF + ridge"
    y = np.column_stack([NUMBERS, -NUMBERS])
    report = baseline_report(RAGGED, y, cv=3, random_state=0)
    assert report.task == "regression" and report.rows[0].mean("r2") > 0.9


# -------------------------------------------------------------------------------- tagging
def test_tagging_of_tokens_by_hand():
    report = baseline_report(SENTENCES, TAGS, cv=2, random_state=0)
    assert report.task == "tagging" and list(report.metrics) == ["token_accuracy"]
    assert means(report)["most frequent tag"]["token_accuracy"] == 1.0
    X, y = [["a", "b"], ["a"], ["c"], ["b", "c"]], [["A", "B"], ["A"], ["A"], ["B", "B"]]
    report = baseline_report(X, y, cv=[([0, 1], [2, 3])])
    # "c" is unknown and gets "A", of which there are two.
    assert means(report)["most frequent tag"]["token_accuracy"] == pytest.approx(2 / 3)


def test_entity_tags_are_ranked_by_span_f1(monkeypatch):
    monkeypatch.setattr(tagging_module.importlib.util, "find_spec", lambda name: None)
    report = baseline_report(SENTENCES, SPANS, cv=2, random_state=0)
    assert list(report.metrics) == ["span_f1", "token_accuracy"]
    assert set(means(report)) == {"most frequent tag", "logistic regression on windows"}
    assert means(report)["logistic regression on windows"]["span_f1"] == 1.0


def test_window_crf_keeps_the_kind_of_tags():
    pytest.importorskip("sklearn_crfsuite")
    y = [[int(tag == "ADJ") for tag in tags] for tags in TAGS]
    found = WindowCRF().fit([*SENTENCES, []], [*y, []]).predict([["good", "film"], []])
    assert found == [[1, 0], []]


def test_tagging_reads_characters_padded_ids_and_numbers():
    genes, tags = ["acgt", "ttga", "ac"] * 5, ["NNCC", "CCNN", "NN"] * 5
    assert baseline_report(genes, tags, cv=3, random_state=0).task == "tagging"
    ids = np.array([[0, 4, 5], [4, 5, 4], [0, 0, 5]] * 5)
    report = baseline_report(ids, np.where(ids == 4, 7, 8), cv=3, random_state=0)
    assert report.rows[0].mean("token_accuracy") == 1.0
    steps = [(row[:, 0] > 1).astype(int).tolist() for row in RAGGED]
    report = baseline_report(RAGGED, steps, cv=3, random_state=0)
    assert report.rows[0].name == "logistic regression on windows"
    assert report.rows[0].mean("token_accuracy") > 0.9


# -------------------------------------------------------------------------- language model
def test_language_model_bits_are_those_of_the_ngram_model_on_the_same_folds():
    report = baseline_report(TEXTS, cv=3, random_state=0)
    assert report.task == "language_model" and report.rows[0].name == "6-gram, Kneser-Ney"
    bits = []
    for train, test in KFold(3, shuffle=True, random_state=0).split(TEXTS):
        known = [[*TEXTS[i], "END"] for i in train]
        model = InterpolatedNgram(6).fit(known)
        nats = np.concatenate([model.log_prob([*TEXTS[i], "END"])[:-1] for i in test])
        bits.append(-nats.mean() / np.log(2))
    np.testing.assert_allclose(report.rows[0].scores["bits_per_token"], bits)


def test_one_long_text_is_cut_into_consecutive_blocks():
    text = " ".join(TEXTS)
    seen = []

    class Reader(BaseEstimator):
        def fit(self, X, y=None):
            seen.append(X)
            return self

        def score(self, X):
            seen[-1] = (seen[-1], X)
            return -np.log(2.0)

    report = baseline_report(text, estimators=Reader(), cv=3)
    assert means(report)["Reader"]["bits_per_token"] == pytest.approx(1.0)
    (first, block), (both, _), _ = seen
    assert block[0] + first[0] == text and len(both) == 2
    assert "1 document" in repr(report)
    assert means(baseline_report([text], cv=3)) == means(baseline_report(text, cv=3))
    series = baseline_report(text, cv=TimeSeriesSplit(3))
    assert series.n_folds == 3
    with pytest.raises(ValueError, match="no stretch of the document"):
        baseline_report(text, cv=ShuffleSplit(2, random_state=0))
    with pytest.raises(ValueError, match="X is one document"):
        baseline_report([text], ["someone"], task="language_model")


def test_language_models_are_compared_by_their_own_tokens():
    settings = {"units": 4, "epochs": 1, "random_state": 0, "early_stopping": False}
    words = WordLanguageModel(**settings, min_count=2)
    report = baseline_report(TEXTS, estimators=words, cv=[(np.arange(30), np.arange(30, 40))])
    row = next(row for row in report.rows if not row.is_peer)
    score = words.fit(TEXTS[:30]).score(TEXTS[30:])
    assert row.mean("bits_per_token") == pytest.approx(-score / np.log(2), rel=1e-4)
    assert "3-gram, Kneser-Ney" in means(report)
    with pytest.raises(ValueError, match="different numbers of tokens"):
        baseline_report(TEXTS, estimators=[words, CharLanguageModel(**settings)])


def test_language_models_of_symbols():
    report = baseline_report([[60, 62, 64, 60], [67, 65, 64]] * 6, cv=3, random_state=0)
    assert report.task == "language_model" and "3-gram, Kneser-Ney" in means(report)
    ids = Tokenizer().fit_transform(TEXTS)
    assert baseline_report(ids, cv=2).task == "language_model"


# --------------------------------------------------------------------------------- seq2seq
def test_seq2seq_peers_copy_repeat_and_look_up():
    X, y = [*SOURCES, "0 film"], [*TARGETS, "the most frequent"]
    X, y = [*X, "x", "y"], [*y, "the most frequent", "the most frequent"]
    cv = [(np.arange(1, len(X)), [0])]
    report = baseline_report(X, y, cv=cv)
    assert report.task == "seq2seq" and list(report.metrics) == ["exact_match", "chrf"]
    assert means(report)["most frequent target"]["exact_match"] == 0
    report = baseline_report(
        ["c d", "b a", "b a"], ["y", "x", "x"], task="seq2seq", cv=[([0, 1], [2])]
    )
    assert report.rows[0].name == "target of the most similar source"
    assert report.rows[0].mean("exact_match") == 1
    tokens = [[["b", "a"], ["c"], ["c"]], [["x"], ["c"], ["c"]]]
    report = baseline_report(*tokens, task="seq2seq", cv=[([0, 1], [2])])
    assert means(report)["source copied"] == {"exact_match": 1.0, "chrf": 1.0}


# ----------------------------------------------------------------------------- forecasting
def test_forecasts_are_scored_on_all_steps_of_the_test_parts():
    report = baseline_report(SERIES, cv=3)
    assert report.task == "forecasting" and list(report.metrics) == ["mae", "r2"]
    last, seasonal = [], []
    for _, test in TimeSeriesSplit(3).split(SERIES):
        for season, found in ((1, last), (4, seasonal)):
            forecasts = naive_forecasts(SERIES, 1, season)[test - 1, 0]
            found.append(
                (mean_absolute_error(SERIES[test], forecasts), r2_score(SERIES[test], forecasts))
            )
    rows = {row.name: row for row in report.rows}
    for name, expected in (("last value", last), ("seasonal naive", seasonal)):
        np.testing.assert_allclose(rows[name].scores["mae"], [mae for mae, _ in expected])
        np.testing.assert_allclose(rows[name].scores["r2"], [r2 for _, r2 in expected])
    assert report.rows[-1].name == "last value"


def test_ridge_forecasts_are_those_of_ridge_on_windows():
    noisy = SERIES + RNG.normal(scale=0.5, size=120)
    report = baseline_report(noisy, cv=[(np.arange(80), np.arange(80, 120))])
    windows = np.lib.stride_tricks.sliding_window_view(noisy, 24)[:-1]  # 24 rows, then the next
    following = noisy[24:]
    known = np.arange(24, 120) < 80
    scale = windows[known].mean(axis=0), windows[known].std(axis=0)
    ridge = Ridge().fit((windows[known] - scale[0]) / scale[1], following[known])
    found = ridge.predict((windows[~known] - scale[0]) / scale[1])
    expected = mean_absolute_error(following[~known], found)
    assert means(report)["ridge on windows"]["mae"] == pytest.approx(expected)


class Persistence(BaseEstimator):
    """A forecaster of one's own, with the methods of skseq's."""

    def __init__(self, window=5, horizon=3, target=None, missing="error"):
        self.window, self.horizon = window, horizon
        self.target, self.missing = target, missing

    def fit(self, X, y=None):
        return self

    def predict(self, X):
        values = np.asarray(X, dtype=float).reshape(len(X), -1)
        return np.repeat(values[:, None, -1], self.horizon, axis=1)


def test_forecasters_of_ones_own_set_the_horizon_and_columns():
    X = pd.DataFrame({"a": SERIES[::-1], "b": SERIES})
    report = baseline_report(
        X, task="forecasting", estimators=Persistence(target="b", horizon=3), cv=3
    )
    scores = means(report)
    assert scores["Persistence"] == pytest.approx(scores["last value"])
    outside = baseline_report(
        SERIES, SERIES, task="forecasting", estimators=Persistence(horizon=2), cv=3
    )
    assert means(outside)["Persistence"] == pytest.approx(means(outside)["last value"])


def test_missing_values_of_a_series_are_left_out():
    gaps = SERIES.copy()
    gaps[[5, 50, 100]] = np.nan
    model = Persistence(missing="mask", horizon=1)
    with pytest.raises(ValueError, match="contains NaN"):
        baseline_report(gaps)

    class Filled(Persistence):
        def predict(self, X):
            return super().predict(pd.Series(X).ffill().to_numpy())

    report = baseline_report(gaps, estimators=Filled(**model.get_params()), cv=2)
    assert all(math.isfinite(row.mean("mae")) for row in report.rows)
    assert means(report)["Filled"] == pytest.approx(means(report)["last value"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"estimators": [Persistence(horizon=1), Persistence(horizon=2)]}, "horizons \\[1, 2\\]"),
        ({"estimators": Persistence(window=60)}, "window=60 and horizon=3 need more than 63"),
        ({"cv": KFold(3)}, "not one stretch to fit on"),
        ({"cv": 119}, "time steps to fit on"),
        ({"cv": 120}, "cv=120 folds are too many for 120 time steps"),
        (
            {"estimators": make_pipeline(FunctionTransformer(), Persistence())},
            "A pipeline forecasts what its steps have made of X",
        ),
    ],
)
def test_impossible_forecasts_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        baseline_report(SERIES, task="forecasting", **options)


def test_predictions_of_another_horizon_are_refused():
    class Odd(Persistence):
        def predict(self, X):
            return super().predict(X)[:, :1]

    with pytest.raises(ValueError, match="predict gives 1 values for a time step; expected 3"):
        baseline_report(SERIES, estimators=Odd(), cv=2)


# -------------------------------------------------------------------------- which task it is
@pytest.mark.parametrize(
    ("X", "y", "task"),
    [
        (TEXTS, None, "language_model"),
        ("a text", None, "language_model"),
        (SENTENCES, None, "language_model"),
        (SERIES, None, "forecasting"),
        (SERIES.tolist(), None, "forecasting"),
        (np.column_stack([SERIES, SERIES]), None, "forecasting"),
        (TEXTS, LABELS, "classification"),
        (TEXTS, [len(text) % 2 for text in TEXTS], "classification"),
        (TEXTS, [text == "a" for text in TEXTS], "classification"),
        (RAGGED, THREE, "classification"),
        (RAGGED, NUMBERS, "regression"),
        (RAGGED, np.column_stack([NUMBERS, NUMBERS]), "regression"),
        (SENTENCES, TAGS, "tagging"),
        (RAGGED, [[0] * len(row) for row in RAGGED], "tagging"),
        (SOURCES, TARGETS, "seq2seq"),
        (SENTENCES, [words[:2] for words in SENTENCES], "seq2seq"),
        (TEXTS, np.eye(40, dtype=int)[:, :3], "classification"),
    ],
)
def test_task_by_data(X, y, task):
    assert choose_task("auto", X, y, {}) == task


@pytest.mark.parametrize(
    ("X", "y"),
    [
        (TEXTS, np.arange(40)),
        (TEXTS, (np.arange(40) % 4).astype(float)),
        (TEXTS, [f"{i % 20}" for i in range(40)]),
        (["ab", "cd", "ef"], ["xy", "zy", "xx"]),
        (np.zeros((4, 3, 2)), np.eye(4, 3, dtype=int)),
        (np.zeros((4, 3, 2)), np.zeros((4, 3))),
        (RAGGED, [[0, 1] * (i % 2 + 1) for i in range(30)]),
        (RAGGED, [[0.5] * len(row) for row in RAGGED]),
        (RAGGED, [["a", "b"]] * 30),
        (TEXTS, ["a", 1] * 20),
        (TEXTS, np.tile([3, 4], (40, 1))),
    ],
)
def test_task_of_ambiguous_y_is_asked_for(X, y):
    with pytest.raises(ValueError, match="say which one it is: task= one of classification"):
        baseline_report(X, y)


@pytest.mark.parametrize(
    ("estimator", "task"),
    [
        (LSTMClassifier(), "classification"),
        (make_pipeline(Tokenizer(), LSTMClassifier()), "classification"),
        (LSTMRegressor(), "regression"),
        (LSTMTagger(), "tagging"),
        (CharLanguageModel(), "language_model"),
        (Seq2Seq(), "seq2seq"),
        (LSTMForecaster(), "forecasting"),
    ],
)
def test_task_by_estimator(estimator, task):
    assert choose_task("auto", TEXTS, np.arange(40), {"mine": estimator}) == task


def test_scikit_learns_estimators_decide_between_numbers_and_classes():
    y = np.arange(40)
    assert choose_task("auto", TEXTS, y, {"mine": Ridge()}) == "regression"
    assert choose_task("auto", TEXTS, y, {"mine": MultinomialNB()}) == "classification"


@pytest.mark.parametrize(
    ("task", "estimators", "message"),
    [
        ("tag", {}, "task is 'tag'; expected 'auto' or one of classification"),
        (None, {}, "task is None"),
        ("tagging", {"mine": LSTMClassifier()}, "task='tagging', but mine is for 'classification'"),
        ("auto", {"a": LSTMClassifier(), "b": LSTMTagger()}, "for different tasks: a for"),
        ("auto", {"mine": CTCRecognizer()}, "no simple peers for mine, a recognizer"),
    ],
)
def test_impossible_tasks_are_refused(task, estimators, message):
    with pytest.raises(ValueError, match=message):
        baseline_report(TEXTS, LABELS, task=task, estimators=estimators)


# ---------------------------------------------------------------------------------- errors
@pytest.mark.parametrize(
    ("cv", "message"),
    [
        (1, "cv is 1; expected a number of folds"),
        (True, "cv is True"),
        (None, "cv is None"),
        ("five", "cv is 'five'"),
        (2.5, "cv is 2.5"),
        (41, "cv=41 folds are too many for 40 samples; pass more samples, or a cv of at most 40"),
        (30, "cv=30 folds need a class with as many samples"),
        ([], "cv yields no fold"),
        ([(np.arange(3), [])], "The test part of fold 0 is empty"),
        ([([0, 99], [1])], "expected row numbers from 0 to 39"),
        ([3], "cv yields 3 as fold 0"),
        ([(np.ones(3, bool), [1])], "mask of fold 0 has 3 entries for 40 samples"),
        (PredefinedSplit([-1] * 2 + [0] * 38), "has only .* to fit on"),
    ],
)
def test_impossible_folds_are_refused(cv, message):
    y = ["same", "same", *LABELS[2:]] if isinstance(cv, PredefinedSplit) else LABELS
    with pytest.raises(ValueError, match=message):
        baseline_report(TEXTS, y, cv=cv, task="classification")


@pytest.mark.parametrize(
    ("X", "y", "options", "message"),
    [
        ([], [], {}, "X is empty"),
        (None, LABELS, {}, "X is NoneType"),
        (TEXTS, LABELS[:-1], {}, "inconsistent numbers of samples"),
        (TEXTS, ["same"] * 40, {"task": "classification"}, "y holds only 'same'"),
        (TEXTS, NUMBERS.tolist() + [0.5] * 10, {"task": "classification"}, "y is continuous"),
        (TEXTS, LABELS, {"task": "regression"}, "needs a number for each sample"),
        (TEXTS, None, {"task": "tagging"}, "y is None, but task='tagging' needs one"),
        ("one text", "o", {"task": "seq2seq"}, "X is one text"),
        (TEXTS, LABELS, {"task": "tagging"}, "every step needs one label"),
        (RAGGED, None, {}, "y is None, and X holds several sequences of numbers"),
        ([""] * 40, LABELS, {}, "hold no text that terms could be made of"),
        (TEXTS, [np.nan] * 40, {}, "y holds NaN"),
        (np.ma.masked_less(np.ones((40, 3)), 2), LABELS, {}, "X is a masked array"),
        (csr_matrix(np.ones((40, 3))), LABELS, {}, "X is sparse"),
        (TEXTS, 3, {"task": "auto"}, "y"),
    ],
)
def test_data_that_are_not_of_the_task_are_refused(X, y, options, message):
    with pytest.raises((ValueError, TypeError), match=message):
        baseline_report(X, y, **options)


@pytest.mark.parametrize(
    ("estimators", "message"),
    [
        (LogisticRegression, "make one of it: expected an object"),
        ({"mine": "name"}, "The estimator 'mine' is 'name'"),
        ({1: LogisticRegression()}, "estimators has the name 1"),
    ],
)
def test_what_is_no_estimator_is_refused(estimators, message):
    with pytest.raises(TypeError, match=message):
        baseline_report(TEXTS, LABELS, estimators=estimators)


def test_a_name_that_a_peer_has_is_refused():
    with pytest.raises(ValueError, match="A peer is called 'NB-SVM' too"):
        baseline_report(TEXTS, LABELS, estimators={"NB-SVM": DummyClassifier()})


def test_errors_of_an_estimator_are_raised_and_say_whose_they_are():
    with pytest.raises(ValueError) as raised:
        baseline_report(TEXTS, LABELS, estimators={"mine": LogisticRegression()}, cv=2)
    assert "'mine' in fold 0" in raised.value.__notes__[0]


# ------------------------------------------------------------------------------ the report
def test_reports_are_the_same_for_the_same_random_state():
    first, same = (baseline_report(RAGGED, THREE, cv=3, random_state=5) for _ in range(2))
    assert means(first) == means(same)
    state = np.random.RandomState(5)
    drawn = [baseline_report(RAGGED, THREE, cv=3, random_state=state) for _ in range(2)]
    assert means(drawn[0]) != means(drawn[1])


def test_estimators_are_copied_and_named_by_their_class():
    mine = make_pipeline(TfidfVectorizer(), MultinomialNB())
    report = baseline_report(TEXTS, LABELS, estimators=[mine, mine], cv=2)
    assert {row.name for row in report.rows if not row.is_peer} == {
        "MultinomialNB",
        "MultinomialNB (2)",
    }
    assert not hasattr(mine[-1], "classes_")


def made_report(**changes):
    rows = [
        BaselineRow("<b>slow & bad</b>", False, {"mae": np.array([20.0, 22.0])}, 1.5, 0.25),
        BaselineRow("nothing", True, {"mae": np.array([np.nan, np.nan])}, 0.0, 0.0),
        BaselineRow("best", True, {"mae": np.array([11.0, np.nan])}, 0.01, 0.0),
    ]
    return BaselineReport("forecasting", rows, {"mae": False}, n_folds=2, **changes)


def test_report_is_sorted_best_first_and_leaves_undefined_scores_out():
    report = made_report()
    assert [row.name for row in report.rows] == ["best", "<b>slow & bad</b>", "nothing"]
    assert report.rows[0].mean("mae") == 11.0
    assert math.isnan(report.rows[0].standard_error("mae"))
    assert report.rows[1].standard_error("mae") == pytest.approx(1.0)


def test_report_as_text_is_an_aligned_table():
    expected = """\
forecasting: 9 steps, 2 folds, mean ± standard error
       model                    mae ↓  fit (s)  predict (s)
-----  -----------------  -----------  -------  -----------
peer   best                     11.00     0.01         0.00
yours  <b>slow & bad</b>  21.00 ± 1.00     1.50         0.25
peer   nothing                      –     0.00         0.00"""
    shown = repr(made_report(size="9 steps"))
    assert [line.split() for line in shown.splitlines() if "---" not in line] == [
        line.split() for line in expected.splitlines() if "---" not in line
    ]
    assert len({len(line) for line in shown.splitlines()[1:]}) == 1
    assert str(made_report()) == repr(made_report())


def test_report_as_html_escapes_names():
    page = made_report()._repr_html_()
    assert "&lt;b&gt;slow &amp; bad&lt;/b&gt;" in page and "<b>" not in page
    assert page.count("<tr") == 4 and page.count("font-weight:bold") == 1


def test_report_as_frame_has_scores_errors_and_seconds():
    frame = made_report().to_frame()
    assert list(frame.columns) == ["mae", "mae_se", "fit_seconds", "predict_seconds", "is_peer"]
    assert frame.index.name == "name" and frame.index[0] == "best"
    assert frame.loc["<b>slow & bad</b>", "mae"] == 21.0 and frame["is_peer"].sum() == 2


def test_frame_without_pandas_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match="pip install pandas"):
        made_report().to_frame()


def test_import_and_peers_never_start_tensorflow():
    code = (
        "import sys, skseq.inspection as i\n"
        "assert not {'tensorflow', 'keras', 'matplotlib', 'sklearn.ensemble'} & set(sys.modules)\n"
        "i.baseline_report(['a b', 'c'] * 6, [0, 1] * 6, cv=2)\n"
        "assert not {'tensorflow', 'keras', 'matplotlib'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
