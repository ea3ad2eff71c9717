"""What "auto" stands for, and that it depends on the training data alone."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from skseq import (
    CharLanguageModel,
    CTCRecognizer,
    GRUForecaster,
    GRURegressor,
    LSTMClassifier,
    LSTMTagger,
    SelfAttentionClassifier,
    Seq2Seq,
    Tokenizer,
    TransformerClassifier,
    TransformerSeq2Seq,
    WordLanguageModel,
)
from skseq.runtime.backend import keras
from skseq.training import choices

ONE = {"epochs": 1, "units": 4, "random_state": 0}


def test_batches_grow_with_the_training_set():
    sizes = [choices.batch_size(n) for n in (2, 300, 301, 8000, 8001, 40_000, 40_001, 10**7)]
    assert sizes == [16, 16, 32, 32, 64, 64, 128, 128]


def test_rates_depend_on_optimizer_and_batch():
    assert choices.learning_rate("adam", 32) == pytest.approx(0.003)
    assert choices.learning_rate("Adam", 128) == pytest.approx(0.006)
    assert choices.learning_rate("adam", 32, 1 / 3) == pytest.approx(0.001)
    assert choices.learning_rate("sgd", 32) > choices.learning_rate("rmsprop", 32)
    assert choices.learning_rate("ftrl", 32) is None  # keeps what Keras gives it


def test_an_optimizer_object_keeps_its_rate_or_schedule():
    assert choices.learning_rate(keras.optimizers.SGD(0.25), 128) == pytest.approx(0.25)
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)
    assert choices.learning_rate(keras.optimizers.SGD(schedule), 128) is None


@pytest.mark.parametrize(
    ("kind", "n_tokens", "expected"),
    [
        ("ids", 5000, "words"),
        ("ids", 30, "symbols"),
        ("vectors", None, "words"),
        ("features", None, "numbers"),
    ],
)
def test_words_are_ids_of_many_kinds_or_vectors(kind, n_tokens, expected):
    reader = SimpleNamespace(kind=kind, n_tokens=n_tokens)
    assert choices.kind_of_steps(reader) == expected


# ------------------------------------------------------------------ by estimator
@pytest.fixture(scope="module")
def words():
    """Sentences of 400 different words."""
    rng = np.random.default_rng(0)
    names = [f"w{i}" for i in range(400)]
    texts = [" ".join(rng.choice(names, 8)) for _ in range(120)]
    return Tokenizer().fit_transform(texts), np.arange(120) % 2


def numbers(n=24):
    return np.random.default_rng(0).normal(size=(n, 5, 2)), np.arange(n) % 2


def test_classifiers_of_words_and_of_numbers(words):
    X, y = words
    of_words = LSTMClassifier(**ONE).fit(X, y).chosen_
    of_numbers = LSTMClassifier(**ONE).fit(*numbers()).chosen_
    assert (of_words["dropout"], of_words["word_dropout"]) == (0.5, 0.2)
    assert (of_numbers["dropout"], of_numbers["word_dropout"]) == (0.2, 0.0)
    for chosen in (of_words, of_numbers):
        assert chosen["pooling"] == "mean_max" and chosen["bidirectional"] is True


def test_networks_of_attention(words):
    X, y = words
    assert SelfAttentionClassifier(**ONE).fit(X, y).positions_ is None
    assert SelfAttentionClassifier(**ONE).fit(*numbers()).positions_ == "sinusoidal"
    assert TransformerClassifier(**ONE).fit(X, y).positions_ == "learned"
    assert TransformerClassifier(**ONE).fit(*numbers()).positions_ == "sinusoidal"


def test_taggers_look_at_letters_capitals_and_labels():
    X = [["Anna", "visits", "Rome"], ["she", "sleeps"]] * 6
    spans, parts = [["B-PER", "O", "B-LOC"], ["O", "O"]], [["N", "V", "N"], ["P", "V"]]
    model = LSTMTagger(**ONE).fit(X, spans * 6)
    assert (model.char_features_, model.shape_features_, model.crf_) == ("cnn", True, True)
    model = LSTMTagger(**ONE).fit([[w.lower() for w in row] for row in X], parts * 6)
    assert (model.char_features_, model.shape_features_, model.crf_) == ("cnn", False, False)
    letters = LSTMTagger(**ONE).fit(["acgt", "ac"] * 6, ["NNCC", "NC"] * 6)
    assert (letters.char_features_, letters.shape_features_) == (None, False)
    ids = LSTMTagger(**ONE).fit([[4, 5], [6]] * 6, [["a", "b"], ["a"]] * 6)
    assert ids.char_features_ is None


def test_other_families():
    pairs = ["ab", "cd"] * 6, ["ba", "dc"] * 6
    model = Seq2Seq(**ONE).fit(*pairs)
    assert (model.attention_, model.bidirectional_, model.dropout_) == ("dot", True, 0.0)
    assert Seq2Seq(decoder="repeat", **ONE).fit(*pairs).attention_ is None
    assert TransformerSeq2Seq(**ONE).fit(*pairs).positions_ == "sinusoidal"
    assert GRUForecaster(4, **ONE).fit(np.sin(np.arange(40.0))).bidirectional_ is False
    assert CharLanguageModel(**ONE).fit(["to be or not to be"] * 4).batch_size_ == 32
    X, y = numbers()
    assert GRURegressor(**ONE).fit(X, y).dropout_ == 0.0
    assert CTCRecognizer(**ONE).fit(X, ["a", "b"] * 12).bidirectional_ is True


def test_an_encoder_is_not_joined_by_an_untrained_direction():
    texts = ["a b c", "c b a"] * 6
    model = WordLanguageModel(**ONE).fit(texts)
    found = LSTMClassifier(encoder=model, **ONE).fit(texts, [0, 1] * 6)
    assert found.bidirectional_ is False


def test_given_values_are_kept_and_not_listed():
    X, y = numbers()
    options = {"dropout": 0.1, "pooling": "last", "batch_size": 7, "learning_rate": 0.01}
    model = LSTMClassifier(**ONE, **options).fit(X, y)
    assert not set(options) & set(model.chosen_)
    assert not hasattr(model, "dropout_") and model.fit_report_["n_batches"] == 4
    assert model.get_params()["pooling"] == "last"


def test_choices_are_those_of_the_last_fit():
    X, y = numbers()
    model = LSTMClassifier(**ONE).fit(X, y)
    assert model.batch_size_ == 16
    assert not hasattr(model.set_params(batch_size=8).fit(X, y), "batch_size_")


def test_what_a_network_was_built_with_stays_when_training_goes_on(words):
    X, y = words
    model = LSTMClassifier(**ONE).partial_fit(X, y)
    before = dict(model.chosen_)
    model.partial_fit(X[:10], y[:10])
    assert model.chosen_ == before
