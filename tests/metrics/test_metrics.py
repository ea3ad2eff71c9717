"""Metrics of label sequences, against seqeval and numbers worked out by hand."""

from __future__ import annotations

import pickle
import warnings

import joblib
import numpy as np
import pytest
import sklearn
from sklearn.base import BaseEstimator, clone
from sklearn.metrics import accuracy_score, classification_report
from sklearn.model_selection import GridSearchCV, cross_val_score, cross_validate

from skseq import metrics
from skseq.metrics import (
    make_sequence_scorer,
    sequence_accuracy,
    span_f1,
    span_f1_scorer,
    span_precision,
    span_recall,
    tagging_report,
    token_accuracy,
    token_accuracy_scorer,
)

SPAN_METRICS = [span_precision, span_recall, span_f1]
TAGS = {
    "IOB2": ["O", "B-X", "I-X", "B-Y", "I-Y", "B-Z-Z", "I-Z-Z"],
    "IOBES": ["O", *(f"{prefix}-{type_}" for type_ in "XY" for prefix in "BIES")],
}


def random_tags(rng, labels, n_samples=8):
    """Return true and predicted tags, mostly ill-formed, that agree in half of the steps."""
    y_true, y_pred = [], []
    for length in rng.integers(0, 12, n_samples):
        true = rng.choice(labels, length)
        pred = np.where(rng.random(length) < 0.5, true, rng.choice(labels, length))
        y_true.append(true.tolist())
        y_pred.append(pred.tolist())
    return y_true, y_pred


# ------------------------------------------------------------------------ against seqeval
def seqeval_scores(y_true, y_pred, **options):
    """Return seqeval's precision, recall and F1."""
    oracle = pytest.importorskip("seqeval.metrics")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        functions = (oracle.precision_score, oracle.recall_score, oracle.f1_score)
        return [function(y_true, y_pred, **options) for function in functions]


@pytest.mark.parametrize("average", ["micro", "macro", "weighted", None])
@pytest.mark.parametrize("scheme", ["IOB2", "IOBES"])
@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("zero_division", [0.0, 1.0])
def test_span_scores_equal_those_of_seqeval(average, scheme, strict, zero_division):
    schemes = pytest.importorskip("seqeval.scheme")
    theirs = {"average": average, "zero_division": int(zero_division)}
    if strict:
        theirs |= {"mode": "strict", "scheme": getattr(schemes, scheme)}
    ours = {"average": average, "zero_division": zero_division}
    rng = np.random.default_rng(5)
    compared = 0
    while compared < 60:
        y_true, y_pred = random_tags(rng, TAGS[scheme], rng.integers(1, 9))
        options = ours | {"scheme": scheme if strict else None}
        report = tagging_report(y_true, y_pred, scheme=options["scheme"], output_dict=True)
        if len(report) == 5:  # no spans at all, where seqeval divides by zero
            continue
        scores = [metric(y_true, y_pred, **options) for metric in SPAN_METRICS]
        expected = seqeval_scores(y_true, y_pred, **theirs)
        for score, value in zip(scores, expected, strict=True):
            np.testing.assert_allclose(score, value, atol=1e-12)
        compared += 1


def test_tags_without_types_equal_those_of_seqeval():
    rng = np.random.default_rng(6)
    for _ in range(50):
        y_true, y_pred = random_tags(rng, ["B", "I", "O", "E", "S"])
        scores = [metric(y_true, y_pred) for metric in SPAN_METRICS]
        np.testing.assert_allclose(scores, seqeval_scores(y_true, y_pred), atol=1e-12)


def test_report_equals_that_of_seqeval():
    oracle = pytest.importorskip("seqeval.metrics")
    y_true, y_pred = random_tags(np.random.default_rng(7), TAGS["IOB2"], 50)
    report = tagging_report(y_true, y_pred, output_dict=True)
    for name, row in oracle.classification_report(y_true, y_pred, output_dict=True).items():
        assert report[name] == pytest.approx(row)
    assert report["token accuracy"] == oracle.accuracy_score(y_true, y_pred)


