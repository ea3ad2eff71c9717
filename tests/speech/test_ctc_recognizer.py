"""``CTCRecognizer`` and what it is made of, against enumeration and the decoders."""

from __future__ import annotations

import copy
import itertools
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import cross_val_predict, cross_val_score
from sklearn.pipeline import make_pipeline

import skseq
from skseq import CharLanguageModel, CTCRecognizer, MelSpectrogram, Tokenizer, WordLanguageModel
from skseq.decoding import ctc_beam_search, ctc_greedy, ctc_log_likelihood
from skseq.layers import BlankPadding, CTCLoss
from skseq.metrics import edit_distance
from skseq.runtime.backend import keras
from skseq.targets.transcripts import Transcripts

SHAPES = {"a": [1.0, 0.0, 0.0], "b": [0.0, 1.0, 0.0], "c": [0.0, 0.0, 1.0]}


def spoken(texts, seed=0):
    """Two or three noisy steps a letter, and a pause after each."""
    rng = np.random.default_rng(seed)
    found = []
    for text in texts:
        steps = [np.zeros((1, 3))]
        for letter in text:
            steps += [np.tile(SHAPES[letter], (int(rng.integers(2, 4)), 1)), np.zeros((1, 3))]
        steps = np.concatenate(steps)
        found.append(steps + 0.05 * rng.normal(size=steps.shape))
    return found


@pytest.fixture(scope="module")
def corpus():
    texts = ["", "a", "b", "c", *map("".join, itertools.product("abc", repeat=2))]
    texts = [*texts, "abc", "cab", "bca", "aab"] * 4
    return spoken(texts), texts


@pytest.fixture(scope="module")
def language_model():
    return CharLanguageModel(units=4, epochs=1, random_state=0).fit(["ab", "ba"])


@pytest.fixture(scope="module")
def model(corpus):
    recognizer = CTCRecognizer(units=12, epochs=60, learning_rate=0.02, random_state=0)
    return recognizer.fit(*corpus)


# ------------------------------------------------------------------------- the loss
@pytest.mark.parametrize("labels", [[], [1], [2, 1], [1, 1], [1, 2, 1]])
def test_loss_is_that_of_all_alignments(labels):
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(1, 4, 3)).astype("float32")
    target = np.full((1, 4), -1, "int32")
    target[0, : len(labels)] = labels
    found = float(CTCLoss(reduction="none")(target, logits)[0])
    log_probs = logits[0] - np.log(np.exp(logits[0]).sum(axis=-1, keepdims=True))
    total = 0.0
    for path in itertools.product(range(3), repeat=4):
        merged = [label for label, _ in itertools.groupby(path) if label]
        if merged == labels:
            total += np.exp(sum(log_probs[t, label] for t, label in enumerate(path)))
    assert found == pytest.approx(-np.log(total), abs=1e-4)
    assert ctc_log_likelihood(log_probs, labels) == pytest.approx(-found, abs=1e-4)


def test_padding_changes_no_loss():
    rng = np.random.default_rng(1)
    logits = rng.normal(size=(2, 5, 3)).astype("float32")
    alone = CTCLoss(reduction="none")(np.array([[2, 1]]), logits[:1, :3])
    padded = BlankPadding()(logits, np.array([3, 5]))
    beside = CTCLoss(reduction="none")(np.array([[2, 1, -1], [1, 1, 2]]), padded)
    np.testing.assert_allclose(beside[0], alone[0], rtol=1e-5)


def test_loss_has_finite_gradients_also_without_labels():
    from skseq.runtime.backend import tf

    logits = tf.Variable(np.zeros((2, 4, 3), "float32"))
    with tf.GradientTape() as tape:
        loss = CTCLoss()(np.array([[-1, -1], [1, 2]]), logits)
    assert np.isfinite(tape.gradient(loss, logits).numpy()).all()


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_layer_and_loss_are_saved(tmp_path):
    steps, lengths = keras.Input((None, 3)), keras.Input((), dtype="int32")
    network = keras.Model([steps, lengths], BlankPadding()(steps, lengths))
    network.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    x = [np.ones((1, 2, 3), "float32"), np.array([1])]
    np.testing.assert_array_equal(again(x), network(x))
    assert isinstance(CTCLoss.from_config(CTCLoss().get_config()), CTCLoss)


# ------------------------------------------------------------------------ the codec
def test_transcripts_come_back():
    codec = Transcripts(["ba", "", "aab"])
    assert codec.symbols == ["a", "b"]
    encoded = codec.encode(["ab", ""])
    assert encoded.tolist() == [[1, 2], [-1, -1]]
    assert codec.decode([2, 1]) == "ba"
    words = Transcripts([["to", "be"], ["or"]])
    assert words.decode(words.encode([["be", "or"]])[0]) == ["be", "or"]


