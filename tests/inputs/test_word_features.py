"""Spelling as an input: letters and shapes of words, alone and inside a tagger."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

from skseq import EmbeddingLookup, LSTMTagger, Sequences, Tokenizer
from skseq.inputs.word_features import (
    N_CASING,
    WordFeatures,
    casing_features,
    lower_case_rows,
    rows_of_codes,
)
from skseq.vocabulary import SPECIAL_TOKENS, UNKNOWN_ID

N_SPECIAL = len(SPECIAL_TOKENS)


def read(documents, other=None):
    tokenizer = Tokenizer(lowercase=False)
    X = tokenizer.fit_transform(documents)
    return X if other is None else tokenizer.transform(other)


# --------------------------------------------------------------------------- the parts
@pytest.mark.parametrize(
    ("token", "shape"),
    [
        ("house", "1000001000"),
        ("House", "0010001000"),
        ("NATO", "0111001000"),
        ("iPhone", "0001001000"),
        ("1984", "0000110000"),
        ("B-52", "0110010100"),
        ("U.S.", "0111000010"),
        ("don't", "1000000010"),
        ("...", "0000000011"),
        ("—", "0000000001"),
        ("Ärger", "0010001000"),
        ("", "0000000001"),
    ],
)
def test_shape_of_a_word(token, shape):
    (found,) = casing_features([token])
    assert found.astype(int).tolist() == [int(digit) for digit in shape]


def test_no_words_have_shapes_too():
    assert casing_features([]).shape == (0, N_CASING)


def test_characters_are_known_where_two_words_share_them():
    X = read([["ab", "bc", "bd", "aaa"]])
    features = WordFeatures(X.vocabulary, characters=True, casing=False)
    assert features.characters.tokens[N_SPECIAL:] == ("a", "b")  # c and d are in one word each
    (table,) = features.tables(X)
    known = {c: N_SPECIAL + i for i, c in enumerate("ab")}
    for token, row in zip(X.vocabulary.tokens[N_SPECIAL:], table[N_SPECIAL:], strict=True):
        expected = [known.get(c, UNKNOWN_ID) for c in token]
        assert row[: len(token)].tolist() == expected
        assert not row[len(token) :].any()
    assert not table[:N_SPECIAL].any()
    assert features.arguments() == {"n_characters": N_SPECIAL + 2}


def test_of_long_words_both_ends_count():
    long = "abcdefghij" + "x" * 30 + "klmnopqrst"
    X = read([[long, long[::-1]]])
    (table,) = WordFeatures(X.vocabulary, characters=True, casing=False).tables(X)
    features = WordFeatures(X.vocabulary, characters=True, casing=False)
    letters = [features.characters.tokens[i] for i in table[X[0][0]]]
    assert "".join(letters) == "abcdefghijklmnopqrst"


def test_unseen_words_have_a_spelling():
    X = read([["ab", "ba", "AB"]], [["aab", "B", "ab"]])
    features = WordFeatures(X.vocabulary, characters=True, casing=True)
    shapes, characters = features.tables(X)
    assert len(shapes) == len(characters) == len(X.vocabulary) + len(X.unseen_tokens)
    first, second, third = X.codes
    assert (characters[first] != 0).sum() == 3
    assert shapes[second][1] == 1  # upper case
    assert X.vocabulary.tokens[third] == "ab"
    assert features.arguments() == {"n_casing": N_CASING, "n_characters": len(features.characters)}


def test_words_share_a_row_whatever_their_case():
    X = read([["The", "the", "THE", "cat"]], [["tHe", "Cat", "dog", "the"]])
    rows = lower_case_rows(X.vocabulary)
    assert sorted(rows) == ["cat", "the"]
    assert sorted(rows.values()) == [N_SPECIAL, N_SPECIAL + 1]
    found = rows_of_codes(X, rows)
    assert found[:N_SPECIAL].tolist() == list(range(N_SPECIAL))
    expected = [rows["the"], rows["cat"], UNKNOWN_ID, rows["the"]]
    assert found[X.codes].tolist() == expected


# ------------------------------------------------------------------------- in a tagger
VOWELS, CONSONANTS = "aeiou", "bdfgklmnprst"


def words(rng, n):
    """Adverbs end in -ly, verbs in -ing, names begin with a capital; all else is a noun."""
    found = []
    for _ in range(n):
        stem = "".join(rng.choice(list(CONSONANTS)) + rng.choice(list(VOWELS)) for _ in range(2))
        kind = str(rng.choice(["ADV", "VERB", "PROPN", "NOUN"]))
        spelled = {"ADV": stem + "ly", "VERB": stem + "ing", "PROPN": stem.title()}
        found.append((spelled.get(kind, stem + "k"), kind))
    return found


def sentences(seed, n):
    rng = np.random.default_rng(seed)
    rows = [words(rng, rng.integers(1, 7)) for _ in range(n)]
    return [[w for w, _ in row] for row in rows], [[k for _, k in row] for row in rows]


def quick(**changes):
    options = {"units": 8, "epochs": 8, "batch_size": 8, "learning_rate": 0.02, "random_state": 0}
    return LSTMTagger(**{**options, **changes})


@pytest.fixture(scope="module", params=["cnn", "lstm"])
def speller(request):
    return quick(char_features=request.param, word_dropout=0.5).fit(*sentences(0, 80))


def test_unknown_words_are_tagged_by_their_letters(speller):
    X, y = sentences(1, 40)
    unseen = {w for row in X for w in row} - set(speller.vocabulary_.tokens)
    assert len(unseen) > 100
    assert speller.score(X, y) > 0.9


def test_letters_nobody_saw_and_very_long_words_are_tagged(speller):
    X = [["Þórr", "你好", ""], ["un" * 40 + "ly"], ["ba" * 8 + "ly"]]
    assert [len(row) for row in speller.predict(X)] == [3, 1, 1]
    short, long = (speller.predict_proba([["mo" * n + "ly"]])[0] for n in (12, 40))
    np.testing.assert_allclose(short, long, atol=1e-6)  # only ten letters at both ends count


def test_spelling_is_the_same_alone_and_in_company(speller):
    X, _ = sentences(2, 12)
    together = speller.predict_proba([*X, []])
    for i in (0, 5):
        np.testing.assert_allclose(speller.predict_proba([X[i]])[0], together[i], atol=1e-5)
    assert together[-1].shape == (0, 4)


def test_shapes_tell_names_from_nouns():
    X, y = sentences(0, 60)
    y = [["NAME" if label == "PROPN" else "WORD" for label in row] for row in y]
    model = quick(shape_features=True, epochs=6).fit(X, y)
    X, y = sentences(1, 20)
    y = [["NAME" if label == "PROPN" else "WORD" for label in row] for row in y]
    assert model.score(X, y) > 0.95
    table = model.engine_.model_.get_layer("embedding").embeddings
    assert table.shape[0] < len(model.vocabulary_) + 64


def test_case_shares_the_row_of_an_embedding_only_with_spelling():
    X, y = [["Tea", "tea", "TEA", "tea"]] * 2, [["a", "b", "a", "b"]] * 2
    found = {}
    for is_shape in (False, True):
        model = quick(epochs=1, shape_features=is_shape, char_features=None).fit(X, y)
        sequences = model._read([["Tea", "tEa", "tea"]])
        rows = model.reader_.input_functions(sequences)[0](sequences.codes)
        found[is_shape] = rows.tolist()
    assert len(set(found[True])) == 1
    assert len(set(found[False])) == 3
    assert found[False][1] == UNKNOWN_ID


@pytest.mark.parametrize("option", [{"char_features": "cnn"}, {"shape_features": True}])
@pytest.mark.parametrize("X", [[[4, 5], [6]], [[0.1, 0.2], [0.3]]], ids=["ids", "features"])
def test_numbers_have_no_spelling(option, X):
    (name,) = option
    with pytest.raises(ValueError, match=rf"{name} needs to know the tokens.*Tokenizer\(lower"):
        quick(**option).fit(X, [["a", "b"], ["a"]])


def test_ids_without_tokens_are_refused_after_fit_saw_tokens(speller):
    with pytest.raises(ValueError, match="tokens"):
        speller.predict(Sequences.from_lists([[4, 5]]))


@pytest.mark.parametrize("trainable", [False, True])
def test_letters_beside_vectors(trainable):
    """Behind an EmbeddingLookup, spelling is read of words with and without a vector."""
    X, y = sentences(0, 60)
    rng = np.random.default_rng(0)
    vectors = {w: rng.normal(size=4) for row in X for w in row[::2]}
    model = make_pipeline(
        Tokenizer(lowercase=False),
        EmbeddingLookup(vectors, trainable=trainable),
        quick(char_features="cnn", word_dropout=0.5),
    ).fit(X, y)
    assert model.score(*sentences(1, 20)) > 0.85
    weights = [w.path for w in model[-1].engine_.model_.weights]
    assert any(path.startswith("embedding/") for path in weights) == trainable


def test_capitals_asked_of_a_tokenizer_that_makes_lower_case():
    X, y = ["Ann sees Rome", "Bob sleeps"] * 4, [["N", "V", "N"], ["N", "V"]] * 4
    with pytest.warns(UserWarning, match="no token of X has a capital; Tokenizer"):
        make_pipeline(Tokenizer(), quick(epochs=1, shape_features=True)).fit(X, y)
    model = make_pipeline(Tokenizer(), quick(epochs=1)).fit(X, y)
    assert model[-1].shape_features_ is False
