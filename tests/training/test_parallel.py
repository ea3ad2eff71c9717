"""Many fits side by side: loky works and agrees with serial work; fork is refused, never hangs."""

from __future__ import annotations

import multiprocessing

import joblib
import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skseq import LSTMClassifier, Padder, Tokenizer


def make_search(n_jobs):
    pipe = make_pipeline(
        Tokenizer(max_tokens=50), Padder(), LSTMClassifier(epochs=2, random_state=0)
    )
    grid = {"padder__maxlen": [3, 6], "lstmclassifier__units": [4]}
    return GridSearchCV(pipe, grid, cv=2, scoring="roc_auc", n_jobs=n_jobs)


def test_grid_search_with_two_workers_equals_serial(reviews):
    texts, labels = reviews
    serial, parallel = (make_search(n).fit(texts, labels) for n in (1, 2))
    np.testing.assert_allclose(
        serial.cv_results_["mean_test_score"], parallel.cv_results_["mean_test_score"]
    )
    assert not np.isnan(serial.cv_results_["mean_test_score"]).any()
    assert serial.best_params_ == parallel.best_params_


def _predict(model, texts, queue):
    try:
        queue.put(model.predict(texts).tolist())
    except RuntimeError as error:
        queue.put(str(error))


# Python's own note that forking a process with threads is risky, which is the point here.
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_forked_child_refuses_instead_of_hanging(reviews):
    texts, labels = reviews
    model = make_search(1).estimator.fit(texts, labels)
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_predict, args=(model, texts[:2], queue))
    child.start()
    answer = queue.get(timeout=60)
    child.join()
    assert "forked after TensorFlow had started" in answer
    assert "loky" in answer


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_joblib_multiprocessing_after_tensorflow_is_refused(reviews):
    texts, labels = reviews
    model = make_search(1).estimator.fit(texts, labels)
    with (
        joblib.parallel_config(backend="multiprocessing"),
        pytest.raises(RuntimeError, match="forked after TensorFlow had started"),
    ):
        joblib.Parallel(n_jobs=2)(joblib.delayed(model.fit)(texts, labels) for _ in range(2))


def _threads():
    from skseq.runtime.backend import tf

    return tf.config.threading.get_intra_op_parallelism_threads()


def test_workers_keep_to_the_threads_joblib_allots():
    with joblib.parallel_config(backend="loky", inner_max_num_threads=1):
        assert joblib.Parallel(n_jobs=2)(joblib.delayed(_threads)() for _ in range(2)) == [1, 1]
