"""``as_sequences``: everything that may be handed in as X, and every error."""

from __future__ import annotations

import copy
import re

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from skseq import Sequences
from skseq.inputs.sequence_like import as_sequences

IDS = [[4, 5, 6], [], [7]]


def id_forms():
    objects = np.empty(3, dtype=object)
    objects[:] = IDS
    forms = {
        "list": IDS,
        "tuple": tuple(map(tuple, IDS)),
        "arrays": [np.array(row, dtype=np.int64) for row in IDS],
        "object array": objects,
        "object column": objects.reshape(-1, 1),
        "series": pd.Series(IDS),
        "frame": pd.DataFrame({"ids": IDS}),
        "generator": (row for row in IDS),
        "post-padded": np.array([[4, 5, 6], [0, 0, 0], [7, 0, 0]]),
        "pre-padded": np.array([[4, 5, 6], [0, 0, 0], [0, 0, 7]], dtype=np.uint8),
        "object padded": np.array([[4, 5, 6], [0, 0, 0], [0, 0, 7]], dtype=object),
        "padded frame": pd.DataFrame([[4, 5, 6], [0, 0, 0], [0, 0, 7]]),
        "sequences": Sequences.from_lists(IDS),
    }
    return forms


@pytest.mark.parametrize("form", id_forms())
def test_as_sequences_any_form_of_ids_gives_the_same(form):
    X = as_sequences(id_forms()[form])
    assert Sequences.from_lists(IDS) == X
    assert X.is_ids


def test_as_sequences_pyarrow_column_of_lists():
    pyarrow = pytest.importorskip("pyarrow")
    assert as_sequences(pyarrow.array(IDS)) == Sequences.from_lists(IDS)
    assert as_sequences(pyarrow.chunked_array([IDS])) == Sequences.from_lists(IDS)


def test_as_sequences_sequences_are_returned_as_they_are():
    X = Sequences.from_lists(IDS, n_steps=9)
    assert as_sequences(X) is X


def test_as_sequences_zeros_in_lists_are_kept_and_in_padded_arrays_dropped():
    assert as_sequences([[0, 4], [5]]).lengths.tolist() == [2, 1]
    assert as_sequences(np.array([[0, 4], [5, 0]])).lengths.tolist() == [1, 1]


@pytest.mark.parametrize("make", [list, np.array], ids=["list", "array"])
def test_as_sequences_floats_are_one_feature_per_step(make):
    X = as_sequences(make([[0.5, 0.0], [1.5, 2.5]]))
    assert not X.is_ids
    np.testing.assert_array_equal(X.values, np.float32([[0.5], [0.0], [1.5], [2.5]]))
    assert X.lengths.tolist() == [2, 2]


def test_as_sequences_ragged_features_keep_their_steps():
    rows = [np.ones((2, 3)), np.zeros((0, 3)), [[1, 2, 3]]]
    X = as_sequences(rows)
    assert X.lengths.tolist() == [2, 0, 1]
    assert X.values.dtype == np.float32
    np.testing.assert_array_equal(X[2], [[1, 2, 3]])


def test_as_sequences_object_row_of_vectors():
    row = np.empty(2, dtype=object)
    row[:] = [np.ones(3), np.zeros(3)]
    np.testing.assert_array_equal(as_sequences([row])[0], [[1, 1, 1], [0, 0, 0]])


@pytest.mark.parametrize("dtype", [np.int64, np.float64, bool])
def test_as_sequences_three_dimensions_are_features(dtype):
    X = np.arange(24).reshape(2, 3, 4).astype(dtype)
    sequences = as_sequences(X)
    assert sequences.n_steps == 3
    np.testing.assert_array_equal(np.asarray(sequences), X.astype(np.float32))


def test_as_sequences_only_empty_sequences_are_ids():
    X = as_sequences([[], []])
    assert X.is_ids
    assert X.lengths.tolist() == [0, 0]


def test_as_sequences_input_is_unmodified():
    rows = [[4, 5], [6]]
    before = copy.deepcopy(rows)
    as_sequences(rows)
    assert rows == before
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    as_sequences(array)
    assert array.flags.writeable
    ids = np.array([4, 5, 6], dtype=np.int32)
    as_sequences([ids])
    assert ids.flags.writeable


