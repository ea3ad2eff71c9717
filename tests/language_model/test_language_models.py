"""What language models say of text, against sums by hand; scikit-learn's tools; options."""

from __future__ import annotations

import copy
import itertools
import pickle

import joblib
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import Pipeline

import skseq
from skseq import CharLanguageModel, TokenLanguageModel, WordLanguageModel
from skseq.runtime.backend import keras

# Few tokens in all of them, so that one compiled network serves most tests.
CHARS = ["ab ab cab", "ba ba", "abba", "cab", "a", "c cc ab"] * 4
WORDS = ["the cat sat.", "the dog sat, the cat ran.", "a dog ran", "sat!"] * 4
TOKENS = [[60, (1, None), 60], [(1, None), "x", 62], ["x", "x"], [62]] * 5


def quick(model=CharLanguageModel, **changes):
    options = {"units": 8, "epochs": 3, "learning_rate": 0.02, "random_state": 0}
    return model(**{**options, "tbptt_steps": 4, "n_steps": 4, **changes})


CASES = {
    "char": (CharLanguageModel, CHARS, {}),
    "word": (WordLanguageModel, WORDS, {}),
    "token": (TokenLanguageModel, TOKENS, {}),
    "char, windows": (CharLanguageModel, CHARS, {"mode": "windows"}),
    "token, windows": (TokenLanguageModel, TOKENS, {"mode": "windows", "n_steps": 2}),
    "char, conditions": (CharLanguageModel, CHARS, {}),
    "char, windows, conditions": (CharLanguageModel, CHARS, {"mode": "windows"}),
}


