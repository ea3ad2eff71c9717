"""How ``Tokenizer`` splits one document: pattern, characters, NLTK, callables, normalising."""

from __future__ import annotations

import pickle
import re

import numpy as np
import pytest

from skseq import Tokenizer
from skseq.preprocessing._splitting import ASCII_WORD_PATTERN, WORD_PATTERN


def tokens(text, **parameters):
    """Return the tokens of one text as the vocabulary and the ids together give them back."""
    tokenizer = Tokenizer(**parameters)
    return tokenizer.inverse_transform(tokenizer.fit_transform([text]))[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't stop!", ["Don't", "stop", "!"]),
        ("rock'n'roll 'tis dogs'", ["rock'n'roll", "'", "tis", "dogs", "'"]),
        ("l’été", ["l’été"]),
        ("a,b  c\t\nd...", ["a", ",", "b", "c", "d", ".", ".", "."]),
        ("snake_case 3.5%", ["snake_case", "3", ".", "5", "%"]),
        ("naïve cafe\u0301", ["naïve", "cafe\u0301"]),
        ("हिन्दी भाषा।", ["हिन्दी", "भाषा", "।"]),
        ("שָׁלוֹם العَرَبِيّة", ["שָׁלוֹם", "العَرَبِيّة"]),
        ("日本語、です", ["日本語", "、", "です"]),
        ("ok 👍🎉", ["ok", "👍", "🎉"]),
        ("<br />x", ["<", "br", "/", ">", "x"]),
        ("a\u00a0b\u3000c", ["a", "b", "c"]),
        ("", []),
    ],
)
def test_word_pattern(text, expected):
    assert WORD_PATTERN.findall(text) == expected


def test_word_pattern_loses_no_visible_character():
    text = "".join(map(chr, range(1, 0x3000)))
    assert "".join(WORD_PATTERN.findall(text)) == re.sub(r"\s", "", text)


def test_ascii_pattern_splits_like_the_general_one():
    ascii_characters = list(map(chr, range(128)))
    rng = np.random.default_rng(0)
    texts = ["".join(rng.choice([*ascii_characters, "'", "a", " "], 40)) for _ in range(500)]
    for text in ["".join(ascii_characters), "a'b''c' 'd", *texts]:
        assert ASCII_WORD_PATTERN.findall(text) == WORD_PATTERN.findall(text)


def test_characters_include_white_space():
    assert tokens("Ab \n", level="char") == ["a", "b", " ", "\n"]
    assert tokens("Ab", level="char", lowercase=False) == ["A", "b"]


@pytest.mark.parametrize(
    ("strip_accents", "expected"), [(None, "ça"), ("unicode", "ca"), ("ascii", "ca")]
)
@pytest.mark.parametrize("tokenised", [False, True])
def test_strip_accents(strip_accents, expected, tokenised):
    document = ["Ça"] if tokenised else "Ça"
    assert tokens(document, strip_accents=strip_accents) == [expected]
    upper = tokens(document, strip_accents=strip_accents, lowercase=False)
    assert upper == [expected.capitalize()]


@pytest.mark.parametrize("tokenised", [False, True])
def test_stop_words_are_removed_from_text_and_from_tokens(tokenised):
    document = ["The", "film", "of", "films"] if tokenised else "The film of films"
    assert tokens(document, stop_words="english") == ["film", "films"]
    assert tokens(document, stop_words=["FILM"]) == ["the", "of", "films"]
    assert tokens(document, stop_words=["the"], lowercase=False) == ["The", "film", "of", "films"]


def test_tokenised_documents_are_not_split_again():
    assert tokens(["New York", "a-b"]) == ["new york", "a-b"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("treebank", ["i", "do", "n't", ":", "-", ")"]),
        ("tweet", ["i", "don't", ":-)"]),
        ("wordpunct", ["i", "don", "'", "t", ":-)"]),
    ],
)
def test_nltk_tokenizers_by_name(name, expected):
    assert tokens("I don't :-)", tokenizer=name) == expected


def test_nltk_tokenizer_objects():
    nltk = pytest.importorskip("nltk.tokenize")
    assert tokens("a b-c", tokenizer=nltk.WhitespaceTokenizer()) == ["a", "b-c"]


def test_punkt_without_its_model_names_the_download(monkeypatch):
    tokenize = pytest.importorskip("nltk.tokenize")

    def missing(text):
        raise LookupError("Resource punkt_tab not found.")

    monkeypatch.setattr(tokenize, "word_tokenize", missing)
    with pytest.raises(LookupError, match=re.escape("nltk.download('punkt_tab')")):
        Tokenizer(tokenizer="punkt").fit(["a b."])


def test_punkt_uses_word_tokenize(monkeypatch):
    tokenize = pytest.importorskip("nltk.tokenize")
    monkeypatch.setattr(tokenize, "word_tokenize", lambda text: text.split("|"))
    assert tokens("a|b", tokenizer="punkt") == ["a", "b"]


def test_nltk_missing_names_the_package(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "nltk", None)
    with pytest.raises(ImportError, match="pip install nltk"):
        Tokenizer(tokenizer="tweet").fit(["a"])


def test_callable_tokenizer_sees_normalised_text():
    assert tokens("A-B", tokenizer=lambda text: text.split("-")) == ["a", "b"]


def test_callable_tokenizer_may_yield_and_goes_to_workers():
    parameters = {"tokenizer": lambda text: (part for part in text.split()), "n_jobs": 2}
    X = Tokenizer(**parameters).fit_transform(["a b", "c", "d e f"])
    assert X.lengths.tolist() == [2, 1, 3]


def test_named_callable_tokenizer_pickles():
    tokenizer = Tokenizer(tokenizer=str.split).fit(["a b-c"])
    assert pickle.loads(pickle.dumps(tokenizer)).transform(["b-c"]).values.tolist() == [5]


@pytest.mark.parametrize(
    ("tokenizer", "message"),
    [
        (str.strip, "tokenizer must return a list of str, got str ('a b')"),
        (len, "tokenizer must return a list of str, got int (3)"),
        (lambda text: [1, 2], "A token must be a str, got int (1)"),
        (lambda text: [None], "A token must be a str, got NoneType (None)"),
    ],
)
def test_callable_tokenizer_with_a_wrong_result_raises(tokenizer, message):
    with pytest.raises(TypeError, match=re.escape(message)):
        Tokenizer(tokenizer=tokenizer).fit(["a b"])
