"""A wrong parameter is told by the name of the public class, with the nearest right one."""

from __future__ import annotations

import inspect
import pickle

import pytest
from sklearn.base import BaseEstimator, clone

import skseq
from skseq import CharLanguageModel, GRUClassifier, Tokenizer

ESTIMATORS = [
    found
    for found in (getattr(skseq, name) for name in skseq.__all__)
    if inspect.isclass(found) and issubclass(found, BaseEstimator)
]


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda estimator: estimator.__name__)
def test_an_unknown_parameter_names_the_class_and_all_parameters(estimator):
    with pytest.raises(TypeError) as caught:
        estimator(not_a_parameter=3)
    message = str(caught.value)
    assert message.startswith(f"{estimator.__name__} got an unexpected parameter 'not_a_parameter'")
    assert all(name in message for name in inspect.signature(estimator).parameters)


@pytest.mark.parametrize(
    ("wrong", "right"), [("n_units", "units"), ("learning_rates", "learning_rate")]
)
def test_the_nearest_parameter_is_named(wrong, right):
    with pytest.raises(TypeError, match=f"Did you mean '{right}'?"):
        GRUClassifier(**{wrong: 3})


def test_too_many_positional_arguments_name_the_class():
    with pytest.raises(TypeError, match="GRUClassifier: too many positional arguments"):
        GRUClassifier(64)


def test_errors_of_methods_name_the_class():
    with pytest.raises(
        TypeError, match=r"CharLanguageModel.generate\(\) got an unexpected .*'length'"
    ):
        CharLanguageModel().generate(length=20)


def test_a_type_error_of_another_kind_is_left_alone():
    class Broken(GRUClassifier):
        def __init__(self, *, units=3):
            raise TypeError("of its own")

    with pytest.raises(TypeError, match="of its own"):
        Broken()


@pytest.mark.parametrize("estimator", [Tokenizer, GRUClassifier])
def test_signatures_copies_and_clones_are_as_ever(estimator):
    assert "self" not in inspect.signature(estimator).parameters
    made = estimator()
    assert clone(made).get_params() == made.get_params()
    assert pickle.loads(pickle.dumps(made)).get_params() == made.get_params()


@pytest.mark.parametrize(
    ("estimator", "verb", "wrong", "meant"),
    [
        (skseq.Seq2Seq(), "predict", "n_beams", "num_beams"),
        (skseq.LSTMTagger(), "predict_top_k", "return_score", "return_scores"),
        (skseq.GRURegressor(), "predict", "quantile", "quantiles"),
        (skseq.GRUForecaster(2), "forecast", "step", "steps"),
        (skseq.SelfAttentionClassifier(), "attention_weights", "heads", "head"),
        (skseq.CTCRecognizer(), "predict_top_k", "n", "k"),
    ],
)
def test_methods_name_the_public_class_and_the_nearest_parameter(estimator, verb, wrong, meant):
    name = type(estimator).__name__
    expected = rf"^{name}\.{verb}\(\) got an unexpected parameter '{wrong}'\."
    with pytest.raises(TypeError, match=expected) as error:
        getattr(estimator, verb)([[1, 2]], **{wrong: 2})
    assert meant in str(error.value)
