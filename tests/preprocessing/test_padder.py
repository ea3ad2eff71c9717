"""``Padder``: cutting and the padded width."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline

from skseq import Padder, Sequences, Tokenizer


def pad_one_by_one(rows, maxlen, padding, truncating):
    """Pad with a loop over samples, the definition that everything is compared with."""
    out = np.zeros((len(rows), maxlen, *np.shape(rows[0])[1:]), np.asarray(rows[0]).dtype)
    for i, row in enumerate(rows):
        if not len(row):
            continue
        row = row[-maxlen:] if truncating == "pre" else row[:maxlen]
        if padding == "pre":
            out[i, maxlen - len(row) :] = row
        else:
            out[i, : len(row)] = row
    return out


@pytest.mark.parametrize("padding", ["pre", "post"])
@pytest.mark.parametrize("truncating", ["pre", "post"])
@pytest.mark.parametrize("maxlen", [1, 4, 30])
@pytest.mark.parametrize("n_features", [None, 3])
def test_padder_equals_padding_one_by_one(padding, truncating, maxlen, n_features):
    rng = np.random.default_rng(maxlen)
    lengths = [5, 0, 4, 9, 1]
    if n_features is None:
        rows = [rng.integers(1, 50, length).astype(np.int32) for length in lengths]
    else:
        rows = [rng.normal(size=(length, n_features)).astype(np.float32) for length in lengths]
    padder = Padder(maxlen, padding=padding, truncating=truncating)
    X = padder.fit_transform(rows)
    np.testing.assert_array_equal(np.asarray(X), pad_one_by_one(rows, maxlen, padding, truncating))
    assert X.lengths.tolist() == [min(length, maxlen) for length in lengths]
    assert (X.n_steps, X.padding) == (maxlen, padding)


def test_padder_without_maxlen_takes_the_longest_training_sequence():
    padder = Padder().fit([[4, 5, 6], [7]])
    assert padder.maxlen_ == 3
    X = padder.transform([[4, 5, 6, 7, 8], [9]])
    assert np.asarray(X).tolist() == [[6, 7, 8], [0, 0, 9]]


def test_padder_padded_arrays_in_and_out():
    padded = np.array([[0, 0, 4, 5], [6, 7, 8, 9]])
    out = np.asarray(Padder(3, padding="post").fit_transform(padded))
    assert out.tolist() == [[4, 5, 0], [7, 8, 9]]


def test_padder_keeps_what_sequences_carry():
    X = Tokenizer().fit(["a b c d"]).transform(["a new day b", "c"])
    padded = Padder(2, truncating="post").fit(X).transform(X)
    assert padded.vocabulary is X.vocabulary
    assert padded.unseen_tokens == X.unseen_tokens
    assert padded.codes.tolist() == [*X.codes[:2].tolist(), X.codes[4]]
    marked = X.replace(embedding=type("E", (), {"n_features": 1})())
    assert Padder(2).fit_transform(marked).embedding is marked.embedding


def test_padder_only_empty_sequences_have_one_column():
    assert np.asarray(Padder().fit_transform([[], []])).shape == (2, 1)


def test_padder_text_points_to_the_tokenizer():
    with pytest.raises(ValueError, match="put a Tokenizer before it"):
        Padder().fit(["some text", "more"])


@pytest.mark.parametrize("parameters", [{"maxlen": 0}, {"maxlen": 2.5}, {"padding": "left"}])
def test_padder_wrong_parameters_are_rejected(parameters):
    with pytest.raises(ValueError, match="parameter of Padder must be"):
        Padder(**parameters).fit([[4]])


def test_padder_unfitted_raises():
    with pytest.raises(NotFittedError):
        Padder(3).transform([[4]])


def test_padder_clone_pickle_and_output_setting():
    padder = Padder(2, padding="post").fit([[4, 5, 6]])
    assert clone(padder).get_params() == padder.get_params()
    again = pickle.loads(pickle.dumps(padder))
    assert again.transform([[7]]) == padder.transform([[7]])
    pipeline = make_pipeline(Tokenizer(), Padder(2)).set_output(transform="pandas")
    assert isinstance(pipeline.fit_transform(["a b c"]), Sequences)


def test_padder_parameters_changed_after_fit_wait_for_the_next_fit():
    padder = Padder(2, padding="pre").fit([[4, 5, 6]])
    padder.set_params(maxlen=3, padding="post", truncating="post")
    assert np.asarray(padder.transform([[4, 5, 6], [7]])).tolist() == [[5, 6], [0, 7]]


def test_padder_input_is_unmodified():
    X = np.array([[4, 5, 6], [7, 0, 0]])
    Padder(2).fit_transform(X)
    assert X.tolist() == [[4, 5, 6], [7, 0, 0]]
    assert X.flags.writeable
