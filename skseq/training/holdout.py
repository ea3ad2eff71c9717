"""Sets a share of the training samples aside for validation."""

from __future__ import annotations

import numpy as np
from sklearn.model_selection import train_test_split

from ..sequences import Sequences


def holdout(
    encoded: np.ndarray | Sequences, fraction: float, seed: int, *, stratify: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows to train on and the rows to validate on, shuffled.

    With ``stratify`` both parts have the classes in equal shares, wherever every class is frequent
    enough for that; labels of single steps are not looked at.

    Raises
    ------
    ValueError
        If either part would be empty.
    """
    n_samples = len(encoded)
    n_held = int(np.ceil(n_samples * fraction))
    if n_held >= n_samples:
        raise ValueError(
            f"validation_fraction={fraction} of {n_samples} samples leaves none to train on; pass "
            "more samples, a smaller fraction, or X_val and y_val."
        )
    labels = None
    if (
        stratify
        and isinstance(encoded, np.ndarray)
        and encoded.reshape(n_samples, -1).shape[1] == 1
    ):
        labels = encoded.reshape(-1)
        counts = np.unique(labels, return_counts=True)[1]
        if counts.min() < 2 or min(n_held, n_samples - n_held) < len(counts):
            labels = None
    train, held = train_test_split(
        np.arange(n_samples), test_size=n_held, random_state=seed % 2**32, stratify=labels
    )
    return train, held
