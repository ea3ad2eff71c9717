"""``cell="peephole_lstm"``, ``cell="time_lstm"`` and ``time_feature`` of estimators."""

from __future__ import annotations

import numpy as np
import pytest

from skseq import RNNClassifier, RNNRegressor, RNNTagger
from skseq.datasets import make_irregular_series

# Many networks: run by `make test-slow`.
pytestmark = pytest.mark.slow

SMALL = {"units": 4, "epochs": 2, "learning_rate": 0.02, "random_state": 0}


@pytest.fixture(scope="module")
def series():
    return make_irregular_series(40, n_steps=6, random_state=0)


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("layers", [1, 2])
def test_time_matters_to_the_cell_only(series, bidirectional, layers):
    X, y = series
    model = RNNClassifier(
        "time_lstm", time_feature=1, bidirectional=bidirectional, layers=layers, **SMALL
    ).fit(X, y)
    later = X.copy()
    later[:, 1:, 1] *= 100.0
    assert np.abs(model.predict_proba(later) - model.predict_proba(X)).max() > 1e-4


def test_column_may_be_counted_from_the_end(series):
    X, y = series
    by_place = RNNClassifier("time_lstm", time_feature=1, **SMALL).fit(X, y)
    from_end = RNNClassifier("time_lstm", time_feature=-1, **SMALL).fit(X, y)
    np.testing.assert_array_equal(by_place.predict_proba(X), from_end.predict_proba(X))


def test_ragged_rows_score_the_same_alone(series):
    X, y = series
    rows = [x[: 2 + i % 5] for i, x in enumerate(X)]
    model = RNNClassifier("time_lstm", time_feature=1, bidirectional=True, **SMALL).fit(rows, y)
    together = model.predict_proba(rows[:6])
    alone = np.concatenate([model.predict_proba([row]) for row in rows[:6]])
    np.testing.assert_allclose(together, alone, atol=1e-6)


@pytest.mark.parametrize("cell, time_feature", [("peephole_lstm", None), ("time_lstm", 1)])
def test_taggers_and_regressors_have_the_cells(series, cell, time_feature):
    X, y = series
    settings = {"cell": cell, "time_feature": time_feature, **SMALL}
    tags = [["late" if gap > 30 else "soon" for gap in x[:, 1]] for x in X]
    tagger = RNNTagger(**{**settings, "word_dropout": 0.0}).fit(X, tags)
    assert [len(row) for row in tagger.predict(X)] == [6] * len(X)
    regressor = RNNRegressor(**settings).fit(X, y.astype(float))
    assert regressor.predict(X).shape == (40,)
    steps = RNNRegressor(**settings, return_sequences=True).fit(X, X[:, :, 0])
    assert steps.predict(X).shape == (40, 6)


@pytest.mark.parametrize(
    "settings, change, words",
    [
        ({"time_feature": 1}, lambda X: -X, r"X\[\d+\] has the time -.*np\.diff"),
        ({"time_feature": 5}, lambda X: X, r"time_feature=5 is not there: X has 2 feature"),
        ({"time_feature": 0}, lambda X: X[:, :, 1:], "at least one more"),
        ({"time_feature": None}, lambda X: X, "needs steps of numbers, and time_feature"),
        ({"time_feature": 1, "cell": "lstm"}, lambda X: X, "is for cell='time_lstm' only"),
        ({"time_feature": 0}, lambda X: [[4, 5]] * len(X), "token ids"),
    ],
)
def test_wrong_times_are_explained(series, settings, change, words):
    X, y = series
    model = RNNClassifier(**{"cell": "time_lstm", **SMALL, **settings})
    with pytest.raises(ValueError, match=words):
        model.fit(change(X), y)


def test_wrong_times_are_explained_after_fit(series):
    X, y = series
    model = RNNClassifier("time_lstm", time_feature=1, **SMALL).fit(X, y)
    with pytest.raises(ValueError, match="has the time"):
        model.predict(-X)
