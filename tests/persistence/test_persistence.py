"""Saving and loading: joblib, pickle, deepcopy, cloudpickle and ``skseq.save`` without pickle."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
import zipfile

import cloudpickle
import joblib
import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline

import skseq
from skseq import EmbeddingLookup, GRUClassifier, LSTMClassifier, Padder, Tokenizer, persistence


def split_on_commas(text):
    return text.split(",")


@pytest.fixture(scope="module")
def fitted():
    texts, labels = ["good, not bad", "bad, not good"] * 20, ["positive", "negative"] * 20
    classifier = LSTMClassifier(units=4, epochs=2, dropout=0.2, random_state=0)
    return (
        make_pipeline(Tokenizer(), Padder(maxlen=8), classifier).fit(texts, labels),
        texts,
        labels,
    )


def by_joblib(model, path):
    joblib.dump(model, path)
    return joblib.load(path)


def by_joblib_mapped(model, path):
    joblib.dump(model, path)
    return joblib.load(path, mmap_mode="r")


def by_skseq(model, path):
    return skseq.load(skseq.save(model, path))


ROUND_TRIPS = {
    "joblib": by_joblib,
    "joblib_mapped": by_joblib_mapped,
    "skseq": by_skseq,
    "pickle": lambda model, path: pickle.loads(pickle.dumps(model)),
    "cloudpickle": lambda model, path: pickle.loads(cloudpickle.dumps(model)),
    "deepcopy": lambda model, path: copy.deepcopy(model),
}


@pytest.mark.parametrize("way", ROUND_TRIPS)
def test_round_trip_predicts_the_same(tmp_path, fitted, way):
    model, texts, _ = fitted
    again = ROUND_TRIPS[way](model, tmp_path / "model")
    np.testing.assert_array_equal(again.predict_proba(texts), model.predict_proba(texts))


@pytest.mark.parametrize("way", ROUND_TRIPS)
def test_training_resumes_where_it_stopped(tmp_path, fitted, way):
    model, texts, labels = fitted
    X = model[:-1].transform(texts)
    never_saved = copy.deepcopy(model[-1]).partial_fit(X, labels).partial_fit(X, labels)
    saved = ROUND_TRIPS[way](copy.deepcopy(model[-1]).partial_fit(X, labels), tmp_path / "m")
    saved.partial_fit(X, labels)
    np.testing.assert_array_equal(saved.predict_proba(X), never_saved.predict_proba(X))
    assert saved.loss_curve_ == never_saved.loss_curve_


def test_models_load_in_a_new_process_without_tensorflow_until_they_predict(tmp_path, fitted):
    model, texts, _ = fitted
    dumped, saved = str(tmp_path / "dumped"), str(tmp_path / "saved")
    joblib.dump(model, dumped)
    skseq.save(model, saved)
    code = (
        "import sys, joblib, skseq\n"
        f"models = joblib.load({dumped!r}), skseq.load({saved!r})\n"
        "assert 'tensorflow' not in sys.modules and 'keras' not in sys.modules\n"
        f"print([model.predict_proba({texts[:2]!r}).tolist() for model in models])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr == ""
    for found in eval(done.stdout):
        np.testing.assert_allclose(found, model.predict_proba(texts[:2]), atol=1e-6)


def test_pickle_is_hardly_larger_than_its_weights(fitted):
    classifier = fitted[0][-1]
    state = classifier.network_state_
    arrays = sum(a.nbytes for a in [*state.weights, *state.optimizer])
    assert len(pickle.dumps(classifier)) < arrays + 10_000


def test_save_keeps_scikit_learn_steps_too(tmp_path):
    texts, labels = ["good", "bad"] * 10, [1, 0] * 10
    from sklearn.linear_model import LogisticRegression

    model = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(texts, labels)
    again = by_skseq(model, tmp_path / "m.skseq")
    np.testing.assert_array_equal(again.predict(texts), model.predict(texts))


def test_save_keeps_vectors(tmp_path):
    texts, labels = ["good film", "bad film"] * 10, [1, 0] * 10
    vectors = {word: np.random.default_rng(0).normal(size=3) for word in ("good", "bad", "film")}
    for trainable in (False, True):
        model = make_pipeline(
            Tokenizer(),
            EmbeddingLookup(vectors, trainable=trainable),
            GRUClassifier(units=4, epochs=1, random_state=0),
        ).fit(texts, labels)
        for way in (by_skseq, by_joblib):
            again = way(model, tmp_path / "m")
            np.testing.assert_array_equal(again.predict_proba(texts), model.predict_proba(texts))


def test_own_function_is_loaded_only_when_trusted(tmp_path):
    path = skseq.save(Tokenizer(tokenizer=split_on_commas).fit(["a,b"]), tmp_path / "t.skseq")
    with pytest.raises(PermissionError, match=r"split_on_commas'\], which are not trusted"):
        skseq.load(path)
    name = f"{split_on_commas.__module__}.split_on_commas"
    assert skseq.load(path, trusted=[name]).transform(["b,a"])[0].tolist() == [5, 4]


def test_lambda_cannot_be_saved_and_the_error_says_so(tmp_path):
    with pytest.raises(TypeError, match="no lambdas"):
        skseq.save(Tokenizer(tokenizer=lambda text: text.split()).fit(["a"]), tmp_path / "t")
    assert not list(tmp_path.iterdir())


def test_truncated_file_raises(tmp_path, fitted):
    path = skseq.save(fitted[0], tmp_path / "m.skseq")
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(ValueError, match=r"m\.skseq is no complete skseq file"):
        skseq.load(path)


@pytest.mark.parametrize("content", [b"", b"hello", pickle.dumps([1, 2])])
def test_foreign_file_raises(tmp_path, content):
    path = tmp_path / "m.skseq"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"no complete skseq file"):
        skseq.load(path)


def test_foreign_zip_raises(tmp_path):
    path = tmp_path / "m.skseq"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "hello")
    with pytest.raises(ValueError, match=r"m\.skseq cannot be read as a skseq file"):
        skseq.load(path)


def test_missing_file_raises(tmp_path):
    with pytest.raises(FileNotFoundError):
        skseq.load(tmp_path / "nothing.skseq")


def test_write_that_fails_leaves_the_old_file_whole(tmp_path, fitted, monkeypatch):
    path = skseq.save(fitted[0], tmp_path / "m.skseq")
    before = path.read_bytes()

    def fail(*args):
        raise OSError("disk full")

    monkeypatch.setattr(persistence.os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        skseq.save(fitted[0][0], path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["m.skseq"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to be killed in the middle")
def test_kill_while_saving_leaves_the_old_file_whole(tmp_path, fitted):
    path = skseq.save(fitted[0], tmp_path / "m.skseq")
    before = path.read_bytes()
    code = (
        "import os, signal, skseq\n"
        "from skseq import persistence\n"
        "persistence.os.fsync = lambda fd: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"skseq.save(skseq.Tokenizer().fit(['a']), {str(path)!r})\n"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == -9
    assert path.read_bytes() == before
