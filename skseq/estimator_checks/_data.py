"""The tiny corpora that the checks train on: one token decides the class.

Uses NumPy, scikit-learn and the keras-free floors only.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from sklearn.base import is_regressor
from sklearn.utils import get_tags

from ..inputs.sequence_like import as_sequences
from ..preprocessing import Tokenizer

_CLASSES = ("bad", "good", "mixed")
_WORDS = ("bad", "good", "mixed", "film", "plot", "cast", "song", ".")
_FIRST_ID = 4  # 0 to 3 are special
_SAY_A_CLASS = {*_CLASSES, *range(_FIRST_ID, _FIRST_ID + len(_CLASSES))}
_FILLERS, _STOP = (7, 8, 9, 10), 11
_N_FEATURES = 2


@dataclass(frozen=True)
class CheckData:
    """Samples to check an estimator with.

    Attributes
    ----------
    X : sequence-like
        Documents, sequences of ids or sequences of features.
    y : ndarray of shape (n_samples,), list of n_samples label lists, or None
        Targets; for taggers a list with a label for each step.
    """

    X: Any
    y: Any = None

    def __len__(self) -> int:
        return len(self.X)

    @cached_property
    def kind(self) -> str:
        """What X holds: ``"documents"``, ``"ids"``, ``"features"`` or one ``"series"``."""
        if isinstance(self.X, np.ndarray) and self.X.ndim == 1 and self.X.dtype.kind == "f":
            return "series"
        if isinstance(self.X[0], str):
            return "documents"
        return "ids" if as_sequences(self.X).is_ids else "features"

    @cached_property
    def labels(self) -> np.ndarray:
        """The distinct labels, sorted."""
        return np.unique(np.concatenate(self.y) if self._is_tagged else self.y)

    @property
    def _is_tagged(self) -> bool:
        return isinstance(self.y, list) and not np.isscalar(self.y[0])

    def take(self, rows: Any) -> CheckData:
        """Return some of the samples, in the order of ``rows``."""
        rows = np.arange(len(self))[rows]
        X = [self.X[i] for i in rows] if isinstance(self.X, list) else self.X[rows]
        if self._is_tagged:
            return CheckData(X, [self.y[i] for i in rows])
        return CheckData(X, None if self.y is None else np.asarray(self.y)[rows])


def ids_data(n_samples: int = 24, n_classes: int = 2) -> CheckData:
    """Return lists of ids among which one, 4, 5 or 6, says the class.

    All end with the same id, like a full stop. It is the largest, so every part of the corpus needs
    the same embedding and the same compiled network.
    """
    rng = np.random.default_rng(0)
    X, y = [], []
    for i in range(n_samples):
        label = i % n_classes
        sequence = rng.choice(_FILLERS, size=1 + i % 6).tolist()
        sequence.insert(int(rng.integers(len(sequence) + 1)), _FIRST_ID + label)
        X.append([*sequence, _STOP])
        y.append(_CLASSES[label])
    return CheckData(X, np.array(y))


def features_data(n_samples: int = 24) -> CheckData:
    """Return (n_steps, 2) arrays of different lengths; the sign of column 0 says the class."""
    rng = np.random.default_rng(0)
    X, y = [], []
    for i in range(n_samples):
        steps = rng.normal(scale=0.3, size=(2 + i % 5, _N_FEATURES))
        steps[:, 0] += 1.0 if i % 2 else -1.0
        X.append(steps)
        y.append(_CLASSES[i % 2])
    return CheckData(X, np.array(y))


def documents_data(n_samples: int = 24) -> CheckData:
    """Return the sequences of :func:`ids_data` as texts."""
    data = ids_data(n_samples)
    texts = [" ".join(_WORDS[i - _FIRST_ID] for i in sequence) for sequence in data.X]
    return CheckData(texts, data.y)


def tagged(data: CheckData) -> CheckData:
    """Return a corpus of :func:`ids_data` or its like with a label, in IOB2, for each step.

    A span goes from the step that says the class to the step after it, so a label depends on its
    neighbour. Of features, which all say it, the first is the span.
    """
    y = []
    for sequence, label in zip(data.X, data.y, strict=True):
        steps = sequence.split() if isinstance(sequence, str) else sequence
        row = ["O"] * len(steps)
        if data.kind == "features":
            row[0] = f"B-{label}"
        else:
            first = [step in _SAY_A_CLASS for step in steps].index(True)
            row[first : first + 2] = [f"B-{label}", f"I-{label}"]
        y.append(row)
    return CheckData(data.X, y)


def numbered(data: CheckData) -> CheckData:
    """Return a corpus with a number in the place of each class."""
    return CheckData(data.X, np.unique(data.y, return_inverse=True)[1] - 0.3)


def series_data(n_timesteps: int = 60) -> CheckData:
    """Return a series with a season of eight steps."""
    rng = np.random.default_rng(0)
    times = np.arange(n_timesteps)
    return CheckData(np.sin(2 * np.pi * times / 8) + 0.1 * rng.normal(size=n_timesteps))


def transcribed(data: CheckData) -> CheckData:
    """Return a corpus of :func:`features_data` with a string in the place of each class."""
    return CheckData(data.X, np.array(["ab" if label == data.y[0] else "a" for label in data.y]))


def waveforms_data(n_samples: int = 24) -> CheckData:
    """Return recordings of different lengths: tones of two pitches."""
    rng = np.random.default_rng(0)
    X, y = [], []
    for i in range(n_samples):
        times = np.arange(800 + 100 * (i % 5)) / 8000
        tone = 0.5 * np.sin(2 * np.pi * (2000.0 if i % 2 else 500.0) * times)
        X.append(tone + 0.01 * rng.normal(size=len(times)))
        y.append(_CLASSES[i % 2])
    return CheckData(X, np.array(y))


FAMILIES = ("forecaster", "language_model", "recognizer", "seq2seq", "tagger")


def is_tagger(estimator: Any) -> bool:
    """Whether an estimator declares itself a tagger: a label for each step."""
    return _family(estimator) == "tagger"


def is_recognizer(estimator: Any) -> bool:
    """Whether an estimator declares itself a recogniser: strings in sequences of features."""
    return _family(estimator) == "recognizer"


def is_forecaster(estimator: Any) -> bool:
    """Whether an estimator declares itself a forecaster: it continues a series."""
    return _family(estimator) == "forecaster"


def is_seq2seq(estimator: Any) -> bool:
    """Whether an estimator declares itself a model from documents to documents."""
    return _family(estimator) == "seq2seq"


def is_language_model(estimator: Any) -> bool:
    """Whether an estimator declares itself a language model: it makes documents of its own."""
    return _family(estimator) == "language_model"


def _family(estimator: Any) -> str | None:
    """Return the family that an estimator declares, None where scikit-learn's tags say it all.

    Raises
    ------
    ValueError
        For a family that there is not.
    """
    family = getattr(estimator, "family", None)
    if family is not None and family not in FAMILIES:
        raise ValueError(
            f"{type(estimator).__name__}.family is {family!r}; expected one of {FAMILIES}, or no "
            "such attribute for classifiers, regressors and transformers."
        )
    return family


def default_data(estimator: Any) -> CheckData:
    """Return the corpus that an estimator can read, by its family, tags and ``embedding_dim``."""
    if is_forecaster(estimator):
        return series_data()
    if hasattr(estimator, "sample_rate"):
        return waveforms_data()
    if is_recognizer(estimator):
        return transcribed(features_data())
    data = _untagged_data(estimator)
    if is_language_model(estimator):
        return CheckData(data.X)  # labels would be conditions
    if is_regressor(estimator):
        return numbered(data)
    return tagged(data) if is_tagger(estimator) else data


def _untagged_data(estimator: Any) -> CheckData:
    tags = get_tags(estimator).input_tags
    if tags.string:
        return documents_data()
    if not tags.two_d_array:  # wants sequences that know their tokens
        documents = documents_data()
        return CheckData(Tokenizer().fit_transform(documents.X), documents.y)
    if is_regressor(estimator) or getattr(estimator, "embedding_dim", "auto") is None:
        return features_data()
    return ids_data()


def unseen_label(y: Any) -> Any:
    """Return a label that y does not hold."""
    y = np.asarray(y)
    return y.max() + 1 if y.dtype.kind in "biuf" else "never seen"
