"""Shared data: tiny, legible corpora whose label depends on the order or presence of tokens."""

from __future__ import annotations

import gc
import os

# Workers of xdist share the cores: one thread each, as in joblib's workers, is a third faster.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pytest


def pytest_collection_finish() -> None:
    """Spare the garbage collector what the imports made, through which it goes each time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)  # traced graphs are many small objects that stay


TEXTS = [
    "good, not bad",
    "bad, not good",
    "not bad but good",
    "not good but bad",
    "good film",
    "bad film",
]
LABELS = ["positive", "negative"] * 3


@pytest.fixture
def reviews():
    """Sixty documents and labels; word order decides."""
    return TEXTS * 10, LABELS * 10


@pytest.fixture
def ids():
    """Sixty ragged lists of ids; the class is whether the id 7 occurs."""
    rng = np.random.default_rng(0)
    X = [rng.integers(8, 30, size=n).tolist() for n in rng.integers(1, 12, size=60)]
    for row in X[::2]:
        row[len(row) // 2] = 7
    return X, np.array(["yes", "no"] * 30)
