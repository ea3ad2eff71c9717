"""Share of the training tokens that have a vector."""

from __future__ import annotations

import numpy as np

from ..sequences import Sequences
from ..vocabulary import SPECIAL_TOKENS
from ._vectors import VectorSource


def measure_coverage(
    sequences: Sequences, is_found: np.ndarray, source: VectorSource | None
) -> tuple[float, list[str]]:
    """Return the share of token occurrences with a vector, and the tokens without one.

    Parameters
    ----------
    sequences : Sequences
        The training sequences.
    is_found : ndarray of shape (n_ordinary_tokens,)
        Whether each token of the vocabulary has a vector, the special tokens left out.
    source : VectorSource or None
        Vectors of tokens outside the vocabulary; None if these stay unknown.

    Returns
    -------
    coverage : float
        From 0 to 1; special tokens do not count.
    missing : list of str
        Tokens of the vocabulary, most frequent first.
    """
    assert sequences.vocabulary is not None
    n_special = len(SPECIAL_TOKENS)
    tokens, unseen = sequences.vocabulary.tokens[n_special:], list(sequences.unseen_tokens)
    n_codes = n_special + len(tokens) + len(unseen)
    counts = np.bincount(sequences.codes, minlength=n_codes)[n_special:]
    has_vector = np.concatenate([is_found, np.zeros(len(unseen), bool)])
    if source is not None and unseen:
        has_vector[len(tokens) :] = source.rows(unseen)[1]
    coverage = float(counts[has_vector].sum() / max(1, counts.sum()))
    missing = np.flatnonzero(~is_found)
    missing = missing[np.argsort(-counts[missing], kind="stable")]
    return coverage, [tokens[i] for i in missing]
