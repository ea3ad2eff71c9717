"""Text made by language models: strategies, options, streams, and how words become text."""

from __future__ import annotations

import inspect
import itertools

import numpy as np
import pytest

from skseq import CharLanguageModel, TokenLanguageModel, WordLanguageModel

CHARS = ["ab ab cab", "ba ba", "abba", "cab", "a", "c cc ab"] * 4
WORDS = ["the cat sat.", "the dog sat, the cat ran.", "a dog ran", "sat!"] * 4
PROMPTS = ["", "ab", "ca", "a", "b ab ab ab ab"]


def quick(model=CharLanguageModel, **changes):
    options = {"units": 8, "epochs": 4, "learning_rate": 0.03, "random_state": 0}
    return model(**{**options, "tbptt_steps": 4, "n_steps": 4, **changes})


@pytest.fixture(scope="module", params=["tbptt", "windows"])
def char(request):
    return quick(mode=request.param).fit(CHARS)


@pytest.fixture(scope="module")
def word():
    return quick(WordLanguageModel, epochs=10).fit(WORDS)


@pytest.fixture(scope="module")
def token():
    """Symbols of all kinds, some of them str."""
    X = [[60, (1, None), 60], [(1, None), "x", 62], ["x", "x"], [62, None]] * 5
    return quick(TokenLanguageModel, epochs=10).fit(X)


# -------------------------------------------------------------------------- strategies
def test_greedy_takes_what_is_predicted(char):
    text = "ab"
    made = char.generate(text, strategy="greedy", max_new_tokens=8)
    for _ in range(8):
        following = char.predict([text])[0]
        if following == "<e>":
            break
        text += following
    assert made == text


def test_scores_of_draws_are_their_log_probabilities(char):
    options = {"max_new_tokens": 5, "n_samples": 8, "random_state": 0, "return_scores": True}
    texts, scores = char.generate("ab", **options, temperature=0.5)
    before = char.score_samples(["ab"])
    ended = char.score_samples(texts, include_end=True) - before
    cut = char.score_samples(texts) - before
    expected = [c if len(t) == 7 else e for t, c, e in zip(texts, cut, ended, strict=True)]
    np.testing.assert_allclose(scores, expected, atol=1e-4)
    text, score = char.generate("ab", strategy="greedy", max_new_tokens=5, return_scores=True)
    assert score == pytest.approx(
        (char.score_samples(text, include_end=len(text) < 7) - before)[0], abs=1e-4
    )


def test_draws_are_as_frequent_as_they_are_probable(char):
    drawn = char.generate("a", n_samples=3000, max_new_tokens=1, random_state=0)
    p = char.predict_proba(["a"])[0]
    p[1] = 0  # never made
    p /= p.sum()
    for letter in "abc ":
        share = np.mean([text == "a" + letter for text in drawn])
        assert share == pytest.approx(p[char.vocabulary_[letter]], abs=0.04)
    assert np.mean([text == "a" for text in drawn]) == pytest.approx(p[3], abs=0.04)


def test_seeds_repeat_draws(char):
    options = {"max_new_tokens": 10, "n_samples": 3}
    assert char.generate("a", random_state=1, **options) == char.generate(
        "a", random_state=1, **options
    )
    assert char.generate("a", random_state=1, **options) != char.generate(
        "a", random_state=2, **options
    )
    state = np.random.RandomState(0)
    first, second = (char.generate("a", random_state=state, **options) for _ in range(2))
    assert first != second
    assert first == char.generate("a", random_state=np.random.RandomState(0), **options)


def test_samples_come_in_lists(char):
    assert isinstance(char.generate("ab", random_state=0), str)
    assert len(char.generate("ab", n_samples=3, random_state=0)) == 3
    nested, scores = char.generate(
        PROMPTS, n_samples=2, random_state=0, return_scores=True, max_new_tokens=3
    )
    assert [len(row) for row in nested] == [len(row) for row in scores] == [2] * 5
    for prompt, row in zip(PROMPTS, nested, strict=True):
        assert all(text.startswith(prompt) and len(text) <= len(prompt) + 3 for text in row)
    flat = char.generate(PROMPTS, random_state=0, max_new_tokens=3)
    assert all(isinstance(text, str) for text in flat)
    same = char.generate("ab", strategy="greedy", n_samples=2)
    assert same[0] == same[1]
    assert len(char.generate(["ab"], strategy="beam", n_samples=2)[0]) == 2


@pytest.mark.parametrize("strategy", ["greedy", "beam"])
def test_many_prompts_are_the_same_as_one_by_one(char, strategy):
    options = {"strategy": strategy, "max_new_tokens": 7, "return_scores": True}
    texts, scores = char.generate(PROMPTS, **options)
    for prompt, text, score in zip(PROMPTS, texts, scores, strict=True):
        alone, its_score = char.generate(prompt, **options)
        assert alone == text
        assert its_score == pytest.approx(score, abs=1e-4)


