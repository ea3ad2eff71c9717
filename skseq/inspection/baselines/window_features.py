"""Windows of steps as features: of words for a linear CRF, of numbers as rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

REACH = 2  # steps on each side


def word_windows(words: Sequence[str], spelling: bool = True) -> list[dict[str, Any]]:
    """Return the usual features of a linear CRF: the word, its neighbours, endings and shape.

    Parameters
    ----------
    words : sequence of str
        The tokens of one sequence.
    spelling : bool, default=True
        Whether features tell how words are written; ids of unknown meaning are not.

    Returns
    -------
    list of dict
        Features by name, of each token.
    """
    rows = []
    for i, word in enumerate(words):
        row: dict[str, Any] = {"bias": 1.0, "lower": word.lower()}
        if spelling:
            row |= {
                "suffix3": word[-3:],
                "suffix2": word[-2:],
                "prefix3": word[:3],
                "upper": word.isupper(),
                "title": word.istitle(),
                "digit": word.isdigit(),
                "hyphen": "-" in word,
            }
        for shift in (-2, -1, 1, 2):
            if 0 <= i + shift < len(words):
                other = words[i + shift]
                row[f"{shift}:lower"] = other.lower()
                if spelling:
                    row[f"{shift}:title"] = other.istitle()
                    row[f"{shift}:upper"] = other.isupper()
            else:
                row[f"{shift}:edge"] = True
        rows.append(row)
    return rows


def number_windows(steps: np.ndarray, reach: int = REACH) -> np.ndarray:
    """Return each step with those around it, side by side; zeros beyond the ends.

    Examples
    --------
    >>> import numpy as np
    >>> from skseq.inspection.baselines.window_features import number_windows
    >>> number_windows(np.array([[1.0], [2.0], [3.0]]), reach=1)
    array([[0., 1., 2.],
           [1., 2., 3.],
           [2., 3., 0.]])
    """
    n_steps = len(steps)
    padded = np.pad(steps, ((reach, reach), (0, 0)))
    return np.hstack([padded[shift : shift + n_steps] for shift in range(2 * reach + 1)])
