"""Checks of what makes sequences special: padding, neighbours, lengths, ids, numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.pipeline import make_pipeline

from ..inputs.sequence_like import as_sequences
from ..preprocessing import Tokenizer
from ._data import CheckData, documents_data
from ._helpers import (
    ensure,
    ensure_same,
    expected_error,
    fit,
    fitted,
    output_rows,
    outputs,
    prepared,
)


def padded_both_ways(X: Any, extra: int = 3) -> dict[str, np.ndarray]:
    """Return ids as arrays with ``extra`` zeros, or more, on the left and on the right."""
    sequences = as_sequences(X)
    n_steps = int(sequences.lengths.max()) + extra
    sides = {"left": "pre", "right": "post"}
    return {
        name: np.asarray(sequences.replace(n_steps=n_steps, padding=side))
        for name, side in sides.items()
    }


# ----------------------------------------------------------------------------- ids
def check_padding_is_invisible_in_predict(estimator: Any, data: CheckData) -> None:
    """Zeros on either side of ids do not change their outputs."""
    model = fitted(estimator, data)
    expected = outputs(model, data.X)
    for side, X in padded_both_ways(data.X).items():
        ensure_same(outputs(model, X), expected, f"Zeros on the {side} matter", atol=1e-5)


def check_padding_is_invisible_in_fit(estimator: Any, data: CheckData) -> None:
    """Training on padded ids gives the model that training on lists gives."""
    expected = outputs(fitted(estimator, data), data.X)
    for side, X in padded_both_ways(data.X).items():
        model = fitted(estimator, CheckData(X, data.y))
        message = f"Zeros on the {side} change the fit"
        ensure_same(outputs(model, data.X), expected, message, atol=1e-5)


def check_unseen_tokens_are_scored(estimator: Any, data: CheckData) -> None:
    """Behind a Tokenizer, documents of unseen words, or of none, get finite outputs."""
    documents = documents_data()
    model = fit(make_pipeline(Tokenizer(), prepared(estimator)), documents)
    _ensure_finite(outputs(model, ["an opera", "a good opera", "", documents.X[0]]), 4)


def check_wrong_ids_raise(estimator: Any, data: CheckData) -> None:
    """Negative ids, and ids larger than any seen in fit, raise an error that names them."""
    with expected_error(ValueError, "-7", "A negative id in fit"):
        fit(prepared(estimator), CheckData([[4, -7], *data.X[1:]], data.y))
    model = fitted(estimator, data)
    for wrong in (-7, 10_000):
        with expected_error(ValueError, str(wrong), f"The id {wrong} in predict"):
            outputs(model, [[4, wrong], [5]])


def check_text_names_tokenizer(estimator: Any, data: CheckData) -> None:
    """Text instead of ids raises an error that names the Tokenizer."""
    documents = documents_data()
    tokens = [text.split() for text in documents.X]
    for name, X in {"texts": documents.X, "lists of tokens": tokens}.items():
        with expected_error(ValueError, "Tokenizer", f"fit with {name}"):
            fit(prepared(estimator), CheckData(X, documents.y))
    model = fitted(estimator, data)
    with expected_error(ValueError, "Tokenizer", "predict with texts"):
        outputs(model, documents.X)


# ------------------------------------------------------------------ ids and features
def check_neighbours_do_not_matter(estimator: Any, data: CheckData) -> None:
    """A sequence has the same output alone, beside others and beside a much longer one."""
    model = fitted(estimator, data)
    expected = output_rows(outputs(model, data.X))
    long = np.concatenate([np.asarray(sequence) for sequence in data.X])
    for i in (0, 1, len(data) - 1):
        beside = output_rows(outputs(model, [data.X[i], long]))[:1]
        alone = outputs(model, [data.X[i]])
        ensure_same(beside, expected[i : i + 1], "A longer neighbour matters", atol=1e-5)
        ensure_same(alone, expected[i : i + 1], "Being alone matters", atol=1e-5)


def check_short_sequences_are_scored(estimator: Any, data: CheckData) -> None:
    """Sequences of one step or none can be trained on and get finite outputs."""
    first = np.asarray(data.X[0])
    short = [first[:1], first[:0], first]
    model = fitted(estimator, CheckData([*short, *data.X[3:]], data.y))
    expected = output_rows(outputs(model, short))
    _ensure_finite(expected, 3)
    ensure_same(outputs(model, short[1:2]), expected[1:2], "An empty sequence alone", atol=1e-5)


def _ensure_finite(output: Any, n_samples: int) -> None:
    rows = output_rows(output)
    ensure(len(rows) == n_samples, f"{n_samples} samples give {len(rows)} outputs.")
    for i, row in enumerate(rows):
        ensure(row.dtype.kind != "f" or np.isfinite(row).all(), f"Output {i} is not finite.")


# ------------------------------------------------------------------------- features
def check_not_finite_features_raise(estimator: Any, data: CheckData) -> None:
    """NaN and infinity raise an error that says so, in fit and in predict."""
    model = fitted(estimator, data)
    for value, pattern in ((np.nan, "NaN"), (np.inf, "inf"), (-np.inf, "inf")):
        broken = np.zeros((3, data.X[0].shape[1]))
        broken[1, 0] = value
        X = [*data.X[:-1], broken]
        with expected_error(ValueError, pattern, f"{value} in fit"):
            fit(prepared(estimator), CheckData(X, data.y))
        with expected_error(ValueError, pattern, f"{value} in predict"):
            outputs(model, X)


def check_other_number_of_features_raises(estimator: Any, data: CheckData) -> None:
    """Steps with more features than in fit raise an error that says how many were expected."""
    model = fitted(estimator, data)
    n_features = data.X[0].shape[1]
    with expected_error(ValueError, str(n_features), "Another number of features"):
        outputs(model, [np.zeros((3, n_features + 1)), np.zeros((2, n_features + 1))])


def check_equal_lengths_are_an_array(estimator: Any, data: CheckData) -> None:
    """Sequences of equal length give the same as (n_samples, n_steps, n_features) numbers."""
    X = np.stack([sequence[:2] for sequence in data.X])
    model = fitted(estimator, CheckData(list(X), data.y))
    same = fitted(estimator, CheckData(X, data.y))
    ensure_same(outputs(same, X), outputs(model, list(X)), "A 3-D array gives other outputs")
