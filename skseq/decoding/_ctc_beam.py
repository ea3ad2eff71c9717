"""Prefix beam search for the most probable label sequences of a network trained with CTC.

Each prefix has a number, by which it is recognised when the search finds it again. All other
properties of the live prefixes are in arrays with one row for each.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ._best import is_among_best
from ._checks import check_count, check_number
from ._ctc import check_frames, no_sequence
from ._ctc_fusion import ScoredPrefixes
from ._steps import Step


class CTCBeam(NamedTuple):
    """One sequence that a prefix beam search has found.

    Attributes
    ----------
    ids : ndarray of int32, shape (n_labels,)
        The labels.
    log_prob : float
        Their log-probability by the frames alone, summed over the alignments that the search has
        followed.
    lm_log_prob : float
        Their log-probability by the language model, including the end; 0 without a model.
    score : float
        Beams are ranked by it.
    """

    ids: np.ndarray
    log_prob: float
    lm_log_prob: float
    score: float


def ctc_beam_search(
    log_probs: Any,
    *,
    num_beams: int = 16,
    blank: int = 0,
    step: Step | None = None,
    state: Any = None,
    lm_weight: float = 0.5,
    insertion_bonus: float = 0.0,
) -> list[CTCBeam]:
    """Find probable label sequences by a prefix beam search.

    After every frame the ``num_beams`` best prefixes are kept. The probability of a prefix is the
    sum over its alignments that went through kept prefixes. The search is exact if ``num_beams`` is
    at least the number of possible prefixes.

    The score of a sequence is ``log_prob + lm_weight * lm_log_prob + insertion_bonus * n_labels``.
    A language model takes part in the search itself (shallow fusion). To rescore the result
    instead, for example by a model of whole words, use ``ids`` and ``log_prob`` of the beams.

    Parameters
    ----------
    log_probs : array-like of float, shape (T, n_classes)
        The log-probability of every class in each frame; T may be 0.
    num_beams : int, default=16
        Number of prefixes kept; at least 1.
    blank : int, default=0
        The class of no label.
    step : callable, default=None
        The language model, if any. ``step(state, ids)`` reads one class of each row, ids (N,), and
        returns the log-probability of every next class, (N, n_classes), and the new state. Every
        sequence begins and ends with the blank: it is read first, and its column holds the
        log-probability of the end. For a model without an end let the column be 0.
    state : None, array, object with a method ``take_rows``, or a nest of these, default=None
        The state for the first call of ``step``, with one row.
    lm_weight : float, default=0.5
        Factor of the log-probabilities of the language model; at 0 it is not called.
    insertion_bonus : float, default=0.0
        Added to the score for each label. Language models prefer short sequences; a bonus above 0
        balances that.

    Returns
    -------
    list of CTCBeam
        From one to ``num_beams``, the best first; among equals in the order found.

    Raises
    ------
    TypeError
        If an argument has a wrong type, or ``step`` does not return a pair.
    ValueError
        If an argument is out of range or has a wrong shape, NaN or log-probabilities above 0, if
        ``step`` does not return log-probabilities of all classes, or if no sequence is possible.

    See Also
    --------
    ctc_greedy : The labels of the single most probable alignment.
    ctc_log_likelihood : The exact log-probability of a label sequence.
    beam_search : Beam search of models that generate one token at each step.

    References
    ----------
    Graves, "Supervised Sequence Labelling with Recurrent Neural Networks", Springer, 2012,
    section 7.5.

    Hannun, Maas, Jurafsky and Ng, "First-Pass Large Vocabulary Continuous Speech Recognition using
    Bi-Directional Recurrent DNNs", arXiv:1408.2873, 2014.

    Examples
    --------
    The best alignment is blank, blank; but the label 1 has three alignments.

    >>> import numpy as np
    >>> from skseq.decoding import ctc_beam_search, ctc_greedy
    >>> log_probs = np.log([[0.6, 0.4], [0.6, 0.4]])
    >>> ctc_greedy(log_probs)
    array([], dtype=int32)
    >>> best, second = ctc_beam_search(log_probs)
    >>> best.ids, second.ids
    (array([1], dtype=int32), array([], dtype=int32))
    >>> np.exp([best.log_prob, second.log_prob]).round(2)
    array([0.64, 0.36])

    A language model that depends on the last class only: after 1 comes 2, after 2 the end.

    >>> table = np.log([[0.1, 0.8, 0.1], [0.1, 0.1, 0.8], [0.8, 0.1, 0.1]])
    >>> def step(state, ids):
    ...     return table[ids], state
    >>> log_probs = np.log([[0.1, 0.8, 0.1], [0.8, 0.1, 0.1], [0.1, 0.6, 0.3]])
    >>> ctc_beam_search(log_probs)[0].ids
    array([1, 1], dtype=int32)
    >>> ctc_beam_search(log_probs, step=step)[0].ids
    array([1, 2], dtype=int32)
    """
    log_probs = check_frames(log_probs, blank)
    num_beams = check_count(num_beams, "num_beams")
    lm_weight = check_number(lm_weight, "lm_weight", "a finite number of at least 0")
    if lm_weight < 0.0:
        raise ValueError(f"lm_weight is {lm_weight}; expected a finite number of at least 0.")
    insertion_bonus = check_number(insertion_bonus, "insertion_bonus", "a finite number")
    if step is not None and not callable(step):
        raise TypeError(f"step is {step!r}; expected a function of a state and ids, or None.")
    model = ScoredPrefixes(step if lm_weight else None, state, log_probs.shape[1], blank)
    prefixes = _Prefixes()
    live = _Live.start(blank)
    for t, emitted in enumerate(log_probs.astype(np.float64)):
        grown = _grow(live, emitted, blank)
        scores = live.fused(lm_weight, insertion_bonus)[:, None] + grown.log_prob
        added = lm_weight * model.following + insertion_bonus
        added[:, blank] = 0.0
        row, label = _best(scores + added, num_beams)
        if not len(row):
            raise no_sequence(t, "what log_probs and the language model allow there")
        live = _chosen(live, grown, model.following, row, label, blank, prefixes)
        model.follow(row, label)
    return _ranked(live, model.following[:, blank], lm_weight, insertion_bonus, prefixes)


class _Prefixes:
    """The numbers of prefixes; 0 is the empty prefix."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[int, int], int] = {}
        self._made_of = [(0, 0)]

    def number(self, parent: int, label: int) -> int:
        """Return the number of the prefix ``parent`` extended by a label."""
        number = self._numbers.setdefault((parent, label), len(self._made_of))
        if number == len(self._made_of):
            self._made_of.append((parent, label))
        return number

    def labels(self, number: int) -> np.ndarray:
        """Return the labels of a prefix, int32."""
        labels = []
        while number:
            number, label = self._made_of[number]
            labels.append(label)
        return np.array(labels[::-1], np.int32)