TEXT = "put a Tokenizer before it: make_pipeline(Tokenizer(), …)"
ERRORS = {
    "bare string": ("good", ValueError, TEXT),
    "documents": (["good", "bad"], ValueError, TEXT),
    "document array": (np.array(["good", "bad"]), ValueError, TEXT),
    "document series": (pd.Series(["good", "bad"]), ValueError, TEXT),
    "document frame": (pd.DataFrame({"text": ["good", "bad"]}), ValueError, TEXT),
    "token lists": ([["good"], ["bad", "day"]], ValueError, TEXT),
    "mixed tokens": ([[4], ["bad"]], ValueError, TEXT),
    "object tokens": ([np.array(["a", 1], dtype=object)], ValueError, TEXT),
    "empty list": ([], ValueError, "0 sample(s)"),
    "empty array": (np.zeros((0, 3)), ValueError, "a minimum of 1 is required"),
    "empty sequences": (Sequences.from_lists([]), ValueError, "0 sample(s)"),
    "no features": (np.zeros((2, 0)), ValueError, "0 feature(s) (shape=(2, 0))"),
    "negative": ([[4], [5, -2]], ValueError, "X[1] holds the id -2, which is negative"),
    "negative padded": (np.array([[4, 5], [-1, 3]]), ValueError, "X[1] holds the id -1"),
    "too large": ([[4], [], [2**31]], ValueError, "X[2] holds the id 2147483648, which is larger"),
    "beyond int64": ([[4], [2**70]], ValueError, f"X[1] holds the id {2**70}, which is larger"),
    "unsigned": (
        np.array([[2**63]], np.uint64),
        ValueError,
        "X[0] holds the id 9223372036854775808",
    ),
    "NaN": ([[0.5], [0.5, np.nan]], ValueError, "X[1] contains NaN"),
    "NaN array": (np.array([[1.0, 2.0], [np.nan, 0.0]]), ValueError, "X[1] contains NaN"),
    "infinity": (np.array([[np.inf, 2.0]]), ValueError, "X[0] contains infinity"),
    "opposite infinities": ([[np.inf, -np.inf]], ValueError, "X[0] contains infinity"),
    "float64 beyond float32": (np.array([[1e300]]), ValueError, "too large for float32"),
    "None inside": ([[4, None]], ValueError, "X[0] contains NaN or None"),
    "mixed kinds": ([[4, 5], [0.5]], ValueError, "X mixes ids and floats: X[0] holds int64, X[1]"),
    "widths": ([np.ones((2, 3)), np.ones((1, 2))], ValueError, "X[0] has 3, X[1] has 2"),
    "widths inside": ([[[1.0], [1.0, 2.0]]], ValueError, "X[0] has steps of different sizes"),
    "ids and features": ([[4], [[1.0, 2.0]]], ValueError, "X[0] has one number per step, X[1]"),
    "1-D": (np.arange(3.0), ValueError, "Expected 2D array, got 1D array instead"),
    "1-D list": ([4, 5], ValueError, "Reshape your data"),
    "1-D series": (pd.Series([4, 5]), ValueError, "Reshape your data"),
    "4-D": (np.ones((1, 1, 1, 1)), ValueError, "at most 3"),
    "4-D list": ([np.ones((1, 1, 1))], ValueError, "X[0] has shape (1, 1, 1)"),
    "complex": (np.ones((2, 2), complex), ValueError, "Complex data not supported"),
    "complex list": ([[1j]], ValueError, "Complex data not supported"),
    "dates": (np.zeros((2, 2), "datetime64[s]"), TypeError, "expected integer ids or float"),
    "sparse": (sparse.csr_matrix(np.eye(2)), TypeError, "Sparse data"),
    "dict": ({"a": [1]}, TypeError, "expected Sequences, a list of sequences or an array"),
    "None": (None, TypeError, "X is NoneType"),
    "number": (3, TypeError, "X is int"),
    "objects": ([[object()]], TypeError, "neither ids nor features"),
    "object cells": (np.array([[1.0, {"a": 1}]], dtype=object), TypeError, "must be a string or"),
}


@pytest.mark.parametrize("case", ERRORS)
def test_as_sequences_wrong_input_says_what_to_do(case):
    X, error, message = ERRORS[case]
    with pytest.raises(error, match=re.escape(message)):
        as_sequences(X)


def test_as_sequences_name_appears_in_errors():
    with pytest.raises(ValueError, match=r"X_val\[0\] contains NaN"):
        as_sequences([[np.nan]], name="X_val")