def test_the_best_of_one_token_is_greedy(char):
    options = {"max_new_tokens": 9}
    greedy = char.generate(PROMPTS, strategy="greedy", **options)
    assert char.generate(PROMPTS, top_k=1, random_state=0, **options) == greedy
    assert char.generate(PROMPTS, temperature=1e-3, random_state=0, **options) == greedy
    assert char.generate(PROMPTS, top_p=1e-9, random_state=0, **options) == greedy
    assert char.generate(PROMPTS, strategy="beam", num_beams=1, **options) == greedy


def test_top_k_draws_from_the_best_only(char):
    best = {"".join(row) for row in char.predict_top_k(["a"], 2)[0]} - {"<e>"}
    drawn = char.generate("a", top_k=2, n_samples=200, max_new_tokens=1, random_state=0)
    assert {text[1:] for text in drawn} - {""} <= best


def test_repetition_is_avoided(char):
    options = {"strategy": "greedy", "max_new_tokens": 3, "repetition_penalty": 1e6}
    made = char.generate("ab", **options)[2:]
    assert len(set(made + "ab")) == len(made) + 2  # each letter once


# ------------------------------------------------------------------------------- beams
def every_text(model, prompt, max_new_tokens, length_penalty):
    """Scores of all that can be made, by ``score_samples``."""
    letters = [t for t in model.vocabulary_.tokens[4:]]
    before = model.score_samples([prompt])[0]
    found = {}
    for n in range(max_new_tokens + 1):
        texts = [prompt + "".join(made) for made in itertools.product(letters, repeat=n)]
        is_ended = n < max_new_tokens
        length = n + is_ended
        scores = model.score_samples(texts, include_end=is_ended) - before
        found |= dict(zip(texts, scores / length**length_penalty, strict=True))
    return found


@pytest.mark.parametrize("length_penalty", [0.0, 1.0])
@pytest.mark.parametrize("mode", ["tbptt", "windows"])
def test_enough_beams_find_the_best_of_all_texts(mode, length_penalty):
    model = quick(mode=mode, n_steps=2).fit(["ab", "aab", "ba", "b"] * 5)
    for prompt in ("", "a"):
        expected = every_text(model, prompt, 4, length_penalty)
        texts, scores = model.generate(
            prompt,
            strategy="beam",
            num_beams=40,
            n_samples=31,
            max_new_tokens=4,
            length_penalty=length_penalty,
            return_scores=True,
        )
        assert sorted(texts) == sorted(expected)  # 1 + 2 + 4 + 8 ended, 16 cut
        assert (np.diff(scores) <= 0).all()
        np.testing.assert_allclose(scores, [expected[text] for text in texts], atol=1e-4)


def test_beams_are_no_worse_than_greedy(char):
    options = {"max_new_tokens": 6, "return_scores": True}
    _, greedy = char.generate(PROMPTS, strategy="greedy", **options)
    _, beam = char.generate(PROMPTS, strategy="beam", num_beams=200, length_penalty=0.0, **options)
    assert (np.array(beam) >= np.array(greedy) - 1e-4).all()


def test_beams_come_best_first_and_differ(char):
    texts, scores = char.generate(
        "ab", strategy="beam", num_beams=6, n_samples=6, max_new_tokens=5, return_scores=True
    )
    assert (np.diff(scores) <= 0).all()
    assert len(set(texts)) == len(texts) == 6
    one, its_score = char.generate(
        "ab", strategy="beam", num_beams=6, max_new_tokens=5, return_scores=True
    )
    assert (one, its_score) == (texts[0], scores[0])


# ---------------------------------------------------------------------- limits, stops
@pytest.mark.parametrize("strategy", ["greedy", "sample", "beam"])
def test_only_allowed_tokens_are_made(char, strategy):
    options = {"strategy": strategy, "max_new_tokens": 12, "random_state": 0}
    texts = char.generate(PROMPTS, allowed_tokens="bc", **options)
    for prompt, text in zip(PROMPTS, texts, strict=True):
        assert set(text[len(prompt) :]) <= {"b", "c"}
    assert char.generate(PROMPTS, allowed_tokens={"b", "c"}, **options) == texts
    single = char.generate(PROMPTS, allowed_tokens=["a"], **options)
    assert all(set(t[len(p) :]) <= {"a"} for p, t in zip(PROMPTS, single, strict=True))


