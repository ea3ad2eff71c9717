"""``attention_weights`` of classifiers: against NumPy, without padding, one array a sequence."""

from __future__ import annotations

import io

import joblib
import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline

from skseq import (
    EmbeddingLookup,
    GRUClassifier,
    LSTMClassifier,
    Padder,
    SelfAttentionClassifier,
    Sequences,
    Tokenizer,
    TransformerClassifier,
)
from skseq.batches import batching
from skseq.runtime.backend import keras
from skseq.training.mixins.attention_weights import step_tokens
from skseq.training.pool import POOL

# Many networks: run by `make test-slow`.
pytestmark = pytest.mark.slow

TEXTS = ["good, not bad", "bad", "not good but bad film", ""]
LENGTHS = [4, 1, 5, 0]
QUICK = {"units": 8, "epochs": 2, "learning_rate": 0.05, "random_state": 0}
ATTENTIVE = [
    SelfAttentionClassifier(num_heads=2, **QUICK),
    TransformerClassifier(layers=2, num_heads=2, feed_forward_dim=8, **QUICK),
    GRUClassifier(pooling="attention", **QUICK),
]
PAIRWISE = ATTENTIVE[:2]


def softmax(scores):
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@pytest.fixture(scope="module")
def tokenizer():
    return Tokenizer().fit(TEXTS)


@pytest.fixture(scope="module", params=ATTENTIVE, ids=lambda model: type(model).__name__)
def fitted(request, tokenizer):
    return request.param.fit(tokenizer.transform(TEXTS * 5), ["p", "n", "p", "n"] * 5)


@pytest.fixture(scope="module")
def two_layers(tokenizer):
    model = TransformerClassifier(layers=2, num_heads=2, **QUICK)
    return model.fit(tokenizer.transform(TEXTS * 5), ["p", "n"] * 10)


# --------------------------------------------------------------------------- what they are
def test_self_attention_is_what_numpy_makes_of_the_weights(ids):
    X, y = ids
    model = SelfAttentionClassifier(num_heads=2, **QUICK).fit(X, y)
    network = model.engine_.model_
    table = np.asarray(network.get_layer("embedding").weights[0])
    layer = network.get_layer("attention")
    query, key = (np.asarray(kernel) for kernel in (layer.query, layer.key))
    heads = [slice(0, 8), slice(8, 16)]
    found = [model.attention_weights(X, head=head) for head in (0, 1)]
    means = model.attention_weights(X)
    for i, row in enumerate(X):
        x = table[row]
        expected = [softmax((x @ query[:, h]) @ (x @ key[:, h]).T / 8**0.5) for h in heads]
        for head in (0, 1):
            np.testing.assert_allclose(found[head][i], expected[head], atol=1e-5)
        np.testing.assert_allclose(means[i], np.mean(expected, axis=0), atol=1e-5)


def test_a_block_of_a_transformer_is_what_numpy_makes_of_the_weights():
    rng = np.random.default_rng(0)
    X = [rng.normal(size=(n, 8)) for n in (3, 6, 1)] * 4
    model = TransformerClassifier(positions=None, num_heads=2, **QUICK).fit(X, [0, 1, 1] * 4)
    block = model.engine_.model_.get_layer("block_0")
    gain, shift = (np.asarray(weight) for weight in block.norms[0].weights)
    dense = {"query": block.query, "key": block.key}
    parts = {
        name: {
            "kernel": np.asarray(layer.kernel).reshape(-1, 2, 4),
            "bias": np.asarray(layer.bias).reshape(2, 4),
        }
        for name, layer in dense.items()
    }
    found = [model.attention_weights(X, layer=0, head=head) for head in (0, 1)]
    for i, row in enumerate(X):
        x = (row - row.mean(1, keepdims=True)) / np.sqrt(row.var(1, keepdims=True) + 1e-6)
        x = x * gain + shift
        query, key = (
            np.einsum("tf,fhd->htd", x, parts[name]["kernel"]) + parts[name]["bias"][:, None]
            for name in ("query", "key")
        )
        expected = softmax(query @ key.transpose(0, 2, 1) / 2.0)
        for head in (0, 1):
            np.testing.assert_allclose(found[head][i], expected[head], atol=1e-5)


def test_pooling_is_what_numpy_makes_of_the_steps(ids):
    X, y = ids
    model = GRUClassifier(pooling="attention", **QUICK).fit(X, y)
    network = model.engine_.model_
    pooling = network.get_layer("pooling")
    steps_of = keras.Model(network.inputs, pooling.input[0])
    kernel, bias = (np.asarray(w) for w in pooling.projection.weights)
    query = np.asarray(pooling.query.weights[0])
    weights = model.attention_weights(X)
    for row, found in zip(X[:8], weights[:8], strict=True):
        steps = np.asarray(steps_of([np.array([row], np.int32), np.array([len(row)], np.int32)]))[0]
        scores = (np.tanh(steps @ kernel + bias) @ query)[:, 0]
        np.testing.assert_allclose(found, softmax(scores), atol=1e-5)


