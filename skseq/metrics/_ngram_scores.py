"""BLEU and chrF: scores of texts by their common n-grams, computed by sacrebleu.

NLTK has both scores too, but neither fits short texts. Its BLEU counts one n-gram for every text
that is too short to have any, and its chrF counts a text as wrong in every order that it is too
short for. So both are below 1 even where all texts are correct.
"""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import Any

from ._text_pairs import Texts, text_pairs


def bleu(y_true: Any, y_pred: Any, *, max_ngram: int = 4) -> float:
    """BLEU score of predicted texts, from the precision of their n-grams of words.

    It is one score of all texts, with one true text for each: the geometric mean of the shares of
    correct predicted n-grams, for n from 1 to ``max_ngram``, times a penalty if the predicted texts
    are shorter than the true ones.

    Parameters
    ----------
    y_true : iterable of n_samples str or lists of tokens
        True texts. A str is split into words and punctuation marks by the usual rules for reported
        scores ("13a"), with its case; a list of tokens is not changed.
    y_pred : iterable of n_samples str or lists of tokens
        Predicted texts, of the same kind.
    max_ngram : int, default=4
        Longest n-grams to count.

    Returns
    -------
    float
        Between 0 and 1, not 0 to 100 as elsewhere. 1.0 for equal texts, even for short ones; 0.0
        if no word is correct.

    Raises
    ------
    TypeError
        If ``y_true`` or ``y_pred`` is not a collection of texts, or ``max_ngram`` not an integer.
    ValueError
        If texts are a bare str, empty, or do not match in number or type, or ``max_ngram`` is below
        1.

    See Also
    --------
    chrf : A similar score of characters, with less variance for few and short texts.
    exact_match : Share of texts without any error.

    Notes
    -----
    The score is computed by sacrebleu, with smoothing "exp": if no n-gram of some order is correct,
    1/2, 1/4, ... replaces their number. Orders for which all predicted texts are too short are left
    out.

    References
    ----------
    K. Papineni, S. Roukos, T. Ward and W.-J. Zhu, "BLEU: a method for automatic evaluation of
    machine translation", ACL 2002, https://aclanthology.org/P02-1040/. Smoothing: B. Chen and
    C. Cherry, "A systematic comparison of smoothing techniques for sentence-level BLEU", WMT
    2014, https://aclanthology.org/W14-3346/. The library: M. Post, "A Call for Clarity in Reporting
    BLEU Scores", WMT 2018, https://aclanthology.org/W18-6319/.

    Examples
    --------
    >>> from skseq.metrics import bleu
    >>> round(bleu(["The cat sits on the mat."], ["The cat sat on the mat."]), 3)
    0.489
    >>> bleu([["go", "on"], ["stop"]], [["go", "on"], ["stop"]])
    1.0
    """
    from sacrebleu.metrics import BLEU  # slow to import

    max_ngram = _check_max_ngram(max_ngram)
    true, pred = text_pairs(y_true, y_pred)
    if true == pred:  # also if there is no word
        return 1.0
    is_text = isinstance(true[0], str)
    # The lines of sacrebleu are text but tokens may be anything, so they are replaced by numbers.
    lines: Any = (true, pred) if is_text else _numbered(true, pred)
    metric = BLEU(
        max_ngram_order=max_ngram,
        tokenize="13a" if is_text else "none",
        effective_order=True,
        force=True,  # no warning of texts that look tokenised
    )
    return metric.corpus_score(lines[1], [lines[0]]).score / 100.0


def chrf(y_true: Any, y_pred: Any, *, beta: float = 2.0, max_ngram: int = 6) -> float:
    """ChrF score of predicted texts: an F-score of n-grams of characters.

    Precision and recall of the n-grams of all texts together are averaged over n from 1 to
    ``max_ngram``; the score is their weighted harmonic mean. White space is ignored.

    Parameters
    ----------
    y_true : iterable of n_samples str or lists of str
        True texts. The tokens of a list are joined.
    y_pred : iterable of n_samples str or lists of str
        Predicted texts, of the same kind.
    beta : float, default=2.0
        Weight of recall relative to precision; 2.0 is "chrF2", the usual choice.
    max_ngram : int, default=6
        Longest n-grams to count.

    Returns
    -------
    float
        Between 0 and 1, not 0 to 100 as elsewhere. 1.0 for equal texts, even for short ones; 0.0
        if no character is correct.

    Raises
    ------
    TypeError
        If ``y_true`` or ``y_pred`` is not a collection of texts, tokens are not str, ``beta`` is
        not a number or ``max_ngram`` not an integer.
    ValueError
        If texts are a bare str, empty, or do not match in number or type, ``beta`` is not positive
        and finite, or ``max_ngram`` is below 1.

    See Also
    --------
    bleu : The usual score of translations, over words.
    edit_distance : Number of edits of characters.

    Notes
    -----
    The score is computed by sacrebleu. Orders for which all true or all predicted texts are too
    short are left out.

    References
    ----------
    M. Popović, "chrF: character n-gram F-score for automatic MT evaluation", WMT 2015,
    https://aclanthology.org/W15-3049/.

    Examples
    --------
    >>> from skseq.metrics import chrf
    >>> round(chrf(["The cat sits on the mat."], ["The cat sat on the mat."]), 3)
    0.669
    >>> chrf(["Go."], ["Go."])
    1.0
    """
    max_ngram = _check_max_ngram(max_ngram)
    if isinstance(beta, bool) or not isinstance(beta, Real):
        raise TypeError(f"beta is {beta!r}; expected a number above 0, e.g. 2.0.")
    if not 0 < beta < math.inf:
        raise ValueError(f"beta is {beta!r}; expected a finite number above 0, e.g. 2.0.")
    from sacrebleu.metrics import CHRF

    true, pred = (_joined(texts) for texts in text_pairs(y_true, y_pred))
    if true == pred:  # also if there is no character
        return 1.0
    metric = CHRF(char_order=max_ngram, beta=beta)
    return metric.corpus_score(pred, [true]).score / 100.0


def _check_max_ngram(max_ngram: Any) -> int:
    if isinstance(max_ngram, bool) or not isinstance(max_ngram, Integral):
        raise TypeError(f"max_ngram is {max_ngram!r}; expected an integer, 1 or more.")
    if max_ngram < 1:
        raise ValueError(f"max_ngram is {max_ngram}; expected 1 or more.")
    return int(max_ngram)


def _numbered(*texts: Texts) -> list[list[str]]:
    """Return tokens as numbers, the same for equal tokens, joined by blanks."""
    numbers: dict[Any, str] = {}
    return [
        [" ".join(numbers.setdefault(token, str(len(numbers))) for token in text) for text in side]
        for side in texts
    ]


def _joined(texts: Texts) -> list[str]:
    """Return texts without white space."""
    for text in texts:
        for token in text:
            if not isinstance(token, str):
                raise TypeError(
                    f"chrf reads characters, but one token is {token!r:.40} of type "
                    f"{type(token).__name__}; expected tokens that are str."
                )
    return ["".join("".join(text).split()) for text in texts]
