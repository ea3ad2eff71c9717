"""``Sequences``: indexing as scikit-learn does it, padding, immutability, pickling."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from sklearn.model_selection import train_test_split
from sklearn.utils import shuffle

from skseq import Sequences, Vocabulary

ROWS = [[5, 6, 7], [8], [], [9, 10]]


@pytest.fixture
def X():
    return Sequences.from_lists(ROWS)


def rows_of(X):
    return [row.tolist() for row in X]


@pytest.mark.parametrize(
    "key",
    [
        [0, 3],
        np.array([2, 2, 1]),
        np.array([True, False, False, True]),
        slice(1, 3),
        slice(None, None, -1),
    ],
)
def test_indexing_samples_equals_list_indexing(X, key):
    expected = [ROWS[i] for i in np.arange(4)[key]]
    assert rows_of(X[key]) == expected
    assert rows_of(X[key, ...]) == expected


def test_indexing_one_sample_gives_its_steps(X):
    np.testing.assert_array_equal(X[0], [5, 6, 7])
    np.testing.assert_array_equal(X[-1], [9, 10])
    with pytest.raises(IndexError, match="out of bounds for 4"):
        X[4]


def test_indexing_steps_raises_and_names_the_way(X):
    with pytest.raises(IndexError, match=r"np\.asarray"):
        X[0, 1]


@pytest.mark.parametrize("padding", ["pre", "post"])
@pytest.mark.parametrize("n_steps", [None, 5, 2])
def test_array_equals_padding_by_loop(padding, n_steps):
    X = Sequences.from_lists(ROWS, n_steps=n_steps, padding=padding)
    width = n_steps or 3
    expected = np.zeros((4, width), int)
    for i, row in enumerate(ROWS):
        kept = row[-width:]
        if kept:
            where = slice(0, len(kept)) if padding == "post" else slice(width - len(kept), None)
            expected[i, where] = kept
    np.testing.assert_array_equal(np.asarray(X), expected)
    assert X.shape == expected.shape


def test_from_padded_drops_zeros_wherever_they_stand():
    X = Sequences.from_padded([[0, 0, 5], [6, 0, 7], [0, 0, 0]])
    assert rows_of(X) == [[5], [6, 7], []]


def test_from_array_two_and_three_dimensions_give_features():
    assert Sequences.from_array(np.ones((3, 4))).shape == (3, 4, 1)
    X = Sequences.from_array(np.arange(24).reshape(2, 3, 4))
    assert X.shape == (2, 3, 4)
    np.testing.assert_array_equal(np.asarray(X), np.arange(24).reshape(2, 3, 4))


def test_unseen_tokens_show_as_unknown_and_keep_their_code():
    vocabulary = Vocabulary(["a"])
    X = Sequences(np.array([4, 5, 6]), [0, 3], vocabulary=vocabulary, unseen_tokens=["x", "y"])
    assert rows_of(X) == [[4, 1, 1]]
    np.testing.assert_array_equal(X.codes, [4, 5, 6])
    np.testing.assert_array_equal(np.asarray(X), [[4, 1, 1]])


def test_values_cannot_be_changed(X):
    with pytest.raises(ValueError, match="read-only"):
        X.values[0] = 1


def test_pickle_round_trip_keeps_everything():
    X = Sequences.from_lists(ROWS, vocabulary=Vocabulary("abcdefgh"), n_steps=4, padding="post")
    again = pickle.loads(pickle.dumps(X))
    assert again == X
    assert (again.n_steps, again.padding, again.vocabulary) == (4, "post", X.vocabulary)


def test_split_and_shuffle_keep_rows_whole():
    X = Sequences.from_lists([[i] * (i % 5) for i in range(40)])
    train, test = train_test_split(X, test_size=0.25, random_state=0)
    assert isinstance(train, Sequences)
    assert len(train) + len(test) == 40
    assert all(len(set(row)) <= 1 for row in rows_of(shuffle(X, random_state=0)))


@pytest.mark.parametrize(
    ("values", "offsets", "message"),
    [
        (np.zeros((2, 2, 2)), [0, 2], "values must have shape"),
        (np.zeros(2, int), [0, 2, 1], "must not decrease"),
        (np.zeros(2, int), [0, 1], r"from 0 to len\(values\) = 2"),
    ],
)
def test_constructor_wrong_parts_raise(values, offsets, message):
    with pytest.raises(ValueError, match=message):
        Sequences(values, offsets)


def test_constructor_unknown_padding_raises():
    with pytest.raises(ValueError, match="'pre' or 'post', got 'left'"):
        Sequences.from_lists(ROWS, padding="left")


def test_from_lists_different_features_raise():
    with pytest.raises(ValueError, match="same number of features"):
        Sequences.from_lists([np.ones((2, 3)), np.ones((2, 4))])