def test_layers_are_counted_from_the_input(two_layers, tokenizer):
    X, model = tokenizer.transform(TEXTS), two_layers
    first, last = (model.attention_weights(X, layer=layer)[0] for layer in (0, 1))
    assert abs(first - last).max() > 1e-3
    np.testing.assert_array_equal(model.attention_weights(X, layer=-2)[0], first)
    np.testing.assert_array_equal(model.attention_weights(X)[0], last)
    by_head = [model.attention_weights(X, head=head)[0] for head in (0, -1)]
    np.testing.assert_allclose(np.mean(by_head, axis=0), last, atol=1e-6)


# ------------------------------------------------------------------------- one array a sequence
def test_every_sequence_has_its_own_length_and_sums_to_one(fitted, tokenizer):
    found = fitted.attention_weights(tokenizer.transform(TEXTS))
    pairs = not isinstance(fitted, GRUClassifier)
    assert [w.shape for w in found] == [(n, n) if pairs else (n,) for n in LENGTHS]
    for weights in found:
        assert weights.dtype == np.float32 and weights.base is None
        if weights.size:
            np.testing.assert_allclose(weights.sum(axis=-1), 1.0, atol=1e-5)
            assert (weights > 0).all()


def test_company_and_order_and_batches_change_nothing(fitted, tokenizer, monkeypatch):
    rng = np.random.default_rng(0)
    words = [*tokenizer.vocabulary_.tokens[4:], "new"]
    X = tokenizer.transform([" ".join(rng.choice(words, n)) for n in rng.integers(1, 40, size=30)])
    found = fitted.attention_weights(X)
    order = rng.permutation(30)
    shuffled = fitted.attention_weights(X[order])
    monkeypatch.setattr(batching, "MOST_WEIGHTS", 5000)
    in_small_batches = fitted.attention_weights(X)
    for i in range(30):
        (alone,) = fitted.attention_weights(X[[i]])
        np.testing.assert_allclose(alone, found[i], atol=1e-6)
        np.testing.assert_allclose(in_small_batches[i], found[i], atol=1e-6)
    for i, row in enumerate(order):
        np.testing.assert_allclose(shuffled[i], found[row], atol=1e-6)


def test_batches_are_bounded(monkeypatch):
    seen = []
    monkeypatch.setattr(batching, "MOST_WEIGHTS", 10_000)

    for rows in batching.plan_prediction(np.arange(200), num_heads=2):
        seen.extend(rows)
        assert len(rows) == 1 or 2 * len(rows) * rows.max() ** 2 <= 10_000
    assert sorted(seen) == list(range(200))


def test_nothing_is_compiled_twice(fitted, tokenizer, monkeypatch):
    X = tokenizer.transform(TEXTS)
    fitted.attention_weights(X)
    with POOL.borrow(fitted.network_state_.spec) as engine:
        attention = engine.predictor._attention
    compiled = dict(attention._compiled)
    assert compiled
    fitted.attention_weights(X[:2])
    with POOL.borrow(fitted.network_state_.spec) as engine:
        assert engine.predictor._attention is attention
    assert attention._compiled == compiled


def test_asking_changes_no_prediction(fitted, tokenizer):
    X = tokenizer.transform(TEXTS)
    before = fitted.predict_proba(X)
    fitted.attention_weights(X)
    np.testing.assert_array_equal(fitted.predict_proba(X), before)


@pytest.mark.parametrize("kind", ["features", "vectors", "padded"])
@pytest.mark.parametrize("model", ATTENTIVE, ids=lambda model: type(model).__name__)
def test_other_kinds_of_input(model, kind, tokenizer):
    y = ["p", "n"] * 6
    if kind == "features":
        rng = np.random.default_rng(0)
        X = [rng.normal(size=(n, 3)) for n in (1, 4, 2) * 4]
        lengths, tokens = [1, 4, 2], [[0], [0, 1, 2, 3], [0, 1]]
    else:
        X = tokenizer.transform(TEXTS[:3] * 4)
        lengths = LENGTHS[:3]
        tokens = [["good", ",", "not", "bad"], ["bad"], ["not", "good", "but", "bad", "film"]]
        if kind == "vectors":
            vectors = {"good": [1.0, 0.0], "bad": [0.0, 1.0], "film": [0.5, 0.5]}
            X = EmbeddingLookup(vectors).fit_transform(X)
        else:
            X = Padder(maxlen=9).fit_transform(X)
    model.fit(X, y)
    weights, found = model.attention_weights(X[:3], return_tokens=True)
    assert [len(w) for w in weights] == lengths and found == tokens
    if kind == "padded":
        again, found = model.attention_weights(np.asarray(X)[:3], return_tokens=True)
        assert found == tokens
        for one, other in zip(again, weights, strict=True):
            np.testing.assert_array_equal(one, other)


# ----------------------------------------------------------------------------------- tokens
def test_tokens_name_what_fit_did_not_see(fitted, tokenizer):
    X = tokenizer.transform(["a good plot", "", "bad"])
    weights, tokens = fitted.attention_weights(X, return_tokens=True)
    assert tokens == [["a", "good", "plot"], [], ["bad"]]
    assert [len(w) for w in weights] == [3, 0, 1]