# ------------------------------------------------------------------------------- by hand
# True spans: NP (0, 2), VP (2, 3), NP (3, 5), PP (6, 7); NP (0, 1).
CHUNKS_TRUE = [
    ["B-NP", "I-NP", "B-VP", "B-NP", "I-NP", "O", "B-PP"],
    ["B-NP", "O"],
]
# Predicted: NP (0, 2), VP (2, 3), NP (3, 4), NP (4, 5), NP (6, 7), of which the first
# and the fourth begin with B; NP (0, 1), PP (1, 2).
CHUNKS_PRED = [
    ["B-NP", "I-NP", "I-VP", "I-NP", "B-NP", "O", "I-NP"],
    ["I-NP", "I-PP"],
]


def test_span_scores_by_hand():
    # Right are NP (0, 2), VP (2, 3) and NP (0, 1): 3 of 7 predicted, 3 of 5 true.
    assert span_precision(CHUNKS_TRUE, CHUNKS_PRED) == pytest.approx(3 / 7)
    assert span_recall(CHUNKS_TRUE, CHUNKS_PRED) == pytest.approx(3 / 5)
    assert span_f1(CHUNKS_TRUE, CHUNKS_PRED) == pytest.approx(2 * 3 / 12)
    # NP: 2 right of 5 predicted, 3 true; PP: 0 of 1, 1 true; VP: 1 of 1, 1 true.
    per_type = {"average": None}
    assert span_precision(CHUNKS_TRUE, CHUNKS_PRED, **per_type) == pytest.approx([2 / 5, 0, 1])
    assert span_recall(CHUNKS_TRUE, CHUNKS_PRED, **per_type) == pytest.approx([2 / 3, 0, 1])
    assert span_f1(CHUNKS_TRUE, CHUNKS_PRED, **per_type) == pytest.approx([4 / 8, 0, 1])
    assert span_f1(CHUNKS_TRUE, CHUNKS_PRED, average="macro") == pytest.approx(0.5)
    weighted = span_f1(CHUNKS_TRUE, CHUNKS_PRED, average="weighted")
    assert weighted == pytest.approx((3 * 0.5 + 0 + 1) / 5)


def test_span_scores_strict_by_hand():
    # Begun by B are NP (0, 2) and NP (4, 5) only; the first is right.
    assert span_precision(CHUNKS_TRUE, CHUNKS_PRED, scheme="IOB2") == pytest.approx(1 / 2)
    assert span_recall(CHUNKS_TRUE, CHUNKS_PRED, scheme="bio") == pytest.approx(1 / 5)


def test_spans_end_with_their_sequence():
    y_true = [["B-X"], ["I-X", "O"]]
    assert span_f1(y_true, y_true) == 1.0
    assert tagging_report(y_true, y_true, output_dict=True)["X"]["support"] == 2


def test_types_may_be_selected_and_ordered():
    scores = span_recall(CHUNKS_TRUE, CHUNKS_PRED, average=None, labels=["VP", "NP"])
    assert scores == pytest.approx([1, 2 / 3])
    assert span_precision(CHUNKS_TRUE, CHUNKS_PRED, labels=["NP"]) == pytest.approx(2 / 5)
    assert span_precision(CHUNKS_TRUE, CHUNKS_PRED, labels=["ADJP"]) == 0.0


def test_zero_division_never_warns():
    y_true, y_pred = [["B-X", "O"]], [["O", "B-Y"]]
    assert span_precision(y_true, y_pred, average=None, zero_division=1.0).tolist() == [1, 0]
    assert span_recall(y_true, y_pred, average=None, zero_division=1.0).tolist() == [0, 1]
    assert span_precision(y_true, y_pred, average="macro", zero_division=np.nan) == 0.0
    nothing = [["O", "O"]]
    for average in ("micro", "macro", "weighted"):
        for metric in SPAN_METRICS:
            assert metric(nothing, nothing, average=average) == 0.0
            assert metric(nothing, nothing, average=average, zero_division=1.0) == 1.0
            assert np.isnan(metric(nothing, nothing, average=average, zero_division=np.nan))
    assert span_f1(nothing, nothing, average=None).shape == (0,)