# -------------------------------------------------------------------- the estimator
def test_letters_are_recognised(model, corpus):
    texts = ["abca", "bb", "", "ccc", "cabac"]
    assert model.predict(spoken(texts, seed=7)) == texts
    assert model.score(*corpus) == 1.0


def test_prediction_is_the_greedy_decoding(model, corpus):
    X = corpus[0][:6]
    log_probs = model.predict_log_proba(X)
    expected = ["".join(model.symbols_[i - 1] for i in ctc_greedy(row)) for row in log_probs]
    assert model.predict(X) == expected
    assert [row.shape for row in log_probs] == [(len(x), 4) for x in X]


def test_beams_are_those_of_the_search(model, corpus):
    X = corpus[0][4:8]
    rows, scores = model.predict_top_k(X, 3, return_scores=True)
    for row, score, log_probs in zip(rows, scores, model.predict_log_proba(X), strict=True):
        beams = ctc_beam_search(log_probs, num_beams=16)[:3]
        assert row == ["".join("abc"[i - 1] for i in beam.ids) for beam in beams]
        np.testing.assert_allclose(score, [beam.log_prob for beam in beams])
    assert model.predict_top_k(X, 1) == [row[:1] for row in rows]
    assert [row[:3] for row in model.predict_top_k(X, 20)] == rows
    with_beams = copy.copy(model).set_params(num_beams=4)
    expected = with_beams.predict_top_k(X, 3)
    assert with_beams.predict(X) == [row[0] for row in expected]


def test_a_bonus_counts_symbols_without_a_language_model(model, corpus):
    x = corpus[0][2]
    bold = copy.copy(model).set_params(num_beams=16, insertion_bonus=0.5)
    found = [m.predict_top_k([x[:4]], 200, return_scores=True) for m in (model, bold)]
    plain, bonus = (dict(zip(rows[0], scores[0], strict=True)) for rows, scores in found)
    assert plain.keys() == bonus.keys()  # all that four steps can spell
    for text, score in bonus.items():
        assert score == pytest.approx(plain[text] + 0.5 * len(text))


def test_score_is_one_minus_the_error_rate(model, corpus):
    X, texts = corpus
    wrong = [text[::-1] for text in texts]
    expected = 1 - edit_distance(wrong, model.predict(X), normalize=True)
    assert model.score(X, wrong) == pytest.approx(expected)
    assert model.score(X, np.array(wrong)[:, None]) == pytest.approx(expected)  # as fit takes it
    with pytest.raises(TypeError, match=r"y\[0\] is list.*expected a str"):
        model.score(X[:1], [["a"]])


def test_sequences_score_the_same_alone(model, corpus):
    X, texts = corpus
    together = model.score_samples(X[:8], texts[:8])
    alone = [model.score_samples([x], [text])[0] for x, text in zip(X[:8], texts[:8], strict=True)]
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_language_model_ranks_anew(corpus):
    X, texts = corpus
    weak = CTCRecognizer(units=4, epochs=4, learning_rate=0.02, random_state=0).fit(X, texts)
    knows_ab = CharLanguageModel(units=8, epochs=30, learning_rate=0.05, random_state=0)
    knows_ab.fit(["ab"] * 30)
    found = weak.set_params(language_model=knows_ab, num_beams=20, lm_weight=50.0).predict(X[4:8])
    assert set(found) == {"ab"}
    rows, scores = weak.set_params(lm_weight=0.5).predict_top_k(X[4:6], 20, return_scores=True)
    plain = weak.set_params(language_model=None)
    bare = [
        dict(zip(*pair, strict=True))
        for pair in zip(*plain.predict_top_k(X[4:6], 20, return_scores=True), strict=True)
    ]
    for row, ranks, before in zip(rows, scores, bare, strict=True):
        expected = [
            before[text] + 0.5 * knows_ab.score_samples([text], include_end=True)[0] for text in row
        ]
        np.testing.assert_allclose(ranks, expected, atol=1e-4)


def test_clone_shares_the_language_model(language_model):
    cloned = clone(CTCRecognizer(language_model=language_model))
    assert cloned.language_model is language_model


def test_symbols_may_be_words():
    y = [["yes"], ["no"], ["yes", "no"]] * 8
    X = spoken(["a", "b", "ab"] * 8)
    model = CTCRecognizer(units=8, epochs=40, learning_rate=0.03, random_state=0).fit(X, y)
    assert model.predict(X[:3]) == y[:3]
    # All of one length in one fold, and of two in another.
    rows = np.arange(24)
    cv = [(rows, rows[:2]), (rows, rows[2:])]
    found = cross_val_predict(model, X, y, cv=cv)
    assert found.shape == (24,) and all(isinstance(row, list) for row in found)


