"""Checks for everything that has ``fit``: parameters, state, randomness, copies."""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from ._data import CheckData
from ._helpers import (
    captured_output,
    ensure,
    ensure_same,
    expected_error,
    fit,
    fitted,
    outputs,
    prepared,
)


def check_fit_returns_self(estimator: Any, data: CheckData) -> None:
    """``fit`` returns the estimator itself."""
    model = prepared(estimator)
    ensure(fit(model, data) is model, "fit must return self.")


def check_fit_keeps_params(estimator: Any, data: CheckData) -> None:
    """``fit`` neither replaces nor changes a parameter."""
    model = prepared(estimator)
    before = model.get_params(deep=False)
    hashes = {name: joblib.hash(value) for name, value in before.items()}
    fit(model, data)
    for name, value in model.get_params(deep=False).items():
        ensure(value is before[name], f"fit replaced the parameter {name}.")
        ensure(joblib.hash(value) == hashes[name], f"fit changed the parameter {name}.")


def check_clone_is_equal(estimator: Any, data: CheckData) -> None:
    """A clone has equal parameters, trains alike, and takes nothing fitted along."""
    model = fitted(estimator, data)
    copy = clone(model)
    params = model.get_params(deep=False), copy.get_params(deep=False)
    ensure(joblib.hash(params[0]) == joblib.hash(params[1]), "clone changed a parameter.")
    learned = [name for name in vars(copy) if name.endswith("_") and not name.startswith("_")]
    ensure(not learned, f"clone kept {learned}.")
    ensure_same(outputs(fit(copy, data), data.X), outputs(model, data.X), "A clone fits otherwise")


def check_set_params_equals_fresh(estimator: Any, data: CheckData) -> None:
    """After ``set_params`` an estimator that was fitted before trains like a new one."""
    fresh = type(estimator)(**prepared(estimator).get_params(deep=False))
    changed = fitted(estimator, data, epochs=1, random_state=1)
    changed.set_params(**fresh.get_params(deep=False))
    expected = outputs(fit(fresh, data), data.X)
    ensure_same(outputs(fit(changed, data), data.X), expected, "set_params differs from __init__")


def check_unfitted_raises(estimator: Any, data: CheckData) -> None:
    """Before ``fit`` every output raises NotFittedError."""
    model = prepared(estimator)
    for method in ("predict_proba", "predict_log_proba", "predict", "transform"):
        if hasattr(model, method):
            with expected_error(NotFittedError, "", f"{method} before fit"):
                getattr(model, method)(data.X)


def check_refit_forgets_first_fit(estimator: Any, data: CheckData) -> None:
    """A second ``fit`` gives what it would give without the first."""
    model = fitted(estimator, data.take(slice(6)))
    expected = fitted(estimator, data)
    ensure_same(outputs(fit(model, data), data.X), outputs(expected, data.X), "Refit differs")
    for name in ("n_iter_", "loss_curve_"):
        if hasattr(expected, name):
            same = getattr(model, name) == getattr(expected, name)
            ensure(same, f"{name} remembers the first fit.")


def check_same_seed_same_output(estimator: Any, data: CheckData) -> None:
    """The same ``random_state`` gives the same outputs, whatever the global generators do."""
    first = outputs(fitted(estimator, data), data.X)
    random.random()
    second = outputs(fitted(estimator, data), data.X)
    ensure_same(second, first, "The same random_state gives another output", atol=0)


def check_global_random_state_untouched(estimator: Any, data: CheckData) -> None:
    """Python's and NumPy's global generators stand where they stood."""
    before = _global_state()
    for random_state in (0, None):
        outputs(fitted(estimator, data, random_state=random_state), data.X)
        ensure(
            _global_state() == before,
            f"random_state={random_state}: fit or predict moved a global random generator.",
        )


def _global_state() -> str:
    # The legacy getter is what there is to look at NumPy's global generator.
    return joblib.hash((random.getstate(), np.random.get_state()))  # noqa: NPY002


def check_inputs_not_modified(estimator: Any, data: CheckData) -> None:
    """X and y are as before."""
    before = joblib.hash((data.X, data.y))
    outputs(fitted(estimator, data), data.X)
    ensure(joblib.hash((data.X, data.y)) == before, "fit or predict changed its input.")


def check_pickle_keeps_outputs(estimator: Any, data: CheckData) -> None:
    """A fitted estimator comes back from joblib with the same outputs."""
    model = fitted(estimator, data)
    file = io.BytesIO()
    joblib.dump(model, file)
    file.seek(0)
    ensure_same(outputs(joblib.load(file), data.X), outputs(model, data.X), "Pickling changes it")


_LOADER = """
import sys, joblib
from skseq.estimator_checks._helpers import ensure_same, outputs
model, X, expected = joblib.load(sys.argv[1])
ensure_same(outputs(model, X), expected, "Outputs differ in a fresh interpreter")
"""


def check_pickle_in_fresh_interpreter(estimator: Any, data: CheckData) -> None:
    """A fitted estimator gives the same outputs in a new Python process."""
    model = fitted(estimator, data)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.joblib"
        joblib.dump((model, data.X, outputs(model, data.X)), path)
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-c", _LOADER, str(path)]
        result = subprocess.run(command, env=environment, capture_output=True, text=True)
    ensure(result.returncode == 0, f"Loading in a fresh interpreter fails:\n{result.stderr}")


check_pickle_in_fresh_interpreter.is_slow = True  # type: ignore[attr-defined]


def check_silent(estimator: Any, data: CheckData) -> None:
    """Nothing is printed at ``verbose=0``, by native code neither."""
    with captured_output() as written:
        outputs(fitted(estimator, data), data.X)
    ensure(not written[0], f"fit or predict printed {written[0][:200]!r} at verbose=0.")