# ---------------------------------------------------------------------------- accuracies
def test_accuracies_by_hand():
    y_true = [["A", "B"], ["C"], [], ["A", "A", "A"]]
    y_pred = [["A", "A"], ["C"], [], ["A", "A", "B"]]
    assert token_accuracy(y_true, y_pred) == pytest.approx(4 / 6)
    assert sequence_accuracy(y_true, y_pred) == 0.5
    assert sequence_accuracy([[], []], [[], []]) == 1.0


def test_accuracies_with_weights():
    y_true, y_pred = [["A", "B"], ["C"], ["D"]], [["A", "A"], ["C"], ["A"]]
    assert token_accuracy(y_true, y_pred, sample_weight=[1, 2, 0]) == pytest.approx(3 / 4)
    by_step = [[1, 0], np.array([0.5]), (0.5,)]
    assert token_accuracy(y_true, y_pred, sample_weight=by_step) == pytest.approx(1.5 / 2)
    assert sequence_accuracy(y_true, y_pred, sample_weight=np.array([1, 2, 1])) == 0.5


def test_token_accuracy_is_that_of_scikit_learn():
    rng = np.random.default_rng(2)
    y_true, y_pred = random_tags(rng, ["N", "V", "X"], 30)
    weights = [rng.random(len(row)) for row in y_true]
    expected = accuracy_score(
        np.concatenate(y_true), np.concatenate(y_pred), sample_weight=np.concatenate(weights)
    )
    assert token_accuracy(y_true, y_pred, sample_weight=weights) == pytest.approx(expected)


@pytest.mark.parametrize("form", ["tuples", "arrays", "object array", "letters", "mixed"])
def test_forms_of_labels(form):
    rows, other = ["ABB", "C"], ["ABC", "C"]
    make = {
        "tuples": lambda y: tuple(map(tuple, y)),
        "arrays": lambda y: [np.array(list(row)) for row in y],
        "object array": lambda y: np.array([*map(list, y), None], dtype=object)[:-1],
        "letters": lambda y: y,
        "mixed": lambda y: [y[0], list(y[1])],
    }[form]
    for y_pred in (make(other), [list(row) for row in other]):
        assert token_accuracy(make(rows), y_pred) == 0.75
        assert sequence_accuracy(make(rows), y_pred) == 0.5


def test_padded_arrays_and_columns():
    pandas = pytest.importorskip("pandas")
    y_true, y_pred = np.array([[1, 2], [3, 4]]), np.array([[1, 2], [3, 3]])
    assert token_accuracy(y_true, y_pred) == 0.75
    frame = pandas.DataFrame({"true": y_true.tolist(), "pred": y_pred.tolist()})
    assert token_accuracy(frame["true"], frame["pred"]) == 0.75
    assert token_accuracy(frame[["true"]], y_pred) == 0.75


def test_inputs_are_unmodified():
    y_true, y_pred = [["B-X", "O"]], [["O", "O"]]
    span_f1(y_true, y_pred)
    token_accuracy(y_true, y_pred)
    assert (y_true, y_pred) == ([["B-X", "O"]], [["O", "O"]])


# -------------------------------------------------------------------------------- report
def test_report_of_spans():
    report = tagging_report(CHUNKS_TRUE, CHUNKS_PRED, digits=2)
    assert [line.split() for line in report.splitlines() if line] == [
        ["precision", "recall", "f1-score", "support"],
        ["NP", "0.40", "0.67", "0.50", "3"],
        ["PP", "0.00", "0.00", "0.00", "1"],
        ["VP", "1.00", "1.00", "1.00", "1"],
        ["micro", "avg", "0.43", "0.60", "0.50", "5"],
        ["macro", "avg", "0.47", "0.56", "0.50", "5"],
        ["weighted", "avg", "0.44", "0.60", "0.50", "5"],
        ["token", "accuracy", "0.33", "9"],
        ["sequence", "accuracy", "0.00", "2"],
    ]
    strict = tagging_report(CHUNKS_TRUE, CHUNKS_PRED, scheme="IOB2", output_dict=True)
    assert strict["micro avg"]["precision"] == 0.5