def test_no_more_tokens_are_made_than_wanted(char, word):
    for n in (1, 4):
        texts = char.generate("ab", max_new_tokens=n, n_samples=20, random_state=0)
        assert max(map(len, texts)) == 2 + n
    texts = word.generate("the", max_new_tokens=2, n_samples=20, random_state=0)
    assert max(len(text.replace(".", " .").replace(",", " ,").split()) for text in texts) == 3


@pytest.mark.parametrize("verb", ["generate", "stream"])
def test_errors_for_wrong_arguments_name_the_class_and_the_nearest_parameter(verb):
    class OwnModel(CharLanguageModel):
        pass

    with pytest.raises(
        TypeError, match=rf"^CharLanguageModel\.{verb}\(\) got an unexpected parameter 'max_token'"
    ) as caught:
        getattr(CharLanguageModel(), verb)("a", max_token=20)
    assert "Did you mean 'max_new_tokens'?" in str(caught.value)
    assert "parameters are prompt, max_new_tokens, strategy" in str(caught.value)
    with pytest.raises(TypeError, match=rf"^OwnModel\.{verb}\(\): too many positional arguments"):
        getattr(OwnModel(), verb)("a", 20)
    names = list(inspect.signature(getattr(CharLanguageModel, verb)).parameters)
    assert names[:3] == ["self", "prompt", "max_new_tokens"]


@pytest.mark.parametrize("strategy", ["sample", "greedy"])
@pytest.mark.parametrize("stop", ["b", " ", "ab", ["ba", " "], ["abc", "cab", "bb"]])
def test_texts_end_before_a_stop(char, stop, strategy):
    stops = [stop] if isinstance(stop, str) else stop
    options = {"strategy": strategy, "max_new_tokens": 15}
    for seed in range(5):
        whole = char.generate("ab", random_state=seed, **options)[2:]
        cut = char.generate("ab", random_state=seed, stop=stop, **options)[2:]
        ends = [i for i in range(1, len(whole) + 1) if any(whole[:i].endswith(s) for s in stops)]
        if ends:
            longest = max(len(s) for s in stops if whole[: ends[0]].endswith(s))
            assert cut == whole[: ends[0] - longest]
        else:
            assert cut == whole


def test_beams_end_before_a_stop(char):
    texts = char.generate(PROMPTS, strategy="beam", stop=["b", " "], max_new_tokens=9)
    for prompt, text in zip(PROMPTS, texts, strict=True):
        assert not set(text[len(prompt) :]) & set("b ")


def test_a_stop_of_words_is_not_in_the_text(word):
    for seed in range(10):
        text = word.generate("the", stop=["cat ran", "."], random_state=seed, max_new_tokens=12)
        assert "cat ran" not in text and "." not in text


def test_a_stop_in_the_prompt_does_not_end_it(char):
    assert len(char.generate("ab", stop="ab", strategy="greedy", max_new_tokens=1)) >= 2
    made = [
        char.generate("ab", stop="ba", random_state=s, allowed_tokens="a", max_new_tokens=3)
        for s in range(9)
    ]
    assert max(map(len, made)) > 3  # the 'b' before was given, not made


# ----------------------------------------------------------------------------- streams
@pytest.mark.parametrize("strategy", ["sample", "greedy"])
@pytest.mark.parametrize("stop", [None, "ba", ["abc", " "]])
@pytest.mark.parametrize("prompt", ["", "ab", "c "])
def test_streamed_characters_are_what_is_generated(char, prompt, stop, strategy):
    options = {"strategy": strategy, "stop": stop, "random_state": 3, "max_new_tokens": 20}
    pieces = list(char.stream(prompt, **options))
    assert prompt + "".join(pieces) == char.generate(prompt, **options)
    assert all(len(piece) == 1 for piece in pieces)


@pytest.mark.parametrize("stop", [None, "cat", ["sat.", "the dog"]])
@pytest.mark.parametrize("prompt", ["", "the", "the ", "the cat sat,", "the (", 'the "cat'])
def test_streamed_words_are_what_is_generated(word, prompt, stop):
    if set(prompt) & set('("'):
        word = quick(WordLanguageModel).fit(['the (cat) sat "the dog".'] * 8)
        stop = None
    for seed in range(6):
        options = {"stop": stop, "random_state": seed, "max_new_tokens": 12}
        pieces = list(word.stream(prompt, **options))
        assert prompt + "".join(pieces) == word.generate(prompt, **options)


@pytest.mark.parametrize("prompt", [[60], [], [(1, None), 62]])
def test_streamed_symbols_are_what_is_generated(token, prompt):
    for seed in range(6):
        options = {"random_state": seed, "max_new_tokens": 9}
        made = list(token.stream(prompt, **options))
        assert [*prompt, *made] == token.generate(prompt, **options)