@pytest.fixture(scope="module", params=CASES)
def case(request):
    """A fitted model, some documents, their conditions and how to cut a beginning off one."""
    kind, X, options = CASES[request.param]
    y = ["new", "old"] * (len(X) // 2) if "conditions" in request.param else None
    model = quick(kind, **options).fit(X, y)
    some = X[:4]
    if kind is WordLanguageModel:
        some = [text.replace(".", " .").replace(",", " ,").split() for text in some[:3]]
        some.append(["sat", "!"])
    return model, some, None if y is None else y[:4]


@pytest.fixture(scope="module")
def char():
    return quick().fit(CHARS)


def by_prefixes(model, document, y):
    """Log-probability of each token, and of the end behind them, from ``predict_proba``."""
    prefixes = [document[:n] for n in range(len(document) + 1)]
    p = model.predict_proba(prefixes, None if y is None else [y] * len(prefixes))
    ids = [model.vocabulary_[token] for token in document] + [model.vocabulary_["<e>"]]
    return np.log(p[np.arange(len(ids)), ids])


def conditions_of(y, n):
    return [None] * n if y is None else y


# ------------------------------------------------------------------------------ scores
def test_scores_are_sums_over_prefixes(case):
    model, X, y = case
    expected = [by_prefixes(model, d, c) for d, c in zip(X, conditions_of(y, len(X)), strict=True)]
    found = model.score_samples(X, y)
    np.testing.assert_allclose(found, [row[:-1].sum() for row in expected], atol=1e-4)
    ended = model.score_samples(X, y, include_end=True)
    np.testing.assert_allclose(ended, [row.sum() for row in expected], atol=1e-4)
    for row, other in zip(model.surprisal(X, y), expected, strict=True):
        np.testing.assert_allclose(row, -other[:-1], atol=1e-4)


def test_measures_agree_with_each_other(case):
    model, X, y = case
    totals, lengths = model.score_samples(X, y), np.array([len(d) for d in X])
    score = model.score(X, y)
    assert score == pytest.approx(totals.sum() / lengths.sum())
    assert model.perplexity(X, y) == pytest.approx(np.exp(-score))
    weight = np.array([0.0, 2.0, 1.0, 3.0])
    weighted = (weight * totals).sum() / (weight * lengths).sum()
    assert model.score(X, y, sample_weight=weight) == pytest.approx(weighted)
    rows, tokens = model.surprisal(X, y, return_tokens=True)
    np.testing.assert_allclose([row.sum() for row in rows], -totals, atol=1e-5)
    assert tokens == [list(d) for d in X]


def test_bits_count_characters(char):
    assert char.bits_per_character(CHARS) == pytest.approx(-char.score(CHARS) / np.log(2))
    model = quick(WordLanguageModel).fit(WORDS)
    bits = -model.score_samples(WORDS).sum() / np.log(2)
    n_characters = sum(map(len, WORDS))  # blanks too
    assert model.bits_per_character(WORDS) == pytest.approx(bits / n_characters)
    tokenised = [["the", "dog", "sat", ",", "the", "cat", "ran", "."]]
    assert model.bits_per_character(tokenised) == pytest.approx(model.bits_per_character(WORDS[1]))


def test_a_single_document_is_a_list_of_one(char):
    assert char.score("abba") == char.score(["abba"])
    assert char.score_samples("abba").shape == (1,)
    np.testing.assert_array_equal(char.surprisal("abba"), char.surprisal(["abba"])[0])
    row, tokens = char.surprisal("abz", return_tokens=True)
    assert row.shape == (3,) and tokens == ["a", "b", "<unk>"]
    np.testing.assert_array_equal(char.predict_proba("ab"), char.predict_proba(["ab"]))
    model = quick(TokenLanguageModel).fit(TOKENS)
    assert model.score([60, (1, None)]) == model.score([[60, (1, None)]])
    assert model.surprisal([60, 62]).shape == (2,)


def test_next_tokens_are_a_distribution_over_possible_ones(case):
    model, X, y = case
    p = model.predict_proba(X, y)
    assert p.shape == (4, len(model.vocabulary_)) == (4, len(model.classes_))
    np.testing.assert_allclose(p.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(p[:, [0, 2]], 0)  # padding and start
    assert (np.delete(p, [0, 2], axis=1) > 0).all()
    log_p = np.log(np.where(p > 0, p, 1e-300))
    log_p[:, 1] = -np.inf
    best = log_p.argmax(axis=1)
    assert model.predict(X, y).tolist() == [model.classes_[i] for i in best]
    tokens, scores = model.predict_top_k(X, 3, y, return_scores=True)
    assert tokens == model.predict_top_k(X, 3, y)
    assert [row[0] for row in tokens] == model.predict(X, y).tolist()
    np.testing.assert_allclose(scores, -np.sort(-log_p, axis=1)[:, :3], atol=1e-5)
    every, scores = model.predict_top_k(X, 99, y, return_scores=True)
    assert len(every[0]) == len(model.vocabulary_) - 3 == len(set(every[0]))
    assert np.isfinite(scores).all() and "<unk>" not in every[0]


def test_probabilities_of_all_documents_sum_to_one():
    model = quick().fit(["ab", "ba", "a", "bb"] * 5)
    ended = unknown = longer = 0.0
    for n in range(6):
        texts = ["".join(letters) for letters in itertools.product("ab", repeat=n)]
        ended += np.exp(model.score_samples(texts, include_end=True)).sum()
        longer = np.exp(model.score_samples(texts)).sum()  # the last: those of five and more
        if n < 5:
            unknown += np.exp(model.score_samples([text + "?" for text in texts])).sum()
        else:
            ended -= np.exp(model.score_samples(texts, include_end=True)).sum()
    assert ended + unknown + longer == pytest.approx(1, abs=1e-4)
    assert ended > 0.1 and longer > 0.01


@pytest.mark.parametrize("mode", ["tbptt", "windows"])
def test_a_document_scores_the_same_alone_and_beside_longer_ones(mode):
    model = quick(mode=mode).fit(CHARS)
    rng = np.random.default_rng(0)
    texts = ["".join(rng.choice(list("abc "), size=n)) for n in [*range(70), 300, 3]]
    together = model.score_samples(texts, include_end=True)
    order = rng.permutation(len(texts))
    shuffled = model.score_samples([texts[i] for i in order], include_end=True)
    np.testing.assert_allclose(shuffled, together[order], atol=1e-4)
    for i in (0, 1, 30, 70, 71):
        alone = model.score_samples(texts[i], include_end=True)
        np.testing.assert_allclose(alone, together[i : i + 1], atol=1e-4, rtol=1e-5)


def test_a_document_scores_the_same_in_windows_of_any_length(char, monkeypatch):
    rng = np.random.default_rng(0)
    texts = ["".join(rng.choice(list("abc "), size=n)) for n in (0, 7, 8, 9, 40, 500, 23)]
    whole = char.surprisal(texts)
    monkeypatch.setattr("skseq.training.prediction._SCORED_LOGITS", 1)  # windows of 8 steps
    for one, other in zip(char.surprisal(texts), whole, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)
    monkeypatch.setattr("skseq.batches.batching.SCORED_ROWS", 2)
    for one, other in zip(char.surprisal(texts), whole, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)


def test_a_model_of_windows_sees_no_further():
    model = quick(mode="windows", n_steps=3).fit(CHARS)
    p = model.predict_proba(["a" * 20 + "cab", "c" * 9 + "cab", "cab", "bab"])
    np.testing.assert_allclose(p[0], p[1], atol=1e-6)
    np.testing.assert_allclose(p[0], p[2], atol=1e-6)
    assert np.abs(p[2] - p[3]).max() > 1e-4


def test_loss_is_in_nats_a_token_with_ends():
    X = ["abc", "cab", "bca"] * 4  # with the start four steps, one window
    model = quick(learning_rate=1e-9, epochs=1).fit(X)
    expected = -model.score_samples(X, include_end=True).mean() / 4
    assert model.loss_curve_[0] == pytest.approx(expected, abs=1e-4)


# --------------------------------------------------------------- scikit-learn's tools
def weights_of(model):
    return model.network_state_.weights


def differ(one, other):
    pairs = zip(weights_of(one), weights_of(other), strict=True)
    return any((a != b).any() for a, b in pairs)


def by_skseq(model, path):
    return skseq.load(skseq.save(model, path))


def by_joblib(model, path):
    joblib.dump(model, path)
    return joblib.load(path)


WAYS = {
    "skseq": by_skseq,
    "joblib": by_joblib,
    "pickle": lambda model, path: pickle.loads(pickle.dumps(model)),
    "deepcopy": lambda model, path: copy.deepcopy(model),
}


@pytest.mark.parametrize("way", WAYS)
def test_copies_say_the_same_and_train_on_alike(tmp_path, case, way):
    model, X, y = case
    again = WAYS[way](model, tmp_path / "model")
    np.testing.assert_array_equal(again.score_samples(X, y), model.score_samples(X, y))
    np.testing.assert_array_equal(again.predict_proba(X, y), model.predict_proba(X, y))
    options = {"random_state": 3, "max_new_tokens": 8, "condition": y}
    prompts = [" ".join(d) for d in X] if isinstance(model, WordLanguageModel) else X
    assert again.generate(prompts, **options) == model.generate(prompts, **options)
    assert again.get_params() == model.get_params()
    assert again.classes_.tolist() == model.classes_.tolist()
    straight = copy.deepcopy(model)
    if way == "pickle":
        for one in (straight, again):
            one.partial_fit(X * 2, y and y * 2)
        np.testing.assert_equal(weights_of(again), weights_of(straight))


def test_seeds_decide_the_model(char):
    again = clone(char)
    assert not hasattr(again, "vocabulary_")
    again.fit(CHARS)
    np.testing.assert_equal(weights_of(again), weights_of(char))
    assert again.generate("a", random_state=0) == char.generate("a", random_state=0)
    assert differ(clone(char).set_params(random_state=1).fit(CHARS), char)


def test_parameters_are_read_and_set():
    model = WordLanguageModel(units=3)
    assert {"tokenizer", "vectors", "tie_weights", "mode"} < set(model.get_params())
    assert model.set_params(cell="gru").get_params()["cell"] == "gru"
    assert repr(TokenLanguageModel(units=3)) == "TokenLanguageModel(units=3)"
    with pytest.raises(ValueError, match="unit"):
        model.set_params(unit=3)


def test_a_grid_search_goes_by_the_likelihood():
    model, grid = quick(TokenLanguageModel, epochs=15), {"learning_rate": [1e-6, 0.05]}
    search = GridSearchCV(model, grid, cv=2, error_score="raise").fit(TOKENS)
    assert search.best_params_ == {"learning_rate": 0.05}
    assert search.best_score_ <= 0
    assert search.best_estimator_.score(TOKENS) == search.score(TOKENS)


def test_a_grid_search_over_units():
    search = GridSearchCV(quick(epochs=1), {"units": [8, 9]}, cv=2, error_score="raise")
    search.fit(np.array(CHARS, object))
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert search.best_estimator_.units in (8, 9)


def test_a_grid_search_with_conditions():
    y = np.array(["x", "y"] * 12)
    search = GridSearchCV(quick(epochs=1), {"epochs": [1, 2]}, cv=2, error_score="raise")
    search.fit(CHARS, y)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert search.best_estimator_.conditions_.tolist() == ["x", "y"]


def test_cross_validation_scores_are_likelihoods():
    scores = cross_val_score(quick(), CHARS, cv=3, error_score="raise")
    assert (scores < 0).all() and (scores > -4).all()


def test_a_pipeline_of_the_model_alone(char):
    pipeline = Pipeline([("model", quick())]).fit(CHARS)
    assert pipeline.score(CHARS) == pytest.approx(char.score(CHARS))
    assert pipeline.predict(["ab"]).shape == (1,)


def test_warm_start_goes_on_as_if_never_stopped(char):
    halves = quick(epochs=1, warm_start=True).fit(CHARS)
    halves.set_params(epochs=2).fit(CHARS)
    np.testing.assert_equal(weights_of(halves), weights_of(char))
    assert halves.loss_curve_ == char.loss_curve_ and halves.n_iter_ == 3
    with pytest.raises(ValueError, match="units changed since the network was built"):
        halves.set_params(units=5).fit(CHARS)
    halves.set_params(units=8).fit(["a new letter: ä"])
    assert "ä" not in halves.vocabulary_


@pytest.mark.parametrize("mode", ["tbptt", "windows"])
def test_early_stopping_keeps_the_best_epoch(mode):
    rng = np.random.default_rng(0)
    noise = ["".join(rng.choice(list("abc "), size=6)) for _ in range(30)]
    options = {"epochs": 60, "learning_rate": 0.1, "tol": 0.0, "n_iter_no_change": 2}
    model = quick(early_stopping=True, mode=mode, **options).fit(noise)
    assert 2 < model.n_iter_ < 60
    assert len(model.validation_scores_) == model.n_iter_
    watched = quick(early_stopping=True, mode=mode, **options).fit(noise, X_val=CHARS)
    n_tokens = sum(len(text) + 1 for text in CHARS)
    ended = watched.score_samples(CHARS, include_end=True).sum() / n_tokens
    assert ended == pytest.approx(max(watched.validation_scores_), abs=1e-4)


def test_early_stopping_of_one_long_text():
    text = "".join(np.random.default_rng(0).choice(list("abc "), size=2000))
    model = quick(early_stopping=True, epochs=2, batch_size=16).fit(text)
    assert len(model.validation_scores_) == 2
    assert np.isfinite(model.validation_scores_).all()
    with pytest.raises(ValueError, match="of 1 samples leaves none to train on"):
        quick(early_stopping=True).fit("abc")


def test_validation_without_early_stopping_is_only_watched(char):
    watched = quick().fit(CHARS, X_val="abab")
    assert len(watched.validation_scores_) == 3
    np.testing.assert_equal(weights_of(watched), weights_of(char))


def test_documents_without_weight_are_not_learned_from(char):
    weight = [1.0, 1.0, 0.0, 1.0, 1.0, 1.0] * 4
    other = [text if w else "baab" for text, w in zip(CHARS, weight, strict=True)]
    one, same = (quick().fit(X, sample_weight=weight) for X in (CHARS, other))
    np.testing.assert_equal(weights_of(one), weights_of(same))
    left = [text for text, w in zip(CHARS, weight, strict=True) if w]
    np.testing.assert_equal(weights_of(quick().fit(left)), weights_of(one))
    assert differ(one, char)
    scaled = quick().fit(CHARS, sample_weight=np.full(24, 1000.0))
    np.testing.assert_allclose(scaled.score_samples(CHARS), char.score_samples(CHARS), atol=1e-4)


@pytest.mark.parametrize("mode", ["tbptt", "windows"])
def test_weights_move_probabilities(mode):
    X, weight = ["aaaa", "bbbb"] * 10, [1.0, 8.0] * 10
    plain = quick(mode=mode, n_steps=2, epochs=15).fit(X)
    heavy = quick(mode=mode, n_steps=2, epochs=15).fit(X, sample_weight=weight)
    b = plain.vocabulary_["b"]
    assert heavy.predict_proba([""])[0, b] > plain.predict_proba([""])[0, b] + 0.2


def test_callbacks_see_the_training():
    seen = []

    class Watch(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            seen.append((epoch, logs["loss"]))
            self.model.stop_training = epoch == 1

    model = quick(epochs=9, callbacks=[Watch]).fit(CHARS)
    assert [epoch for epoch, _ in seen] == [0, 1]
    assert [loss for _, loss in seen] == pytest.approx(model.loss_curve_)
    with pytest.raises(TypeError, match="callbacks holds 3; expected Keras callbacks"):
        quick(callbacks=[3]).fit(CHARS)


def test_nothing_is_printed_unless_wanted(capfd):
    quick().fit(CHARS).generate("a")
    assert capfd.readouterr() == ("", "")
    quick(verbose=1).fit(CHARS, X_val=CHARS)
    shown = capfd.readouterr()
    assert shown.out == ""
    assert "CharLanguageModel" in shown.err and "validation score" in shown.err


# ------------------------------------------------------------------------ partial_fit
def test_a_stream_of_pieces_is_trained_on_in_turn():
    pieces = [CHARS[:6], "abba cab", ["new: ä", "ab"]]
    streamed = quick().partial_fit(piece for piece in pieces)
    one_by_one = quick()
    for piece in pieces:
        one_by_one.partial_fit(piece)
    assert streamed.n_iter_ == 3 == len(streamed.loss_curve_)
    np.testing.assert_equal(weights_of(streamed), weights_of(one_by_one))
    assert "ä" not in streamed.vocabulary_
    assert np.isfinite(streamed.score(["ä"]))


def test_a_stream_holds_one_piece_at_a_time():
    asked = []

    def pieces():
        for i in range(3):
            asked.append(i)
            yield "abc " * 5

    model = quick()
    model.partial_fit(pieces())
    assert asked == [0, 1, 2] and model.n_iter_ == 3


def test_chunks_need_no_y():
    model = quick().partial_fit(CHARS).partial_fit("ab")
    assert model.n_iter_ == 2


def test_unknown_tokens_that_were_trained_on_may_be_prompted():
    model = quick().partial_fit(CHARS).partial_fit(["aäb", "äb"] * 10)
    assert model.predict(["aä"]).shape == (1,)


def test_chunks_may_lack_conditions():
    model = quick()
    model.partial_fit(["ab", "ba"], ["x", "x"], classes=["x", "z"])
    model.partial_fit(["cc"], ["z"], classes=["z", "x"])
    assert model.conditions_.tolist() == ["x", "z"]
    with pytest.raises(ValueError, match="not the same as in the first call"):
        model.partial_fit(["cc"], ["z"], classes=["z", "q"])
    with pytest.raises(ValueError, match=r"conditions \['q'\] that were not seen"):
        model.partial_fit(["cc"], ["q"])
    with pytest.raises(ValueError, match="y is missing"):
        model.partial_fit(["cc"])


def test_a_stream_of_pieces_takes_nothing_beside():
    with pytest.raises(ValueError, match="without y and sample_weight"):
        quick().partial_fit(iter([CHARS]), y=["x"])
    with pytest.raises(ValueError, match="without y and sample_weight"):
        quick().partial_fit(iter([CHARS]), sample_weight=[1.0])
    with pytest.raises(ValueError, match="without any piece"):
        quick().partial_fit(iter([]))


# ------------------------------------------------------------------------- conditions
@pytest.fixture(scope="module", params=["tbptt", "windows"])
def styled(request):
    X, y = ["ababab", "cdcdcd"] * 12, ["low", "high"] * 12
    options = {"epochs": 25, "learning_rate": 0.05, "n_steps": 3, "tbptt_steps": 8}
    return quick(mode=request.param, **options).fit(X, y)


def test_conditions_decide_the_style(styled):
    assert styled.conditions_.tolist() == ["high", "low"]
    options = {"strategy": "greedy", "max_new_tokens": 6}
    assert styled.generate(condition="low", **options) == "ababab"
    assert styled.generate(condition="high", **options) == "cdcdcd"
    assert styled.generate(["", ""], condition=["high", "low"], **options) == ["cdcdcd", "ababab"]
    assert styled.generate(["", ""], condition="low", **options) == ["ababab", "ababab"]
    drawn = styled.generate(condition="low", n_samples=20, max_new_tokens=6, random_state=0)
    assert np.mean(["c" in text for text in drawn]) < 0.3
    assert "".join(styled.stream(condition="high", **options)) == "cdcdcd"
    beams = styled.generate("", condition="low", strategy="beam", max_new_tokens=6)
    assert beams == "ababab"


def test_documents_are_likelier_under_their_own_condition(styled):
    X = ["ababab", "cdcdcd"]
    right, wrong = styled.score(X, ["low", "high"]), styled.score(X, ["high", "low"])
    assert right > wrong + 0.5
    assert styled.predict(["", ""], ["low", "high"]).tolist() == ["a", "c"]
    assert styled.predict_top_k("", 1, ["low"]) == [["a"]]
    assert styled.perplexity(X, ["low", "high"]) < styled.perplexity(X, ["high", "low"])
    np.testing.assert_array_equal(
        styled.surprisal("ab", "low"), styled.surprisal(["ab"], ["low"])[0]
    )


def test_conditions_may_be_numbers():
    model = quick(epochs=1).fit(["ab", "ba"] * 4, np.array([3, 7] * 4))
    assert model.conditions_.tolist() == [3, 7]
    assert isinstance(model.generate(condition=np.int64(7), random_state=0), str)
    assert model.score(["ab"], [3]) != model.score(["ab"], [7])


def test_fitting_anew_forgets_the_conditions():
    model = quick(epochs=1).fit(["ab", "ba"], ["x", "y"])
    model.fit(["ab", "ba"])
    assert not hasattr(model, "conditions_")
    assert np.isfinite(model.score("ab"))


# ---------------------------------------------------------------------------- options
OPTIONS = {
    "one hot": {"one_hot": True, "layers": 2, "dropout": 0.2},
    "tied": {"tie_weights": True, "embedding_dim": 8},
    "gru": {"cell": "gru", "dropout": 0.2},
    "simple": {"cell": "simple", "recurrent_dropout": 0.2},
    "windows": {"mode": "windows", "tie_weights": True, "cell": "gru", "dropout": 0.2},
    "sampled": {"n_sampled": 20},
}


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_options_train_and_are_repeatable(options):
    X = ["abcabcabc"] * 16
    model = quick(epochs=12, learning_rate=0.05, **options).fit(X)
    assert model.loss_curve_[-1] < model.loss_curve_[0] - 0.3
    assert model.score("abcabc") > model.score("cbacba") + 0.3
    np.testing.assert_allclose(model.predict_proba(["ab", ""]).sum(axis=1), 1, atol=1e-5)
    row = by_prefixes(model, "abca", None)
    assert model.score_samples("abca")[0] == pytest.approx(row[:-1].sum(), abs=1e-4)
    np.testing.assert_array_equal(model.score("ab"), model.score("ab"))  # nothing is dropped


def test_dropout_is_repeatable():
    one, same = (quick(dropout=0.2, layers=2).fit(CHARS) for _ in range(2))
    np.testing.assert_equal(weights_of(one), weights_of(same))


def test_tied_weights_are_one_table():
    tied = quick(tie_weights=True, embedding_dim=8, epochs=1).fit(CHARS)
    free = quick(embedding_dim=8, epochs=1).fit(CHARS)
    n_tied, n_free = (sum(w.size for w in weights_of(m)) for m in (tied, free))
    assert n_free - n_tied == 16 * 8


VECTORS = {"cat": [1.0, 2.0, 3.0], "dog": [4.0, 5.0, 6.0]}


def as_keyed_vectors():
    from gensim.models import KeyedVectors

    vectors = KeyedVectors(vector_size=3)
    vectors.add_vectors(list(VECTORS), np.array(list(VECTORS.values()), np.float32))
    return vectors


@pytest.mark.parametrize("make", [lambda: VECTORS, as_keyed_vectors], ids=["dict", "gensim"])
@pytest.mark.parametrize("tie_weights", [False, True])
def test_the_embedding_starts_from_vectors(make, tie_weights):
    model = quick(WordLanguageModel, vectors=make(), learning_rate=1e-9, epochs=1)
    model.set_params(tie_weights=tie_weights).fit(WORDS)
    table = np.asarray(model.engine_.network_.get_layer("embedding").embeddings)
    assert table.shape[1] == 3
    for word, vector in VECTORS.items():
        np.testing.assert_allclose(table[model.vocabulary_[word]], vector, atol=1e-5)
    assert np.isfinite(model.score(WORDS))
    trained = model.set_params(learning_rate=0.1).partial_fit(WORDS)
    after = np.asarray(trained.engine_.network_.get_layer("embedding").embeddings)
    assert np.abs(after - table)[model.vocabulary_["cat"]].max() > 1e-3


@pytest.mark.parametrize("limit", [{"max_tokens": 6}, {"min_count": 5}])
@pytest.mark.parametrize("mode", ["tbptt", "windows"])
def test_rare_tokens_are_unknown_and_may_be_prompted(limit, mode):
    X = ["aabb", "abab", "abc", "dab"] * 4
    model = quick(mode=mode, n_steps=2, **limit).fit(X)
    assert model.vocabulary_.tokens[4:] == ("a", "b")
    p = model.predict_proba(["dz", "c"])
    assert p[0, 1] > 0
    assert set(model.predict(["d", "q"])) <= {"a", "b", "<e>"}
    made = model.generate("q", n_samples=30, random_state=0, max_new_tokens=9)
    assert all(text[0] == "q" and set(text[1:]) <= {"a", "b"} for text in made)
    _, tokens = model.surprisal("acb", return_tokens=True)
    assert tokens == ["a", "<unk>", "b"]


def test_lower_case_is_of_the_models_reading_only():
    model = quick(lowercase=True).fit(["ABba", "abAB"] * 8)
    assert sorted(model.vocabulary_.tokens[4:]) == ["a", "b"]
    assert model.score("AB") == model.score("ab")
    text = model.generate("AB", random_state=0, max_new_tokens=5)
    assert text[:2] == "AB" and text[2:] == text[2:].lower()
    words = quick(WordLanguageModel, lowercase=True).fit(WORDS)
    assert words.score("THE Cat") == words.score("the cat")


@pytest.mark.parametrize("tokenizer", [str.split, "wordpunct"])
def test_words_are_what_the_tokenizer_says(tokenizer):
    model = quick(WordLanguageModel, tokenizer=tokenizer).fit(WORDS)
    assert ("sat." in model.vocabulary_) == (tokenizer is str.split)
    text = model.generate("the cat", max_new_tokens=4, random_state=0)
    assert text.startswith("the cat")