def test_report_of_spans_reads_ill_formed_tags():
    report = tagging_report([["O", "B-X"]], [["I-Y", "B-X"]], output_dict=True)
    assert report["X"]["f1-score"] == 1.0
    assert report["Y"] == {"precision": 0.0, "recall": 0.0, "f1-score": 0.0, "support": 0}


def test_report_of_tags_without_types_and_of_nothing():
    report = tagging_report([["B", "I"]], [["B", "I"]], output_dict=True)
    assert report["_"]["support"] == 1
    text = tagging_report([["O"]], [["O"]], scheme=None)
    assert "\n\n\n" not in text
    assert "micro avg      0.000" in text


@pytest.mark.parametrize("labels", [["NOUN", "VERB", "X"], [0, 1, 2]])
def test_report_of_labels_equals_that_of_scikit_learn(labels):
    y_true, y_pred = random_tags(np.random.default_rng(3), labels, 30)
    expected = classification_report(
        np.concatenate([row for row in y_true if row]),
        np.concatenate([row for row in y_pred if row]),
        output_dict=True,
        zero_division=0.0,
    )
    report = tagging_report(y_true, y_pred, output_dict=True)
    assert report.pop("token accuracy") == pytest.approx(expected.pop("accuracy"))
    assert report.pop("sequence accuracy") == sequence_accuracy(y_true, y_pred)
    assert list(report) == list(expected)
    for name, row in expected.items():
        assert report[name] == pytest.approx(row)


def test_report_of_labels_as_text():
    report = tagging_report([["NOUN", "X"], ["X"]], [["NOUN", "X"], ["NOUN"]])
    assert "micro" not in report
    assert "token accuracy" in report
    assert len({len(line) for line in report.splitlines() if line}) == 1  # columns are flush right


def test_report_of_labels_of_several_types():
    report = tagging_report([["X", 1]], [["X", 1]], output_dict=True)
    assert report["1"]["support"] == report["X"]["support"] == 1


# ------------------------------------------------------------------------------- scorers
class ConstantTagger(BaseEstimator):
    """Predicts one tag for every step; not a classifier for scikit-learn."""

    def __init__(self, tag="O"):
        self.tag = tag

    def fit(self, X, y):
        assert isinstance(y[0], list)
        self.fitted_ = True
        return self

    def predict(self, X):
        return [[self.tag] * len(row) for row in X]


@pytest.fixture
def tagged():
    """Thirty ragged sequences, tagged B-X in most steps and O in the others."""
    rng = np.random.default_rng(4)
    X = [rng.integers(4, 9, length).tolist() for length in rng.integers(1, 6, 30)]
    y = [["O" if token == 4 else "B-X" for token in row] for row in X]
    return X, y


@pytest.mark.parametrize("scorer", [name for name in metrics.__all__ if name.endswith("_scorer")])
def test_scorers_in_model_selection(tagged, scorer):
    if scorer == "make_sequence_scorer":
        scorer = make_sequence_scorer(span_f1, average="macro", scheme="IOB2")
    else:
        scorer = getattr(metrics, scorer)
    X, y = tagged
    search = GridSearchCV(ConstantTagger(), {"tag": ["O", "B-X"]}, scoring=scorer, cv=3)
    search.fit(X, y)
    assert search.best_params_ == {"tag": "B-X"}
    expected = scorer._sign * scorer._score_func(y, search.predict(X), **scorer._kwargs)
    assert search.score(X, y) == expected == scorer(search, X, y)


def test_scorers_with_object_arrays(tagged):
    X, y = tagged
    array = np.empty(len(y), dtype=object)
    array[:] = y
    scores = cross_val_score(ConstantTagger("B-X"), X, array, scoring=span_f1_scorer, cv=3)
    assert scores.shape == (3,)
    assert scores.min() > 0.5