def test_a_stream_is_made_as_it_is_asked_for(char):
    stream = char.stream("a", random_state=0, max_new_tokens=10**6, allowed_tokens="abc")
    assert len(list(itertools.islice(stream, 3))) <= 3
    stream.close()
    other = char.stream("a", random_state=1)
    next(other, None)
    assert char.generate("a", strategy="greedy", max_new_tokens=2)[0] == "a"  # meanwhile
    list(other)


def test_two_streams_do_not_disturb_each_other(char):
    expected = [list(char.stream("a", random_state=seed, max_new_tokens=9)) for seed in (0, 1)]
    found = [[], []]
    streams = [char.stream("a", random_state=seed, max_new_tokens=9) for seed in (0, 1)]
    for pieces in itertools.zip_longest(*streams):
        for made, piece in zip(found, pieces, strict=True):
            made += [] if piece is None else [piece]
    assert found == expected


# ------------------------------------------------------------------------------- words
def joined(texts, prompt):
    """What a model makes that has learned a single text by heart."""
    options = {"units": 16, "epochs": 40, "learning_rate": 0.05, "tbptt_steps": 32}
    model = quick(WordLanguageModel, **options).fit(texts)
    return model.generate(prompt, strategy="greedy", max_new_tokens=30)


@pytest.mark.parametrize(
    "text",
    [
        'He said: "go on, (not) now!" and left; why?',
        "don't, 50% of «us» [all] agree…",
    ],
)
def test_words_are_joined_as_is_usual(text):
    assert joined([text] * 4, "") == text
    first = text.split()[0]
    assert joined([text] * 4, first) == text


def test_a_prompt_stays_as_it_is(word):
    for prompt in ["the  cat", "the\ncat ", "  the cat", "the cat"]:
        text = word.generate(prompt, random_state=0, max_new_tokens=4)
        assert text.startswith(prompt)
        made = text[len(prompt) :]
        assert "  " not in made
        if prompt[-1] == " ":
            assert not made.startswith(" ")


def test_tokenised_prompts_are_gone_on_with(word):
    expected = word.generate("the cat", strategy="greedy", max_new_tokens=3)
    (found,) = word.generate([["the", "cat"]], strategy="greedy", max_new_tokens=3)
    if isinstance(found, list):
        assert found[:2] == ["the", "cat"]
    else:
        assert found == expected


# ----------------------------------------------------------------------------- symbols
def test_symbols_are_what_was_learned(token):
    made = token.generate([60], n_samples=40, random_state=0, max_new_tokens=6)
    kinds = {type(symbol) for text in made for symbol in text}
    assert kinds <= {int, tuple, str, type(None)} and {int, tuple} <= kinds
    assert all(isinstance(text, list) and text[0] == 60 for text in made)
    known = {60, 62, "x", (1, None), None}
    assert {symbol for text in made for symbol in text} <= known


def test_symbols_of_arrays_are_plain_numbers():
    model = quick(TokenLanguageModel).fit(np.array([[4, 7, 4, 7], [7, 4, 7, 4]] * 4))
    made = model.generate(np.array([4]), strategy="greedy", max_new_tokens=3)
    assert isinstance(made, list) and made[0] == 4
    assert all(type(symbol) is int for symbol in made[1:])
    assert all(type(t) is int for t in model.classes_[4:])


def test_nothing_begins_a_sequence_of_symbols(token):
    options = {"strategy": "greedy", "max_new_tokens": 3}
    expected = token.generate([[]], **options)[0]
    assert token.generate(**options) == expected
    assert token.generate([], **options) == expected
    np.testing.assert_array_equal(token.predict_proba([[]]), token.predict_proba(""))


def test_a_str_is_a_sequence_of_letters():
    model = quick(TokenLanguageModel).fit(["abab", "baba"] * 4)
    made = model.generate("ab", strategy="greedy", max_new_tokens=3)
    assert made[:2] == ["a", "b"] and set(made) <= {"a", "b"}
    assert model.predict_top_k("ab", 1)[0][0] in ("a", "b", "<e>")


def test_stops_and_allowed_tokens_may_be_symbols(token):
    options = {"max_new_tokens": 8, "n_samples": 20, "random_state": 0}
    made = token.generate([60], allowed_tokens=[62, (1, None)], **options)
    assert {s for text in made for s in text[1:]} <= {62, (1, None)}
    made = token.generate([60], stop=[(1, None)], **options)
    assert not any((1, None) in text for text in made)
    made = token.generate([60], stop=[[(1, None), "x"], [62]], **options)
    pairs = {pair for text in made for pair in itertools.pairwise(text)}
    assert ((1, None), "x") not in pairs and not any(62 in text for text in made)