def test_search_pipeline_and_saving(corpus, tmp_path):
    X, texts = corpus
    model = CTCRecognizer(units=4, epochs=2, random_state=0)
    rows = np.empty(len(X), object)
    rows[:] = X
    assert np.isfinite(cross_val_score(model, rows, texts, cv=2)).all()
    model.fit(X, texts)
    skseq.save(model, tmp_path / "model.skseq")
    again = skseq.load(tmp_path / "model.skseq")
    np.testing.assert_array_equal(
        np.concatenate(again.predict_log_proba(X)), np.concatenate(model.predict_log_proba(X))
    )


def test_behind_a_mel_spectrogram():
    rng = np.random.default_rng(0)
    y = ["a", "b"] * 6
    times = np.arange(1600) / 8000
    X = [
        np.sin(2 * np.pi * {"a": 500.0, "b": 2000.0}[text] * times) + 0.01 * rng.normal(size=1600)
        for text in y
    ]
    recognizer = CTCRecognizer(units=8, epochs=120, learning_rate=0.03, random_state=0)
    model = make_pipeline(MelSpectrogram(8000, n_mels=12), recognizer).fit(X, y)
    assert model.score(X, y) == 1.0


def test_early_stopping_and_partial_fit(corpus):
    X, texts = corpus
    model = CTCRecognizer(
        units=4, epochs=3, early_stopping=True, learning_rate=0.02, random_state=0
    )
    model.fit(X, texts)
    assert len(model.validation_scores_) == model.n_iter_
    chunk = CTCRecognizer(units=4, random_state=0)
    chunk.partial_fit(X[:4], texts[:4], classes=list("abc")).partial_fit(X, texts)
    assert chunk.n_iter_ == 2 and chunk.symbols_ == ["a", "b", "c"]
    with pytest.raises(ValueError, match=r"classes=\['a', 'b', 'x'\] is not the same as in the"):
        chunk.partial_fit(X, texts, classes=np.array(list("abx")))
    with pytest.raises(TypeError, match="classes holds 1 of type int; expected str"):
        chunk.partial_fit(X, texts, classes=["a", 1])


@pytest.mark.parametrize(
    "classes, error, words",
    [
        ([], ValueError, r"classes is \[\]; expected a list of all symbols"),
        (3, ValueError, "classes is 3; expected a list"),
        (np.array("a"), ValueError, "expected a list"),
        (["a", None], TypeError, "classes holds None of type NoneType; expected str"),
        (["a", "zz"], ValueError, "classes holds 'zz', but .* are single characters"),
    ],
)
def test_wrong_classes_are_explained(classes, error, words):
    with pytest.raises(error, match=words):
        Transcripts(["a"], classes)
    assert Transcripts(["a"], np.array(["b", "a"])).symbols == ["a", "b"]
    assert Transcripts([["a"]], ["zz", "a"]).symbols == ["a", "zz"]
    with pytest.raises(ValueError, match=r"holds \['c'\], but"):
        Transcripts(["a"]).encode(np.array(["c"]))


# ----------------------------------------------------------------------- wrong input
@pytest.mark.parametrize(
    "change, error, words",
    [
        ({"y": ["ab" * 20, "b"]}, ValueError, r"y\[0\] has 40 symbols and needs 40 steps"),
        ({"y": ["aaa", "b"]}, ValueError, "needs 5 steps"),
        ({"y": ["", ""]}, ValueError, "at least one transcript must not be empty"),
        ({"y": ["a"]}, ValueError, "inconsistent numbers of samples"),
        ({"y": [1, 2]}, TypeError, r"y\[0\] is int"),
        ({"y": ["a", ["b"]]}, TypeError, r"y\[1\] is list.*expected a str"),
        ({"y": "ab"}, ValueError, "bare string"),
        ({"X": [[[np.nan]] * 4, [[1.0]] * 4]}, ValueError, "NaN"),
    ],
)
def test_wrong_input_is_explained(change, error, words):
    X = change.get("X", [[[0.0], [1.0], [0.0], [1.0]]] * 2)
    with pytest.raises(error, match=words):
        CTCRecognizer(units=2, epochs=1).fit(X, change.get("y", ["a", "b"]))