def test_several_scorers_at_once(tagged):
    scoring = {"token": token_accuracy_scorer, "f1": span_f1_scorer}
    result = cross_validate(ConstantTagger("B-X"), *tagged, scoring=scoring, cv=3)
    assert result["test_token"].min() > 0.5
    assert result["test_f1"].min() > 0.5


def test_scorers_take_weights(tagged):
    X, y = tagged
    model = ConstantTagger("B-X").fit(X, y)
    weight = np.arange(len(y))
    expected = token_accuracy(y, model.predict(X), sample_weight=weight)
    assert token_accuracy_scorer(model, X, y, sample_weight=weight) == expected


def test_scorers_get_weights_by_metadata_routing(tagged):
    X, y = tagged
    weight = [[float(token == 4) for token in row] for row in X]  # only the steps tagged O
    weight[0] = weight[10] = weight[20] = [1.0] * 5
    X[0] = X[10] = X[20] = [5] * 5
    y[0] = y[10] = y[20] = ["O"] * 5
    with sklearn.config_context(enable_metadata_routing=True):
        scorer = make_sequence_scorer(token_accuracy).set_score_request(sample_weight=True)
        scores = cross_val_score(
            ConstantTagger("O"), X, y, scoring=scorer, cv=3, params={"sample_weight": weight}
        )
    assert scores.tolist() == [1.0] * 3


def test_scorers_pickle_and_clone(tagged, tmp_path):
    X, y = tagged
    model = ConstantTagger("B-X").fit(X, y)
    scorer = make_sequence_scorer(span_f1, average="macro")
    joblib.dump(scorer, tmp_path / "scorer.joblib")
    copies = [
        pickle.loads(pickle.dumps(scorer)),
        joblib.load(tmp_path / "scorer.joblib"),
        clone(scorer, safe=False),
        clone(GridSearchCV(model, {}, scoring=scorer)).scoring,
    ]
    assert {copy(model, X, y) for copy in copies} == {scorer(model, X, y)}


def test_make_sequence_scorer_rejects_wrong_options():
    with pytest.raises(TypeError, match=r"span_f1 cannot be called .*\['averaging'\]"):
        make_sequence_scorer(span_f1, averaging="macro")
    with pytest.raises(TypeError, match="pass a function of y_true and y_pred"):
        make_sequence_scorer("span_f1")


# ------------------------------------------------------------------------------- mistakes
ALL_METRICS = [token_accuracy, sequence_accuracy, *SPAN_METRICS, tagging_report]


@pytest.mark.parametrize("metric", ALL_METRICS)
@pytest.mark.parametrize(
    ("y_true", "y_pred", "message"),
    [
        ([["O"]], [["O"], ["O"]], "y_true has 1 sequences and y_pred has 2"),
        ([["O"], ["O", "O"]], [["O"], ["O"]], r"y_true\[1\] has 2 labels and y_pred\[1\] has 1"),
        ([], [], "are empty; pass at least one"),
        ("O", "O", "y_true is a str, not a list of sequences"),
        ([["O"]], [[["O"]]], r"y_pred\[0\] holds a list where a label is expected"),
        ([["O"]], [np.eye(2)], r"y_pred\[0\] holds a list .* Turn probabilities into labels"),
        ([1, 2], [1, 2], r"y_true is a flat list of labels: y_true\[0\] is 1; .* pass \[y_true\]"),
        (np.array([1, 2]), [1, 2], "y_true is a flat list"),
        ([["O"]], [None], "y_pred is a flat list"),
        ([["B-X"]], [[1]], "labels of type str and y_pred of type int, which are never equal"),
    ],
)
def test_labels_that_do_not_fit_are_rejected(metric, y_true, y_pred, message):
    with pytest.raises(ValueError, match=message):
        metric(y_true, y_pred)


@pytest.mark.parametrize("metric", ALL_METRICS)
@pytest.mark.parametrize("y", [None, 3, {"a": 1}, np.array("O")])
def test_what_is_no_collection_is_rejected(metric, y):
    with pytest.raises(TypeError, match=r"y_pred is \w+, not a list of sequences; expected a list"):
        metric([["O"]], y)


