"""What fits with ``warm_start=True`` leave behind: a bounded store, and what counts as the same."""

from __future__ import annotations

import functools
import threading

import numpy as np
import pytest
from sklearn.base import BaseEstimator

from skseq import Sequences
from skseq.preprocessing import Embedding
from skseq.readers.steps import StepReader
from skseq.training.continuation import Checkpoint, CheckpointStore, fit_key
from skseq.training.state import NetworkSpec, NetworkState


def make_progress(epoch, size=4):
    arrays = [np.full(size, epoch, np.float32)], [np.zeros(size, np.float32)]
    state = NetworkState(NetworkSpec("recurrent", {}, "sigmoid"), 0, *arrays, epoch)
    return Checkpoint(state, {"loss": [0.5] * epoch}, {"n_batches": 3})


# ----------------------------------------------------------------------- the store
def test_store_finds_only_what_has_fewer_epochs():
    store = CheckpointStore()
    store.keep("key", make_progress(2))
    assert store.find("key", 3).state.epoch == 2
    assert store.find("key", 2) is None
    assert store.find("other", 3) is None
    assert store.find(None, 3) is None


def test_store_keeps_the_last_progress_of_a_key():
    store = CheckpointStore()
    for epoch in (1, 4, 2):
        store.keep("key", make_progress(epoch))
    assert store.find("key", 9).state.epoch == 2
    assert len(store) == 1
    assert store.nbytes == make_progress(2).nbytes


def test_stored_progress_cannot_be_changed_from_outside():
    store = CheckpointStore()
    given = make_progress(1)
    store.keep("key", given)
    for progress in (given, store.find("key", 2)):
        progress.state.weights[0][:] = np.nan
        progress.state.optimizer[0][:] = np.nan
        progress.state.weights.clear()
        progress.history["loss"].append(np.nan)
        progress.report["n_batches"] = np.nan
    kept = store.find("key", 2)
    np.testing.assert_array_equal(kept.state.weights, [[1, 1, 1, 1]])
    np.testing.assert_array_equal(kept.state.optimizer, [[0, 0, 0, 0]])
    assert (kept.history, kept.report) == ({"loss": [0.5]}, {"n_batches": 3})


def test_store_drops_the_least_recently_used_entry():
    store = CheckpointStore(max_entries=2)
    for key in "ab":
        store.keep(key, make_progress(1))
    store.find("a", 2)
    store.keep("c", make_progress(1))
    assert [key for key in "abc" if store.find(key, 2)] == ["a", "c"]


def test_store_is_bounded_in_bytes():
    one = make_progress(1).nbytes
    store = CheckpointStore(max_bytes=3 * one)
    for key in "abcde":
        store.keep(key, make_progress(1))
    assert len(store) == 3
    assert store.nbytes == 3 * one
    store.keep("large", make_progress(1, size=1000))
    assert store.find("large", 2) is None
    assert len(store) == 3  # what is too large drives nothing else out
    store.clear()
    assert (len(store), store.nbytes) == (0, 0)


def test_store_stays_consistent_with_many_threads():
    store = CheckpointStore(max_entries=5)

    def work(number):
        for i in range(200):
            key = (number * i) % 9
            store.keep(key, make_progress(i % 3 + 1))
            found = store.find(key, 9)
            assert found is None or found.state.weights[0][0] == found.state.epoch

    threads = [threading.Thread(target=work, args=(n,)) for n in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store) == 5
    assert store.nbytes == 5 * make_progress(1).nbytes


# ------------------------------------------------------------------------- the key
class Estimator(BaseEstimator):
    def __init__(self, epochs=1, verbose=0, warm_start=True, random_state=0, class_weight=None):
        self.epochs, self.verbose, self.warm_start = epochs, verbose, warm_start
        self.random_state, self.class_weight = random_state, class_weight


class Settings:
    """Stands for an optimiser or schedule of Keras."""

    def __init__(self, rate):
        self.rate = rate

    def get_config(self):
        return {"rate": self.rate}


def make_key(*, rows=((4, 5), (6,)), y=(0, 1), weight=(1, 1), embedding=None, spec=(), **params):
    fields = {"network": "recurrent", "arguments": {"units": 4}, "loss": "sigmoid", **dict(spec)}
    X = Sequences.from_lists(rows, embedding=embedding)
    target, weight = np.asarray(y, np.float32), np.asarray(weight, np.float32)
    reader = StepReader()
    data = [*reader.fingerprint_parts(X), target, weight]
    return fit_key(Estimator(**params), NetworkSpec(**fields), data)


def test_key_ignores_what_does_not_change_an_epoch():
    assert make_key() == make_key()
    assert make_key() == make_key(epochs=9, verbose=1, warm_start=False)


def network():
    """Stands for a user's network function."""


DIFFERENCES = {
    "ids": {"rows": ((4, 5), (7,))},
    "lengths": {"rows": ((4,), (5, 6))},
    "features": {"rows": (((4.0,), (5.0,)), ((6.0,),))},
    "target": {"y": (1, 0)},
    "weight": {"weight": (1, 2)},
    "seed": {"random_state": 1},
    "no seed": {"random_state": None},
    "class weight": {"class_weight": "balanced"},
    "class weights": {"class_weight": {0: 1.0, 1: 2.0}},
    "embedding": {"embedding": Embedding(np.eye(8, dtype=np.float32))},
    "loss": {"spec": {"loss": "softmax"}},
    "network": {"spec": {"network": network}},
    "argument": {"spec": {"arguments": {"units": 5}}},
    "array": {"spec": {"arguments": {"units": 4, "table": np.zeros(3)}}},
    "function": {"spec": {"arguments": {"units": 4, "build": network}}},
    "partial": {"spec": {"arguments": {"units": 4, "build": functools.partial(network, 1)}}},
    "rate": {"spec": {"learning_rate": 0.1}},
    "schedule": {"spec": {"learning_rate": Settings(0.1)}},
    "optimizer": {"spec": {"optimizer": Settings(0.1)}},
    "clipnorm": {"spec": {"clipnorm": 0.5}},
}


@pytest.mark.parametrize("changes", DIFFERENCES.values(), ids=DIFFERENCES)
def test_key_tells_apart_what_trains_differently(changes):
    assert make_key(**changes) is not None
    assert make_key(**changes) == make_key(**changes)
    assert make_key(**changes) != make_key()


def test_key_tells_embeddings_apart_by_content():
    table, extra = np.eye(8, dtype=np.float32), np.ones((1, 8), np.float32)
    variants = [
        Embedding(table),
        Embedding(table * 2),
        Embedding(table, extra=extra),
        Embedding(table, trainable=True),
    ]
    assert len({make_key(embedding=embedding) for embedding in variants}) == 4
    assert make_key(embedding=Embedding(table)) == make_key(embedding=Embedding(table.copy()))


def test_key_tells_classes_of_one_name_apart():
    first, second = (type("Optimizer", (Settings,), {}) for _ in range(2))
    assert make_key(spec={"optimizer": first(1)}) == make_key(spec={"optimizer": first(1)})
    assert make_key(spec={"optimizer": first(1)}) != make_key(spec={"optimizer": second(1)})


@pytest.mark.parametrize(
    "changes",
    [
        {"random_state": np.random.RandomState(0)},
        {"spec": {"arguments": {"initializer": Settings(1)}}},  # may hold a seed it does not tell
        {"spec": {"arguments": {"table": np.array([object()])}}},
    ],
    ids=["RandomState", "object", "array of objects"],
)
def test_key_is_none_where_sameness_cannot_be_told(changes):
    assert make_key(**changes) is None
