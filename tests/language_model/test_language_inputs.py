"""What language models refuse, and how they say why."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from skseq import CharLanguageModel, TokenLanguageModel, WordLanguageModel

MODELS = [CharLanguageModel, WordLanguageModel, TokenLanguageModel]
TEXTS = ["ab ab cab", "ba ba", "abba"] * 4


def quick(model=CharLanguageModel, **changes):
    options = {"units": 8, "epochs": 1, "learning_rate": 0.02, "random_state": 0}
    return model(**{**options, "tbptt_steps": 4, "n_steps": 4, **changes})


@pytest.fixture(scope="module")
def char():
    return quick().fit(TEXTS)


@pytest.fixture(scope="module")
def token():
    return quick(TokenLanguageModel).fit([[60, 62, (1, None)], [62, 60]] * 4)


@pytest.fixture(scope="module")
def styled():
    return quick().fit(TEXTS, ["old", "new"] * 6)


# -------------------------------------------------------------------------- documents
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("X", [[], [""], "", ["", ""]])
def test_a_corpus_without_tokens_raises(model, X):
    with pytest.raises(ValueError, match=r"(X is|vocabulary is) empty"):
        quick(model).fit(X)


@pytest.mark.parametrize("model", [CharLanguageModel, WordLanguageModel])
def test_missing_documents_raise_and_are_named(model):
    with pytest.raises(TypeError, match=r"X\[1\] is NoneType.*drop their rows"):
        quick(model).fit(["ab", None])
    with pytest.raises(TypeError, match=r"X\[0\] is int"):
        quick(model).fit([3, "ab"])
    with pytest.raises(TypeError, match="X is NoneType"):
        quick(model).fit(None)


def test_documents_without_tokens_may_stand_among_others():
    model = quick().fit([*TEXTS, ""])
    assert model.score_samples(["", "ab"])[0] == 0
    assert model.score_samples([""], include_end=True)[0] < 0


def test_all_documents_shorter_than_a_window_raise():
    with pytest.raises(ValueError, match=r"longest document has 9 tokens.*smaller n_steps"):
        quick(mode="windows", n_steps=9).fit(TEXTS)
    assert quick(mode="windows", n_steps=8).fit(TEXTS).n_iter_ == 1


def test_short_validation_documents_need_no_window():
    model = quick(mode="windows").fit(TEXTS, X_val=["ab"])
    assert len(model.validation_scores_) == 1


def test_symbols_without_a_hash_raise_and_are_named():
    with pytest.raises(TypeError, match=r"X\[1\]\[0\] is dict, which has no hash; use a tuple"):
        quick(TokenLanguageModel).fit([[1, 2], [{}, 1]])


@pytest.mark.parametrize("X", [[[1, 2], 3], [3, [1, 2]], [["a"], None], ["ab", 3]])
def test_symbols_beside_sequences_raise(X):
    with pytest.raises(TypeError, match=r"X\[1\] is .*expected sequences .* only, or symbols only"):
        quick(TokenLanguageModel).fit(X)


@pytest.mark.parametrize("X", [None, 3, {"a": 1}, {1, 2}, b"ab"])
def test_what_is_no_collection_of_symbols_raises(X):
    with pytest.raises(TypeError, match="expected a list of sequences"):
        quick(TokenLanguageModel).fit(X)


def test_reserved_symbols_raise():
    with pytest.raises(ValueError, match=r"symbols \['<e>'\], which are reserved"):
        quick(TokenLanguageModel).fit([["a", "<e>"]])


def test_special_tokens_in_text_are_unknown():
    model = quick(WordLanguageModel).fit([["a", "b", "<e>"], ["b", "a"]] * 4)
    assert model.vocabulary_.tokens[4:] == ("a", "b")


@pytest.mark.parametrize("verb", ["score", "score_samples", "surprisal", "perplexity", "predict"])
def test_an_empty_collection_raises(char, verb):
    with pytest.raises(ValueError, match=r"X is empty.*at least one document"):
        getattr(char, verb)([])


def test_an_empty_list_is_a_sequence_without_symbols(token):
    np.testing.assert_array_equal(token.score_samples([]), [0.0])
    np.testing.assert_array_equal(token.predict_proba([]), token.predict_proba([[]]))
    assert token.surprisal([]).shape == (0,)
    with pytest.raises(ValueError, match="no token to score"):
        token.score([])
    assert quick(TokenLanguageModel).fit([[60, 62]]).partial_fit([]).n_iter_ == 2


def test_documents_without_a_token_have_no_score(char):
    with pytest.raises(ValueError, match="no token to score"):
        char.score(["", ""])
    with pytest.raises(ValueError, match="no token to score"):
        char.bits_per_character("")
    with pytest.raises(ValueError, match="no character to score"):
        quick(WordLanguageModel).fit(TEXTS).bits_per_character("")


# ------------------------------------------------------------------------ before a fit
@pytest.mark.parametrize("model", MODELS)
def test_nothing_is_said_before_fit(model):
    model = quick(model)
    for verb in ("generate", "stream", "score", "score_samples", "perplexity", "surprisal"):
        with pytest.raises(NotFittedError, match="not fitted yet"):
            getattr(model, verb)("ab")
    for verb in ("predict", "predict_proba", "predict_top_k"):
        with pytest.raises(NotFittedError, match="not fitted yet"):
            getattr(model, verb)(["ab"])
    assert not hasattr(model, "classes_") and not hasattr(model, "engine_")


# ----------------------------------------------------------------------------- prompts
@pytest.mark.parametrize("verb", ["predict", "predict_proba", "predict_top_k", "generate"])
def test_unseen_characters_in_a_prompt_raise_and_are_named(char, verb):
    name = "prompt" if verb == "generate" else "X"
    with pytest.raises(ValueError, match=rf"{name}\[1\]: \['z', 'ß'\].*min_count or max_tokens"):
        getattr(char, verb)(["ab", "zß"])


def test_unseen_symbols_in_a_prompt_raise(token):
    with pytest.raises(ValueError, match=r"prompt holds tokens that were not seen.*\[99\]"):
        token.generate([60, 99])


@pytest.mark.parametrize("prompt", [None, 3, 2.5])
def test_a_prompt_that_is_no_document_raises(char, token, prompt):
    for model in (char, token):
        for verb in (model.generate, model.stream):
            with pytest.raises(TypeError, match="prompt is"):
                verb(prompt)


def test_prompts_mixed_with_other_things_raise(char):
    with pytest.raises(TypeError, match=r"prompt\[1\] is int"):
        char.generate(["ab", 3])


def test_an_empty_list_of_prompts_raises(char):
    with pytest.raises(ValueError, match="prompt is empty"):
        char.generate([])


# ----------------------------------------------------------------------------- options
WRONG = [
    ({"temperature": 0}, 'temperature is 0; .*strategy="greedy"'),
    ({"temperature": -1.0}, "temperature is -1.0; expected a finite number above 0"),
    ({"temperature": float("nan")}, "temperature is nan"),
    ({"temperature": float("inf")}, "temperature is inf"),
    ({"temperature": "hot"}, "temperature is 'hot'"),
    ({"top_p": 0}, "top_p is 0; expected a number above 0 and at most 1"),
    ({"top_p": 1.5}, "top_p is 1.5"),
    ({"top_k": 0}, "top_k is 0; expected an integer of at least 1"),
    ({"top_k": 2.5}, "top_k is 2.5"),
    ({"repetition_penalty": 0}, "repetition_penalty is 0"),
    ({"max_new_tokens": 0}, "max_new_tokens.*0.*integer of at least 1"),
    ({"max_new_tokens": 2.0}, "max_new_tokens.*2.0.*integer of at least 1"),
    ({"strategy": "best"}, "strategy='best'.*(sample|greedy)"),
    ({"allowed_tokens": []}, "allowed_tokens is empty"),
    ({"allowed_tokens": ""}, "allowed_tokens is empty"),
    ({"allowed_tokens": ["a", "z"]}, r"allowed_tokens holds \['z'\], which were not seen"),
    ({"stop": ""}, "stop holds an empty document"),
    ({"stop": ["a", ""]}, "stop holds an empty document"),
    ({"stop": "z"}, "stop holds tokens that were not seen"),
    ({"stop": []}, "stop"),
    ({"stop": 3}, "stop"),
    ({"random_state": "zero"}, "zero"),
]
OF_GENERATE = [
    ({"n_samples": 0}, "n_samples=0 must be an integer of at least 1"),
    ({"n_samples": 1.5}, "n_samples=1.5 must be"),
    ({"n_samples": True}, "n_samples=True must be"),
    ({"strategy": "beam", "num_beams": 0}, "num_beams=0 must be an integer of at least 1"),
    ({"strategy": "beam", "n_samples": 5}, "n_samples=5 of num_beams=4 beams; raise num_beams"),
    ({"strategy": "beam", "length_penalty": float("nan")}, "length_penalty is nan"),
]


@pytest.mark.parametrize(("wrong", "message"), [*WRONG, *OF_GENERATE], ids=str)
def test_wrong_options_of_generate_raise(char, wrong, message):
    with pytest.raises((ValueError, TypeError), match=message):
        char.generate("ab", **wrong)


@pytest.mark.parametrize(("wrong", "message"), WRONG, ids=str)
def test_wrong_options_of_a_stream_raise_at_once(char, wrong, message):
    with pytest.raises((ValueError, TypeError), match=message):
        char.stream("ab", **wrong)


def test_what_cannot_be_streamed_raises(char):
    with pytest.raises(ValueError, match="strategy='beam' cannot be streamed"):
        char.stream("ab", strategy="beam")
    with pytest.raises(ValueError, match="a single prompt, got 2; use generate"):
        char.stream(["ab", "ba"])


@pytest.mark.parametrize("k", [0, -1, 2.0, "3", None, True])
def test_wrong_k_raises(char, k):
    with pytest.raises(ValueError, match=r"k=.* must be an integer of at least 1"):
        char.predict_top_k(["ab"], k=k)


# -------------------------------------------------------------------------- conditions
def test_missing_conditions_raise(styled):
    for verb in (styled.score, styled.predict_proba, styled.predict, styled.surprisal):
        with pytest.raises(ValueError, match=r"y is missing: .*\['new', 'old'\]"):
            verb(["ab"])
    for verb in (styled.generate, styled.stream):
        with pytest.raises(ValueError, match="condition is missing"):
            verb("ab")
    with pytest.raises(ValueError, match="X_val was given without y_val"):
        quick().fit(TEXTS, ["old", "new"] * 6, X_val=TEXTS)


def test_unknown_conditions_raise(styled):
    with pytest.raises(ValueError, match=r"y holds conditions \['odd'\].*known are"):
        styled.score(["ab", "ba"], ["old", "odd"])
    with pytest.raises(ValueError, match=r"condition holds conditions \['odd'\]"):
        styled.generate("ab", condition="odd")


def test_superfluous_conditions_raise(char):
    with pytest.raises(ValueError, match="y was given, but fit saw documents without conditions"):
        char.score(["ab"], ["old"])
    with pytest.raises(ValueError, match="condition was given, but fit saw"):
        char.generate("ab", condition="old")
    with pytest.raises(ValueError, match="y_val was given without X_val"):
        quick().fit(TEXTS, y_val=["old"])


def test_conditions_are_one_for_each_document(styled):
    with pytest.raises(ValueError, match=r"inconsistent numbers of samples: \[1, 2\]"):
        styled.score(["ab"], ["old", "new"])
    with pytest.raises(ValueError, match=r"inconsistent numbers of samples: \[1, 2\]"):
        styled.generate("ab", condition=["old", "new"])
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        quick().fit(TEXTS, ["old"])
    with pytest.raises(ValueError, match="y is one str; expected a list"):
        styled.score("ab", "old")


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([1.0, float("nan")] * 6, "NaN or infinity"),
        (np.array(["old", 3] * 6, object), "mixes types of conditions"),
        ([["old"], ["new", "old"]] * 6, "."),
    ],
    ids=["nan", "mixed", "nested"],
)
def test_wrong_conditions_raise(y, message):
    with pytest.raises(ValueError, match=message):
        quick().fit(TEXTS, y)


# ---------------------------------------------------------------------------- settings
@pytest.mark.parametrize(
    "wrong",
    [
        {"cell": "rnn"},
        {"units": 0},
        {"dropout": 1.0},
        {"mode": "whole"},
        {"tbptt_steps": 0},
        {"n_steps": 0},
        {"max_tokens": 4},
        {"min_count": 0},
        {"embedding_dim": "wide"},
        {"one_hot": "yes"},
        {"lowercase": 3},
    ],
    ids=str,
)
def test_wrong_parameters_raise_in_fit(wrong):
    (name,) = wrong
    with pytest.raises(ValueError, match=f"'{name}' parameter of CharLanguageModel must be"):
        quick(**wrong).fit(TEXTS)


def test_settings_that_exclude_each_other_raise():
    with pytest.raises(ValueError, match="one_hot=True has no embedding"):
        quick(one_hot=True, tie_weights=True).fit(TEXTS)
    with pytest.raises(ValueError, match="one_hot=True has no embedding"):
        quick(WordLanguageModel, one_hot=True, vectors={"ab": [1.0]}).fit(TEXTS)


@pytest.mark.parametrize(
    ("weight", "message"),
    [
        ([1.0], r"expected \(12,\)"),
        ([0.0] * 12, "weights are zero"),
        ([-1.0] * 12, "not negative"),
        ([float("nan")] * 12, "finite"),
    ],
)
def test_wrong_weights_raise(weight, message, char):
    with pytest.raises(ValueError, match=message):
        quick().fit(TEXTS, sample_weight=weight)
    if "zero" not in message:
        with pytest.raises(ValueError, match=message):
            char.score(TEXTS, sample_weight=weight)


def test_a_failed_fit_leaves_no_trace():
    model = quick()
    with pytest.raises(ValueError, match="weights are zero"):
        model.fit(TEXTS, sample_weight=[0.0] * 12)
    assert not [name for name in vars(model) if name.endswith("_")]
