"""What regressors say of wrong input: what was got, what was expected and what to do."""

from __future__ import annotations

import copy

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from sklearn.exceptions import NotFittedError

from skseq import RNNRegressor

X = np.random.default_rng(0).normal(size=(12, 4))
Y = X.mean(axis=1)


def quick(**changes):
    options = {"units": 4, "epochs": 1, "random_state": 0}
    return RNNRegressor("simple", **{**options, **changes})


@pytest.fixture(scope="module")
def plain():
    return quick().fit(X, Y)


@pytest.fixture(scope="module")
def with_quantiles():
    return quick(quantiles=(0.1, 0.9)).fit(X, Y)


def with_value(value):
    y = Y.tolist()
    y[3] = value
    return y


RAGGED = [list(range(n + 1)) for n in range(12)]


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (None, "y is None; pass a number for each sequence"),
        (["a", "b"] * 6, "y needs one number, .* for each sequence.*"),
        (np.array(["a", "b"] * 6, object), "y needs one number.*could not convert string"),
        (with_value(np.nan), r"y\[3\] contains NaN; expected finite numbers.*sample_weight of 0"),
        (with_value(None), r"y\[3\] contains NaN"),
        (with_value(-np.inf), r"y\[3\] contains infinity; expected finite numbers"),
        (np.stack([Y, with_value(np.nan)], axis=1), r"y\[3\] contains NaN"),
        (pd.Series(Y).astype("Float64").mask(np.arange(12) == 5), r"y\[5\] contains NaN"),
        (Y[:-1], r"inconsistent numbers of samples: \[12, 11\]"),
        (with_value(object()), "y needs one number.*not 'object'"),
        (csr_array(X), "y needs one number.*[Ss]parse"),
        ([], "y needs one number.*0 sample"),
        (np.zeros((12, 0)), "y needs one number.*0 feature"),
        (3.0, "y is a single float; expected one number.*put them into a list"),
        (np.array(3.0), "y is a single ndarray; expected one number"),
        ("three", "y is a single str; expected one number"),
        (Y + 1j, "y needs one number.*Complex data not supported"),
        (np.arange(12).astype("datetime64[D]"), "y holds datetime64.*convert it to float"),
        (X[:, :, None], "y holds a number for each step; set return_sequences=True"),
        (RAGGED, "y holds a number for each step; set return_sequences=True"),
        (pd.Series(RAGGED), "y holds a number for each step; set return_sequences=True"),
        (np.array(RAGGED, object), "y holds a number for each step; set return_sequences=True"),
        (with_value([1.0, 2.0]), "y holds a number for each step; set return_sequences=True"),
        ([[[1.0], [2.0, 3.0]]] * 12, "y holds a number for each step; set return_sequences=True"),
    ],
)
def test_wrong_numbers_of_sequences_are_explained(y, message):
    with pytest.raises(ValueError, match=message):
        quick(return_sequences=False).fit(X, y)


def with_value_in_x(value):
    wrong = X.copy()
    wrong[2, 1] = value
    return wrong


def step_values(change):
    rows = X.tolist()
    change(rows)
    return rows


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (None, "y is None; pass a number for each step"),
        (Y, r"y\[0\] is one number, but with return_sequences=True.*set return_sequences=False"),
        (3.0, "y is a single float; expected an array or list for each sequence"),
        (np.array(3.0), "y is a single ndarray; expected an array or list"),
        ("abc", "y is a single str; expected an array or list"),
        (["abcd"] * 12, r"y\[0\] does not hold numbers; expected an array or list"),
        ([["1", "2", "3", "4"]] * 12, r"y\[0\] does not hold numbers"),
        ([[1, 2, [3], 4]] * 12, r"y\[0\] does not hold numbers"),
        (step_values(lambda rows: rows[2].__setitem__(1, np.nan)), r"y\[2\]\[1\] contains NaN"),
        (step_values(lambda rows: rows[2].__setitem__(1, np.inf)), r"y\[2\]\[1\] contains inf"),
        (step_values(lambda rows: rows[4].pop()), r"X\[4\] has 4 steps, but y\[4\] has 3 numbers"),
        (step_values(lambda rows: rows[4].clear()), r"X\[4\] has 4 steps, but y\[4\] has 0"),
        (X[:-1], r"inconsistent numbers of samples: \[12, 11\]"),
        ([[]] * 12, "y holds no number at all; at least one sequence needs steps"),
        (np.zeros((12, 4, 0)), r"y\[0\] has the shape \(4, 0\); expected an array or list"),
        (np.zeros((12, 4, 1, 1)), r"y\[0\] has the shape \(4, 1, 1\); expected an array or list"),
        (
            [np.zeros((4, 2)), *np.zeros((11, 4, 3))],
            r"y\[1\] has the shape \(4, 3\), but .* 2 numbers a step; .* the shape \(n_steps, 2\)",
        ),
    ],
)
def test_wrong_numbers_of_steps_are_explained(y, message):
    with pytest.raises(ValueError, match=message):
        quick(return_sequences=True).fit(X, y)


