"""The embedded corpus of reviews: what is in it, and that word order decides."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline

from skseq.datasets import load_reviews

ROOT = Path(__file__).resolve().parents[2]
SENTIMENTS = ["negative", "neutral", "positive"]


def words(text):
    return re.findall(r"\w+", text.lower())


# --- the embedded corpus ---------------------------------------------------------------------


@pytest.mark.parametrize(("language", "least"), [("en", 1500), ("es", 400)])
def test_load_reviews_of_one_language_is_balanced_unique_and_short(language, least):
    reviews = load_reviews(language=language)
    counts = Counter(reviews.target.tolist())
    assert len(reviews.data) >= least
    assert f"{len(reviews.data):,}" in reviews.DESCR
    assert sorted(counts) == SENTIMENTS and len(set(counts.values())) == 1
    assert len({tuple(words(text)) for text in reviews.data}) == len(reviews.data)
    assert all(6 <= len(words(text)) <= 40 for text in reviews.data)
    assert set(reviews.language) == {language}


def test_load_reviews_without_language_has_both_in_mixed_order():
    both = load_reviews()
    assert isinstance(both.data, list) and all(type(text) is str for text in both.data)
    assert both.target.shape == both.language.shape == (len(both.data),)
    assert both.target_names == SENTIMENTS and "BSD-3" in both.DESCR
    assert set(both.language[:100]) == {"en", "es"} and set(both.target[:30]) == set(SENTIMENTS)
    for language in ("en", "es"):
        of_one = [t for t, its in zip(both.data, both.language, strict=True) if its == language]
        assert of_one == load_reviews(language=language).data


def test_load_reviews_return_X_y_gives_the_pair():
    X, y = load_reviews(language="es", return_X_y=True)
    reviews = load_reviews(language="es")
    assert reviews.data == X
    np.testing.assert_array_equal(y, reviews.target)


@pytest.mark.parametrize("language", ["fr", "EN", "", 1])
def test_load_reviews_of_unknown_language_says_what_is_known(language):
    with pytest.raises(ValueError, match=r"expected 'en', 'es', or None"):
        load_reviews(language=language)


def test_load_reviews_languages_do_not_leak_into_each_other():
    english, spanish = (
        {word for text in load_reviews(language=language).data for word in words(text)}
        for language in ("en", "es")
    )
    assert not {"el", "la", "que", "es", "pero"} & english
    assert not {"the", "is", "and", "it", "of"} & spanish
    assert len(english & spanish) < 20  # "no", and cognates such as "terrible" and "motor"
    assert 350 <= len(english) <= 700
    assert all(text.isascii() for text in load_reviews(language="en").data)


def test_load_reviews_texts_are_well_formed():
    reviews = load_reviews()
    for text, language in zip(reviews.data, reviews.language, strict=True):
        assert re.match(r"¿?[A-ZÁÉÍÓÚ]", text) and text[-1] in ".!", text
        assert not re.search(r"[{}@|]|  | [.,;:!?]|[.!?] [a-záéíóúñ]", text), text
        if language == "en":
            assert not re.search(r"\b[Aa] [aeiou]|\b[Aa]n [^aeiou]", text), text
        else:
            assert text.count("¿") == text.count("?") and text.count("¡") == text.count("!"), text


@pytest.mark.parametrize("language", ["en", "es"])
def test_load_reviews_most_have_a_mirror_image_of_another_sentiment(language):
    reviews = load_reviews(language=language)
    bags = [tuple(sorted(words(text))) for text in reviews.data]
    sentiments = defaultdict(set)
    for bag, sentiment in zip(bags, reviews.target, strict=True):
        sentiments[bag].add(sentiment)
    mirrored = np.mean([len(sentiments[bag]) > 1 for bag in bags])
    assert 0.5 < mirrored < 0.7


def test_load_reviews_word_counts_alone_do_not_solve_the_corpus():
    X, y = load_reviews(language="en", return_X_y=True)
    model = make_pipeline(TfidfVectorizer(), LogisticRegression(C=10, max_iter=500))
    assert 0.4 < cross_val_score(model, X, y, cv=3).mean() < 0.8


def test_make_reviews_rebuilds_the_shipped_file_byte_for_byte():
    spec = importlib.util.spec_from_file_location("mk", ROOT / "tools" / "make_reviews.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.OUTPUT.samefile(ROOT / "skseq" / "datasets" / "data" / "reviews.csv")
    # A checkout on Windows may have turned the line ends.
    assert script.render() == script.OUTPUT.read_bytes().replace(b"\r\n", b"\n")


def test_importing_datasets_is_cheap():
    code = "import sys, skseq.datasets; sys.exit(any(m in sys.modules for m in %r))"
    heavy = ("pooch", "keras", "tensorflow", "scikeras")
    assert subprocess.run([sys.executable, "-c", code % (heavy,)], cwd=ROOT).returncode == 0
