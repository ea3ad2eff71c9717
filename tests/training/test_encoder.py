"""Classifiers and taggers that start from a language model."""

from __future__ import annotations

import joblib
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline

import skseq
from skseq import (
    CharLanguageModel,
    EmbeddingLookup,
    GRUClassifier,
    LSTMClassifier,
    LSTMTagger,
    Tokenizer,
    TokenLanguageModel,
    WordLanguageModel,
)

TEXTS = ["the cat drinks milk.", "the dog eats meat."] * 10
LABELS = ["cat", "dog"] * 10
SMALL = {"epochs": 15, "batch_size": 4, "learning_rate": 0.03, "random_state": 0}


@pytest.fixture(scope="module")
def words():
    return WordLanguageModel(units=12, epochs=30, learning_rate=0.02, random_state=0).fit(TEXTS)


@pytest.fixture(scope="module")
def frozen(words):
    return LSTMClassifier(encoder=words, pooling="last", **SMALL).fit(TEXTS, LABELS)


def weights_of(model, name):
    return model.engine_.network_.get_layer(name).get_weights()


def test_a_frozen_encoder_stays_as_it_was(words, frozen):
    encoder = words.as_encoder()
    np.testing.assert_array_equal(weights_of(frozen, "embedding")[0], encoder.table)
    for found, expected in zip(weights_of(frozen, "lstm_0"), encoder.recurrent[0], strict=True):
        np.testing.assert_array_equal(found, expected)


def test_a_frozen_encoder_reads_as_the_language_model_does(words, frozen):
    """With states after the last word, the pooled features are those states."""
    ids = words.reader_.read(["the cat"])[0][1:-1]
    step_function = words.engine_.predictor.steps
    states = step_function.advance((ids[None],), np.array([len(ids)]), step_function.zeros(1))
    kernel, bias = weights_of(frozen, "output")
    logit = next(iter(states)).numpy() @ kernel + bias
    expected = 1 / (1 + np.exp(-logit[0, 0]))
    np.testing.assert_allclose(frozen.predict_proba(["the cat"])[0, 1], expected, atol=1e-5)


def test_an_encoder_decides_the_architecture(words):
    model = LSTMClassifier(encoder=words, units=99, layers=3, embedding_dim=7, **SMALL)
    model.fit(TEXTS, LABELS)
    assert weights_of(model, "lstm_0")[1].shape == (12, 48)
    names = [layer.name for layer in model.engine_.network_.layers]
    assert "lstm_1" not in names


def test_a_rate_of_its_own_tunes_the_encoder_gently(words):
    moved = {}
    for rate in (1e-4, 1e-2):
        model = LSTMClassifier(encoder=words, encoder_learning_rate=rate, **SMALL)
        model.fit(TEXTS, LABELS)
        change = weights_of(model, "lstm_0")[0] - words.as_encoder().recurrent[0][0]
        moved[rate] = np.abs(change).max()
    assert 0 < moved[1e-4] < moved[1e-2] / 20


def test_vectors_that_were_kept_stay_when_the_encoder_is_tuned():
    vectors = {"cat": [1.0, 0.0], "dog": [0.0, 1.0], "the": [0.5, 0.5]}
    model = WordLanguageModel(
        units=4, vectors=vectors, train_vectors=False, epochs=2, random_state=0
    ).fit(TEXTS)
    kept = model.as_encoder().table
    np.testing.assert_array_equal(kept[model.vocabulary_["cat"]], [1.0, 0.0])
    tuned = LSTMClassifier(encoder=model, encoder_learning_rate=0.01, **SMALL).fit(TEXTS, LABELS)
    np.testing.assert_array_equal(weights_of(tuned, "embedding")[0], kept)
    assert np.abs(weights_of(tuned, "lstm_0")[0] - model.as_encoder().recurrent[0][0]).max() > 0


@pytest.mark.parametrize("optimizer", ["sgd", "rmsprop", "adamw"])
def test_layer_rates_hold_under_any_optimizer(words, optimizer):
    settings = {**SMALL, "epochs": 2, "optimizer": optimizer, "learning_rate": 0.01}
    plain = LSTMClassifier(encoder=words, encoder_learning_rate=0.01, **settings)
    slow = LSTMClassifier(encoder=words, encoder_learning_rate=1e-5, **settings)
    table = words.as_encoder().table
    moved = [
        np.abs(weights_of(model.fit(TEXTS, LABELS), "embedding")[0] - table).max()
        for model in (plain, slow)
    ]
    assert 0 < moved[1] < moved[0] / 100


def test_the_forward_direction_of_a_bidirectional_network_is_the_encoder(words):
    model = LSTMClassifier(encoder=words, bidirectional=True, **SMALL).fit(TEXTS, LABELS)
    encoder = words.as_encoder()
    np.testing.assert_array_equal(weights_of(model, "lstm_0_forward")[0], encoder.recurrent[0][0])
    assert weights_of(model, "lstm_0_backward")[0].shape == encoder.recurrent[0][0].shape


def test_words_of_a_tokenizer_find_their_rows(words, frozen):
    """A Tokenizer fitted to few texts hands on words that only the encoder knows."""
    tokenizer = Tokenizer().fit(["the dog"])
    texts = ["the cat drinks milk.", "the dog eats meat."]
    np.testing.assert_allclose(
        frozen.predict_proba(tokenizer.transform(texts)), frozen.predict_proba(texts), atol=1e-6
    )
    model = LSTMClassifier(encoder=words, pooling="mean", **SMALL)
    pipeline = make_pipeline(Tokenizer(), model)
    assert pipeline.fit(TEXTS[:2] * 5, LABELS[:2] * 5).score(TEXTS, LABELS) == 1.0


