"""Short product reviews, English and Spanish, that ship with skseq."""

from __future__ import annotations

import csv
import io
from importlib import resources
from typing import Any

import numpy as np
from sklearn.utils import Bunch

LANGUAGES = ("en", "es")
TARGET_NAMES = ("negative", "neutral", "positive")

DESCR = """\
Short product reviews in which word order decides
-------------------------------------------------
1,710 English and 540 Spanish reviews of household goods, one to three sentences each, with
the sentiments negative, neutral and positive, balanced in each language; no two are equal.

They were generated for skseq by the template grammar in tools/make_reviews.py and are under
the licence of skseq (BSD-3-Clause); no person wrote them and no real product is meant. More
than half of them have a mirror image in the corpus: a review of exactly the same words with
another sentiment ("I expected it to be great but it is awful", "I expected it to be awful but
it is great"). Models that only count words are therefore limited, and models that read in
order are not. Accuracies measured here say nothing about real reviews.
"""


def load_reviews(*, language: str | None = None, return_X_y: bool = False) -> Any:
    """Load the embedded corpus of short product reviews.

    The sentiment depends on the order of words: most reviews have a counterpart with the same
    words and another sentiment. The corpus ships with the package and is meant for examples and
    tests.

    Parameters
    ----------
    language : {"en", "es"}, default=None
        English or Spanish reviews; None is both, mixed.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    data : :class:`~sklearn.utils.Bunch`
        With the attributes

        data : list of str
            The reviews, shuffled, always in the same order; 1,710 are English and 540 Spanish.
        target : ndarray of str, shape (n_samples,)
            The sentiment of each review: "negative", "neutral" or "positive".
        target_names : list of str
            The three sentiments, sorted.
        language : ndarray of str, shape (n_samples,)
            "en" or "es" for each review.
        DESCR : str
            Description and source of the corpus.
    (data, target) : tuple
        The first two of these, if ``return_X_y=True``.

    Raises
    ------
    ValueError
        If ``language`` is unknown.

    See Also
    --------
    fetch_imdb : Long real reviews with two sentiments, downloaded.
    fetch_clothing_reviews : Short real reviews, unbalanced, downloaded.

    Examples
    --------
    >>> from skseq.datasets import load_reviews
    >>> reviews = load_reviews(language="en")
    >>> len(reviews.data), reviews.target_names
    (1710, ['negative', 'neutral', 'positive'])
    >>> X, y = load_reviews(language="es", return_X_y=True)
    >>> len(X), y.shape
    (540, (540,))
    """
    if language is not None and language not in LANGUAGES:
        raise ValueError(
            f"language is {language!r}; expected 'en', 'es', or None for both languages."
        )
    rows = [row for row in _read_rows() if language in (None, row["language"])]
    data = [row["text"] for row in rows]
    target = np.array([row["sentiment"] for row in rows])
    if return_X_y:
        return data, target
    return Bunch(
        data=data,
        target=target,
        target_names=list(TARGET_NAMES),
        language=np.array([row["language"] for row in rows]),
        DESCR=DESCR,
    )


def _read_rows() -> list[dict[str, str]]:
    file = resources.files("skseq.datasets").joinpath("data", "reviews.csv")
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"), newline="")))
