"""``StratifiedSequenceKFold``: even folds, determinism, and that scikit-learn takes it."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score

from skseq import Sequences
from skseq.datasets import make_gene_sequences, make_tagged_sentences
from skseq.model_selection import StratifiedSequenceKFold


@pytest.fixture
def tagged():
    """Sixty-three sequences of 0 to 9 steps; b is rare, c is in two sequences only."""
    rng = np.random.RandomState(0)
    y = [rng.choice(["a", "b"], p=[0.9, 0.1], size=n).tolist() for n in rng.randint(0, 10, 63)]
    y[5], y[40] = ["c", "a"], ["c", "c"]
    return [["w"] * len(labels) for labels in y], y


def unevenness(cv, X, y):
    """Return, for each label, how far the worst fold is from its equal share of steps."""
    total = Counter(label for labels in y for label in labels)
    worst = dict.fromkeys(total, 0.0)
    for _, test in cv.split(X, y):
        counts = Counter(label for i in test for label in y[i])
        for label in total:
            share = counts[label] / (total[label] / cv.get_n_splits())
            worst[label] = max(worst[label], abs(share - 1))
    return worst


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("n_splits", [2, 3, 5, 63])
def test_split_parts_the_sequences_into_folds_of_equal_size(tagged, n_splits, shuffle):
    X, y = tagged
    cv = StratifiedSequenceKFold(n_splits, shuffle=shuffle, random_state=0 if shuffle else None)
    folds = list(cv.split(X, y))
    assert len(folds) == cv.get_n_splits() == cv.get_n_splits(X, y) == n_splits
    assert np.array_equal(np.sort(np.concatenate([test for _, test in folds])), np.arange(63))
    sizes = [len(test) for _, test in folds]
    assert max(sizes) - min(sizes) <= 1
    for train, test in folds:
        assert train.dtype.kind == test.dtype.kind == "i"
        assert np.array_equal(np.sort(np.concatenate([train, test])), np.arange(63))
        assert np.all(np.diff(train) > 0) and np.all(np.diff(test) > 0)


@pytest.mark.parametrize("shuffle", [False, True])
def test_split_spreads_labels_more_evenly_than_kfold(shuffle):
    X, y = make_tagged_sentences(400, random_state=0)
    cv = StratifiedSequenceKFold(5, shuffle=shuffle, random_state=0 if shuffle else None)
    ours, plain = unevenness(cv, X, y), unevenness(KFold(5), X, y)
    assert max(ours.values()) < 0.1
    assert np.mean(list(ours.values())) < np.mean(list(plain.values())) / 3


def test_split_of_sorted_data_gives_each_fold_its_share():
    y = [["rare"] + ["O"] * 3] * 10 + [["O"] * 4] * 90
    assert max(unevenness(StratifiedSequenceKFold(5), y, y).values()) == 0


def test_split_gives_each_fold_one_of_a_label_with_as_many_sequences(tagged):
    X, y = tagged
    folds = [
        {label for i in test for label in y[i]}
        for _, test in StratifiedSequenceKFold(2).split(X, y)
    ]
    assert all("c" in labels for labels in folds)


def test_split_without_shuffle_is_always_the_same(tagged):
    random.seed(1)
    np.random.seed(1)
    before = random.getstate(), np.random.get_state()[1].tolist()

    def tests(**arguments):
        return [test.tolist() for _, test in StratifiedSequenceKFold(4, **arguments).split(*tagged)]

    assert tests() == tests()
    assert tests(shuffle=True, random_state=3) == tests(shuffle=True, random_state=3)
    assert tests(shuffle=True, random_state=3) != tests(shuffle=True, random_state=4) != tests()
    rng = np.random.RandomState(0)
    assert tests(shuffle=True, random_state=rng) != tests(shuffle=True, random_state=rng)
    assert tests(shuffle=True) != tests(shuffle=True)
    assert before == (random.getstate(), np.random.get_state()[1].tolist())


def test_split_takes_every_form_of_y(tagged):
    X, y = tagged
    numbers = [[ord(label) for label in labels] for labels in y]
    arrays = np.empty(len(y), dtype=object)
    arrays[:] = [np.array(labels) for labels in y]
    expected = [test.tolist() for _, test in StratifiedSequenceKFold(4).split(X, y)]
    forms = [tuple(y), list(map(tuple, y)), ["".join(labels) for labels in y], arrays, numbers]
    forms += [list(map(np.array, numbers)), pd.Series(y), Sequences.from_lists(numbers)]
    for form in forms:
        got = [test.tolist() for _, test in StratifiedSequenceKFold(4).split(X, form)]
        assert got == expected, type(form)


def test_split_takes_a_table_of_labels_by_its_rows():
    y = np.array([[1, 0, 0], [0, 0, 0]] * 10)
    for table in (y, pd.DataFrame(y)):
        assert len(list(StratifiedSequenceKFold(2).split(np.zeros(20), table))) == 2
        assert unevenness(StratifiedSequenceKFold(2), np.zeros(20), y)[1] == 0


def test_split_of_wrong_data_says_what_is_expected(tagged):
    X, y = tagged
    cv = StratifiedSequenceKFold(3)
    with pytest.raises(ValueError, match=r"y is None; expected the labels of the steps"):
        cv.split(X)
    with pytest.raises(ValueError, match=r"y\[0\] is 0 of type int.*use .*StratifiedKFold"):
        cv.split(X, np.zeros(len(X), int))
    with pytest.raises(
        ValueError, match=r"y\[0\] is the string 'PER' of 3 labels.*StratifiedKFold"
    ):
        cv.split([["a"]] * 6, ["PER", "LOC"] * 3)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        cv.split(X, y[:-1])
    with pytest.raises(ValueError, match=r"n_splits is 3 and there are 2 sequences.*Lower"):
        cv.split(X[:2], y[:2])
    with pytest.raises(
        ValueError, match=r"y\[0\] holds \['a', 'b'\]; expected one label for each step"
    ):
        cv.split([["w"]] * 3, [[["a", "b"]]] * 3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_splits": 1}, "n_splits is 1; expected"),
        ({"n_splits": 2.0}, "n_splits is 2.0; expected"),
        ({"n_splits": True}, "n_splits is True; expected"),
        ({"shuffle": "yes"}, "shuffle is 'yes'; expected True or False"),
        ({"random_state": 0}, "random_state is 0 but shuffle is False"),
    ],
)
def test_wrong_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        StratifiedSequenceKFold(**arguments)


def test_repr_is_that_of_a_splitter():
    shown = repr(StratifiedSequenceKFold(3, shuffle=True, random_state=1))
    assert shown == "StratifiedSequenceKFold(n_splits=3, random_state=1, shuffle=True)"


class ConstantTagger(ClassifierMixin, BaseEstimator):
    """Gives every step the same label."""

    def __init__(self, label="N"):
        self.label = label

    def fit(self, X, y):
        self.classes_ = sorted({label for labels in y for label in labels})
        return self

    def predict(self, X):
        return [self.label * len(sequence) for sequence in X]

    def score(self, X, y):
        return np.mean([p == t for p, t in zip("".join(self.predict(X)), "".join(y), strict=True)])


def test_scikit_learn_takes_it_as_cv():
    X, y = make_gene_sequences(40, random_state=0)
    cv = StratifiedSequenceKFold(4)
    scores = cross_val_score(ConstantTagger(), X, y, cv=cv)
    assert len(scores) == 4 and np.ptp(scores) < 0.1
    ids = Sequences.from_lists([["ACGT".index(base) + 4 for base in bases] for bases in X])
    assert np.array_equal(cross_val_score(ConstantTagger(), ids, y, cv=cv), scores)
    with sklearn.config_context(enable_metadata_routing=True):
        search = GridSearchCV(ConstantTagger(), {"label": ["N", "C"]}, cv=cv).fit(X, y)
    assert search.best_params_ in ({"label": "N"}, {"label": "C"})
    assert not hasattr(cv, "set_split_request")


def test_split_of_many_labels_is_fast_enough():
    rng = np.random.RandomState(0)
    y = [rng.zipf(1.5, size=8) % 5000 for _ in range(3000)]
    folds = [len(test) for _, test in StratifiedSequenceKFold(10).split(y, y)]
    assert folds == [300] * 10
