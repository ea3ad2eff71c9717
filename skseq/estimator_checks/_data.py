"""The tiny corpora that the checks train on: one token decides the class.

Uses NumPy, scikit-learn and the keras-free floors only.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from sklearn.utils import get_tags

from .._inputs import as_sequences
from ..preprocessing import Tokenizer

_CLASSES = ("bad", "good", "mixed")
_WORDS = ("bad", "good", "mixed", "film", "plot", "cast", "song", ".")
_FIRST_ID = 4  # 0 to 3 are special
_FILLERS, _STOP = (7, 8, 9, 10), 11
_N_FEATURES = 2


@dataclass(frozen=True)
class CheckData:
    """Samples to check an estimator with.

    Attributes
    ----------
    X : sequence-like
        Documents, sequences of ids or sequences of features.
    y : ndarray of shape (n_samples,) or None
        Targets.
    """

    X: Any
    y: Any = None

    def __len__(self) -> int:
        return len(self.X)

    @cached_property
    def kind(self) -> str:
        """What X holds: ``"documents"``, ``"ids"`` or ``"features"``."""
        if isinstance(self.X[0], str):
            return "documents"
        return "ids" if as_sequences(self.X).is_ids else "features"

    def take(self, rows: Any) -> CheckData:
        """Return some of the samples, in the order of ``rows``."""
        rows = np.arange(len(self))[rows]
        X = [self.X[i] for i in rows] if isinstance(self.X, list) else self.X[rows]
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


def default_data(estimator: Any) -> CheckData:
    """Return the corpus that an estimator can read, judged by its tags and ``embedding_dim``."""
    tags = get_tags(estimator).input_tags
    if tags.string:
        return documents_data()
    if not tags.two_d_array:  # wants sequences that know their tokens
        documents = documents_data()
        return CheckData(Tokenizer().fit_transform(documents.X), documents.y)
    return (
        ids_data() if getattr(estimator, "embedding_dim", "auto") is not None else features_data()
    )


def unseen_label(y: Any) -> Any:
    """Return a label that y does not hold."""
    y = np.asarray(y)
    return y.max() + 1 if y.dtype.kind in "biuf" else "never seen"