def test_wrong_settings_are_explained(model, corpus):
    X, texts = corpus
    with pytest.raises(ValueError, match=r"holds \['z'\]"):
        model.score_samples(X[:1], ["z"])
    with pytest.raises(ValueError, match="k=0"):
        model.predict_top_k(X[:1], 0)
    with pytest.raises(ValueError, match="time_lstm"):
        CTCRecognizer(cell="time_lstm").fit(X, texts)


@pytest.mark.parametrize(
    "settings, words",
    [
        ({"num_beams": 0}, "'num_beams' parameter"),
        ({"num_beams": "x"}, "'num_beams' parameter"),
        ({"lm_weight": -5}, "'lm_weight' parameter"),
        ({"lm_weight": "a"}, "'lm_weight' parameter"),
        ({"insertion_bonus": np.nan}, "'insertion_bonus' parameter"),
        ({"insertion_bonus": np.inf}, "'insertion_bonus' parameter"),
        ({"insertion_bonus": 0.5}, "insertion_bonus needs a beam search.*num_beams=1"),
        ({"language_model": "LM"}, "language_model needs a beam search.*num_beams=1"),
    ],
)
def test_settings_of_decoding_are_checked_before_and_after_fit(
    settings, words, model, corpus, language_model
):
    X, texts = corpus
    settings = {k: language_model if v == "LM" else v for k, v in settings.items()}
    changed = copy.copy(model).set_params(**settings)
    for verb in (
        lambda: changed.predict(X[:1]),
        lambda: changed.predict_top_k(X[:1]),
        lambda: changed.score(X[:1], texts[:1]),
        lambda: CTCRecognizer(**settings).fit(X, texts),
    ):
        with pytest.raises(ValueError, match=words):
            verb()


@pytest.mark.parametrize(
    "wrong, error, words",
    [
        (lambda: "gpt", TypeError, "language_model is str; expected a fitted language model"),
        (CharLanguageModel, NotFittedError, "CharLanguageModel instance is not fitted"),
        (lambda: make_pipeline(CharLanguageModel()), TypeError, "language_model is Pipeline"),
    ],
)
def test_unusable_language_models_are_found_before_training(wrong, error, words, corpus):
    recognizer = CTCRecognizer(num_beams=4, language_model=wrong())
    with pytest.raises(error, match=words):
        recognizer.fit(*corpus)
    assert not hasattr(recognizer, "network_state_")


def test_language_models_of_another_alphabet_are_refused(model, corpus, language_model):
    X, texts = corpus
    settings = {"num_beams": 4, "language_model": language_model}
    upper = [text.upper() for text in texts]
    codec = Transcripts(upper)
    CTCRecognizer(**settings)._check_decoding(codec)  # the model may be one of lower case
    with pytest.raises(ValueError, match=r"knows none of the symbols \['x', 'y'\]; its tokens are"):
        CTCRecognizer(**settings).fit(X[:4], ["x", "y", "x", "y"])
    words = WordLanguageModel(units=4, epochs=1, random_state=0).fit(["to be", "be or"])
    settings["language_model"] = words
    with pytest.raises(ValueError, match="knows none of the symbols"):
        CTCRecognizer(**settings)._check_decoding(Transcripts([["a"]]))
    CTCRecognizer(**settings)._check_decoding(Transcripts([["to", "go"]]))
    CTCRecognizer(**settings)._check_decoding(Transcripts(["to be"]))


@pytest.mark.parametrize(
    "X, words",
    [
        (["a.wav"] * 4, "X holds text, .*put a MelSpectrogram before it"),
        ([Path("a.wav")] * 4, "X holds text"),
        (np.array(["a.wav"] * 4), "X holds text"),
        (np.array([["a", "b"]] * 4), "X holds text"),
        ([["a", "b"]] * 4, "X holds text"),
        ("a.wav", "X holds a bare string"),
        (Tokenizer().fit_transform(["a b c"] * 4), "X holds token ids.*leave out the Tokenizer"),
    ],
)
def test_text_paths_and_ids_are_refused(X, words, model):
    with pytest.raises(ValueError, match=words):
        CTCRecognizer().fit(X, ["a"] * 4)
    for verb in (model.predict, model.predict_log_proba, model.predict_top_k):
        with pytest.raises(ValueError, match=words):
            verb(X)
    with pytest.raises(ValueError, match=words.replace("X", "X_val")):
        CTCRecognizer().fit([np.ones((3, 2))] * 4, ["a"] * 4, X_val=X, y_val=["a"] * 4)


def test_unfitted_raises():
    for verb in ("predict", "predict_top_k", "predict_log_proba"):
        with pytest.raises(NotFittedError):
            getattr(CTCRecognizer(), verb)([np.ones((3, 2))])
    with pytest.raises(NotFittedError):
        CTCRecognizer().score([np.ones((3, 2))], ["a"])