@pytest.mark.parametrize("metric", [*SPAN_METRICS, tagging_report])
def test_flat_lists_of_tags_are_rejected(metric):
    with pytest.raises(ValueError, match=r"flat list of labels: y_true\[0\] is 'B-PER'"):
        metric(["B-PER", "O"], ["B-PER", "O"])


def test_flat_lists_of_words_are_explained():
    with pytest.raises(ValueError, match=r"has 4 labels .* has 3; .* one label for each character"):
        token_accuracy(["NOUN", "VERB"], ["ADJ", "VERB"])


@pytest.mark.parametrize("metric", SPAN_METRICS)
@pytest.mark.parametrize("label", ["PER", "NOUN", 3, "B-", None])
def test_labels_that_are_no_tags_are_rejected(metric, label):
    with pytest.raises(ValueError, match=f"The label {label!r} is no tag; expected 'O' or one of"):
        metric([["O", label]], [["O", label]])


@pytest.mark.parametrize("metric", SPAN_METRICS)
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"scheme": "IOB1"}, "Unknown tag scheme 'IOB1'; expected 'IOB2'"),
        ({"scheme": "auto"}, "Unknown tag scheme 'auto'"),
        ({"average": "samples"}, "Unknown average 'samples'; expected one of"),
        ({"labels": "PER"}, r"put the type in a list: \['PER'\]"),
        ({"labels": []}, "expected a list of distinct types"),
        ({"labels": ["X", "X"]}, "expected a list of distinct types"),
        ({"labels": [1]}, "expected a list of distinct types"),
        ({"labels": ["B-X"]}, "labels holds the tag 'B-X'; expected types of spans, 'X' instead"),
        ({"zero_division": "warn"}, "expected 0.0, 1.0 or np.nan"),
        ({"zero_division": 0.5}, "expected 0.0, 1.0 or np.nan"),
        ({"zero_division": None}, "expected 0.0, 1.0 or np.nan"),
    ],
)
def test_wrong_options_are_rejected(metric, options, message):
    with pytest.raises(ValueError, match=message):
        metric([["B-X"]], [["B-X"]], **options)


def test_report_rejects_wrong_schemes():
    with pytest.raises(ValueError, match="Unknown tag scheme 'bilou'"):
        tagging_report([["B-X"]], [["B-X"]], scheme="bilou")
    with pytest.raises(ValueError, match="'NOUN' is no tag of IOB2"):
        tagging_report([["NOUN"]], [["NOUN"]], scheme="IOB2")


@pytest.mark.parametrize(
    ("weight", "message"),
    [
        ([1], "sample_weight is of length 1, but there are 2 sequences"),
        (1.0, "sample_weight is 1.0, but there are 2 sequences"),
        ([1, -1], "finite and not negative"),
        ([1, np.nan], "finite and not negative"),
        ([0, 0], "All sample weights are zero"),
    ],
)
def test_wrong_weights_are_rejected(weight, message):
    for metric in (token_accuracy, sequence_accuracy):
        with pytest.raises(ValueError, match=message):
            metric([["A"], ["B", "C"]], [["A"], ["B", "C"]], sample_weight=weight)


def test_wrong_weights_of_steps_are_rejected():
    y = [["A"], ["B", "C"]]
    with pytest.raises(ValueError, match=r"sample_weight\[1\] has shape \(1,\), but y_true\[1\]"):
        token_accuracy(y, y, sample_weight=[[1], [1]])
    with pytest.raises(ValueError, match="sequence accuracy takes one number a sequence"):
        sequence_accuracy(y, y, sample_weight=[[1], [1, 1]])


def test_token_accuracy_needs_a_step():
    with pytest.raises(ValueError, match="2 sequences without any step"):
        token_accuracy([[], []], [[], []])


def test_every_public_name_is_there():
    assert all(getattr(metrics, name) is not None for name in metrics.__all__)