@pytest.mark.parametrize("return_sequences", [False, True])
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (with_value_in_x(np.nan), "NaN"),
        (with_value_in_x(np.inf), "infinity"),
        ([[1.0, 2.0], [np.nan]], r"X\[1\] contains NaN.*fill or drop"),
        ([1.0, 2.0], "Reshape your data"),
        (["a text", "another"], "put a Tokenizer before it"),
        ([np.ones((2, 3)), np.ones((2, 4))], "same number of features"),
    ],
)
def test_wrong_sequences_are_explained(wrong, message, return_sequences):
    y = np.zeros((len(wrong), 4)) if return_sequences else np.zeros(len(wrong))
    with pytest.raises(ValueError, match=message):
        quick(return_sequences=return_sequences).fit(wrong, y)


@pytest.mark.parametrize("return_sequences", [False, True])
def test_flat_ids_are_explained(return_sequences):
    with pytest.raises(ValueError, match="Reshape your data"):
        quick(embedding_dim=3, return_sequences=return_sequences).fit([4, 5], [1.0, 2.0])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"loss": "mse"}, "The 'loss' parameter.*'squared_error'.*Got 'mse'"),
        ({"loss": "huber", "quantiles": (0.1,)}, "goes with loss='quantile'.*leave one of them"),
        ({"quantiles": (0.1, 1.5)}, r"\(0.1, 1.5\) must be numbers between 0 and 1"),
        ({"quantiles": "most"}, "'most' must be numbers between 0 and 1"),
        ({"return_sequences": "yes"}, "The 'return_sequences' parameter"),
        ({"pooling": "median"}, "The 'pooling' parameter"),
        ({"encoder_learning_rate": 0.1}, "without encoder"),
    ],
)
def test_wrong_parameters_are_explained(options, message):
    with pytest.raises(ValueError, match=message):
        quick(**options).fit(X, Y)


def test_quantiles_that_were_not_trained_are_explained(plain, with_quantiles):
    with pytest.raises(ValueError, match=r"0.99, but .* trained for 0.1 to 0.9; name it"):
        with_quantiles.predict(X, quantiles=[0.5, 0.99])
    with pytest.raises(ValueError, match="'high' must be numbers between 0 and 1"):
        with_quantiles.predict(X, quantiles="high")
    with pytest.raises(ValueError, match=r"needs an estimator .* loss='quantile'.* fit again"):
        plain.predict(X, quantiles=0.5)
    with pytest.raises(NotFittedError):
        quick().predict(X)
    with pytest.raises(NotFittedError):
        quick(return_sequences=True).score(X, X)


def test_validation_data_of_another_shape_is_explained():
    model = quick(early_stopping=True, return_sequences=False)
    with pytest.raises(ValueError, match="X_val was given without y_val; pass both"):
        model.fit(X, Y, X_val=X)
    with pytest.raises(ValueError, match="3 features"):
        model.fit(X, Y, X_val=X[:, :3], y_val=Y)
    with pytest.raises(ValueError, match="X_val has 2 features a step, but fit saw 1"):
        model.fit(X, Y, X_val=np.zeros((12, 4, 2)), y_val=Y)
    with pytest.raises(
        ValueError, match=r"shape \(12, 4\), but fit saw one number .* \(n_samples,\)"
    ):
        model.fit(X, Y, X_val=X, y_val=X)
    with pytest.raises(ValueError, match=r"shape \(12, 3\), but fit saw 4 numbers .*, 4\)"):
        model.fit(X, X, X_val=X, y_val=X[:, :3])
    with pytest.raises(ValueError, match=r"y_val\[0\] contains NaN"):
        model.fit(X, Y, X_val=X, y_val=Y * np.nan)
    with pytest.raises(ValueError, match=r"inconsistent numbers of samples: \[12, 11\]"):
        model.fit(X, Y, X_val=X, y_val=Y[1:])
    steps = quick(early_stopping=True, return_sequences=True)
    with pytest.raises(ValueError, match=r"X_val\[0\] has 4 steps, but y_val\[0\] has 3 numbers"):
        steps.fit(X, X, X_val=X, y_val=X[:, :3])
    with pytest.raises(ValueError, match=r"y_val\[0\] has the shape \(4, 1\)"):
        steps.fit(X, X, X_val=X, y_val=X[:, :, None])


