"""Lists of rows of different lengths, as NumPy and scikit-learn take them."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.model_selection import cross_val_predict

from skseq.batches.ragged_list import RaggedList

EQUAL = RaggedList([["a", "b"], ["c", "d"]])
UNEQUAL = RaggedList([["a"], [], ["b", "c"]])


def test_equal_rows_are_a_table_and_others_objects():
    assert np.asarray(EQUAL).tolist() == [["a", "b"], ["c", "d"]]
    assert np.asarray(UNEQUAL).shape == (3,) and np.asarray(UNEQUAL)[2] == ["b", "c"]
    with pytest.raises(ValueError, match="always makes a new array"):
        np.asarray(EQUAL, copy=False)


@pytest.mark.parametrize(
    ("parts", "shape"),
    [
        ((EQUAL, EQUAL), (4, 2)),
        ((EQUAL, UNEQUAL), (5,)),
        ((UNEQUAL, EQUAL), (5,)),
        ((EQUAL,), (2, 2)),
    ],
)
def test_joined_they_are_what_all_rows_together_are(parts, shape):
    joined = np.concatenate(list(parts))
    assert joined.shape == shape
    assert list(map(list, joined)) == [row for part in parts for row in part]


def test_other_functions_see_a_list():
    assert np.shape(EQUAL) == (2, 2) and np.ndim(UNEQUAL) == 1
    assert np.concatenate([EQUAL, EQUAL], axis=1).shape == (2, 4)
    assert np.unique(EQUAL).tolist() == ["a", "b", "c", "d"]
    np.testing.assert_array_equal(EQUAL, [["a", "b"], ["c", "d"]])


class Echo(BaseEstimator):
    def fit(self, X, y):
        return self

    def predict(self, X):
        return RaggedList(X)


def test_folds_are_joined_whatever_their_lengths():
    X = [[1, 2], [3, 4], [5], [6, 7, 8]]
    found = cross_val_predict(Echo(), X, [0, 1, 0, 1], cv=[([2, 3], [0, 1]), ([0, 1], [2, 3])])
    assert found.tolist() == X
