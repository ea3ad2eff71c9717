"""Engines that the pool drops are let go of: TensorFlow keeps neither them nor their graphs."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import weakref

import pytest

from skseq import LSTMClassifier
from skseq.runtime.release import _gradient_registry
from skseq.training.pool import POOL, EnginePool
from skseq.training.prediction import run

MANY = """
import gc, sys
import numpy as np, psutil
from skseq import LSTMClassifier
rng = np.random.default_rng(0)
X = [rng.integers(4, 500, rng.integers(5, 21)).tolist() for _ in range(40)]
y = rng.integers(0, 2, 40)
for i in range(int(sys.argv[1])):
    LSTMClassifier(units=4 + i % 32, layers=1 + i // 32, n_tokens=500, epochs=1).fit(X, y)
    if i == min(9, int(sys.argv[1]) - 1):
        first = psutil.Process().memory_info().rss
print((psutil.Process().memory_info().rss - first) / 2**20)
"""


def in_a_process(n_fits, folder):
    env = {**os.environ, "TMPDIR": str(folder), "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-c", MANY, str(n_fits)]
    found = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    return float(found.stdout)


@pytest.fixture
def own_pool(monkeypatch):
    """A pool of one engine in place of the shared one."""
    POOL.clear()
    pool = EnginePool(size=1)
    monkeypatch.setattr("skseq.training.prediction.POOL", pool)
    monkeypatch.setattr("skseq.training.fit_loop.POOL", pool)
    return pool


def test_dropped_engines_and_their_gradients_are_let_go_of(ids, own_pool):
    X, y = ids
    model = LSTMClassifier(units=3, epochs=1, random_state=0).fit(X, y)
    model.predict(X)
    with own_pool.borrow(model.network_state_.spec) as engine:
        kept = [weakref.ref(part) for part in (engine, engine.network_, engine.predictor)]
        names = set(engine._gradients)
    assert names and names <= set(_gradient_registry())
    del engine
    LSTMClassifier(units=4, epochs=1, random_state=0).fit(X, y)
    gc.collect()
    assert [reference() for reference in kept] == [None, None, None]
    assert not names & set(_gradient_registry())


def test_an_engine_of_its_own_goes_with_its_estimator(ids):
    model = LSTMClassifier(units=3, epochs=1, random_state=0).fit(*ids)
    kept = weakref.ref(model.engine_)
    del model
    gc.collect()
    assert kept() is None


def test_data_of_a_fit_is_let_go_of(ids, own_pool):
    from skseq import Sequences

    X, y = ids
    X = Sequences.from_lists(X)
    kept = weakref.ref(X)
    LSTMClassifier(units=3, epochs=1, random_state=0).fit(X, y)
    del X
    gc.collect()
    assert kept() is None


def test_outputs_may_be_read_while_another_engine_runs(ids, own_pool):
    """What is traced belongs to the engine that is borrowed, whichever generator ends first."""
    X, y = ids
    models = [LSTMClassifier(units=u, epochs=1, random_state=0).fit(X, y) for u in (3, 4)]
    expected = [model.predict_proba(X) for model in models]
    read = [model._read(X) for model in models]
    first, second = (
        run(model.network_state_, model.reader_, x) for model, x in zip(models, read, strict=True)
    )
    assert len(next(first).outputs) == len(next(second).outputs)
    assert not list(first) and not list(second)
    for model, probabilities in zip(models, expected, strict=True):
        assert abs(model.predict_proba(X) - probabilities).max() < 1e-6


def test_a_second_fit_makes_no_new_dataset(ids, monkeypatch):
    X, y = ids
    model = LSTMClassifier(units=3, epochs=1, random_state=0).fit(X, y)

    def refuse(*args, **kwargs):
        raise AssertionError("a dataset was made")

    monkeypatch.setattr("tensorflow.data.Dataset.from_generator", refuse)
    again = LSTMClassifier(units=3, epochs=2, random_state=1).fit(X[::-1], y[::-1])
    assert list(again.history_["loss"]) != list(model.history_["loss"])


def test_few_large_engines_are_kept(ids, monkeypatch):
    pool = EnginePool(size=8, max_bytes=3 * 2**20)
    monkeypatch.setattr("skseq.training.fit_loop.POOL", pool)
    kept = []
    # An embedding of 50,000 × 4 numbers takes 4.8 MB with its moments and their first values.
    for units, n_tokens in ((3, 40), (4, 40), (5, 40), (3, 50_000), (6, 40)):
        model = LSTMClassifier(units=units, n_tokens=n_tokens, embedding_dim=4, epochs=1)
        model.fit(*ids)
        kept.append(len(pool))
    assert kept == [1, 2, 3, 1, 1]


def test_nothing_stays_in_the_temporary_folder(tmp_path):
    in_a_process(1, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_many_architectures_leave_little_memory_behind(tmp_path):
    assert in_a_process(128, tmp_path) < 200.0  # 11.6 MB each where they are kept
    assert list(tmp_path.iterdir()) == []