def test_tokens_of_steps():
    assert step_tokens(Sequences.from_lists([[5, 6], [], [7]])) == [[0, 1], [], [0]]
    tokenizer = Tokenizer().fit(["a film"])
    ids = Sequences.from_lists([[4, 1, 5]])
    assert step_tokens(ids, tokenizer.vocabulary_) == [["a", "<unk>", "film"]]
    assert step_tokens(tokenizer.transform(["x y x"])) == [["x", "y", "x"]]


# ------------------------------------------------------------------------------- around it
def test_reloaded_estimators_say_the_same(fitted, tokenizer):
    X = tokenizer.transform(TEXTS)
    expected = fitted.attention_weights(X)
    file = io.BytesIO()
    joblib.dump(fitted, file)
    file.seek(0)
    for one, other in zip(joblib.load(file).attention_weights(X), expected, strict=True):
        np.testing.assert_array_equal(one, other)


def test_in_a_pipeline(reviews):
    texts, labels = reviews
    model = make_pipeline(Tokenizer(), Padder(), TransformerClassifier(**QUICK)).fit(texts, labels)
    weights, tokens = model[-1].attention_weights(
        model[:-1].transform(["good film", "not bad"]), return_tokens=True
    )
    assert tokens == [["good", "film"], ["not", "bad"]]
    assert [w.shape for w in weights] == [(2, 2), (2, 2)]


def test_a_long_sequence_goes_alone():
    rng = np.random.default_rng(0)
    X = [rng.integers(5, 20, size=n).tolist() for n in (3, 700, 2, 5)]
    model = SelfAttentionClassifier(num_heads=4, **QUICK).fit(X, [0, 1, 0, 1])
    found = model.attention_weights(X)
    assert [w.shape for w in found] == [(3, 3), (700, 700), (2, 2), (5, 5)]
    np.testing.assert_allclose(found[1].sum(axis=1), 1.0, atol=1e-5)


# ------------------------------------------------------------------------------------ mistakes
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"layer": 2}, "layer=2, but the network has 2 layers of attention; .* from -2 to 1"),
        ({"layer": -3}, "layer=-3, but the network has 2 layers"),
        ({"layer": "last"}, "layer='last', but the network has 2 layers"),
        ({"layer": None}, "layer=None, but the network has 2 layers"),
        ({"head": 2}, "head=2, but layer=-1 has 2 heads; .* from -2 to 1, or None for the mean"),
        ({"head": -3, "layer": 0}, "head=-3, but layer=0 has 2 heads"),
        ({"head": True}, "head=True, but layer=-1 has 2 heads"),
        ({"head": 0.0}, "head=0.0, but layer=-1 has 2 heads"),
    ],
)
def test_layers_and_heads_that_are_not_there(options, message, two_layers, tokenizer):
    X = tokenizer.transform(TEXTS)
    with POOL.borrow(two_layers.network_state_.spec) as engine:
        before = engine
    with pytest.raises(ValueError, match=message):
        two_layers.attention_weights(X, **options)
    with POOL.borrow(two_layers.network_state_.spec) as engine:
        assert engine is before  # a mistake costs no compiled network


def test_self_attention_has_one_layer(tokenizer):
    X = tokenizer.transform(TEXTS * 5)
    model = SelfAttentionClassifier(**QUICK).fit(X, ["p", "n"] * 10)
    np.testing.assert_array_equal(*(model.attention_weights(X, layer=n)[0] for n in (0, -1)))
    with pytest.raises(ValueError, match="layer=1, but the network has 1 layers of attention"):
        model.attention_weights(X, layer=1)


@pytest.mark.parametrize("model", ATTENTIVE, ids=lambda model: type(model).__name__)
def test_before_fit(model):
    with pytest.raises(NotFittedError):
        type(model)(**model.get_params()).attention_weights([[4, 5]])


def test_other_poolings_have_no_such_verb(tokenizer):
    X, y = tokenizer.transform(TEXTS * 5), ["p", "n"] * 10
    model = LSTMClassifier(pooling="mean", **QUICK)
    assert not hasattr(model, "attention_weights")
    assert hasattr(LSTMClassifier(pooling="attention"), "attention_weights")
    with pytest.raises(AttributeError) as caught:
        model.attention_weights(X)
    assert "pooling='mean' has no attention weights; set pooling='attention'" in str(
        caught.value.__cause__
    )
    model.fit(X, y).set_params(pooling="attention")  # too late for this network
    assert not hasattr(model, "attention_weights")
    assert hasattr(model.fit(X, y).set_params(pooling="last"), "attention_weights")
    own = LSTMClassifier(pooling="attention", network=lambda: None)
    with pytest.raises(AttributeError) as caught:
        own.attention_weights(X)
    assert "leave network= out" in str(caught.value.__cause__)


def test_ids_of_another_vocabulary_are_refused(fitted):
    with pytest.raises(ValueError, match="another vocabulary"):
        fitted.attention_weights(Tokenizer().fit_transform(["other words"]))
