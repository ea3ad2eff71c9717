"""Files saved by earlier versions can be read; ``tools/make_saved_models.py`` made them."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import joblib
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import InconsistentVersionWarning

import skseq

FOLDERS = sorted((Path(__file__).parents[1] / "data" / "saved").iterdir())
MODELS = [
    pytest.param(folder, name, id=f"{folder.name}-{name}")
    for folder in FOLDERS
    for name in json.loads((folder / "answers.json").read_text(encoding="utf8"))
]


def by_joblib(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InconsistentVersionWarning)  # of scikit-learn's Pipeline
        return joblib.load(path.with_suffix(".joblib"))


def by_skseq(path):
    return skseq.load(path.with_suffix(".skseq"))


def as_given(value):
    """Return what JSON keeps of a question as the method takes it: tables are arrays."""
    is_table = isinstance(value[0], float) or (
        isinstance(value[0], list) and isinstance(value[0][0], float) and len(value) > 1
    )
    return np.asarray(value) if is_table else value


@pytest.mark.parametrize("load", [by_joblib, by_skseq])
@pytest.mark.parametrize(("folder", "name"), MODELS)
def test_a_saved_model_predicts_what_it_did(folder, name, load):
    answers = json.loads((folder / "answers.json").read_text(encoding="utf8"))
    method, question, expected, is_several = answers[name]
    model = load(folder / f"{name}.suffix")
    found = getattr(model, method)(*map(as_given, question if is_several else [question]))
    assert len(found) == len(expected)
    for row, wanted in zip(found, expected, strict=True):
        np.testing.assert_allclose(np.asarray(row, float), wanted, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("load", [by_joblib, by_skseq])
@pytest.mark.parametrize(("folder", "name"), MODELS)
def test_a_saved_model_has_the_parameters_of_today(folder, name, load):
    model = load(folder / f"{name}.suffix")
    for estimator in dict(getattr(model, "steps", [("model", model)])).values():
        assert sorted(clone(estimator).get_params(deep=False)) == type(estimator)._get_param_names()


def test_every_family_has_a_saved_model():
    names = {
        name.split("_")[0]
        for folder in FOLDERS
        for name in json.loads((folder / "answers.json").read_text(encoding="utf8"))
    }
    families = {"classifier", "tagger", "language", "seq2seq", "regressor", "forecaster"}
    assert names >= {*families, "recognizer"}