@pytest.mark.parametrize(
    ("weight", "message"),
    [
        (np.zeros(12), "zero; at least one"),
        (np.full(12, -1.0), "finite and not negative"),
        (np.full(12, np.nan), "finite and not negative"),
        (np.ones(11), "expected .*12"),
        (np.ones((12, 3)), "1D array|expected"),
    ],
)
@pytest.mark.parametrize("return_sequences", [False, True])
def test_wrong_weights_are_explained(weight, message, return_sequences):
    with pytest.raises(ValueError, match=message):
        y = X if return_sequences else Y
        quick(return_sequences=return_sequences).fit(X, y, sample_weight=weight)


def test_other_features_in_predict_are_explained(plain):
    with pytest.raises(ValueError, match="3 features"):
        plain.predict(X[:, :3])
    with pytest.raises(ValueError, match="X has 2 features a step, but fit saw 1"):
        plain.predict(np.zeros((3, 4, 2)))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ({"quantiles": (0.1, 0.9)}, {"quantiles": (0.4, 0.6)}, "loss or quantiles changed"),
        ({"quantiles": (0.1, 0.9)}, {"quantiles": None}, "loss or quantiles changed"),
        ({}, {"quantiles": (0.1, 0.9)}, "loss or quantiles changed"),
        ({}, {"loss": "huber"}, "loss or quantiles changed"),
        ({}, {"return_sequences": True}, "return_sequences changed"),
    ],
)
def test_training_goes_on_with_the_same_loss_only(plain, with_quantiles, before, after, words):
    model = copy.deepcopy(with_quantiles if before else plain)
    model.set_params(warm_start=True, **after)
    y = X if model.return_sequences else Y
    for verb in (model.fit, model.partial_fit):
        with pytest.raises(ValueError, match=f"{words} since the network was built"):
            verb(X, y)
    assert model.n_iter_ == 1


def test_what_is_predicted_goes_by_fit(plain):
    model = copy.deepcopy(plain).set_params(return_sequences=True)
    np.testing.assert_array_equal(model.predict(X), plain.predict(X))
    assert model.score(X, Y) == plain.score(X, Y)


@pytest.mark.parametrize(
    "wrong",
    [
        np.tile(pd.date_range("2024-01-01", periods=4).values, (12, 1)),
        pd.DataFrame(X).assign(day=pd.Timestamp("2024-01-01")),
        pd.DataFrame({"day": pd.date_range("2024-01-01", periods=12)}),
    ],
    ids=["array", "beside numbers", "alone"],
)
def test_dates_are_no_numbers(wrong):
    with pytest.raises(ValueError, match=r"X holds dates in column .* such as the time since"):
        quick().fit(wrong, Y)


def test_masked_values_are_not_read():
    masked = np.ma.masked_greater(X, 1.0)
    with pytest.raises(ValueError, match=r"X is a masked array, of which .* are masked; fill"):
        quick().fit(masked, Y)
    with pytest.raises(ValueError, match=r"X\[\d+\] is a masked array"):
        quick().fit([row[:, None] for row in masked], Y)
    with pytest.raises(ValueError, match="y is a masked array"):
        quick().fit(X, np.ma.masked_greater(Y, 0.0))


def test_frames_in_a_list_keep_their_names():
    frames = [pd.DataFrame({"a": row, "b": -row}) for row in X]
    model = quick().fit(frames, Y)
    assert model.feature_names_in_.tolist() == ["a", "b"]
    with pytest.raises(ValueError, match=r"X\[2\] has \['b', 'a'\]"):
        quick().fit([*frames[:2], frames[2][["b", "a"]], *frames[3:]], Y)
    with pytest.raises(ValueError, match="should match those that were passed during fit"):
        model.predict([frame[["b", "a"]] for frame in frames])
    again = model.fit([frame.to_numpy() for frame in frames], Y)
    assert not hasattr(again, "feature_names_in_")


@pytest.mark.parametrize("name", ["units", "epochs", "time_feature"])
def test_true_is_no_number(name):
    options = {name: True, **({"cell": "time_lstm"} if name == "time_feature" else {})}
    with pytest.raises(ValueError, match=f"The '{name}' parameter .* Got True"):
        quick().set_params(**options).fit(X, Y)
