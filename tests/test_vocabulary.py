"""``Vocabulary``: fixed special ids, both directions, immutability."""

from __future__ import annotations

import pickle

import pytest

from skseq import Vocabulary


def test_special_ids_are_fixed():
    vocabulary = Vocabulary(["a"])
    assert [vocabulary[t] for t in ("<pad>", "<unk>", "<s>", "<e>", "a")] == [0, 1, 2, 3, 4]
    assert len(vocabulary) == 5


def test_tokens_and_ids_round_trip():
    vocabulary = Vocabulary(["a", "b"])
    assert vocabulary.to_tokens(vocabulary.to_ids(["b", "a", "c"])) == ["b", "a", "<unk>"]


def test_padding_is_left_out_of_tokens():
    assert Vocabulary(["a"]).to_tokens([0, 4, 0]) == ["a"]


def test_id_outside_raises_and_names_the_range():
    with pytest.raises(ValueError, match=r"id 9 is outside this vocabulary of 5 tokens \(0 to 4\)"):
        Vocabulary(["a"]).to_tokens([9])


def test_duplicate_token_raises_and_names_it():
    with pytest.raises(ValueError, match="'b' twice"):
        Vocabulary(["a", "b", "b"])


def test_pickle_round_trip_is_equal_and_hashes_alike():
    vocabulary = Vocabulary(["a", "ü", ""])
    again = pickle.loads(pickle.dumps(vocabulary))
    assert again == vocabulary
    assert hash(again) == hash(vocabulary)


def test_repr_shows_size_and_first_tokens():
    assert repr(Vocabulary("abcdef")) == "Vocabulary(10 tokens: 'a', 'b', 'c', 'd', …)"