def test_clones_and_searches_share_the_encoder(words):
    model = LSTMClassifier(encoder=words, pooling="mean", **SMALL)
    assert clone(model).encoder is words
    assert clone(make_pipeline(model))[0].encoder is words
    grid = {"encoder_learning_rate": [None, 0.001]}
    search = GridSearchCV(model, grid, cv=2).fit(TEXTS, LABELS)
    assert search.best_score_ > 0.9
    assert cross_val_score(model, TEXTS, LABELS, cv=2).min() > 0.9


def test_a_frozen_estimator_is_unwrapped(words, frozen):
    model = LSTMClassifier(encoder=FrozenEstimator(words), pooling="last", **SMALL).fit(
        TEXTS, LABELS
    )
    np.testing.assert_array_equal(model.predict_proba(TEXTS), frozen.predict_proba(TEXTS))


def test_a_saved_classifier_predicts_the_same(frozen, tmp_path):
    expected = frozen.predict_proba(TEXTS)
    joblib.dump(frozen, tmp_path / "model.joblib")
    loaded = joblib.load(tmp_path / "model.joblib")
    np.testing.assert_array_equal(loaded.predict_proba(TEXTS), expected)
    path = skseq.save(frozen, tmp_path / "model.skseq")
    np.testing.assert_array_equal(skseq.load(path).predict_proba(TEXTS), expected)


def test_training_goes_on_with_the_tuned_encoder(words):
    model = LSTMClassifier(encoder=words, encoder_learning_rate=1e-3, **SMALL)
    model.fit(TEXTS, LABELS)
    before = weights_of(model, "embedding")[0].copy()
    model.partial_fit(TEXTS, LABELS)
    after = weights_of(model, "embedding")[0]
    start = words.as_encoder().table
    assert np.abs(after - before).max() < np.abs(before - start).max()


def test_taggers_start_from_an_encoder(words):
    X = [text[:-1].split() for text in TEXTS]
    y = [["D", "N", "V", "N"]] * len(X)
    tagger = LSTMTagger(encoder=words, **SMALL).fit(X, y)
    assert tagger.score(X, y) == 1.0
    assert tagger.predict([["the", "cat"]])[0] == ["D", "N"]


def test_characters_and_symbols_encode_too():
    letters = CharLanguageModel(cell="gru", units=12, one_hot=True, epochs=2, random_state=0)
    model = GRUClassifier(encoder=letters.fit(TEXTS), **SMALL)
    assert model.fit(TEXTS, LABELS).score(TEXTS, LABELS) == 1.0
    X = [[60, 62, 64], [67, 65, 64]] * 10
    symbols = TokenLanguageModel(units=12, epochs=2, random_state=0).fit(X)
    model = LSTMClassifier(encoder=symbols, **SMALL).fit(X, [0, 1] * 10)
    assert model.score(X, [0, 1] * 10) == 1.0


# --------------------------------------------------------------------- bad input
def test_what_is_no_language_model_is_refused():
    with pytest.raises(TypeError, match="expected a fitted language model"):
        LSTMClassifier(encoder=Tokenizer(), **SMALL).fit(TEXTS, LABELS)
    with pytest.raises(NotFittedError):
        LSTMClassifier(encoder=WordLanguageModel(), **SMALL).fit(TEXTS, LABELS)


def test_what_does_not_go_with_an_encoder_is_refused(words):
    with pytest.raises(ValueError, match="use the estimator of the same cell"):
        GRUClassifier(encoder=words, **SMALL).fit(TEXTS, LABELS)
    with pytest.raises(ValueError, match="without encoder"):
        LSTMClassifier(encoder_learning_rate=0.1, **SMALL).fit([[4, 5], [6]], [0, 1])
    with pytest.raises(ValueError, match="ids without a vocabulary"):
        LSTMClassifier(encoder=words, **SMALL).fit(
            skseq.Sequences.from_lists([[4, 5], [6]]), [0, 1]
        )
    with pytest.raises(ValueError, match="leave EmbeddingLookup out"):
        vectors = EmbeddingLookup({"cat": [1.0], "dog": [0.0]})
        model = LSTMClassifier(encoder=words, **SMALL)
        make_pipeline(Tokenizer(), vectors, model).fit(TEXTS, LABELS)
    with pytest.raises(ValueError, match="leave them or encoder out"):
        LSTMTagger(encoder=words, shape_features=True).fit([["a"]], [["N"]])
    with pytest.raises(ValueError, match="leave encoder or network out"):
        LSTMClassifier(encoder=words, network=len).fit(TEXTS, LABELS)


def test_two_layers_do_not_go_with_two_directions():
    deep = WordLanguageModel(units=4, layers=2, epochs=1, random_state=0).fit(TEXTS)
    with pytest.raises(ValueError, match="bidirectional=False"):
        LSTMClassifier(encoder=deep, bidirectional=True).fit(TEXTS, LABELS)
    model = LSTMClassifier(encoder=deep, **SMALL).fit(TEXTS, LABELS)
    np.testing.assert_array_equal(weights_of(model, "lstm_1")[1], deep.as_encoder().recurrent[1][1])


def test_conditions_make_no_encoder():
    model = WordLanguageModel(units=4, epochs=1).fit(TEXTS, LABELS)
    with pytest.raises(ValueError, match="without y"):
        LSTMClassifier(encoder=model).fit(TEXTS, LABELS)
