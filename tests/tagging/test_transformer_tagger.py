"""TransformerTagger: what blocks of attention learn of steps and their order."""

from __future__ import annotations

import copy
import inspect

import joblib
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

import skseq
from skseq import (
    EmbeddingLookup,
    LSTMTagger,
    Sequences,
    Tokenizer,
    TransformerClassifier,
    TransformerTagger,
)
from skseq.inputs.word_features import MAX_CHARACTERS
from skseq.networks import transformer_tagging_network
from skseq.runtime.backend import tf

# Many networks: run by `make test-slow`.
pytestmark = pytest.mark.slow

X = [["Ana", "Lee", "sees", "Rome"], ["Rome", "sees", "Bob", "Lee"], ["Ana", "sleeps"], ["Bob"]]
Y = [["B-PER", "I-PER", "O", "B-LOC"], ["B-LOC", "O", "B-PER", "I-PER"], ["B-PER", "O"], ["B-PER"]]
X, Y = X * 6, Y * 6


def quick(**changes):
    options = {"units": 16, "num_heads": 2, "epochs": 15, "dropout": 0.0, "batch_size": 16}
    return TransformerTagger(**{**options, "learning_rate": 0.01, "random_state": 0, **changes})


def assert_same(found, expected, atol=1e-6):
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, atol=atol)


def weights_of(model):
    return model.network_state_.weights


@pytest.fixture(scope="module", params=[False, True], ids=["steps", "crf"])
def tagger(request):
    return quick(crf=request.param, layers=2).fit(X, Y)


# -------------------------------------------------------------------------- learning
def switched(n, seed):
    """A switch among zeros and ones decides for the whole sequence what a one is called."""
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(n):
        row = rng.choice(["zero", "one"], size=rng.integers(3, 9)).tolist()
        row[rng.integers(len(row))] = str(rng.choice(["plain", "marked"]))
        rows.append(row)
    kinds = [{"one": "M" if "marked" in row else "P"} for row in rows]
    return rows, [[kind.get(w, "O") for w in row] for kind, row in zip(kinds, rows, strict=True)]


def after_a_verb(n, seed):
    """What follows "go" is a place, what follows "ask" a person, all else is nothing."""
    rng = np.random.default_rng(seed)
    rows = [rng.choice(["go", "ask", "x", "y"], size=rng.integers(2, 8)).tolist() for _ in range(n)]
    kind = {"go": "LOC", "ask": "PER"}
    return rows, [["O", *(kind.get(w, "O") for w in row[:-1])] for row in rows]


@pytest.mark.parametrize("crf", [False, True])
def test_a_label_that_depends_on_another_step_is_learned(crf):
    model = quick(crf=crf, epochs=20).fit(*switched(200, seed=0))
    assert model.score(*switched(60, seed=1)) > 0.97


@pytest.mark.parametrize("positions", ["sinusoidal", "learned", None])
def test_labels_of_neighbours_need_positions(positions):
    model = quick(units=32, positions=positions).fit(*after_a_verb(200, seed=0))
    score = model.score(*after_a_verb(80, seed=1))
    assert score < 0.8 if positions is None else score > 0.95


def test_without_positions_the_order_plays_no_part():
    model = quick(positions=None, epochs=2).fit(X, Y)
    forwards, backwards = model.predict_proba([X[0], X[0][::-1]])
    np.testing.assert_allclose(forwards, backwards[::-1], atol=1e-5)
    forwards, backwards = quick(epochs=2).fit(X, Y).predict_proba([X[0], X[0][::-1]])
    assert np.abs(forwards - backwards[::-1]).max() > 1e-3


def test_steps_behind_the_learned_positions_are_labelled():
    model = quick(positions="learned", n_positions=2, epochs=2).fit(X, Y)
    assert [len(row) for row in model.predict([X[0] * 9, ["Ana"]])] == [36, 1]


# ------------------------------------------------------------------------- any length
def test_what_is_trained_on_is_learned(tagger):
    assert tagger.predict([*X, []]) == [*Y, []]
    assert tagger.score(X, Y) == 1.0


