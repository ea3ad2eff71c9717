"""Classifiers on every kind of input and target, and inside scikit-learn's tools."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import sklearn
from gensim.models import KeyedVectors
from sklearn.base import clone, is_classifier
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_digits
from sklearn.ensemble import BaggingClassifier, StackingClassifier, VotingClassifier
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    TunedThresholdClassifierCV,
    cross_val_predict,
    cross_val_score,
    cross_validate,
)
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MultiLabelBinarizer

from skseq import (
    EmbeddingLookup,
    GRUClassifier,
    LSTMClassifier,
    Padder,
    RNNClassifier,
    Sequences,
    Tokenizer,
)


def quick(classifier=GRUClassifier, **changes):
    options = {"units": 8, "epochs": 25, "learning_rate": 0.02, "random_state": 0}
    return classifier(**{**options, **changes})


def text_pipeline(**changes):
    return make_pipeline(Tokenizer(), Padder(), quick(**changes))


# ------------------------------------------------------------------ kinds of X
def test_images_are_read_row_by_row():
    digits = load_digits(n_class=3)
    images, labels = digits.images[:300], digits.target[:300]
    model = quick(pooling="mean", epochs=15).fit(images[:200] / 16, labels[:200])
    assert model.score(images[200:] / 16, labels[200:]) > 0.9
    assert model.n_features_in_ == 8


def test_ragged_frames_of_sensors():
    rng = np.random.default_rng(0)
    X = [rng.normal(size=(n, 3)) for n in rng.integers(2, 9, size=60)]
    y = np.array([frames[-1, 0] > 0 for frames in X])
    model = quick().fit(X, y)
    assert model.score(X, y) > 0.9
    assert model.n_features_in_ == 3
    for other in (np.array(X, dtype=object), tuple(X), Sequences.from_lists(X)):
        np.testing.assert_array_equal(model.predict(other), model.predict(X))


def test_table_of_numbers_is_one_feature_a_step_with_named_columns():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(80, 4)), columns=list("abcd"))
    y = np.where(X["a"] > 0, "up", "down")
    model = quick().fit(X, y)
    assert model.score(X, y) > 0.9
    assert model.feature_names_in_.tolist() == list("abcd")
    with pytest.raises(ValueError, match="feature names"):
        model.predict(X.rename(columns={"a": "z"}))
    with pytest.raises(ValueError, match="feature names"):
        model.predict(X[["a", "b", "c"]])


def test_embedding_dim_none_reads_integers_as_measurements():
    X = np.array([[0, 100], [100, 0]] * 30)
    y = np.array([0, 1] * 30)
    assert quick(embedding_dim=None).fit(X / 100, y).score(X / 100, y) == 1.0
    model = quick(embedding_dim=None).fit(X // 50, y)
    assert model.score(X // 50, y) == 1.0
    with pytest.raises(ValueError, match="fractions"):
        quick(embedding_dim=4).fit(X / 3, y)


@pytest.mark.slow  # twenty networks
@pytest.mark.parametrize("pooling", ["last", "mean", "max", "mean_max", "attention"])
@pytest.mark.parametrize("merge_mode", ["concat", "sum", "mul", "ave"])
def test_poolings_and_merges_score_empty_rows_too(ids, pooling, merge_mode):
    X, y = ids
    options = {"layers": 2, "bidirectional": True, "units": 3, "epochs": 1}
    model = quick(RNNClassifier, cell="simple", pooling=pooling, merge_mode=merge_mode, **options)
    model.fit([*X, []], [*y, "no"])
    padded = np.zeros((2, 9), int)
    assert np.isfinite(model.predict_proba(padded)).all()
    np.testing.assert_allclose(model.predict_proba([[]]), model.predict_proba([[1]]), atol=1e-6)


@pytest.mark.parametrize("cell", ["lstm", "gru", "simple"])
def test_rnn_classifier_with_a_cell_equals_the_class_of_that_name(ids, cell):
    X, y = ids
    general = RNNClassifier(cell=cell, units=4, epochs=1, random_state=0).fit(X, y)
    assert general.predict_proba(X).shape == (len(X), 2)
    named = {"lstm": LSTMClassifier, "gru": GRUClassifier}.get(cell)
    if named:
        special = named(units=4, epochs=1, random_state=0).fit(X, y)
        np.testing.assert_array_equal(special.predict_proba(X), general.predict_proba(X))


# ------------------------------------------------------------------ kinds of y
def test_multilabel_indicator():
    rng = np.random.default_rng(0)
    X = [rng.integers(4, 10, size=5).tolist() for _ in range(120)]
    binarizer = MultiLabelBinarizer()
    Y = binarizer.fit_transform([{t for t in ("4", "5", "6") if int(t) in x} for x in X])
    model = quick(pooling="max", epochs=40).fit(X, Y)
    assert model.score(X, Y) > 0.9
    probabilities = model.predict_proba(X)
    assert probabilities.shape == Y.shape
    np.testing.assert_array_equal(model.predict(X), probabilities >= 0.5)


@pytest.mark.parametrize("dtype", [object, str, int, bool])
def test_labels_come_back_in_their_own_type(ids, dtype):
    X, y = ids
    y = {object: y.astype(object), str: y, int: (y == "yes") + 5, bool: y == "yes"}[dtype]
    predicted = quick(epochs=1).fit(X, y).predict(X)
    assert predicted.dtype == np.unique(y).dtype
    assert set(predicted) <= set(y)


# ------------------------------------------------------------- vectors and text
@pytest.mark.parametrize("trainable", [False, True])
def test_embedding_lookup_needs_nothing_by_hand(reviews, trainable):
    texts, labels = reviews
    vectors = KeyedVectors(6)
    words = ["good", "bad", "not", "but", "film", ","]
    vectors.add_vectors(words, np.random.default_rng(0).normal(size=(6, 6)).astype(np.float32))
    model = make_pipeline(
        Tokenizer(), Padder(), EmbeddingLookup(vectors, trainable=trainable), quick(epochs=40)
    ).fit(texts, labels)
    assert model.score(texts, labels) == 1.0
    weights = {w.path: w for w in model[-1].engine_.model_.weights}
    table = [w for path, w in weights.items() if "embedding" in path]
    assert bool(table) == trainable
    if trainable:
        assert np.abs(np.asarray(table[0])[4:10] - model[-2].table_[4:]).max() > 1e-3


def test_trainable_vectors_start_from_the_table(reviews):
    texts, labels = reviews
    vectors = {w: np.random.default_rng(i).normal(size=5) for i, w in enumerate(["good", "bad"])}
    lookup = EmbeddingLookup(vectors, trainable=True)
    X = lookup.fit_transform(Tokenizer().fit_transform(texts))
    model = quick(learning_rate=1e-9, epochs=1).fit(X, labels)
    table = np.asarray(model.engine_.model_.get_layer("embedding").embeddings)
    np.testing.assert_allclose(table[: len(lookup.table_)], lookup.table_, atol=1e-5)


def test_words_unseen_in_training_keep_their_vectors():
    rng = np.random.default_rng(0)
    good, bad = rng.normal(1, 0.1, size=(2, 4)), rng.normal(-1, 0.1, size=(2, 4))
    vectors = dict(zip(["fine", "great", "poor", "awful"], [*good, *bad], strict=True))
    model = make_pipeline(Tokenizer(), EmbeddingLookup(vectors, keep_all=True), quick(epochs=30))
    model.fit(["fine", "poor"] * 10, [1, 0] * 10)
    assert model.predict(["great", "awful"]).tolist() == [1, 0]


def test_vectors_made_into_an_array_score_the_same(reviews):
    texts, labels = reviews
    vectors = {w: np.random.default_rng(i).normal(size=5) for i, w in enumerate(["good", "bad"])}
    X = EmbeddingLookup(vectors, oov="mean").fit_transform(Tokenizer().fit_transform(texts))
    model = quick(epochs=2).fit(X, labels)
    np.testing.assert_allclose(
        model.predict_proba(np.asarray(X)), model.predict_proba(X), atol=1e-6
    )


def test_losing_the_vectors_between_fit_and_predict_raises(reviews):
    texts, labels = reviews
    ids = Tokenizer().fit_transform(texts)
    X = EmbeddingLookup({"good": np.ones(3)}).fit_transform(ids)
    with pytest.raises(ValueError, match="keep the EmbeddingLookup in the same Pipeline"):
        quick(epochs=1).fit(X, labels).predict(ids)


@pytest.mark.parametrize("unseen", [["zebra quark"], [""], ["zebra", "", "good film"]])
def test_unseen_and_empty_documents_are_scored(reviews, unseen):
    model = text_pipeline(epochs=1).fit(*reviews)
    assert np.isfinite(model.predict_proba(unseen)).all()


@pytest.mark.parametrize("X", [["good film", "bad"], [["good", "film"], ["bad"]], "good film"])
def test_text_without_a_tokenizer_is_explained(X):
    with pytest.raises(ValueError, match="put a Tokenizer before it"):
        quick().fit(X, [1, 0])


def test_column_of_a_frame_beside_other_columns(reviews):
    texts, labels = reviews
    frame = pd.DataFrame({"text": texts, "price": np.arange(len(texts))})
    pooled = make_pipeline(
        Tokenizer(), EmbeddingLookup({"good": np.ones(2), "bad": -np.ones(2)}, pooling="mean")
    )
    columns = make_column_transformer((pooled, "text"), ("passthrough", ["price"]))
    model = make_pipeline(columns, LogisticRegression(max_iter=1000)).fit(frame, labels)
    assert model[:-1].transform(frame).shape == (60, 3)


# ------------------------------------------------------- inside scikit-learn's tools
def test_is_a_classifier_and_folds_are_stratified_even_for_sorted_labels():
    model = quick(epochs=20)
    assert is_classifier(model)
    X = [[4, 5, 6]] * 20 + [[7, 8, 9]] * 20
    assert cross_val_score(model, X, [0] * 20 + [1] * 20, cv=4).tolist() == [1.0] * 4


def test_cross_validation_tools(reviews):
    texts, labels = reviews
    pipe = text_pipeline()
    probabilities = cross_val_predict(pipe, texts, labels, cv=2, method="predict_proba")
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    scores = cross_validate(
        pipe, texts, labels, cv=2, scoring=["roc_auc", "neg_log_loss", "f1_macro"]
    )
    assert all(
        np.isfinite(scores[f"test_{s}"]).all() for s in ("roc_auc", "neg_log_loss", "f1_macro")
    )


@pytest.mark.parametrize(
    "wrap",
    [
        lambda m: VotingClassifier([("a", m), ("b", clone(m))], voting="soft"),
        lambda m: StackingClassifier([("a", m)], cv=2),
        lambda m: BaggingClassifier(m, n_estimators=2, random_state=0),
        lambda m: CalibratedClassifierCV(m, cv=2),
        lambda m: TunedThresholdClassifierCV(m, cv=2),
        lambda m: OneVsRestClassifier(m),
    ],
    ids=["voting", "stacking", "bagging", "calibrated", "threshold", "one_vs_rest"],
)
def test_meta_estimators_on_sequences(reviews, wrap):
    texts, labels = reviews
    X = Padder().fit_transform(Tokenizer().fit_transform(texts))
    model = wrap(quick()).fit(X, labels)
    assert model.score(X, labels) > 0.9


def test_search_over_a_whole_pipeline(reviews):
    texts, labels = reviews
    pipe = make_pipeline(
        Tokenizer(), Padder(), EmbeddingLookup({"good": np.ones(3), "bad": -np.ones(3)}), quick()
    )
    grid = {
        "tokenizer__min_count": [1, 2],
        "padder__maxlen": [3, 6],
        "embeddinglookup__oov": ["zeros", "random"],
    }
    search = GridSearchCV(pipe, {**grid, "gruclassifier__epochs": [2]}, cv=2, scoring="roc_auc")
    search.fit(texts, labels)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def test_halving_search_takes_epochs_as_its_resource(ids):
    search = HalvingGridSearchCV(
        quick(units=4),
        {"learning_rate": [1e-4, 3e-2, 1e-3]},
        resource="epochs",
        min_resources=2,
        max_resources=12,
        cv=2,
        random_state=0,
    ).fit(*ids)
    assert search.best_params_["epochs"] > 2


def test_validation_data_passes_through_the_pipeline(reviews):
    texts, labels = reviews
    with sklearn.config_context(enable_metadata_routing=True):
        classifier = quick(epochs=3, early_stopping=True)
        classifier.set_fit_request(X_val=True, y_val=True, sample_weight=True)
        pipe = Pipeline(
            [("t", Tokenizer()), ("p", Padder()), ("c", classifier)], transform_input=["X_val"]
        )
        weight = np.ones(len(texts))
        pipe.fit(texts, labels, X_val=texts[:10], y_val=labels[:10], sample_weight=weight)
    assert len(classifier.validation_scores_) == classifier.n_iter_


# -------------------------------------------------------------------- bad input
@pytest.mark.parametrize(
    ("X", "message"),
    [
        ([], "minimum of 1"),
        (np.zeros((0, 3)), "minimum of 1"),
        ([[4, -5], [6]], r"X\[0\] holds the id -5, which is negative"),
        (np.array([[4, 5], [-6, 1]]), "-6, which is negative"),
        ([[4, 2**40], [6]], "larger than"),
        ([np.array([[1.0, np.nan]]), np.ones((2, 2))], "NaN"),
        ([np.array([[1.0, np.inf]]), np.ones((2, 2))], "infinity"),
        (np.array([[np.nan, 1.0], [1.0, 2.0]]), "NaN"),
        ([1, 2], "Reshape your data"),
        (np.array([1.0, 2.0]), "Reshape your data"),
        ([np.ones((2, 3)), np.ones((2, 4))], "same number of features"),
    ],
)
def test_bad_x_is_explained(X, message):
    with pytest.raises(ValueError, match=message):
        quick(epochs=1).fit(X, [0, 1][: max(len(X), 2)])


def test_lengths_of_x_and_y_that_differ_raise(ids):
    X, y = ids
    with pytest.raises(ValueError, match=r"inconsistent numbers of samples: \[60, 59\]"):
        quick().fit(X, y[:-1])


def test_unseen_label_in_y_val_raises(ids):
    X, y = ids
    with pytest.raises(ValueError, match=r"y_val contains labels \['maybe'\]"):
        quick().fit(X, y, X_val=X[:1], y_val=["maybe"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"units": 0},
        {"pooling": "median"},
        {"dropout": 1.0},
        {"epochs": 0},
        {"tol": -1},
        {"merge_mode": "join"},
        {"random_state": "a"},
    ],
)
def test_wrong_parameters_are_named(ids, wrong):
    with pytest.raises(ValueError, match=f"The '{next(iter(wrong))}' parameter"):
        quick(**wrong).fit(*ids)
