"""Taggers on every kind of input and label, and what they say of wrong ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.model_selection import GridSearchCV, cross_val_predict, cross_val_score
from sklearn.pipeline import make_pipeline

from skseq import EmbeddingLookup, LSTMTagger, Padder, Sequences, Tokenizer
from skseq.metrics import span_f1_scorer, token_accuracy
from skseq.model_selection import StratifiedSequenceKFold
from skseq.training.engine import Engine

X = [["Ana", "sees", "Rome"], ["Rome", "sees", "Bob"], ["Ana", "sleeps"], ["Bob", "Lee", "eats"]]
Y = [["B-PER", "O", "B-LOC"], ["B-LOC", "O", "B-PER"], ["B-PER", "O"], ["B-PER", "I-PER", "O"]]
X, Y = X * 4, Y * 4


def quick(**changes):
    options = {"units": 8, "epochs": 20, "learning_rate": 0.05, "random_state": 0}
    return LSTMTagger(**{**options, **changes})


def objects(rows):
    cells = np.empty(len(rows), object)
    cells[:] = rows
    return cells


def assert_same(found, expected, atol=1e-6):
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, atol=atol)


@pytest.fixture(scope="module")
def tagger():
    """Fitted on lists of tokens."""
    return quick().fit(X, Y)


# ---------------------------------------------------------------------------- tokens
def test_lists_of_tokens_are_learned(tagger):
    assert tagger.predict([*X, []]) == [*Y, []]
    assert tagger.score(X, Y) == 1.0
    assert {type(label) for row in tagger.predict(X) for label in row} == {str}
    assert tagger.vocabulary_.tokens[-1] in {w for row in X for w in row}


CONTAINERS = {
    "tuples": (lambda rows: tuple(map(tuple, rows))),
    "objects": objects,
    "arrays": lambda rows: [np.array(row) for row in rows],
    "series": lambda rows: pd.Series(rows, index=range(len(rows), 0, -1)),
    "frame": lambda rows: pd.DataFrame({"rows": rows}),
    "pyarrow": pa.array,
}


@pytest.mark.parametrize("name", CONTAINERS)
def test_containers_of_tokens_and_labels_are_alike(tagger, name):
    made = CONTAINERS[name]
    model = quick(epochs=2).fit(made(X), made(Y))
    assert_same(model.predict_proba(made(X[:4])), quick(epochs=2).fit(X, Y).predict_proba(X[:4]))
    assert tagger.predict(made(X)) == Y
    assert tagger.score(made(X), made(Y)) == 1.0


@pytest.mark.parametrize("x", [pd.DataFrame({"tokens": X}), objects(X).reshape(-1, 1)])
def test_one_column_of_tokens_and_a_list_of_labels(tagger, x):
    assert tagger.score(x, Y) == 1.0
    assert quick(epochs=2).fit(x, Y).classes_.tolist() == tagger.classes_.tolist()


def test_tokens_are_read_as_by_a_tokenizer_that_keeps_case():
    # Only tokens that the tagger itself reads share a row of the embedding whatever their case.
    options = {"char_features": None, "shape_features": False}
    pipeline = make_pipeline(Tokenizer(lowercase=False), quick(**options)).fit(X, Y)
    assert_same(pipeline.predict_proba(X), quick(**options).fit(X, Y).predict_proba(X))
    X_ids = pipeline[0].transform(X)
    assert pipeline[-1].predict(X_ids) == Y
    assert pipeline[-1].predict(np.asarray(X_ids)) == Y  # padded with zeros
    assert pipeline[-1].predict([row.tolist() for row in X_ids]) == Y


def test_unknown_tokens_are_labelled(tagger):
    assert [len(row) for row in tagger.predict([["Zoe", "sees", "Oslo"], ["ZOE"]])] == [3, 1]


def test_a_sentence_is_labelled_the_same_in_any_company(tagger):
    long = [word for row in X for word in row]
    expected = tagger.predict_proba(X)
    for i in (0, 2):
        assert_same(tagger.predict_proba([[], X[i], long, ["Ana"]])[1:2], expected[i : i + 1], 1e-5)


# --------------------------------------------------------------------- texts and labels
def test_texts_are_labelled_letter_by_letter():
    genes, codes = ["acgt", "ttga", "ac"] * 8, ["NNCC", "CCNN", "NN"] * 8
    model = quick().fit(genes, codes)
    assert model.predict(["ttga", "", "ac"]) == [["C", "C", "N", "N"], [], ["N", "N"]]
    assert model.score(genes, codes) == 1.0
    assert model.score(genes, list(map(list, codes))) == 1.0
    with pytest.raises(ValueError, match=r"X\[1\] is a list of tokens, expected a str"):
        model.predict(["ac", ["a", "c"]])
    lists = quick(epochs=2).fit(list(map(list, genes)), list(map(list, codes)))
    texts = quick(epochs=2).fit(pd.Series(genes), pd.Series(codes))
    assert_same(lists.predict_proba([["a", "g"]]), texts.predict_proba(["ag"]))


@pytest.mark.parametrize(
    ("make", "kind"),
    [(str, str), (np.str_, str), (ord, int), (lambda c: np.int64(ord(c) - 80), int)],
    ids=["str", "np.str_", "int", "np.int64"],
)
def test_labels_come_back_as_plain_str_or_int(make, kind):
    y = [[make(c) for c in row] for row in ("NC", "C", "CN")]
    model = quick(epochs=1).fit([[4, 5], [5], [5, 4]], y)
    predicted = model.predict([[4, 5], [5]])
    assert {type(label) for row in predicted for label in row} == {kind}
    assert {label for row in predicted for label in row} <= {label for row in y for label in row}
    assert type(model.predict_top_k([[4]], k=1)[0][0][0]) is kind


def test_one_class_only_is_always_predicted():
    for crf in (False, True):
        model = quick(epochs=1, crf=crf).fit(X, [["O"] * len(row) for row in X])
        assert model.predict(X[2:3]) == [["O", "O"]]
        np.testing.assert_allclose(model.score_samples(X[:1], [["O"] * 3]), 0.0, atol=1e-6)


# --------------------------------------------------------------------------------- ids
PADDED = np.array([[4, 5, 6], [6, 5, 0], [5, 0, 0], [0, 4, 6]] * 4)
LABELS = np.array([["", "", "", "", "a", "b", "c"][i] for i in PADDED.flat]).reshape(16, 3)
REAL = [row[ids != 0].tolist() for row, ids in zip(LABELS, PADDED, strict=True)]


@pytest.fixture(scope="module")
def ids_tagger():
    """Fitted on ragged lists of ids."""
    return quick().fit([row[row != 0].tolist() for row in PADDED], REAL)


def test_zeros_are_padding_without_a_label(ids_tagger):
    assert ids_tagger.predict(PADDED) == REAL
    wider = np.pad(PADDED, [(0, 0), (1, 7)])
    assert_same(ids_tagger.predict_proba(wider), ids_tagger.predict_proba(PADDED), 1e-5)


@pytest.mark.parametrize("y", [LABELS, LABELS.tolist(), pd.DataFrame(LABELS)])
def test_padded_ids_and_labels_of_the_same_shape(ids_tagger, y):
    model = quick().fit(PADDED, y, X_val=PADDED, y_val=y)
    assert_same(model.predict_proba(PADDED), ids_tagger.predict_proba(PADDED))
    assert ids_tagger.score(PADDED, y) == 1.0
    found = ids_tagger.score_samples(PADDED, y)
    expected = ids_tagger.score_samples([row[row != 0].tolist() for row in PADDED], REAL)
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert model.classes_.tolist() == ["a", "b", "c"]
    again = quick(epochs=1).partial_fit(PADDED, y)
    assert again.classes_.tolist() == ["a", "b", "c"]


@pytest.mark.parametrize("make", [np.asarray, pd.DataFrame])
def test_padded_ids_and_labels_of_the_real_steps(ids_tagger, make):
    X = make(PADDED)
    assert ids_tagger.score(X, REAL) == 1.0
    assert quick().fit(X, REAL).predict(PADDED) == REAL


def test_embedding_dim_none_labels_zeros_too():
    counts = np.array([[0, 1, 2], [2, 0, 1]] * 6)
    y = np.where(counts > 0, "some", "none")
    model = quick(embedding_dim=None).fit(counts, y)
    assert model.predict(counts[:2]) == y[:2].tolist()


def test_embedding_dim_none_reads_lists_of_integers_as_measurements():
    counts = [[0, 1, 2], [2, 0], [1]] * 4
    y = [["some" if n else "none" for n in row] for row in counts]
    assert quick(embedding_dim=None, epochs=40).fit(counts, y).predict(counts) == y


# ------------------------------------------------------------------------------ numbers
def frames(n=20, seed=0):
    rng = np.random.default_rng(seed)
    X = [rng.normal(size=(length, 2)) for length in rng.integers(1, 7, size=n)]
    return X, [["up" if step[0] > 0 else "down" for step in x] for x in X]


def test_ragged_frames_are_labelled():
    X, y = frames()
    model = quick(epochs=30).fit([*X, np.zeros((0, 2))], [*y, []])
    assert model.score(X, y) > 0.9
    assert model.n_features_in_ == 2
    for other in (objects(X), tuple(X), Sequences.from_lists(X)):
        assert model.predict(other) == model.predict(X)
    assert model.predict([X[0], np.zeros((0, 2))])[1] == []
    with pytest.raises(ValueError, match="3 features"):
        model.predict([np.zeros((2, 3))])


def test_arrays_of_frames_and_of_numbers_keep_their_zeros():
    X = np.random.default_rng(0).normal(size=(12, 4, 2)).round(1)
    X[0, :2] = 0.0
    y = np.where(X[:, :, 0] > 0, 1, 0)
    model = quick().fit(X, y)
    assert model.score(X, y) > 0.9
    predicted = model.predict(X)
    assert [len(row) for row in predicted] == [4] * 12
    assert {type(label) for row in predicted for label in row} == {int}
    flat = quick().fit(X[:, :, 0], y)
    assert flat.score(X[:, :, 0], y) > 0.9
    assert flat.n_features_in_ == 4


def test_columns_of_a_frame_are_steps():
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=(12, 3)), columns=list("abc"))
    y = np.where(frame > 0, "up", "down")
    model = quick().fit(frame, y)
    assert model.score(frame, y) > 0.9
    assert model.score(frame, pd.DataFrame(y)) == model.score(frame, y)
    assert model.feature_names_in_.tolist() == list("abc")
    with pytest.raises(ValueError, match="feature names"):
        model.predict(frame.rename(columns={"a": "z"}))


# ------------------------------------------------------------------ with other steps
@pytest.mark.parametrize("trainable", [False, True])
def test_vectors_come_from_an_embedding_lookup(trainable):
    vectors = {"Ana": [1, 0], "Bob": [0.9, 0], "Lee": [0.5, 0.5], "Rome": [0, 1], "Eva": [1, 0.1]}
    model = make_pipeline(
        Tokenizer(lowercase=False),
        EmbeddingLookup(vectors, trainable=trainable, keep_all=not trainable),
        quick(crf=True),
    ).fit(X, Y)
    assert model.predict(X) == Y
    assert model.predict([["Eva", "sees", "Rome"], []])[1] == []
    if not trainable:
        assert model.predict([["Eva", "sees", "Rome"]]) == [["B-PER", "O", "B-LOC"]]


def test_a_padder_before_changes_nothing():
    model = make_pipeline(Tokenizer(lowercase=False), Padder(maxlen=6), quick(epochs=2))
    expected = make_pipeline(Tokenizer(lowercase=False), quick(epochs=2)).fit(X, Y)
    assert_same(model.fit(X, Y).predict_proba(X), expected.predict_proba(X), 1e-5)


def test_a_padder_that_cuts_steps_off_is_found_out():
    model = make_pipeline(Tokenizer(), Padder(maxlen=2), quick())
    with pytest.raises(ValueError, match=r"X\[0\] has 2 steps, but y\[0\] has 3 labels"):
        model.fit(X, Y)


@pytest.mark.parametrize("cv", [2, StratifiedSequenceKFold(2)], ids=["int", "stratified"])
def test_grid_search_of_a_pipeline_by_span_f1(cv):
    pipeline = make_pipeline(Tokenizer(lowercase=False), quick(epochs=12))
    grid = {"lstmtagger__learning_rate": [1e-5, 0.05]}
    search = GridSearchCV(pipeline, grid, scoring=span_f1_scorer, cv=cv, error_score="raise")
    search.fit(X, Y)
    assert search.best_params_ == {"lstmtagger__learning_rate": 0.05}
    assert search.best_score_ > 0.5
    assert search.predict(X[:4]) == Y[:4]
    assert search.score(X, Y) == 1.0


def test_cross_validation_by_the_estimators_own_score():
    for rows, labels in ((X, Y), (objects(X), objects(Y)), (pd.Series(X), pd.Series(Y))):
        scores = cross_val_score(quick(), rows, labels, cv=2, error_score="raise")
        np.testing.assert_array_equal(scores, [1.0, 1.0])
    ids = Tokenizer(lowercase=False).fit_transform(X)
    np.testing.assert_array_equal(cross_val_score(quick(), ids, Y, cv=2), [1.0, 1.0])


def test_cross_val_predict_of_equal_lengths():
    x, y = [row for row in X if len(row) == 3], [row for row in Y if len(row) == 3]
    found = cross_val_predict(quick(), x, y, cv=2, method="predict")
    assert [list(row) for row in found] == y


@pytest.mark.parametrize("y", [Y, objects(Y)], ids=["list", "objects"])
def test_cross_val_predict_of_different_lengths(y):
    found = cross_val_predict(quick(), X, y, cv=2, method="predict")
    assert token_accuracy(Y, [list(row) for row in found]) == 1.0


# ------------------------------------------------------------------------- wrong input
def with_first(rows, first):
    return [first, *rows[1:]]


@pytest.mark.parametrize(
    ("x", "y", "error", "message"),
    [
        (X, with_first(Y, ["O"]), ValueError, r"X\[0\] has 3 steps, but y\[0\] has 1 label"),
        (X, [*Y[:3], ["O"] * 5, *Y[4:]], ValueError, r"X\[3\] has 3 steps, but y\[3\] has 5 "),
        (with_first(X, []), Y, ValueError, r"X\[0\] has 0 steps, but y\[0\] has 3 labels"),
        (X, Y[1:], ValueError, "inconsistent numbers of samples"),
        (X[0], Y[0], ValueError, r"put it and its labels into lists of their own: \[X\], \[y\]"),
        (X, ["PER"] * 3 + ["O"] * 13, ValueError, r"y\[2\] has 3 labels"),
        (X, [0] * 16, ValueError, r"y\[0\] is one label.*list of label lists"),
        (X, None, ValueError, "requires y to be passed, but the target y is None"),
        (X, with_first(Y, None), ValueError, r"y\[0\] is one label"),
        (X, with_first(Y, [1, 2, 3]), ValueError, "mixes text and numbers"),
        (X, with_first(Y, ["O", None, "O"]), ValueError, r"y\[0\]\[1\] is None; every step needs"),
        (X, with_first(Y, ["O", np.nan, "O"]), ValueError, r"y\[0\]\[1\] is nan"),
        (X, with_first(Y, [["O"], "O", "O"]), TypeError, r"y\[0\]\[0\] is list"),
        (with_first(X, ["a", 3, "b"]), Y, TypeError, r"X\[0\]\[1\] is int \(3\).*only str"),
        (with_first(X, ["a", None, "b"]), Y, TypeError, r"X\[0\]\[1\] is NoneType"),
        ([*X[:-1], [4, 5, 6]], Y, TypeError, r"X\[15\]\[0\] is int \(4\)"),
        (with_first(X, "abc"), Y, ValueError, r"X\[1\] is a list of tokens, expected a str"),
        ([*X[:-1], "abc"], Y, ValueError, r"X\[15\] is a str, expected a list of tokens"),
        ("abc", ["NNC"], ValueError, "text"),
        ([[], []], [[], []], ValueError, "y holds no label at all"),
        ([], [], ValueError, "0 sample"),
        ([[[4, 5]], [[6]]], [["a"], ["b"]], ValueError, "number of features"),
    ],
)
def test_wrong_input_of_fit_is_explained(x, y, error, message):
    with pytest.raises(error, match=message):
        quick().fit(x, y)


@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        (["Ana sees"], ValueError, r"X\[0\] is a str, expected a list of tokens"),
        (X[0], ValueError, r"A single sentence goes into a list of its own: \[sentence\]"),
        ("Ana", ValueError, "bare string"),
        ([[4, 5]], TypeError, r"X\[0\]\[0\] is int \(4\)"),
        ([["Ana", None]], TypeError, r"X\[0\]\[1\] is NoneType"),
        (np.zeros((2, 3)), ValueError, "3 columns; one column of documents"),
        ([], ValueError, "0 sample"),
        (None, TypeError, "NoneType"),
        (Tokenizer().fit_transform(["other words"]), ValueError, "another vocabulary"),
    ],
)
def test_wrong_input_of_predict_is_explained(tagger, x, error, message):
    for method in (tagger.predict, tagger.predict_proba, tagger.predict_top_k):
        with pytest.raises(error, match=message):
            method(x)


@pytest.mark.parametrize("x", [X, ["Ana sees"]], ids=["tokens", "texts"])
def test_tokens_after_ids_name_the_tokenizer(ids_tagger, x):
    with pytest.raises(ValueError, match="put a Tokenizer before it"):
        ids_tagger.predict(x)
    with pytest.raises(ValueError, match=r"X\[0\] holds the id 99"):
        ids_tagger.predict([[99]])


def test_labels_not_seen_in_fit_count_as_missed(tagger):
    assert tagger.score(X[:1], [["B-PER", "O", "B-ORG"]]) == pytest.approx(2 / 3)
    with pytest.raises(ValueError, match=r"y contains labels \['B-ORG'\] that were not seen"):
        tagger.score_samples(X[:1], [["B-PER", "O", "B-ORG"]])


@pytest.mark.parametrize("method", ["score", "score_samples"])
def test_wrong_labels_to_score_are_explained(tagger, method):
    with pytest.raises(ValueError, match=r"X\[1\] has 3 steps, but y\[1\] has 2 labels"):
        getattr(tagger, method)(X[:2], [Y[0], Y[1][:2]])
    with pytest.raises(ValueError, match=r"y\[0\] is one label"):
        getattr(tagger, method)(X[:2], [1, 0])


@pytest.mark.parametrize(
    ("y_val", "message"),
    [
        (None, "X_val was given without y_val"),
        (Y[1:], "inconsistent numbers of samples"),
        (with_first(Y, ["O", "NEW", "O"]), r"labels \['NEW'\] that were not seen"),
        (with_first(Y, ["O"]), r"has 3 steps, but .*\[0\] has 1 label"),
        ([1] * 16, "is one label"),
    ],
)
def test_wrong_validation_data_are_explained(y_val, message):
    with pytest.raises(ValueError, match=message):
        quick(epochs=1).fit(X, Y, X_val=X, y_val=y_val)


@pytest.mark.parametrize("first", [["O", "NEW", "O"], ["O"], [None] * 3])
def test_errors_of_validation_labels_name_them(first):
    with pytest.raises((ValueError, TypeError), match="y_val"):
        quick(epochs=1).fit(X, Y, X_val=X, y_val=with_first(Y, first))


# ------------------------------------------------------------------ nothing to learn from
@pytest.fixture
def no_endless_epoch(monkeypatch):
    """An epoch without any batch never ends; let it fail instead."""
    train = Engine.train

    def guarded(self, *args, n_updates, **options):
        assert n_updates, "trained without any batch"
        return train(self, *args, n_updates=n_updates, **options)

    monkeypatch.setattr(Engine, "train", guarded)


def test_chunk_of_empty_sentences_is_learned_from_or_refused(no_endless_epoch):
    model = quick(epochs=1).partial_fit(X, Y)
    try:
        model.partial_fit([[], []], [[], []])
    except ValueError as error:
        assert "step" in str(error)


def test_weights_held_out_for_early_stopping_leave_an_error(no_endless_epoch):
    model = quick(early_stopping=True, validation_fraction=0.5)
    with pytest.raises(ValueError, match="weight"):
        for i in range(4):  # in some of these, the one weight is held out
            model.fit(X[:4], Y[:4], sample_weight=np.eye(4)[i])


@pytest.mark.parametrize("sample_weight", [-1.0, float("nan")])
@pytest.mark.filterwarnings("ignore:Mean of empty slice", "ignore:invalid value")
def test_wrong_scalar_weights_are_refused(no_endless_epoch, sample_weight):
    with pytest.raises(ValueError, match="weights must be"):
        quick(epochs=1).fit(X, Y, sample_weight=sample_weight)
