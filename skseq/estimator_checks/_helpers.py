"""What the checks are written with: small fits, outputs to compare, errors to expect."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.base import clone

from ..sequences import Sequences
from ._data import CheckData

# Only how long and how fast is trained; the network stays the one the estimator was given.
_QUICK = {
    "epochs": 2,
    "batch_size": 8,
    "learning_rate": 0.05,
    "class_weight": None,
    "early_stopping": False,
    "warm_start": False,
    "verbose": 0,
    "random_state": 0,
}
NO_DROPOUT = {"dropout": 0.0, "recurrent_dropout": 0.0, "word_dropout": 0.0}


def prepared(estimator: Any, **changes: Any) -> Any:
    """Return an unfitted copy set to train briefly; settings that it does not have are left out."""
    copy = clone(estimator)
    known = copy.get_params(deep=False)
    settings = {**_QUICK, **changes}
    return copy.set_params(**{name: value for name, value in settings.items() if name in known})


def fitted(estimator: Any, data: CheckData, **changes: Any) -> Any:
    """Return a copy of the estimator, prepared and fitted."""
    return fit(prepared(estimator, **changes), data)


def fit(estimator: Any, data: CheckData, **fit_params: Any) -> Any:
    """Fit in place, with y where there is one."""
    if data.y is None:
        return estimator.fit(data.X, **fit_params)
    return estimator.fit(data.X, data.y, **fit_params)


def outputs(estimator: Any, X: Any) -> Any:
    """Return the most telling output there is: probabilities, else predictions, else transform."""
    last = getattr(estimator, "_final_estimator", estimator)  # of a Pipeline
    if hasattr(last, "target_vocabulary_"):  # ranks say more than texts
        return last.predict_top_k(X, 2, return_scores=True)[1]
    for method in ("predict_proba", "predict_log_proba", "predict", "transform"):
        if hasattr(estimator, method):
            return getattr(estimator, method)(X)
    raise AttributeError(
        f"{type(estimator).__name__} has none of predict_proba, predict and transform."
    )


def output_rows(output: Any) -> list[np.ndarray]:
    """Return the output of each sample as an array, without padding where nothing asked for it."""
    if isinstance(output, Sequences):
        return [np.asarray(output[[i]])[0] for i in range(len(output))]
    return [np.asarray(row) for row in output]


def ensure(condition: Any, message: str) -> None:
    """Raise AssertionError unless the condition holds; unlike ``assert``, under ``-O`` too."""
    if not condition:
        raise AssertionError(message)


def ensure_same(actual: Any, expected: Any, message: str, atol: float = 1e-6) -> None:
    """Raise AssertionError unless two outputs agree, sample by sample."""
    actual, expected = output_rows(actual), output_rows(expected)
    ensure(len(actual) == len(expected), f"{message}: {len(actual)} and {len(expected)} outputs.")
    for i, (one, other) in enumerate(zip(actual, expected, strict=True)):
        ensure(one.shape == other.shape, f"{message}: output {i}: {one.shape} and {other.shape}.")
        if one.dtype.kind == "f":
            np.testing.assert_allclose(
                one, other, rtol=0, atol=atol, err_msg=f"{message}: output {i}"
            )
        else:
            np.testing.assert_array_equal(one, other, err_msg=f"{message}: output {i}")


def ensure_differ(one: Any, other: Any, message: str) -> None:
    """Raise AssertionError if two outputs agree."""
    try:
        ensure_same(one, other, message)
    except AssertionError:
        return
    raise AssertionError(message)


@contextlib.contextmanager
def expected_error(
    kind: type[Exception] | tuple[type[Exception], ...], pattern: str, case: str
) -> Iterator[None]:
    """Demand an error of a kind whose message matches a pattern; ``case`` says what for."""
    try:
        yield
    except kind as error:
        found = re.search(pattern, str(error))
        ensure(found, f"The error for {case} should match {pattern!r}, but says: {error}")
        return
    except Exception as error:
        raise AssertionError(
            f"{case} should raise {_names(kind)}, but raises {type(error).__name__}: {error}"
        ) from error
    raise AssertionError(f"{case} should raise {_names(kind)}, but raises nothing.")


def _names(kind: type[Exception] | tuple[type[Exception], ...]) -> str:
    kinds = kind if isinstance(kind, tuple) else (kind,)
    return " or ".join(one.__name__ for one in kinds)


@contextlib.contextmanager
def captured_output() -> Iterator[list[bytes]]:
    """Collect what reaches file descriptors 1 and 2, from Python or from native code."""
    written: list[bytes] = []
    with tempfile.TemporaryFile() as out, contextlib.ExitStack() as stack:
        for number, stream in ((1, sys.stdout), (2, sys.stderr)):
            stream.flush()
            stack.callback(_restore, number, os.dup(number), stream)
            os.dup2(out.fileno(), number)
        with (
            contextlib.redirect_stdout(os.fdopen(os.dup(1), "w")) as stdout,
            contextlib.redirect_stderr(os.fdopen(os.dup(2), "w")) as stderr,
            stdout,
            stderr,
        ):
            yield written
        out.seek(0)
        written.append(out.read())


def _restore(number: int, saved: int, stream: Any) -> None:
    stream.flush()
    os.dup2(saved, number)
    os.close(saved)
