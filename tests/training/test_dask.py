"""Searches spread over Dask's worker processes give the results of loky and of serial work."""

from __future__ import annotations

import os
import threading

import joblib
import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skseq import LSTMClassifier, Padder, Tokenizer

distributed = pytest.importorskip("distributed")
dask = pytest.importorskip("dask")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """Two worker processes of one thread each, gone at the end."""
    folder = str(tmp_path_factory.mktemp("dask"))
    with (
        dask.config.set(temporary_directory=folder),
        distributed.LocalCluster(
            n_workers=2,
            processes=True,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",  # any free port: None means 8787, taken or not
            local_directory=folder,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def make_search(n_jobs=None):
    pipe = make_pipeline(
        Tokenizer(max_tokens=50), Padder(), LSTMClassifier(epochs=2, random_state=0)
    )
    grid = {"padder__maxlen": [3, 6], "lstmclassifier__units": [4]}
    return GridSearchCV(pipe, grid, cv=2, scoring="roc_auc", n_jobs=n_jobs)


def test_grid_search_on_dask_equals_loky_and_serial(reviews, client):
    texts, labels = reviews
    with joblib.parallel_config(backend="dask"):
        dask_search = make_search().fit(texts, labels)
    scores = dask_search.cv_results_
    assert not np.isnan(scores["mean_test_score"]).any()
    for other in (make_search(n_jobs).fit(texts, labels) for n_jobs in (2, 1)):
        for name in ("split0_test_score", "split1_test_score"):
            np.testing.assert_allclose(scores[name], other.cv_results_[name])
        assert dask_search.best_params_ == other.best_params_
        np.testing.assert_array_equal(dask_search.predict_proba(texts), other.predict_proba(texts))


def look_around():
    """Return what a task sees in its worker."""
    from skseq.runtime.backend import tf

    return {
        "allotted": os.environ["OMP_NUM_THREADS"],
        "threads": tf.config.threading.get_intra_op_parallelism_threads(),
        "is_main_thread": threading.current_thread() is threading.main_thread(),
        "process": os.getpid(),
    }


def test_dask_workers_keep_to_one_thread_each(client):
    seen = list(client.run(look_around).values())
    assert [(each["allotted"], each["threads"]) for each in seen] == [("1", 1), ("1", 1)]
    assert len({os.getpid(), *(each["process"] for each in seen)}) == 3


def test_dask_runs_tasks_outside_the_main_thread_with_the_same_result(ids, client):
    X, y = ids
    model = LSTMClassifier(units=4, epochs=1, dropout=0.2, random_state=0)
    futures = [client.submit(model.fit, X, y, pure=False) for _ in range(4)]
    assert not client.submit(look_around).result()["is_main_thread"]
    expected = model.fit(X, y).predict_proba(X)
    # Threads of TensorFlow, one there and several here, may round sums in another order.
    for fitted in client.gather(futures):
        np.testing.assert_allclose(fitted.predict_proba(X), expected, atol=1e-6)