class _Live(NamedTuple):
    """The live prefixes, the best first; arrays of shape (N,).

    ``number`` is the number of a prefix, ``parent`` that of the prefix without its last label, -1
    for the empty one. ``last`` is the last label, the blank for the empty prefix; ``length`` the
    number of labels. ``in_label`` and ``in_blank`` are the log-probabilities of the alignments that
    end with the last label and with a blank; ``lm`` is that of the language model.
    """

    number: np.ndarray
    parent: np.ndarray
    last: np.ndarray
    length: np.ndarray
    in_label: np.ndarray
    in_blank: np.ndarray
    lm: np.ndarray

    @classmethod
    def start(cls, blank: int) -> _Live:
        return cls(
            number=np.array([0]),
            parent=np.array([-1]),
            last=np.array([blank]),
            length=np.array([0]),
            in_label=np.array([-np.inf]),
            in_blank=np.array([0.0]),
            lm=np.array([0.0]),
        )

    def fused(self, lm_weight: float, insertion_bonus: float) -> np.ndarray:
        """Return what is added to the log-probabilities of the alignments, (N,)."""
        return lm_weight * self.lm + insertion_bonus * self.length


class _Grown(NamedTuple):
    """Log-probabilities of N live prefixes and their extensions after one more frame.

    ``log_prob`` (N, n_classes) is that of each prefix extended by each label and, in the column of
    the blank, that of the prefix itself, summed over alignments. ``in_label`` and ``in_blank``
    (N,) are the parts of the latter.
    """

    log_prob: np.ndarray
    in_label: np.ndarray
    in_blank: np.ndarray


