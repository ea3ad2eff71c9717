"""Edit distance of texts, and exact matches."""

from __future__ import annotations

from operator import eq
from typing import Any

import numpy as np

from ._levenshtein import levenshtein
from ._text_pairs import pair_weights, text_pairs


def exact_match(y_true: Any, y_pred: Any, *, sample_weight: Any = None) -> float:
    """Share of predicted texts that equal the true ones.

    Texts are compared unchanged: case, white space and the encoding of accents all count.

    Parameters
    ----------
    y_true : iterable of n_samples str or lists of tokens
        True texts.
    y_pred : iterable of n_samples str or lists of tokens
        Predicted texts, of the same kind.
    sample_weight : array-like of shape (n_samples,), default=None
        One weight for each text. None is equal weights.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    TypeError
        If ``y_true`` or ``y_pred`` is not a collection of texts.
    ValueError
        If texts are a bare str, empty, or do not match in number or type; if weights have another
        shape, are negative or infinite, or are all zero.

    See Also
    --------
    edit_distance : Number of edits between the texts.
    sequence_accuracy : The same for labels of steps.

    Examples
    --------
    >>> from skseq.metrics import exact_match
    >>> exact_match(["1994-05-03", "2001-12-31"], ["1994-05-03", "2001-12-13"])
    0.5
    """
    true, pred = text_pairs(y_true, y_pred)
    weights = pair_weights(sample_weight, len(true))
    return float(np.average(np.fromiter(map(eq, true, pred), bool), weights=weights))


def edit_distance(
    y_true: Any, y_pred: Any, *, normalize: bool = False, sample_weight: Any = None
) -> float:
    """Mean number of edits that turn predicted texts into the true ones.

    An edit inserts, deletes or replaces one symbol: a character of a str, a token of a list of
    tokens. The smallest possible number of edits counts (the Levenshtein distance).

    Parameters
    ----------
    y_true : iterable of n_samples str or lists of tokens
        True texts.
    y_pred : iterable of n_samples str or lists of tokens
        Predicted texts, of the same kind.
    normalize : bool, default=False
        Whether to divide the edits of all texts by the number of symbols of all true texts. That
        is the character error rate of str, and the word error rate of lists of words.
    sample_weight : array-like of shape (n_samples,), default=None
        One weight for each text, of its edits and, with ``normalize``, its symbols. None is equal
        weights.

    Returns
    -------
    float
        0 if all texts are equal; less is better. An error rate is above 1 if predicted texts are
        much too long.

    Raises
    ------
    TypeError
        If ``y_true`` or ``y_pred`` is not a collection of texts.
    ValueError
        If texts are a bare str, empty, or do not match in number or type; if weights have another
        shape, are negative or infinite, or are all zero; if all true texts are empty with
        ``normalize``.

    See Also
    --------
    exact_match : Share of texts without any edit.
    chrf : A score of characters that depends less on the order of words.

    Notes
    -----
    A character is a code point: an accent encoded as a character of its own counts as one.
    Time is proportional to the product of the two lengths of a pair.

    References
    ----------
    V. I. Levenshtein, "Binary codes capable of correcting deletions, insertions, and reversals",
    Soviet Physics Doklady 10(8), 1966, 707-710.

    Examples
    --------
    >>> from skseq.metrics import edit_distance
    >>> edit_distance(["kitten", "dog"], ["sitting", "dog"])
    1.5
    >>> edit_distance([["go", "home", "now"]], [["go", "now"]], normalize=True)
    0.3333333333333333
    """
    true, pred = text_pairs(y_true, y_pred)
    weights = pair_weights(sample_weight, len(true))
    edits = float(weights @ levenshtein(true, pred))
    if not normalize:
        return edits / float(weights.sum())
    n_symbols = float(weights @ np.array([len(text) for text in true]))
    if not n_symbols:
        raise ValueError(
            "All true texts that have a weight are empty, and an error rate is edits by symbols "
            "of these; pass other texts, or normalize=False."
        )
    return edits / n_symbols
