"""The n-gram model: its probabilities, its counts and its smoothing."""

from __future__ import annotations

import numpy as np
import pytest

from skseq.inspection.baselines.ngram import InterpolatedNgram


@pytest.fixture(scope="module")
def documents():
    rng = np.random.default_rng(0)
    drawn = [
        "".join(rng.choice(list("abcde"), p=[0.4, 0.3, 0.15, 0.1, 0.05], size=n))
        for n in rng.integers(0, 40, size=30)
    ]
    return [*drawn, "abcabc", "a", ""]


@pytest.mark.parametrize("order", range(1, 6))
def test_ngram_probabilities_sum_to_one_after_any_context(documents, order):
    model = InterpolatedNgram(order).fit(documents)
    for context in ["", "a", "ab", "abc", "zab", "eeeee", "abcabc", documents[0]]:
        total = sum(np.exp(model.log_prob(context + last)[-1]) for last in "abcdez")
        assert total == pytest.approx(1, abs=1e-9)


def test_ngram_unknown_symbols_have_a_finite_probability(documents):
    model = InterpolatedNgram(3).fit(documents)
    assert np.isfinite(model.log_prob("zzabz")).all()
    assert len(model.log_prob("")) == 0


def test_unigram_shares_are_those_counted_by_hand():
    model = InterpolatedNgram(1).fit(["aab"])  # counts 2 and 1, discounts 1 and 0.5
    expected = [(2 - 1) / 3 + 0.5 / 3, (1 - 0.5) / 3 + 0.5 / 3, 0.5 / 3]
    np.testing.assert_allclose(np.exp(model.log_prob("abz")), expected)


def test_ngram_prefers_symbols_that_follow_many_others():
    # "b" follows one symbol and "a" follows three: continuation counts prefer "a".
    model = InterpolatedNgram(2).fit(["xbxbxbxbya", "zaxa"])
    last = [model.log_prob("q" + symbol)[-1] for symbol in "ab"]
    assert last[0] > last[1]


def test_ngram_order_may_exceed_the_documents():
    assert InterpolatedNgram(8).fit(["ab", "ba"]).log_prob("abbab").shape == (5,)


def test_ngram_needs_fewer_bits_with_longer_contexts():
    words = [text.split() for text in ["the cat sat", "the dog sat", "a cat ran"] * 5]
    bits = [InterpolatedNgram(order).fit(words).bits_per_token(words) for order in (1, 2, 3)]
    assert bits[0] > bits[1] > bits[2]
