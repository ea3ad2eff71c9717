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
    """BLEU score of predicted texts: how many of their n-grams of words are right.

    The score of all texts together, with one true text each: the geometric mean of the shares of
    predicted n-grams that are right, for n from 1 to ``max_ngram``, times a penalty where the
    predicted texts are shorter than the true ones.

    Parameters
    ----------
    y_true : iterable of n_samples str or lists of tokens
        True texts. A str is split into words and punctuation marks as is usual for reported scores
        ("13a"), case kept; a list of tokens is taken as it is.
    y_pred : iterable of n_samples str or lists of tokens
        Predicted texts, of the same kind.
    max_ngram : int, default=4
        Longest n-grams to count.

    Returns
    -------
    float
        Between 0 and 1, where others give 0 to 100. 1.0 for equal texts, even for short ones;
        0.0 where no word is right.

    Raises
    ------
    TypeError
        Where ``y_true`` or ``y_pred`` is no collection of texts, or ``max_ngram`` no integer.
    ValueError
        For one bare str, nothing at all, texts that do not fit each other, or ``max_ngram``
        below 1.

    See Also
    --------
    chrf : The same idea for characters, steadier for few and short texts.
    exact_match : Share of texts that are right throughout.

    Notes
    -----
    sacrebleu counts. Where n-grams of some order are never right, 1/2, 1/4, ... is put for their
    number, its smoothing "exp". Orders for which all predicted texts are too short are left out.

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
    if true == pred:  # also where there is no word at all
        return 1.0
    is_text = isinstance(true[0], str)
    # Tokens may be anything, which the lines of sacrebleu cannot: numbers stand for them.
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
        True texts. Tokens are joined to one text.
    y_pred : iterable of n_samples str or lists of str
        Predicted texts, of the same kind.
    beta : float, default=2.0
        How many times recall is as important as precision; 2.0 is "chrF2", the usual one.
    max_ngram : int, default=6
        Longest n-grams to count.

    Returns
    -------
    float
        Between 0 and 1, where others give 0 to 100. 1.0 for equal texts, even for short ones;
        0.0 where no character is right.

    Raises
    ------
    TypeError
        Where ``y_true`` or ``y_pred`` is no collection of texts, tokens are not str, ``beta`` is
        no number or ``max_ngram`` no integer.
    ValueError
        For one bare str, nothing at all, texts that do not fit each other, ``beta`` that is not
        positive and finite, or ``max_ngram`` below 1.

    See Also
    --------
    bleu : The usual score of translations, of words.
    edit_distance : Edits of characters, in their order.

    Notes
    -----
    sacrebleu counts. Orders for which all true or all predicted texts are too short are left out.

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
    if true == pred:  # also where there is no character at all
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
    """Return texts without white space, which does not count."""
    for text in texts:
        for token in text:
            if not isinstance(token, str):
                raise TypeError(
                    f"chrf reads characters, but one token is {token!r:.40} of type "
                    f"{type(token).__name__}; expected tokens that are str."
                )
    return ["".join("".join(text).split()) for text in texts]