def _grow(live: _Live, emitted: np.ndarray, blank: int) -> _Grown:
    total = np.logaddexp(live.in_label, live.in_blank)
    log_prob = total[:, None] + emitted
    # The same label again is a repetition, unless there is a blank between.
    log_prob[np.arange(len(total)), live.last] = live.in_blank + emitted[live.last]
    in_label = live.in_label + emitted[live.last]
    in_blank = total + emitted[blank]
    # An extended prefix that is live itself must not be found twice.
    child, parent = np.nonzero(live.parent[:, None] == live.number)
    again = parent, live.last[child]
    in_label[child] = np.logaddexp(in_label[child], log_prob[again])
    log_prob[again] = -np.inf
    log_prob[:, blank] = np.logaddexp(in_label, in_blank)
    return _Grown(log_prob, in_label, in_blank)


def _best(scores: np.ndarray, num_beams: int) -> tuple[np.ndarray, np.ndarray]:
    """Return rows and columns of the best scores above minus infinity, in falling order."""
    flat = scores.reshape(1, -1)
    best = np.flatnonzero(is_among_best(flat, min(num_beams, flat.size)))
    best = best[scores.flat[best] > -np.inf]
    best = best[np.argsort(-scores.flat[best], kind="stable")]
    row, column = np.divmod(best, scores.shape[1])
    return row, column


def _chosen(
    live: _Live,
    grown: _Grown,
    following: np.ndarray,
    row: np.ndarray,
    label: np.ndarray,
    blank: int,
    prefixes: _Prefixes,
) -> _Live:
    """Return the prefixes of some rows, each longer by its label unless that is the blank."""
    stays = label == blank
    number, parent = live.number[row], np.where(stays, live.parent[row], live.number[row])
    for i in np.flatnonzero(~stays):
        number[i] = prefixes.number(int(number[i]), int(label[i]))
    return _Live(
        number,
        parent,
        np.where(stays, live.last[row], label),
        live.length[row] + ~stays,
        np.where(stays, grown.in_label[row], grown.log_prob[row, label]),
        np.where(stays, grown.in_blank[row], -np.inf),
        live.lm[row] + np.where(stays, 0.0, following[row, label]),
    )


def _ranked(
    live: _Live, ending: np.ndarray, lm_weight: float, insertion_bonus: float, prefixes: _Prefixes
) -> list[CTCBeam]:
    """Return the live prefixes as whole sequences; ``ending`` (N,) is the end's log-probability."""
    live = live._replace(lm=live.lm + ending)
    log_prob = np.logaddexp(live.in_label, live.in_blank)
    score = log_prob + live.fused(lm_weight, insertion_bonus)
    found = [
        CTCBeam(
            prefixes.labels(int(live.number[i])),
            float(log_prob[i]),
            float(live.lm[i]),
            float(score[i]),
        )
        for i in np.argsort(-score, kind="stable")
        if score[i] > -np.inf
    ]
    if not found:
        raise ValueError(
            "The language model holds it impossible that any of the sequences found ends. Raise "
            "num_beams, or let the column of the blank that step returns be 0."
        )
    return found