def test_a_sentence_is_labelled_the_same_in_any_company(tagger):
    long = [word for row in X for word in row]
    expected = tagger.predict_proba(X[:4])
    for i in range(4):
        assert_same(tagger.predict_proba([X[i]]), expected[i : i + 1], 1e-5)
        assert_same(tagger.predict_proba([[], long, X[i], ["Ana"]])[2:3], expected[i : i + 1], 1e-5)


def test_padding_is_invisible_to_outputs_and_gradients():
    """Wider padding, whatever stands in it, changes neither what comes out nor what is learned."""
    network = transformer_tagging_network(
        n_outputs=3,
        n_features=4,
        n_casing=2,
        n_characters=9,
        char_features="cnn",
        units=6,
        layers=2,
        num_heads=2,
        feed_forward_dim=8,
        crf=True,
    )
    rng = np.random.default_rng(0)
    lengths = np.array([5, 2, 1, 0], np.int32)
    shape = (4, 8, MAX_CHARACTERS)
    steps, shapes = (rng.normal(size=(4, 8, n)).astype("float32") for n in (4, 2))
    inputs = steps, shapes, rng.integers(0, 9, size=shape).astype("int32")
    found = []
    for width in (5, 8):
        is_real = (np.arange(width) < lengths[:, None])[:, :, None].astype("float32")
        with tf.GradientTape() as tape:
            logits = network([*(part[:, :width] for part in inputs), lengths])
            loss = tf.reduce_sum((logits * is_real) ** 2)
        gradients = tape.gradient(loss, network.trainable_weights)
        pairs = zip(network.trainable_weights, gradients, strict=True)
        found.append([np.asarray(g) for w, g in pairs if not w.path.startswith("crf")])
        found[-1].append(np.asarray(logits * is_real)[:, :5])
    for narrow, wide in zip(*found, strict=True):
        assert np.isfinite(narrow).all()
        np.testing.assert_allclose(wide, narrow, atol=1e-4)


def test_empty_and_one_step_sequences_are_trained_on(tagger):
    x, y = [*X, [], ["Rome"], []], [*Y, [], ["B-LOC"], []]
    model = clone(tagger).set_params(epochs=3).fit(x, y)
    assert np.isfinite(model.loss_curve_).all()
    assert [len(row) for row in model.predict([[], ["Rome"], []])] == [0, 1, 0]
    assert model.predict([[]]) == [[]]
    assert model.predict_proba([[]])[0].shape == (0, 4)
    np.testing.assert_array_equal(model.score_samples([[]], [[]]), [0.0])


# ----------------------------------------------------------------------------- inputs
IDS = [[4, 5, 6], [6, 5], [5, 4, 6, 6], [4]] * 4
ID_LABELS = [["a", "b", "c"], ["c", "b"], ["b", "a", "c", "c"], ["a"]] * 4
KINDS = {
    "ids": IDS,
    "sequences": Sequences.from_lists(IDS),
    "tokens": [[f"w{i}" for i in row] for row in IDS],
    "texts": ["".join("xyz"[i - 4] for i in row) for row in IDS],
    "features": [np.eye(3)[np.array(row) - 4] for row in IDS],
    "one feature": [[i / 2.0 + 0.25 for i in row] for row in IDS],
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_input_is_learned(kind):
    model = quick(epochs=40).fit(KINDS[kind], ID_LABELS)
    assert model.score(KINDS[kind], ID_LABELS) > 0.9


def test_zeros_in_an_array_of_ids_are_padding():
    padded = np.zeros((16, 5), int)
    for row, ids in zip(padded, IDS, strict=True):
        row[: len(ids)] = ids
    model = quick(epochs=2).fit(IDS, ID_LABELS)
    assert_same(model.predict_proba(padded), model.predict_proba(IDS))


@pytest.mark.parametrize("trainable", [False, True])
def test_vectors_are_read(trainable):
    rng = np.random.default_rng(0)
    vectors = {word: rng.normal(size=5) for row in X for word in row}
    lookup = EmbeddingLookup(vectors, trainable=trainable)
    model = make_pipeline(Tokenizer(lowercase=False), lookup, quick(epochs=25)).fit(X, Y)
    assert model.score(X, Y) == 1.0


@pytest.mark.parametrize("char_features", ["cnn", "lstm"])
def test_spelling_is_read(char_features):
    """The last letter decides, in words that were never seen."""
    rng = np.random.default_rng(0)
    letters = [["".join(rng.choice(list("bdgk"), 4)) + e for e in "aoaoo"] for _ in range(60)]
    labels = [[word[-1].upper() for word in row] for row in letters]
    model = quick(char_features=char_features, word_dropout=0.5, epochs=8)
    model.fit(letters[:50], labels[:50])
    assert model.score(letters[50:], labels[50:]) > 0.95


def test_shapes_are_read():
    """Capitals decide, and words share a row of the embedding whatever their case."""
    x = [["tea", "Tea"], ["Tea", "tea", "tea"], ["milk", "Milk"]] * 8
    y = [["low", "high"], ["high", "low", "low"], ["low", "high"]] * 8
    assert quick(shape_features=True).fit(x, y).predict([["Milk", "milk"]]) == [["high", "low"]]


# ------------------------------------------------------------------------- parameters
@pytest.mark.parametrize(("units", "num_heads"), [(7, 2), (3, 8)])
def test_heads_need_not_divide_units(units, num_heads):
    options = {"units": units, "num_heads": num_heads, "epochs": 1}
    model = quick(**options).fit(X, Y)
    classifier = TransformerClassifier(**options).fit(IDS, [0, 1] * 8)
    for one in (model, classifier):
        block = one.engine_.model_.get_layer("block_0")
        assert block.num_heads == num_heads
        assert block.query.units == num_heads * max(1, units // num_heads)


@pytest.mark.parametrize(
    "wrong",
    [
        {"num_heads": 0},
        {"feed_forward_dim": 1.5},
        {"positions": "rotary"},
        {"n_positions": 0},
        {"layers": 0},
        {"dropout": 1.0},
        {"constraints": "iob1"},
    ],
)
def test_wrong_parameters_raise_in_fit(wrong):
    (name,) = wrong
    with pytest.raises(ValueError, match=f"'{name}' parameter of TransformerTagger must be"):
        TransformerTagger(**wrong).fit(X, Y)


def test_numbers_of_heads_can_be_searched():
    search = GridSearchCV(quick(epochs=2), {"num_heads": [1, 2]}, cv=2)
    search.fit(X, Y)
    assert search.best_params_["num_heads"] in (1, 2)
    assert [len(row) for row in search.predict(X)] == [len(row) for row in X]


def test_parameters_are_those_of_the_classifier_and_of_other_taggers():
    ours, classifier, tagger = (
        inspect.signature(cls).parameters
        for cls in (TransformerTagger, TransformerClassifier, LSTMTagger)
    )
    network = ["units", "layers", "num_heads", "feed_forward_dim", "positions", "n_positions"]
    network += ["dropout", "word_dropout", "embedding_dim", "n_tokens"]
    labels = ["char_features", "shape_features", "crf", "constraints", "score_metric"]
    assert list(ours)[: len(network + labels)] == network + labels
    for name, parameter in ours.items():
        like = classifier if name in network else tagger
        assert parameter.default == like[name].default, name


# ----------------------------------------------------------------------------- copies
def by_joblib(model, path):
    joblib.dump(model, path)
    return joblib.load(path)


def by_skseq(model, path):
    return skseq.load(skseq.save(model, path))


@pytest.fixture(scope="module")
def speller():
    """With everything there is to be stored."""
    options = {"char_features": "cnn", "shape_features": True, "positions": "learned"}
    return quick(crf=True, dropout=0.1, epochs=2, **options).fit(X, Y)


@pytest.mark.parametrize("way", [by_joblib, by_skseq])
def test_files_answer_the_same_and_train_on_alike(tmp_path, speller, way):
    again, straight = way(speller, tmp_path / "model"), copy.copy(speller)
    x = [*X, [], ["Zoe", "sees", "NATO"]]
    for one, other in zip(again.predict_proba(x), speller.predict_proba(x), strict=True):
        np.testing.assert_array_equal(one, other)
    assert again.predict_top_k(x, k=2) == speller.predict_top_k(x, k=2)
    for model in (straight, again):
        model.partial_fit(X, Y)
    np.testing.assert_equal(weights_of(again), weights_of(straight))
